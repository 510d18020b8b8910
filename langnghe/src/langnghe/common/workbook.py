"""Read the first sheet of an XLSX file that somebody sent: in a limited child, and only what a table of an office can be.

A workbook is a zip of XML. It may be a bomb, hold macros, or have one cell in row 1,048,576 that a reader walks to for ever;
each is refused with words that say what to do. Formulas are never worked out: their cells are marked, and whoever reads the
rows says so by row.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from langnghe.common.errors import Refusal
from langnghe.common.limited import Limits, OverLimit, run_limited

LARGEST = 20 * 1024 * 1024
"""Bytes of the file."""
LARGEST_INSIDE = 200 * 1024 * 1024
"""Bytes of all its parts together, unpacked."""
STEEPEST = 200
"""Times that one part may be larger unpacked than packed, from a megabyte on."""
CELL = re.compile(rb"<(?:\w+:)?c\b[^>]*?\br=\"([A-Z]{1,4})([0-9]{1,8})\"")
CHUNK = 1024 * 1024

Value = str | int | float | bool | dt.date | dt.datetime | dt.time | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows as the sheet numbers them, the first is row 1; `formulas` are the cells (row, column) that hold one, read as None."""

    name: str
    rows: list[list[Value]]
    formulas: frozenset[tuple[int, int]] = field(default_factory=frozenset)


def read_workbook(body: bytes, *, most_rows: int, most_columns: int, limits: Limits | None = None) -> Sheet:
    """The first sheet. Refuses with a code `sheet.*` what is empty, too large, no workbook, or dangerous to read."""
    if not body:
        raise Refusal("sheet.empty", _("The file is empty."), todo=_("Choose the file that holds the table."))
    if len(body) > LARGEST:
        raise Refusal("sheet.large", _("The file is larger than %(mb)d MB.") % {"mb": LARGEST // 1024**2}, status=413,
                      todo=_("Save only the table, without pictures, or in several files."))
    try:
        kind, answer = run_limited(read_part, body, most_rows, most_columns, limits=limits or Limits())
    except OverLimit as fault:
        raise Refusal("sheet.limit", _("Reading the file took more memory or time than a table needs (%(what)s).") % {
            "what": fault.what}, todo=_("Copy the table into a new workbook and save it as XLSX.")) from fault
    if kind == "refused":
        raise refusal_of(answer)
    return answer  # type: ignore[no-any-return]


def refusal_of(fault: tuple[str, str]) -> Refusal:
    kind, where = fault
    messages = {
        "format": (_("The file is no XLSX workbook."), _("Save it as “Excel workbook (.xlsx)”.")),
        "locked": (_("The file is protected by a password."), _("Save it without a password.")),
        "macros": (_("The file holds macros."), _("Save it as “Excel workbook (.xlsx)”, which has none.")),
        "bomb": (_("The file unpacks to far more than it holds (%(where)s).") % {"where": where},
                       _("Copy the table into a new workbook and save it as XLSX.")),
        "far": (_("There is a cell far away from the table (%(where)s).") % {"where": where},
                      _("Delete the empty rows and columns behind the table, or copy the table into a new workbook.")),
        "empty": (_("The first sheet is empty."), _("Put the table on the first sheet.")),
    }
    message, todo = messages[kind]
    return Refusal(f"sheet.{kind}", message, todo=todo)


class Bad(Exception):
    """In the child: why the file is not read."""


def read_part(body: bytes, most_rows: int, most_columns: int) -> tuple[str, Any]:
    """In the child: ("sheet", Sheet), or ("refused", (kind, where))."""
    try:
        check_zip(body, most_rows, most_columns)
        return "sheet", rows_of(body, most_rows, most_columns)
    except Bad as fault:
        return "refused", fault.args


def check_zip(body: bytes, most_rows: int, most_columns: int) -> None:
    if body[:4] == b"\xd0\xcf\x11\xe0":  # a compound file: the old XLS, or a workbook behind a password
        raise Bad("locked" if b"E\0n\0c\0r\0y\0p\0t" in body else "format", "")
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            parts = archive.infolist()
            names = {part.filename for part in parts}
            if "[Content_Types].xml" not in names or not any(name.startswith("xl/") for name in names):
                raise Bad("format", "")
            if sum(part.file_size for part in parts) > LARGEST_INSIDE:
                raise Bad("bomb", f"{sum(part.file_size for part in parts) // 1024**2} MB")
            for part in parts:
                if part.file_size > CHUNK and part.file_size > STEEPEST * max(part.compress_size, 1):
                    raise Bad("bomb", part.filename)
            if any(name.lower().endswith("vbaproject.bin") for name in names):
                raise Bad("macros", "")
            if b"macroEnabled" in archive.read("[Content_Types].xml"):
                raise Bad("macros", "")
            for name in sorted(names):
                if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                    check_extent(chunks_of(archive, name), most_rows, most_columns)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as fault:
        raise Bad("format", str(fault)) from fault


def chunks_of(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    with archive.open(name) as part:
        while chunk := part.read(CHUNK):
            yield chunk


def check_extent(chunks: Iterator[bytes], most_rows: int, most_columns: int) -> None:
    """Look at the addresses of all cells, without building anything."""
    tail = b""
    for chunk in chunks:
        text = tail + chunk
        for match in CELL.finditer(text):
            if int(match[2]) > most_rows or column_number(match[1]) > most_columns:
                raise Bad("far", (match[1] + match[2]).decode())
        tail = text[-200:]


def column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + letter - 64
    return number


def rows_of(body: bytes, most_rows: int, most_columns: int) -> Sheet:
    import warnings

    from openpyxl import load_workbook

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # styles and extensions that a table does not need
        try:
            book = load_workbook(io.BytesIO(body), read_only=True, data_only=False, keep_links=False)
            sheet = book.worksheets[0]
            sheet.reset_dimensions()
            rows, formulas = [], set()
            for number, cells in enumerate(sheet.iter_rows(max_row=most_rows, max_col=most_columns), 1):
                row: list[Value] = []
                for at, cell in enumerate(cells, 1):
                    is_formula = getattr(cell, "data_type", "") == "f"
                    if is_formula:
                        formulas.add((number, at))
                    row.append(None if is_formula else plain(cell.value))
                rows.append(without_end(row))
        except Exception as fault:  # a reader of foreign files raises whatever it meets
            if isinstance(fault, MemoryError):
                raise
            raise Bad("format", f"{type(fault).__name__}") from fault
    while rows and not any(value not in (None, "") for value in rows[-1]) and not any(row == len(rows) for row, _at in formulas):
        rows.pop()
    if not rows:
        raise Bad("empty", "")
    return Sheet(sheet.title, rows, frozenset(formulas))


def without_end(row: list[Value]) -> list[Value]:
    """The row without the empty cells behind its last value."""
    while row and row[-1] in {None, ""}:
        row.pop()
    return row


def plain(value: Any) -> Value:
    """Only what a cell may be; anything else as its text."""
    if value is None or isinstance(value, (str, bool, int, float, dt.datetime, dt.date, dt.time)):
        return value
    return str(value)
