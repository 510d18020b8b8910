"""The improved Farrington detector (Noufaily et al. 2013; Salmon, Schumacher & Höhle 2016) and that of 1996, over all series at
once.

Of each judged period a quasi-Poisson model is fitted to its baseline, past peaks are weighted down by their Anscombe residuals,
the trend is kept only where it may be (three years of history, significant, no expected count above all that was seen), and the
count is held against a bound: the transformed-normal one of 1996 (`delta`), a negative-binomial quantile at the expected count
(`nbPlugin`), or at the upper limit of the expected count (`muan`).

`compat=True` reproduces R `surveillance`: after reweighting its trend test and standard errors use a wrong dispersion (squared
working residuals under the prior weights). The default uses the Pearson dispersion of the weighted fit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import special

from nghe.signals.detectors import loglinear, tails
from nghe.signals.detectors.irls import fit_as_glm
from nghe.signals.detectors.result import Detection, empty, recent_cases
from nghe.signals.detectors.windows import Blocks, Dates, alike

Array = NDArray[np.float64]
Rows = NDArray[np.intp]
AT_ONCE = 90_000
"""Points of baselines fitted at once: enough that a call costs little per series, few enough for the processor's cache."""
POWERS = {"none": 1.0, "1/2": 0.5, "2/3": 2 / 3}


@dataclass(frozen=True, slots=True)
class Farrington:
    """Settings of both detectors, under the names of R's control object in `settings.py`. `two_sided`: the bound of 1996."""

    b: int = 5
    w: int = 3
    periods: int = 1
    left_out: int | None = None
    """Newest periods not used; None: w."""
    reweight: bool = True
    weights_threshold: float = 2.58
    trend: bool = True
    p_trend: float = 0.05
    limit54: tuple[float, int] = (5, 4)
    power: Literal["2/3", "1/2", "none"] = "2/3"
    bound: Literal["delta", "nbPlugin", "muan"] = "delta"
    alpha: float = 0.05
    offset: bool = False
    two_sided: bool = False
    compat: bool = False


@dataclass(slots=True)
class _Answer:
    """Per cell: what the bound is made of. `dispersion` is that of standard errors, `phi` that of the counts (at least 1), `keep`
    whether the trend is significant.
    """

    expected: Array
    spread: Array
    dispersion: Array
    phi: Array
    slope: Array
    keep: NDArray[np.bool_]
    fitted: NDArray[np.bool_]

    def take(self, rows: NDArray[np.bool_], other: _Answer) -> None:
        for name in ("expected", "spread", "dispersion", "phi", "slope", "keep", "fitted"):
            getattr(self, name)[rows] = getattr(other, name)


def detect(counts: Array, *, judged: Rows, frequency: int, settings: Farrington, dates: Dates | None = None,
           population: Array | None = None) -> Detection:
    """Judge the periods `judged` (indexes) of `counts` (T x S; nan is a gap, left out of the baseline and not judged).

    `dates` (T, one per period) makes the baseline follow the calendar. `population` (T x S, > 0) is used as offset if the
    settings say so. `extra` of the answer: `phi` and `trend` (slope of the log mean per period; nan where no trend was kept).
    """
    answer = empty(judged, counts)
    answer.extra.update({name: np.full(answer.count.shape, np.nan) for name in ("phi", "trend")})
    place = {int(now): row for row, now in enumerate(judged)}
    shapes = alike([int(now) for now in judged], b=settings.b, w=settings.w, periods=settings.periods, frequency=frequency,
                   left_out=settings.w if settings.left_out is None else settings.left_out, dates=dates)
    for shape, times in shapes.items():
        weeks = np.repeat(np.array(times), counts.shape[1])
        series = np.tile(np.arange(counts.shape[1]), len(times))
        rows = np.array([place[int(week)] for week in weeks])
        step = max(AT_ONCE // len(shape.offsets), 1)
        for start in range(0, len(weeks), step):
            part = slice(start, start + step)
            model = _model(counts, weeks[part], series[part], shape, settings, population)
            _judge(answer, rows[part], series[part], model, settings)
    return _decide(answer, counts, settings)


def _model(counts: Array, weeks: Rows, series: Rows, shape: Blocks, settings: Farrington, population: Array | None) -> _Answer:
    """Fit the cells (week, series) of one shape of baseline, with the rules on the trend."""
    offsets, levels = np.array(shape.offsets), np.array(shape.levels, dtype=np.intp)
    plan = loglinear.design(offsets.astype(np.float64), levels, now=0.0, season=shape.season)
    index = weeks + offsets[plan.order][:, None]
    y = counts[index, series]
    known = np.isfinite(y)
    present = known.astype(np.float64)
    if not known.all():
        y[~known] = 0.0
    people = people_now = None
    if settings.offset and population is not None:
        people, people_now = population[index, series], population[weeks, series]
    answer = _fit(y, present, plan, settings, trend=settings.trend, people=people, now=people_now)
    if settings.trend:
        with np.errstate(invalid="ignore"):
            drop = ~(answer.keep & (settings.b >= 3) & ~(answer.expected > y.max(axis=0, initial=0.0))) | ~answer.fitted
        if drop.any():
            again = _fit(y[:, drop], present[:, drop], plan, settings, trend=False,
                         people=None if people is None else people[:, drop],
                         now=None if people_now is None else people_now[drop])
            answer.take(drop, again)
    answer.expected[~answer.fitted] = np.nan
    return answer


def _fit(y: Array, present: Array, plan: loglinear.Design, settings: Farrington, *, trend: bool, people: Array | None,
         now: Array | None) -> _Answer:
    """Fit, weight past peaks down, fit again."""
    model, fitted = _regress(y, present, plan, settings, trend=trend, people=people, now=now)
    phi = _at_least_one(model.phi)
    dispersion = model.phi
    if settings.reweight:
        weights = loglinear.down_weights(loglinear.anscombe(y, model, phi, plan), present, threshold=settings.weights_threshold,
                                         points=0)
        model, _ = _regress(y, weights, plan, settings, trend=trend, people=people, now=now, start=model.slope)
        phi = _at_least_one(model.phi)
        dispersion = model.phi if settings.two_sided else model.phi_of_r
    keep = loglinear.keeps_slope(model, dispersion, plan, settings.p_trend) if trend else np.zeros(len(phi), bool)
    return _Answer(model.expected, model.spread, phi.copy() if settings.two_sided else dispersion, phi,
                   model.slope if trend else np.full(len(phi), np.nan), keep, fitted)


def _regress(y: Array, weights: Array, plan: loglinear.Design, settings: Farrington, *, trend: bool, people: Array | None,
             now: Array | None, start: Array | None = None) -> tuple[loglinear.Fit, NDArray[np.bool_]]:
    """The fit of each cell, and whether it came to an end."""
    if settings.compat:
        return fit_as_glm(y, weights, plan, trend=trend, offset=people, offset_now=now)
    whole = np.ones(y.shape[1], bool)
    return loglinear.fit(y, weights, plan, trend=trend, offset=people, offset_now=now, start=start), whole


def _at_least_one(phi: Array) -> Array:
    return np.where((phi > 1) & (phi < np.inf), phi, 1.0)


def _judge(answer: Detection, rows: Rows, series: Rows, model: _Answer, settings: Farrington) -> None:
    """Fill in bound and p of these cells."""
    count, mean, phi = answer.count[rows, series], model.expected, model.phi
    if settings.bound == "delta":
        upper, p = _power_bound(count, model, settings)
    else:
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            level = special.ndtri(1 - settings.alpha)
            widened = np.exp(np.log(mean) + level * np.sqrt(model.dispersion * model.spread))
        centre = mean if settings.bound == "nbPlugin" else np.where(mean > 0, widened, mean)
        upper = tails.quantile(1 - settings.alpha, centre, phi)
        p = tails.at_least(np.where(np.isfinite(count), count, 0.0), centre, phi)
    for matrix, values in ((answer.upper, upper), (answer.p, p), (answer.expected, mean), (answer.extra["phi"], phi),
                           (answer.extra["trend"], model.slope)):
        matrix[rows, series] = values


def _power_bound(count: Array, model: _Answer, settings: Farrington) -> tuple[Array, Array]:
    """The bound of 1996 (section 3.7): the count to the power is normal around the mean to the power; p is one-sided."""
    power, mean = POWERS[settings.power], model.expected
    level = special.ndtri(1 - settings.alpha / (2 if settings.two_sided else 1))
    with np.errstate(divide="ignore", invalid="ignore"):
        tau = model.phi + np.where(mean > 0, model.dispersion * model.spread * mean, 0.0)
        sd = power * mean ** (power - 0.5) * np.sqrt(tau)
        upper = (mean**power + level * sd) ** (1 / power)
        p = special.ndtr(-(count**power - mean**power) / sd)
    nothing = mean <= 0
    return np.where(nothing, 0.0, upper), np.where(nothing, np.where(count > 0, 0.0, 1.0), p)


def _decide(answer: Detection, counts: Array, settings: Farrington) -> Detection:
    """Alarms, where the bound stands and the last `period` periods hold at least `cases` (the rule of section 3.8 of 1996)."""
    cases, periods = settings.limit54
    enough = recent_cases(counts, answer.judged, int(periods), whole=settings.compat) >= cases
    enough &= np.isfinite(answer.count) & np.isfinite(answer.upper)
    answer.judged_cells[:] = enough
    answer.alarm[:] = enough & (answer.count > answer.upper)
    return answer
