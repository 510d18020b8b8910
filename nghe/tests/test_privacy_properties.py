"""What holds for every text: hits lie in it, apart and in order; what is planted is found; two spellings are one text."""

from __future__ import annotations

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nghe.privacy import TYPES, find, scrub
from nghe.privacy.view import marked, unmarked
from nghe.privacy.words import WIDTH, words_view

PIECES = st.sampled_from([
    "ông ", "Bà ", "Nguyễn ", "Văn ", "hùng", "Hùng ", "trường ", "0912", "345 678", "@", "a.b", "CCCD ", "12/5 ", "ngõ ", "N.",
    "H'", "Y ", "\u200b", "\u0301", "😀", "０", "\n", ", ", " - ", "đường ", "stk ", "không chín ", "ﬁ", "각", "İ", "\u2028",
])
TEXTS = st.lists(PIECES | st.text(max_size=4), max_size=14).map("".join)
HIDDEN = st.sampled_from(["", "", "", "\u200b", "\u00ad", "\u2060", "\ufeff"])
PLANTED = [
    ("Bà #.", "Nguyễn Thị Hoa"), ("anh # nói", "trần văn bách"), ("gọi #", "0912345678"), ("CCCD #", "004189012345"),
    ("thư #", "an.binh@example.com"), ("xe #", "29H-123.45"), ("stk #", "0121000456789"),
    ("ở #", "số 27, ngõ 112 đường Kim Đồng"),
]


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_hits_lie_in_the_text_apart_and_in_order(text: str) -> None:
    composed = unicodedata.normalize("NFC", text)
    hits = find(text)
    assert all(0 <= hit.start < hit.end <= len(composed) and hit.type in TYPES for hit in hits)
    assert all(one.end <= other.start for one, other in pairwise(hits))
    done = scrub(text)
    assert list(done.hits) == hits
    kept = len(composed) - sum(hit.end - hit.start for hit in hits)
    assert len(done.text) == kept + sum(len(hit.type) + 2 for hit in hits)


@settings(max_examples=150, deadline=None)
@given(TEXTS)
def test_composed_and_decomposed_text_have_the_same_hits(text: str) -> None:
    composed = unicodedata.normalize("NFC", text)
    assert find(composed) == find(unicodedata.normalize("NFD", composed))


@settings(max_examples=150, deadline=None)
@given(TEXTS)
def test_views_keep_every_place(text: str) -> None:
    bare = unmarked(text)
    for view in (bare, marked(text)):
        assert len(view.places) == len(view.text)
        assert list(view.places) == sorted(view.places)
    words = words_view(bare, text)
    assert len(words.text) % WIDTH == 0
    assert set(words.text[::WIDTH]) <= {" "}


@pytest.mark.parametrize(("frame", "secret"), PLANTED)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_what_is_planted_is_covered_whole(frame: str, secret: str, data: st.DataObject) -> None:
    """Hidden characters inside, sentences around."""
    before = data.draw(st.sampled_from(["", "Nước đục quá. ", "😀 ", "gia dien tang. ", "Xã họp rồi; ", "Ý kiến khác:\n"]))
    after = data.draw(st.sampled_from(["", " Mong trả lời.", "\nHết.", " 😀", "; cảm ơn"]))
    disguised = "".join(char + data.draw(HIDDEN) for char in secret)
    text = unicodedata.normalize("NFC", before + frame.replace("#", disguised) + after)
    start = text.index(disguised)
    covered = {place for hit in find(text) for place in range(hit.start, hit.end)}
    visible = {start + place for place in range(len(disguised)) if disguised[place].isprintable()}
    assert visible <= covered


@pytest.mark.parametrize("unit", [
    "a", "0 ", "Nguyễn ", "@a.", "1/", "anh ", "không ", "số nhà ", "www.a.", "N.", "tổ 1, ", "Lê, ", "\u200b", "(", "1-",
])
def test_long_texts_of_one_thing_come_to_an_end(unit: str) -> None:
    text = unit * (60_000 // len(unit))
    assert all(hit.end <= len(text) for hit in find(text))


def test_a_long_file_of_notes_is_scrubbed_to_the_last_line() -> None:
    note = "Bà Nông Thị Bích (SĐT 0912 345 687) phản ánh nước sinh hoạt bị đục.\n"
    count = 200_000 // len(note.encode())
    done = scrub(note * count)
    assert done.text == "Bà [PERSON] (SĐT [PHONE]) phản ánh nước sinh hoạt bị đục.\n" * count
