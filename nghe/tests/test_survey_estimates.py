"""Estimates by hand: small designs whose variances can be written down, and what the results carry with them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from nghe.errors import Fault
from nghe.survey import (
    PPS,
    Design,
    Margin,
    Replicates,
    Sample,
    Table,
    adjust_nonresponse,
    calibrate,
    compare_means,
    count,
    effective_size,
    mean,
    poststratify,
    proportion,
    rake,
    ratio,
    regress,
    share_interval,
    tally,
    total,
    trim,
)
from nghe.survey.estimates.trend import trend
from nghe.survey.invented import DESIGN, invent_survey
from nghe.survey.presentation import estimate_warnings, presentation_rule, unit_warnings
from nghe.survey.small_area import fay_herriot
from nghe.survey.weights.diagnostics import check_margins, kish_deff, report_weights


@pytest.fixture(scope="module")
def sample() -> Sample:
    return Sample.of(invent_survey(1200, seed=21, strata=8, communes=5, questions=3), DESIGN)


def plain(y: list[float], **words: Any) -> Sample:
    return Sample.of(Table.from_columns({"y": np.array(y), "N": np.full(len(y), 20.0)}), Design(**words))


# variances by hand


def test_a_simple_random_sample() -> None:
    y = [3.0, 5.0, 4.0, 8.0, 1.0]
    found = mean(plain(y), ["y"])
    assert found.se[0] ** 2 == pytest.approx(np.var(y, ddof=1) / 5)
    assert found.df == 4
    finite = mean(plain(y, fpc=("N",), weights_from="fpc"), ["y"])
    assert finite.se[0] ** 2 == pytest.approx(np.var(y, ddof=1) / 5 * (1 - 5 / 20))
    assert total(plain(y, fpc=("N",), weights_from="fpc"), ["y"]).estimate[0] == pytest.approx(4 * sum(y))


def test_two_stages_add_up_by_hand() -> None:
    y = np.array([[3.0, 5.0], [4.0, 8.0], [1.0, 2.0]])
    table = Table.from_columns(
        {"y": y.ravel(), "psu": np.repeat([1, 2, 3], 2), "N": np.full(6, 9.0), "M": np.full(6, 5.0), "row": np.arange(6)}
    )
    found = total(Sample.of(table, Design(ids=("psu", "row"), fpc=("N", "M"), weights_from="fpc")), ["y"])
    between = 9**2 * (1 - 3 / 9) * np.var(2.5 * y.sum(axis=1), ddof=1) / 3
    within = 9 / 3 * (5**2 * (1 - 2 / 5) * y.var(axis=1, ddof=1) / 2).sum()
    assert found.estimate[0] == pytest.approx(3 * 2.5 * y.sum())
    assert found.se[0] ** 2 == pytest.approx(between + within)


def test_joint_probabilities_of_a_simple_random_sample_are_its_own_variance() -> None:
    y, n, size = np.array([3.0, 5.0, 4.0, 8.0, 1.0]), 5, 20
    joint = np.full((n, n), n * (n - 1) / (size * (size - 1)))
    np.fill_diagonal(joint, n / size)
    table = Table.from_columns({"y": y, "p": np.full(n, n / size)})
    wanted = size**2 * (1 - n / size) * np.var(y, ddof=1) / n
    for method in ("horvitz-thompson", "yates-grundy"):
        found = total(Sample.of(table, Design(weights_from="prob", pps=PPS(method, "p", joint))), ["y"])
        assert found.se[0] ** 2 == pytest.approx(wanted)
    brewer = total(Sample.of(table, Design(weights_from="prob", pps=PPS("brewer", "p"))), ["y"])
    assert brewer.se[0] ** 2 == pytest.approx(wanted)


def test_a_ratio_is_its_linearised_form(sample: Sample) -> None:
    found = ratio(sample, "score", "w")
    table = sample.table
    rest = table["score"].numbers - found.estimate[0] * table["w"].numbers
    whole = total(Sample.of(table.with_columns(*Table.from_columns({"rest": rest}).columns.values()), DESIGN), ["rest"])
    assert found.se[0] == pytest.approx(whole.se[0] / (sample.weights @ table["w"].numbers), rel=1e-12)


def test_a_regression_on_nothing_is_the_mean_and_on_a_group_the_difference(sample: Sample) -> None:
    by = mean(sample, ["score"], by=["sex"])
    difference = by.contrast({"male - female": np.array([-1.0, 1.0])})
    test = compare_means(sample, "score", "sex", ["female", "male"])
    fit = regress(sample, "score", [{"columns": ["sex"], "categorical": True, "reference": "female"}])
    for found, se in ((test.estimate, test.se), (fit.coefficients.estimate[1], fit.coefficients.se[1])):
        assert (found, se) == (pytest.approx(difference.estimate[0]), pytest.approx(difference.se[0], rel=1e-9))
    assert fit.df_residual == sample.df - 1


def test_a_logistic_regression_on_a_group_is_its_log_odds(sample: Sample) -> None:
    where = {"where": [{"column": "q1", "op": "==", "value": "answer 3"}], "missing": "na"}
    fit = regress(
        sample,
        where,
        [{"columns": ["sex"], "categorical": True, "reference": "female"}],
        family="quasibinomial",
        link="logit",
        na_rm=True,
    )
    p = proportion(sample, ["q1"], by=["sex"], na_rm=True).where(lambda label: label.level == "answer 3").estimate
    odds = np.log(p / (1 - p))
    assert fit.coefficients.estimate == pytest.approx([odds[0], odds[1] - odds[0]])


def test_a_model_that_cannot_be_fitted_says_so(sample: Sample) -> None:
    with pytest.raises(Fault, match="determine each other"):
        regress(sample, "score", [{"columns": ["w"], "categorical": False}, {"columns": ["w"], "categorical": False}])
    with pytest.raises(Fault, match="between 0 and 1"):
        regress(sample, "score", [{"columns": ["w"], "categorical": False}], family="quasibinomial", link="logit")


# trend, tally, presentation


def test_waves_that_share_communes_are_correlated() -> None:
    one = invent_survey(600, seed=3, strata=6, communes=5, questions=1)
    waves = Table.from_columns({"wave": np.arange(600) % 3})
    found = trend(Sample.of(one.with_columns(*waves.columns.values()), DESIGN), "score", wave="wave")
    variances, covariances = np.diag(found.waves.covariance), found.waves.covariance
    assert found.changes.se[0] ** 2 == pytest.approx(variances[0] + variances[1] - 2 * covariances[0, 1])
    assert abs(covariances[0, 1]) > 1e-6
    assert found.slope.estimate[0] == pytest.approx((found.waves.estimate[2] - found.waves.estimate[0]) / 2)
    assert [label.variable for label in found.changes.labels] == ["1 - 0", "2 - 1"]


def test_a_trend_needs_two_numbered_waves(sample: Sample) -> None:
    for wave, words in (("sex", "numbers in the order"), ("one", "one wave only")):
        more = sample.table.with_columns(*Table.from_columns({"one": np.ones(sample.rows)}).columns.values())
        with pytest.raises(Fault, match=words):
            trend(Sample.of(more, DESIGN), "score", wave=wave)


def test_a_tally_counts_sheets(sample: Sample) -> None:
    rows = tally(sample, ["q1"], by=["sex"])
    assert sum(number for _, number, _ in rows) == int((~sample.table["q1"].missing).sum())
    assert {base for label, _, base in rows if label.group == {"sex": "female"}} == {
        int((~sample.table["q1"].missing)[sample.table["sex"].codes == 0].sum())
    }


@pytest.mark.parametrize(
    ("share", "se", "n", "df", "verdict", "words"),
    [
        (0.40, 0.02, 600, 40, "show", ""),
        (0.40, 0.10, 600, 40, "withhold", "effective base"),
        (0.02, 0.012, 600, 40, "withhold", "130 %"),
        (0.40, 0.02, 25, 40, "withhold", "effective base 25"),
        (0.40, 0.02, 600, 5, "review", "degrees of freedom"),
        (1.0, 0.0, 600, 40, "review", "0 % or 100 %"),
    ],
)
def test_the_presentation_rule(share: float, se: float, n: int, df: float, verdict: str, words: str) -> None:
    judged = presentation_rule(np.array([share]), np.array([se]), np.array([n]), df)[0]
    assert judged.verdict == verdict
    assert words in " ".join(judged.reasons)


def test_few_and_unequal_units_carry_a_warning(sample: Sample) -> None:
    assert unit_warnings(sample) == ()
    assert "few units" in unit_warnings(Sample.of(invent_survey(200, seed=1, strata=2, communes=3, questions=1), DESIGN))[0]
    lopsided = np.repeat(np.arange(20), [400, *[5] * 19])
    table = Table.from_columns(
        {"unit": lopsided, "y": np.where(lopsided == 0, "a", np.where(np.arange(len(lopsided)) % 2, "a", "b")).tolist()}
    )
    found = Sample.of(table, Design(ids=("unit",)))
    assert "unequal units" in unit_warnings(found)[0]
    assert "few units carry it" in estimate_warnings(proportion(found, ["y"]))[0][0]


# intervals


def test_intervals_of_every_method_hold_the_share_and_widen_with_the_level() -> None:
    share, se, n = np.array([0.05, 0.5, 0.97]), np.array([0.02, 0.03, 0.01]), np.array([400, 400, 400])
    for method in ("korn-graubard", "logit", "xlogit", "wilson", "mean", "asin", "likelihood"):
        low, high = share_interval(share, se, n, 30, method=method)
        wide_low, wide_high = share_interval(share, se, n, 30, method=method, level=0.99)
        assert (low < share).all()
        assert (share < high).all()
        assert (wide_low < low).all()
        assert (high < wide_high).all()
    assert effective_size(share, se)[1] == pytest.approx(0.25 / 0.0009)
    with pytest.raises(Fault, match="say one of"):
        share_interval(share, se, n, 30, method="exact")


@pytest.mark.parametrize("method", ["korn-graubard", "logit", "xlogit", "wilson", "mean", "asin", "likelihood"])
def test_a_share_that_weighting_fixes_is_its_own_interval(method: str) -> None:
    low, high = share_interval(np.array([0.3]), np.zeros(1), np.array([50]), 20, method=method)
    assert (low[0], high[0]) == (pytest.approx(0.3), pytest.approx(0.3))


def test_each_group_sees_its_own_lonely_units() -> None:
    """Under `average` a group leaves out the strata that it has no rows in; the groups together do not."""
    rows = {
        "s": [1, 1, 1, 1, 2, 2, 2, 2, 3, 3],
        "u": [1, 1, 2, 2, 3, 3, 4, 4, 5, 5],
        "g": ["a", "b"] * 4 + ["a", "a"],
        "y": [1.0, 4.0, 2.0, 2.0, 5.0, 1.0, 3.0, 2.0, 7.0, 6.0],
    }
    sample = Sample.of(Table.from_columns(rows), Design(ids=("u",), strata=("s",), lonely_psu="average"))
    found = mean(sample, ["y"], by=["g"])
    alone = [mean(sample.subset([{"column": "g", "op": "==", "value": group}]), ["y"]).se[0] for group in ("a", "b")]
    assert found.se == pytest.approx(alone)
    assert found.covariance[1, 1] == pytest.approx(1.5 * found.se[1] ** 2)


def test_a_replicate_without_rows_of_a_domain_takes_no_part() -> None:
    columns = {"u": [1, 1, 2, 2, 3, 3], "d": ["x", "y", "y", "y", "y", "y"], "y": [1.0, 2.0, 4.0, 3.0, 6.0, 5.0]}
    sample = Sample.of(Table.from_columns(columns), Design(ids=("u",), replicates=Replicates("JK1", mse=True)))
    found = mean(sample, ["y"], by=["d"])
    assert np.isfinite(found.covariance).all()
    assert found.se[0] == 0.0
    assert "some replicates" in found.warnings[0]
    alone = sample.subset([{"column": "d", "op": "==", "value": "x"}])
    assert mean(alone, ["y"]).se[0] == 0.0
    assert "replicates without rows of the domain: 1" in " ".join(unit_warnings(alone))


# weighting


def test_raking_reaches_its_margins_and_keeps_ratios_within_cells(sample: Sample) -> None:
    margins = [
        Margin.of("sex", {"female": 600.0, "male": 400.0}),
        Margin.of("age", {"18-29": 200.0, "30-44": 300.0, "45-59": 300.0, "60+": 200.0}),
    ]
    raked = rake(sample, margins)
    for margin in check_margins(sample, raked, margins):
        assert margin.after == pytest.approx(margin.target, rel=1e-12)
    same = calibrate(sample, margins=margins, calfun="raking")
    assert np.abs(raked.weights / same.weights - 1).max() < 1e-9
    known = count(raked, ["sex"])
    assert known.se.max() < 1e-9 * known.estimate.max()
    assert raked.done[0]["method"] == "rake"


def test_calibration_within_bounds(sample: Sample) -> None:
    totals = [
        {"intercept": True, "total": sample.weights.sum() * 1.02},
        {"column": "score", "total": sample.weights @ sample.table["score"].numbers * 1.05},
    ]
    for calfun in ("linear", "raking", "logit"):
        found = calibrate(sample, totals=totals, calfun=calfun, bounds=(0.8, 1.3))
        change = found.weights / sample.weights
        assert (change >= 0.8 - 1e-12).all()
        assert (change <= 1.3 + 1e-12).all()
        assert found.weights @ sample.table["score"].numbers == pytest.approx(totals[1]["total"], rel=1e-9)


def test_nonresponse_gives_weights_to_those_who_answered(sample: Sample) -> None:
    answered = ~sample.table["q1"].missing
    found = adjust_nonresponse(sample, answered, ["stratum"])
    assert found.weights.sum() == pytest.approx(sample.weights.sum())
    assert (found.weights[~answered] == 0).all()
    for stratum in range(8):
        rows = sample.table["stratum"].codes == stratum
        assert found.weights[rows].sum() == pytest.approx(sample.weights[rows].sum())
    assert proportion(found, ["q1"], na_rm=True).n.max() == answered.sum()


def test_a_cell_where_nobody_responded_is_named(sample: Sample) -> None:
    with pytest.raises(Fault, match="merge the cell") as fault:
        adjust_nonresponse(sample, sample.table["sex"].codes == 0, ["sex", "age"])
    assert fault.value.where.startswith("sex = male")


def test_trimming_keeps_the_sum(sample: Sample) -> None:
    found = trim(sample, lower=0.8, upper=3.0, strict=True)
    assert found.weights.sum() == pytest.approx(sample.weights.sum())
    assert found.weights.max() <= 3.0 + 1e-12


def test_diagnostics_of_weights() -> None:
    report = report_weights(np.array([1.0, 1.0, 4.0, 0.0]))
    assert (report.rows, report.zero, report.sum, report.ratio) == (3, 1, 6.0, 4.0)
    assert report.kish_deff == pytest.approx(3 * 18 / 36)
    assert report.effective_n == pytest.approx(2.0)
    assert report.cv == pytest.approx(np.std([1, 1, 4]) / 2)
    assert kish_deff(np.full(5, 2.0)) == 1.0


def test_post_stratified_replicates_are_weighted_anew(sample: Sample) -> None:
    from nghe.survey import Replicates

    margin = Margin.of("sex", {"female": 700.0, "male": 500.0})
    jackknife = poststratify(Sample.of(sample.table, replace(DESIGN, replicates=Replicates("JKn"))), margin)
    assert count(jackknife, ["sex"]).se.max() < 1e-9
    assert mean(jackknife, ["score"]).se[0] == pytest.approx(mean(poststratify(sample, margin), ["score"]).se[0], rel=0.05)


def test_weights_are_made_for_the_whole_sample(sample: Sample) -> None:
    with pytest.raises(Fault, match="whole sample"):
        rake(sample.subset([{"column": "sex", "op": "==", "value": "male"}]), [Margin.of("sex", {"male": 1.0})])


# small areas


def test_small_areas_lie_between_the_direct_and_the_synthetic() -> None:
    random = np.random.default_rng(4)
    x = np.column_stack([np.ones(200), random.normal(size=200)])
    truth = x @ [10.0, 2.0] + random.normal(scale=1.5, size=200)
    variance = random.uniform(0.5, 3.0, 200)
    direct = truth + random.normal(size=200) * np.sqrt(variance)
    direct[7] = np.nan
    found = fay_herriot(direct, variance, x)
    synthetic = x @ found.beta
    inside = ~np.isnan(direct)
    assert found.estimate[inside] == pytest.approx((found.weight * direct + (1 - found.weight) * synthetic)[inside])
    assert found.estimate[7] == synthetic[7]
    assert (found.mse[inside] < variance[inside] * 1.05).all()
    assert np.mean((found.estimate - truth)[inside] ** 2) < np.mean((direct - truth)[inside] ** 2)


def test_prediction_limits_of_small_areas_hold_what_they_say() -> None:
    held, between, gaps = [], [], []
    for seed in range(60):
        random = np.random.default_rng(seed)
        x = np.column_stack([np.ones(100), random.normal(size=100)])
        truth = x @ [10.0, 2.0] + random.normal(scale=1.5, size=100)
        variance = random.uniform(0.5, 3.0, 100)
        found = fay_herriot(truth + random.normal(size=100) * np.sqrt(variance), variance, x)
        low, high = found.prediction_limits()
        held.append(np.mean((low < truth) & (truth < high)))
        between.append(found.between)
        gaps.append(np.mean((found.estimate - truth) ** 2) / np.mean(found.mse))
    assert np.mean(held) == pytest.approx(0.95, abs=0.015)
    assert np.mean(between) == pytest.approx(1.5**2, rel=0.1)
    assert np.mean(gaps) == pytest.approx(1.0, abs=0.1)


def test_small_areas_that_cannot_be_estimated() -> None:
    with pytest.raises(Fault, match="variance above 0"):
        fay_herriot(np.arange(5.0), np.array([1.0, 1, 0, 1, 1]), np.ones((5, 1)))
    with pytest.raises(Fault, match="cannot carry"):
        fay_herriot(np.arange(3.0), np.ones(3), np.column_stack([np.ones(3), np.arange(3), np.arange(3) ** 2]))


def test_a_share_that_goes_with_the_size_of_units_is_warned_of_sooner() -> None:
    sizes = np.tile([10, 14, 18, 22, 26, 30], 3)
    unit = np.repeat(np.arange(18), sizes)
    place = np.concatenate([np.arange(size) for size in sizes])
    turn = np.random.default_rng(5).permutation(18)
    found = {}
    for name, tenths in (("with size", sizes), ("as it falls", sizes[turn])):
        answers = np.where(place * 40 < tenths[unit] * sizes[unit], "yes", "no")
        sample = Sample.of(Table.from_columns({"unit": unit, "y": answers}), Design(ids=("unit",)))
        found[name] = proportion(sample, ["y"])
    assert found["with size"].size_t is not None
    assert found["as it falls"].size_t is not None
    assert found["with size"].size_t.min() > 5
    assert found["as it falls"].size_t.max() < 1.25
    between = [replace(one, unit_df=np.full(2, 15.0)) for one in found.values()]
    assert [bool(estimate_warnings(one)[0]) for one in between] == [True, False]
    assert all(estimate_warnings(replace(one, unit_df=np.full(2, 10.0)))[0] for one in between)


def test_units_of_one_size_have_no_size_to_go_with() -> None:
    table = Table.from_columns({"unit": np.repeat(np.arange(6), 3), "y": ["a", "b", "b"] * 3 + ["a"] * 9})
    found = proportion(Sample.of(table, Design(ids=("unit",))), ["y"])
    assert found.size_t is not None
    assert found.size_t.tolist() == [0, 0]
