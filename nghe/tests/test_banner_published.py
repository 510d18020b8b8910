"""The published masculinity tables (FiveThirtyEight, WNYC, SurveyMonkey, 2018) through the book, and what R4 hides of them."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import numpy as np
import pytest

from nghe.survey import Design, Sample
from nghe.survey.banner.book import Book
from nghe.survey.banner.hide import protect_book, summary
from nghe.survey.banner.make import make_book
from nghe.survey.banner.spec import Spec, spec_from
from nghe.survey.files.read import read_table

REFERENCE = Path(os.environ.get("LANGNGHE_REFERENCE", Path(__file__).parents[3] / "shared" / "reference"))
FOLDER = REFERENCE / "surveys" / "masculinity_2018"
pytestmark = [pytest.mark.reference, pytest.mark.skipif(not FOLDER.exists(), reason="no reference data (LANGNGHE_REFERENCE)")]

HOW_OFTEN = [f"q0007_{i:04}" for i in range(1, 12)]
MULTIPLE = {"q0004": 6, "q0008": 12, "q0010": 8, "q0011": 5, "q0012": 7, "q0019": 7, "q0020": 6, "q0021": 4, "q0025": 3}
ORDER = ["q0001", "q0002", "q0004", "q0005", *HOW_OFTEN, "q0008", "q0009", "q0010", "q0011", "q0012", "q0013", "q0014", "q0015",
         "q0017", "q0018", "q0019", "q0020", "q0021", "q0022", "q0024", "q0025", "q0026", "q0028", "q0029", "age3"]


def published() -> list[tuple[str, list[tuple[str, list[str]]]]]:
    """Questions in their order, each with its rows: answer and printed cells ("" where the base is under 100)."""
    found: list[tuple[str, list[tuple[str, list[str]]]]] = []
    with (FOLDER / "published_topline_crosstabs.csv").open(encoding="utf-8-sig") as lines:
        for row in list(csv.reader(lines))[2:]:
            if row[0].strip():
                found.append((row[0].strip(), []))
            elif row[1].strip():
                found[-1][1].append((row[1].strip(), [cell.strip() for cell in row[2:12]]))
    return found


def plain(answer: str) -> str:
    """The two files write an apostrophe in different ways."""
    return answer.replace("?", "'").replace("\u2019", "'").casefold()


def spec() -> Spec:
    rows: list[object] = []
    for name in ORDER:
        if name in MULTIPLE:
            rows.append({"name": name, "multiple": [f"{name}_{i:04}" for i in range(1, MULTIPLE[name] + 1)],
                         "not_selected": ["Not selected"]})
        else:
            rows.append(name)
    return spec_from({"language": "en", "rows": rows, "missing": {"codes": ["NA"], "show": "none"}, "columns": [
        "age3", {"name": "race2", "levels": ["White", "Non-white"]}, {"name": "kids", "levels": ["Has children", "No children"]},
        {"name": "orientation", "levels": ["Straight", "Gay/Bisexual"]}]})


@pytest.fixture(scope="module")
def book() -> Book:
    table = read_table(FOLDER / "raw-responses.csv")
    return make_book(Sample.of(table, Design(weights="weight")), spec())


def test_every_published_cell_is_in_the_book_within_rounding(book: Book) -> None:
    sheets = {sheet.asked.name: sheet for sheet in book.sheets}
    reached = blank = 0
    for (question, rows), name in zip(published(), ORDER, strict=True):
        sheet = sheets[name]
        place = {plain(row.label): at for at, row in enumerate(sheet.rows)}
        assert len(place) == len(sheet.rows)
        for answer, cells in rows:
            for column, printed in enumerate(cells):
                estimate, base = sheet.estimate[place[plain(answer)], column], sheet.n[place[plain(answer)], column]
                if printed:
                    assert abs(100 * estimate - float(printed.rstrip("%"))) <= 0.5 + 1e-9, (question, answer, column)
                    assert base >= 100
                    reached += 1
                else:
                    assert base < 100
                    blank += 1
    assert (reached, blank) == (1820, 130)


def test_the_same_book_under_r4_lists_what_it_hides(book: Book) -> None:
    safe = protect_book(book)
    listed = {(entry["question"], entry["row"], entry["variable"], entry["level"]): entry for entry in safe.hides}
    none, every = 0, 0
    for (_, rows), sheet in zip(published(), safe.sheets, strict=True):
        place = {plain(row.label): (at, row.name) for at, row in enumerate(sheet.rows)}
        for answer, cells in rows:
            at, name = place[plain(answer)]
            for number, printed in enumerate(cells):
                if printed in ("0%", "100%"):
                    column = safe.columns[number]
                    assert listed[sheet.asked.name, name, column.variable, column.level]["reason"] == "none_or_all"
                    assert np.isnan(sheet.estimate[at, number])
                    assert sheet.letters[at, number] == ""
                    none, every = none + (printed == "0%"), every + (printed == "100%")
    assert (none, every) == (98, 6)
    found = summary(safe)
    shown = sum((~sheet.hidden).sum() for sheet in safe.sheets)
    assert found["hidden"] + shown == found["cells"] == 1950
    for before, after in zip(book.sheets, safe.sheets, strict=True):
        assert np.array_equal(before.estimate[~after.hidden], after.estimate[~after.hidden])
