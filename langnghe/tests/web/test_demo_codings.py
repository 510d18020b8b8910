"""The demonstration's notes coded twice: every note, by the frame, with disagreements; and no personal data in any."""

import json
import tomllib
from collections import Counter
from importlib import resources

from nghe.privacy.find import find
from nghe.text.agreement import alpha

DEMO = resources.files("langnghe.web.demo")
NOTES = [json.loads(line) for line in DEMO.joinpath("notes.jsonl").read_text(encoding="utf-8").splitlines()]
CODINGS = [json.loads(line) for line in DEMO.joinpath("codings.jsonl").read_text(encoding="utf-8").splitlines()]
FRAME = tomllib.loads(resources.files("langnghe.frames").joinpath("data/general.toml").read_text(encoding="utf-8"))
TOPICS = {topic["code"] for field in FRAME["field"] for topic in field["topic"]}


def test_there_are_1500_notes_and_each_topic_has_some() -> None:
    assert len(NOTES) >= 1_500
    counts = Counter(note["topic"] for note in NOTES)
    assert {topic for topic in TOPICS if counts[topic] < 3} == set()


def test_some_notes_are_typed_without_marks() -> None:
    assert sum(note["text"].isascii() for note in NOTES) >= len(NOTES) / 16


def test_every_note_is_coded_twice_by_the_frame() -> None:
    assert [coding["note"] for coding in CODINGS] == list(range(1, len(NOTES) + 1))
    assert {coding[who] for coding in CODINGS for who in ("first", "second")} <= TOPICS


def test_coders_disagree_as_people_do() -> None:
    assert 0.75 <= alpha([(coding["first"], coding["second"]) for coding in CODINGS]).value <= 0.85
    assert sum(coding["first"] != note["topic"] for coding, note in zip(CODINGS, NOTES, strict=True)) > 30


def test_notes_pass_the_door() -> None:
    assert [note["text"] for note in NOTES if find(note["text"])] == []
