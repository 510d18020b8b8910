"""Real sentences (UIT-VSFC, 3,166 of its test split) through the importer into eight weekly reports, every number of which is
counted again straight from the file by other code."""

from __future__ import annotations

import csv
import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from langnghe.reports.domain.build import build_weekly
from langnghe.reports.domain.claims import claims_of
from langnghe.reports.models import Report
from nghe.wording import verify_claims

if TYPE_CHECKING:
    from langnghe.testing import House

LAST = dt.date(2026, 11, 11)
"""The Wednesday that ends 2026-W46; the eight weeks run from Thursday to Wednesday."""
AT = dt.datetime.fromisoformat("2026-11-12T09:00+07:00")
WEEKS, PLACES = 8, 12
TOPICS = ("GD1", "GD2", "GD3", "GD9")
VIEWS = ("oppose", "unclear", "agree")
MAPPING = """
unit = "ST"
by = "bob"
[columns]
text = "text"
day = "day"
place = "place"
topic = "topic"
tendency = "view"
[defaults]
channel = "meeting"
setting = "public_meeting"
[date]
format = "yyyy-mm-dd"
"""


def rows_of(folder: Path) -> Iterator[dict[str, str]]:
    """One row a sentence; week, day and place by its number."""
    names = ("sents.txt", "topics.txt", "sentiments.txt")
    lines = [folder.joinpath(name).read_text(encoding="utf-8").splitlines() for name in names]
    for number, (text, topic, view) in enumerate(zip(*lines, strict=True)):
        day = LAST - dt.timedelta(days=7 * (WEEKS - 1 - number % WEEKS) + number // WEEKS % 7)
        yield {"text": text, "day": day.isoformat(), "place": f"K{number // WEEKS % PLACES:02}", "topic": TOPICS[int(topic)],
               "view": VIEWS[int(view)]}


@pytest.fixture
def table(house: House, reference: Path, tmp_path: Path) -> Path:
    """Twelve invented places that report, in place of the four of the house."""
    from langnghe.network.domain import add_place
    from langnghe.network.models import Area, Place

    Place.objects.filter(network=house.network, numchild=0).update(closed=dt.date(2025, 7, 2))
    areas = [Area.objects.create(network=house.network, code=f"a{name}", name_vi=f"Vùng {name}") for name in "ABC"]
    for number in range(PLACES):
        add_place(house.network, under=house.places["P"], by=None, at=AT, code=f"K{number:02}", name_vi=f"Khu {number:02}",
                  kind="commune", opened=dt.date(2025, 7, 1), area=areas[number % 3], order=number)
    path = tmp_path / "uit.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ["text", "day", "place", "topic", "view"])
        writer.writeheader()
        writer.writerows(rows_of(reference / "vi_text" / "uit-vsfc" / "test"))
    return path


@pytest.mark.reference
def test_every_number_of_eight_weeks_is_that_of_the_file(house: House, table: Path) -> None:
    from langnghe.intake.domain.imports import import_observations
    from langnghe.intake.sheets.mapping import read_mapping

    account = import_observations(table, read_mapping(MAPPING.encode(), name="m.toml"), on_hit="mask", dry_run=False, at=AT)
    assert (account.rows, account.taken + account.masked, account.stopped) == (3166, 3166, 0)
    with table.open(encoding="utf-8") as file:
        heard = list(csv.DictReader(file))
    for week in range(39, 47):
        report = build_weekly(house.unit, period=f"2026-W{week}", by=None, at=AT)
        assert verify_claims(claims_of(report, fixed=[], language="vi")) == []
        check_week(report, [row for row in heard if str(report.first_day) <= row["day"] <= str(report.last_day)], heard)


def check_week(report: Report, mine: list[dict[str, str]], heard: list[dict[str, str]]) -> None:
    records = {one.record["title"]["vi"]: one.record["rows"] for one in report.evidence.all()}
    fate = records["Lượt ghi nhận và phần để ngoài"]["total"]
    assert (fate["recorded"], fate["used"], fate["aside"], fate["uncoded"]) == (len(mine), len(mine), 0, 0)
    fields = records["Lượt ghi nhận theo lĩnh vực"]
    by_topic: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in mine:
        by_topic[row["topic"]].append(row)
    assert fields["total"]["topics"] == len(by_topic)
    assert fields["total"]["notes"] == len(mine)
    assert set(fields) - {"total", "small"} == {topic for topic, rows in by_topic.items() if len(places(rows)) >= 3}
    checked = 0
    for topic, rows in by_topic.items():
        if topic in fields:
            assert (fields[topic]["places"], fields[topic]["notes"]) == (len(places(rows)), len(rows))
            matter = next((cells for cells in records.values() if cells["total"].get("topic") == fields[topic]["topic"]), None)
            if matter:
                check_indication(matter, topic, rows, report, heard)
                checked += 1
    assert checked == min(len(set(fields) - {"total", "small"}), 4)


def check_indication(cells: dict[str, Any], topic: str, rows: list[dict[str, str]], report: Report,
                     heard: list[dict[str, str]]) -> None:
    assert (cells["total"]["places"], cells["total"]["notes"]) == (len(places(rows)), len(rows))
    assert (cells["total"]["reported"], cells["total"]["could"]) == (PLACES, PLACES)
    views = Counter(row["view"] for row in rows)
    shown = {name[2:]: row for name, row in cells.items() if name.startswith("s-")}
    assert sorted(view for name in shown for view in name.split("+")) == sorted(views)
    for name, row in shown.items():
        inside = [one for one in rows if one["view"] in name.split("+")]
        if "notes" in row:
            assert (row["notes"], row["places"]) == (len(inside), len(places(inside)))
            assert row["notes"] >= 5
        else:
            assert len(rows) < 5 or min(views.values()) < 5
    for week in range(5):
        first = report.first_day - dt.timedelta(days=7 * week)
        span = {str(first + dt.timedelta(days=day)) for day in range(7)}
        there = places(row for row in heard if row["topic"] == topic and row["day"] in span)
        if f"w{int(report.period[-2:]) - week}" in cells:
            assert cells[f"w{int(report.period[-2:]) - week}"]["places"] == len(there)


def places(rows: Any) -> set[str]:
    return {row["place"] for row in rows}
