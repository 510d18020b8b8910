"""Read survey data: CSV, Parquet, Arrow, SPSS and Stata, with the labels that the file has.

CSV: UTF-8 with a header (an empty first name, as R leaves it, is read as "row"); an empty cell is missing; a column is
numeric when all its other cells are numbers, else text.
"""

from __future__ import annotations

import codecs
import csv
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from nghe.errors import Fault
from nghe.survey.arrays import AnyArray
from nghe.survey.data.column import Column, Level
from nghe.survey.data.table import Table

if TYPE_CHECKING:
    import pyarrow as pa


def read_table(path: str | Path) -> Table:
    """The table of a file, by its ending: .csv, .parquet, .arrow (or .feather), .sav (or .zsav), .dta."""
    path = Path(path)
    if not path.exists():
        raise Fault("survey.file", str(path), "no such file")
    readers: dict[str, Callable[[Path], Table]] = {
        ".csv": _csv,
        ".parquet": _parquet,
        ".arrow": _arrow,
        ".feather": _arrow,
        ".sav": _labelled,
        ".zsav": _labelled,
        ".dta": _labelled,
    }
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise Fault("survey.file", str(path), f"cannot be read; give one of {', '.join(readers)}")
    table = reader(path)
    if table.rows == 0:
        raise Fault("survey.no_rows", str(path), "has a header and no rows")
    return table


def _csv(path: Path) -> Table:
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

    header = header_of(path)
    try:
        table = arrow_csv.read_csv(
            path,
            read_options=arrow_csv.ReadOptions(column_names=header, skip_rows=1),
            parse_options=arrow_csv.ParseOptions(newlines_in_values=True),
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(header, pa.string()),
                strings_can_be_null=True,
                null_values=[""],
                quoted_strings_can_be_null=True,
            ),
        )
    except pa.ArrowInvalid as error:
        raise Fault("survey.csv", str(path), f"cannot be read: {error}") from error
    return Table.of(_text_or_number(name, table.column(name).combine_chunks()) for name in header)


def header_of(path: Path) -> list[str]:
    """The column names of a CSV; raises `Fault` for one without a name, one that stands twice, or a file that is not UTF-8."""
    with path.open("rb") as raw:
        start = raw.read(4)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise Fault("survey.csv", str(path), "is written in UTF-16; save it as UTF-8")
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            header = next(csv.reader(lines), [])
    except UnicodeDecodeError as error:
        raise Fault("survey.csv", str(path), f"is not UTF-8 (byte {error.start}); save it as UTF-8") from error
    if header and not header[0].strip() and "row" not in header:
        header[0] = "row"  # R's write.csv leaves the head of its row names empty
    if not header or not all(name.strip() for name in header):
        raise Fault("survey.csv", str(path), "has a column without a name in its header" if header else "is empty")
    if twice := sorted({name for name in header if header.count(name) > 1}):
        raise Fault("survey.duplicate_column", twice[0], "stands twice in the header; give each column a name of its own")
    return header


def _text_or_number(name: str, values: pa.Array) -> Column:
    import pyarrow as pa
    import pyarrow.compute as pc

    if isinstance(values, pa.ChunkedArray):
        values = values.combine_chunks()
    try:
        numbers = pc.cast(values, pa.float64())
    except pa.ArrowInvalid:
        return _texts(name, values)
    array = np.asarray(numbers.to_numpy(zero_copy_only=False), dtype=np.float64)
    if values.null_count == len(values) or not np.isfinite(array[~np.asarray(values.is_null())]).all():
        return _texts(name, values) if values.null_count < len(values) else Column.of_numbers(name, np.full(len(values), np.nan))
    return Column.of_numbers(name, _narrowest(array) if not values.null_count else array)


def _texts(name: str, values: pa.Array, **more: Any) -> Column:
    coded = values.dictionary_encode()
    codes = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32)
    levels = coded.dictionary.to_pylist()
    if "" in levels:
        place = levels.index("")
        codes = np.where(codes == place, -1, codes - (codes > place))
        levels.pop(place)
    return Column.of_codes(name, codes, levels, **more)


def _narrowest(array: AnyArray) -> AnyArray:
    """Whole numbers in the narrowest integers that hold them."""
    if len(array) and np.abs(array).max() < 2**31 and (array == np.rint(array)).all():
        for kind in (np.int8, np.int16, np.int32):
            if np.iinfo(kind).min <= array.min() and array.max() <= np.iinfo(kind).max:
                return array.astype(kind)
    return array


def table_of_arrow(table: pa.Table) -> Table:
    """From an Arrow table: numbers, booleans, texts and dictionaries; other kinds are refused by name."""
    return Table.of(_arrow_column(name, column) for name, column in zip(table.column_names, table.columns, strict=True))


def _arrow_column(name: str, values: pa.ChunkedArray) -> Column:
    import pyarrow as pa

    array = values.combine_chunks()
    if isinstance(array, pa.ChunkedArray):
        array = array.chunk(0) if array.num_chunks else pa.array([], values.type)
    kind = array.type
    if pa.types.is_dictionary(kind):
        array, kind = array.dictionary_decode(), kind.value_type
    if pa.types.is_boolean(kind):
        missing = np.asarray(array.is_null())
        return Column.of_booleans(name, np.asarray(array.fill_null(False).to_numpy(zero_copy_only=False)), missing)
    if pa.types.is_integer(kind) and not array.null_count:
        return Column.of_numbers(name, array.to_numpy())
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return Column.of_numbers(name, np.array(array.cast(pa.float64()).to_numpy(zero_copy_only=False)))
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return _texts(name, array.cast(pa.string()))
    if pa.types.is_null(kind):
        return Column.of_numbers(name, np.full(len(array), np.nan))
    if pa.types.is_temporal(kind):
        return _texts(name, array.cast(pa.string()))
    raise Fault("survey.column_kind", name, f"holds {kind}, which is neither number nor category; leave it out or convert it")


def _parquet(path: Path) -> Table:
    from pyarrow import parquet

    return table_of_arrow(parquet.read_table(path))


def _arrow(path: Path) -> Table:
    from pyarrow import feather

    return table_of_arrow(feather.read_table(path))


def _labelled(path: Path) -> Table:
    """SPSS or Stata, with variable labels, value labels, and the user-missing values as missing."""
    import pyreadstat

    read = pyreadstat.read_dta if path.suffix.lower() == ".dta" else pyreadstat.read_sav
    try:
        columns, about = read(str(path), output_format="dict")
    except pyreadstat._readstat_parser.ReadstatError as error:
        raise Fault("survey.file", str(path), f"cannot be read: {error}") from error
    return Table.of(_labelled_column(name, values, about) for name, values in columns.items())


def _labelled_column(name: str, values: Any, about: Any) -> Column:
    more: dict[str, Any] = {"label": about.column_names_to_labels.get(name) or "", "value_labels": _value_labels(about, name)}
    array = np.asarray(values)
    if array.dtype.kind in "iuf":
        array = array.astype(np.float64)
        known = array[~np.isnan(array)]
        return Column.of_numbers(name, _narrowest(array) if len(known) == len(array) else array, **more)
    items = [None if item is None or item != item else item for item in values]
    if all(isinstance(item, int | float | np.number) for item in items if item is not None):
        return Column.of_numbers(name, np.array([np.nan if item is None else float(item) for item in items]), **more)
    return Column.of_texts(name, [None if item is None else str(item) for item in items], **more)


def _value_labels(about: Any, name: str) -> dict[Level, str]:
    found = about.variable_value_labels.get(name) or {}
    return {float(value) if isinstance(value, int | float) else value: str(text) for value, text in found.items()}
