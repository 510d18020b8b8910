"""Merging of categories, before anything is hidden: a level of which most cells are too small joins its next smallest sibling.

A level is merged in all tables of a release alike: merged in one and whole in another, it could be had by subtraction. Names are
kept ("a + b"), sums stay, and the merged table still says what the new level is made of, so that an audit can link it to earlier
releases that showed the parts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from nghe.disclosure.audit import floor_for
from nghe.disclosure.tables import Dimension, Table

JOIN = " + "
MOSTLY = 0.5
FEWEST = 2
"""Siblings that must be left: one level alone would be its parent."""


@dataclass(frozen=True, slots=True)
class Merging:
    """Tables with fewer levels, and what was joined: (population, dimension) -> the new levels in the order they were made."""

    tables: tuple[Table, ...]
    joined: Mapping[tuple[str, str], tuple[str, ...]]


def merge_small_levels(
    tables: Sequence[Table], *, k: int, dimensions: Iterable[str] | None = None, ordered: Iterable[str] = (),
    mostly: float = MOSTLY,
) -> Merging:
    """Merge every level of which at least `mostly` of the filled cells are under the floor, the worst first.

    `dimensions` names what may be merged (all, if not given); levels of an `ordered` one join a neighbour only. Counts must all
    be there. Totals stay as they are.
    """
    allowed, in_order = None if dimensions is None else set(dimensions), set(ordered)
    now = list(tables)
    joined: dict[tuple[str, str], tuple[str, ...]] = {}
    for population, name in dict.fromkeys((table.population, name) for table in tables for name in table.names):
        if allowed is not None and name not in allowed:
            continue
        having = [at for at, table in enumerate(now) if table.population == population and name in table.names]
        while pair := _next_pair([now[at] for at in having], name, k=k, ordered=name in in_order, mostly=mostly):
            for at in having:
                now[at] = join_levels(now[at], name, pair)
            joined[population, name] = (*joined.get((population, name), ()), JOIN.join(pair))
    return Merging(tuple(now), joined)


def join_levels(table: Table, name: str, pair: tuple[str, str]) -> Table:
    """The table with two levels of a dimension as one, in the place of the first; hidden where either was."""
    at = table.names.index(name)
    old = table.dimensions[at]
    first, second = (old.levels.index(level) for level in pair)
    new = JOIN.join(pair)
    levels = tuple(new if level == pair[0] else level for level in old.levels if level != pair[1])
    parents = {level: parent for level, parent in old.parents.items() if level not in pair}
    if pair[0] in old.parents:
        parents[new] = old.parents[pair[0]]
    parents |= dict.fromkeys(pair, new)
    counts = np.array([0 if count is None else count for count in table.counts], dtype=np.int64).reshape(table.shape)
    hidden = np.array(table.suppressed, dtype=bool).reshape(table.shape)
    counts, hidden = (np.moveaxis(cells, at, 0) for cells in (counts, hidden))
    counts[first] += counts[second]
    hidden[first] |= hidden[second]
    counts, hidden = (np.moveaxis(np.delete(cells, second, axis=0), 0, at) for cells in (counts, hidden))
    dimensions = (*table.dimensions[:at], Dimension(name, levels, parents, old.partial), *table.dimensions[at + 1 :])
    return Table(table.id, dimensions, tuple(counts.ravel().tolist()), tuple(hidden.ravel().tolist()), table.release,
                 table.population, table.where, table.of, table.shares)


def _next_pair(
    tables: Sequence[Table], name: str, *, k: int, ordered: bool, mostly: float
) -> tuple[str, str] | None:
    """The level that is worst off and the sibling it joins; `None` where no level needs it or too few are left."""
    best: tuple[float, int, tuple[str, str]] | None = None
    for siblings in _sibling_groups(tables, name):
        if len(siblings) <= FEWEST:
            continue
        total, share = _tally(tables, name, siblings, k)
        worst = max(range(len(siblings)), key=lambda place: (share[place], -total[place]))
        if share[worst] < mostly:
            continue
        near = (worst - 1, worst + 1) if ordered else range(len(siblings))
        other = min((place for place in near if place != worst and 0 <= place < len(siblings)), key=total.__getitem__)
        found = (share[worst], -total[worst], (siblings[min(worst, other)], siblings[max(worst, other)]))
        best = max(best, found) if best else found
    return best[2] if best else None


def _sibling_groups(tables: Sequence[Table], name: str) -> list[list[str]]:
    """Levels that every one of the tables shows, that nothing adds up to, and that have the same parent."""
    dimensions = [table.dimensions[table.names.index(name)] for table in tables]
    groups: dict[str | None, list[str]] = {}
    if not any(dimension.partial for dimension in dimensions):
        for level in dimensions[0].levels:
            if all(level in dimension.leaves
                   and dimension.parents.get(level) == dimensions[0].parents.get(level) for dimension in dimensions):
                groups.setdefault(dimensions[0].parents.get(level), []).append(level)
    return [siblings for siblings in groups.values() if len(siblings) > 1]


def _tally(tables: Sequence[Table], name: str, siblings: Sequence[str], k: int) -> tuple[list[int], list[float]]:
    """Of each sibling over all tables: people in all cells, and the share of filled cells that are too small."""
    total, filled, small = (np.zeros(len(siblings), dtype=np.int64) for _ in range(3))
    for table in tables:
        at = table.names.index(name)
        cells = np.array([0 if count is None else count for count in table.counts], dtype=np.int64).reshape(table.shape)
        places = [table.dimensions[at].levels.index(level) for level in siblings]
        rows = np.moveaxis(cells, at, 0)[places].reshape(len(siblings), -1)
        total += rows.sum(axis=1)
        filled += (rows > 0).sum(axis=1)
        small += ((rows > 0) & (rows < floor_for(table, k))).sum(axis=1)
    return total.tolist(), np.where(filled > 0, small / np.maximum(filled, 1), 0.0).tolist()
