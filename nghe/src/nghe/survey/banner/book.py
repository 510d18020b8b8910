"""The banner book as numbers: for each question the printed rows, for each column of the banner what they are.

Columns: the total, then the groups of each banner variable, each group with its letter. Arrays of a table have the shape
(rows, columns). Shares are 0 to 1, means in the units of their scores. Books of quota and opt-in designs hold counts of sheets
and shares of sheets, unweighted; their standard errors and intervals are NaN, and no letter is ever made (R7).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nghe.survey.arrays import AnyArray, Bools, Floats, Ints
from nghe.survey.banner.parts import Asked, Row
from nghe.survey.banner.spec import Spec

Words = NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class Column:
    """A printed column. The total has no variable and no letter."""

    variable: str
    variable_label: str
    level: str
    label: str
    letter: str


@dataclass(frozen=True, eq=False)
class Sheet:
    """One question. `n` and `weighted_base` are those of each row's own base; `p` of tests are kept in `Book.tests`.

    `hidden` marks what is not printed (R4); `letters` what the tests say: letters, or ▲ ▼ against total or the wave before.
    """

    asked: Asked
    rows: tuple[Row, ...]
    estimate: Floats
    se: Floats
    low: Floats
    high: Floats
    count: Ints
    n: Ints
    weighted_base: Floats
    df: Floats
    n_psu: Ints
    letters: Words
    hidden: Bools

    @property
    def deff(self) -> Floats:
        """Variance against that of a simple random sample of n, p(1-p)/(n-1); NaN for means and where that is 0."""
        with np.errstate(invalid="ignore", divide="ignore"):
            simple = self.estimate * (1 - self.estimate) / np.maximum(self.n - 1, 1)
            found = np.where(simple > 0, self.se**2 / simple, np.nan)
        found[[row.kind == "mean" for row in self.rows]] = np.nan
        return np.asarray(found)

    def rows_of(self, *kinds: str) -> Iterator[tuple[int, Row]]:
        return ((at, row) for at, row in enumerate(self.rows) if row.kind in kinds)


@dataclass(frozen=True, eq=False)
class Comparisons:
    """Every test of the book (k,): sheet, row, the two columns, whether it is shown as an arrow (against the total or the group
    before), the difference of the estimates, p, and q (p after the correction)."""

    sheet: Ints
    row: Ints
    one: Ints
    other: Ints
    arrow: Bools
    difference: Floats
    p: Floats
    q: Floats


@dataclass(frozen=True, eq=False)
class Book:
    """`kind` is that of the design; `rows` of the data are inside the domain, `n_psu` their first-stage units."""

    spec: Spec
    kind: str
    columns: tuple[Column, ...]
    sheets: tuple[Sheet, ...]
    tests: Comparisons
    rows: int
    n_psu: int
    weighted: bool
    warnings: tuple[str, ...] = ()
    hides: tuple[dict[str, Any], ...] = field(default=())

    @property
    def has_margin_of_error(self) -> bool:
        return self.kind == "probability"

    @property
    def variables(self) -> tuple[tuple[str, str, slice], ...]:
        """Name, label and columns of each banner variable."""
        found: list[tuple[str, str, slice]] = []
        start = 1
        while start < len(self.columns):
            name = self.columns[start].variable
            stop = start
            while stop < len(self.columns) and self.columns[stop].variable == name:
                stop += 1
            found.append((name, self.columns[start].variable_label, slice(start, stop)))
            start = stop
        return tuple(found)

    def bases(self) -> Ints:
        """Unweighted rows in each column, whatever the question (C,): the largest base of any."""
        return np.asarray(np.max([sheet.n.max(axis=0) for sheet in self.sheets], axis=0))


def letters_for(count: int) -> list[str]:
    """A to Z, then AA, AB, ..."""
    found = []
    for number in range(count):
        letters, left = "", number
        while left >= 0:
            letters, left = chr(65 + left % 26) + letters, left // 26 - 1
        found.append(letters)
    return found


def empty_words(shape: tuple[int, ...]) -> Words:
    words: AnyArray = np.empty(shape, dtype=object)
    words[...] = ""
    return words
