"""What must not matter does not: order of rows, shards, scale of weights, names of units; and what must add up does."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nghe.survey import Design, Estimates, Replicates, Sample, Table, fill, fill_codes, mean, proportion, ratio, shares, total
from nghe.survey.cube import cell_codes
from nghe.survey.data.column import Column
from nghe.survey.invented import DESIGN, invent_survey
from nghe.survey.tables import share_tables

SEEDS = st.integers(0, 10_000)


def close(one: Estimates, other: Estimates, relative: float = 1e-13, *, floor: float = 1e-15) -> None:
    """Estimates and standard errors agree relative to their size; one that is nought but for rounding is nought."""
    assert np.abs(one.estimate - other.estimate).max() <= relative * np.abs(other.estimate).max()
    assert (np.abs(one.se - other.se) <= relative * other.se + floor * np.abs(other.estimate)).all()


def made(seed: int, rows: int = 400) -> Table:
    return invent_survey(rows, seed=seed, strata=4, communes=3, questions=2)


def statistics(sample: Sample) -> list[Estimates]:
    return [
        mean(sample, ["score"]),
        proportion(sample, ["q1"], by=["sex"], na_rm=True),
        ratio(sample, "score", "w"),
        proportion(sample.subset([{"column": "age", "op": "==", "value": "60+"}]), ["q2"], na_rm=True),
    ]


@given(SEEDS)
@settings(max_examples=15, deadline=None)
def test_the_order_of_rows_does_not_matter(seed: int) -> None:
    table = made(seed)
    order = np.random.default_rng(seed).permutation(table.rows)
    for one, other in zip(statistics(Sample.of(table.take(order), DESIGN)), statistics(Sample.of(table, DESIGN)), strict=True):
        close(one, other)


@given(SEEDS, st.floats(1e-6, 1e6))
@settings(max_examples=15, deadline=None)
def test_the_scale_of_weights_does_not_matter(seed: int, scale: float) -> None:
    table = made(seed)
    scaled = Table.of(
        [column if name != "w" else Column.of_numbers("w", column.numbers * scale) for name, column in table.columns.items()]
    )
    for one, other in zip(statistics(Sample.of(scaled, DESIGN)), statistics(Sample.of(table, DESIGN)), strict=True):
        if one.labels[0].variable != "score/w":
            close(one, other)
    close(total(Sample.of(scaled, DESIGN), ["score"]), times(total(Sample.of(table, DESIGN), ["score"]), scale))


def times(found: Estimates, scale: float) -> Estimates:
    return replace(found, estimate=found.estimate * scale, covariance=found.covariance * scale**2)


@given(SEEDS, st.integers(2, 7))
@settings(max_examples=15, deadline=None)
def test_shards_add_up(seed: int, parts: int) -> None:
    sample = Sample.of(made(seed), DESIGN)
    code, shape = cell_codes(sample, ["sex", "q1"])
    shard = np.random.default_rng(seed).integers(0, parts, sample.rows)
    whole = shares(fill(sample, ["sex", "q1"]), 2)
    cubes = [fill_codes(sample, np.where(shard == part, code, -1), shape) for part in range(parts)]
    joined = cubes[0]
    for cube in cubes[1:]:
        joined = joined + cube
    again = shares(joined, 2)
    assert np.abs(again.share - whole.share).max() < 1e-13
    assert np.abs(again.variances() / whole.variances() - 1).max() < 1e-12
    assert (joined.counts == whole.cube.counts).all()
    assert (joined.n_psu == whole.cube.n_psu).all()


@given(SEEDS)
@settings(max_examples=10, deadline=None)
def test_names_of_units_do_not_matter(seed: int) -> None:
    table = made(seed)
    names = [
        f"commune {stratum:g}/{9 - commune:g}"
        for stratum, commune in zip(table["stratum"].numbers, table["commune"].numbers, strict=True)
    ]
    named = table.with_columns(Column.of_texts("name", names))
    for one, other in zip(
        statistics(Sample.of(named, replace(DESIGN, ids=("name",), nest=False))),
        statistics(Sample.of(table, DESIGN)),
        strict=True,
    ):
        close(one, other)


@given(SEEDS)
@settings(max_examples=10, deadline=None)
def test_shares_of_a_question_add_to_one_and_their_covariances_to_nought(seed: int) -> None:
    found = proportion(Sample.of(made(seed), DESIGN), ["q1"], na_rm=True)
    assert found.estimate.sum() == pytest.approx(1, abs=1e-14)
    assert np.abs(found.covariance.sum(axis=0)).max() < 1e-16
    assert np.linalg.eigvalsh(found.covariance).min() > -1e-15


@given(SEEDS)
@settings(max_examples=10, deadline=None)
def test_many_tables_at_once_are_the_tables_one_by_one(seed: int) -> None:
    sample = Sample.of(made(seed), DESIGN).subset([{"column": "age", "op": "!=", "value": "60+"}])
    for table in share_tables(sample, ["q1", "q2", "area"], ["sex", "age", "area"]):
        wanted = proportion(sample, [table.question], by=[table.banner], na_rm=True)
        place = {(label.level, *label.group.values()): at for at, label in enumerate(wanted.labels)}
        for row, group in enumerate(table.groups):
            for column, level in enumerate(table.levels):
                at = place.get((level, group))
                if at is None:
                    assert table.base[row] == 0
                else:
                    assert table.share[row, column] == pytest.approx(wanted.estimate[at], rel=1e-13, abs=1e-15)
                    assert table.se[row, column] == pytest.approx(wanted.se[at], rel=1e-11, abs=1e-15)
                    assert table.base[row] == wanted.n[at]


@given(SEEDS)
@settings(max_examples=8, deadline=None)
def test_the_jackknife_of_a_total_is_its_linearised_variance(seed: int) -> None:
    table = made(seed)
    jackknife = Sample.of(table, replace(DESIGN, replicates=Replicates("JKn", mse=True)))
    close(total(jackknife, ["score"]), total(Sample.of(table, DESIGN), ["score"]), 1e-10)


def test_a_bootstrap_is_made_again_by_its_seed() -> None:
    table = made(3)
    one, same, other = (
        mean(Sample.of(table, replace(DESIGN, replicates=Replicates("bootstrap", replicates=60, seed=seed))), ["score"]).se[0]
        for seed in (1, 1, 2)
    )
    assert one == same
    assert one != other


def test_many_bootstrap_replicates_come_near_the_linearised_error() -> None:
    table = invent_survey(3000, seed=5, strata=10, communes=12, questions=1)
    boot = mean(Sample.of(table, replace(DESIGN, replicates=Replicates("bootstrap", replicates=2000, seed=9))), ["score"]).se[0]
    assert boot == pytest.approx(mean(Sample.of(table, DESIGN), ["score"]).se[0], rel=0.08)


def test_balanced_half_samples_give_the_linearised_variance_of_a_total() -> None:
    table = invent_survey(500, seed=8, strata=7, communes=2, questions=1)
    for words in (Replicates("BRR"), Replicates("Fay", rho=0.3)):
        close(
            total(Sample.of(table, replace(DESIGN, replicates=words)), ["score"]),
            total(Sample.of(table, DESIGN), ["score"]),
            1e-10,
        )


def test_a_domain_keeps_the_design() -> None:
    """Rows out of the design make another standard error; a domain does not forget the communes without its people."""
    table = invent_survey(300, seed=11, strata=5, communes=4, questions=1)
    old = [{"column": "age", "op": "==", "value": "60+"}]
    kept = total(Sample.of(table, DESIGN).subset(old), ["score"])
    dropped = total(
        Sample.of(
            table, Design(**{**DESIGN.to_dict(), "drop": [{"column": "age", "op": "in", "value": ["18-29", "30-44", "45-59"]}]})
        ),
        ["score"],
    )
    assert kept.estimate[0] == pytest.approx(dropped.estimate[0])
    assert kept.se[0] != pytest.approx(dropped.se[0], rel=1e-3) or kept.df == kept.design_df


RANGES = [(0, 3), (1, 5), (-2, 2), (0, 126), (1, 127), (0, 200), (-40_000, 40_000)]
FITTING = [
    (kind, low, high)
    for kind in (np.int8, np.uint8, np.int16, np.int64)
    for low, high in RANGES
    if low >= np.iinfo(kind).min and high <= np.iinfo(kind).max
]


@pytest.mark.parametrize(("kind", "low", "high"), FITTING)
def test_whole_numbers_of_any_width_are_coded_alike(kind: type, low: int, high: int) -> None:
    values = np.array([high, low, (low + high) // 2, low], dtype=kind)
    column, plain = Column.of_numbers("x", values), Column.of_numbers("x", values.astype(float))
    assert column.levels == plain.levels
    assert column.codes.tolist() == plain.codes.tolist()
    table = Table.of([column, Column.of_numbers("w", np.array([1.0, 2.0, 3.0, 4.0]))])
    assert shares(fill(Sample.of(table, Design(weights="w")), ["x"])).share.sum() == pytest.approx(1)


def test_many_levels_in_narrow_codes() -> None:
    names = [f"level {number:03}" for number in range(127)]
    column = Column.of_codes("x", np.arange(127, dtype=np.int8), names)
    found = proportion(Sample.of(Table.of([column]), Design()), ["x"])
    assert found.estimate == pytest.approx(np.full(127, 1 / 127))
