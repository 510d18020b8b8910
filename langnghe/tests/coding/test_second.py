"""A second person codes a drawn note without seeing the first one's topic or a machine's; nothing in bulk counts (R11)."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from langnghe.coding.domain import code_again, confirm_together, confirm_topic, set_aside
from langnghe.coding.models import Draw, Drawn, Placement, SecondCoding
from langnghe.coding.queries.reliability import Mark, pairs_of, reliability_of
from langnghe.coding.queries.second import notes_to_code_again, weeks_coded_twice
from langnghe.coding.rules import alpha_of, alpha_of_all, count_pairs, mark_of
from langnghe.common.errors import Refusal
from langnghe.common.periods import Period
from langnghe.frames.domain import merge_topic, put_to_use, start_next_version
from langnghe.frames.models import CodingFrame, Topic
from langnghe.intake.models import Observation
from langnghe.testing import House

Write = Callable[..., Observation]
Code = Callable[..., Drawn]


def topic(code: str = "KT1") -> Topic:
    return Topic.objects.get(code=code, field__frame__in_use=True)


@pytest.fixture
def draw(house: House, now: dt.datetime) -> Draw:
    return Draw.objects.create(unit=house.unit, period="2026-W46", seed="ST/2026-W46", share=0.1, notes=10, drawn=10, at=now)


@pytest.fixture
def code(house: House, write: Write, draw: Draw, now: dt.datetime) -> Code:
    """`code("KT1", "KT2")`: a drawn note that Bob gave the first topic, and Erin, blind, the second; None leaves a coding out."""
    def make(first: str | None = None, second: str | None = None, text: str = "Chuyện ở xóm") -> Drawn:
        note = write(text)
        if first:
            confirm_topic(note, topic=topic(first), by=house.people["bob"], at=now)
        drawn = Drawn.objects.create(observation=note, draw=draw, number=0.01, share=0.1, drawn_by="chance")
        if second:
            code_again(drawn, topic=topic(second), by=house.people["erin"], at=now)
        return drawn

    return make


def test_who_gave_the_first_topic_is_not_asked_and_cannot_be_the_second(house: House, code: Code, now: dt.datetime) -> None:
    drawn = code("KT1")
    assert not notes_to_code_again(house.people["bob"]).exists()
    assert list(notes_to_code_again(house.people["erin"])) == [drawn]
    with pytest.raises(Refusal, match=r"second\.same"):
        code_again(drawn, topic=topic(), by=house.people["bob"], at=now)
    placed = Placement.objects.get().coding
    with pytest.raises(IntegrityError), transaction.atomic():
        SecondCoding.objects.create(drawn=drawn, topic=topic(), by=house.people["bob"], first=placed,
                                    first_by=house.people["bob"], at=now)


def test_a_second_coding_moves_nothing_and_is_made_once(house: House, code: Code, now: dt.datetime) -> None:
    drawn = code("KT1", "KT2")
    assert Placement.objects.get().topic.code == "KT1"
    assert not notes_to_code_again(house.people["erin"]).exists()
    with pytest.raises(Refusal, match=r"second\.done"):
        code_again(drawn, topic=topic(), by=house.people["erin"], at=now)
    second = SecondCoding.objects.get()
    assert (second.first_by, second.by) == (house.people["bob"], house.people["erin"])
    for change in (second.delete, lambda: SecondCoding.objects.update(topic=topic("KT1"))):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_a_note_that_was_set_aside_is_refused_and_not_asked_for(house: House, code: Code, now: dt.datetime) -> None:
    drawn = code()
    set_aside(drawn.observation, "outside", by=house.people["bob"], at=now)
    assert not notes_to_code_again(house.people["erin"]).exists()
    with pytest.raises(Refusal, match=r"coding\.set_aside"):
        code_again(drawn, topic=topic(), by=house.people["erin"], at=now)


def test_other_units_notes_are_not_asked_for(house: House, code: Code) -> None:
    code("KT1")
    for name in ("alice", "carol", "dan", "eve", "mallory"):
        assert not notes_to_code_again(house.people[name]).exists()


def test_notes_with_a_first_topic_come_before_those_that_nobody_coded(house: House, code: Code) -> None:
    uncoded, coded = code(), code("KT1")
    assert list(notes_to_code_again(house.people["erin"])) == [coded, uncoded]


def test_bulk_never_counts_as_double_coding(house: House, code: Code, now: dt.datetime) -> None:
    notes = [code() for _ in range(3)]
    confirm_together([one.observation for one in notes], topic=topic(), by=house.people["bob"], at=now)
    assert not notes_to_code_again(house.people["erin"]).exists()
    code_again(notes[0], topic=topic(), by=house.people["erin"], at=now)
    assert pairs_of(house.network) == []
    (week,) = weeks_coded_twice(house.people["erin"], [Period.week("2026-W46", "thu-wed")])
    assert (week.notes, week.drawn, week.twice) == (3, 3, 0)


def test_where_the_blind_coding_came_first_the_next_persons_is_its_counterpart(house: House, code: Code,
                                                                               now: dt.datetime) -> None:
    drawn = code(None, "KT2")
    assert pairs_of(house.network) == []
    confirm_topic(drawn.observation, topic=topic("KT1"), by=house.people["bob"], at=now)
    confirm_topic(drawn.observation, topic=topic("KT2"), by=house.people["bob"], at=now)
    (pair,) = pairs_of(house.network)
    assert (pair.first[0], pair.second[0]) == (topic("KT1").pk, topic("KT2").pk), "what was settled later is no agreement"
    (week,) = weeks_coded_twice(house.people["erin"], [Period.week("2026-W46", "thu-wed")])
    assert week.twice == 1
    own = code(None, "KT2")
    confirm_topic(own.observation, topic=topic("KT2"), by=house.people["erin"], at=now)
    assert len(pairs_of(house.network)) == 1, "one person twice is one reading"


def test_a_correction_after_the_second_coding_changes_no_agreement(house: House, code: Code, now: dt.datetime) -> None:
    drawn = code("KT1", "KT2")
    confirm_topic(drawn.observation, topic=topic("KT2"), by=house.people["bob"], at=now)
    (pair,) = pairs_of(house.network)
    assert pair.first[0] == topic("KT1").pk


def test_topics_are_marked_by_alpha_and_by_number(house: House, code: Code) -> None:
    for first, second, times in (("KT1", "KT1", 12), ("KT2", "KT2", 4), ("KT2", "GT1", 8), ("GT1", "KT2", 8), ("MT1", "MT1", 3)):
        for _ in range(times):
            code(first, second)
    found = reliability_of(house.network)
    assert found.twice == 35
    assert (found.of(topic("KT1").pk).alpha, found.of(topic("KT1").pk).mark) == (1.0, Mark.RELIABLE)
    bad = found.of(topic("KT2").pk)
    assert (bad.notes, bad.mark, bad.doubtful) == (20, Mark.UNRELIABLE, True)
    assert bad.alpha is not None
    assert bad.alpha < 0.667
    assert bad.word == f"không tin cậy (α {bad.alpha:.2f})".replace(".", ",")
    few, never = found.of(topic("MT1").pk), found.of(topic("YT1").pk)
    assert (few.notes, few.mark, few.word) == (3, Mark.UNMEASURED, "chưa đo được")
    assert (never.notes, never.doubtful) == (0, True)
    assert found.unreliable == {topic("KT2").pk, topic("GT1").pk}


def test_reliability_follows_a_topic_into_the_next_frame(house: House, code: Code, now: dt.datetime) -> None:
    for _ in range(12):
        code("KT1", "KT1")
    for _ in range(12):
        code("KT2", "KT2")
    old = topic("KT2").pk
    assert reliability_of(house.network).of(old).notes == 12
    how: dict[str, Any] = {"by": house.people["erin"], "at": now}
    draft = start_next_version(CodingFrame.objects.get(in_use=True), version="2027.1", **how)
    new = Topic.objects.get(code="KT1", field__frame=draft)
    merge_topic(Topic.objects.get(code="KT2", field__frame=draft), into=new, **how)
    put_to_use(draft, **how)
    assert reliability_of(house.network).of(old).notes == 24
    assert reliability_of(house.network).of(topic("KT1").pk).notes == 24


def test_reliability_is_of_one_unit_and_of_a_year_up_to_a_day(house: House, code: Code) -> None:
    code("KT1", "KT1")
    assert reliability_of(house.network, unit=house.sibling).twice == 0
    assert reliability_of(house.network, unit=house.unit, until=dt.date(2026, 11, 9)).twice == 1
    assert reliability_of(house.network, until=dt.date(2026, 11, 8)).twice == 0
    assert reliability_of(house.network, until=dt.date(2027, 11, 9)).twice == 0, "a year back, not more"


@pytest.mark.parametrize("rows", [1, 3])
def test_reliability_asks_the_database_once_when_nothing_changed(house: House, code: Code, rows: int) -> None:
    for _ in range(rows):
        code("KT1", "KT1")
    with CaptureQueriesContext(connection) as first:
        reliability_of(house.network)
    with CaptureQueriesContext(connection) as second:
        reliability_of(house.network)
    assert (len(first), len(second)) == (5, 1)


def test_closed_form_equals_the_library_on_random_codings() -> None:
    pytest.importorskip("numpy", reason="needs the text extra")
    from nghe.text.agreement import TENTATIVE, alpha, alpha_of_code

    chance = random.Random(5)
    for size in (2, 7, 60):
        pairs = [(first, first if chance.random() < 0.6 else chance.choice("abcd")) for first in chance.choices("abcd", k=size)]
        agreed = count_pairs(pairs)
        for letter in "abcde":
            own = alpha_of(agreed, letter)
            library = alpha_of_code([list(pair) for pair in pairs], letter)
            assert own == pytest.approx(library.value, abs=1e-12)
            if agreed.carried[letter] >= 10:
                assert (mark_of(own, agreed.carried[letter]) == Mark.UNRELIABLE) == (library.mark == "unreliable")
        assert alpha_of_all(agreed) == pytest.approx(alpha([list(pair) for pair in pairs]).value, abs=1e-12)
    assert TENTATIVE == 0.667
    assert alpha_of_all(count_pairs([])) is None
