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


@pytest.mark.parametrize("asked", ["record", "record__in", "record__has_key", "record__has_keys", "record__has_any_keys",
                                   "record__contains", "record__contained_by"])
def test_a_question_to_the_whole_is_refused(report: Report, asked: str) -> None:
    with pytest.raises(FieldError, match="the whole of kept JSON cannot be asked; ask by key: record__query"):
        Evidence.objects.filter(**{asked: ["id"]})


@pytest.mark.parametrize(("record", "told"), [
    ({"rows": {"a": ["x", "y\x00"]}}, r"reports\.Evidence\.record, at \$\.rows\.a\[1\]: U\+0000 .* take it out"),
    ({"rows": {"\x00": 1}}, r"at \$\.rows, a key: U\+0000"),
    ({"id": "\ud83d"}, r"at \$\.id: U\+D83D"),
    ({"n": float("nan")}, r"reports\.Evidence\.record: .*write null"),
    (Value({"id": "E1"}, JSONField()), r"reports\.Evidence\.record: an expression .* write the value itself"),
])
def test_what_could_not_be_read_back_is_refused(report: Report, record: Any, told: str) -> None:
    with pytest.raises(ValueError, match=told), transaction.atomic():
        write(report, record)
    assert not Evidence.objects.exists()


def test_a_backslash_before_zeros_is_text_as_any_other(report: Report) -> None:
    assert write(report, {"id": "\\u0000 😀"}).record == {"id": "\\u0000 😀"}
    assert Evidence.objects.filter(record__id="\\u0000 😀").count() == 1
