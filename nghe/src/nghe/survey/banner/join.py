"""Answers that are too small to show, merged with their next smallest before anything is hidden (R4): their words are kept.

Only for the questions that the spec names under `disclosure.merge`, since no rule knows whether "refused" may stand with "very
bad". Answers of a question with an order join a neighbour only. Nets are left alone: a question that has any is refused.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from nghe.disclosure.merge import merge_small_levels
from nghe.errors import Fault
from nghe.survey.banner.book import Book
from nghe.survey.banner.spec import Spec
from nghe.survey.banner.tables import systems_of


def join_small_answers(book: Book) -> Spec:
    """The spec with `joined`: for each question named, its answers in the groups to print. Make the book again with it."""
    joined = {}
    for sheet in book.sheets:
        name = sheet.asked.name
        if name not in book.spec.merge:
            continue
        if sheet.asked.is_multiple or name in book.spec.nets:
            raise Fault("banner.merge", f"disclosure.merge.{name}", "has nets or several choices; merge none there")
        tables = [drawn.table for drawn in systems_of(book, sheet, np.zeros(sheet.hidden.shape, dtype=bool))[0]]
        ordered = ["answer"] if any(question.name == name and question.order for question in book.spec.rows) else []
        merged = merge_small_levels(tables, k=book.spec.k, dimensions=["answer"], ordered=ordered).tables[0].dimensions[0]
        joined[name] = tuple(_members(merged.children, level) for level in merged.levels[1:])
    return replace(book.spec, joined=joined)


def _members(children: dict[str, tuple[str, ...]], level: str) -> tuple[str, ...]:
    """The answers that a level is made of."""
    if level not in children:
        return (level,)
    return tuple(answer for child in children[level] for answer in _members(children, child))
