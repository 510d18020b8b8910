"""A workbook that somebody sent, as a short table: read in a limited child, refused in words that say what to do.

A workbook is a zip of XML. It may be a bomb, hold macros, or have one cell in row 1,048,576 that a reader walks to for ever.
Formulas are never worked out: their cells are marked, and whoever reads the rows says so by row.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from langnghe.common.errors import Refusal
from langnghe.common.limited import Limits, OverLimit, run_limited
from langnghe.common.sheet_fault import SheetFault
from langnghe.common.xlsx import BROKEN, FORMULA, read_xlsx

MEGABYTE = 1024 * 1024
LARGEST = 20 * MEGABYTE
"""Bytes of the file."""
OLD_EXCEL = b"\xd0\xcf\x11\xe0"

SHEET_WORDS: dict[str, tuple[str, str]] = {
    "sheet.empty": (gettext_noop("The file is empty."), gettext_noop("Save the table again, with one row of headings.")),
    "sheet.too_large": (gettext_noop("The file has %(megabytes)s MB; %(most)s MB is the most."),
                        gettext_noop("Split it into smaller files.")),
    "sheet.too_many": (gettext_noop("The file has more than %(most)s rows."), gettext_noop("Split it into smaller files.")),
    "sheet.kind": (gettext_noop("The file is neither CSV nor XLSX."), gettext_noop("Save the table as CSV (UTF-8) or XLSX.")),
    "sheet.no_xlsx": (gettext_noop("The file is no XLSX workbook."), gettext_noop("Save it as “Excel workbook (.xlsx)”.")),
    "sheet.old_excel": (gettext_noop("The file is of the old Excel kind (.xls), or locked with a password."),
                        gettext_noop("Save it as .xlsx without a password.")),
    "sheet.locked": (gettext_noop("The workbook is locked with a password."), gettext_noop("Save it without one.")),
    "sheet.macros": (gettext_noop("The workbook holds macros."), gettext_noop("Save it as .xlsx, without macros.")),
    "sheet.bomb": (gettext_noop("The workbook unpacks to far more than a table needs."),
                   gettext_noop("Copy the cells alone into a new workbook.")),
    "sheet.entities": (gettext_noop("The workbook holds definitions that no spreadsheet writes."),
                       gettext_noop("Copy the cells alone into a new workbook.")),
    "sheet.damaged": (gettext_noop("The workbook is damaged."), gettext_noop("Open it in a spreadsheet and save it again.")),
    "sheet.no_sheet": (gettext_noop("There is no sheet “%(sheet)s”; the file has: %(found)s."),
                       gettext_noop("Name one of these in the mapping.")),
    "sheet.far_cell": (gettext_noop("Row %(row)s: a cell stands far away from the table."),
                       gettext_noop("Delete the empty rows and columns around the table.")),
    "sheet.long_cell": (gettext_noop("Row %(row)s: a cell has more than %(most)s letters."),
                        gettext_noop("Look for a quotation mark that is not closed, or shorten the cell.")),
    "sheet.limit": (gettext_noop("Reading the file took more memory or time than a table needs (%(what)s)."),
                    gettext_noop("Copy the table into a new workbook and save it as XLSX.")),
}
"""Code: what is wrong, what to do."""

Value = str | dt.date | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows as the sheet numbers them, the first is row 1; `formulas` are the cells (row, column) that hold one, read as None."""

    rows: list[list[Value]]
    formulas: frozenset[tuple[int, int]] = field(default_factory=frozenset)


def in_words(fault: SheetFault, words: Mapping[str, tuple[str, str]] = SHEET_WORDS) -> Refusal:
    message, todo = words[fault.code]
    given = fault.particulars
    return Refusal(fault.code, _(message) % given, todo=_(todo) % given, status=422, details=given)


def read_workbook(body: bytes, *, most_rows: int, most_columns: int, limits: Limits | None = None) -> Sheet:
    """The first sheet that is not hidden. Refuses with a code `sheet.*` what is empty, too large, no workbook, or dangerous."""
    try:
        if len(body) > LARGEST:
            raise SheetFault("sheet.too_large", megabytes=len(body) // MEGABYTE, most=LARGEST // MEGABYTE)
        sheet: Sheet = run_limited(read_part, body, most_rows, most_columns, limits=limits or Limits())
    except OverLimit as fault:
        raise in_words(SheetFault("sheet.limit", what=fault.what)) from fault
    except SheetFault as fault:
        raise in_words(fault) from fault
    return sheet


def read_part(body: bytes, most_rows: int, most_columns: int) -> Sheet:
    """In the child."""
    if not body:
        raise SheetFault("sheet.empty")
    if body.startswith(OLD_EXCEL):
        raise SheetFault("sheet.old_excel")
    if not body.startswith(b"PK"):
        raise SheetFault("sheet.no_xlsx")
    rows: list[list[Value]] = []
    formulas = set()
    for number, cells in read_xlsx(io.BytesIO(body)):
        if number > most_rows:
            raise SheetFault("sheet.too_many", most=most_rows)
        if len(cells) > most_columns:
            raise SheetFault("sheet.far_cell", row=number)
        formulas |= {(number, at) for at, cell in enumerate(cells, 1) if cell is FORMULA}
        rows += [[] for _empty in range(number - len(rows) - 1)]
        rows.append([None if cell is FORMULA else "#REF!" if cell is BROKEN else cell for cell in cells])
    if not rows:
        raise SheetFault("sheet.empty")
    return Sheet(rows, frozenset(formulas))
