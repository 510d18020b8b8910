"""What an answer keeps back: small counts, and what would give them away.

A count of 1 to 4 is printed "< 5". Where a total stands beside its parts, subtraction could still narrow it: then further counts
are kept back (">= 5"), the smallest first, totals last, until whoever knows every number and every sign shown can say no more of
a small part than "1 to 4". A total that is kept back, be it small or not, is printed "x": "< 5" over four parts of "< 5" would
say that each is 1. Each choice is tried by attack: by arithmetic where one total stands alone, with the exact attack of
`nghe.disclosure` where totals share series. What turns out needless is shown again.

Figures computed from counts (expected, bound, p of this and of later periods) would give them away too: a moving average of seven
periods is solved for the eighth. `as_printed` gives the counts that such figures may be computed from.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nghe.disclosure.attack import Equation, attack
from nghe.errors import Fault
from nghe.signals.cells import SMALL
from nghe.signals.totals import Total

Array = NDArray[np.float64]
Marks = NDArray[np.bool_]
STANDS_FOR = 2.0
"""What a small count is taken for in printed figures."""


@dataclass(frozen=True, slots=True)
class KeptBack:
    """Marks of counts, periods by series: `small` are 1 to 4, `cover` are larger and kept back for their sake; `wholes` (S) are
    totals.
    """

    small: Marks
    cover: Marks
    wholes: Marks

    @property
    def all(self) -> Marks:
        return self.small | self.cover

    def text(self, row: int, column: int) -> str:
        return "x" if self.wholes[column] else f"< {SMALL}" if self.small[row, column] else f">= {SMALL}"


def keep_back(counts: Array, totals: Sequence[Total]) -> KeptBack:
    """What to keep back of `counts` (any periods x S; a gap is not printed and protects nothing)."""
    small = (counts > 0) & (counts < SMALL)
    cover, wholes = np.zeros_like(small), np.zeros(counts.shape[1], bool)
    wholes[[total.whole for total in totals]] = True
    for linked in _linked(totals):
        members = sorted({column for total in linked for column in (total.whole, *total.parts)})
        for row in np.flatnonzero(small[:, members].any(axis=1)):
            known = [total for total in linked if np.isfinite(counts[row, [total.whole, *total.parts]]).all()]
            cover[row] |= _cover(counts[row], small[row], known)
    return KeptBack(small, cover, wholes)


def _linked(totals: Sequence[Total]) -> list[list[Total]]:
    """Totals that share series, together."""
    groups: list[tuple[set[int], list[Total]]] = []
    for total in totals:
        members, together = {total.whole, *total.parts}, [total]
        for group in [group for group in groups if group[0] & members]:
            groups.remove(group)
            members |= group[0]
            together = [*group[1], *together]
        groups.append((members, together))
    return [together for _, together in groups]


def narrowed(counts: Array, small: Marks, cover: Marks, totals: Sequence[Total]) -> list[int]:
    """Columns of small counts of one period (all S) that the totals tell more of than "1 to 4" (of a total: than four values)."""
    if len(totals) == 1:
        return _narrowed_alone(counts, small, cover, totals[0])
    system = _System(counts, small, cover, totals)
    wanted = [column for column in system.used if small[column]]
    spans = attack(system.equations, system.shown, wanted, k=SMALL - 2, truth=system.truth).intervals
    return [column for column in wanted if spans[column].width < SMALL - 2]


def _narrowed_alone(counts: Array, small: Marks, cover: Marks, total: Total) -> list[int]:
    """One total: how far can the other parts (and what is not listed) make up for a small part that is 1, or 4, instead?"""
    if small[total.whole] or cover[total.whole]:
        return []
    parts = list(total.parts)
    rest = counts[total.whole] - counts[parts].sum()
    minor = [column for column in parts if small[column]]
    above = sum(counts[column] - SMALL for column in parts if cover[column]) + rest
    endless = rest > 0 or any(cover[column] for column in parts)
    up, down = sum(SMALL - 1 - counts[column] for column in minor), sum(counts[column] - 1 for column in minor)
    return [column for column in minor
            if down - (counts[column] - 1) + above < SMALL - 1 - counts[column]
            or (not endless and up - (SMALL - 1 - counts[column]) < counts[column] - 1)]


def as_printed(counts: Array, kept: KeptBack, rows: NDArray[np.intp]) -> Array:
    """`counts` (T x S) as a reader knows them: each small one as 2, each cover (`kept` marks `rows`) as the last count shown."""
    printed = np.where((counts > 0) & (counts < SMALL), STANDS_FOR, counts)
    for row, column in zip(*np.nonzero(kept.cover), strict=True):
        at = int(rows[row])
        printed[at, column] = max(printed[at - 1, column] if at else SMALL, SMALL)
    return printed


class _System:
    """The sums of one period as an attacker writes them down. Cells stand for what is above the least they can be (1 where "< 5"
    or "x" is printed, 5 where ">= 5" is), so that none is negative; a small part has at most 3 more.
    """

    def __init__(self, counts: Array, small: Marks, cover: Marks, totals: Sequence[Total]) -> None:
        self.counts, self.small, self.cover = counts, small, cover
        self.wholes = {total.whole for total in totals}
        self.equations: list[Equation] = []
        self.shown: dict[int, int] = {}
        self.truth: dict[int, int] = {}
        self.used: dict[int, None] = {}
        self.next = len(counts)
        for total in totals:
            self._add(total)

    def _add(self, total: Total) -> None:
        for column in (total.whole, *total.parts):
            self._use(column)
        rest = int(self.counts[total.whole] - self.counts[list(total.parts)].sum())
        parts = [*total.parts, self._known(sum(self._least(column) for column in total.parts))]
        if rest:
            parts.append(self._hidden(rest))
        whole = self._hidden(int(self.counts[total.whole]))
        if total.whole in self.shown:
            self.shown[whole] = self.truth[whole]
        self.equations += [(whole, (total.whole, self._known(self._least(total.whole)))), (whole, tuple(parts))]

    def _use(self, column: int) -> None:
        if column in self.used:
            return
        self.used[column] = None
        self.truth[column] = int(self.counts[column]) - self._least(column)
        if self.small[column] and column not in self.wholes:
            self.equations.append((self._known(SMALL - 2), (column, self._hidden(SMALL - 2 - self.truth[column]))))
        elif not (self.small[column] or self.cover[column]):
            self.shown[column] = self.truth[column]

    def _least(self, column: int) -> int:
        if self.small[column] or (self.cover[column] and column in self.wholes):
            return 1
        return SMALL if self.cover[column] else 0

    def _known(self, value: int) -> int:
        cell = self._hidden(value)
        self.shown[cell] = value
        return cell

    def _hidden(self, value: int) -> int:
        cell, self.next = self.next, self.next + 1
        self.truth[cell] = value
        return cell


def _cover(counts: Array, small: Marks, totals: Sequence[Total]) -> Marks:
    """Counts of one period to keep back beside the small ones."""
    cover = np.zeros_like(small)
    while totals and (lost := narrowed(counts, small, cover, totals)):
        more = _next(lost, counts, small | cover, totals)
        if more is None:
            raise Fault("signals.small", "counts", "small counts cannot be kept back beside these totals; leave the totals out")
        cover[more] = True
    for column in sorted(np.flatnonzero(cover), key=lambda column: -counts[column]):
        cover[column] = False
        cover[column] = bool(narrowed(counts, small, cover, totals))
    return cover


def _next(lost: Sequence[int], counts: Array, hidden: Marks, totals: Sequence[Total]) -> int | None:
    """The next count to keep back: the nearest to a lost one by sums, parts before totals, small before large."""
    wholes, reached, seen = {total.whole for total in totals}, set(lost), set[int]()
    while reached - seen:
        seen = set(reached)
        for total in totals:
            members = {total.whole, *total.parts}
            if members & seen:
                reached |= members
        able = [column for column in reached - seen if counts[column] >= SMALL and not hidden[column]]
        if able:
            return min(able, key=lambda column: (column in wholes, counts[column], column))
    return None
