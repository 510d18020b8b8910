"""The second reader weighs words: where patterns see no name, what stands around a word may tell it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from nghe.errors import Fault
from nghe.privacy import find
from nghe.privacy.tagger import find_names
from nghe.privacy.view import unmarked
from nghe.privacy.weigh import WEIGHTS, Bar, Weights, load_weights, weighed_names, weights
from nghe.privacy.words import read_words

DATA = Path(__file__).parent / "data"
NOTES = Path(__file__).parents[2] / "langnghe/src/langnghe/web/demo/notes.jsonl"


def weigh(text: str, table: dict[str, int], bar: Bar) -> list[str]:
    bare = unmarked(text)
    found = weighed_names(read_words(bare, text), bare, Weights(-10, bar, table))
    return [text[start:end] for start, end in found]


def test_a_word_is_a_name_when_what_holds_of_it_weighs_more_than_the_bar() -> None:
    text = "Hôm qua Quyên xuống chợ."
    assert weigh(text, {"word:quyen": 11}, Bar(0, 0, 0)) == ["Quyên"]
    assert weigh(text, {"word:quyen": 10}, Bar(0, 0, 0)) == []
    assert weigh(text, {"word:quyen": 6, "word+:xuong": 5}, Bar(0, 0, 0)) == ["Quyên"]


def test_a_word_in_lower_case_has_bars_of_its_own() -> None:
    table = {"word:quyen": 15}
    assert weigh("hom qua quyen xuong cho", table, Bar(0, 6, 0)) == []
    assert weigh("hom qua quyen xuong cho", table, Bar(6, 0, 6)) == ["quyen"]
    assert weigh("hôm qua quyên xuống chợ", table, Bar(0, 0, 6)) == []
    assert weigh("hôm qua quyên xuống chợ", table, Bar(6, 6, 0)) == ["quyên"]
    assert weigh("hôm qua Quyên xuống chợ", table, Bar(0, 6, 6)) == ["Quyên"]


def test_words_side_by_side_are_one_name_and_signs_part_them() -> None:
    table = {"word:quyen": 11, "word:mo": 11, "word:lan": 11}
    assert weigh("Quyên Mơ, Lân", table, Bar(0, 0, 0)) == ["Quyên Mơ", "Lân"]


def test_the_name_of_a_street_is_no_evidence() -> None:
    text = "Nhà ở đường Quyên Mơ, gặp Lân."
    bare = unmarked(text)
    found = weighed_names(read_words(bare, text), bare, Weights(1, Bar(0, 0, 1), {}))
    assert [text[start:end] for start, end in found] == ["Nhà", "Lân"]


def test_it_finds_names_where_the_patterns_see_none() -> None:
    rows = [json.loads(line) for line in (DATA / "privacy_17.jsonl").read_text(encoding="utf-8").splitlines()]
    by_patterns = sum(is_covered(row, [(hit.start, hit.end) for hit in find(row["text"])]) for row in rows)
    by_both = sum(is_covered(row, [*((hit.start, hit.end) for hit in find(row["text"])), *find_names(row["text"], weights())])
                  for row in rows)
    assert by_both > by_patterns + 40


def is_covered(row: dict[str, Any], hits: list[tuple[int, int]]) -> bool:
    inside = {place for start, end in hits for place in range(start, end)}
    return bool(row["spans"]) and all(set(range(span["start"], span["end"])) <= inside for span in row["spans"])


def test_notes_that_name_nobody_pass_the_door_whole() -> None:
    notes = [json.loads(line)["text"] for line in NOTES.read_text(encoding="utf-8").splitlines()]
    assert len(notes) > 1500
    assert [note for note in notes if find(note)] == []


@pytest.mark.parametrize(("part", "value"), [
    ("bar", [0, 1]), ("bar", [0, 1, 2]), ("bar", "x"), ("format", 9), ("base", "x"), ("table", {"word:ba": 1}), ("table", []),
    ("sha256", "0" * 64),
])
def test_weights_that_were_changed_are_refused(tmp_path: Path, part: str, value: object) -> None:
    spoilt = tmp_path / "weights.json"
    spoilt.write_text(json.dumps({**json.loads(WEIGHTS.read_text(encoding="utf-8")), part: value}), encoding="utf-8")
    with pytest.raises(Fault, match=r"weights\.json") as fault:
        load_weights(spoilt)
    assert fault.value.code == "privacy.weights"


def test_weights_that_are_not_there_are_a_fault(tmp_path: Path) -> None:
    with pytest.raises(Fault, match="nowhere"):
        load_weights(tmp_path / "nowhere.json")
