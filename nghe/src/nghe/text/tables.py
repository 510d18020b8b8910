"""Texts and their codes in CSV files: read with every fault named by row, written row by row as they came in."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from nghe.errors import Fault
from nghe.text.fold import nfc
from nghe.text.whole import whole_file

LONGEST_FIELD = 64 * 2**20
SEPARATORS = ",;\t"
LARGEST_FILE = 2 * 2**30


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a file, every one with a value for each column."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    separator: str

    def column(self, name: str) -> list[str]:
        """The values of a column, its name in capitals or not. Fault `text.column` where it is missing, or there twice."""
        places = self._places(name)
        if not places:
            raise Fault("text.column", self.name, f'has no column "{name}"; it has {", ".join(self.columns)}')
        if len(places) > 1:
            raise Fault("text.column", self.name, f'has {len(places)} columns "{name}"; keep one')
        return [row[places[0]] for row in self.rows]

    def has(self, name: str) -> bool:
        return bool(self._places(name))

    def _places(self, name: str) -> list[int]:
        exact = [at for at, column in enumerate(self.columns) if column == name]
        return exact or [at for at, column in enumerate(self.columns) if column.casefold() == name]

    def refuse_columns(self, added: Sequence[str]) -> None:
        """Fault `text.column` where a column that is to be added is there already."""
        if taken := [name for name in added if name in self.columns]:
            raise Fault("text.column", self.name, f'has a column "{taken[0]}" already; take it out first')

    def texts(self) -> list[str]:
        return [nfc(text) for text in self.column("text")]

    def codes(self, multi: str) -> list[tuple[str, ...]]:
        """The codes in `label`: one each, or with `multi` any number parted by it. Fault `text.no_code` where one is missing."""
        labels = [nfc(label).strip() for label in self.column("label")]
        if multi:
            return [tuple(dict.fromkeys(part.strip() for part in label.split(multi) if part.strip())) for label in labels]
        for number, label in enumerate(labels, start=1):
            if not label:
                raise Fault("text.no_code", f"{self.name}, row {number}", 'has an empty label; code it, or leave it out')
        return [(label,) for label in labels]


def read_table(path: Path) -> Table:
    """A CSV file in UTF-8 with a header, values parted by commas, semicolons or tabs (told by the header).

    Faults: `text.encoding`, `text.no_rows`, `text.csv` (a row of another length, or what is no CSV), `text.large_file`.
    """
    if path.stat().st_size > LARGEST_FILE:
        raise Fault("text.large_file", path.name, f"is larger than {LARGEST_FILE // 2**30} GB; split it")
    previous = csv.field_size_limit(LONGEST_FIELD)
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            separator = _separator(lines.readline())
            lines.seek(0)
            found = [tuple(row) for row in csv.reader(lines, delimiter=separator) if row]
    except UnicodeDecodeError as error:
        raise Fault("text.encoding", path.name, f"is no UTF-8 (byte {error.start + 1}); save the file as UTF-8") from error
    except csv.Error as error:
        raise Fault("text.csv", path.name, f"cannot be read as CSV: {error}") from error
    finally:
        csv.field_size_limit(previous)
    if len(found) < 2:
        raise Fault("text.no_rows", path.name, "holds no rows; write a header with the names of the columns, and rows below it")
    columns = tuple(name.strip() for name in found[0])
    for number, row in enumerate(found[1:], start=1):
        if len(row) != len(columns):
            raise Fault("text.csv", f"{path.name}, row {number}",
                        f"has {len(row)} values, the header has {len(columns)}; put texts with separators in quotation marks")
    return Table(path.name, columns, tuple(found[1:]), separator)


def write_table(path: Path, columns: Sequence[str], rows: Iterable[Sequence[str]], *, separator: str = ",") -> None:
    """Write a CSV file in UTF-8, whole or not at all."""
    with whole_file(path) as raw:
        out = io.TextIOWrapper(raw, encoding="utf-8", newline="")
        writer = csv.writer(out, delimiter=separator, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)
        out.flush()
        out.detach()


def read_changes(path: Path) -> dict[str, str]:
    """Which codes were renamed or merged: columns `from`, `to`."""
    table = read_table(path)
    return dict(zip(table.column("from"), table.column("to"), strict=True))


def _separator(header: str) -> str:
    counts = {separator: header.count(separator) for separator in SEPARATORS}
    return max(SEPARATORS, key=lambda separator: counts[separator])
