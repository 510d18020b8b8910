"""Out of core with NumPy: a Parquet file (or several) read in batches, each adding to cubes of a fixed size.

Memory holds one batch and the cubes, however long the file. Levels of the columns must be known first: a pass over each column's
distinct values, or `levels` given.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import prod
from pathlib import Path
from typing import Any

import numpy as np

from nghe.errors import Fault
from nghe.survey.arrays import AnyArray, Floats
from nghe.survey.cube import Cube
from nghe.survey.data.column import Column
from nghe.survey.data.table import Table
from nghe.survey.design.words import Design
from nghe.survey.engines.assemble import Crossing, design_columns, frame_of_units
from nghe.survey.files.read import table_of_arrow

BATCH = 1 << 18


def cubes_from_parquet(
    paths: Path | Sequence[Path], design: Design, crossings: Sequence[Sequence[str]], *, batch: int = BATCH
) -> list[Crossing]:
    """Cubes of crossed columns, the question last, from Parquet files of one survey; two passes over the columns used."""
    files = [paths] if isinstance(paths, Path) else list(paths)
    keys = design_columns(design)
    questions = list(dict.fromkeys(name for columns in crossings for name in columns))
    seen = _distinct(files, keys, questions, batch)
    units = seen["units"]
    frame = frame_of_units(units, design)
    place = _UnitFinder(units, keys)
    levels = {
        name: Column.of_numbers(name, seen[name]) if seen[name].dtype.kind != "U" else Column.of_texts(name, seen[name].tolist())
        for name in questions
    }
    shapes = [tuple(len(levels[name].levels) for name in columns) for columns in crossings]
    sums = [np.zeros(frame.units.count * (prod(shape) + 1)) for shape in shapes]
    counts = [np.zeros(prod(shape) + 1, dtype=np.int64) for shape in shapes]
    rows = 0
    for part in _batches(files, [*keys, *questions, *_weight(design)], batch):
        table = table_of_arrow(part)
        rows += table.rows
        unit = frame.unit[place.find(table)]
        weights = _weights(table, design)
        codes = {name: _recode(table[name], levels[name]) for name in questions}
        for number, columns in enumerate(crossings):
            size = prod(shapes[number])
            code = _cell(columns, codes, shapes[number])
            counts[number] += np.bincount(code + 1, minlength=size + 1)
            sums[number] += np.bincount(unit * (size + 1) + code + 1, weights=weights, minlength=len(sums[number]))
    made = []
    for number, columns in enumerate(crossings):
        cube = sums[number].reshape(frame.units.count, -1)[:, 1:]
        n_psu = (frame.units.to_psu(cube) > 0).sum(axis=0)
        df = frame.units.df()
        made.append(
            Crossing(
                tuple(columns),
                tuple(levels[name].levels for name in columns),
                Cube(frame.units, shapes[number], cube, counts[number][1:], n_psu, cube),
                rows,
                df,
                df,
            )
        )
    return made


class _UnitFinder:
    """Row of the units' table for each row of a batch, by one mixed code of the design columns."""

    def __init__(self, units: Table, keys: Sequence[str]) -> None:
        self.units, self.keys = units, keys
        code = self._mix(units)
        self.order = np.argsort(code)
        self.sorted = code[self.order]

    def find(self, table: Table) -> AnyArray:
        return self.order[np.searchsorted(self.sorted, self._mix(table))]

    def _mix(self, table: Table) -> AnyArray:
        code: AnyArray = np.zeros(table.rows, dtype=np.int64)
        for name in self.keys:
            code = code * len(self.units[name].levels) + _recode(table[name], self.units[name])
        return code


def _recode(column: Column, known: Column) -> AnyArray:
    """Codes (n,) of a batch's column in the levels of the whole, -1 where missing."""
    if column.levels == known.levels:
        return column.codes
    place = np.array([*(known.code_of(level) for level in column.levels), -1], dtype=np.int32)
    return np.asarray(place[column.codes])


def _cell(columns: Sequence[str], codes: dict[str, AnyArray], shape: tuple[int, ...]) -> AnyArray:
    code: AnyArray = codes[columns[0]].astype(np.int64)
    outside = code < 0
    for name, size in zip(columns[1:], shape[1:], strict=True):
        code = code * size + codes[name]
        outside = outside | (codes[name] < 0)
    return np.where(outside, -1, code)


def _weight(design: Design) -> list[str]:
    return [design.weights] if design.weights is not None else []


def _weights(table: Table, design: Design) -> Floats:
    if design.weights is None:
        return np.ones(table.rows)
    weights = table[design.weights].numbers
    if not (weights >= 0).all():
        raise Fault("survey.weight_missing", design.weights, "a weight is missing or negative; correct it before it is counted")
    return weights


def _batches(files: Sequence[Path], names: Sequence[str], batch: int) -> Iterator[Any]:
    import pyarrow as pa
    from pyarrow import parquet

    for path in files:
        source = parquet.ParquetFile(path)
        for name in names:
            if name not in source.schema_arrow.names:
                raise Fault("survey.no_column", name, f"no such column in {path.name}")
        for part in source.iter_batches(batch_size=batch, columns=list(dict.fromkeys(names))):
            yield pa.Table.from_batches([part])


def _distinct(files: Sequence[Path], keys: Sequence[str], questions: Sequence[str], batch: int) -> dict[str, Any]:
    """The units (a table of the distinct design columns) and the distinct values of each question."""
    import pyarrow as pa
    import pyarrow.compute as pc

    units: pa.Table | None = None
    values: dict[str, pa.Array] = {}
    for part in _batches(files, [*keys, *questions], batch):
        here = part.select(list(keys)).group_by(list(keys)).aggregate([])
        units = here if units is None else pa.concat_tables([units, here]).group_by(list(keys)).aggregate([])
        for name in questions:
            found = pc.unique(part.column(name)).drop_null()
            values[name] = found if name not in values else pc.unique(pa.concat_arrays([values[name], found]))
    if units is None:
        raise Fault("survey.no_rows", str(files[0]), "has no rows")
    return {"units": table_of_arrow(units), **{name: np.asarray(found.to_pylist()) for name, found in values.items()}}
