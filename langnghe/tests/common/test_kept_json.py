"""A kept record is asked, written and refused alike on every database."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from django.core.exceptions import FieldError
from django.db import transaction
from django.db.models import JSONField, Value

from langnghe.network.enums import ReportKind
from langnghe.reports.models import Evidence, Report

if TYPE_CHECKING:
    from langnghe.testing import House

RECORD = {"zeta": 1, "rows": {"total": {"n": 4}, "a": ["x", None]}, "id": "E1"}
DAY = dt.date(2026, 11, 5)


@pytest.fixture
def report(house: House, now: dt.datetime) -> Report:
    return Report.objects.create(unit=house.unit, kind=ReportKind.WEEKLY, period="2026-W46", period_rule="thu-wed", first_day=DAY,
                                 last_day=DAY, made_at=now)


def write(report: Report, record: Any, label: str = "E1") -> Evidence:
    made = Evidence.objects.create(report=report, label=label, kind="DocumentCount", hash="0", record=record,
                                   frozen_at=report.made_at)
    return Evidence.objects.get(pk=made.pk)


def test_a_value_given_as_an_expression_is_kept_in_its_order(report: Report) -> None:
    assert list(write(report, Value(RECORD, JSONField())).record) == list(RECORD)


def test_a_value_is_asked_for_by_an_expression(report: Report) -> None:
    write(report, RECORD)
    same, other = Value(RECORD, JSONField()), Value({"id": "E2"}, JSONField())
    assert Evidence.objects.filter(record=same).count() == Evidence.objects.filter(record__in=[other, same]).count() == 1
    assert not Evidence.objects.filter(record=other).exists()


def test_a_json_null_is_kept_apart_from_nothing(report: Report) -> None:
    assert write(report, Value(None, JSONField())).record is None
    assert Evidence.objects.filter(record=Value(None, JSONField()), record__isnull=False).count() == 1


@pytest.mark.parametrize(("asked", "found"), [
    ({"record__has_key": "rows"}, True), ({"record__has_key": "total"}, False),
    ({"record__has_keys": ["rows", "id"]}, True), ({"record__has_keys": ["rows", "total"]}, False),
    ({"record__has_any_keys": ["total", "id"]}, True), ({"record__has_any_keys": ["total"]}, False),
])
def test_keys_at_the_top_are_found(report: Report, asked: dict[str, Any], found: bool) -> None:
    write(report, RECORD)
    assert Evidence.objects.filter(**asked).exists() is found


@pytest.mark.parametrize("lookup", ["contains", "contained_by"])
def test_what_no_text_can_answer_is_refused(report: Report, lookup: str) -> None:
    with pytest.raises(FieldError, match=f"`{lookup}` does not look into kept JSON; ask by key"):
        Evidence.objects.filter(**{f"record__{lookup}": {"id": "E1"}})


@pytest.mark.parametrize(("record", "told"), [
    ({"rows": {"a": ["x", "y\x00"]}}, r"reports\.Evidence\.record, at \$\.rows\.a\[1\]: U\+0000 .* take it out"),
    ({"rows": {"\x00": 1}}, r"at \$\.rows, a key: U\+0000"),
    ({"id": "\ud83d"}, r"at \$\.id: U\+D83D"),
    ({"n": float("nan")}, r"reports\.Evidence\.record: .*write null"),
    (Value({"id": "\x00"}, JSONField()), r"at \$\.id: U\+0000"),
])
def test_what_could_not_be_read_back_is_refused(report: Report, record: Any, told: str) -> None:
    with pytest.raises(ValueError, match=told), transaction.atomic():
        write(report, record)
    assert not Evidence.objects.exists()


def test_a_backslash_before_zeros_is_text_as_any_other(report: Report) -> None:
    assert write(report, {"id": "\\u0000 😀"}).record == {"id": "\\u0000 😀"}
    assert Evidence.objects.filter(record__id="\\u0000 😀").count() == 1
