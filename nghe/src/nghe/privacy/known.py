"""Lists of the office that clear names: streets and schools of the place, public cases and people of history.

They clear hits of type PERSON and nothing else: a telephone number stays a telephone number.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from nghe.errors import Fault
from nghe.privacy.lexicon import plain

LONGEST = 100
MOST = 100_000


@dataclass(frozen=True, slots=True)
class Known:
    """Folded names: `people` are cleared wherever they stand, `places` only where nobody is addressed by them."""

    people: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()

    def clears(self, words: str, *, cued: bool) -> bool:
        """Whether the words of a hit are on a list; `cued` says that a person was addressed (“anh Trần Phú”)."""
        if not self.people and not self.places:
            return False
        name = _fold(words)
        return name in self.people or (not cued and name in self.places)


NOBODY = Known()


def know(*, people: Iterable[str] = (), places: Iterable[str] = ()) -> Known:
    """The lists, folded. Raises `Fault` for an entry that would clear too much: empty, one letter, or far too long."""
    return Known(_folded("people", people), _folded("places", places))


def _fold(words: str) -> str:
    return " ".join(plain(unicodedata.normalize("NFC", words)).split())


def _folded(name: str, entries: Iterable[str]) -> frozenset[str]:
    folded = set()
    for number, entry in enumerate(entries, start=1):
        where = f"{name}, entry {number}"
        if number > MOST:
            raise Fault("privacy.known", where, f"is one too many; a list may hold {MOST} names")
        if not isinstance(entry, str) or not 2 <= len(words := _fold(entry)) <= LONGEST:
            raise Fault("privacy.known", where, f"is no name of 2 to {LONGEST} letters; write one name an entry")
        folded.add(words)
    return frozenset(folded)
