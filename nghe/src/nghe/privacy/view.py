"""A text as the rules see it: variants of letters and digits made plain, each character tied to its place in the original."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from nghe.text.fold import bare, is_hidden


@dataclass(frozen=True, slots=True)
class View:
    """`text` to search in; `places[i]` is the code point of the original from which `text[i]` comes."""

    text: str
    places: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The span of the original under `text[start:end]`; half-open, in code points."""
        return self.places[start], self.places[end - 1] + 1


def marked(text: str) -> View:
    """With Vietnamese marks, compatibility forms made plain (full-width digits, ligatures), hidden characters out."""
    return _view(text, lambda char: unicodedata.normalize("NFKC", char))


def unmarked(text: str) -> View:
    """As `marked`, and without marks: `Đường` → `Duong`. Case is kept, since a capital tells a name."""
    return _view(text, bare)


def _view(text: str, plain: Callable[[str], str]) -> View:
    letters: list[str] = []
    places: list[int] = []
    for place, char in enumerate(text):
        for part in "" if is_hidden(char) else plain(char):
            if part.isascii() or not part.isdecimal():
                letters.append(" " if part.isspace() and part != "\n" else part)
            else:
                letters.append(str(unicodedata.decimal(part)))
            places.append(place)
    return View("".join(letters), tuple(places))
