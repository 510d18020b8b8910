"""Copies and retellings of a note: found by MinHash, verified by the share of 4-grams in common and word by word.

An index takes texts in batches, and finds for each new one the earlier ones it is a copy of. Copies form groups: a group has been
*heard* as often as it has notes, and is *one story*; both are said, with how many places and channels it came from. It finds
copies, not paraphrases.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from nghe.errors import Fault
from nghe.text.minhash import BANDS, HASHES, Keys, Numbers, Rows, band_keys, distinct, form, shingles, signatures
from nghe.text.retelling import tells_the_same

LIKE_FROM = 0.4
"""Jaccard coefficient of the 4-grams from which two texts may be retellings; which of them are, `tells_the_same` decides."""
LOOK_FROM = 0.3
"""Estimated from the signatures; below it a pair is not compared gram by gram."""
CROWD = 100
"""More texts than this that meet in one band are compared each with the next and with the first, not all with all."""

FORMS_AT_ONCE = 5_000
PAIRS_AT_ONCE, PAIRS_WAITING = 10_000, 3_000_000
"""How many pairs are compared by their signatures at once (20 MB), and how many wait for it."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two texts by their numbers in the index, the earlier first, and the share of their 4-grams in common."""

    first: int
    second: int
    similarity: float


@dataclass(frozen=True, slots=True)
class Story:
    """Notes that tell the same: numbers in the index, rising."""

    members: tuple[int, ...]
    representative: int
    """The member most like all others; the earliest of equals."""
    places: int
    channels: int

    @property
    def heard(self) -> int:
        """How many notes tell it: counted as heard so often, and as one story."""
        return len(self.members)


class DuplicateIndex:
    """All texts so far: their distinct forms, signatures and 4-grams. Number n is the n-th text that was added."""

    def __init__(self) -> None:
        self._form_of: dict[str, int] = {}
        self._forms: list[str] = []
        self._own: list[int] = []
        self._first: list[int] = []
        self._signatures: Numbers = np.zeros((0, HASHES), np.uint32)
        self._grams: Numbers = np.zeros(0, np.uint32)
        self._starts: Rows = np.zeros(1, np.int64)
        self._bands: list[tuple[Keys, Rows]] = [(np.zeros(0, np.uint64), np.zeros(0, np.int64)) for _ in range(BANDS)]

    def __len__(self) -> int:
        return len(self._own)

    def add(self, texts: Iterable[str]) -> list[Pair]:
        """Take texts in, and answer the pairs that each of them makes with earlier ones and with each other.

        Texts with the same form make one pair each, with the first of them; texts without any sign make none.
        """
        pairs: list[Pair] = []
        new: list[str] = []
        before = len(self._first)
        for text in texts:
            own, number = form(text), len(self._own)
            if own and own in self._form_of:
                at = self._form_of[own]
                pairs.append(Pair(self._first[at], number, 1.0))
            else:
                at = len(self._first)
                self._first.append(number)
                self._forms.append(own)
                new.append(own)
                if own:
                    self._form_of[own] = at
            self._own.append(at)
        if new:
            self._take(new)
            pairs += self._verified(self._candidates(before))
        return sorted(pairs, key=lambda pair: (pair.second, pair.first))

    def similarity(self, one: int, other: int) -> float:
        """Jaccard coefficient of the 4-grams of two texts."""
        return self._jaccard(self._own[one], self._own[other])

    def _take(self, forms: list[str]) -> None:
        signed, grams, starts = [self._signatures], [self._grams], [self._starts]
        for at in range(0, len(forms), FORMS_AT_ONCE):
            own, begin = shingles(forms[at:at + FORMS_AT_ONCE])
            signed.append(signatures(own, begin))
            grams.append(own)
            starts.append(begin[1:] + starts[-1][-1])
        self._signatures, self._grams, self._starts = np.vstack(signed), np.concatenate(grams), np.concatenate(starts)

    def _candidates(self, before: int) -> Keys:
        """Pairs of forms that meet in a band, one of them at least new: (later << 32) | earlier, distinct."""
        fresh = self._signatures[before:]
        some = np.flatnonzero(np.diff(self._starts[before:]) > 0)
        found = np.zeros(0, np.uint64)
        waiting: list[Keys] = []
        for band in range(BANDS):
            keys, numbers = band_keys(fresh[some], band), (some + before).astype(np.int64)
            order = np.argsort(keys, kind="stable")
            old_keys, old_numbers = self._bands[band]
            at = np.searchsorted(old_keys, keys[order], side="right")
            all_keys, all_numbers = np.insert(old_keys, at, keys[order]), np.insert(old_numbers, at, numbers[order])
            self._bands[band] = (all_keys, all_numbers)
            waiting.append(_meeting(all_keys, all_numbers, before))
            if sum(map(len, waiting)) > PAIRS_WAITING or band == BANDS - 1:
                found = self._likely(distinct(np.concatenate([found, *waiting])))
                waiting = []
        return found

    def _likely(self, pairs: Keys) -> Keys:
        """Those whose signatures agree often enough."""
        kept = [pairs[:0]]
        for at in range(0, len(pairs), PAIRS_AT_ONCE):
            some = pairs[at:at + PAIRS_AT_ONCE]
            later, earlier = (some >> np.uint64(32)).astype(np.int64), (some & np.uint64(0xFFFFFFFF)).astype(np.int64)
            alike = (self._signatures[later] == self._signatures[earlier]).mean(axis=1)
            kept.append(some[alike >= LOOK_FROM])
        return np.concatenate(kept)

    def _verified(self, pairs: Keys) -> Iterator[Pair]:
        for pair in pairs.tolist():
            later, earlier = pair >> 32, pair & 0xFFFFFFFF
            alike = self._jaccard(later, earlier)
            if alike >= LIKE_FROM and tells_the_same(self._forms[earlier], self._forms[later]):
                yield Pair(self._first[earlier], self._first[later], alike)

    def _jaccard(self, one: int, other: int) -> float:
        if one == other:
            return 1.0
        first, second = (self._grams[self._starts[at]:self._starts[at + 1]] for at in (one, other))
        common = len(np.intersect1d(first, second, assume_unique=True))
        return common / (len(first) + len(second) - common) if common else 0.0


def group_stories(index: DuplicateIndex, pairs: Sequence[Pair], *, places: Sequence[str] = (),
                  channels: Sequence[str] = ()) -> list[Story]:
    """Every text of the index in exactly one story, ordered by the first note of each.

    `pairs` are all that `add` answered so far; `places` and `channels`, where given, have one entry for each text (empty: not
    known, not counted). A chain of copies is one story. Fault `text.unequal` where an entry is missing.
    """
    for name, given in (("places", places), ("channels", channels)):
        if given and len(given) != len(index):
            raise Fault("text.unequal", name, f"{len(given)} given for {len(index)} texts")
    leader = list(range(len(index)))

    def find(at: int) -> int:
        while leader[at] != at:
            leader[at] = at = leader[leader[at]]
        return at

    like: dict[int, float] = defaultdict(float)
    for pair in pairs:
        one, other = sorted((find(pair.first), find(pair.second)))
        leader[other] = one
        like[pair.first] += pair.similarity
        like[pair.second] += pair.similarity
    members: dict[int, list[int]] = defaultdict(list)
    for at in range(len(index)):
        members[find(at)].append(at)
    return [Story(tuple(own), max(own, key=lambda at: (like[at], -at)), _distinct(places, own), _distinct(channels, own))
            for own in members.values()]


def _meeting(keys: Keys, numbers: Rows, before: int) -> Keys:
    """Pairs within runs of equal keys (sorted), one of each at least `before` or later."""
    edges = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1], [True]])) if len(keys) else np.zeros(1, np.int64)
    sizes = np.diff(edges)
    found = [np.zeros(0, np.uint64)]
    for size in np.unique(sizes[sizes > 1]).tolist():
        runs = numbers[edges[:-1][sizes == size][:, None] + np.arange(size)]
        left, right = np.triu_indices(size, 1) if size <= CROWD else _beside(size)
        one, other = runs[:, left].ravel(), runs[:, right].ravel()
        later, earlier = np.maximum(one, other), np.minimum(one, other)
        kept = later >= before
        found.append((later[kept].astype(np.uint64) << np.uint64(32)) | earlier[kept].astype(np.uint64))
    return np.concatenate(found)


def _beside(size: int) -> tuple[Rows, Rows]:
    at = np.arange(1, size)
    return np.concatenate([at - 1, np.zeros(size - 2, np.int64)]), np.concatenate([at, at[1:]])


def _distinct(given: Sequence[str], members: Sequence[int]) -> int:
    return len({given[at] for at in members if given[at]}) if given else 0
