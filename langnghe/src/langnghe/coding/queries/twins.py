"""Notes that read nearly the same, so that a person reads them once. They are shown together; each still counts.

Likeness is the share of word pairs and words (folded) that two texts have in common, of all that either has (Jaccard 1912).
The first note of the queue leads; each later one joins the first lead that it is like enough. Exact: an index of rare words
and pairs finds every lead that can be like enough.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import ceil

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


@lru_cache(maxsize=20_000)
def signs(folded: str) -> tuple[str, ...]:
    """Some shingles of a text, of which a text that is like enough must share one.

    Two texts that share at least the part t of all their shingles share one of the first n - ceil(t n) + 1 of each, in any
    common order (prefix filtering: Bayardo, Ma, Srikant 2007). Pairs and long ones first: they are seldom shared by chance.
    """
    mine = shingles(folded)
    order = sorted(mine, key=lambda part: (" " not in part, -len(part), part))
    return tuple(order[: len(mine) - ceil(LIKE_ENOUGH * len(mine)) + 1])


def group_twins(notes: Iterable[tuple[uuid.UUID, str]]) -> dict[uuid.UUID, list[Twin]]:
    """Each lead, in the order given, with the notes that read nearly like it."""
    groups: dict[uuid.UUID, list[Twin]] = {}
    texts: list[tuple[uuid.UUID, frozenset[str]]] = []
    leads: dict[str, list[int]] = defaultdict(list)
    for key, folded in notes:
        mine, found = shingles(folded), signs(folded) if folded else ()
        near = sorted({place for part in found if part in leads for place in leads[part]})
        alike = ((place, likeness(mine, texts[place][1])) for place in near)
        if twin := next(((place, share) for place, share in alike if share >= LIKE_ENOUGH), None):
            groups[texts[twin[0]][0]].append(Twin(key, twin[1]))
            continue
        for part in found:
            leads[part].append(len(texts))
        texts.append((key, mine))
        groups[key] = []
    return groups


def most_alike(folded: str, others: Iterable[tuple[uuid.UUID, str]], *, most: int) -> Sequence[Twin]:
    """The notes most like a text, the most alike first: what a duplicate may be a duplicate of."""
    mine = shingles(folded)
    alike = [Twin(key, share) for key, text in others if (share := likeness(mine, shingles(text)))]
    return sorted(alike, key=lambda twin: (-twin.share, str(twin.note)))[:most]
