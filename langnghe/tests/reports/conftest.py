"""A week with enough in it for every part of a report: two topics, a silent place, a nil report, notes set aside."""

from __future__ import annotations

import datetime as dt
import io
import uuid
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from django.db import transaction
from django.test import override_settings
from django_scopes import scope

from langnghe.common.clock import ZONE

if TYPE_CHECKING:
    from langnghe.reports.models import Report
    from langnghe.testing import House

NOW = dt.datetime(2026, 11, 10, 9, 0, tzinfo=dt.UTC)
QUICK_HASHER = "django.contrib.auth.hashers.MD5PasswordHasher"
AFTER = dt.datetime(2026, 11, 13, 9, 0, tzinfo=ZONE)
"""The Friday after the week 2026-W46 (Thursday 5 to Wednesday 11 November)."""
WEEK = "2026-W46"
JUDGEMENTS: list[dict[str, Any]] = [
    {"slot": "outlook", "vi": "Có thể: chuyện nước còn được nói tới. Sai nếu tuần sau không nơi nào ghi nhận.",
     "en": "Possible: water stays a matter. Wrong if no place records it next week."},
    {"slot": "recommendation", "vi": "Đăng lịch súc rửa đường ống trước khi làm.", "en": "Publish when pipes will be flushed.",
     "addressee": "Công ty Cấp nước", "due_on": dt.date(2026, 11, 17)},
]


@dataclass
class Heard:
    """Writes observations straight into the tables, as the door leaves them."""

    house: House
    made: list[Any] = field(default_factory=list)

    def note(self, place: str, day: str, topic: str, *, channel: str = "direct", tendency: str = "oppose",
             moods: tuple[str, ...] = (), intensity: int | None = 3, times: int = 1) -> None:
        from langnghe.frames.models import Topic
        from langnghe.intake.models import Channel, Mood, Observation
        from langnghe.network.models import Place

        for _time in range(times):
            row = Observation.objects.create(
                id=uuid.uuid5(uuid.NAMESPACE_OID, str(len(self.made))), unit=self.house.unit, setting="announced",
                day=dt.date.fromisoformat(day), place=Place.objects.get(network=self.house.network, code=place), kind="opinion",
                channel=Channel.objects.get(network=self.house.network, code=channel), text="nghe nói", tendency=tendency,
                topic=Topic.objects.get(field__frame__network=self.house.network, code=topic), intensity=intensity,
                origin="phone", content_hash="0" * 64, door_version="test", received_on=dt.date.fromisoformat(day),
            )
            Mood.objects.bulk_create(Mood(observation=row, word=word) for word in moods)
            self.made.append(row)


def hear_a_week(heard: Heard) -> Heard:
    """Water in three places with two views (eleven notes), rubbish in one; four weeks before with little."""
    for week, day in enumerate(("2026-10-10", "2026-10-16", "2026-10-23", "2026-10-30")):
        for place in ("AT", "BN", "CM", "DL"):
            heard.note(place, day, "GT1")
        if week > 1:
            heard.note("AT", day, "MT1")
    for place in ("AT", "BN", "CM"):
        heard.note(place, "2026-11-06", "MT1", moods=("worried",), times=2)
    heard.note("BN", "2026-11-07", "MT1", tendency="agree", channel="meeting", times=5)
    heard.note("AT", "2026-11-08", "MT2", tendency="unclear")
    heard.note("AT", "2026-11-09", "MT2")
    return heard


# -- the house, what was heard and the report are written once for a module; each test works on a savepoint of them


@contextmanager
def kept_for_a_module(blocker: Any) -> Iterator[None]:
    """A transaction around the tests of a module, taken back at its end; the database stays closed to tests that ask for none."""
    with ExitStack() as stack:
        with blocker.unblock():
            stack.enter_context(transaction.atomic())
        yield
        with blocker.unblock():
            transaction.set_rollback(True)
            stack.close()


@pytest.fixture(scope="module")
def written_house(django_db_setup: None, django_db_blocker: Any) -> Iterator[House]:
    from langnghe.testing import build_house

    with kept_for_a_module(django_db_blocker):
        with django_db_blocker.unblock(), override_settings(PASSWORD_HASHERS=[QUICK_HASHER]):
            house = build_house(NOW)
        yield house


@pytest.fixture(scope="module")
def written_notes(written_house: House, django_db_blocker: Any) -> Iterator[Heard]:
    with kept_for_a_module(django_db_blocker):
        with django_db_blocker.unblock(), scope(network=written_house.network):
            heard = hear_a_week(Heard(written_house))
        yield heard


@pytest.fixture(scope="module")
def written_report(written_notes: Heard, django_db_blocker: Any) -> Iterator[int]:
    """The key of a draft of the week, with an outlook and a recommendation."""
    from langnghe.reports.domain.build import build_weekly

    with kept_for_a_module(django_db_blocker):
        with django_db_blocker.unblock(), scope(network=written_notes.house.network):
            report = build_weekly(written_notes.house.unit, period=WEEK, by=None, at=AFTER, judgements=JUDGEMENTS)
        yield report.pk


@pytest.fixture
def house(written_house: House, db: None) -> Iterator[House]:
    """The network `ST`, with its scope open. Where a module has notes or a report, they are there too."""
    house = deepcopy(written_house)
    with scope(network=house.network):
        yield house


@pytest.fixture
def heard(written_notes: Heard, house: House) -> Heard:
    return Heard(house, list(written_notes.made))


@pytest.fixture
def report(written_report: int, house: House) -> Report:
    from langnghe.reports.models import Report

    return Report.objects.select_related("unit__network").get(pk=written_report)


@pytest.fixture(scope="session")
def template_with() -> Callable[[str], bytes]:
    """The shipped template with its title written otherwise, as an office would save it."""
    from langnghe.reports.rendering.docx import shipped_template

    def write(text: str) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(shipped_template())) as before, zipfile.ZipFile(out, "w") as after:
            for name in before.namelist():
                body = before.read(name)
                if name == "word/document.xml":
                    body = body.replace(b"{{ head.title }}", text.encode(), 1)
                after.writestr(name, body)
        return out.getvalue()

    return write
