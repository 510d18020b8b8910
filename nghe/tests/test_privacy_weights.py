"""Names by weighing: where patterns see none, what stands around a word tells it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from nghe.errors import Fault
from nghe.privacy import Hit, find, know
from nghe.privacy.view import unmarked
from nghe.privacy.weigh import NEVER, NOTHING, WEIGHTS, Bar, Weights, load_weights, weighed_names, weights
from nghe.privacy.words import read_words

DATA = Path(__file__).parent / "data"
NOTES = Path(__file__).parents[2] / "langnghe/src/langnghe/web/demo/notes.jsonl"


def weigh(text: str, table: dict[str, int], bar: Bar) -> list[str]:
    bare = unmarked(text)
    found = weighed_names(read_words(bare, text), bare, Weights(-10, bar, bar, table), bar)
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
    everything = Weights(1, Bar(0, 0, NEVER), Bar(0, 0, NEVER), {})
    bare = unmarked(text)
    found = weighed_names(read_words(bare, text), bare, everything, everything.door)
    assert [text[start:end] for start, end in found] == ["Nhà", "Lân"]


def test_the_door_finds_by_weight_what_patterns_do_not_and_says_so() -> None:
    rows = [json.loads(line) for line in (DATA / "privacy_17.jsonl").read_text(encoding="utf-8").splitlines()]
    alone = sum(is_covered(row, find(row["text"], by=NOTHING)) for row in rows)
    whole = sum(is_covered(row, find(row["text"])) for row in rows)
    assert whole >= alone + 10
    said = [hit for row in rows for hit in find(row["text"]) if hit.rule == "weighed"]
    assert all(hit.type == "PERSON" and hit.why["vi"] and hit.why["en"] for hit in said)


def is_covered(row: dict[str, Any], hits: list[Hit]) -> bool:
    inside = {place for hit in hits for place in range(hit.start, hit.end)}
    return bool(row["spans"]) and all(set(range(span["start"], span["end"])) <= inside for span in row["spans"])


def test_notes_that_name_nobody_pass_the_door_whole() -> None:
    notes = [json.loads(line)["text"] for line in NOTES.read_text(encoding="utf-8").splitlines()]
    assert len(notes) > 1500
    assert [note for note in notes if find(note)] == []


def test_lists_of_the_office_clear_what_weighs() -> None:
    text, by = "Ô quyên về.", Weights(-10, Bar(0, 0, 0), Bar(0, 0, 0), {"word:quyen": 11})
    assert [hit.rule for hit in find(text, by=by)] == ["weighed"]
    assert find(text, know(people=["Quyên"]), by=by) == []
    assert find(text, know(places=["Quyên"]), by=by) == []


@pytest.mark.parametrize(("part", "value"), [
    ("door", [0, 1]), ("door", [0, 1, 2]),
    ("format", 9), ("reader", "x"), ("base", "x"), ("table", {"word:ba": 1}), ("table", []), ("sha256", "0" * 64),
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


def test_the_weights_that_ship_are_whole_and_ask_more_at_the_door() -> None:
    found = weights()
    assert all(isinstance(weight, int) and weight for weight in found.table.values())
    assert found.door.capital > found.reader.capital
    assert found.door.hasty > found.reader.hasty
    assert found.door.small > found.reader.small
