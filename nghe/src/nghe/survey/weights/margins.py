"""Population margins: counts of the levels of variables, or of their cross, and each row's place in them."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

from nghe.errors import Fault
from nghe.survey.arrays import AnyArray, Floats, sums_by
from nghe.survey.data.column import Column, Level
from nghe.survey.data.table import Table

AGREE = 1e-6
"""Margins of one population may differ in their totals by this share of it."""
MOST_CELLS = 1 << 16
"""Cells that are kept whether rows are in them or not."""


@dataclass(frozen=True)
class Margin:
    """Population counts of the levels of one variable, or of several crossed."""

    variables: tuple[str, ...]
    counts: Mapping[tuple[Level, ...], float]

    @property
    def name(self) -> str:
        return " * ".join(self.variables)

    @property
    def total(self) -> float:
        return float(sum(self.counts.values()))

    @classmethod
    def of(cls, variables: str | Sequence[str], counts: Mapping[Any, float]) -> Margin:
        names = (variables,) if isinstance(variables, str) else tuple(variables)
        found: dict[tuple[Level, ...], float] = {}
        for levels, count in counts.items():
            key = tuple(_nfc(level) for level in (levels if isinstance(levels, tuple | list) else (levels,)))
            where = f"{' * '.join(names)} = {_say(key)}"
            if len(key) != len(names):
                raise Fault("survey.margin", where, f"has {len(key)} levels for {len(names)} variables")
            if key in found:
                raise Fault("survey.margin", where, "stands twice in the targets")
            if not (np.isfinite(count) and count >= 0):
                raise Fault("survey.margin", where, f"the population count is {count}; it is 0 or more")
            found[key] = float(count)
        return cls(names, found)

    @classmethod
    def from_cells(cls, table: Table, variables: Sequence[str], count: str) -> Margin:
        """From a table with a row for each cell of the population (a census table): counts summed over all other columns."""
        columns = [table[name] for name in variables]
        found: dict[tuple[Level, ...], float] = {}
        numbers = table[count].numbers
        for row in range(table.rows):
            codes = [int(column.codes[row]) for column in columns]
            if min(codes) < 0 or np.isnan(numbers[row]):
                raise Fault("survey.margin", f"row {row + 1}", f"has no {count} or no value of {' * '.join(variables)}")
            key = tuple(column.levels[code] for column, code in zip(columns, codes, strict=True))
            found[key] = found.get(key, 0.0) + float(numbers[row])
        return cls.of(variables, found)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Margin:
        return cls.of(data["vars"], {tuple(cell["levels"]): cell["count"] for cell in data["counts"]})


@dataclass(frozen=True, eq=False)
class Cells:
    """Every combination of the levels of some variables that has rows, C of them.

    cell (n,): combination of each row. level: for each variable the code (C,) of every combination. sums (C,): of weights.
    """

    cell: AnyArray
    level: Mapping[str, AnyArray]
    sums: Floats


@dataclass(frozen=True, eq=False)
class Placed:
    """A margin over cells. level (C,): level of the margin of each cell. counts (L,): population counts. names (L,)."""

    margin: Margin
    level: AnyArray
    counts: Floats
    names: tuple[str, ...]


def cells_of(table: Table, margins: Sequence[Margin], weights: Floats) -> Cells:
    """The joint cells of all variables of the margins; raises `Fault` for a missing value."""
    variables = list(dict.fromkeys(name for margin in margins for name in margin.variables))
    for name in variables:
        if table[name].any_missing:
            rows = np.flatnonzero(table[name].missing)
            raise Fault(
                "survey.margin_missing",
                f"{name}, row {int(rows[0]) + 1}",
                f"{len(rows)} rows have no {name}; fill it in (or impute it) before weighting to its margin",
            )
    sizes = [len(table[name].levels) for name in variables]
    size = prod(sizes)
    kind: Any = np.int16 if size < 1 << 15 else np.int32 if size < 1 << 31 else np.int64
    code: AnyArray = table[variables[0]].codes.astype(kind)
    for name, wide in zip(variables[1:], sizes[1:], strict=True):
        code *= kind(wide)
        code += table[name].codes.astype(kind, copy=False)
    if size > max(MOST_CELLS, 4 * table.rows):
        present, code = np.unique(code, return_inverse=True)
    else:
        present = np.arange(size)
    sums = sums_by(code, weights, len(present))
    level: dict[str, AnyArray] = {}
    for name, wide in zip(reversed(variables), reversed(sizes), strict=True):
        present, level[name] = np.divmod(present, wide)
    return Cells(code, level, sums)


def place(table: Table, margin: Margin, cells: Cells) -> Placed:
    """Finds each cell's level; raises `Fault` for a level without a target, or a target without respondents."""
    columns = [table[name] for name in margin.variables]
    code: AnyArray = np.zeros(len(cells.sums), dtype=np.int64)
    for column in columns:
        code = code * len(column.levels) + cells.level[column.name]
    sums = sums_by(code, cells.sums, prod(len(column.levels) for column in columns))
    spread = np.full(len(sums), -1)
    counts: list[tuple[tuple[Level, ...], float]] = []
    for levels, count in margin.counts.items():
        key = _key(columns, levels)
        if key < 0 or not sums[key]:
            if count > 0:
                raise _empty(margin, levels, count, columns, sums)
            continue
        spread[key] = len(counts)
        counts.append((levels, count))
    if (bad := np.flatnonzero((spread < 0) & (sums > 0))).size:
        raise Fault(
            "survey.margin_level",
            f"{margin.name} = {_say(_levels_at(columns, int(bad[0])))}",
            "rows have this answer, but the targets do not list it; add its count, or recode the answer",
        )
    names = tuple(f"{margin.name} = {_say(levels)}" for levels, _ in counts)
    return Placed(margin, np.maximum(spread[code], 0), np.array([count for _, count in counts]), names)


def _key(columns: Sequence[Column], levels: Sequence[Level]) -> int:
    """Place of levels among the cross of columns, -1 where a column has not the level."""
    key = 0
    for column, level in zip(columns, levels, strict=True):
        code = column.code_of(level)
        if code < 0:
            return -1
        key = key * len(column.levels) + code
    return key


def _empty(margin: Margin, levels: tuple[Level, ...], count: float, columns: Sequence[Column], sums: Floats) -> Fault:
    near = _neighbour(margin, levels, columns, sums)
    return Fault(
        "survey.margin_empty",
        f"{margin.name} = {_say(levels)}",
        f"the population has {count:g} ({count / margin.total:.1%}), the sample nobody; merge it with {near} in data and targets",
    )


def _neighbour(margin: Margin, levels: tuple[Level, ...], columns: Sequence[Column], sums: Floats) -> str:
    """The listed level next to an empty one that has respondents: the same in all variables but one."""
    order = list(margin.counts)
    here = order.index(levels)
    for other in sorted(
        order, key=lambda key: (sum(a != b for a, b in zip(key, levels, strict=True)), abs(order.index(key) - here))
    ):
        key = _key(columns, other)
        if other != levels and key >= 0 and sums[key] > 0:
            return f"{margin.name} = {_say(other)}"
    return "a neighbouring level"


def check_totals(placed: Sequence[Placed]) -> None:
    """Margins describe one population; raises `Fault` with the two that contradict each other."""
    first = placed[0]
    for other in placed[1:]:
        if abs(other.counts.sum() - first.counts.sum()) > AGREE * first.counts.sum():
            raise Fault(
                "survey.margins_contradict",
                f"{first.margin.name}; {other.margin.name}",
                f"the first adds to {first.counts.sum():.12g}, the second to {other.counts.sum():.12g}; both are of "
                "one population: "
                "take them from one source, or rescale one of them",
            )


def _levels_at(columns: Sequence[Column], key: int) -> tuple[Level, ...]:
    found = []
    for column in reversed(columns):
        key, code = divmod(key, len(column.levels))
        found.append(column.levels[code])
    return tuple(reversed(found))


def _nfc(level: Level) -> Level:
    if isinstance(level, str):
        return unicodedata.normalize("NFC", level)
    return level if isinstance(level, bool) else float(level)


def _say(levels: Sequence[Level]) -> str:
    return " x ".join(f"{level:g}" if isinstance(level, float) else str(level) for level in levels)
