"""Quasi-Poisson regression with seasonal levels and one trend, for many series at once.

The model of each series is log E(y) = level of the season + slope x time + log offset. Given the slope, the levels have a closed
form (the weighted sum of counts over the weighted sum of what the slope and offset expect), so a fit is Newton's method on one
number per series. The information matrix is an arrow (each level meets only itself and the slope), hence leverages and standard
errors need no matrix algebra either. Source of the model: Noufaily et al., Stat. Med. 32 (2013) 1206-1222, section 2; Farrington
et al., J. R. Statist. Soc. A 159 (1996) 547-563, section 3.

Matrices are n x R: points of the baseline, season by season (`Design.order`), by series. So a season is a block of rows, and a
sum over it runs over whole rows of memory.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

Array = NDArray[np.float64]
STEP = 2.0
STEPS = 60
CONVERGED = 1e-4
"""A step so small leaves an error of its square."""
ROUNDING = 1e-10


@dataclass(frozen=True, slots=True)
class Design:
    """What the series of one batch share: the points in `order`, season by season; `now` is judged in season `season`.

    `time` (n, in that order) is kept relative to `now` and scaled by `unit`, so that Newton's steps mean the same for weeks and
    days; `levels` (n) is the season of each; `powers` are 1, time and its square of each season's points (3 x points).
    """

    order: NDArray[np.intp]
    time: Array
    levels: NDArray[np.intp]
    season: int
    unit: float
    powers: tuple[Array, ...]

    @property
    def seasons(self) -> int:
        return len(self.powers)

    def moments(self, matrix: Array) -> tuple[Array, Array, Array]:
        """Sums of the matrix (n x R), of it times time, and times its square, over each season: three of L x R."""
        sums = np.empty((len(self.powers), 3, matrix.shape[1]))
        start = 0
        for level, powers in enumerate(self.powers):
            stop = start + powers.shape[1]
            np.matmul(powers, matrix[start:stop], out=sums[level])
            start = stop
        return sums[:, 0], sums[:, 1], sums[:, 2]


def design(time: Array, levels: NDArray[np.intp], *, now: float, season: int) -> Design:
    """The design of points at `time` (any unit) in seasons `levels` (0 ... L-1, each with at least one point)."""
    order = np.argsort(levels, kind="stable")
    unit = float(max(np.ptp(time), 1.0))
    scaled, sorted_ = (time[order] - now) / unit, levels[order]
    blocks = [scaled[sorted_ == level] for level in range(int(levels.max()) + 1)]
    return Design(order, scaled, sorted_, season, unit, tuple(np.array([block**0, block, block**2]) for block in blocks))


@dataclass(frozen=True, slots=True)
class Fit:
    """A fit of R series over n points. `slope` is per unit of time; `phi` the Pearson dispersion, not held to 1; all else as
    named, of length R unless said otherwise.
    """

    mean: Array
    """n x R fitted means."""
    slope: Array
    expected: Array
    """The mean at `now` (with the offset of now)."""
    spread: Array
    """The variance of log(expected), before it is multiplied by the dispersion."""
    slope_spread: Array
    phi: Array
    phi_of_r: Array
    """The dispersion as R `surveillance` 1.20 to 1.26 has it after reweighting: squared working residuals under prior weights;
    only a fit as R makes it has one of its own.
    """
    df: Array
    work: Array
    """n x R: the weights of the last least-squares step."""
    level_spread: Array
    """L x R: the variance of a level whose slope is known."""
    centre: Array
    """L x R: the mean time of each season under `work`."""


def fit(counts: Array, weights: Array, plan: Design, *, trend: bool, offset: Array | None = None,
        offset_now: Array | None = None, start: Array | None = None) -> Fit:
    """Fit each series. `counts`, `weights` and `offset` are n x R in the design's order (a weight of 0 leaves a point out);
    `offset_now` is R; `start` are slopes to begin from.

    A season without any case has mean 0. Series without a finite best slope stop where a step no longer changes the fit.
    """
    base = weights if offset is None else weights * offset
    seen, score, _ = plan.moments(weights * counts)
    slope = _slopes(score.sum(axis=0), base, seen, plan, start) if trend else np.zeros(counts.shape[1])
    growth = np.exp(slope * plan.time[:, None]) if trend else np.ones((len(counts), 1))
    s0, s1, s2 = plan.moments(base * growth)
    with np.errstate(divide="ignore", invalid="ignore"):
        some = s0 > 0
        rate, centre = np.where(some, seen / s0, 0.0), np.where(some, s1 / s0, 0.0)
        inner = np.where(some, s2 / s0, 0.0) - centre**2
        level_spread = 1.0 / seen
    mean = rate[plan.levels]
    mean *= growth
    if offset is not None:
        mean *= offset
    curvature = (seen * inner).sum(axis=0)
    work = weights * mean
    df = degrees(weights, plan, trend=trend)
    now, season = np.ones(counts.shape[1]) if offset_now is None else offset_now, plan.season
    residual = counts - mean
    residual *= residual
    residual *= weights
    with np.errstate(divide="ignore", invalid="ignore"):
        residual /= mean
        slope_spread = np.where(curvature > 0, 1.0 / curvature, np.inf) if trend else np.zeros(counts.shape[1])
        away = np.where(trend, centre[season] ** 2, 0.0)
        spread = level_spread[season] + np.where(away > 0, away * slope_spread, 0.0)
        phi = np.where(mean > 0, residual, 0.0).sum(axis=0) / df
    return Fit(mean, slope / plan.unit, rate[season] * now, spread, slope_spread / plan.unit**2, phi, phi, df, work, level_spread,
               centre)


def degrees(weights: Array, plan: Design, *, trend: bool) -> Array:
    """Points less seasons that hold any, less one for the slope."""
    known = weights > 0
    if known.all():
        return np.full(weights.shape[1], float(len(weights) - plan.seasons - int(trend)))
    points, _, _ = plan.moments(known.astype(np.float64))
    return np.asarray(points.sum(axis=0) - (points > 0).sum(axis=0) - int(trend), dtype=np.float64)


def _slopes(score: Array, base: Array, seen: Array, plan: Design, start: Array | None) -> Array:
    """The slope (per scaled time) of each series: Newton's method on the profile likelihood, which is concave.

    All go on while most have not arrived; a further step does not hurt one that has.
    """
    slope = np.zeros(base.shape[1]) if start is None else start * plan.unit
    active = np.flatnonzero(seen.sum(axis=0) > 0)
    part, seen, score = (base, seen, score) if len(active) == base.shape[1] else (base[:, active], seen[:, active], score[active])
    for round_ in range(STEPS):
        if not len(active):
            break
        at = slope[active]
        grown = part if round_ == 0 and start is None else part * np.exp(at * plan.time[:, None])
        s0, s1, s2 = plan.moments(grown)
        with np.errstate(divide="ignore", invalid="ignore"):
            centre = np.where(s0 > 0, s1 / s0, 0.0)
            inner = np.where(s0 > 0, s2 / s0, 0.0) - centre**2
            curvature = (seen * inner).sum(axis=0)
            step = np.where(curvature > 1e-12, (score - (seen * centre).sum(axis=0)) / curvature, 0.0)
        step = np.clip(step, -STEP, STEP)
        slope[active] = at + step
        open_ = (np.abs(step) > CONVERGED) & (np.abs(slope[active]) < 40)
        if open_.sum() <= len(active) / 2:
            active, part, seen, score = active[open_], part[:, open_], seen[:, open_], score[open_]
    return slope


def leverages(model: Fit, plan: Design) -> Array:
    """n x R: the share of each fitted value that comes from its own count, at most 1."""
    with np.errstate(invalid="ignore"):
        apart = plan.time[:, None] - model.centre[plan.levels]
        apart *= apart
        if model.slope_spread.any():
            apart = np.where(apart > 0, apart * (model.slope_spread * plan.unit**2), 0.0)
        else:
            apart[:] = 0.0
        apart += model.level_spread[plan.levels]
        apart *= model.work
    return np.asarray(np.fmin(np.where(model.work > 0, apart, 0.0), 1.0))


def anscombe(counts: Array, model: Fit, phi: Array, plan: Design) -> Array:
    """Standardised Anscombe residuals (n x R) of a Poisson mean with dispersion `phi` (Farrington et al. 1996, section 3.6)."""
    spare = 1 - leverages(model, plan)
    with np.errstate(divide="ignore", invalid="ignore"):
        sixth = np.sqrt(np.cbrt(model.mean))
        raw = np.cbrt(counts)
        raw *= raw
        raw -= (sixth * sixth) ** 2
        raw *= 1.5
        raw /= sixth
        raw /= np.sqrt(phi * spare)
    return np.where((model.mean > 0) & (spare > 1e-12), raw, 0.0)


def down_weights(residuals: Array, present: Array, *, threshold: float, points: int = 1) -> Array:
    """Weights that make past peaks count less: s^-2 above `threshold`, scaled so that they add up to the number of points.

    The points run along axis `points`.
    """
    with np.errstate(divide="ignore", over="ignore"):
        raw = np.where(residuals > threshold, 1 / residuals**2, 1.0) * present
    total = raw.sum(axis=points, keepdims=True)
    return np.asarray(raw * present.sum(axis=points, keepdims=True) / np.where(total > 0, total, 1.0))


def keeps_slope(model: Fit, dispersion: Array, plan: Design, level: float) -> NDArray[np.bool_]:
    """Is the two-sided p of the slope, by Student's t with the residual degrees of freedom, below `level`?

    A slope that is no more than rounding (of counts that never change) has p just under 1; one that cannot be told has p = 1.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.abs(model.slope) / np.sqrt(dispersion * model.slope_spread)
    told = np.isfinite(t) & (t > 0)
    rounding = np.abs(model.slope) * plan.unit < ROUNDING
    if level >= 1:
        return told
    keep = told & ~rounding
    keep[keep] = 2 * special.stdtr(np.maximum(model.df[keep], 1), -t[keep]) < level
    return keep
