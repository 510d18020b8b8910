"""Tables of counts as they are released: what a cell counts, which levels add up to which, what is hidden.

A cell is named by what it counts: its population and the level it has in each dimension. Two tables that count the same people
hold the same cell, whatever their shape and whichever release they came in. A level that all others of its dimension add up to
(the only one without a parent) is the total: a cell at the total of `age` is a cell of a table without `age`.
"""

from __future__ import annotations

import itertools
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from nghe.errors import Fault

PEOPLE, PLACES = "people", "places"
KINDS = (PEOPLE, PLACES)
MOST_CELLS = 2_000_000

Pairs = tuple[tuple[str, str], ...]
Key = tuple[str, Pairs]
"""Population, and the (dimension, level) pairs in order of dimension; a dimension at its total is left out."""


@dataclass(frozen=True)
class Dimension:
    """Levels in the order of the table; `parents` names what each adds up into, and may name levels that are not shown.

    Levels without a parent add up to everything, unless the dimension is `partial` (weeks of an open year, choices of which one
    may tick several). A dimension of one level without a parent only says where the table stands and adds up to nothing.
    """

    name: str
    levels: tuple[str, ...]
    parents: Mapping[str, str] = field(default_factory=dict)
    partial: bool = False

    def __post_init__(self) -> None:
        where = f"dimension {self.name}"
        if not self.name or not self.levels:
            raise Fault("disclosure.dimension", where, "needs a name and at least one level")
        check_names(self.levels, where)
        check_names((*dict.fromkeys((*self.levels, *self.parents, *self.parents.values())),), where)
        for level in self.parents:
            above, seen = level, {level}
            while (above := self.parents.get(above, "")) and above not in seen:
                seen.add(above)
            if above:
                raise Fault("disclosure.parents", f"{where}, level {level}", "is its own ancestor; parents must form a tree")

    @cached_property
    def children(self) -> dict[str, tuple[str, ...]]:
        """What adds up to each parent, levels that are not shown among them."""
        found: dict[str, list[str]] = {}
        for level, parent in self.parents.items():
            found.setdefault(parent, []).append(level)
        return {parent: tuple(levels) for parent, levels in found.items()}

    @cached_property
    def every(self) -> tuple[str, ...]:
        """The levels shown, then those that only `parents` names."""
        return tuple(dict.fromkeys((*self.levels, *self.parents, *self.parents.values())))

    @cached_property
    def roots(self) -> tuple[str, ...]:
        return tuple(level for level in self.every if level not in self.parents)

    @cached_property
    def total(self) -> str | None:
        """The level that stands for everything, if the dimension has one."""
        return self.roots[0] if len(self.roots) == 1 and self.roots[0] in self.children and not self.partial else None

    @property
    def adds_up(self) -> bool:
        """Levels without a parent add up to a total that this table does not show."""
        return self.total is None and not self.partial and len(self.roots) > 1

    @cached_property
    def sums(self) -> frozenset[str]:
        """Levels that others of the table add up to; a merged level whose parts are not shown is none."""
        shown = set(self.levels)
        return frozenset(level for level in self.levels if shown & set(self.children.get(level, ())))

    @cached_property
    def leaves(self) -> tuple[str, ...]:
        return tuple(level for level in self.levels if level not in self.sums)


@dataclass(frozen=True)
class Table:
    """Counts in row-major order of the dimensions; `None` where a hidden count is not handed over.

    `where` places the whole table (`{"wave": "2"}`), `shares` names the dimension whose levels are shown as parts of the rest:
    a part of 0 % or 100 % of a subgroup of people is never shown. `of` is `people` (people or notes about them) or `places`.
    """

    id: str
    dimensions: tuple[Dimension, ...]
    counts: tuple[int | None, ...]
    suppressed: tuple[bool, ...] = ()
    release: str = ""
    population: str = ""
    where: Mapping[str, str] = field(default_factory=dict)
    of: str = PEOPLE
    shares: str | None = None

    def __post_init__(self) -> None:
        if not self.suppressed:
            object.__setattr__(self, "suppressed", tuple(count is None for count in self.counts))
        check_table(self)

    @property
    def shape(self) -> tuple[int, ...]:
        return tuple(len(dimension.levels) for dimension in self.dimensions)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(dimension.name for dimension in self.dimensions)

    def cells(self) -> Iterator[tuple[str, ...]]:
        """The levels of each cell, in the order of `counts`."""
        return itertools.product(*(dimension.levels for dimension in self.dimensions))

    def label(self, levels: tuple[str, ...]) -> str:
        return ", ".join(f"{name} = {level}" for name, level in zip(self.names, levels, strict=True)) or "the one cell"

    def key(self, levels: tuple[str | None, ...]) -> Key:
        """The name of a cell across tables; `None` for a dimension at a total that the table does not show."""
        pairs = dict(self.where)
        for dimension, level in zip(self.dimensions, levels, strict=True):
            if level is not None and level != dimension.total:
                pairs[dimension.name] = level
        return self.population, tuple(sorted(pairs.items()))

    @cached_property
    def keys(self) -> tuple[Key, ...]:
        return tuple(self.key(levels) for levels in self.cells())

    def is_margin(self, levels: tuple[str, ...]) -> bool:
        """Does the cell stand at a level that others add up to?"""
        return any(level in dimension.sums for dimension, level in zip(self.dimensions, levels, strict=True))


def check_names(names: tuple[str, ...], where: str) -> None:
    """Every level once; no two that look the same and differ in their code points."""
    seen: dict[str, str] = {}
    for name in names:
        if not isinstance(name, str) or not name:
            raise Fault("disclosure.level", where, f"{name!r} is no level; a level is a text")
        form = unicodedata.normalize("NFC", name)
        twin, seen[form] = seen.get(form), name
        if twin is not None:
            what = "stands twice" if twin == name else "is spelt in two ways (NFC and NFD); write both as NFC"
            raise Fault("disclosure.level", where, f"the level {name!r} {what}")


def check_table(table: Table) -> None:
    where = f"table {table.id}"
    if not table.id:
        raise Fault("disclosure.table", "table", "needs an id")
    if len(set(table.names)) < len(table.names):
        raise Fault("disclosure.dimension", where, "names a dimension twice")
    if both := sorted(set(table.names) & set(table.where)):
        raise Fault("disclosure.where", where, f"{both[0]} is a dimension and stands in `where` too; keep one")
    if table.of not in KINDS:
        raise Fault("disclosure.of", where, f"{table.of!r} is none of {', '.join(KINDS)}")
    if table.shares is not None and table.shares not in table.names:
        raise Fault("disclosure.shares", where, f"{table.shares!r} is none of its dimensions {', '.join(table.names)}")
    size = 1
    for length in table.shape:
        size *= length
    if size > MOST_CELLS:
        raise Fault("disclosure.size", where, f"has {size} cells; at most {MOST_CELLS} are read")
    for name, given in (("counts", table.counts), ("suppressed", table.suppressed)):
        if len(given) != size:
            shape = " x ".join(map(str, table.shape)) or "one cell"
            raise Fault("disclosure.shape", where, f"has {len(given)} {name} for {shape} = {size} cells")
    for levels, count, hidden in zip(table.cells(), table.counts, table.suppressed, strict=True):
        if count is None and not hidden:
            raise Fault("disclosure.count", f"{where}, {table.label(levels)}", "has no count and is not marked as suppressed")
        if count is not None and (isinstance(count, bool) or not isinstance(count, int) or count < 0):
            raise Fault("disclosure.count", f"{where}, {table.label(levels)}", f"{count!r} is no count")
