"""Published tables of real surveys come out again from their data."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import numpy as np
import pytest

from nghe.survey import Design, Margin, Sample, Table, proportion, rake, read_table
from nghe.survey.data.column import Column
from nghe.survey.weights.diagnostics import report_weights

SURVEYS = Path(os.environ.get("LANGNGHE_REFERENCE", Path(__file__).parents[3] / "shared" / "reference")) / "surveys"
pytestmark = pytest.mark.reference


@pytest.fixture(autouse=True)
def _data() -> None:
    if not SURVEYS.exists():
        pytest.skip(f"no reference data in {SURVEYS}; set LANGNGHE_REFERENCE")


@pytest.fixture(scope="module")
def pew() -> Table:
    if not SURVEYS.exists():
        pytest.skip(f"no reference data in {SURVEYS}; set LANGNGHE_REFERENCE")
    table = read_table(SURVEYS / "pew_dec2013" / "dec13_excerpt.csv")
    return Table.of(without_na(column) for column in table.columns.values())


def without_na(column: Column) -> Column:
    """The file writes NA for a missing answer."""
    if column.kind != "text" or "NA" not in column.levels:
        return column
    gone = column.levels.index("NA")
    return Column.of_texts(column.name, [None if code in {gone, -1} else str(column.levels[code]) for code in column.codes])


def test_pew_weighted_figures(pew: Table) -> None:
    sample = Sample.of(pew, Design(weights="weight"))
    law, president = (proportion(sample, [name]) for name in ("q45", "q1"))
    shares = {
        (label.variable, label.level): 100 * share
        for found in (law, president)
        for label, share in zip(found.labels, found.estimate, strict=True)
    }
    assert [
        round(shares[key], 1) for key in (("q45", "Disapprove"), ("q45", "Approve"), ("q1", "Disapprove"), ("q1", "Approve"))
    ] == [54.2, 41.1, 48.8, 45.3]
    assert report_weights(sample.weights).effective_n == pytest.approx(1501, abs=0.5)


def test_pew_figures_and_errors_are_those_of_r(pew: Table) -> None:
    sample = Sample.of(pew, Design(weights="weight"))
    with (SURVEYS / "pew_dec2013" / "reference_R_survey_4.1.1.csv").open(encoding="utf-8") as lines:
        wanted = list(csv.DictReader(lines))
    for name in ("q1", "q45", "party"):
        found = proportion(sample, [name], deff="wr")
        place = {label.level: at for at, label in enumerate(found.labels)}
        assert found.deff is not None
        for row in (row for row in wanted if row["variable"] == name):
            at = place[row["level"]]
            assert found.estimate[at] == pytest.approx(float(row["estimate"]), rel=1e-9)
            assert found.se[at] == pytest.approx(float(row["se"]), rel=1e-9)


def test_pew_raked_weights(pew: Table) -> None:
    with (SURVEYS / "pew_dec2013" / "reference_raked_weights_R_survey.csv").open(encoding="utf-8") as lines:
        wanted = {float(row["psraid"]): float(row["rake_weight"]) for row in csv.DictReader(lines)}
    census = read_table(SURVEYS / "pew_dec2013" / "acs_2017_excerpt_margins.csv")
    kept = pew.take(np.flatnonzero(np.isin(pew["psraid"].numbers, list(wanted))))
    sample = Sample.of(kept, Design())
    margins = [margin(census, names, sample.rows) for names in (("recage",), ("sex", "receduc"))]
    raked = rake(sample, margins)
    ours = raked.weights / raked.weights.mean()
    theirs = np.array([wanted[number] for number in kept["psraid"].numbers])
    assert len(ours) == 1958
    assert np.abs(ours / (theirs / theirs.mean()) - 1).max() < 1e-4
    assert report_weights(ours).kish_deff == pytest.approx(1.137, abs=5e-4)


def margin(census: Table, names: tuple[str, ...], population: float) -> Margin:
    weights, counts = census["weight"].numbers, {}
    for row in range(census.rows):
        key = tuple(str(census[name].levels[census[name].codes[row]]) for name in names)
        counts[key] = counts.get(key, 0.0) + weights[row]
    whole = sum(counts.values())
    return Margin.of(names, {key: count / whole * population for key, count in counts.items()})
