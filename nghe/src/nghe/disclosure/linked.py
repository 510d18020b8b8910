"""All tables of a release, and of earlier ones, as one system: cells, and which cells add up to which.

An attacker holds every table ever released. What links them: the same cell in two tables, levels that add up to their parent,
and the total that a table without a total row still implies. Each link is one equation `whole = sum of parts`.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from nghe.disclosure.tables import Dimension, Key, Pairs, Table
from nghe.errors import Fault

Level = str | None
Sum = tuple[Level, tuple[str, ...]]


@dataclass(frozen=True)
class Axis:
    """A dimension as the equations see it: its levels, the total being None, and which add up to which."""

    name: str
    levels: tuple[Level, ...]
    sums: tuple[Sum, ...]


@dataclass(frozen=True)
class Place:
    """Where a cell stands: the table and the position among its counts."""

    table: int
    position: int


@dataclass
class Linked:
    """Cells by number. `shown` holds the counts that an attacker reads, `truth` what is known to us, `hidden` what is withheld.

    `equations` are (whole, parts). A cell with no place is implied and never printed.
    """

    tables: Sequence[Table]
    number: dict[Key, int] = field(default_factory=dict)
    keys: list[Key] = field(default_factory=list)
    places: list[list[Place]] = field(default_factory=list)
    shown: dict[int, int] = field(default_factory=dict)
    truth: dict[int, int] = field(default_factory=dict)
    hidden: set[int] = field(default_factory=set)
    equations: list[tuple[int, tuple[int, ...]]] = field(default_factory=list)

    def cell(self, key: Key) -> int:
        found = self.number.get(key)
        if found is None:
            found = self.number[key] = len(self.keys)
            self.keys.append(key)
            self.places.append([])
        return found

    def label(self, cell: int) -> str:
        """Words for a cell: its table and levels, or what it would count."""
        if self.places[cell]:
            place = self.places[cell][0]
            table = self.tables[place.table]
            return f"table {table.id}, {table.label(next(itertools.islice(table.cells(), place.position, None)))}"
        population, pairs = self.keys[cell]
        return f"{population or 'everyone'}: " + (", ".join(f"{name} = {level}" for name, level in pairs) or "the total")


def link_tables(tables: Sequence[Table], *, joint: bool = False) -> Linked:
    """The system of the tables; raises `Fault` where they contradict each other.

    `joint` adds the one table of which all tables of a population are margins: every dimension crossed with every other. An
    attacker knows that it exists, and that none of its cells is negative. It grows with the product of the dimensions.
    """
    if not tables:
        raise Fault("disclosure.tables", "release", "holds no tables")
    linked = Linked(tables)
    for number, table in enumerate(tables):
        for position, (key, count, hidden) in enumerate(zip(table.keys, table.counts, table.suppressed, strict=True)):
            cell = linked.cell(key)
            linked.places[cell].append(Place(number, position))
            if count is not None:
                if linked.truth.setdefault(cell, count) != count:
                    raise Fault(
                        "disclosure.contradiction", f"table {table.id}",
                        f"counts {count} where {linked.label(cell)} has {linked.truth[cell]}; the same people counted twice must "
                        "agree: correct one, or name another `population` for a revised count",
                    )
                if not hidden:
                    linked.shown[cell] = count
            if hidden:
                linked.hidden.add(cell)
    equations: dict[tuple[int, frozenset[int]], tuple[int, tuple[int, ...]]] = {}
    for table in tables:
        for key, parts in sums_of(table):
            whole, cells = linked.cell(key), tuple(linked.cell(part) for part in parts)
            equations.setdefault((whole, frozenset(cells)), (whole, cells))
    for key, parts in (*sums_across(linked), *(sums_of_joint(tables) if joint else ())):
        whole, cells = linked.cell(key), tuple(linked.cell(part) for part in parts)
        equations.setdefault((whole, frozenset(cells)), (whole, cells))
    linked.equations = list(equations.values())
    for whole, cells in linked.equations:
        check_sum(linked, whole, cells)
    return linked


def axis_of(dimension: Dimension) -> Axis:
    levels: list[Level] = [None if level == dimension.total else level for level in dimension.every]
    sums: list[Sum] = [(None if whole == dimension.total else whole, parts) for whole, parts in dimension.children.items()]
    if dimension.adds_up:
        levels.append(None)
        sums.append((None, dimension.roots))
    return Axis(dimension.name, tuple(levels), tuple(sums))


def sums_of(table: Table) -> Iterator[tuple[Key, tuple[Key, ...]]]:
    """Every sum that the table states or implies: (key of the whole, keys of its parts)."""
    return sums_along(table.population, tuple(table.where.items()), [axis_of(dimension) for dimension in table.dimensions])


def sums_along(population: str, where: Pairs, axes: Sequence[Axis]) -> Iterator[tuple[Key, tuple[Key, ...]]]:
    for at, axis in enumerate(axes):
        others = [other for other in axes if other is not axis]
        for levels in itertools.product(*(other.levels for other in others)) if axis.sums else ():
            pairs = (*where, *((other.name, level) for other, level in zip(others, levels, strict=True) if level is not None))
            for whole, parts in axes[at].sums:
                rest = population, tuple(sorted(pairs))
                yield (rest if whole is None else with_level(rest, axis.name, whole),
                       tuple(with_level(rest, axis.name, part) for part in parts))


def joint_axes(tables: Sequence[Table]) -> dict[str, list[Axis]]:
    """By population, every dimension with all levels and sums that any table knows."""
    levels: dict[str, dict[str, dict[Level, None]]] = {}
    sums: dict[tuple[str, str], dict[Sum, None]] = {}
    for table in tables:
        known = levels.setdefault(table.population, {})
        for axis in map(axis_of, table.dimensions):
            known.setdefault(axis.name, {None: None}).update(dict.fromkeys(axis.levels))
            sums.setdefault((table.population, axis.name), {}).update(dict.fromkeys(axis.sums))
        for name, level in table.where.items():
            known.setdefault(name, {None: None})[level] = None
    return {population: [Axis(name, tuple(found), tuple(sums.get((population, name), ()))) for name, found in known.items()]
            for population, known in levels.items()}


def joint_size(tables: Sequence[Table]) -> int:
    """How many cells `joint` would add, totals included."""
    return sum(math.prod(len(axis.levels) for axis in axes) for axes in joint_axes(tables).values())


def sums_of_joint(tables: Sequence[Table]) -> Iterator[tuple[Key, tuple[Key, ...]]]:
    for population, axes in joint_axes(tables).items():
        yield from sums_along(population, (), axes)


def sums_across(linked: Linked) -> Iterator[tuple[Key, tuple[Key, ...]]]:
    """Sums between tables: a cell at a level that another table says is a part, where the whole of it is a cell somewhere too.

    Levels between the two that no table shows are put in. One dimension differs at a time.
    """
    above: dict[tuple[str, str, str], list[Sum]] = {}
    for population, axes in joint_axes(linked.tables).items():
        for axis in axes:
            for step in axis.sums:
                for part in step[1]:
                    above.setdefault((population, axis.name, part), []).append(step)
    for key in [key for key, places in zip(linked.keys, linked.places, strict=True) if places]:
        population, pairs = key
        for at, (name, level) in enumerate(pairs):
            rest = (*pairs[:at], *pairs[at + 1 :])
            yield from _climb(linked, above, (population, rest), name, level, ())


def _climb(
    linked: Linked, above: Mapping[tuple[str, str, str], list[Sum]], rest: Key, name: str, level: str,
    steps: tuple[tuple[Key, tuple[Key, ...]], ...],
) -> Iterator[tuple[Key, tuple[Key, ...]]]:
    for whole, parts in above.get((rest[0], name, level), ()):
        key = rest if whole is None else with_level(rest, name, whole)
        here = (*steps, (key, tuple(with_level(rest, name, part) for part in parts)))
        if key in linked.number:
            yield from here
        elif whole is not None:
            yield from _climb(linked, above, rest, name, whole, here)


def with_level(key: Key, name: str, level: str) -> Key:
    return key[0], tuple(sorted((*key[1], (name, level))))


def check_sum(linked: Linked, whole: int, parts: tuple[int, ...]) -> None:
    """Counts that are all known must add up; with some unknown, what is known may not be more than the whole."""
    if whole not in linked.truth:
        return
    known = [linked.truth[part] for part in parts if part in linked.truth]
    total, open_ = linked.truth[whole], len(parts) - len(known)
    if (not open_ and sum(known) != total) or sum(known) > total:
        raise Fault(
            "disclosure.contradiction", linked.label(whole),
            f"is {total}, but its parts come to {sum(known)} ({linked.label(parts[0])}, ...); correct the counts, or say that "
            "the dimension is `partial` where its levels do not add up",
        )
