"""The book as a workbook: the tables as they are read, and every figure in long form. The same book gives the same bytes."""

from __future__ import annotations

import datetime as dt
import io
import math
from typing import TYPE_CHECKING, Any

from nghe.survey.arrays import AnyArray
from nghe.survey.banner.book import Book, Sheet
from nghe.survey.banner.long import FIELDS, long_rows
from nghe.survey.banner.safe import safe_text
from nghe.survey.banner.words import HIDDEN, NONE, basis, notes, say

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

MADE = dt.datetime(2000, 1, 1)  # noqa: DTZ001 - a fixed stamp, so that bytes repeat
TEAL, GREY = "#0A5558", "#625B4F"


def workbook_bytes(book: Book) -> bytes:
    from xlsxwriter import Workbook

    out = io.BytesIO()
    plain = dict.fromkeys(("strings_to_formulas", "strings_to_urls", "strings_to_numbers"), False)
    with Workbook(out, {"in_memory": True, **plain}) as made:
        made.set_properties({"title": safe_text(book.spec.title), "created": MADE})
        looks = _looks(made)
        _tables(made.add_worksheet(say(book, "book")[:31]), book, looks)
        _figures(made.add_worksheet("data"), book, looks)
    return out.getvalue()


def _looks(made: Any) -> dict[str, Format]:
    def look(**words: Any) -> Format:
        return made.add_format({"font_name": "Calibri", "font_size": 10, **words})

    return {
        "title": look(bold=True, font_size=14, font_color=TEAL), "question": look(bold=True, font_size=11, top=1, top_color=TEAL),
        "head": look(bold=True, text_wrap=True, align="center", bottom=1), "text": look(text_wrap=True),
        "note": look(font_color=GREY),
        "share": look(num_format="0.0", align="right"), "mean": look(num_format="0.00", align="right", italic=True),
        "net": look(num_format="0.0", align="right", bold=True), "letters": look(font_color=TEAL, font_size=9),
        "base": look(num_format="#,##0", align="right", font_color=GREY), "sign": look(align="right", font_color=GREY),
    }


def _tables(page: Worksheet, book: Book, looks: dict[str, Format]) -> None:
    """Two cells for each column: the figure, and its letters."""
    page.set_column(0, 0, 44)
    for place in range(len(book.columns)):
        page.set_column(1 + 2 * place, 1 + 2 * place, 9)
        page.set_column(2 + 2 * place, 2 + 2 * place, 5)
    page.write_string(0, 0, safe_text(book.spec.title or say(book, "book")), looks["title"])
    line = 1
    for note in (*notes(book), *book.warnings):
        page.write_string(line, 0, safe_text(note), looks["note"])
        line += 1
    line += 1
    for sheet in book.sheets:
        line = _table(page, book, sheet, line, looks)
    page.freeze_panes(0, 1)


def _table(page: Worksheet, book: Book, sheet: Sheet, line: int, looks: dict[str, Format]) -> int:
    page.write_string(line, 0, safe_text(f"{sheet.asked.name}. {sheet.asked.label}"), looks["question"])
    page.write_string(line, 1, f"{basis(book)}. {say(book, 'base')}: {sheet.asked.base or _asked(book)}", looks["note"])
    line += 1
    for place, column in enumerate(book.columns):
        page.write_string(line, 1 + 2 * place, safe_text(column.variable_label), looks["head"])
        page.write_string(line + 1, 1 + 2 * place, safe_text(column.label), looks["head"])
        page.write_string(line + 1, 2 + 2 * place, column.letter, looks["head"])
    page.write_string(line + 1, 0, say(book, "answer"), looks["head"])
    line += 2
    for at, row in enumerate(sheet.rows):
        page.write_string(line, 0, safe_text(row.label), looks["text"])
        kind = row.kind if row.kind in ("mean", "net") else "share"
        for place in range(len(book.columns)):
            value = float(sheet.estimate[at, place])
            if sheet.hidden[at, place] or not math.isfinite(value):
                page.write_string(line, 1 + 2 * place, HIDDEN if sheet.hidden[at, place] else NONE, looks["sign"])
            else:
                page.write_number(line, 1 + 2 * place, value if row.kind == "mean" else 100 * value, looks[kind])
            page.write_string(line, 2 + 2 * place, str(sheet.letters[at, place]), looks["letters"])
        line += 1
    return _bases(page, book, sheet, line, looks) + 1


def _bases(page: Worksheet, book: Book, sheet: Sheet, line: int, looks: dict[str, Format]) -> int:
    kinds: list[tuple[str, AnyArray]] = [("n_sheets" if not book.has_margin_of_error else "n", sheet.n)]
    if book.has_margin_of_error:
        kinds.append(("weighted_base", sheet.weighted_base))
    for name, values in kinds:
        page.write_string(line, 0, say(book, name), looks["note"])
        for place in range(len(book.columns)):
            value = float(values[0, place])
            if value < 0 or not math.isfinite(value):
                page.write_string(line, 1 + 2 * place, HIDDEN, looks["sign"])
            else:
                page.write_number(line, 1 + 2 * place, round(value), looks["base"])
                if name.startswith("n") and value < book.spec.mark_base:
                    page.write_string(line, 2 + 2 * place, "*", looks["note"])
        line += 1
    return line


def _figures(page: Worksheet, book: Book, looks: dict[str, Format]) -> None:
    for place, name in enumerate(FIELDS):
        page.write_string(0, place, name, looks["head"])
    for line, record in enumerate(long_rows(book), 1):
        for place, name in enumerate(FIELDS):
            value = record[name]
            if isinstance(value, str):
                page.write_string(line, place, safe_text(value))
            elif value is not None:
                page.write_number(line, place, value)
    page.freeze_panes(1, 0)


def _asked(book: Book) -> str:
    return say(book, "all_asked" if book.has_margin_of_error else "sheets_asked")
