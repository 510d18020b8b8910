"""A person confirms (R11): what was suggested, who confirmed and whether in bulk stays; nothing is lost on the way."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction

from langnghe.audit.models import Entry
from langnghe.coding.domain import (
    Suggestion,
    confirm_suggestions,
    confirm_together,
    confirm_topic,
    find_choice,
    set_aside,
    suggest_topics,
)
from langnghe.coding.enums import BulkKind
from langnghe.coding.models import BulkAction, Coding, Placement
from langnghe.coding.queries.proposals import proposals_of
from langnghe.common.errors import Refusal
from langnghe.intake.models import Observation
from langnghe.testing import House

Write = Callable[..., Observation]


def choice(house: House, value: str) -> dict[str, object]:
    topic, code = find_choice(house.network, value)
    return {"topic": topic, "code": code}


def test_confirming_places_the_note_and_keeps_every_coding(house: House, write: Write, now: dt.datetime) -> None:
    note, bob = write("Giá gạo tăng"), house.people["bob"]
    first = confirm_topic(note, **choice(house, "c:KT1.1"), by=bob, at=now)
    second = confirm_topic(note, **choice(house, "t:KT2"), by=bob, at=now)
    placement = Placement.objects.get(observation=note)
    assert (placement.topic.code, placement.code, placement.coding) == ("KT2", None, second)
    assert list(note.codings.order_by("pk")) == [first, second]
    assert [entry.details["topic"] for entry in Entry.objects.filter(action="note.coded")] == ["KT1", "KT2"]


def test_confirming_the_same_again_changes_nothing(house: House, write: Write, now: dt.datetime) -> None:
    note, bob = write("Giá gạo tăng"), house.people["bob"]
    first = confirm_topic(note, **choice(house, "t:KT1"), by=bob, at=now)
    assert confirm_topic(note, **choice(house, "t:KT1"), by=bob, at=now) == first
    assert Coding.objects.count() == Entry.objects.filter(action="note.coded").count() == 1


@pytest.mark.parametrize("value", ["t:ZZ9", "c:KT1.99", "KT1", "", "t:", "x:KT1"])
def test_code_that_is_not_in_the_frame_is_refused(house: House, value: str) -> None:
    with pytest.raises(Refusal) as caught:
        find_choice(house.network, value)
    assert caught.value.code == "coding.choice"


def test_note_set_aside_is_not_coded(house: House, write: Write, now: dt.datetime) -> None:
    note, bob = write("Giá gạo tăng"), house.people["bob"]
    set_aside(note, "outside", by=bob, at=now)
    with pytest.raises(Refusal) as caught:
        confirm_topic(note, **choice(house, "t:KT1"), by=bob, at=now)
    assert caught.value.code == "coding.set_aside"
    assert not Coding.objects.exists()


def test_bulk_confirms_what_was_suggested_and_counts_what_was_not(house: House, write: Write, now: dt.datetime) -> None:
    notes = [write("Giá gạo tăng", topic="KT1"), write("Chợ vắng", topic="KT2"), write("Chưa rõ")]
    bulk = confirm_suggestions(notes, by=house.people["bob"], at=now)
    assert (bulk.done, bulk.left) == (2, 1)
    assert BulkAction.objects.get() == bulk.action
    assert set(Coding.objects.values_list("topic__code", "bulk", "by__username")) == {
        ("KT1", bulk.action.pk, "bob"), ("KT2", bulk.action.pk, "bob")}
    assert Entry.objects.filter(action="note.coded_in_bulk").count() == 1


def test_fold_codes_each_of_its_notes(house: House, write: Write, now: dt.datetime) -> None:
    notes = [write("Mất nước cả đêm") for _ in range(5)]
    bulk = confirm_together(notes, **choice(house, "t:KT1"), by=house.people["bob"], at=now)
    assert (bulk.action.kind, bulk.action.notes) == (BulkKind.FOLD, 5)
    assert Placement.objects.filter(observation__in=notes).count() == 5


def test_bulk_of_nothing_and_of_too_many_is_refused(house: House, write: Write, now: dt.datetime) -> None:
    for notes, code in [([], "coding.none_chosen"), ([write("Giá gạo tăng")] * 501, "coding.too_many")]:
        with pytest.raises(Refusal) as caught:
            confirm_suggestions(notes, by=house.people["bob"], at=now)
        assert caught.value.code == code


def test_bulk_is_all_or_nothing(house: House, write: Write, now: dt.datetime) -> None:
    notes = [write("Giá gạo tăng", topic="KT1"), write("Chợ vắng", topic="KT2")]
    set_aside(notes[1], "local", by=house.people["bob"], at=now)
    with pytest.raises(Refusal):
        confirm_suggestions(notes, by=house.people["bob"], at=now)
    assert not Placement.objects.exists()
    assert not BulkAction.objects.exists()


def machine(*rows: list[Suggestion]) -> object:
    return lambda unit, notes: list(rows)


def test_machine_suggests_with_label_version_sureness_and_why(house: House, write: Write, now: dt.datetime) -> None:
    note, silent = write("Giá gạo tăng", topic="KT2"), write("Chưa rõ")
    coder = machine([Suggestion("KT1", 0.91, "coder 3", code="KT1.1", why=("giá gạo",)), Suggestion("KT3", 0.2, "coder 3")], [])
    assert suggest_topics([note, silent], coder=coder, by=None, at=now) == 1
    found = proposals_of([note, silent])
    assert [(p.value, p.confidence, p.version, p.why, str(p.sureness)) for p in found[note.pk]] == [
        ("c:KT1.1", 0.91, "coder 3", ("giá gạo",), "sure"), ("t:KT3", 0.2, "coder 3", (), "weak"),
        ("t:KT2", None, "", (), "author")]
    assert found[silent.pk] == []
    assert not Placement.objects.exists(), "a machine only suggests"


def test_confirmation_names_the_suggestion_it_agrees_with(house: House, write: Write, now: dt.datetime) -> None:
    note, bob = write("Giá gạo tăng"), house.people["bob"]
    suggest_topics([note], coder=machine([Suggestion("KT1", 0.9, "coder 3")]), by=None, at=now)
    agreed = confirm_topic(note, **choice(house, "t:KT1"), by=bob, at=now)
    corrected = confirm_topic(note, **choice(house, "t:KT2"), by=bob, at=now)
    assert agreed.confirms == Coding.objects.get(source="machine")
    assert corrected.confirms is None


@pytest.mark.parametrize(("rows", "code"), [
    ([], "coder.count"), ([[], []], "coder.count"), ([[Suggestion("ZZ1", 0.5, "v")]], "coder.answer"),
    ([[Suggestion("KT1", 1.2, "v")]], "coder.answer"), ([[Suggestion("KT1", float("nan"), "v")]], "coder.answer"),
    ([[Suggestion("KT1", 0.5, "")]], "coder.answer"), ([[Suggestion("KT1", 0.5, "v", code="KT2.1")]], "coder.answer"),
], ids=["too few", "too many", "no topic", "over one", "not a number", "no version", "code of another topic"])
def test_coder_that_loses_a_record_or_answers_nonsense_is_refused(house: House, write: Write, now: dt.datetime,
                                                                  rows: list[list[Suggestion]], code: str) -> None:
    with pytest.raises(Refusal) as caught:
        suggest_topics([write("Giá gạo tăng")], coder=machine(*rows), by=None, at=now)
    assert caught.value.code == code
    assert not Coding.objects.exists()


def test_newer_version_of_a_coder_replaces_what_the_older_said(house: House, write: Write, now: dt.datetime) -> None:
    note = write("Giá gạo tăng")
    suggest_topics([note], coder=machine([Suggestion("KT1", 0.9, "1")]), by=None, at=now)
    suggest_topics([note], coder=machine([Suggestion("KT2", 0.7, "2")]), by=None, at=now + dt.timedelta(hours=1))
    assert [p.topic.code for p in proposals_of([note])[note.pk]] == ["KT2"]
    assert note.suggested.coding.made_by_version == "2"
    assert Coding.objects.count() == 2


def test_database_refuses_a_machine_that_confirms_and_a_nameless_person(house: House, write: Write, now: dt.datetime) -> None:
    note, topic = write("Giá gạo tăng"), find_choice(house.network, "t:KT1")[0]
    posing = {"source": "machine", "by": house.people["bob"], "made_by_version": "1"}
    for bad in (posing, {"source": "machine"}, {"source": "person"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Coding.objects.create(observation=note, topic=topic, at=now, **bad)
