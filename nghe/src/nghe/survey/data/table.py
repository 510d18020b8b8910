"""A table of columns, by name and in order."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from nghe.errors import Fault
from nghe.survey.arrays import AnyArray, Bools
from nghe.survey.data.column import Column, Level


@dataclass(frozen=True, eq=False)
class Table:
    """Columns of equal length. Made by `Table.of`, `Table.from_columns` or `read_table`."""

    columns: Mapping[str, Column]
    rows: int

    @classmethod
    def of(cls, columns: Iterable[Column]) -> Table:
        found: dict[str, Column] = {}
        rows: int | None = None
        for column in columns:
            name = unicodedata.normalize("NFC", column.name)
            if name in found:
                raise Fault("survey.duplicate_column", name, "stands twice in the header; give each column a name of its own")
            if rows is not None and len(column) != rows:
                raise Fault("survey.shape", name, f"has {len(column)} rows, the columns before it {rows}")
            rows = len(column)
            found[name] = column
        return cls(found, rows or 0)

    @classmethod
    def from_columns(cls, columns: Mapping[str, AnyArray | Sequence[Any]]) -> Table:
        """From arrays or lists by name: numbers, booleans, or texts with None for missing."""
        return cls.of(column_of(name, values) for name, values in columns.items())

    def __getitem__(self, name: str) -> Column:
        column = self.columns.get(name) or self.columns.get(unicodedata.normalize("NFC", name))
        if column is None:
            raise Fault(
                "survey.no_column",
                name,
                f"no such column; there are {', '.join(list(self.columns)[:12])}" + (" ..." if len(self.columns) > 12 else ""),
            )
        return column

    def __contains__(self, name: str) -> bool:
        return unicodedata.normalize("NFC", name) in self.columns

    def __len__(self) -> int:
        return self.rows

    def with_columns(self, *columns: Column) -> Table:
        """The table with columns added; a name that is taken is refused."""
        return Table.of([*self.columns.values(), *columns])

    def take(self, rows: AnyArray) -> Table:
        """Some rows, by place or by mask."""
        kept = {name: column.take(rows) for name, column in self.columns.items()}
        return Table(kept, int(np.count_nonzero(rows)) if rows.dtype == bool else len(rows))

    def missing_in(self, names: Iterable[str]) -> Bools:
        """Rows (n,) with a missing value in any of the columns."""
        found = np.zeros(self.rows, dtype=bool)
        for name in names:
            if self[name].any_missing:
                found |= self[name].missing
        return found


def check_code_list(table: Table, name: str, allowed: Sequence[Level]) -> None:
    """Raises `Fault` where an answer stands outside the code list, naming it, its first row and its count."""
    column = table[name]
    known = {column.code_of(level) for level in allowed}
    for code, level in enumerate(column.levels):
        rows = np.flatnonzero(column.codes == code)
        if code not in known and rows.size:
            raise Fault(
                "survey.outside_codes",
                f"{name}, row {int(rows[0]) + 1}",
                f"{level!r} is not in the code list ({len(rows)} rows); correct the answers or add the code",
            )


def column_of(name: str, values: AnyArray | Sequence[Any]) -> Column:
    array: AnyArray | None = values if isinstance(values, np.ndarray) else None
    if array is not None and array.dtype.kind in "iuf":
        return Column.of_numbers(name, array)
    if array is not None and array.dtype.kind == "b":
        return Column.of_booleans(name, array)
    items = list(values)
    known = [item for item in items if item is not None]
    if known and all(isinstance(item, bool | np.bool_) for item in known):
        return Column.of_booleans(name, np.array([bool(item) for item in items]), np.array([item is None for item in items]))
    if all(isinstance(item, int | float | np.number) and not isinstance(item, bool) for item in known):
        return Column.of_numbers(name, np.array([np.nan if item is None else float(item) for item in items]))
    return Column.of_texts(name, [None if item is None else str(item) for item in items])
