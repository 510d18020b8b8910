"""The same regression fitted as R's `glm` documents it: iterated weighted least squares from counts + 0.1, until the deviance
changes by less than 1e-8 of itself or 25 rounds are over. Only `compat=True` uses it.

Stopping there leaves digits that differ from the maximum by up to 1e-3 where a fit is exact, gives a season without cases a tiny
mean instead of none, and takes leverages and standard errors from the weights of the round before the last; a bound that lies
between two integers can turn on these digits.

From the second round on a least-squares step is a Newton step (the log is the canonical link), so it takes no more than what the
seasons still lack of their counts and of counts times time.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nghe.signals.detectors.loglinear import Design, Fit, degrees

Array = NDArray[np.float64]
EPSILON = 1e-8
ROUNDS = 25
LIMIT = 700.0


@dataclass(slots=True)
class _Line:
    """What the means of R series come from: a level for each season (L x R) and a slope (R)."""

    level: Array
    slope: Array

    def mean(self, plan: Design, log_off: Array | None) -> Array:
        """n x R."""
        eta = self.level[plan.levels]
        eta += self.slope * plan.time[:, None]
        if log_off is not None:
            eta += log_off
        if np.abs(self.level).max(initial=0.0) + np.abs(self.slope).max(initial=0.0) > LIMIT / 2 or log_off is not None:
            np.clip(eta, -LIMIT, LIMIT, out=eta)
        return np.asarray(np.exp(eta, out=eta))

    def put(self, series: NDArray[np.intp], other: _Line, those: NDArray[np.bool_]) -> None:
        self.level[:, series], self.slope[series] = other.level[:, those], other.slope[those]

    def of(self, those: NDArray[np.bool_]) -> _Line:
        return _Line(self.level[:, those], self.slope[those])


@dataclass(frozen=True, slots=True)
class _Data:
    """What stays the same over the rounds: counts, weights, log offset (or None), what a season holds of counts and of counts
    times time (L x R each), and what the deviance is taken from: `saturated` (R) around the log level `around` (L x R).
    """

    counts: Array
    weights: Array
    log_off: Array | None
    held: Array
    held_time: Array
    saturated: Array
    around: Array

    def of(self, those: NDArray[np.bool_]) -> _Data:
        off = None if self.log_off is None else self.log_off[:, those]
        return _Data(self.counts[:, those], self.weights[:, those], off, self.held[:, those], self.held_time[:, those],
                     self.saturated[those], self.around[:, those])

    def deviance(self, level: Array, slope: Array, total: Array) -> Array:
        """R: of means with these levels and slopes that add up to `total` (weighted)."""
        with np.errstate(invalid="ignore"):
            told = ((level - self.around) * self.held).sum(axis=0) + slope * self.held_time.sum(axis=0)
        return np.asarray(2 * (self.saturated - told - self.held.sum(axis=0) + total))


def fit_as_glm(counts: Array, weights: Array, plan: Design, *, trend: bool, offset: Array | None = None,
               offset_now: Array | None = None) -> tuple[Fit, NDArray[np.bool_]]:
    """Fit each series as `loglinear.fit` does; also says which came to an end within 25 rounds."""
    mean = counts + 0.1
    eta, logs = np.log(mean), np.log(np.maximum(counts, 0.1))
    data = whole = _data(counts, weights, plan, offset, logs)
    last = 2 * (weights * (counts * (logs - eta) + 0.1)).sum(axis=0)
    line = _first_step(weights * mean, eta - 0.1 / mean if data.log_off is None else eta - data.log_off - 0.1 / mean, plan,
                       trend=trend)
    before, end, end_before = line, *(_Line(np.empty_like(line.level), np.empty_like(line.slope)) for _ in range(2))
    ended = np.full(counts.shape[1], ROUNDS)
    converged = np.zeros(counts.shape[1], bool)
    active = np.arange(counts.shape[1])
    waiting = np.ones(len(active), bool)
    for round_ in range(ROUNDS):
        sums = plan.moments(data.weights * line.mean(plan, data.log_off))
        deviance = data.deviance(line.level, line.slope, sums[0].sum(axis=0))
        with np.errstate(invalid="ignore"):
            done = np.abs(deviance - last) / (np.abs(deviance) + 0.1) < EPSILON
        over = waiting & (done | ~np.isfinite(deviance) | (round_ == ROUNDS - 1))
        if over.any():
            end.put(active[over], line, over)
            end_before.put(active[over], before, over)
            converged[active[over & done]], ended[active[over]] = True, round_
            waiting &= ~over
        if not waiting.any():
            break
        last = deviance
        if waiting.sum() <= len(active) / 2:
            data, line, active, last = data.of(waiting), line.of(waiting), active[waiting], last[waiting]
            sums = sums[0][:, waiting], sums[1][:, waiting], sums[2][:, waiting]
            waiting = np.ones(len(active), bool)
        before, line = line, _step(line, data, sums, trend=trend)
    work = weights * end_before.mean(plan, whole.log_off)
    work[:, ended == 0] = (weights * mean)[:, ended == 0]
    fit = _summary(counts, weights, plan, end, end.mean(plan, whole.log_off), work, trend=trend, offset_now=offset_now)
    return fit, converged


def _data(counts: Array, weights: Array, plan: Design, offset: Array | None, logs: Array) -> _Data:
    held, held_time, _ = plan.moments(weights * counts)
    exposed, _, _ = plan.moments(weights if offset is None else weights * offset)
    with np.errstate(divide="ignore", invalid="ignore"):
        around = np.log(np.where(held > 0, held / exposed, 1.0))
    log_off = None if offset is None else np.log(offset)
    away = logs if log_off is None else logs - log_off
    saturated = (weights * counts * away).sum(axis=0) - (held * around).sum(axis=0)
    return _Data(counts, weights, log_off, held, held_time, saturated, around)


def _first_step(work: Array, target: Array, plan: Design, *, trend: bool) -> _Line:
    """Weighted least squares of the target on seasons and time: an arrow, solved from sums within seasons."""
    s0, s1, s2 = plan.moments(work)
    wanted, wanted_time, _ = plan.moments(work * target)
    safe = np.where(s0 > 0, s0, 1.0)
    centre = s1 / safe
    slope = _ratio((wanted_time - centre * wanted).sum(axis=0), (s2 - centre * s1).sum(axis=0), trend=trend)
    return _Line(wanted / safe - slope * centre, slope)


def _step(line: _Line, data: _Data, sums: tuple[Array, Array, Array], *, trend: bool) -> _Line:
    """The next round, from the moments of this one's working weights."""
    s0, s1, s2 = sums
    safe = np.where(s0 > 0, s0, 1.0)
    centre, lack = s1 / safe, data.held - s0
    step = _ratio((data.held_time - s1 - centre * lack).sum(axis=0), (s2 - centre * s1).sum(axis=0), trend=trend)
    return _Line(line.level + lack / safe - step * centre, line.slope + step)


def _ratio(together: Array, curvature: Array, *, trend: bool) -> Array:
    if not trend:
        return np.zeros(len(together))
    return np.where(curvature > 0, together / np.where(curvature > 0, curvature, 1.0), 0.0)


def _summary(counts: Array, weights: Array, plan: Design, end: _Line, mean: Array, work: Array, *, trend: bool,
             offset_now: Array | None) -> Fit:
    s0, s1, s2 = plan.moments(work)
    now_off = np.ones(counts.shape[1]) if offset_now is None else offset_now
    season, df = plan.season, degrees(weights, plan, trend=trend)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        residual = counts - mean
        residual /= mean
        residual *= residual
        residual[weights == 0] = 0.0
        phi, phi_of_r = (work * residual).sum(axis=0) / df, (weights * residual).sum(axis=0) / df
        level_spread, centre = 1 / s0, s1 / np.where(s0 > 0, s0, 1.0)
        curvature = (s2 - centre * s1).sum(axis=0)
        slope_spread = 1 / curvature if trend else np.zeros(counts.shape[1])
        spread = level_spread[season] + centre[season] ** 2 * slope_spread
        expected = np.exp(end.level[season]) * now_off
    return Fit(mean, end.slope / plan.unit, expected, spread, slope_spread / plan.unit**2, phi, phi_of_r, df, work, level_spread,
               centre)
