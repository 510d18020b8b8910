"""Which groups differ: t tests of every pair from the linearised covariance, corrected per battery, shown as letters.

t = (p_a - p_b) / sqrt(V_aa + V_bb - 2 V_ab), with the degrees of freedom of the units that have rows in either group. V_ab is not
nought where groups share clusters, nor where a group is a part of the total, nor where waves share clusters: it is in the
covariance. A battery is a set of tests corrected together: one question in all its groups, or the questions that the spec names
together. Benjamini and Hochberg 1995 (JRSS B 57:289-300); `by` is Benjamini and Yekutieli 2001 (Annals of Statistics
29:1165-1188), which holds under any dependence.

A letter stands in the larger cell and names the group that is smaller; small for q up to `level`, capital up to `strong`. Against
the total or the group before: ▲ higher, ▼ lower, doubled where strong.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from nghe.survey.arrays import Floats, Ints
from nghe.survey.banner.book import Column, Comparisons, Sheet, empty_words
from nghe.survey.banner.lines import Lines
from nghe.survey.banner.spec import Spec, Tests

UP, DOWN = "▲", "▼"
TINY = 1e-24


@dataclass(frozen=True, eq=False)
class Pairs:
    """Tests of one block in one variable (k,): row and columns in the sheet, difference, variance, degrees of freedom."""

    row: Ints
    one: Ints
    other: Ints
    difference: Floats
    variance: Floats
    df: Floats
    arrow: bool


def pairs_among(lines: Lines, against: str, *, row: int, column: int, total: Lines | None, least: int) -> Pairs | None:
    """The pairs of groups to compare; `row` and `column` are where the block starts in the sheet.

    Groups with a base under `least` are left out, and pairs in which nothing varies.
    """
    groups = lines.estimate.shape[0]
    if against == "total":
        assert total is not None
        lines = lines.beside(total)
        one, other = np.arange(groups), np.full(groups, groups)
    elif against == "previous":
        one, other = np.arange(1, groups), np.arange(groups - 1)
    elif against == "columns":
        one, other = np.triu_indices(groups, 1)
    else:
        return None
    if not len(one):
        return None
    covariance = lines.covariances
    variance = covariance[:, one, one] + covariance[:, other, other] - 2 * covariance[:, one, other]
    df = lines.df(lines.psu[:, one] | lines.psu[:, other])
    enough = (lines.n[one] >= least) & (lines.n[other] >= least)
    rows, places = np.nonzero((variance > TINY) & (df > 0)[None, :] & enough.T)
    names = np.append(np.arange(groups) + column, 0)
    return Pairs(rows + row, names[one[places]], names[other[places]],
                 (lines.estimate[one] - lines.estimate[other]).T[rows, places], variance[rows, places], df[places],
                 arrow=against != "columns")


def compare(
    sheets: Sequence[Sheet], found: Sequence[tuple[int, Pairs]], columns: Sequence[Column], spec: Spec
) -> tuple[list[Sheet], Comparisons]:
    """All tests of the book at once, and the sheets with their letters."""
    from scipy.special import stdtr

    def joined(name: str) -> Floats:
        return np.concatenate([getattr(pairs, name) for _, pairs in found]) if found else np.zeros(0)

    sheet = np.repeat([number for number, _ in found], [len(pairs.row) for _, pairs in found]).astype(np.int64)
    row, one, other = (joined(name).astype(np.int64) for name in ("row", "one", "other"))
    difference = joined("difference")
    p = 2 * stdtr(joined("df"), -np.abs(difference) / np.sqrt(joined("variance")))
    q = corrected(p, batteries(sheets, spec.tests)[sheet] if len(sheet) else sheet, spec.tests.correction)
    arrow = np.repeat([pairs.arrow for _, pairs in found], [len(pairs.row) for _, pairs in found]).astype(bool)
    tests = Comparisons(sheet, row, one, other, arrow, difference, p, q)
    return lettered(sheets, tests, columns, spec.tests), tests


def batteries(sheets: Sequence[Sheet], tests: Tests) -> Ints:
    """Number of the battery of each sheet."""
    named = {question: name for name, questions in tests.batteries.items() for question in questions}
    keys = [named.get(sheet.asked.name, f"\0{number}") for number, sheet in enumerate(sheets)]
    place = {key: at for at, key in enumerate(dict.fromkeys(keys))}
    return np.array([place[key] for key in keys], dtype=np.int64)


def corrected(p: Floats, battery: Ints, correction: str) -> Floats:
    """p values after the step-up correction within each battery; never above 1."""
    q = p.copy()
    for mark in np.unique(battery) if correction != "none" else ():
        inside = np.flatnonzero(battery == mark)
        order = inside[np.argsort(p[inside], kind="stable")[::-1]]
        rank = np.arange(len(order), 0, -1)
        times = (1 / rank).sum() if correction == "by" else 1.0
        q[order] = np.minimum.accumulate(np.minimum(p[order] * (times * len(order) / rank), 1.0))
    return q


def lettered(sheets: Sequence[Sheet], tests: Comparisons, columns: Sequence[Column], rule: Tests) -> list[Sheet]:
    """The sheets with what the tests say, letters parted by blanks; nothing is said of a hidden cell, nor in one."""
    words = [empty_words(sheet.estimate.shape) for sheet in sheets]
    for at in np.flatnonzero(tests.q <= rule.level).tolist():
        sheet, row, one, other = (int(field[at]) for field in (tests.sheet, tests.row, tests.one, tests.other))
        if sheets[sheet].hidden[row, one] or sheets[sheet].hidden[row, other]:
            continue
        strong, up = bool(tests.q[at] <= rule.strong), bool(tests.difference[at] > 0)
        if tests.arrow[at]:
            words[sheet][row, one] += (UP if up else DOWN) * (2 if strong else 1)
        else:
            larger, smaller = (one, other) if up else (other, one)
            letter = columns[smaller].letter
            found = [words[sheet][row, larger], letter if strong else letter.lower()]
            words[sheet][row, larger] = " ".join(filter(None, found))
    return [replace(sheet, letters=found) for sheet, found in zip(sheets, words, strict=True)]
