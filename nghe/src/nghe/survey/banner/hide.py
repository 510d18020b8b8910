"""What of a book may not leave the office (R4), and the book without it.

A survey cell is hidden where it counts fewer than k people or leaves fewer than k to the other answers, and where it would print
as 0 % or 100 %; a group of fewer than k altogether. Then, question by question, further cells are hidden until an attacker who
holds all tables of the question can narrow no hidden count to fewer than k values (`nghe.disclosure`). Counts are those of
respondents, as if they were printed beside the weighted shares. A mean, and its base, is hidden where any answer is: it would be
one more equation. Nothing is changed: a figure is printed as it is, or not at all.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from nghe.disclosure.protect import protect_release
from nghe.survey.arrays import Bools
from nghe.survey.banner.book import Book, Sheet, Words, empty_words
from nghe.survey.banner.letters import lettered
from nghe.survey.banner.tables import systems_of

REASONS = {
    "none_or_all": "would print as 0 % or 100 %",
    "small": "fewer than k people",
    "few_left": "fewer than k people gave the other answers",
    "small_group": "the group has fewer than k people",
    "cover": "hidden so that another cell cannot be worked out",
    "of_hidden": "a mean beside answers of which some are hidden",
}
WHOLE_PERCENT = 0


@dataclass(frozen=True, eq=False)
class Hidden:
    """Why each cell (R, C) is hidden, "" where it is shown; and which bases (R, C) are."""

    reasons: Words
    bases: Bools


def protect_book(book: Book) -> Book:
    """The book as it may leave the office. `hides` lists every hidden cell and why: that list itself stays inside."""
    sheets, account = [], []
    for sheet in book.sheets:
        found = hidden_in(book, sheet)
        sheets.append(blanked(sheet, found))
        account += _account(book, sheet, found)
    return replace(book, sheets=tuple(lettered(sheets, book.tests, book.columns, book.spec.tests)), hides=tuple(account))


def hidden_in(book: Book, sheet: Sheet) -> Hidden:
    k, reasons = book.spec.k, empty_words(sheet.estimate.shape)
    percent = np.round(100 * sheet.estimate, WHOLE_PERCENT)
    counted = np.array([[row.kind != "mean"] for row in sheet.rows])
    for word, where in (
        ("few_left", counted & (sheet.n - sheet.count < k)), ("small", counted & (sheet.count < k)),
        ("none_or_all", counted & ((percent <= 0) | (percent >= 100))), ("small_group", sheet.n < k),
    ):
        reasons[where] = word
    bases = sheet.n < k
    for system in systems_of(book, sheet, reasons != ""):
        tables = [drawn.table for drawn in system]
        made = {table.id: table for table in protect_release(tables, k=k, merge=[], joint=False).tables}
        for drawn in system:
            table = made.get(drawn.table.id)
            hide = drawn.groups if table is None else table.suppressed
            for cell in (cell for cell, gone in zip(drawn.cells, hide, strict=True) if gone):
                rows = drawn.rows if cell.row is None else (cell.row,)
                bases[list(rows), cell.column] |= cell.row is None
                for row in rows:
                    reasons[row, cell.column] = reasons[row, cell.column] or "cover"
    for at, _ in sheet.rows_of("missing"):
        bases[at] |= reasons[at] != ""
    answers = [at for at, _ in sheet.rows_of("answer")]
    for at, _ in sheet.rows_of("mean"):
        told = (reasons[answers] != "").any(axis=0)
        reasons[at, told & (reasons[at] == "")] = "of_hidden"
        bases[at] |= told
    return Hidden(reasons, bases)


def blanked(sheet: Sheet, found: Hidden) -> Sheet:
    """The sheet with NaN, or -1 in counts, wherever a cell or a base is hidden."""
    hidden = found.reasons != ""
    values: dict[str, Any] = {
        name: np.where(hidden, np.nan, getattr(sheet, name)) for name in ("estimate", "se", "low", "high", "df")
    }
    values |= {name: np.where(hidden, -1, getattr(sheet, name)) for name in ("count", "n_psu")}
    return replace(sheet, **values, n=np.where(found.bases, -1, sheet.n),
                   weighted_base=np.where(found.bases, np.nan, sheet.weighted_base), hidden=hidden)


def summary(book: Book) -> dict[str, int]:
    """How many cells each reason hides, and how many of these would have printed as 0 % and as 100 % (whole percents)."""
    by_reason = Counter(str(entry["reason"]) for entry in book.hides)
    prints = Counter(str(entry["prints"]) for entry in book.hides)
    return {"cells": sum(sheet.hidden.size for sheet in book.sheets), "hidden": len(book.hides),
            **{reason: by_reason[reason] for reason in REASONS}, "prints_0": prints["0 %"], "prints_100": prints["100 %"]}


def _account(book: Book, sheet: Sheet, found: Hidden) -> list[dict[str, Any]]:
    entries = []
    for row, column in zip(*np.nonzero(found.reasons != ""), strict=True):
        value, line, head = float(sheet.estimate[row, column]), sheet.rows[row], book.columns[column]
        prints = "" if not np.isfinite(value) else f"{value:.2f}" if line.kind == "mean" else f"{100 * value:.0f} %"
        entries.append({
            "question": sheet.asked.name, "kind": line.kind, "row": line.name, "variable": head.variable, "level": head.level,
            "reason": str(found.reasons[row, column]), "prints": prints, "count": int(sheet.count[row, column]),
            "n": int(sheet.n[row, column]),
        })
    return entries
