"""Population margins: counts of the levels of variables, or of their cross, and each row's place in them."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from nghe.errors import Fault
from nghe.survey.arrays import AnyArray, Floats, sums_by
from nghe.survey.data.column import Level
from nghe.survey.data.table import Table

AGREE = 1e-6
"""Margins of one population may differ in their totals by this share of it."""


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
    def from_dict(cls, data: Mapping[str, Any]) -> Margin:
        return cls.of(data["vars"], {tuple(cell["levels"]): cell["count"] for cell in data["counts"]})


@dataclass(frozen=True, eq=False)
class Placed:
    """A margin over the rows. code (n,): level of each row. counts (L,): population counts. names (L,)."""

    margin: Margin
    code: AnyArray
    counts: Floats
    names: tuple[str, ...]


def place(table: Table, margin: Margin, weights: Floats) -> Placed:
    """Finds each row's level; raises `Fault` for a missing value, a level without a target, a target without respondents."""
    code, size, columns = np.zeros(table.rows, dtype=np.int64), 1, [table[name] for name in margin.variables]
    for column in columns:
        if column.any_missing:
            rows = np.flatnonzero(column.missing)
            raise Fault(
                "survey.margin_missing",
                f"{column.name}, row {int(rows[0]) + 1}",
                f"{len(rows)} rows have no {column.name}; fill it in (or impute it) before weighting to its margin",
            )
        code = code * len(column.levels) + column.codes
        size *= len(column.levels)
    seen = np.bincount(code, minlength=size)
    sums = sums_by(code, weights, size)
    spread = np.full(size, -1)
    counts: list[tuple[int, tuple[Level, ...], float]] = []
    for levels, count in margin.counts.items():
        key = 0
        for column, level in zip(columns, levels, strict=True):
            key = -1 if key < 0 or column.code_of(level) < 0 else key * len(column.levels) + column.code_of(level)
        if key < 0 or not sums[key]:
            if count > 0:
                raise _empty(margin, levels, count, columns, sums)
            continue
        spread[key] = len(counts)
        counts.append((key, levels, count))
    if (bad := np.flatnonzero((seen > 0) & (spread < 0) & (sums > 0))).size:
        raise Fault(
            "survey.margin_level",
            f"{margin.name} = {_say(_levels_at(columns, int(bad[0])))}",
            f"{int(seen[bad[0]])} rows have this answer, but the targets do not list it; add its count, or recode the answer",
        )
    names = tuple(f"{margin.name} = {_say(levels)}" for _, levels, _ in counts)
    return Placed(margin, spread[code], np.array([count for _, _, count in counts]), names)


def _empty(margin: Margin, levels: tuple[Level, ...], count: float, columns: Sequence[Any], sums: Floats) -> Fault:
    near = _neighbour(margin, levels, columns, sums)
    return Fault(
        "survey.margin_empty",
        f"{margin.name} = {_say(levels)}",
        f"the population has {count:g}, the sample nobody; merge it with {near} in data and targets",
    )


def _neighbour(margin: Margin, levels: tuple[Level, ...], columns: Sequence[Any], sums: Floats) -> str:
    """The listed level next to an empty one that has respondents: the same in all variables but one."""
    order = list(margin.counts)
    here = order.index(levels)
    for other in sorted(
        order, key=lambda key: (sum(a != b for a, b in zip(key, levels, strict=True)), abs(order.index(key) - here))
    ):
        key = 0
        for column, level in zip(columns, other, strict=True):
            key = -1 if key < 0 or column.code_of(level) < 0 else key * len(column.levels) + column.code_of(level)
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


def _levels_at(columns: Sequence[Any], key: int) -> tuple[Level, ...]:
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
