"""The queue in the order of what the coder learns most from: by week and over all weeks, inside the unit, in few queries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from langnghe.coding import domain
from langnghe.coding.domain import Suggestion, confirm_topic, suggest_topics
from langnghe.coding.models import CoderVersion, Lesson, LessonNote
from langnghe.coding.queries import queue
from langnghe.coding.queries.queue import read_query, turn_to
from langnghe.coding.tables import Taught, taught_by
from langnghe.common.periods import Period
from langnghe.frames.models import Topic
from langnghe.intake.models import Observation
from langnghe.network.models import Unit
from langnghe.testing import House

Write = Callable[..., Observation]
WEEK = Period.week("2026-W46", "thu-wed")
PAGE, ALL = "/triage/2026-W46/?order=lesson", "/triage/all/?order=lesson"


def topic(code: str) -> Topic:
    return Topic.objects.get(code=code, field__frame__in_use=True)


@pytest.fixture
def bob(house: House, client: Client, monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setenv("LANGNGHE_CLOCK", "2026-11-10T16:00+07:00")
    client.force_login(house.people["bob"])
    return client


@pytest.fixture
def version(house: House, now: dt.datetime) -> CoderVersion:
    return CoderVersion.objects.create(network=house.network, digest="a1b2c3" * 10, notes=60, made_at=now)


@pytest.fixture
def choose(version: CoderVersion, now: dt.datetime) -> Callable[..., Lesson]:
    """`choose(unit, notes)`: these, in this order, as a version of the coder chose them."""

    def make(unit: Unit, notes: Sequence[Observation], waiting: int = 0) -> Lesson:
        lesson = Lesson.objects.create(unit=unit, version=version, waiting=waiting or len(notes), chosen=len(notes), at=now)
        LessonNote.objects.bulk_create(
            LessonNote(observation=note, lesson=lesson, place=place, likeliest=topic("KT1"), next_likeliest=topic("MT1"))
            for place, note in enumerate(notes, 1))
        return lesson

    return make


def found(house: House, address: dict[str, str], period: Period | None = WEEK) -> list[str]:
    """The texts of all pages, in their order."""
    seen: list[str] = []
    after = ""
    while True:
        leaf = turn_to(house.people["bob"], read_query(address, period), after)
        seen += [Observation.objects.get(pk=key).text for key in leaf.keys]
        if not (after := leaf.after):
            return seen


def test_chosen_notes_come_before_the_surest(house: House, write: Write, choose: Callable[..., Lesson], now: dt.datetime) -> None:
    sure, plain, first, second = (write(text) for text in ("giá gạo tăng", "chợ vắng người", "ống nước vỡ rồi", "đường đồi lầy"))
    suggest_topics([sure], coder=lambda _unit, _notes: [[Suggestion("KT1", 1.0, "v")]], by=None, at=now)
    choose(house.unit, [first, second])
    assert found(house, {"order": "lesson"}) == [first.text, second.text, sure.text, plain.text]
    assert found(house, {})[0] == sure.text


@pytest.mark.parametrize("address", [{"order": "xyz"}, {"order": ""}, {"order": "lesson", "standing": "confirmed"},
                                     {"order": "lesson", "standing": "aside"}])
def test_an_order_that_is_none_or_of_notes_that_do_not_wait_is_the_usual_one(house: House, write: Write,
                                                                             address: dict[str, str]) -> None:
    assert not read_query(address, WEEK).teaches
    write("giá gạo tăng")
    assert found(house, address) == (["giá gạo tăng"] if "standing" not in address else [])


@pytest.mark.parametrize("after", ["x", "1_2_3", "nan_2026-11-09_00000000-0000-0000-0000-000000000001"])
def test_a_place_that_cannot_be_read_begins_at_the_front_or_ends(bob: Client, house: House, write: Write,
                                                                 choose: Callable[..., Lesson], after: str) -> None:
    choose(house.unit, [write("ống nước vỡ rồi")])
    for page in (PAGE, ALL):
        assert bob.get(f"{page}&after={after}").status_code == 200


def test_pages_follow_each_other_without_gap_or_repetition(house: House, write: Write, choose: Callable[..., Lesson],
                                                           monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "PAGE", 3)
    words = ["một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám"]
    notes = [write(f"{word} {word}a {word}b {word}c", day=WEEK.first_day + dt.timedelta(days=at % 4))
             for at, word in enumerate(words)]
    old = write("năm kia mất mùa", day=dt.date(2024, 3, 5))
    wanted = [notes[6], notes[1], old, notes[4], notes[0]]
    choose(house.unit, wanted)
    texts = found(house, {"order": "lesson"})
    assert texts[:4] == [note.text for note in wanted if note != old]
    assert sorted(texts) == sorted(note.text for note in notes)
    assert found(house, {"order": "lesson"}, None) == [note.text for note in wanted]


def test_what_was_read_meanwhile_waits_no_longer(house: House, write: Write, choose: Callable[..., Lesson],
                                                 now: dt.datetime) -> None:
    notes = [write("ống nước vỡ rồi"), write("đường đồi lầy")]
    choose(house.unit, notes)
    confirm_topic(notes[0], topic=topic("KT1"), by=house.people["bob"], at=now)
    assert found(house, {"order": "lesson"}, None) == ["đường đồi lầy"]


def test_page_says_how_many_of_how_many_when_why_and_that_it_is_no_sample(bob: Client, house: House, write: Write,
                                                                         choose: Callable[..., Lesson]) -> None:
    choose(house.unit, [write("ống nước vỡ rồi")], waiting=2345)
    page = bob.get(PAGE).content.decode()
    for said in ("Đã chọn 1 trong 2.345 phản ánh", "theo phiên bản a1b2c3a1b2c3", "không phải mẫu",
                 "Chọn thứ 1: máy phân vân giữa “Giá cả hàng thiết yếu” và “Nước sạch”"):
        assert said in page
    assert 'href="/triage/all/?order=lesson"' in page
    assert "Chọn thứ 1" in bob.get(ALL).content.decode()
    assert "Chọn thứ 1" not in bob.get("/triage/2026-W46/").content.decode()


def test_filters_and_the_way_on_keep_the_order(bob: Client, house: House, write: Write, choose: Callable[..., Lesson]) -> None:
    notes = [write("ống nước vỡ rồi"), write("đường đồi lầy")]
    choose(house.unit, notes)
    page = bob.get(PAGE + "&channel=direct").content.decode()
    assert '<input type="hidden" name="order" value="lesson">' in page
    assert f'href="?channel=direct&amp;order=lesson&amp;note={notes[1].pk}"' in page
    assert 'href="?channel=direct&amp;order=sure"' in page
    answer = bob.post("/triage/confirm/", {"period": "2026-W46", "query": "channel=direct&order=lesson", "note": str(notes[0].pk),
                                           "choice": "t:KT1", "next": str(notes[1].pk)})
    assert answer.headers["Location"] == f"/triage/2026-W46/?channel=direct&order=lesson&note={notes[1].pk}"


def test_before_anything_was_chosen_it_says_so(bob: Client, version: CoderVersion, write: Write) -> None:
    write("giá gạo tăng")
    page = bob.get(PAGE).content.decode()
    assert "Chưa chọn phản ánh nào" in page
    assert "phiên bản đầu" not in page
    assert "giá gạo tăng" in page


def test_where_nothing_waits_there_is_nothing_to_choose_from(bob: Client, version: CoderVersion, write: Write,
                                                             house: House) -> None:
    write("", topic="KT1", setting="overheard")
    write("của bên cạnh", unit=house.sibling)
    for address in (PAGE, ALL):
        page = bob.get(address).content.decode()
        assert "Đơn vị của bạn không còn phản ánh nào chờ" in page
        assert "Chưa chọn phản ánh nào" not in page


def test_over_all_weeks_an_empty_lesson_does_not_speak_of_a_week(bob: Client, version: CoderVersion, write: Write) -> None:
    write("giá gạo tăng")
    page = bob.get(ALL).content.decode()
    assert "Không có phản ánh đã chọn nào đang chờ" in page
    assert "Tuần này" not in page.split('class="queue sheet"')[1].split("</section>")[0]


def test_only_what_the_newest_version_chose_on_its_last_day_is_summed(house: House, version: CoderVersion,
                                                                      now: dt.datetime) -> None:
    newer = CoderVersion.objects.create(network=house.network, digest="c" * 64, notes=160, made_at=now)
    day = dt.timedelta(days=1)

    def made(by: CoderVersion, at: dt.datetime, number: int) -> Lesson:
        return Lesson(unit=house.unit, version=by, waiting=10 * number, chosen=number, at=at)

    old, stale = made(version, now + day, 1), made(newer, now - day, 2)
    first, last = made(newer, now, 3), made(newer, now + dt.timedelta(minutes=5), 4)
    for lessons in ([old, stale, first, last], [last, first, stale, old]):
        assert taught_by(lessons, 100) == Taught(70, 7, last.at, "c" * 12, 100)


def test_without_a_coder_of_its_own_the_network_has_no_such_order(bob: Client, house: House, write: Write, now: dt.datetime,
                                                                  monkeypatch: pytest.MonkeyPatch) -> None:
    write("giá gạo tăng")
    assert "order=lesson" not in bob.get("/triage/2026-W46/").content.decode()
    CoderVersion.objects.create(network=house.network, digest="a1b2c3" * 10, notes=60, made_at=now)
    assert 'href="?order=lesson"' in bob.get("/triage/2026-W46/").content.decode()
    assert "order=lesson" not in bob.get("/triage/2026-W46/?standing=confirmed").content.decode()
    monkeypatch.setattr(domain.suggest, "_coders", [lambda _unit, notes: [[] for _note in notes]])
    assert "order=lesson" not in bob.get("/triage/2026-W46/").content.decode(), "a coder from outside says no probabilities"


def test_notes_chosen_in_another_unit_are_not_shown_or_counted(bob: Client, house: House, write: Write,
                                                               choose: Callable[..., Lesson]) -> None:
    choose(house.sibling, [write("của bên cạnh", unit=house.sibling)], waiting=2345)
    for address in (PAGE, ALL):
        page = bob.get(address).content.decode()
        assert "của bên cạnh" not in page
        assert "2.345" not in page


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("address", "queries"), [("/triage/2026-W46/", 33), (PAGE, 35), (ALL, 31)])
def test_pages_ask_the_database_as_often_for_three_rows_as_for_one(bob: Client, house: House, write: Write, rows: int,
                                                                   choose: Callable[..., Lesson], address: str,
                                                                   queries: int) -> None:
    notes = [write(f"điều {number}a {number}b {number}c {number}d", topic="KT1", place=place)
             for number in range(rows) for place in ("AT", "BN")]
    choose(house.unit, notes[::2])
    bob.get(address)
    with CaptureQueriesContext(connection) as asked:
        bob.get(address)
    assert len(asked) == queries, [query["sql"][:90] for query in asked]
