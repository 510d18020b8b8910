"""Building a week's report over 3,166 notes: seconds and bytes of counting, freezing and of each file; best of three.

Notes are invented (the texts do not matter to a report): eight weeks, twelve places, four topics, three views.
"""

from __future__ import annotations

import datetime as dt
import os
import resource
import sys
import tempfile
import time
import uuid
from collections.abc import Callable
from typing import Any

NOTES, WEEKS, PLACES = 3_166, 8, 12
AT = dt.datetime(2026, 11, 12, 2, tzinfo=dt.UTC)
LAST = dt.date(2026, 11, 11)
ROUNDS = 3


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"LANGNGHE_DATA": folder, "DJANGO_SETTINGS_MODULE": "langnghe.web.settings"}
        import django

        django.setup()
        measure()


def measure() -> None:
    from django.core.management import call_command
    from django_scopes import scope

    from langnghe.reports.domain.build import build_weekly
    from langnghe.reports.domain.files import document_of, render_files
    from langnghe.reports.rendering import render
    from langnghe.testing import build_house

    call_command("migrate", verbosity=0)
    house = build_house(AT)
    with scope(network=house.network):
        write_notes(house)
        report, wall, cpu = best(lambda: build_weekly(house.unit, period="2026-W46", by=None, at=AT))
        print(f"{NOTES} notes in {WEEKS} weeks, {PLACES} places; best of {ROUNDS}")
        print(f"{'count, freeze, say, check':<28}{wall:>8.2f} s{cpu:>8.2f} CPU s")
        document, wall, cpu = best(lambda: document_of(report, "vi"))
        print(f"{'set in type':<28}{wall:>8.2f} s{cpu:>8.2f} CPU s")
        for name in render.KINDS:
            content, wall, cpu = best(lambda name=name: render.render(name, document))
            print(f"{name:<28}{wall:>8.2f} s{cpu:>8.2f} CPU s{len(content):>12,} bytes")
        files, wall, cpu = best(lambda: render_files(report, "vi"))
        print(f"{'all files and claims.json':<28}{wall:>8.2f} s{cpu:>8.2f} CPU s{sum(map(len, files.values())):>12,} bytes")
        print(f"claims.json {len(files['claims.json']):,} bytes; peak memory "
              f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB, of a child "
              f"{resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024:.0f} MB")


def best(work: Callable[[], Any]) -> tuple[Any, float, float]:
    """The answer, the least wall time, and the processor time of that round, children included."""
    rounds = []
    for _round in range(ROUNDS):
        wall, cpu = time.perf_counter(), processor()
        answer = work()
        rounds.append((time.perf_counter() - wall, processor() - cpu))
    return (answer, *min(rounds))


def processor() -> float:
    return sum(used.ru_utime + used.ru_stime
               for used in (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)))


def write_notes(house: Any) -> None:
    from langnghe.frames.models import Topic
    from langnghe.intake.models import Channel, Observation
    from langnghe.network.domain import add_place
    from langnghe.network.models import Place

    Place.objects.filter(network=house.network, numchild=0).update(closed=dt.date(2025, 7, 2))
    places = [add_place(house.network, under=house.places["P"], by=None, at=AT, code=f"K{number:02}", name_vi=f"Khu {number:02}",
                        kind="commune", opened=dt.date(2025, 7, 1), order=number) for number in range(PLACES)]
    topics = list(Topic.objects.filter(field__frame__network=house.network, code__in=["GD1", "GD2", "GD3", "GD9"]))
    channel = Channel.objects.filter(network=house.network).first()
    Observation.objects.bulk_create(
        (Observation(
            id=uuid.UUID(int=number + 1), unit=house.unit, place=places[number // WEEKS % PLACES], channel=channel,
            day=LAST - dt.timedelta(days=7 * (WEEKS - 1 - number % WEEKS) + number // WEEKS % 7), setting="announced",
            kind="opinion", text="nghe nói", topic=topics[number * 7 // 3 % 4], received_on=LAST, origin="phone",
            tendency=("oppose", "unclear", "agree")[number * 5 // 2 % 3], content_hash=f"{number:064}", door_version="bench",
        ) for number in range(NOTES)),
        batch_size=500,
    )


if __name__ == "__main__":
    sys.exit(main())
