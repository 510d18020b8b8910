"""Find what needs a claim behind it: figures, numbers in words, words for how many, crowds, moods, vague numerals.

The lists are data (`lexicon.json`, `innocent.json`). Letters that mean something else in a fixed collocation ("tăng giá", "một số
điện thoại") are innocent and are blanked first. Text is read as NFC, whatever its case.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

BLANK = "\ufffc"
FIGURE = re.compile(r"\d+(?:[.,]\d+)*")
KINDS = ("number", "number_word", "breadth", "crowd", "mood", "vague")


@dataclass(frozen=True, slots=True, order=True)
class Hit:
    """One suspicious stretch: `kind` is one of KINDS; offsets in code points."""

    start: int
    end: int
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class _Rules:
    innocent: re.Pattern[str]
    words: tuple[tuple[str, re.Pattern[str]], ...]


def find_words(text: str, lang: str) -> list[Hit]:
    """Breadth, crowd and mood words, vague numerals and numbers in words; the longest at each place, none overlapping."""
    rules = _rules(lang)
    bare = blank_out(text, rules.innocent)
    hits = [
        Hit(found.start(), found.end(), kind, text[found.start() : found.end()])
        for kind, pattern in rules.words for found in pattern.finditer(bare)
    ]
    return without_overlaps(hits)


def find_figures(text: str, *, allowed: Collection[str] = ()) -> list[Hit]:
    """Figures in digits; `allowed` holds identifiers (KN-41-02) whose digits are part of a name."""
    bare = blank_out(text, _digit_names())
    for name in sorted(allowed, key=len, reverse=True):
        bare = blank_out(bare, re.compile(rf"(?<!\w){re.escape(name)}(?!\w)"))
    return [Hit(found.start(), found.end(), "number", found.group()) for found in FIGURE.finditer(bare)]


def find_all(text: str, lang: str) -> list[Hit]:
    return sorted(find_words(text, lang) + find_figures(text))


def blank_out(text: str, pattern: re.Pattern[str]) -> str:
    """The text with each match blanked, length kept."""
    return pattern.sub(lambda found: BLANK * len(found.group()), text)


def without_overlaps(hits: Iterable[Hit]) -> list[Hit]:
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda hit: (hit.start - hit.end, hit.start)):
        if all(hit.end <= other.start or hit.start >= other.end for other in kept):
            kept.append(hit)
    return sorted(kept)


def one_of(words: Iterable[str]) -> str:
    """A pattern for any of the words, the longest first; a space in a word is any white space."""
    return "(?:" + "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in sorted(words, key=len, reverse=True)) + ")"


def whole(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){pattern}(?!\w)", re.IGNORECASE)


@cache
def _rules(lang: str) -> _Rules:
    lists = _read("lexicon.json")[lang]
    ones, tens, digits, counted = (one_of(lists[name]) for name in ("ones", "tens", "digits", "counted"))
    either = f"(?:{ones}|{tens})"
    number = (
        rf"(?:{digits}\s+{counted}"  # hai người
        rf"|(?:{either}\s+)+{tens}(?:\s+{either})*|{tens}(?:\s+{either})+"  # ba trăm, mười một
        rf"|{ones}\s+phần\s+{ones})"  # hai phần ba
    )
    words = [(kind, whole(one_of(lists[kind]))) for kind in ("breadth", "crowd", "mood", "vague")]
    return _Rules(whole(one_of(_read("innocent.json")[lang])), (*words, ("number_word", whole(number))))


@cache
def _digit_names() -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){one_of(_read('innocent.json')['digits'])}(?!\w)")


@cache
def _read(name: str) -> Any:
    return json.loads(files("nghe.wording").joinpath(name).read_text(encoding="utf-8"))
