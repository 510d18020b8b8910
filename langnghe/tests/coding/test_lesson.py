"""What the coder would learn most from is chosen beside the pages, for each unit, and blind to what chance drew."""

from __future__ import annotations

import datetime as dt
import logging
import random
import sys
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from langnghe.audit.models import Entry
from langnghe.coding.domain import code_again, confirm_topic, draw_notes, lesson, set_aside, train_network_coder, train_when_due
from langnghe.coding.domain.examples import confirmed, population_of
from langnghe.coding.domain.lesson import HOLDS
from langnghe.coding.domain.shares import audited_codes
from langnghe.coding.domain.training import LEAST_NEW, Trained, file_of, model_of
from langnghe.coding.models import CoderVersion, Drawn, Lesson, LessonNote, SecondCoding
from langnghe.common.periods import Period
from langnghe.frames.models import Topic
from langnghe.intake.models import Observation
from langnghe.testing import House

pytest.importorskip("sklearn", reason="needs the text extra")
Write = Callable[..., Observation]
WEEK, PAST = Period.week("2026-W45", "thu-wed"), Period.week("2026-W40", "thu-wed")
WORDS = {"KT1": ("giá gạo", "giá thịt", "giá xăng", "giá gas"), "GT1": ("đường hỏng", "ổ gà", "cầu tạm", "xe tải")}
HARD = "Giá xăng tăng mà đường hỏng, ổ gà đầy"


def topic(code: str) -> Topic:
    return Topic.objects.get(code=code, field__frame__in_use=True)


@pytest.fixture
def teach(house: House, write: Write, now: dt.datetime) -> Callable[..., None]:
    """`teach(40)`: so many confirmed notes on prices and roads, all of a week that is done with."""
    chance = random.Random(5)

    def make(number: int, day: dt.date = PAST.first_day) -> None:
        for at in range(number):
            code = ("KT1", "GT1")[at % 2]
            note = write(f"Bà con nói {chance.choice(WORDS[code])}, {chance.choice(WORDS[code])} lần {at}", day=day)
            confirm_topic(note, topic=topic(code), by=house.people["bob"], at=now)

    return make


def clear(write: Write, number: int, **fields: Any) -> list[Observation]:
    return [write(f"Chỉ nói giá gạo, giá thịt thôi, hôm {at}", day=WEEK.first_day, **fields) for at in range(number)]


def chosen(unit: Any) -> list[Any]:
    return list(LessonNote.objects.filter(lesson__unit=unit).order_by("place").values_list("pk", flat=True))


def test_the_note_about_which_the_coder_wavers_comes_first(house: House, write: Write, teach: Callable[..., None],
                                                           now: dt.datetime) -> None:
    teach(40)
    notes = clear(write, 3)
    hard = write(HARD, day=WEEK.first_day)
    version = train_network_coder(house.network, by=house.people["eve"], at=now)
    first = LessonNote.objects.select_related("likeliest", "next_likeliest").get(place=1)
    assert first.pk == hard.pk
    assert first.next_likeliest is not None
    assert {first.likeliest.code, first.next_likeliest.code} == {"KT1", "GT1"}
    assert set(chosen(house.unit)) == {note.pk for note in [hard, *notes]}
    assert (Lesson.objects.get().version, Lesson.objects.get().waiting) == (version, 4)
    entry = Entry.objects.get(action="lesson.chosen")
    assert (entry.details["chosen"], entry.details["digest"]) == (4, version.digest)


def test_only_so_many_are_chosen_and_it_is_said_of_how_many(house: House, write: Write, teach: Callable[..., None],
                                                            now: dt.datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lesson, "LESSON", 3)
    teach(40)
    clear(write, 7)
    train_network_coder(house.network, by=None, at=now)
    assert (Lesson.objects.get().chosen, Lesson.objects.get().waiting) == (3, 7)
    assert list(LessonNote.objects.order_by("place").values_list("place", flat=True)) == [1, 2, 3]


def test_same_words_are_read_once_and_what_has_no_words_teaches_nothing(house: House, write: Write, teach: Callable[..., None],
                                                                        now: dt.datetime) -> None:
    teach(40)
    one, _again = write(HARD, day=WEEK.first_day), write(HARD.upper(), day=WEEK.first_day)
    write("😀 …!", day=WEEK.first_day)
    write("", day=WEEK.first_day, setting="overheard", topic="KT1")
    set_aside(write("Chuyện ngoài lề giá gạo", day=WEEK.first_day), "outside", by=house.people["bob"], at=now)
    train_network_coder(house.network, by=None, at=now)
    assert chosen(house.unit) == [one.pk]


def test_each_unit_has_its_own(house: House, write: Write, teach: Callable[..., None], now: dt.datetime) -> None:
    teach(40)
    own, beside = clear(write, 2), clear(write, 1, unit=house.sibling)
    train_network_coder(house.network, by=None, at=now)
    assert set(chosen(house.unit)) == {note.pk for note in own}
    assert chosen(house.sibling) == [beside[0].pk]


def test_it_is_chosen_anew_by_each_version_and_each_day_and_the_same_every_time(
        house: House, write: Write, teach: Callable[..., None], now: dt.datetime) -> None:
    teach(40)
    clear(write, 5)
    train_network_coder(house.network, by=None, at=now)
    before = chosen(house.unit)
    write(HARD, day=WEEK.first_day)
    assert train_when_due(house.network, at=now + HOLDS / 2) == Trained()
    assert chosen(house.unit) == before
    assert train_when_due(house.network, at=now + HOLDS) == Trained(chosen=6)
    assert len(chosen(house.unit)) == 6
    assert Lesson.objects.get().at == now + HOLDS
    after = chosen(house.unit)
    train_network_coder(house.network, by=None, at=now + HOLDS)
    assert chosen(house.unit) == after


def test_a_file_that_is_gone_leaves_the_choice_before_and_says_so(house: House, write: Write, teach: Callable[..., None],
                                                                  now: dt.datetime, caplog: pytest.LogCaptureFixture) -> None:
    teach(40)
    clear(write, 2)
    version = train_network_coder(house.network, by=None, at=now)
    before = chosen(house.unit)
    file_of(house.network, version.digest).write_bytes(b"not a coder")
    write(HARD, day=WEEK.first_day)
    with caplog.at_level(logging.WARNING, logger="langnghe"):
        assert train_when_due(house.network, at=now + HOLDS) == Trained()
    assert chosen(house.unit) == before
    assert "chooses no notes" in caplog.text


def test_without_the_text_extra_the_choice_before_stays_and_it_is_said(
        house: House, write: Write, teach: Callable[..., None], now: dt.datetime, caplog: pytest.LogCaptureFixture,
        monkeypatch: pytest.MonkeyPatch) -> None:
    teach(40)
    clear(write, 2)
    train_network_coder(house.network, by=None, at=now)
    before = chosen(house.unit)
    write(HARD, day=WEEK.first_day)
    monkeypatch.setitem(sys.modules, "nghe.text.modelfile", None)
    with caplog.at_level(logging.WARNING, logger="langnghe"):
        assert train_when_due(house.network, at=now + HOLDS) == Trained()
    assert chosen(house.unit) == before
    assert "chooses no notes" in caplog.text


def test_a_choice_that_fails_leaves_the_new_version_in_use_and_is_made_up_for_by_the_clock(
        house: House, write: Write, teach: Callable[..., None], now: dt.datetime, caplog: pytest.LogCaptureFixture) -> None:
    teach(40)
    clear(write, 2)
    with pytest.MonkeyPatch.context() as broken:
        broken.setattr(lesson, "most_telling", lambda *_given: 1 // 0)
        version = train_network_coder(house.network, by=None, at=now)
    assert CoderVersion.objects.get() == version
    assert "ZeroDivisionError" in caplog.text
    assert f"{version} of network {house.network.pk} is in use" in caplog.text
    assert not Lesson.objects.exists()
    assert train_when_due(house.network, at=now) == Trained(chosen=2)
    assert Lesson.objects.get().version == version


def test_the_clock_says_the_next_version_and_how_many_it_chose(house: House, write: Write, teach: Callable[..., None],
                                                               now: dt.datetime) -> None:
    teach(40)
    train_network_coder(house.network, by=None, at=now)
    teach(LEAST_NEW)
    clear(write, 3)
    assert train_when_due(house.network, at=now) == Trained(CoderVersion.objects.first(), chosen=3)
    assert CoderVersion.objects.count() == 2


@pytest.mark.parametrize("newer", [False, True])
def test_who_chose_later_by_the_same_or_an_older_version_changes_nothing(
        house: House, write: Write, teach: Callable[..., None], now: dt.datetime, monkeypatch: pytest.MonkeyPatch,
        newer: bool) -> None:
    """Two processes choose for one unit: while one judges the notes, the other is done with it."""
    teach(40)
    clear(write, 2)
    judge = lesson.most_telling
    mine = train_network_coder(house.network, by=None, at=now)
    model = model_of(house.network, mine)
    assert model is not None
    Lesson.objects.all().delete()
    other = CoderVersion.objects.create(network=house.network, digest="b" * 64, notes=40, made_at=now) if newer else mine

    def meanwhile(*given: Any) -> Any:
        monkeypatch.setattr(lesson, "most_telling", judge)
        assert lesson.choose_lesson(house.unit, other, model, examples={}, at=now) is not None
        return judge(*given)

    monkeypatch.setattr(lesson, "most_telling", meanwhile)
    entries = Entry.objects.count()
    assert lesson.choose_lesson(house.unit, mine, model, examples={}, at=now + dt.timedelta(seconds=1)) is None
    assert (Lesson.objects.get().version, Lesson.objects.get().at) == (other, now)
    assert Entry.objects.count() == entries + 1


def test_a_lesson_is_dropped_once_nothing_of_its_unit_waits(house: House, write: Write, teach: Callable[..., None],
                                                            now: dt.datetime) -> None:
    teach(40)
    (own,), beside = clear(write, 1), clear(write, 2, unit=house.sibling)
    write("", day=WEEK.first_day, setting="overheard", topic="KT1")
    train_network_coder(house.network, by=None, at=now)
    assert set(Lesson.objects.values_list("unit", flat=True)) == {house.unit.pk, house.sibling.pk}
    confirm_topic(own, topic=topic("KT1"), by=house.people["bob"], at=now)
    train_when_due(house.network, at=now)
    assert Lesson.objects.get().unit == house.sibling
    assert set(chosen(house.sibling)) == {note.pk for note in beside}


def test_topics_that_left_the_frame_are_not_wavered_between(house: House, write: Write, teach: Callable[..., None],
                                                            now: dt.datetime) -> None:
    teach(40)
    clear(write, 2)
    version = train_network_coder(house.network, by=None, at=now)
    from nghe.text.modelfile import load_coder

    model = load_coder(file_of(house.network, version.digest), digest=version.digest)
    _waiting, candidates = lesson.candidates_of(house.unit)
    told = lesson.most_telling(model, candidates, {"GT1": topic("GT1")}, {})
    assert [(first.code, second) for _note, first, second in told] == [("GT1", None), ("GT1", None)]
    assert lesson.most_telling(model, candidates, {}, {}) == []


def test_heats_choose_as_one_choice_among_all(house: House, write: Write, teach: Callable[..., None], now: dt.datetime,
                                              monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lesson, "LESSON", 6)
    teach(40)
    chance = random.Random(9)
    every = [word for words in WORDS.values() for word in words]
    for at in range(40):
        write(f"{', '.join(chance.choices(every, k=3))} hôm {at}", day=WEEK.first_day)
    version = train_network_coder(house.network, by=None, at=now)
    whole = chosen(house.unit)
    for heat in (1, 7, 13):
        monkeypatch.setattr(lesson, "HEAT", heat)
        train_when_due(house.network, at=now + HOLDS * (heat + 1))
        assert Lesson.objects.get().at == now + HOLDS * (heat + 1)
        assert chosen(house.unit) == whole
    assert (len(whole), Lesson.objects.get().version) == (6, version)


# -- the random sample is left alone


def test_the_draw_and_the_choice_do_not_know_of_each_other(house: House, write: Write, teach: Callable[..., None],
                                                           now: dt.datetime, settings: Any) -> None:
    teach(40)
    clear(write, 30)
    write(HARD, day=WEEK.first_day)
    train_network_coder(house.network, by=None, at=now)
    before = chosen(house.unit)
    settings.DOUBLE_CODING = "0.5"
    draw_notes(house.unit, WEEK, by=None, at=now)
    drawn = set(Drawn.objects.values_list("pk", flat=True))
    assert drawn & set(before)
    train_network_coder(house.network, by=None, at=now)
    assert chosen(house.unit) == before, "what chance drew is chosen no less and no more"
    assert all(row.number < row.share for row in Drawn.objects.filter(drawn_by="chance"))
    confirm_topic(Observation.objects.get(pk=before[0]), topic=topic("KT1"), by=house.people["bob"], at=now)
    draw_notes(house.unit, WEEK, by=None, at=now)
    assert set(Drawn.objects.values_list("pk", flat=True)) == drawn, "nor does a note become a drawn one by being chosen"


def test_a_chosen_note_feeds_no_share_and_takes_no_second_coding(house: House, write: Write, teach: Callable[..., None],
                                                                 now: dt.datetime, settings: Any) -> None:
    """Once it is read it leaves the audit, drawn or not; and what was not drawn has no place for a second coding."""
    teach(40)
    clear(write, 40)
    settings.DOUBLE_CODING = "0.5"
    draw_notes(house.unit, WEEK, by=None, at=now)
    train_network_coder(house.network, by=None, at=now)
    audited = audited_codes(house.unit, WEEK.first_day, WEEK.last_day)
    both = next(pk for pk in chosen(house.unit) if str(pk) in audited)
    alone = next(pk for pk in chosen(house.unit) if not Drawn.objects.filter(pk=pk).exists())
    assert str(alone) not in audited
    for pk in (both, alone):
        confirm_topic(Observation.objects.get(pk=pk), topic=topic("KT1"), by=house.people["bob"], at=now)
    assert audited_codes(house.unit, WEEK.first_day, WEEK.last_day) == {key: code for key, code in audited.items()
                                                                       if key != str(both)}
    second = code_again(Drawn.objects.get(pk=both), topic=topic("KT1"), by=house.people["erin"], at=now)
    assert second.drawn.observation_id == both
    with pytest.raises(IntegrityError), transaction.atomic():
        write_unasked(alone, by=house.people["erin"], at=now)


def write_unasked(note: Any, *, by: Any, at: dt.datetime) -> None:
    """A second coding of a note that was not drawn, past the domain's own checks."""
    SecondCoding.objects.create(drawn_id=note, topic=topic("KT1"), by=by, at=at)
    connection.check_constraints()


@pytest.mark.parametrize("leaves_out", [False, True])
def test_a_choice_that_left_drawn_notes_out_would_bend_shares(leaves_out: bool) -> None:
    """Why the choice does not look at the draw: hard notes would be read and gone, except those that speak for the rest."""
    import numpy as np

    from nghe.text.active import choose_next
    from nghe.text.audit import Audit, Draw
    from nghe.text.shares import estimate_shares

    chance = np.random.default_rng(7)
    said = np.clip(chance.beta(0.5, 0.5, 1000), 0.01, 0.99)
    truth = chance.random(1000) < np.clip(said + 0.2 * np.exp(-(((said - 0.5) / 0.15) ** 2)), 0, 1)
    ids = [f"{at:04}" for at in range(1000)]
    off = []
    for repeat in range(60):
        drawn = {ids[at] for at in np.flatnonzero(np.random.default_rng(repeat).random(1000) < 0.2)}
        read = set(choose_next(np.column_stack([said, 1 - said]), ids, "AB", examples={"A": 500, "B": 500}, size=200,
                               audit=drawn if leaves_out else ()))
        rest = tuple(note for note in ids if note not in read)
        audit = tuple(note for note in rest if note in drawn)
        machine = {note: {"A": float(said[int(note)]), "B": 1 - float(said[int(note)])} for note in rest}
        codings = {note: ("A" if truth[int(note)] else "B",) for note in audit}
        found = estimate_shares(Audit.of(Draw(rest, audit, audit), codings, machine=machine, learnt=(), model=""))
        off.append(found[0].share - np.mean([truth[int(note)] for note in rest]))
    assert bool(abs(np.mean(off)) > 0.02) is leaves_out


# -- what choosing bends is put right in training


def test_training_knows_which_examples_were_chosen(house: House, write: Write, teach: Callable[..., None],
                                                   now: dt.datetime) -> None:
    teach(120)
    assert population_of(house.network, confirmed(house.network)) is None, "nothing waits: nothing was chosen"
    waiting = clear(write, 3)
    assert population_of(house.network, confirmed(house.network)) is None, "of the week that waits nothing was read yet"
    confirm_topic(waiting[0], topic=topic("KT1"), by=house.people["bob"], at=now)
    examples = confirmed(house.network)
    around = population_of(house.network, examples)
    assert around is not None
    assert [one.text for one, drawn in zip(examples, around.drawn, strict=True) if not drawn] == [waiting[0].text]
    assert sorted(around.waiting) == sorted(note.text for note in waiting[1:])


def test_too_few_whole_weeks_put_nothing_right(house: House, write: Write, teach: Callable[..., None], now: dt.datetime) -> None:
    teach(99)
    waiting = clear(write, 2)
    confirm_topic(waiting[0], topic=topic("KT1"), by=house.people["bob"], at=now)
    assert population_of(house.network, confirmed(house.network)) is None
    assert train_network_coder(house.network, by=None, at=now).notes == 100


def test_of_many_waiting_notes_some_are_drawn_the_same_every_time(house: House, write: Write, teach: Callable[..., None],
                                                                  now: dt.datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("langnghe.coding.domain.examples.MOST_WAITING", 4)
    teach(100)
    waiting = clear(write, 9)
    confirm_topic(waiting[0], topic=topic("KT1"), by=house.people["bob"], at=now)
    around = [population_of(house.network, confirmed(house.network)) for _time in range(2)]
    assert around[0] is not None
    assert around[0] == around[1]
    assert len(set(around[0].waiting)) == 4
    assert CoderVersion.objects.count() == 0
    assert train_network_coder(house.network, by=None, at=now).notes == 101
