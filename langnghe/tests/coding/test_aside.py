"""What is set aside stays counted, with its reason (R9); a duplicate names what is kept; it can be put back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction

from langnghe.audit.models import Entry
from langnghe.coding.domain import confirm_topic, find_choice, put_back, set_aside, set_many_aside
from langnghe.coding.models import SetAside
from langnghe.coding.queries.queue import tally
from langnghe.common.errors import Refusal
from langnghe.common.periods import Period
from langnghe.intake.models import Observation
from langnghe.testing import House

Write = Callable[..., Observation]

WEEK = Period.week("2026-W46", "thu-wed")


def refusal_of(*args: object, **named: object) -> str:
    with pytest.raises(Refusal) as caught:
        set_aside(*args, **named)  # type: ignore[arg-type]
    return caught.value.code


def test_every_note_in_is_a_note_out(house: House, write: Write, now: dt.datetime) -> None:
    notes, bob = [write(f"Ghi chép số {n}") for n in range(6)], house.people["bob"]
    set_aside(notes[0], "duplicate", kept=notes[1], by=bob, at=now)
    set_aside(notes[2], "hold", by=bob, at=now)
    confirm_topic(notes[3], topic=find_choice(house.network, "t:KT1")[0], by=bob, at=now)
    assert tally(bob, WEEK) == {"aside": 2, "confirmed": 1, "waiting": 3}


def test_note_put_back_stands_where_it_stood(house: House, write: Write, now: dt.datetime) -> None:
    note, bob = write("Giá gạo tăng"), house.people["bob"]
    confirm_topic(note, topic=find_choice(house.network, "t:KT1")[0], by=bob, at=now)
    set_aside(note, "hold", by=bob, at=now)
    assert tally(bob, WEEK) == {"aside": 1}
    put_back(note, by=bob, at=now)
    assert tally(bob, WEEK) == {"confirmed": 1}
    assert list(Entry.objects.filter(action__startswith="note.").order_by("pk").values_list("action", flat=True)) == [
        "note.coded", "note.set_aside", "note.put_back"]
    with pytest.raises(Refusal) as caught:
        put_back(note, by=bob, at=now)
    assert caught.value.code == "aside.not_aside"


def test_duplicate_must_name_a_note_that_is_kept(house: House, write: Write, now: dt.datetime) -> None:
    one, two, three = write("Mất nước"), write("Mất nước"), write("Mất nước")
    how = {"by": house.people["bob"], "at": now}
    assert refusal_of(one, "duplicate", **how) == "aside.duplicate"
    assert refusal_of(one, "local", kept=two, **how) == "aside.duplicate"
    assert refusal_of(one, "duplicate", kept=one, **how) == "aside.kept"
    assert refusal_of(one, "duplicate", kept=write("Mất nước", unit=house.sibling), **how) == "aside.kept"
    assert refusal_of(one, "mood", **how) == "aside.reason"
    set_aside(one, "duplicate", kept=two, **how)
    assert refusal_of(one, "local", **how) == "aside.already"
    assert refusal_of(two, "local", **how) == "aside.is_kept"
    assert refusal_of(two, "duplicate", kept=three, **how) == "aside.is_kept"
    assert refusal_of(three, "duplicate", kept=one, **how) == "aside.kept_gone"


def test_several_at_once_are_recorded_as_such_and_the_one_kept_stays(house: House, write: Write, now: dt.datetime) -> None:
    notes = [write("Mất nước") for _ in range(4)]
    bulk = set_many_aside(notes, "duplicate", kept=notes[0], by=house.people["bob"], at=now)
    assert (bulk.done, bulk.left, bulk.action.notes) == (3, 1, 3)
    assert set(SetAside.objects.values_list("bulk", "kept")) == {(bulk.action.pk, notes[0].pk)}
    assert Entry.objects.get(action="note.set_aside_in_bulk").details == {"notes": 3, "reason": "duplicate"}


def test_database_refuses_a_duplicate_of_nothing_and_of_itself(house: House, write: Write, now: dt.datetime) -> None:
    note = write("Mất nước")
    for kept in (None, note):
        with pytest.raises(IntegrityError), transaction.atomic():
            SetAside.objects.create(observation=note, reason="duplicate", kept=kept, by=house.people["bob"], at=now)
