"""Quasi-Poisson regression with seasonal levels and one trend, for many series at once.

The model of each row is log E(y) = level of the season + slope x time + log offset. Given the slope, the levels have a closed
form (the weighted sum of counts over the weighted sum of what the slope and offset expect), so a fit is Newton's method on one
number per row. The information matrix is an arrow (each level meets only itself and the slope), hence leverages and standard
errors need no matrix algebra either. Source of the model: Noufaily et al., Stat. Med. 32 (2013) 1206-1222, section 2; Farrington
et al., J. R. Statist. Soc. A 159 (1996) 547-563, section 3.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from nghe.signals.detectors.products import product

Array = NDArray[np.float64]
STEP = 2.0
STEPS = 60
CONVERGED = 1e-6
"""A step so small leaves an error of its square."""


@dataclass(frozen=True, slots=True)
class Design:
    """What the rows of one batch share: the time of each point, and its season (0, 1, ...); `now` is judged in season `season`.

    Times are kept relative to `now` and scaled by `unit`, so that Newton's steps mean the same for weeks and days.
    """

    time: Array
    levels: NDArray[np.intp]
    now: float
    season: int
    unit: float
    sums: Array

    @property
    def seasons(self) -> int:
        return int(self.sums.shape[1]) // 3


def design(time: Array, levels: NDArray[np.intp], *, now: float, season: int) -> Design:
    """The design of points at `time` (any unit) in seasons `levels` (0 ... L-1, each with at least one point)."""
    unit = float(max(np.ptp(time), 1.0))
    tau = (time - now) / unit
    one = (levels[:, None] == np.arange(int(levels.max()) + 1)).astype(np.float64)
    return Design(tau, levels, 0.0, season, unit, np.hstack([one, one * tau[:, None], one * (tau**2)[:, None]]))


@dataclass(frozen=True, slots=True)
class Fit:
    """A fit of R rows over n points. `slope` is per unit of time; `phi` the Pearson dispersion, not held to 1; all else as named.
    """

    mean: Array
    """R x n fitted means."""
    slope: Array
    expected: Array
    """R: the mean at `now` (with the offset of now)."""
    spread: Array
    """R: the variance of log(expected), before it is multiplied by the dispersion."""
    slope_spread: Array
    phi: Array
    faulty_phi: Array
    """R: the dispersion as R `surveillance` 1.20 to 1.26 has it after reweighting: squared working residuals under prior weights.
    """
    df: Array
    leverage: Array


def fit(counts: Array, weights: Array, plan: Design, *, trend: bool, offset: Array | None = None,
        offset_now: Array | None = None, start: Array | None = None) -> Fit:
    """Fit each row. `counts`, `weights` and `offset` are R x n (a weight of 0 leaves a point out); `offset_now` is R;
    `start` are slopes to begin from.

    A season without any case has mean 0. Rows without a finite best slope stop where a step no longer changes the fit.
    """
    levels = plan.seasons
    off = np.ones_like(counts) if offset is None else offset
    weighted = weights * counts
    base = weights * off
    one = np.ascontiguousarray(plan.sums[:, :levels])
    level_counts = product(weighted, one)
    slope = _slopes(weighted, base, level_counts, plan, start) if trend else np.zeros(len(counts))
    growth = np.exp(slope[:, None] * plan.time)
    sums = product(base * growth, plan.sums)
    s0, s1, s2 = (sums[:, part * levels : (part + 1) * levels] for part in range(3))
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = np.where(s0 > 0, level_counts / s0, 0.0)
        centre = np.where(s0 > 0, s1 / s0, 0.0)
        inner = np.where(s0 > 0, s2 / s0, 0.0) - centre**2
    curvature = (level_counts * inner).sum(axis=1)
    mean = rate[:, plan.levels] * growth * off
    n = (weights > 0).sum(axis=1)
    df = n - (product((weights > 0).astype(np.float64), one) > 0).sum(axis=1) - int(trend)
    now_off = np.ones(len(counts)) if offset_now is None else offset_now
    season = plan.season
    expected = rate[:, season] * np.exp(slope * plan.now) * now_off
    with np.errstate(divide="ignore", invalid="ignore"):
        residual = np.where(mean > 0, counts - mean, 0.0)
        safe = np.where(mean > 0, mean, 1.0)
        phi = (weights * residual**2 / safe).sum(axis=1) / df
        faulty = (weights * residual**2 / safe**2).sum(axis=1) / df
        share = np.where(level_counts > 0, 1.0 / level_counts, 0.0)
        spread = np.where(level_counts[:, season] > 0, 1.0 / level_counts[:, season], np.inf)
        slope_spread = np.where(curvature > 0, 1.0 / curvature, np.inf) if trend else np.zeros(len(counts))
        away = np.where(trend, (plan.now - centre[:, season]) ** 2, 0.0)
        spread = spread + np.where(away > 0, away * slope_spread, 0.0)
        apart = (plan.time - centre[:, plan.levels]) ** 2
        lift = np.where(apart > 0, apart * slope_spread[:, None], 0.0) if trend else 0.0
        leverage = np.minimum(weights * mean * (share[:, plan.levels] + lift), 1.0)
    return Fit(mean, slope / plan.unit, expected, spread, slope_spread / plan.unit**2, phi, faulty, df.astype(np.float64),
               np.nan_to_num(leverage))


def _slopes(weighted: Array, base: Array, level_counts: Array, plan: Design, start: Array | None) -> Array:
    """The slope (per scaled time) of each row: Newton's method on the profile likelihood, which is concave."""
    levels = plan.seasons
    slope = np.zeros(len(weighted)) if start is None else start * plan.unit
    score = product(weighted, plan.time[:, None])[:, 0]
    active = np.flatnonzero(level_counts.sum(axis=1) > 0)
    for _ in range(STEPS):
        if not len(active):
            break
        part = base if len(active) == len(base) else base[active]
        sums = product(part * np.exp(slope[active, None] * plan.time), plan.sums)
        s0 = np.where(sums[:, :levels] > 0, sums[:, :levels], 1.0)
        centre = sums[:, levels : 2 * levels] / s0
        inner = sums[:, 2 * levels :] / s0 - centre**2
        seen = level_counts[active]
        gradient = score[active] - (seen * centre).sum(axis=1)
        curvature = (seen * inner).sum(axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            step = np.where(curvature > 1e-12, gradient / curvature, 0.0)
        step = np.clip(step, -STEP, STEP)
        slope[active] += step
        active = active[(np.abs(step) > CONVERGED) & (np.abs(slope[active]) < 40)]
    return slope


def anscombe(counts: Array, model: Fit, phi: Array) -> Array:
    """Standardised Anscombe residuals of a Poisson mean with dispersion `phi` (Farrington et al. 1996, section 3.6)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        raw = 1.5 * (np.cbrt(counts) ** 2 - np.cbrt(model.mean) ** 2) / model.mean ** (1 / 6)
        scaled = raw / np.sqrt(phi[:, None] * (1 - model.leverage))
    return np.where((model.mean > 0) & (model.leverage < 1 - 1e-12), scaled, 0.0)


def down_weights(residuals: Array, present: Array, *, threshold: float) -> Array:
    """Weights that make past peaks count less: s^-2 above `threshold`, scaled so that they add up to the number of points."""
    with np.errstate(divide="ignore", over="ignore"):
        raw = np.where(residuals > threshold, 1 / residuals**2, 1.0) * present
    total = raw.sum(axis=1, keepdims=True)
    return np.asarray(raw * present.sum(axis=1, keepdims=True) / np.where(total > 0, total, 1.0))


def p_of_slope(model: Fit, dispersion: Array) -> Array:
    """Two-sided p of the slope by Student's t with the residual degrees of freedom; 1 where it cannot be told."""
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.abs(model.slope) / np.sqrt(dispersion * model.slope_spread)
    p: Array = 2 * special.stdtr(np.maximum(model.df, 1), -np.nan_to_num(t))
    return np.where(np.isfinite(t), p, 1.0)
