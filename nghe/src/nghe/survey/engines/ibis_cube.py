"""The cube as one Ibis expression, for every SQL engine that Ibis speaks: DuckDB, SQLite, PostgreSQL, Spark, and others.

The expression answers lines `crossing, unit columns, cells, sum_of_weights, row_count`: a union of one GROUP BY for each
crossing. A level is answered as text or as a number, never printed by the engine, since engines print numbers differently.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from nghe.survey.arrays import AnyArray
from nghe.survey.data.column import Column
from nghe.survey.data.table import Table
from nghe.survey.design.words import Design
from nghe.survey.engines.assemble import Crossing, check_names, crossing, design_columns, frame_of_units, unit_places
from nghe.survey.files.read import table_of_arrow

SUM, ROWS, WHICH = "sum_of_weights", "row_count", "crossing"


def cube_expression(table: Any, design: Design, crossings: Sequence[Sequence[str]]) -> Any:
    """One Ibis expression for all cubes; nothing is run. table: an Ibis table. Names that differ in case only are refused."""
    import ibis

    keys = design_columns(design)
    needed = [*keys, *(name for columns in crossings for name in columns), *([design.weights] if design.weights else [])]
    check_names(needed, list(table.columns))
    wide = max(len(columns) for columns in crossings)
    parts = []
    for number, columns in enumerate(crossings):
        weight = table[design.weights].cast("float64") if design.weights else ibis.literal(1.0)
        plain = table.select(
            **{f"k{place}": table[name] for place, name in enumerate(keys)},
            **{f"v{place}": table[name] for place, name in enumerate(columns)},
            weight_of_row=weight,
        )
        sums = plain.group_by(
            [f"k{place}" for place in range(len(keys))] + [f"v{place}" for place in range(len(columns))]
        ).aggregate(**{SUM: plain.weight_of_row.sum(), ROWS: plain.count().cast("int64")})
        cells: dict[str, Any] = {}
        for place in range(wide):
            text, value = _level(sums, place, len(columns))
            cells |= {f"text{place}": text, f"number{place}": value}
        parts.append(
            sums.select(
                **{WHICH: ibis.literal(number, "int64")},
                **{f"k{place}": sums[f"k{place}"] for place in range(len(keys))},
                **cells,
                **{SUM: sums[SUM], ROWS: sums[ROWS]},
            )
        )
    return parts[0] if len(parts) == 1 else ibis.union(*parts, distinct=False)


def cubes_by_ibis(table: Any, design: Design, crossings: Sequence[Sequence[str]]) -> list[Crossing]:
    """Runs the expression where the table lives, and makes the cubes of its answer."""
    keys = design_columns(design)
    lines = table_of_arrow(cube_expression(table, design, crossings).to_pyarrow())
    which = lines[WHICH].numbers
    named = Table.of([*(_renamed(lines[f"k{place}"], name) for place, name in enumerate(keys))])
    units, first = _units(named, keys)
    frame = frame_of_units(units, design)
    made = []
    for number, columns in enumerate(crossings):
        rows = np.flatnonzero(which == number)
        part = lines.take(rows)
        cells = [_joined(part, place) for place in range(len(columns))]
        made.append(
            crossing(
                columns,
                frame,
                first[rows],
                cells,
                part[SUM].numbers,
                part[ROWS].numbers.astype(np.int64),
                total_rows=int(part[ROWS].numbers.sum()),
                design_df=frame.units.df(),
                present=None,
            )
        )
    return made


def _level(sums: Any, place: int, size: int) -> tuple[Any, Any]:
    import ibis

    if place >= size:
        return ibis.null("string"), ibis.null("float64")
    column = sums[f"v{place}"]
    return (column, ibis.null("float64")) if column.type().is_string() else (ibis.null("string"), column.cast("float64"))


def _joined(lines: Table, place: int) -> Column:
    text, number = lines[f"text{place}"], lines[f"number{place}"]
    return number if text.missing.all() else text


def _renamed(column: Column, name: str) -> Column:
    return Column(name, column.kind, column.raw, column.given)


def _units(lines: Table, keys: Sequence[str]) -> tuple[Table, AnyArray]:
    """The distinct units, and for each line its row among them."""
    code: AnyArray = np.zeros(lines.rows, dtype=np.int64)
    for name in keys:
        code = code * (len(lines[name].levels) + 1) + lines[name].codes + 1
    _, first = np.unique(code, return_index=True)
    units = lines.take(np.sort(first))
    return units, unit_places(units, lines, keys)
