"""The ways a coder looks at a text: its words with their marks, its words without, and the pieces of its words.

A person writes “nước đục”, “nuoc duc” and “nước đụk”. Each *view* turns the text into terms: `words` keeps the marks and tells
most; `bare` is the same for the first two; `pieces` still sees the third. A text typed without marks (`is_plain`) is read by
the last two only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from nghe.text.fold import fold, spell_out, tidy

VIEWS = ("words", "bare", "pieces")
PLAIN_VIEWS = ("bare", "pieces")

TOKEN = re.compile(r"\w+|[^\w\s]")
PIECE_LENGTHS = range(2, 5)
MARKED_SHARE_OF_PLAIN = 0.1
"""Of running Vietnamese about four words in five carry a mark; a text with fewer than one in ten was typed without."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as tokens, twice: with marks and folded (equal length), and whether it was typed without marks."""

    tokens: tuple[str, ...]
    bare: tuple[str, ...]
    plain: bool


def read(text: str) -> Reading:
    """Any text, also empty or of signs only; short forms spelled out, numbers of more than four digits as one token `0`."""
    tokens = tuple(_number(token) for token in TOKEN.findall(spell_out(tidy(text))))
    bare = tuple(_bare(token) for token in tokens)
    marked = sum(map(str.__ne__, tokens, bare))
    words = sum(token.isalpha() for token in tokens)
    return Reading(tokens, bare, marked < MARKED_SHARE_OF_PLAIN * words)


def _number(token: str) -> str:
    return "0" if len(token) > 4 and token.isdigit() else token


@lru_cache(maxsize=200_000)
def _bare(token: str) -> str:
    return fold(token) or token


def words(tokens: tuple[str, ...], longest: int) -> Iterable[str]:
    """Runs of 1 to `longest` tokens; within a term the tokens are joined by a blank."""
    yield from tokens
    for size in range(2, longest + 1):
        for at in range(len(tokens) - size + 1):
            yield " ".join(tokens[at:at + size])


@lru_cache(maxsize=200_000)
def pieces(word: str) -> tuple[str, ...]:
    """Character runs of a folded word with a blank at either side: what is left of a word that was mistyped."""
    padded = f" {word} "
    return tuple(padded[at:at + size] for size in PIECE_LENGTHS for at in range(len(padded) - size + 1)) or (padded,)


def has_words(reading: Reading) -> bool:
    """Whether a text holds a word or a number; emoji and signs alone do not make one."""
    return any(token[0].isalnum() for token in reading.tokens)
