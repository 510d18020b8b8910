"""The queue: only the notes of one's own unit, narrowed, searched without marks, folded, and turned page by page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from langnghe.coding.domain import Suggestion, confirm_topic, find_choice, set_aside, suggest_topics
from langnghe.coding.queries import queue
from langnghe.coding.queries.queue import Asked, count_facets, notes_to_code, read_query, turn_to, waiting_before
from langnghe.coding.queries.twins import group_twins, likeness, shingles
from langnghe.common.periods import Period
from langnghe.intake.models import Observation
from langnghe.network.domain import add_member, add_unit
from langnghe.testing import House

Write = Callable[..., Observation]
WEEK = Period.week("2026-W46", "thu-wed")


def asked(period: Period | None = WEEK, words: str = "", **ticked: str) -> Asked:
    return read_query({"q": words, **ticked}, period)


def found(house: House, query: Asked, after: str = "") -> list[str]:
    leaf = turn_to(house.people["bob"], query, after)
    return [Observation.objects.get(pk=key).text for key in leaf.keys]


def test_notes_of_other_units_are_not_read_whoever_is_above_or_below(house: House, write: Write, now: dt.datetime) -> None:
    child = add_unit(house.network, under=house.unit, by=None, at=now, code="ST-1", name_vi="Xã", level="commune",
                     opened=dt.date(2025, 7, 1))
    own, below, beside = write("Của ta"), write("Của cấp dưới", unit=child), write("Của bên cạnh", unit=house.sibling)
    assert set(notes_to_code(house.people["bob"])) == {own}
    assert set(notes_to_code(house.people["mallory"])) == {beside}
    assert set(notes_to_code(house.people["alice"])) == set(), "a collaborator codes nothing"
    add_member(house.people["dan"], unit=child, term=house.members["bob"].term, role="analyst", by=None, at=now)
    assert set(notes_to_code(house.people["dan"])) == {below}, "a leader of ours who codes only below"


@pytest.mark.parametrize("words", [
    "nước sạch", "NUOC SACH", "nuoc  sach", "sach nuoc", "đục", "duc", "nu\u0301\u031boc", "n\u200bước",
])
def test_search_needs_no_marks_and_finds_every_word(house: House, write: Write, words: str) -> None:
    write("Nước sạch về đục")
    write("Giá gạo tăng", unit=house.unit)
    assert found(house, asked(words=words)) == ["Nước sạch về đục"]


@pytest.mark.parametrize("words", ["%", "_", "nước%", "'; --", "nước gạo"])
def test_search_takes_every_sign_as_it_stands(house: House, write: Write, words: str) -> None:
    write("Nước sạch về đục")
    assert found(house, asked(words=words)) == []


def test_filters_narrow_and_count_what_stands_behind_each(house: House, write: Write, now: dt.datetime) -> None:
    bob = house.people["bob"]
    one = write("Giá gạo tăng nhiều quá", topic="KT1", kind="complaint")
    write("Họp thôn nói chuyện chợ", topic="KT2", channel="meeting")
    write("Ruộng khô nứt nẻ cả", topic="NN1", channel="meeting")
    done = write("Đã xong việc này rồi")
    confirm_topic(done, topic=find_choice(house.network, "t:KT1")[0], by=bob, at=now)
    set_aside(write("Nói chuyện ngoài lề thôi"), "outside", by=bob, at=now)
    suggest_topics([one], coder=lambda _unit, _notes: [[Suggestion("KT1", 0.9, "v")]], by=None, at=now)
    counts = count_facets(bob, asked())
    assert counts["standing"] == {"waiting": 3, "confirmed": 1, "aside": 1}
    assert counts["field"] == {"KT": 2, "NN": 1}
    assert counts["channel"] == {"direct": 1, "meeting": 2}
    assert counts["sureness"] == {"sure": 1, "author": 2}
    assert count_facets(bob, asked(channel="meeting"))["field"] == {"KT": 1, "NN": 1}
    assert count_facets(bob, asked(channel="meeting"))["channel"] == {"direct": 1, "meeting": 2}, "its own ticks do not count"
    assert found(house, asked(field="KT", channel="meeting")) == ["Họp thôn nói chuyện chợ"]
    assert found(house, asked(kind="complaint")) == ["Giá gạo tăng nhiều quá"]
    assert found(house, asked(standing="aside")) == ["Nói chuyện ngoài lề thôi"]
    assert found(house, asked(area="river", sureness="sure")) == ["Giá gạo tăng nhiều quá"]


def test_notes_without_a_place_are_found_under_none(house: House, write: Write) -> None:
    write("Có nơi nghe hẳn hoi", topic="KT1")
    write("Hai nhóm thì không giữ nơi", place="", coarse=True, sex="female", age_band="60+")
    assert count_facets(house.people["bob"], asked())["area"] == {"river": 1, "-": 1}
    assert found(house, asked(area="-")) == ["Hai nhóm thì không giữ nơi"]


def test_surest_suggestions_come_first_then_the_newest(house: House, write: Write, now: dt.datetime) -> None:
    old = write("Chợ vắng người mua cả tuần", day=dt.date(2026, 11, 5))
    write("Ruộng khô nứt nẻ hết rồi", day=dt.date(2026, 11, 9))
    suggest_topics([old], coder=lambda _unit, _notes: [[Suggestion("KT1", 0.7, "v")]], by=None, at=now)
    assert found(house, asked()) == ["Chợ vắng người mua cả tuần", "Ruộng khô nứt nẻ hết rồi"]


def test_nearly_the_same_is_folded_under_the_first_and_each_still_counts(house: House, write: Write) -> None:
    for place in ("AT", "BN", "CM"):
        write("Mất nước từ tối đến sáng, năm đêm liền", place=place)
    write("Chợ vắng người mua, hàng ế cả")
    leaf = turn_to(house.people["bob"], asked())
    assert (len(leaf.keys), leaf.all) == (2, 4)
    assert sorted(len(twins) for twins in leaf.twins.values()) == [2]
    assert len(turn_to(house.people["bob"], asked(standing="confirmed")).keys) == 0


def test_pages_follow_each_other_without_gap_or_repetition(house: House, write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "PAGE", 3)
    words = ["một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám"]
    for place, word in enumerate(words):
        write(f"{word} {word}a {word}b {word}c", day=dt.date(2026, 11, 5) + dt.timedelta(days=place % 4))
    for query in (asked(), asked(None), asked(standing="waiting", field="")):
        seen, after = [], ""
        while True:
            leaf = turn_to(house.people["bob"], query, after)
            seen += leaf.keys
            after = leaf.after
            if not after:
                break
            if len(seen) == 3:
                write("mới mới1 mới2 mới3", day=dt.date(2026, 11, 11), unit=house.unit)
        assert len(seen) == len(set(seen)) >= 8


def test_pages_over_all_weeks_reach_the_oldest_note_newest_first(house: House, write: Write,
                                                                 monkeypatch: pytest.MonkeyPatch) -> None:
    """Near weeks are looked through first: nothing far back is lost, and a page never ends where only the near ones do."""
    monkeypatch.setattr(queue, "PAGE", 3)
    days = [dt.date(2026, 11, 9) - dt.timedelta(days=days) for days in (0, 3, 20, 21, 90, 91, 92, 400, 401, 1000)]
    for number, day in enumerate(days):
        write(f"nước đục {number}", day=day)
    for words in ("", "nuoc duc"):
        seen: list[str] = []
        after = ""
        while True:
            leaf = turn_to(house.people["bob"], asked(None, words), after)
            seen += [Observation.objects.get(pk=key).text for key in leaf.keys]
            assert len(leaf.keys) == 3 or not leaf.after
            if not (after := leaf.after):
                break
        assert seen == [f"nước đục {number}" for number in range(10)]


@pytest.mark.parametrize("after", ["x", "1_2_3", "0.0_2026-13-01_x", "", "nan_2026-11-09_00000000-0000-0000-0000-000000000001"])
def test_place_that_names_no_place_begins_at_the_front_or_ends(house: House, write: Write, after: str) -> None:
    write("Một điều nghe được hôm nay")
    assert found(house, asked(), after) in (["Một điều nghe được hôm nay"], [])


def test_weeks_before_that_still_wait_are_counted(house: House, write: Write) -> None:
    write("Còn chờ từ tuần trước nữa", day=dt.date(2026, 11, 4))
    write("Xa hơn bốn tuần thì thôi", day=dt.date(2026, 9, 30))
    assert waiting_before(house.people["bob"], WEEK) == 1


def test_likeness_is_the_share_of_words_and_pairs_in_common() -> None:
    one, other = shingles("mat nuoc ca dem"), shingles("mat nuoc ca ngay")
    assert likeness(one, other) == 5 / 9
    assert likeness(one, shingles("")) == 0
    assert shingles("mat nuoc") == frozenset(), "too short to be compared"


def test_first_lead_that_is_like_enough_takes_a_note() -> None:
    notes = [(1, "a b c d e"), (2, "a b c d f"), (3, "x y z t u"), (4, "a b c d e")]
    groups = group_twins(notes)
    assert list(groups) == [1, 3]
    assert [(twin.note, round(twin.share, 2)) for twin in groups[1]] == [(2, 0.64), (4, 1.0)]
