"""The detectors on small series whose answer is known by hand, and on input that breaks them elsewhere."""

from __future__ import annotations

import numpy as np
import pytest

from nghe.errors import Fault
from nghe.signals.detectors import bayes, cusum, ears, farrington, harmonic, loglinear, tails
from nghe.signals.detectors.run import run
from nghe.signals.detectors.settings import read_control, unsupported
from nghe.signals.detectors.windows import blocks, years_back

IMPROVED = {"b": 3, "w": 3, "noPeriods": 10, "pThresholdTrend": 1, "pastWeeksNotIncluded": 26, "thresholdMethod": "nbPlugin",
            "alpha": 0.005}


def steady(weeks: int = 260, series: int = 6, *, mean: float = 8.0, seed: int = 3) -> np.ndarray:
    return np.random.default_rng(seed).poisson(mean, (weeks, series)).astype(float)


def test_tails_agree_with_sums_of_the_mass():
    from math import exp, lgamma, log

    mean, phi = 3.7, 2.2
    size = mean / (phi - 1)
    mass = [exp(lgamma(k + size) - lgamma(size) - lgamma(k + 1) + size * log(1 / phi) + k * log(1 - 1 / phi)) for k in range(60)]
    for count in (0, 1, 5, 12):
        assert tails.at_most(np.array(count), np.array(mean), np.array(phi)) == pytest.approx(sum(mass[: count + 1]), rel=1e-10)
        assert tails.at_least(np.array(count), np.array(mean), np.array(phi)) == pytest.approx(1 - sum(mass[:count]), rel=1e-9)


def test_quantile_is_the_smallest_count_that_reaches_the_level():
    mean, phi = np.array([0.0, 0.2, 5.0, 400.0, 1e7, 1e13]), np.array([1.0, 1.5, 1.0, 9.0, 2.0, 2.0])
    found = tails.quantile(0.995, mean, phi)
    assert (tails.at_most(found[:5], mean[:5], phi[:5]) >= 0.995 - 1e-9).all()
    assert (tails.at_most(found[1:5] - 1, mean[1:5], phi[1:5]) < 0.995).all()
    assert found[0] == 0
    assert found[5] > 1e13
    assert np.isnan(tails.quantile(0.9, np.array([np.nan, np.inf]), np.ones(2))).all()


def test_levels_and_slope_solve_the_score_equations():
    rng = np.random.default_rng(8)
    time, levels = np.arange(-60.0, 0), np.tile(np.arange(3), 20)
    plan = loglinear.design(time, levels, now=0.0, season=2)
    time, levels = time[plan.order], levels[plan.order]
    counts = rng.poisson(np.exp(1 + 0.01 * time + 0.3 * levels), (4, 60)).T.astype(float)
    weights = rng.uniform(0.3, 1.5, counts.shape)
    model = loglinear.fit(counts, weights, plan, trend=True)
    rest = weights * (counts - model.mean)
    assert np.abs(time @ rest).max() < 1e-5
    assert np.abs(np.array([rest[levels == level].sum(axis=0) for level in range(3)])).max() < 1e-8


def test_seasons_fill_the_year_between_windows():
    shape = blocks(400, years_back(400, b=2, frequency=52, dates=None), w=3, periods=10, left_out=26)
    assert max(shape.offsets) == -27
    assert min(shape.offsets) == -104 - 3
    assert shape.levels.count(9) == 14
    assert {shape.levels.count(level) for level in range(9)} <= {5, 6, 7, 8, 9, 10}


def test_calendar_keeps_week_53_aligned():
    dates = np.arange("2009-01-05", "2022-01-03", 7, dtype="datetime64[D]")
    now = int(np.searchsorted(dates, np.datetime64("2021-12-27")))
    back = [str(dates[index]) for index in years_back(now, b=5, frequency=52, dates=dates)]
    assert back == ["2020-12-28", "2019-12-30", "2018-12-24", "2017-12-25", "2016-12-26"]


@pytest.mark.parametrize("compat", [True, False])
def test_improved_farrington_finds_a_rise_and_little_else(compat):
    counts = steady()
    counts[250, 2] = 40
    found = run(read_control("farringtonFlexible", IMPROVED, compat=compat), counts, judged=np.arange(230, 260), frequency=52)
    assert found.alarm[20, 2]
    assert found.alarm.sum() <= 4
    assert (found.upper[found.judged_cells] > found.expected[found.judged_cells]).all()


def test_default_dispersion_keeps_a_trend_only_where_there_is_one():
    """R's working residuals keep a trend in nearly every Poisson series of mean 100; the right dispersion in one of twenty."""
    counts = steady(320, 120, mean=100.0)
    control = {"b": 5, "w": 3, "noPeriods": 1, "pThresholdTrend": 0.05}
    kept = [np.isfinite(run(read_control("farringtonFlexible", control, compat=compat), counts, judged=np.array([300]),
                            frequency=52).extra["trend"]).mean() for compat in (True, False)]
    assert kept[0] > 0.5
    assert kept[1] < 0.15


def test_ears_against_its_definition():
    counts = np.array([[3, 1, 4, 1, 5, 9, 2, 6, 5, 30]], dtype=float).T
    found = ears.detect(counts, judged=np.arange(7, 10), settings=ears.Ears("C1"))
    past = counts[2:9, 0]
    assert found.upper[2, 0] == pytest.approx(past.mean() + 3.0902323 * past.std(ddof=1))
    assert found.alarm[:, 0].tolist() == [False, False, True]


def test_cusum_adds_up_small_rises():
    counts = np.full((40, 1), 10.0)
    counts[30:] = 14
    found = cusum.detect(counts, judged=np.arange(20, 40), settings=cusum.Cusum(k=0.5, h=2.26, transform="rossi"))
    assert not found.alarm[:10].any()
    assert found.alarm[14:].all()
    assert (found.count[found.alarm] >= np.floor(found.upper[found.alarm])).all()


def test_cusum_in_compat_mode_knows_nothing_without_an_expected_count():
    """R divides by the root of 0: the sum is unknown from the first 0 on, the bound 0, no alarm; here the rise is found."""
    counts = np.array([[0.0], [0], [0], [9], [9]])
    judged = np.arange(2, 5)
    strict, kept = (cusum.detect(counts, judged=judged, settings=cusum.Cusum(compat=compat)) for compat in (True, False))
    assert not strict.alarm.any()
    assert np.isnan(strict.extra["score"]).all()
    assert strict.upper[1:].tolist() == [[0], [0]]
    assert kept.alarm.ravel().tolist() == [False, True, True]


def test_cusum_without_a_transform_prints_what_the_sum_still_lacks_in_compat_mode():
    counts, judged = np.array([[1.0], [1], [3], [4]]), np.arange(2, 4)
    found = cusum.detect(counts, judged=judged, settings=cusum.Cusum(k=1, h=4, transform="none", compat=True))
    assert found.upper.ravel().tolist() == [2, 0]
    assert found.alarm.ravel().tolist() == [False, True]


def test_in_compat_mode_a_gap_has_a_bound_and_no_alarm():
    counts = np.array([[3.0, 4, 2, 3, 5, 4, 3, np.nan, 9]]).T
    for detector, settings in ((ears, ears.Ears), (bayes, bayes.Bayes)):
        strict, kept = (run(settings(compat=compat), counts, judged=np.array([7]), frequency=52) for compat in (True, False))
        assert np.isfinite(strict.upper).all(), detector
        assert (strict.judged_cells.all(), kept.judged_cells.any(), strict.alarm.any()) == (True, False, False)


def test_in_compat_mode_a_gap_leaves_the_rule_on_few_cases_open_for_its_four_periods():
    rng = np.random.default_rng(4)
    counts = rng.poisson(9, (320, 1)).astype(float)
    counts[316] = np.nan
    strict, kept = (run(read_control("farringtonFlexible", {"b": 3}, compat=compat), counts, judged=np.arange(314, 320),
                        frequency=52).judged_cells[:, 0].tolist() for compat in (True, False))
    assert strict == [True, True, False, False, False, False]
    assert kept == [True, True, False, True, True, True]


def test_bayes_in_compat_mode_looks_past_the_judged_period_in_a_wide_window():
    """One year of 4 periods back and 6 around it reach two periods past the judged one."""
    counts = np.arange(20.0)[:, None]
    strict, kept = (bayes.detect(counts, judged=np.array([12]), frequency=4, settings=bayes.Bayes(
        b=1, w=6, this_year=False, compat=compat)) for compat in (True, False))
    assert strict.expected[0, 0] == pytest.approx((np.arange(2, 15).sum() + 0.5) / 13)
    assert kept.expected[0, 0] == pytest.approx((np.arange(2, 12).sum() + 0.5) / 10)


def test_bayes_bound_is_the_quantile_of_its_negative_binomial():
    counts = np.array([[2, 3, 1, 2, 4, 3, 9]], dtype=float).T
    found = bayes.detect(counts, judged=np.array([6]), frequency=52, settings=bayes.Bayes())
    assert found.upper[0, 0] == 6
    assert found.alarm[0, 0]


def test_reports_received_are_the_offset():
    """Twice the reports with twice the mentions is no signal; twice the mentions in as many reports is one."""
    rng = np.random.default_rng(5)
    reports = np.full((200, 2), 50.0)
    reports[198:, 0] = 150
    counts = rng.poisson(0.2 * reports).astype(float)
    counts[198:, 1] = 30
    found = harmonic.detect(counts, judged=np.array([199]), frequency=52, settings=harmonic.Harmonic(), reports=reports)
    assert found.alarm[0].tolist() == [False, True]
    assert found.expected[0] == pytest.approx([30, 10], rel=0.2)


def test_two_week_sums_find_what_one_week_does_not():
    rng = np.random.default_rng(2)
    counts = rng.poisson(10, (260, 40)).astype(float)
    counts[258:] = 18
    judged = np.array([259])
    both, single = (harmonic.detect(counts, judged=judged, frequency=52, settings=harmonic.Harmonic(sums=sums)).alarm.mean()
                    for sums in (2, 1))
    assert both > single


@pytest.mark.parametrize("method", ["farringtonFlexible", "farrington", "earsC", "cusum", "bayes"])
@pytest.mark.parametrize("shape", ["zeros", "enormous", "gaps", "short"])
def test_odd_series_end_in_no_exception(method, shape):
    counts = steady(330, 3)
    if shape == "zeros":
        counts[:] = 0
    if shape == "enormous":
        counts[200, 1] = 1e11
    if shape == "gaps":
        counts[150:170, 0] = np.nan
        counts[329, 1] = np.nan
    if shape == "short":
        counts = counts[:10]
    judged = np.arange(len(counts) - 2, len(counts))
    found = run(read_control(method, {}), counts, judged=judged, frequency=52)
    assert found.alarm.shape == (2, 3)
    if shape == "zeros":
        assert not found.alarm.any()
    if shape == "gaps":
        assert not found.judged_cells[1, 1]
    if shape == "short" and method.startswith("farrington"):
        assert not found.judged_cells.any()


@pytest.mark.parametrize("shape", ["zeros", "enormous", "gaps", "short"])
def test_default_detector_takes_odd_series(shape):
    counts = steady(200, 3)
    if shape == "zeros":
        counts[:] = 0
    if shape == "enormous":
        counts[100, 1] = 1e11
    if shape == "gaps":
        counts[100:120, 0] = np.nan
    if shape == "short":
        counts = counts[:10]
    found = harmonic.detect(counts, judged=np.array([len(counts) - 1]), frequency=52, settings=harmonic.Harmonic())
    assert not found.alarm.any()
    assert found.judged_cells.any() == (shape not in {"zeros", "short"})


def test_one_enormous_week_does_not_hide_the_next_rise():
    counts = steady(260, 1)
    counts[200, 0] = 5_000
    counts[258:, 0] = 40
    found = harmonic.detect(counts, judged=np.array([259]), frequency=52, settings=harmonic.Harmonic())
    assert found.alarm[0, 0]
    assert found.expected[0, 0] < 25


@pytest.mark.parametrize(("method", "control", "where"), [
    ("farringtonFlexible", {"noPeriod": 10}, "noPeriod"),
    ("farringtonFlexible", {"alpha": 2}, "alpha"),
    ("farringtonFlexible", {"b": 2.5}, "b"),
    ("farringtonFlexible", {"thresholdMethod": "gamma"}, "thresholdMethod"),
    ("earsC", {"method": "C4"}, "method"),
    ("cusum", {"trans": "log"}, "trans"),
    ("glrnb", {}, "glrnb"),
])
def test_unknown_settings_are_named(method, control, where):
    with pytest.raises(Fault) as caught:
        read_control(method, control)
    assert caught.value.where == where
    assert unsupported(method, control)


def test_population_offset_needs_a_population():
    with pytest.raises(Fault, match="there is no population"):
        run(read_control("farringtonFlexible", {"populationOffset": True}), steady(), judged=np.array([259]), frequency=52)


def test_population_offset_follows_the_population():
    counts = np.vstack([steady(300, 1, mean=10.0), steady(20, 1, mean=40.0)])
    population = np.vstack([np.full((300, 1), 1e5), np.full((20, 1), 4e5)])
    plain, offset = (run(read_control("farringtonFlexible", {**IMPROVED, "populationOffset": use, "trend": False}), counts,
                         judged=np.array([319]), frequency=52, population=population) for use in (False, True))
    assert plain.alarm[0, 0]
    assert not offset.alarm[0, 0]
    assert offset.expected[0, 0] == pytest.approx(40, rel=0.1)


def test_too_many_seasons_for_the_year():
    with pytest.raises(Fault, match="do not fit"):
        run(read_control("farringtonFlexible", {"b": 2, "w": 3, "noPeriods": 60}), steady(), judged=np.array([259]), frequency=52)


def test_cusum_needs_successive_periods():
    with pytest.raises(Fault, match="successive"):
        cusum.detect(steady(), judged=np.array([100, 102]), settings=cusum.Cusum())


def test_farrington_settings_by_default_are_those_of_the_papers():
    assert read_control("farrington", {}) == farrington.Farrington(weights_threshold=1.0, left_out=3, two_sided=True)
    assert read_control("farringtonFlexible", {}) == farrington.Farrington()
