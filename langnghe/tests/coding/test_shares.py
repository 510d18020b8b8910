"""A machine's codes count nowhere until a person confirms them (R11); a share from them needs the random audit."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from langnghe.coding import domain
from langnghe.coding.domain import Suggestion, code_again, confirm_topic, draw_notes, set_aside, train_network_coder
from langnghe.coding.domain.shares import audited_codes, estimate_coded_shares
from langnghe.coding.domain.training import confirmed, file_of
from langnghe.coding.enums import DrawnBy
from langnghe.coding.models import CoderVersion, Coding, Draw, Drawn, Placement
from langnghe.common.errors import Refusal
from langnghe.common.periods import Period
from langnghe.frames.models import Topic
from langnghe.intake.models import Observation
from langnghe.reports.queries import notes_heard, outcome
from langnghe.testing import House

Write = Callable[..., Observation]
WEEK = Period.week("2026-W45", "thu-wed")
SPAN = (WEEK.first_day, WEEK.last_day)
WORDS = {"KT1": ("giá gạo", "giá thịt", "giá xăng", "giá gas"), "GT1": ("đường hỏng", "ổ gà", "cầu tạm", "xe tải")}


def topic(code: str) -> Topic:
    return Topic.objects.get(code=code, field__frame__in_use=True)


@pytest.fixture
def tell(write: Write) -> Callable[[str, int], list[Observation]]:
    """`tell("KT1", 40)`: so many notes of the week that speak of prices."""
    chance = random.Random(11)

    def make(code: str, number: int) -> list[Observation]:
        return [write(f"Bà con nói {chance.choice(WORDS[code])}, {chance.choice(WORDS[code])} lần {at}", day=WEEK.first_day)
                for at in range(number)]

    return make


# -- a machine's word counts nowhere


def sure_of_prices(_unit: object, notes: Sequence[Observation]) -> list[list[Suggestion]]:
    return [[Suggestion("KT1", 0.99, "coder 7")] for _note in notes]


def test_what_a_machine_suggests_is_in_no_count_of_a_report(house: House, write: Write, now: dt.datetime) -> None:
    note = write("Giá gạo tăng", day=WEEK.first_day)
    before = notes_heard(house.unit, *SPAN), outcome(house.unit, WEEK)
    domain.suggest_topics([note], coder=sure_of_prices, by=None, at=now)
    assert Coding.objects.filter(source="machine").exists()
    assert (notes_heard(house.unit, *SPAN), outcome(house.unit, WEEK)) == before
    assert before[0][0].topic is None
    confirm_topic(note, topic=topic("KT1"), by=house.people["bob"], at=now)
    assert notes_heard(house.unit, *SPAN)[0].topic == topic("KT1").pk


def test_database_refuses_a_placement_that_no_person_made(house: House, write: Write, now: dt.datetime) -> None:
    note = write("Giá gạo tăng", day=WEEK.first_day)
    machine = Coding.objects.create(observation=note, topic=topic("KT1"), source="machine", made_by_version="coder 7", at=now)
    author = Coding.objects.create(observation=note, topic=topic("KT1"), source="author", at=now)
    for coding in (machine, author):
        with pytest.raises(IntegrityError, match="a machine only suggests"), transaction.atomic():
            Placement.objects.create(observation=note, coding=coding, topic=coding.topic)
    confirm_topic(note, topic=topic("KT1"), by=house.people["bob"], at=now)
    with pytest.raises(IntegrityError, match="a machine only suggests"), transaction.atomic():
        Placement.objects.filter(observation=note).update(coding=machine)


def test_neither_suggestions_nor_blind_codings_teach_the_coder(house: House, write: Write, now: dt.datetime) -> None:
    note = write("Giá gạo tăng", day=WEEK.first_day)
    domain.suggest_topics([note], coder=sure_of_prices, by=None, at=now)
    draw = Draw.objects.create(unit=house.unit, period=WEEK.code, seed="x", share=0.1, notes=1, drawn=1, at=now)
    row = Drawn.objects.create(observation=note, draw=draw, number=0.01, share=0.1, drawn_by="chance")
    code_again(row, topic=topic("KT1"), by=house.people["erin"], at=now)
    assert confirmed(house.network) == []


# -- shares


def test_where_everything_was_confirmed_a_share_is_counted(house: House, tell: Callable[[str, int], list[Observation]],
                                                           now: dt.datetime) -> None:
    for code, number in (("KT1", 3), ("GT1", 1)):
        for note in tell(code, number):
            confirm_topic(note, topic=topic(code), by=house.people["bob"], at=now)
    set_aside(tell("GT1", 1)[0], "outside", by=house.people["bob"], at=now)
    found = estimate_coded_shares(house.unit, *SPAN)
    assert (found.notes, found.confirmed, found.rest, found.audited, found.digest) == (4, 4, 0, 0, "")
    assert [(line.topic.code, line.share, line.low, line.high) for line in found.topics] == [
        ("KT1", 0.75, 0.75, 0.75), ("GT1", 0.25, 0.25, 0.25)]


def test_without_notes_there_is_no_share(house: House, write: Write) -> None:
    write("", day=WEEK.first_day, topic="KT1", setting="overheard")
    with pytest.raises(Refusal, match=r"shares\.none"):
        estimate_coded_shares(house.unit, *SPAN)


def test_a_machines_codes_without_an_audit_are_no_share(house: House, tell: Callable[[str, int], list[Observation]]) -> None:
    tell("KT1", 50)
    with pytest.raises(Refusal, match=r"shares\.no_audit") as refused:
        estimate_coded_shares(house.unit, *SPAN)
    assert refused.value.status == 409


def test_an_audit_that_is_not_whole_or_too_small_is_refused(house: House, tell: Callable[[str, int], list[Observation]],
                                                            now: dt.datetime, settings: Any) -> None:
    tell("KT1", 40)
    settings.DOUBLE_CODING = "0.5"
    draw_notes(house.unit, WEEK, by=None, at=now)
    with pytest.raises(Refusal, match=r"shares\.open"):
        estimate_coded_shares(house.unit, *SPAN)
    for row in Drawn.objects.all():
        code_again(row, topic=topic("KT1"), by=house.people["erin"], at=now)
    with pytest.raises(Refusal, match=r"shares\.few"):
        estimate_coded_shares(house.unit, *SPAN)


def test_only_what_chance_drew_of_unconfirmed_notes_is_the_audit(house: House, tell: Callable[[str, int], list[Observation]],
                                                                 now: dt.datetime) -> None:
    """Neither notes that filled a week up, nor notes a person confirmed, nor other units' or weeks' notes feed a share."""
    drawn, filled, placed, later, raised = tell("KT1", 5)
    low = Draw.objects.create(unit=house.unit, period=WEEK.code, seed="x", share=0.1, notes=5, drawn=4, at=now)
    high = Draw.objects.create(unit=house.unit, period=WEEK.code, seed="x", share=0.3, notes=5, drawn=1, at=now)
    for note, draw, number, by in ((drawn, low, 0.01, DrawnBy.CHANCE), (filled, low, 0.4, DrawnBy.FILLED),
                                   (placed, low, 0.02, DrawnBy.CHANCE), (later, low, 0.03, DrawnBy.CHANCE),
                                   (raised, high, 0.25, DrawnBy.CHANCE)):
        Drawn.objects.create(observation=note, draw=draw, number=number, share=draw.share, drawn_by=by)
    confirm_topic(placed, topic=topic("KT1"), by=house.people["bob"], at=now)
    code_again(Drawn.objects.get(pk=drawn.pk), topic=topic("GT1"), by=house.people["erin"], at=now)
    assert audited_codes(house.unit, *SPAN) == {str(drawn.pk): "GT1", str(later.pk): None}
    assert audited_codes(house.sibling, *SPAN) == {}
    assert audited_codes(house.unit, SPAN[1], SPAN[1]) == {}


def test_shares_put_the_machine_right_by_the_audit_and_count_what_was_confirmed(
        house: House, tell: Callable[[str, int], list[Observation]], now: dt.datetime, settings: Any) -> None:
    pytest.importorskip("sklearn", reason="needs the text extra")
    for code, number in (("KT1", 30), ("GT1", 30)):
        for note in tell(code, number):
            confirm_topic(note, topic=topic(code), by=house.people["bob"], at=now)
    truth = {note.pk: code for code, number in (("KT1", 90), ("GT1", 50)) for note in tell(code, number)}
    settings.DOUBLE_CODING = "0.4"
    draw_notes(house.unit, WEEK, by=None, at=now)
    audit = Drawn.objects.filter(observation__placement=None, drawn_by="chance")
    for row in audit:
        code_again(row, topic=topic(truth[row.pk]), by=house.people["erin"], at=now)
    with pytest.raises(Refusal, match=r"shares\.no_coder"):
        estimate_coded_shares(house.unit, *SPAN)
    version = train_network_coder(house.network, by=None, at=now)
    found = estimate_coded_shares(house.unit, *SPAN)
    assert (found.notes, found.confirmed, found.rest, found.audited) == (200, 60, 140, audit.count())
    assert found.digest == version.digest
    real = Counter(truth.values()) + Counter(KT1=30, GT1=30)
    for line in found.topics:
        assert line.low <= line.share <= line.high
        assert line.low <= real[line.topic.code] / 200 <= line.high
        assert line.high - line.low < 0.2
    assert found.topics[0].topic.code == "KT1"
    assert sum(line.share for line in found.topics) == pytest.approx(1, abs=0.02)
    file_of(house.network, version.digest).unlink()
    with pytest.raises(Refusal, match=r"coder\.gone"):
        estimate_coded_shares(house.unit, *SPAN)
    assert CoderVersion.objects.count() == 1
