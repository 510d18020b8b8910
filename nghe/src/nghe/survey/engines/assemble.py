"""From the two small tables of an engine to cubes: units as rows of design columns, and weights by unit and cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import prod

import numpy as np

from nghe.errors import Fault
from nghe.survey.arrays import AnyArray, Bools, Floats, Ints, sums_by
from nghe.survey.cube import Cube, Shares
from nghe.survey.cube import shares as shares_of
from nghe.survey.data.column import Column, Level
from nghe.survey.data.table import Table
from nghe.survey.design.bind import Frame, bind
from nghe.survey.design.words import Design
from nghe.survey.estimates.result import Estimates, Label


@dataclass(frozen=True, eq=False)
class Crossing:
    """A cube by columns crossed, the last column the question. rows: unweighted rows of the whole sample."""

    columns: tuple[str, ...]
    levels: tuple[tuple[Level, ...], ...]
    cube: Cube
    rows: int
    design_df: float
    df: float

    def shares(self) -> Shares:
        """Shares of the question's levels within the groups of the other columns."""
        return shares_of(self.cube, prod(self.cube.shape[:-1]))

    def estimates(self) -> Estimates:
        """The shares with their covariance; rows by group (last grouping column fastest), then level."""
        made = self.shares()
        kept = made.bases > 0
        labels = [
            Label(self.columns[-1], level, dict(zip(self.columns[:-1], group, strict=True)))
            for group in _product(self.levels[:-1])
            for level in self.levels[-1]
        ]
        places = np.flatnonzero(np.repeat(kept, made.share.shape[1]))
        bases = np.repeat(made.bases, made.share.shape[1])
        assert made.values is not None
        values = made.values.reshape(len(made.values), -1)[:, places]
        psu = self.cube.units.to_psu(self.cube.sums.reshape(len(self.cube.sums), len(kept), -1).sum(axis=2))
        n_psu = np.repeat((psu > 0).sum(axis=0), made.share.shape[1])
        return Estimates(
            "proportion",
            tuple(labels[place] for place in places),
            made.share.reshape(-1)[places],
            self.cube.covariance(values),
            self.df,
            self.design_df,
            bases[places],
            n_psu[places],
            self.rows,
        )


def design_columns(design: Design) -> list[str]:
    """Columns that say which unit a row belongs to, of the stages that add to the variance."""
    if not design.ids:
        raise Fault(
            "survey.engine",
            "ids",
            "every row is a unit of its own, so its cube is as large as the data; read the data into memory",
        )
    for name in ("replicates", "pps", "derive", "drop"):
        if getattr(design, name):
            raise Fault("survey.engine", name, "is for data in memory; read them with read_table, or leave it out of the design")
    if design.weights_from == "fpc":
        raise Fault(
            "survey.engine", "weights_from", "weights from population sizes are for data in memory; write them into a column"
        )
    stages = min(len(design.ids), len(design.fpc) + 1)
    names = [*design.strata[:stages], *design.ids[:stages], *(part for part in design.fpc[:stages] if isinstance(part, str))]
    return list(dict.fromkeys(names))


def frame_of_units(units: Table, design: Design) -> Frame:
    """The frame whose rows are the units themselves."""
    return bind(units, replace(design, weights=None, weights_from="ones", codes={}))


def crossing(
    columns: Sequence[str],
    frame: Frame,
    unit: Ints,
    cells: Sequence[Column],
    sums: Floats,
    rows: Ints,
    *,
    total_rows: int,
    design_df: float,
    present: Bools | None,
) -> Crossing:
    """A cube from its long form: for each line the unit, a level of each column, the sum of weights and the rows."""
    kept = ~np.logical_or.reduce([column.missing for column in cells]) if cells else np.ones(len(unit), dtype=bool)
    code: AnyArray = np.zeros(len(unit), dtype=np.int64)
    for column in cells:
        code = code * len(column.levels) + column.codes
    shape = tuple(len(column.levels) for column in cells)
    size, count = prod(shape), frame.units.count
    key = frame.unit[unit[kept]] * size + code[kept]
    cube = sums_by(key, sums[kept], count * size).reshape(count, size)
    counts = np.zeros(size, dtype=np.int64)
    np.add.at(counts, code[kept], rows[kept])
    n_psu = (frame.units.to_psu(cube) > 0).sum(axis=0)
    made = Cube(frame.units, shape, cube, counts, n_psu, cube, None, present)
    df = design_df if present is None else frame.units.df(present)
    return Crossing(tuple(columns), tuple(column.levels for column in cells), made, total_rows, design_df, df)


def unit_places(units: Table, lines: Table, names: Sequence[str]) -> Ints:
    """For each line the row of `units` that it belongs to, by the design columns."""
    key_units = _keys(units, names)
    place = {key: row for row, key in enumerate(key_units)}
    return np.array([place[key] for key in _keys(lines, names)], dtype=np.int64)


def check_names(names: Sequence[str], available: Sequence[str]) -> None:
    """Raises `Fault` for a column that is not there, or two that an engine cannot tell apart."""
    for name in names:
        if name not in available:
            raise Fault("survey.no_column", name, f"no such column; there are {', '.join(list(available)[:12])}")
    folded: dict[str, str] = {}
    for name in available:
        other = folded.setdefault(name.casefold(), name)
        if other != name and (name in names or other in names):
            raise Fault(
                "survey.case",
                f"{other}, {name}",
                "differ only in upper and lower case, which this engine does not tell apart; rename one",
            )


def _keys(table: Table, names: Sequence[str]) -> list[tuple[Level, ...]]:
    columns = [[*table[name].levels] for name in names]
    codes = [table[name].codes.tolist() for name in names]
    return [tuple(levels[code] for levels, code in zip(columns, row, strict=True)) for row in zip(*codes, strict=True)]


def _product(levels: Sequence[Sequence[Level]]) -> list[tuple[Level, ...]]:
    found: list[tuple[Level, ...]] = [()]
    for part in levels:
        found = [(*before, level) for before in found for level in part]
    return found
