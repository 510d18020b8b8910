"""Copies of invented notes after eight kinds of edit, and groups with what they are counted as."""

import csv
import importlib.util
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nghe.errors import Fault
from nghe.text.duplicates import DuplicateIndex, group_stories
from nghe.text.minhash import band_keys, form, shingles, signatures
from nghe.text.retelling import tells_the_same

HERE = Path(__file__).parent
with (HERE / "data" / "coded.csv").open(encoding="utf-8", newline="") as lines:
    NOTES = [row["text"] for row in csv.DictReader(lines)]
spec = importlib.util.spec_from_file_location("text_edits", HERE.parent / "bench" / "text_edits.py")
assert spec
assert spec.loader
text_edits = importlib.util.module_from_spec(spec)
sys.modules["text_edits"] = text_edits
spec.loader.exec_module(text_edits)


@pytest.mark.parametrize("kind", sorted(text_edits.EDITS))
def test_edited_copy_is_found_and_nothing_else(kind: str) -> None:
    rng = np.random.default_rng(7)
    index = DuplicateIndex()
    assert index.add(NOTES) == []
    pairs = index.add([text_edits.EDITS[kind](note, rng) for note in NOTES])
    right = {(pair.first, pair.second) for pair in pairs if pair.second == pair.first + len(NOTES)}
    assert len(right) >= 0.98 * len(NOTES)
    assert len(pairs) == len(right)


@pytest.mark.parametrize(("one", "other"), [
    ("giảng viên nhiệt tình, tận tâm với sinh viên", "giảng viên nhiệt tình, vui tính với sinh viên"),
    ("thầy dạy dễ hiểu, cho nhiều bài tập", "thầy dạy dễ hiểu, cho nhiều ví dụ sinh động"),
    ("Giảng viên có nhiều kinh nghiệm", "Giảng viên thiếu kinh nghiệm trầm trọng"),
    ("Bà con đồng ý làm đường qua ruộng nhà mình", "Bà con không đồng ý làm đường qua ruộng nhà mình"),
    ("Trong tuần xã ghi nhận 5 ca sốt xuất huyết mới", "Trong tuần xã ghi nhận 17 ca sốt xuất huyết mới"),
    ("Nước máy đục, gọi không ai nghe", "Nước máy đục, gọi không ai nghe. Chợ thì vắng, đường thì hỏng, trường thiếu cô giáo"),
])
def test_alike_but_another_telling(one: str, other: str) -> None:
    assert not tells_the_same(form(one), form(other))
    assert not tells_the_same(form(other), form(one))
    assert DuplicateIndex().add([one, other]) == []


@pytest.mark.parametrize(("one", "other"), [
    ("Bà con không đồng ý làm đường qua ruộng", "ba con ko dong y lam duong wa ruong"),
    ("Bà con không đồng ý làm đường qua ruộng", "Bà con khôngđồng ý làm đường qua ruộng"),
    ("Tuần này xã ghi nhận 5 ca sốt xuất huyết", "Nghe nói tuần này xã ghi nhận 5 ca sốt xuất huyết mới"),
    ("cô dạy hay, nhiệt tình", "nhiệt tình, cô dạy hay"),
    ("", ""), ("👍", "👍"), ("ok", "ok"),
])
def test_the_same_told_again(one: str, other: str) -> None:
    assert tells_the_same(form(one), form(other))
    assert tells_the_same(form(other), form(one))


@given(st.text(alphabet="abc d", max_size=30), st.text(alphabet="abc d", max_size=30))
def test_telling_the_same_is_mutual_and_holds_for_oneself(one: str, other: str) -> None:
    one, other = form(one), form(other)
    assert tells_the_same(one, one)
    assert tells_the_same(one, other) == tells_the_same(other, one)


def test_batches_find_what_one_batch_finds() -> None:
    rng = np.random.default_rng(3)
    texts = [*NOTES[:60], *(text_edits.typos(note, rng) for note in NOTES[:60])]
    whole, parts = DuplicateIndex(), DuplicateIndex()
    together = whole.add(texts)
    apart = [pair for at in range(0, len(texts), 25) for pair in parts.add(texts[at:at + 25])]
    assert sorted(together, key=lambda pair: (pair.second, pair.first)) == apart
    one_by_one = DuplicateIndex()
    assert [pair for text in texts for pair in one_by_one.add([text])] == apart


def test_one_thing_told_by_three_is_heard_three_times_and_is_one_story() -> None:
    texts = ["Nước máy đục ba hôm nay, gọi không ai nghe", "Chợ vắng hẳn", "nuoc may duc ba hom nay, goi ko ai nghe",
             "Bà con phản ánh nước máy đục ba hôm nay, gọi không ai nghe máy", "Chợ vắng hẳn"]
    index = DuplicateIndex()
    pairs = index.add(texts)
    stories = group_stories(index, pairs, places=["A", "A", "B", "B", ""], channels=["direct", "", "letter", "direct", ""])
    water, market = stories
    assert (water.heard, water.members, water.places, water.channels) == (3, (0, 2, 3), 2, 2)
    assert (market.heard, market.members, market.places, market.channels) == (2, (1, 4), 1, 0)
    assert water.representative in (0, 2)
    assert sum(story.heard for story in stories) == len(texts)


def test_texts_without_words_are_stories_of_their_own() -> None:
    index = DuplicateIndex()
    pairs = index.add(["", " ", "\u200b", "ok", "ok", "👍", "👍"])
    assert [story.members for story in group_stories(index, pairs)] == [(0,), (1,), (2,), (3, 4), (5, 6)]


def test_a_megabyte_and_its_cut_are_copies() -> None:
    rng = np.random.default_rng(1)
    words = "".join(chr(97 + int(letter)) if letter < 26 else " " for letter in rng.integers(0, 31, size=1_000_000))
    index = DuplicateIndex()
    assert len(index.add([words, words[:800_000], "nước đục"])) == 1


def test_a_crowd_of_near_copies_is_one_story() -> None:
    index = DuplicateIndex()
    endings = [f"{chr(97 + at // 20)}{chr(97 + at % 20)}" for at in range(400)]
    pairs = index.add([f"Bà con thôn này phản ánh nước máy đục, có mùi tanh {ending}" for ending in endings])
    assert len(group_stories(index, pairs)) == 1


def test_signatures_estimate_the_share_of_grams_in_common() -> None:
    one, other = form("Nước máy đục ba hôm nay rồi không ai sửa"), form("Nước máy đục ba hôm nay mà chưa ai sửa cả")
    grams, starts = shingles([one, other])
    first, second = set(grams[:starts[1]].tolist()), set(grams[starts[1]:].tolist())
    both = signatures(grams, starts)
    assert (both[0] == both[1]).mean() == pytest.approx(len(first & second) / len(first | second), abs=0.1)


def test_stored_signatures_stay_the_same() -> None:
    """Signatures are kept between runs; another value here means that all of them must be computed again."""
    grams, starts = shingles([form("Nước máy đục")])
    found = signatures(grams, starts)
    assert int(found.sum(dtype=np.uint64)) == 109601381796
    assert int(band_keys(found, 0)[0]) == 7312095552491315905


def test_places_must_be_given_for_every_text() -> None:
    index = DuplicateIndex()
    index.add(["một", "hai"])
    with pytest.raises(Fault) as fault:
        group_stories(index, [], places=["A"])
    assert fault.value.code == "text.unequal"
