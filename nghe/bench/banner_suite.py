"""`make bench SUITE=banner`: a provincial survey as a banner book, its letters and false-discovery control, then R4, its audit.

2,000 invented respondents in 60 clusters and 10 strata, 60 questions of 5 answers (3 % missing), 6 banner variables with 28
groups: 360 tables. In a third of them the groups lean differently (a standard deviation of 0.3 on a scale where people vary by
1 and clusters by 0.4), in the others they do not: letters there are false, wanted under the level of 5 %. CPU seconds of this
process without imports; goals: the book in 0.3, the audit in 10.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from nghe.disclosure.audit import audit_release
from nghe.survey import Design, Sample, Table
from nghe.survey.banner.book import Book
from nghe.survey.banner.hide import protect_book, summary
from nghe.survey.banner.make import make_book
from nghe.survey.banner.spec import spec_from
from nghe.survey.banner.tables import systems_of
from nghe.survey.banner.write import book_files

ROWS, QUESTIONS, PSUS, GROUPS = 2000, 60, 60, (2, 4, 5, 6, 3, 8)
DIFFER, EFFECT = 1 / 3, 0.3
SEED = 20261125
BOOK_GOAL, AUDIT_GOAL = 0.3, 10.0


def invented_survey() -> tuple[Sample, dict[str, object], np.ndarray]:
    """The sample, what the book shows, and in which tables (questions, variables) the groups differ."""
    rng = np.random.default_rng(SEED)
    psu = np.repeat(np.arange(PSUS), -(-ROWS // PSUS))[:ROWS]
    columns: dict[str, object] = {"psu": psu, "stratum": psu // 6, "w": rng.gamma(4, size=ROWS) + 0.3}
    lean = rng.normal(0, 0.4, (QUESTIONS, PSUS))[:, psu]
    differ = np.zeros((QUESTIONS, len(GROUPS)), dtype=bool)
    for number, count in enumerate(GROUPS):
        group = rng.integers(0, count, ROWS)
        columns[f"b{number}"] = [f"g{value}" for value in group]
        differ[:, number] = rng.random(QUESTIONS) < DIFFER
        lean += np.where(differ[:, [number]], rng.normal(0, EFFECT, (QUESTIONS, count)), 0.0)[:, group]
    for number in range(QUESTIONS):
        cuts = np.cumsum(rng.dirichlet(np.full(5, 2.0)))[:4]
        place = np.searchsorted(np.quantile(lean[number] + rng.normal(0, 1, ROWS), cuts), lean[number] + rng.normal(0, 1, ROWS))
        columns[f"q{number}"] = [None if rng.random() < 0.03 else f"a{value}" for value in place]
    sample = Sample.of(Table.from_columns(columns), Design(ids=("psu",), strata=("stratum",), weights="w"))  # type: ignore[arg-type]
    shown = {"rows": [f"q{i}" for i in range(QUESTIONS)], "columns": [f"b{i}" for i in range(len(GROUPS))]}
    return sample, shown, differ


def cpu(work: Callable[[], Any]) -> tuple[float, Any]:
    start = time.process_time()
    made = work()
    return time.process_time() - start, made


def audit(book: Book, safe: Book) -> int:
    """The attack on every question as it is printed; how many hidden counts can be narrowed."""
    found = 0
    for before, after in zip(book.sheets, safe.sheets, strict=True):
        for system in systems_of(book, before, after.hidden):
            found += audit_release([drawn.table for drawn in system], k=book.spec.k).recoverable
    return found


def main() -> int:
    sample, words, differ = invented_survey()
    spec = spec_from(words)
    first, _ = cpu(lambda: make_book(sample, spec))
    times = sorted(cpu(lambda: make_book(sample, spec))[0] for _ in range(5))
    book = make_book(sample, spec)
    hiding, safe = cpu(lambda: protect_book(book))
    auditing, found = cpu(lambda: audit(book, safe))
    writing, files = cpu(lambda: book_files(safe, frozen_at="2026-11-12T17:00:00+07:00")[0])
    tests = book.tests
    print(f"{ROWS} respondents, {QUESTIONS} questions x {len(GROUPS)} variables ({sum(GROUPS)} groups), seed {SEED}")
    print(f"book with intervals, letters, FDR    {times[2]:7.3f} CPU s (first {first:.3f}; {len(tests.p)} tests, "
          f"{int((tests.q <= spec.tests.level).sum())} differences)")
    said = tests.q <= spec.tests.level
    banner = np.repeat(np.arange(len(GROUPS)), GROUPS)[tests.one - 1]
    false = float((~differ[tests.sheet, banner])[said].mean())
    print(f"letters in tables whose groups are alike: {false:.1%}")
    print(f"merge nothing, hide, cover, attack   {hiding:7.3f} CPU s {summary(safe)}")
    print(f"audit of the printed book            {auditing:7.3f} CPU s ({found} hidden counts recoverable)")
    print(f"HTML, XLSX, CSV, claims              {writing:7.3f} CPU s ({sum(map(len, files.values())) / 1e6:.1f} MB)")
    met = times[2] <= BOOK_GOAL and false <= spec.tests.level and auditing <= AUDIT_GOAL and found == 0
    goals = f"{BOOK_GOAL} s, {AUDIT_GOAL:g} s, false letters under {spec.tests.level:.0%}, nothing recoverable"
    print(f"goals ({goals}): {'met' if met else 'MISSED'}")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
