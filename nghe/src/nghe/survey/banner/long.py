"""The book as one row for each printed cell: what the CSV and the second page of the workbook hold."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator

from nghe.survey.banner.book import Book, Sheet
from nghe.survey.banner.safe import safe_text
from nghe.survey.banner.words import basis

FIELDS = (
    "question", "question_label", "row", "row_label", "kind", "variable", "variable_label", "level", "level_label",
    "column_letter", "estimate", "ci_low", "ci_high", "se", "deff", "df", "letters", "n", "weighted_base", "n_psu", "basis",
    "hidden",
)
Value = str | float | int | None
DIGITS = {"estimate": 4, "ci_low": 4, "ci_high": 4, "se": 4, "deff": 4, "df": 1, "weighted_base": 1}


def long_rows(book: Book) -> Iterator[dict[str, Value]]:
    """Shares in percent, means in their scores; None where a cell is hidden or has no such figure."""
    for sheet in book.sheets:
        deff = sheet.deff
        for at, row in enumerate(sheet.rows):
            scale = 1.0 if row.kind == "mean" else 100.0
            for place, column in enumerate(book.columns):
                cell = (at, place)
                figures = {
                    "estimate": scale * sheet.estimate[cell], "ci_low": scale * sheet.low[cell],
                    "ci_high": scale * sheet.high[cell], "se": scale * sheet.se[cell], "deff": deff[cell], "df": sheet.df[cell],
                    "weighted_base": sheet.weighted_base[cell] if book.has_margin_of_error else math.nan,
                }
                yield {
                    "question": sheet.asked.name, "question_label": sheet.asked.label, "row": row.name, "row_label": row.label,
                    "kind": row.kind, "variable": column.variable, "variable_label": column.variable_label, "level": column.level,
                    "level_label": column.label, "column_letter": column.letter,
                    **{name: _rounded(float(value), DIGITS[name]) for name, value in figures.items()},
                    "letters": sheet.letters[cell], "n": _count(sheet, "n", cell), "n_psu": _count(sheet, "n_psu", cell),
                    "basis": basis(book), "hidden": int(sheet.hidden[cell]),
                }


def csv_bytes(book: Book) -> bytes:
    """UTF-8 with a byte order mark, so that spreadsheets read Vietnamese; the same book gives the same bytes."""
    out = io.StringIO()
    writer = csv.DictWriter(out, FIELDS, lineterminator="\r\n")
    writer.writeheader()
    for record in long_rows(book):
        writer.writerow({name: safe_text(value) if isinstance(value, str) else value for name, value in record.items()})
    return out.getvalue().encode("utf-8-sig")


def _rounded(value: float, digits: int) -> float | None:
    return round(value, digits) if math.isfinite(value) else None


def _count(sheet: Sheet, name: str, cell: tuple[int, int]) -> int | None:
    value = int(getattr(sheet, name)[cell])
    return value if value >= 0 else None
