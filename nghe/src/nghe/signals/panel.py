"""Counts as a matrix: successive periods by series, with what was received and who lives there where that is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from nghe.errors import Fault
from nghe.signals.periods import Timeline

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Panel:
    """`counts`, `population`, `reports` and `sources` (distinct ones of each cell) are T x S (periods of `time` by `series`); nan
    is a gap.
    """

    time: Timeline
    series: tuple[str, ...]
    counts: Array
    population: Array | None = None
    reports: Array | None = None
    sources: Array | None = None

    def column(self, series: str) -> int:
        if series not in self.series:
            raise Fault("signals.series", series, "there is no such series")
        return self.series.index(series)

    def row(self, period: str) -> int:
        if period not in self.time.labels:
            raise Fault("signals.period", period, f"not between {self.time.labels[0]} and {self.time.labels[-1]}")
        return self.time.labels.index(period)

    def gaps(self) -> int:
        return int(np.isnan(self.counts).sum())


def fill_gaps(panel: Panel) -> Panel:
    """Take what is missing as "nothing was said" - right for sparse counts, wrong where a period was not received."""
    return replace(panel, counts=np.nan_to_num(panel.counts))


def merge_places(panel: Panel, successor: Mapping[str, str]) -> Panel:
    """One series for places that became one: the whole history is added up under the successor's name (1 July 2025 and the like).

    `successor` maps a series to the one it went into; others stay. A gap in one part is a gap in the sum as long as that part
    ever counts later or earlier; before its first and after its last count a part adds nothing. Sources of several parts may be
    the same: the largest of one part counts.
    """
    if unknown := sorted(set(successor) - set(panel.series)):
        raise Fault("signals.series", unknown[0], "cannot be merged: there is no such series")
    names = [successor.get(name, name) for name in panel.series]
    order = tuple(dict.fromkeys(names))
    parts = [[column for column, name in enumerate(names) if name == target] for target in order]

    def added(matrix: Array | None) -> Array | None:
        if matrix is None:
            return None
        alive = _between_first_and_last(panel.counts)
        filled = np.where(np.isnan(matrix) & ~alive, 0.0, matrix)
        sums = np.column_stack([filled[:, part].sum(axis=1) if len(part) > 1 else matrix[:, part[0]] for part in parts])
        nobody = np.column_stack([~alive[:, part].any(axis=1) for part in parts])
        return np.where(nobody, np.nan, sums)

    counts = added(panel.counts)
    assert counts is not None
    return replace(panel, series=order, counts=counts, population=added(panel.population), reports=added(panel.reports),
                   sources=None if panel.sources is None else np.column_stack([_most(panel.sources[:, part]) for part in parts]))


def _most(matrix: Array) -> Array:
    """The largest of each row; nan where nothing is known."""
    return np.asarray(np.fmax.reduce(matrix, axis=1))


def _between_first_and_last(counts: Array) -> NDArray[np.bool_]:
    known = np.isfinite(counts)
    return np.maximum.accumulate(known, axis=0) & np.maximum.accumulate(known[::-1], axis=0)[::-1]


@dataclass(frozen=True, slots=True)
class Split:
    """A topic that a new frame version cut in parts, first coded in `since` (a period's label)."""

    parent: str
    parts: tuple[str, ...]
    since: str


def join_split(panel: Panel, splits: Sequence[Split]) -> Panel:
    """Continue each parent's series by the sum of its parts, so that the change of frame is no signal.

    The parts stay as series of their own, with a gap before `since`: they are judged once they have a history.
    """
    counts = panel.counts.copy()
    reports, sources = (None if matrix is None else matrix.copy() for matrix in (panel.reports, panel.sources))
    for split in splits:
        start, parent = panel.row(split.since), panel.column(split.parent)
        parts = [panel.column(part) for part in split.parts]
        if np.nansum(counts[start:, parent]) > 0:
            raise Fault("signals.split", split.parent,
                        f"counted from {split.since} on, though it was split into {', '.join(split.parts)}")
        counts[start:, parent] = counts[start:, parts].sum(axis=1)
        counts[:start, parts] = np.nan
        for matrix in (reports, sources):
            if matrix is not None:
                matrix[start:, parent] = _most(matrix[start:, parts])
    return replace(panel, counts=counts, reports=reports, sources=sources)
