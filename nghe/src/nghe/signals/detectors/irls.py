"""The same regression fitted as R's `glm` documents it: iterated weighted least squares from counts + 0.1, until the deviance
changes by less than 1e-8 of itself or 25 rounds are over. Only `compat=True` uses it.

Stopping there leaves digits that differ from the maximum by up to 1e-3 where a fit is exact, gives a season without cases a tiny
mean instead of none, and takes leverages and standard errors from the weights of the round before the last; a bound that lies
between two integers can turn on these digits.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nghe.signals.detectors.loglinear import Design, Fit
from nghe.signals.detectors.products import product

Array = NDArray[np.float64]
EPSILON = 1e-8
ROUNDS = 25
LIMIT = 700.0


def fit_as_glm(counts: Array, weights: Array, plan: Design, *, trend: bool, offset: Array | None = None,
               offset_now: Array | None = None) -> tuple[Fit, NDArray[np.bool_]]:
    """Fit each row as `loglinear.fit` does; also says which rows came to an end within 25 rounds."""
    rows, levels = len(counts), plan.seasons
    log_off = np.zeros_like(counts) if offset is None else np.log(offset)
    mean, eta = counts + 0.1, np.log(counts + 0.1)
    last = _deviance(counts, mean, weights)
    final = {"mean": mean.copy(), "work": weights * mean, "slope": np.zeros(rows), "level": np.zeros((rows, levels))}
    converged = np.zeros(rows, bool)
    active = np.arange(rows)
    for _ in range(ROUNDS):
        y, w, off = counts[active], weights[active], log_off[active]
        work = w * mean
        target = eta - off + (y - mean) / mean
        sums = _sums(work, target, plan, levels)
        slope, level = sums.slope if trend else np.zeros(len(active)), sums.level
        if not trend:
            level = sums.target
        eta = np.clip(level[:, plan.levels] + slope[:, None] * plan.time + off, -LIMIT, LIMIT)
        mean = np.exp(eta)
        deviance = _deviance(y, mean, w)
        for name, value in (("mean", mean), ("work", work), ("slope", slope), ("level", level)):
            final[name][active] = value
        with np.errstate(invalid="ignore"):
            done = np.abs(deviance - last) / (np.abs(deviance) + 0.1) < EPSILON
        converged[active[done]] = True
        go = ~done & np.isfinite(deviance)
        active, mean, eta, last = active[go], mean[go], eta[go], deviance[go]
        if not len(active):
            break
    return _summary(counts, weights, plan, final, trend=trend, offset_now=offset_now), converged


class _Sums:
    """Weighted least squares of the target on seasons and time: an arrow, solved from sums within seasons."""

    def __init__(self, total: Array, target: Array, time: Array, slope: Array, curvature: Array) -> None:
        self.total, self.target, self.time, self.slope, self.curvature = total, target, time, slope, curvature
        self.level = target - slope[:, None] * time


def _sums(work: Array, target: Array, plan: Design, levels: int) -> _Sums:
    one = np.ascontiguousarray(plan.sums[:, :levels])
    total = product(work, one)
    safe = np.where(total > 0, total, 1.0)
    mean_target, mean_time = product(work * target, one) / safe, product(work * plan.time, one) / safe
    apart = plan.time - mean_time[:, plan.levels]
    curvature = (work * apart**2).sum(axis=1)
    together = (work * apart * (target - mean_target[:, plan.levels])).sum(axis=1)
    slope = np.where(curvature > 0, together / np.where(curvature > 0, curvature, 1.0), 0.0)
    return _Sums(total, mean_target, mean_time, slope, curvature)


def _deviance(y: Array, mean: Array, weights: Array) -> Array:
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        part = np.where(y > 0, y * np.log(np.where(y > 0, y, 1.0) / mean), 0.0) - (y - mean)
    return np.asarray(2 * (weights * part).sum(axis=1))


def _summary(counts: Array, weights: Array, plan: Design, final: dict[str, Array], *, trend: bool,
             offset_now: Array | None) -> Fit:
    mean, work, slope = final["mean"], final["work"], final["slope"]
    levels, season = plan.seasons, plan.season
    sums = _sums(work, np.zeros_like(work), plan, levels)
    present = (weights > 0).astype(np.float64)
    seasons = (product(present, np.ascontiguousarray(plan.sums[:, :levels])) > 0).sum(axis=1)
    df = present.sum(axis=1) - seasons - int(trend)
    now_off = np.ones(len(counts)) if offset_now is None else offset_now
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        residual = np.where(weights > 0, (counts - mean) / mean, 0.0)
        phi, faulty = ((each * residual**2).sum(axis=1) / df for each in (work, weights))
        expected = np.exp(final["level"][:, season] + slope * plan.now) * now_off
        slope_spread = 1 / sums.curvature if trend else np.zeros(len(counts))
        spread = 1 / sums.total[:, season] + (plan.now - sums.time[:, season]) ** 2 * slope_spread
        apart = (plan.time - sums.time[:, plan.levels]) ** 2
        leverage = work * (1 / sums.total[:, plan.levels] + apart * slope_spread[:, None])
    return Fit(mean, slope / plan.unit, expected, spread, slope_spread / plan.unit**2, phi, faulty, df.astype(np.float64),
               np.minimum(np.nan_to_num(leverage), 1.0))
