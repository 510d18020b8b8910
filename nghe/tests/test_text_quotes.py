"""Quotes, digests and themes: exact words, every voice, and candidates for codes."""

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nghe.errors import Fault
from nghe.text.digest import Note, make_digest
from nghe.text.quotes import find_quote, quote, sentences, verify_quotes
from nghe.text.themes import find_themes

NOTES = {"n1": "Nước máy đục ba hôm nay. Bà con phải mua nước bình! Bao giờ mới xong?", "n2": "Đường thôn nhiều ổ gà."}


def test_sentences_are_found_by_their_place() -> None:
    assert [NOTES["n1"][start:end] for start, end in sentences(NOTES["n1"])] == [
        "Nước máy đục ba hôm nay.", "Bà con phải mua nước bình!", "Bao giờ mới xong?"]
    assert sentences("  ... \n 😡 ") == []


def test_quote_is_the_stored_words() -> None:
    one = find_quote(NOTES, "n1", "Bà con phải mua nước bình!")
    assert NOTES["n1"][one.start:one.end] == one.text
    verify_quotes([one], NOTES)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_one_edited_character_fails(data: st.DataObject) -> None:
    note = data.draw(st.sampled_from(sorted(NOTES)))
    start = data.draw(st.integers(0, len(NOTES[note]) - 2))
    end = data.draw(st.integers(start + 1, len(NOTES[note])))
    if not NOTES[note][start:end].strip():
        return
    one = quote(NOTES, note, start, end)
    at = data.draw(st.integers(0, len(one.text) - 1))
    other = data.draw(st.characters(exclude_characters=one.text[at], exclude_categories=["Cs"]))
    for edited in (replace(one, text=one.text[:at] + other + one.text[at + 1:]), replace(one, text=one.text + other),
                   replace(one, text=one.text[:at] + one.text[at + 1:]), replace(one, start=one.start + 1)):
        with pytest.raises(Fault):
            verify_quotes([edited], NOTES)
    changed = NOTES[note][:start + at] + other + NOTES[note][start + at + 1:]
    with pytest.raises(Fault):
        verify_quotes([one], NOTES | {note: changed})


def test_quote_of_another_note_with_the_same_words_fails() -> None:
    notes = {"a": "Nước đục quá.", "b": "Nước đục quá."}
    with pytest.raises(Fault) as fault:
        verify_quotes([replace(find_quote(notes, "a", "Nước đục"), note="b")], notes)
    assert fault.value.code == "text.quote_seal"


@pytest.mark.parametrize(("call", "code"), [
    (lambda: quote(NOTES, "n9", 0, 3), "text.no_note"),
    (lambda: quote(NOTES, "n1", 5, 5), "text.no_span"),
    (lambda: quote(NOTES, "n1", 0, 999), "text.no_span"),
    (lambda: quote(NOTES, "n1", -3, 4), "text.no_span"),
    (lambda: find_quote(NOTES, "n1", "Nước máy trong"), "text.quote_edited"),
    (lambda: find_quote(NOTES, "n1", ""), "text.quote_edited"),
])
def test_what_is_not_there_cannot_be_quoted(call, code: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(Fault) as fault:
        call()
    assert fault.value.code == code


# Digests


def heard() -> list[Note]:
    water = [Note(f"w{at}", f"Nước máy đục, có mùi tanh, xả mãi {at} phút không trong.", "MT1", "oppose", f"P{at % 4}")
             for at in range(12)]
    calm = [Note("c0", "Nhà tôi dùng nước giếng khoan nên chưa thấy ảnh hưởng gì.", "MT1", "agree", "P9")]
    roads = [Note(f"r{at}", f"Đường liên xã ổ gà, mưa xuống lầy lội, xe ngã {at + 2} lần.", "GT1", "oppose", f"P{at}")
             for at in range(5)]
    return [*water, *calm, *roads]


def test_digest_keeps_the_voice_of_the_few() -> None:
    lines = make_digest(heard(), lines=3)
    assert {(line.code, line.tendency) for line in lines} == {("MT1", "oppose"), ("MT1", "agree"), ("GT1", "oppose")}
    assert next(line for line in lines if line.tendency == "agree").notes == 1


def test_digest_is_made_of_exact_quotes_and_says_what_they_stand_for() -> None:
    notes = heard()
    lines = make_digest(notes, lines=6)
    verify_quotes([line.quote for line in lines], {note.id: note.text for note in notes})
    water = next(line for line in lines if (line.code, line.tendency) == ("MT1", "oppose"))
    assert (water.notes, water.stories, water.places) == (12, 12, 4)
    assert len({line.quote.note for line in lines}) == len(lines) == 6


def test_digest_hears_other_places_first_and_a_story_once() -> None:
    lines = make_digest(heard(), lines=5)
    places = {line.quote.note: next(note.place for note in heard() if note.id == line.quote.note) for line in lines}
    assert len(set(places.values())) == len(places)
    same = [replace(note, story="one") if note.code == "MT1" and note.tendency == "oppose" else note for note in heard()]
    lines = make_digest(same, lines=6)
    assert sum((line.code, line.tendency) == ("MT1", "oppose") for line in lines) == 1


def test_digest_of_nothing_to_say() -> None:
    assert make_digest([], lines=3) == []
    assert make_digest([Note("a", "😡", "MT1")], lines=3) == []
    assert [line.quote.text for line in make_digest([Note("a", " Ngập. ", "MT6")], lines=3)] == ["Ngập."]


@pytest.mark.parametrize(("notes", "lines", "code"), [(heard(), 0, "text.no_lines"), (heard()[:1] * 2, 3, "text.twice")])
def test_digest_refuses(notes: list[Note], lines: int, code: str) -> None:
    with pytest.raises(Fault) as fault:
        make_digest(notes, lines=lines)
    assert fault.value.code == code


# Themes


def test_themes_part_what_is_mixed_under_other() -> None:
    dogs = [f"Chó thả rông {word} cắn trẻ con, chủ chó không rọ mõm"
            for word in ("ở chợ", "ngoài ngõ", "cổng trường", "bãi bóng", "bờ đê", "xóm trên")]
    signal = [f"Sóng điện thoại yếu {word}, không gọi được, mạng chập chờn"
              for word in ("trong bản", "trên đồi", "ven sông", "cuối xã", "sau núi", "bên kia cầu")]
    mixed = [text for pair in zip(dogs, signal, strict=True) for text in pair]
    themes = find_themes(mixed, rng=np.random.default_rng(1))
    assert sorted(sorted(theme.notes) for theme in themes) == [list(range(0, 12, 2)), list(range(1, 12, 2))]
    assert any({"chó", "sóng", "thả rông", "chó thả", "điện thoại"} & set(theme.words) for theme in themes)
    assert all(set(theme.typical) <= set(theme.notes) for theme in themes)


def test_themes_are_the_same_for_the_same_notes() -> None:
    with (Path(__file__).parent / "data" / "coded.csv").open(encoding="utf-8", newline="") as lines:
        texts = [row["text"] for row in csv.DictReader(lines)]
    one, other = (find_themes(texts, rng=np.random.default_rng(5)) for _ in range(2))
    assert one == other
    assert len({note for theme in one for note in theme.notes}) == sum(len(theme.notes) for theme in one)


@pytest.mark.parametrize("texts", [[], ["Ngập."] * 3, ["😡"] * 40])
def test_few_notes_have_no_theme(texts: list[str]) -> None:
    assert find_themes(texts, rng=np.random.default_rng(0)) == []


def test_notes_that_are_all_the_same_do_not_break() -> None:
    find_themes(["Ngập."] * 30, rng=np.random.default_rng(0))
