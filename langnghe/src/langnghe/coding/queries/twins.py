"""Notes that read nearly the same, so that a person reads them once. They are shown together; each still counts.

Likeness is the share of word pairs and words (folded) that two texts have in common, of all that either has (Jaccard 1912).
The first note of the queue leads; each later one joins the first lead that it is like enough. Exact, and one pass: a word
index finds the leads that share anything.
"""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

LIKE_ENOUGH = 0.5
"""Measured on the invented notes and on real student feedback: above it two texts say the same thing in the same words."""
SHORTEST = 4
"""Texts of fewer words than this are alike by chance."""


@dataclass(frozen=True, slots=True)
class Twin:
    note: uuid.UUID
    share: float


@lru_cache(maxsize=20_000)
def shingles(folded: str) -> frozenset[str]:
    """Words and neighbouring pairs of a folded text."""
    words = "".join(char if char.isalnum() else " " for char in folded).split()
    if len(words) < SHORTEST:
        return frozenset()
    return frozenset(words) | frozenset(" ".join(pair) for pair in pairwise(words))


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    shared = len(one & other)
    return shared / (len(one) + len(other) - shared) if shared else 0.0


def group_twins(notes: Iterable[tuple[uuid.UUID, str]]) -> dict[uuid.UUID, list[Twin]]:
    """Each lead, in the order given, with the notes that read nearly like it."""
    groups: dict[uuid.UUID, list[Twin]] = {}
    texts: list[tuple[uuid.UUID, frozenset[str]]] = []
    leads: dict[str, list[int]] = defaultdict(list)
    for key, folded in notes:
        mine = shingles(folded)
        shared = Counter(place for part in mine for place in leads.get(part, ()))
        fitting = [(place, count) for place, count in shared.items()
                   if count >= LIKE_ENOUGH * (len(mine) + len(texts[place][1]) - count)]
        if fitting:
            place, count = min(fitting)
            lead, other = texts[place]
            groups[lead].append(Twin(key, count / (len(mine) + len(other) - count)))
            continue
        for part in mine:
            leads[part].append(len(texts))
        texts.append((key, mine))
        groups[key] = []
    return groups


def most_alike(folded: str, others: Iterable[tuple[uuid.UUID, str]], *, most: int) -> Sequence[Twin]:
    """The notes most like a text, the most alike first: what a duplicate may be a duplicate of."""
    mine = shingles(folded)
    alike = [Twin(key, share) for key, text in others if (share := likeness(mine, shingles(text)))]
    return sorted(alike, key=lambda twin: (-twin.share, str(twin.note)))[:most]
