"""R17: belief, ethnicity and protest are told for the whole province, never by area; other topics are, by area."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from langnghe.common.periods import Period
from langnghe.network.domain import add_place, mark_due, open_due_items
from langnghe.network.models import Area, Duty, Place
from langnghe.reports.domain.build import build_weekly
from langnghe.reports.models import Evidence
from langnghe.testing import OPENED, House

AFTER = dt.datetime(2026, 11, 13, 2, tzinfo=dt.UTC)


@pytest.mark.parametrize(("code", "by_area"), [("VH4", False), ("VH5", False), ("AN6", False), ("MT1", True)])
def test_topic_of_the_whole_province_has_no_row_by_area(house: House, code: str, by_area: bool, heard: Any) -> None:
    hills = Area.objects.create(network=house.network, code="hills", name_vi="Vùng đồi", order=2)
    for number in range(3):
        add_place(house.network, under=Place.objects.get(code="P"), by=None, at=AFTER, code=f"H{number}", kind="commune",
                  name_vi=f"Đồi {number}", area=hills, opened=OPENED)
    house.members["alice"].places.set(Place.objects.filter(kind="commune"))
    for item in open_due_items(Duty.objects.get(), period=Period.week("2026-W46", "thu-wed"), by=None, at=AFTER):
        mark_due(item, "submitted", at=AFTER)
    for place in ("AT", "BN", "CM", "DL", "H0", "H1", "H2"):
        heard.note(place, "2026-11-09", code, times=2)
    report = build_weekly(house.unit, period="2026-W46", by=None, at=AFTER)
    records = [row.record for row in Evidence.objects.filter(report=report, kind="FieldIndication")]
    (rows,) = [record["rows"] for record in records if record["query"].get("topic") == code]
    assert any(key.startswith("a-") for key in rows) == by_area
