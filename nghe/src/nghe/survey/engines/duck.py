"""DuckDB: the cube by GROUP BY over a Parquet or CSV file or an Arrow table, in memory or spilling to disk."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from nghe.errors import Fault
from nghe.survey.data.table import Table
from nghe.survey.design.words import Design
from nghe.survey.engines.assemble import Crossing, check_names, crossing, design_columns, frame_of_units, unit_places
from nghe.survey.files.read import table_of_arrow

SUM, ROWS = "sum_of_weights", "row_count"


def cubes_by_duckdb(
    source: Path | Any, design: Design, crossings: Sequence[Sequence[str]], *, memory: str = "2GB", threads: int = 1
) -> list[Crossing]:
    """Cubes of crossed columns, the question last. source: a .parquet or .csv file, or an Arrow table (columns are renamed, so
    names that differ in case only are safe there)."""
    import duckdb

    keys = design_columns(design)
    connection = duckdb.connect(config={"threads": threads, "memory_limit": memory})
    try:
        names, scan = _scan(connection, source)
        needed = [*keys, *(name for columns in crossings for name in columns), *([design.weights] if design.weights else [])]
        if isinstance(source, Path):
            check_names(needed, list(names))
        column = {name: names[name] if name in names else _missing(name, names) for name in needed}
        weight = f"CAST({column[design.weights]} AS DOUBLE)" if design.weights else "1.0"
        _check_weights(connection, scan, weight, design.weights)
        key_list = ", ".join(column[name] for name in keys)
        units = _table(
            connection,
            f"SELECT {key_list}, count(*) AS {ROWS} FROM {scan} GROUP BY {key_list} ORDER BY {key_list}",  # noqa: S608
            [*keys, ROWS],
        )
        frame = frame_of_units(units, design)
        total = int(units[ROWS].numbers.sum())
        made = []
        for columns in crossings:
            cells = ", ".join(column[name] for name in columns)
            lines = _table(
                connection,
                f"SELECT {key_list}, {cells}, sum({weight}) AS {SUM}, count(*) AS {ROWS} "  # noqa: S608
                f"FROM {scan} GROUP BY {key_list}, {cells}",
                [*keys, *(f"cell {place}" for place in range(len(columns))), SUM, ROWS],
            )
            made.append(
                crossing(
                    columns,
                    frame,
                    unit_places(units, lines, keys),
                    [lines[f"cell {place}"] for place in range(len(columns))],
                    lines[SUM].numbers,
                    lines[ROWS].numbers.astype(np.int64),
                    total_rows=total,
                    design_df=frame.units.df(),
                    present=None,
                )
            )
        return made
    finally:
        connection.close()


def _scan(connection: Any, source: Path | Any) -> tuple[dict[str, str], str]:
    """SQL name of each column, and what to select from."""
    if isinstance(source, Path):
        kind = {".parquet": "read_parquet", ".csv": "read_csv"}.get(source.suffix.lower())
        if kind is None:
            raise Fault("survey.file", str(source), "is neither .parquet nor .csv")
        scan = f"{kind}({_text(str(source))})"
        found = _names_in(source)
        return {name: _quoted(name) for name in found}, scan
    renamed = source.rename_columns([f"c{place}" for place in range(source.num_columns)])
    connection.register("survey_rows", renamed)
    return {name: f"c{place}" for place, name in enumerate(source.column_names)}, "survey_rows"


def _names_in(source: Path) -> list[str]:
    if source.suffix.lower() == ".parquet":
        from pyarrow import parquet

        return list(parquet.read_schema(source).names)
    from nghe.survey.files.read import header_of

    return header_of(source)


def _check_weights(connection: Any, scan: str, weight: str, name: str | None) -> None:
    query = f"SELECT count(*) FROM {scan} WHERE {weight} IS NULL OR {weight} < 0"  # noqa: S608 - names are quoted
    bad = connection.execute(query).fetchone()[0]
    if bad:
        raise Fault("survey.weight_missing", str(name), f"{bad} rows have a missing or negative weight")


def _table(connection: Any, query: str, names: Sequence[str]) -> Table:
    found = connection.execute(query).to_arrow_table()
    return table_of_arrow(found.rename_columns(list(names)))


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _missing(name: str, names: dict[str, str]) -> str:
    raise Fault("survey.no_column", name, f"no such column; there are {', '.join(list(names)[:12])}")
