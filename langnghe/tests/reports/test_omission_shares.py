"""Shares of what was left out: intervals, merging, what is kept back, and the way up."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from langnghe.coding.domain.aside import set_aside
from langnghe.network.domain import add_unit
from langnghe.reports.domain.build import build_weekly
from langnghe.reports.domain.omission_shares import Heard as Row
from langnghe.reports.domain.omission_shares import grouped, reasons_by_view, shares_of, wilson
from langnghe.reports.domain.omissions import left_out_of
from langnghe.reports.domain.way_up import way_up
from langnghe.testing import OPENED

if TYPE_CHECKING:
    from conftest import Heard  # type: ignore[import-not-found]

AT = dt.datetime.fromisoformat("2026-11-13T09:00+07:00")
WEEK = "2026-W46"


def rows(view: str, number: int, reason: str = "") -> list[Row]:
    return [Row(view, 1, 1, (), reason)] * number


def test_wilson_is_that_of_its_paper_and_stays_inside() -> None:
    """81 of 263 is the example of Newcombe 1998 (Statistics in Medicine 17:857-872, table I): 0.2553 to 0.3662; 0 of 20 there:
    0 to 0.1611."""
    low, high = wilson(81, 263, z=1.959963984540054)
    assert (round(low, 4), round(high, 4)) == (0.2553, 0.3662)
    low, high = wilson(0, 20, z=1.959963984540054)
    assert (low, round(high, 4)) == (0.0, 0.1611)
    assert wilson(20, 20, z=5)[1] == 1.0


def test_small_groups_are_merged_and_what_is_too_small_is_not_shown() -> None:
    notes = [("a", row) for row in rows("agree", 10)] + [("b", row) for row in rows("agree", 2, "local")]
    notes += [("c", row) for row in rows("agree", 6, "other")]
    assert grouped(notes, 5) == [("b, c", 8, 8), ("a", 10, 0)]
    assert grouped(notes[:3], 5) == []


def test_a_reason_with_a_small_cell_keeps_all_its_cells_back_and_never_alone() -> None:
    notes = rows("agree", 9, "local") + rows("oppose", 8, "local") + rows("agree", 2, "other") + rows("oppose", 6, "other")
    notes += rows("agree", 30) + rows("agree", 7, "hold") + rows("oppose", 20, "hold")
    table = reasons_by_view(notes, 5)
    assert table
    assert table.rows == {"local": (None, None), "other": (None, None), "hold": (7, 20)}, "local goes with other: 17 is the least"
    assert (table.views, table.sums) == (("đồng tình", "không đồng tình"), (18, 34))
    assert table.tints("hold") == [(7, 2), (20, 4)]
    assert table.tints("local") == [(None, 0), (None, 0)]
    assert reasons_by_view(rows("agree", 2, "other") + rows("oppose", 9, "local"), 5) is None, "no reason would be left to show"


@pytest.fixture
def uneven(heard: Heard) -> Heard:
    """Sixty more notes of the week, on two matters in three places: of those that oppose half are left out, of the others few."""
    made = len(heard.made)
    for place in ("AT", "BN", "CM"):
        heard.note(place, "2026-11-06", "MT1", moods=("aggrieved",), times=10)
        heard.note(place, "2026-11-06", "GT1", tendency="agree", moods=("trusting",), times=10)
    new = heard.made[made:]
    opposed, agreed = ([note for note in new if note.tendency == view] for view in ("oppose", "agree"))
    out = [*((note, "local") for note in opposed[:14]), *((note, "unclear") for note in opposed[14:22]), (agreed[0], "hold")]
    for note, reason in out:
        set_aside(note, reason, by=heard.house.people["bob"], at=AT)
    return heard


def strong(names: Iterable[Any]) -> list[str]:
    return [row.name for row in names if row.strong]


def test_what_is_left_out_more_than_the_rest_is_said(uneven: Heard, client: Client) -> None:
    report = build_weekly(uneven.house.unit, period=WEEK, by=None, at=AT)
    found = shares_of(report)
    by = {one.by: one.shares for one in found.breakdowns}
    assert {one.name: (one.left, one.heard) for one in by["mood"]} == {
        "bức xúc": (22, 30), "lo lắng": (0, 6), "tin tưởng": (1, 30)}
    assert (strong(by["mood"]), strong(by["view"])) == (["bức xúc"], ["không đồng tình"])
    assert by["mood"][0].low > found.common > by["mood"][1].high
    client.force_login(uneven.house.people["dan"])
    page = client.get(f"/reports/{report.pk}/left-out/").content.decode()
    assert "<h1>Chưa được đưa vào nhiều hơn hẳn mức chung: bức xúc, không đồng tình" in page
    assert 'aria-label="73%, từ' in page
    lines = list(csv.DictReader(io.StringIO(client.get(f"/reports/{report.pk}/left-out-shares.csv").content.decode("utf-8-sig"))))
    assert [(row["group"], row["left_out"], row["heard"], row["above"]) for row in lines if row["by"] == "mood"] == [
        ("bức xúc", "22", "30", "1"), ("tin tưởng", "1", "30", "0"), ("lo lắng", "0", "6", "0")]
    client.force_login(uneven.house.people["mallory"])
    assert client.get(f"/reports/{report.pk}/left-out-shares.csv").status_code == 404


def test_faith_and_protest_are_named_at_the_top_alone(uneven: Heard) -> None:
    """R17: such topics are shown for the whole province only."""
    from langnghe.frames.models import Topic

    house = uneven.house
    Topic.objects.filter(field__frame__network=house.network, code="MT1").update(province_only=True)
    name = Topic.objects.get(field__frame__network=house.network, code="MT1").name
    report = build_weekly(house.unit, period=WEEK, by=None, at=AT)
    assert name in [row.name for row in shares_of(report).breakdowns[-1].shares]
    district = add_unit(house.network, under=house.unit, by=None, at=AT, code="ST-A", name_vi="Tổ A", level="district",
                        opened=OPENED)
    made = len(uneven.made)
    own, uneven.house.unit = house.unit, district
    for place in ("AT", "BN", "CM"):
        uneven.note(place, "2026-11-06", "MT1", times=4)
        uneven.note(place, "2026-11-06", "GT1", times=4)
    uneven.house.unit = own
    set_aside(uneven.made[made], "local", by=house.people["bob"], at=AT)
    report = build_weekly(district, period=WEEK, by=None, at=AT)
    assert name not in [row.name for row in shares_of(report).breakdowns[-1].shares]


def test_way_up_names_who_sees_what_each_level_left_out(heard: Heard) -> None:
    house = heard.house
    district = add_unit(house.network, under=house.unit, by=None, at=AT, code="ST-A", name_vi="Tổ A", level="district",
                        opened=OPENED)
    own, made = house.unit, len(heard.made)
    for number, notes in ((1, 2), (2, 1)):
        heard.house.unit = add_unit(house.network, under=district, by=None, at=AT, code=f"ST-A-{number}",
                                    name_vi=f"Nhóm {number}", level="cluster", opened=OPENED)
        heard.note("AT", "2026-11-06", "MT1", times=notes)
    heard.house.unit = own
    for note in (heard.made[-1], heard.made[-2], heard.made[made - 1]):
        set_aside(note, "local", by=house.people["bob"], at=AT)
    report = build_weekly(own, period=WEEK, by=None, at=AT)
    steps = way_up(report, left_out_of(report))
    assert [(step.name, step.went, step.left) for step in steps] == [
        ("Nghe được", 16, 0), ("2 đơn vị", 14, 2), ("Trung tâm Dư luận xã hội ST", 13, 1)]
    assert [step.seen_by for step in steps] == [(), ("Tổ A", "Trung tâm Dư luận xã hội ST"), ()]
