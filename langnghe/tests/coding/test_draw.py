"""Notes are drawn for a second coding at random, at least a tenth of each week, and anybody can draw them again."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from langnghe.coding.domain import confirm_together, confirm_topic, draw_notes, draw_when_due, set_aside
from langnghe.coding.domain.draw import Candidate, choose_notes, seed_of
from langnghe.coding.enums import DrawnBy
from langnghe.coding.models import Draw, Drawn
from langnghe.common.errors import Refusal
from langnghe.common.periods import Period
from langnghe.frames.models import Topic
from langnghe.intake.models import Observation
from langnghe.testing import House
from nghe.survey.sampling.chance import number_of

Write = Callable[..., Observation]
LAST_WEEK = Period.week("2026-W45", "thu-wed")
DAY = LAST_WEEK.first_day


def topic(code: str = "KT1") -> Topic:
    return Topic.objects.get(code=code, field__frame__in_use=True)


def write_many(write: Write, number: int, **fields: Any) -> list[Observation]:
    return [write(f"Chuyện số {at} ở xóm", day=DAY, **fields) for at in range(number)]


@pytest.mark.parametrize("said", ["0.05", "0", "1.01", "một phần mười", "nan", "-0.2"])
def test_a_share_below_a_tenth_or_none_at_all_is_refused(house: House, write: Write, now: dt.datetime, settings: Any,
                                                        said: str) -> None:
    settings.DOUBLE_CODING = said
    write_many(write, 3)
    with pytest.raises(Refusal, match=r"draw\.share") as refused:
        draw_notes(house.unit, LAST_WEEK, by=None, at=now)
    assert said in str(refused.value.message)
    assert not Drawn.objects.exists()


@pytest.mark.parametrize(("notes", "share", "least"), [(1, "0.1", 1), (25, "0.1", 3), (60, "0.1", 6), (60, "0.25", 15)])
def test_a_week_that_is_over_is_filled_to_the_share(house: House, write: Write, now: dt.datetime, settings: Any, notes: int,
                                                    share: str, least: int) -> None:
    settings.DOUBLE_CODING = share
    written = write_many(write, notes)
    draw = draw_notes(house.unit, LAST_WEEK, by=None, at=now)
    assert draw is not None
    assert (draw.notes, draw.share, draw.seed) == (notes, float(share), "ST/2026-W45")
    drawn = {row.observation_id: row for row in Drawn.objects.all()}
    assert len(drawn) == draw.drawn >= least
    numbers = {note.pk: number_of("ST/2026-W45", str(note.pk)) for note in written}
    assert {pk for pk, number in numbers.items() if number < float(share)} <= set(drawn)
    assert max(numbers[pk] for pk in drawn) <= min((numbers[pk] for pk in numbers if pk not in drawn), default=1)
    assert all((row.drawn_by == DrawnBy.CHANCE) == (row.number < float(share)) for row in drawn.values())


def test_drawing_again_changes_nothing_and_late_notes_are_drawn_by_the_same_numbers(house: House, write: Write,
                                                                                    now: dt.datetime) -> None:
    write_many(write, 40)
    first = draw_notes(house.unit, LAST_WEEK, by=None, at=now)
    before = set(Drawn.objects.values_list("pk", flat=True))
    assert first is not None
    assert draw_notes(house.unit, LAST_WEEK, by=None, at=now) is None
    write_many(write, 40)
    draw_notes(house.unit, LAST_WEEK, by=None, at=now)
    after = set(Drawn.objects.values_list("pk", flat=True))
    assert before < after
    assert len(after) >= 8


def test_the_running_week_is_drawn_by_chance_alone(house: House, write: Write, now: dt.datetime) -> None:
    for at in range(60):
        write(f"Chuyện số {at} ở xóm")
    draw_notes(house.unit, Period.week("2026-W46", "thu-wed"), by=None, at=now)
    assert set(Drawn.objects.values_list("drawn_by", flat=True)) == {"chance"}


def test_notes_without_words_and_notes_set_aside_are_not_drawn(house: House, write: Write, now: dt.datetime) -> None:
    silent = write("", day=DAY, topic="KT1", setting="overheard")
    left_out = write("Chuyện để lại", day=DAY)
    set_aside(left_out, "outside", by=house.people["bob"], at=now)
    assert draw_notes(house.unit, LAST_WEEK, by=None, at=now) is None
    assert not Drawn.objects.filter(observation__in=[silent, left_out]).exists()


def test_what_was_coded_in_bulk_does_not_count_towards_the_share(house: House, write: Write, now: dt.datetime) -> None:
    notes = sorted(write_many(write, 40), key=lambda note: number_of(seed_of(house.unit, LAST_WEEK), str(note.pk)))
    confirm_together(notes[:20], topic=topic(), by=house.people["bob"], at=now)
    for note in notes[20:]:
        confirm_topic(note, topic=topic(), by=house.people["bob"], at=now)
    draw_notes(house.unit, LAST_WEEK, by=None, at=now)
    singly = Drawn.objects.filter(observation__placement__coding__bulk=None)
    assert singly.count() >= 4
    assert singly.filter(drawn_by=DrawnBy.FILLED).count() >= 4


def test_the_clock_draws_the_present_week_and_four_before_and_only_of_own_units(house: House, write: Write,
                                                                                now: dt.datetime) -> None:
    week = Period.week("2026-W46", "thu-wed")
    for steps in range(7):
        day = week.first_day if steps == 0 else week.before(steps).first_day
        write("Chuyện trong tuần", day=day)
    write("Chuyện đơn vị bên cạnh", unit=house.sibling, day=DAY)
    assert draw_when_due(house.network, at=now) == Drawn.objects.count()
    drawn = set(Draw.objects.values_list("unit__code", "period"))
    assert {("ST", "2026-W45"), ("ST", "2026-W42"), ("KH", "2026-W45")} <= drawn
    assert not {("ST", "2026-W41"), ("ST", "2026-W40")} & drawn


def test_database_holds_the_floor_and_knows_what_chance_drew(house: House, write: Write, now: dt.datetime) -> None:
    note = write("Chuyện", day=DAY)
    draw = Draw.objects.create(unit=house.unit, period="2026-W45", seed="x", share=0.1, notes=1, drawn=1, at=now)
    for wrong in ({"number": 0.5, "share": 0.1, "drawn_by": "chance"}, {"number": 0.01, "share": 0.05, "drawn_by": "chance"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Drawn.objects.create(observation=note, draw=draw, **wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        Draw.objects.create(unit=house.unit, period="2026-W45", seed="x", share=0.09, notes=1, drawn=1, at=now)
    row = Drawn.objects.create(observation=note, draw=draw, number=0.05, share=0.1, drawn_by="chance")
    row.drawn_by = "filled"
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()
    with pytest.raises(IntegrityError), transaction.atomic():
        row.delete()


@pytest.mark.parametrize("notes", [1, 9, 10, 11, 500])
def test_choice_depends_on_the_numbers_alone(notes: int) -> None:
    known = [Candidate(at, (at + 0.5) / notes, drawn=False, counts=True) for at in range(notes)]  # type: ignore[arg-type]
    chosen = choose_notes(known, 0.1, fill=True)
    assert len(chosen) == max(math.ceil(0.1 * notes), sum(one.number < 0.1 for one in known))
    assert chosen == known[: len(chosen)]
