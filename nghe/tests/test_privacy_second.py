"""The second opinion adds hits, and fails closed."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from nghe.errors import Fault
from nghe.privacy import find
from nghe.privacy.files import scrub_file
from nghe.privacy.second import second_opinion
from nghe.privacy.tagger import find_names
from nghe.privacy.weigh import weights

TEXT = "Chuyện Hùng trọc thu tiền bảo kê ai cũng biết, gọi 0912345678."


def reader(code: str) -> list[str]:
    return [sys.executable, "-c", code]


@pytest.mark.parametrize(("code", "words"), [
    ("", "ended before"),
    ("import sys; sys.stdin.readline(); sys.exit(1)", "ended before"),
    ("import time; time.sleep(60)", "no answer in 0.5 seconds"),
    ("print('no json')", "answers what cannot be"),
    ("print('[]')", "answers what cannot be"),
    ("print('{\"spans\": []}')", "0 answers to 1 texts"),
    ("print('{\"spans\": [[[0, 999, \"PERSON\"]]]}')", "span"),
    ("print('{\"spans\": [[[3, 1, \"PERSON\"]]]}')", "span"),
    ("print('{\"spans\": [[[0, true, \"PERSON\"]]]}')", "span"),
    ("print('{\"spans\": [[[0, 2, \"NICE\"]]]}')", "span"),
    ("print('{\"spans\": [[[0, 2]]]}')", "answers what cannot be"),
    ("print('['*100000)", "answers what cannot be"),
    ("import sys; sys.stdout.write('{\"spans\": [[]]}')", "ended before"),
])
def test_a_reader_that_fails_lets_nothing_pass(tmp_path: Path, code: str, words: str) -> None:
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text(json.dumps({"id": 1, "text": TEXT}) + "\n")
    seconds = 0.5 if "sleep" in code else 20
    with second_opinion(reader(code), seconds=seconds) as second, pytest.raises(Fault, match=words) as fault:
        scrub_file(source, target, second.find)
    assert fault.value.code == "privacy.second_opinion"
    assert list(tmp_path.iterdir()) == [source]


def test_a_reader_that_is_not_there_is_a_fault() -> None:
    with pytest.raises(Fault, match="cannot be started"), second_opinion(["no-such-reader"]):
        pass


def test_a_reader_only_adds() -> None:
    code = "print('{\"spans\": [[[0, 6, \"PERSON\"]]]}', flush=True)"
    with second_opinion(reader(code)) as second:
        hits = second.find(TEXT)
    assert [hit for hit in hits if hit.rule != "second-opinion"] == find(TEXT)
    assert [(hit.start, hit.end) for hit in hits if hit.rule == "second-opinion"] == [(0, 6)]


def test_the_built_in_reader_answers_as_the_tagger_does() -> None:
    with second_opinion() as second:
        spans = second.spans([TEXT, "", "Giá xăng tăng."])
    assert [[(start, end) for start, end, _kind in row] for row in spans] == [
        find_names(text, weights()) for text in (TEXT, "", "Giá xăng tăng.")
    ]
    assert [TEXT[start:end] for start, end, _kind in spans[0]] == ["Hùng"]
    assert spans[1:] == [[], []]
