"""A text as the rules see it: variants of letters and digits made plain, each character tied to its place in the original."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

from nghe.text.fold import bare, is_hidden

LOOKALIKES = dict(zip(
    "АВЕЅІЈКМНОРСТУХавеѕіјкмнорстухΑΒΕΖΗΙΚΜΝΟΡΤΥΧοıɑɡ", "ABESIJKMHOPCTYXabesijkmhopctyxABEZHIKMNOPTYXoiag", strict=True,
))
"""Cyrillic, Greek and other letters that look like Latin ones."""


@dataclass(frozen=True, slots=True)
class View:
    """`text` to search in; `places[i]` is the code point of the original from which `text[i]` comes.

    Where one letter stands for several characters, `ends[i]` is the last of them.
    """

    text: str
    places: Sequence[int]
    ends: Sequence[int] | None = None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The span of the original under `text[start:end]`; half-open, in code points."""
        return self.places[start], (self.ends or self.places)[end - 1] + 1


def marked(text: str) -> View:
    """With Vietnamese marks, compatibility forms made plain (full-width digits, ligatures), hidden characters out."""
    return _view(text, _marked)


def unmarked(text: str) -> View:
    """As `marked`, and without marks: `Đường` → `Duong`. Case is kept, since a capital tells a name."""
    return _view(text, bare_char)


def _view(text: str, plain: Callable[[str], str]) -> View:
    parts = [plain(char) for char in text]
    joined = "".join(parts)
    if len(joined) == len(text) and all(parts):
        return View(joined, range(len(text)))
    places = [place for place, part in enumerate(parts) for _letter in part]
    return View(joined, places)


def is_mark(char: str) -> bool:
    """A character drawn onto the one before it: an accent, or the box of a keycap (`0️⃣`)."""
    return unicodedata.combining(char) != 0 or unicodedata.category(char) == "Me"


@cache
def _marked(char: str) -> str:
    return "" if is_hidden(char) else "".join(map(_letter, unicodedata.normalize("NFKC", char)))


@cache
def bare_char(char: str) -> str:
    """One character as the bare view has it: no mark, no variant, no look-alike; nothing for a hidden one."""
    return "" if is_hidden(char) else "".join(_letter(LOOKALIKES.get(part, part)) for part in bare(char) if not is_mark(part))


def _letter(part: str) -> str:
    if part.isascii() or not part.isdecimal():
        return " " if part.isspace() and part != "\n" else part
    return str(unicodedata.decimal(part))
