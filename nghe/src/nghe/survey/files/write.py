"""Write survey data: a table to CSV, Parquet, Arrow, SPSS or Stata with its labels; weights to CSV."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from nghe.errors import Fault
from nghe.survey.data.column import Column
from nghe.survey.data.table import Table
from nghe.survey.sample import Sample

if TYPE_CHECKING:
    import pyarrow as pa


def write_weights(path: Path, sample: Sample) -> None:
    """`row,weight`, one line for each row of the data, rows counted from 1, weights with every digit they have."""
    with path.open("w", encoding="utf-8", newline="") as out:
        lines = csv.writer(out, lineterminator="\n")
        lines.writerow(["row", "weight"])
        lines.writerows([row, repr(float(weight))] for row, weight in enumerate(sample.weights, start=1))


def write_table(table: Table, path: Path) -> None:
    """By the file's ending: .csv, .parquet, .arrow, .sav or .dta; labels go where the format has them."""
    ending = path.suffix.lower()
    if ending in {".sav", ".dta"}:
        _labelled(table, path)
        return
    made = to_arrow(table)
    if ending == ".csv":
        from pyarrow import csv as arrow_csv

        arrow_csv.write_csv(made, path)
    elif ending == ".parquet":
        from pyarrow import parquet

        parquet.write_table(made, path)
    elif ending in {".arrow", ".feather"}:
        from pyarrow import feather

        feather.write_feather(made, path)
    else:
        raise Fault("survey.file", str(path), "cannot be written; end it in .csv, .parquet, .arrow, .sav or .dta")


def to_arrow(table: Table) -> pa.Table:
    """An Arrow table: numbers, booleans, texts; null where missing."""
    import pyarrow as pa

    return pa.table({name: _arrow(column) for name, column in table.columns.items()})


def _arrow(column: Column) -> pa.Array:
    import pyarrow as pa

    if column.kind == "number":
        return pa.array(column.raw, mask=column.missing if column.any_missing else None)
    if column.kind == "boolean":
        return pa.array(column.codes == 1, mask=column.missing)
    return pa.DictionaryArray.from_arrays(
        pa.array(column.codes.astype(np.int32), mask=column.missing), pa.array(list(column.levels))
    ).cast(pa.string())


def _labelled(table: Table, path: Path) -> None:
    import pyreadstat

    frame = to_arrow(table).to_pandas()
    labels: dict[str, str | None] = {name: column.label for name, column in table.columns.items() if column.label}
    values: dict[str, dict[Any, str]] = {
        name: dict(column.value_labels) for name, column in table.columns.items() if column.value_labels
    }
    write = pyreadstat.write_sav if path.suffix.lower() == ".sav" else pyreadstat.write_dta
    write(frame, str(path), column_labels=labels, variable_value_labels=values)
