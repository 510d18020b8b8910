"""Faults of tables: each has words in both languages and a line in the documentation."""

from __future__ import annotations

import re
from pathlib import Path

from django.utils.translation import gettext, override

from langnghe.intake.domain.import_words import FILE_WORDS, ROW_WORDS, spans

PAGE = Path(__file__).resolve().parents[3] / "docs" / "import.md"


def test_every_fault_of_a_table_is_documented() -> None:
    section = PAGE.read_text(encoding="utf-8").partition("## What is refused")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (`[^|]+)\|", section, re.MULTILINE)
    assert sorted(code for row in rows for code in re.findall(r"`([a-z_.]+)`", row)) == sorted([*FILE_WORDS, *ROW_WORDS])


def test_every_fault_speaks_vietnamese() -> None:
    words = [word for pair in FILE_WORDS.values() for word in pair] + list(ROW_WORDS.values())
    with override("vi"):
        assert [word for word in words if gettext(word) == word] == []


def test_rows_are_named_in_spans() -> None:
    assert spans([9, 3, 5, 6, 7, 7]) == "3, 5–7, 9"
