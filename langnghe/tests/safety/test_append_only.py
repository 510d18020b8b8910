"""What was heard, coded, counted, said and entered is never changed and never deleted: the database refuses it."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from langnghe.audit.domain import enter
from langnghe.audit.models import Entry
from langnghe.coding.enums import Source
from langnghe.coding.models import Coding
from langnghe.common.append_only import MESSAGE, statements
from langnghe.frames.models import Topic
from langnghe.intake.enums import Kind, Origin, Setting
from langnghe.intake.models import Channel, Mood, Observation
from langnghe.reports.models import Evidence, Report, Statement
from langnghe.testing import House


def note(house: House) -> Observation:
    return Observation.objects.create(
        id=uuid.UUID(int=7), unit=house.unit, place=house.places["AT"], day=dt.date(2026, 11, 9), channel=Channel.objects.first(),
        setting=Setting.values[0], kind=Kind.values[0], text="Giá gạo tăng.", origin=Origin.PHONE, content_hash="0" * 64,
        door_version="test", received_on=dt.date(2026, 11, 9),
    )


def evidence(house: House, now: dt.datetime, label: str = "E01") -> Evidence:
    owner, _new = Report.objects.get_or_create(
        unit=house.unit, kind="weekly", period="2026-W46",
        defaults={"first_day": dt.date(2026, 11, 5), "last_day": dt.date(2026, 11, 11), "made_at": now, "period_rule": "thu-wed"},
    )
    return Evidence.objects.create(report=owner, label=label, kind="FieldIndication", hash="0", frozen_at=now,
                                   record={}, uncertainty="coverage_bounds")


def statement(house: House, now: dt.datetime, label: str = "C01") -> Statement:
    piece = evidence(house, now, f"E-{label}")
    row = Statement.objects.create(report=piece.report, label=label, slot="x", order=1, text_vi="Một câu.", rule_version="1")
    row.evidence.add(piece)
    return row


def row_of(kind: str, house: House, now: dt.datetime) -> Any:
    match kind:
        case "entry":
            return enter("member.moved", "membership:1", by=None, at=now)
        case "observation":
            return note(house)
        case "mood":
            return Mood.objects.create(observation=note(house), word="calm")
        case "coding":
            return Coding.objects.create(observation=note(house), topic=Topic.objects.first(), source=Source.PERSON,
                                         by=house.people["bob"], at=now)
        case "evidence":
            return evidence(house, now)
        case "statement":
            return statement(house, now)
        case "link":
            return Statement.evidence.through.objects.get(statement=statement(house, now))
    raise LookupError(kind)


CHANGES = {"entry": {"subject": "x"}, "observation": {"text": "Khác."}, "mood": {"word": "worried"}, "coding": {"by": None},
           "evidence": {"hash": "1"}, "statement": {"text_vi": "Khác."}, "link": {"statement_id": 0}}


@pytest.mark.parametrize("kind", CHANGES)
def test_a_kept_row_cannot_be_changed(house: House, now: dt.datetime, kind: str) -> None:
    row = row_of(kind, house, now)
    with pytest.raises(IntegrityError, match=MESSAGE), transaction.atomic():
        type(row)._base_manager.filter(pk=row.pk).update(**CHANGES[kind])


@pytest.mark.parametrize("kind", CHANGES)
def test_a_kept_row_cannot_be_deleted(house: House, now: dt.datetime, kind: str) -> None:
    row = row_of(kind, house, now)
    with pytest.raises(IntegrityError, match=MESSAGE), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f'DELETE FROM {row._meta.db_table} WHERE "{row._meta.pk.column}" IS NOT NULL')
    assert type(row)._base_manager.filter(pk=row.pk).exists()


def test_a_statement_may_be_told_what_replaced_it_and_nothing_else(house: House, now: dt.datetime) -> None:
    old, new = statement(house, now, "C01"), statement(house, now, "C02")
    old.replaced_by = new
    old.save(update_fields=["replaced_by"])
    with pytest.raises(IntegrityError, match=MESSAGE), transaction.atomic():
        old.save()


def test_an_entry_of_the_audit_log_survives_a_save_of_the_same_object(house: House, now: dt.datetime) -> None:
    entry = enter("member.moved", "membership:1", by=house.people["eve"], at=now)
    entry.subject = "membership:2"
    with pytest.raises(IntegrityError, match=MESSAGE), transaction.atomic():
        entry.save()
    assert Entry.objects.get(pk=entry.pk).subject == "membership:1"


def test_guarding_a_column_that_is_not_there_is_refused(db: None) -> None:
    with pytest.raises(LookupError, match="no column"):
        statements(connection, "audit_entry", ("absent",))


@pytest.mark.sqlite
@pytest.mark.django_db(transaction=True)
def test_a_test_database_can_be_emptied_and_is_guarded_afterwards(now: dt.datetime) -> None:
    from django.core.management import call_command

    enter("member.moved", "membership:1", by=None, at=now)
    call_command("flush", interactive=False, verbosity=0)
    assert not Entry.objects.exists()
    enter("member.moved", "membership:1", by=None, at=now)
    with pytest.raises(IntegrityError, match=MESSAGE):
        Entry.objects.all().delete()
