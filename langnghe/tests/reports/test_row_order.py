"""Rows stand in a document as they were written, whichever database kept them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from langnghe.reports.domain.files import file_of
from langnghe.reports.models import Evidence

if TYPE_CHECKING:
    import datetime as dt

    from langnghe.reports.models import Report

ROWS = {"total": {"places": 3, "notes": 11, "as": 1}, "zz": {"b": None}, "a": {"b": "ý"}}


def layout(record: Any) -> Any:
    """The keys of a record, level by level, in their order."""
    return [(key, layout(value)) for key, value in record.items()] if isinstance(record, dict) else None


def kept(report: Report, at: dt.datetime, **record: Any) -> Evidence:
    made = Evidence.objects.bulk_create([Evidence(report=report, label="E99", kind="FieldIndication", hash="0", frozen_at=at,
                                                  uncertainty="coverage_bounds", record=record)])
    return Evidence.objects.get(pk=made[0].pk)


def test_a_record_comes_back_in_the_order_in_which_it_was_written(report: Report, now: dt.datetime) -> None:
    record = {"rows": ROWS, "query": {"topic": "MT1", "by": ["field"], "from": "notes"}, "id": "E99"}
    assert layout(kept(report, now, **record).record) == layout(record)


@pytest.mark.parametrize(("asked", "found"), [
    ({"record__query__topic": "MT1"}, True), ({"record__query__topic": "MT2"}, False),
    ({"record__query__has_key": "topic"}, True), ({"record__query__has_key": "unit"}, False),
    ({"record__rows__total__places": 3}, True), ({"record__rows__total__places__gt": 3}, False),
    ({"record__rows__zz__b": None}, True), ({"record__query__by__0": "field"}, True), ({"record__rows__a__b": "ý"}, True),
])
def test_what_asks_inside_a_record_finds_it(report: Report, now: dt.datetime, asked: dict[str, Any], found: bool) -> None:
    kept(report, now, rows=ROWS, query={"topic": "MT1", "by": ["field"]})
    assert Evidence.objects.filter(label="E99", **asked).exists() is found
    assert set(Evidence.objects.filter(label="E99").values_list("record__query__topic", flat=True)) == {"MT1"}


def test_the_total_leads_every_topic_of_the_page_of_evidence(report: Report) -> None:
    page = file_of(report, "report.html", language="vi")[0].decode()
    sections = re.findall(r'<section id="(E\d+)">(.*?)</section>', page, flags=re.DOTALL)
    rows = {label: re.findall(r'<tr data-row="([^"]+)">', body) for label, body in sections}
    assert rows == {row.label: list(row.record["rows"]) for row in report.evidence.filter(label__in=rows)}
    assert {names[0] for names in rows.values() if "total" in names} == {"total"}
