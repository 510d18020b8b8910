"""Solve for calibrated weights: cells to counts, margins in turn, or the calibration equations by Newton's method.

All answer factors by which weights are multiplied. Raking runs on the joint cells of its margins, so that its cost does not
grow with the rows (Deming and Stephan 1940). Calibration: Deville and Särndal (1992), methods linear, raking (multiplicative),
logit, and linear truncated at bounds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from nghe.errors import Fault
from nghe.survey.arrays import AnyArray, Floats

MOST_SWEEPS = 10_000
MOST_STEPS = 200


def rake_cells(
    sums: Floats, margins: Sequence[AnyArray], targets: Sequence[Floats], names: Sequence[Sequence[str]], epsilon: float
) -> Floats:
    """Factor of each joint cell (C,). sums (C,): weights by cell; margins: level (C,) of every cell; epsilon: relative error."""
    weights = sums.copy()
    worst = np.inf
    for sweep in range(MOST_SWEEPS):
        for margin, target in zip(margins, targets, strict=True):
            now = np.bincount(margin, weights=weights, minlength=len(target))
            weights *= (target / np.where(now > 0, now, 1.0))[margin]
        gaps = [
            np.abs(np.bincount(margin, weights=weights, minlength=len(target)) - target) / np.where(target > 0, target, 1.0)
            for margin, target in zip(margins, targets, strict=True)
        ]
        before, worst = worst, max(float(gap.max()) for gap in gaps)
        if worst <= epsilon or (worst < 1e-10 and worst >= before):
            return np.asarray(weights / np.where(sums > 0, sums, 1.0))
        if not np.isfinite(worst) or (sweep > 50 and sweep % 50 == 0 and worst > 0.999 * before and worst > 1e-3):
            break
    gap = int(np.argmax([float(gap.max()) for gap in gaps]))
    level = int(np.argmax(gaps[gap]))
    raise Fault(
        "survey.no_convergence",
        names[gap][level],
        f"raking does not reach its margins: this one is off by {worst:.2%} after {sweep + 1} sweeps. The sample "
        "has empty "
        "combinations that the margins need; merge this level with its neighbour, or drop a margin",
    )


def calibrate_rows(
    x: Floats,
    weights: Floats,
    totals: Floats,
    names: Sequence[str],
    *,
    calfun: str,
    bounds: tuple[float, float] | None,
    epsilon: float,
) -> Floats:
    """Factor of each row (n,) such that the weighted totals of x (n, m) are `totals` (m,), within `bounds` where given."""
    factor, slope = _distance(calfun, bounds)
    scale = np.where(np.abs(x).max(axis=0) > 0, np.abs(x).max(axis=0), 1.0)
    u, wanted = x / scale, totals / scale
    size = np.maximum(np.abs(wanted), np.finfo(float).tiny)
    lagrange: Floats = np.zeros(u.shape[1])
    worst, best = np.inf, (np.inf, np.ones(len(weights)))
    for step in range(MOST_STEPS):
        linear = u @ lagrange
        found = factor(linear)
        gap = wanted - (weights * found) @ u
        worst = float((np.abs(gap) / np.where(np.abs(wanted) > 0, size, weights @ np.abs(u) + 1e-300)).max())
        if worst < best[0]:
            best = (worst, found)
        if worst <= min(epsilon, 1e-13) or (best[0] <= epsilon and worst > best[0] / 2 and step):
            return best[1]
        jacobian = (u * (weights * slope(linear))[:, None]).T @ u
        move: Floats = np.asarray(np.linalg.lstsq(jacobian, gap, rcond=1e-13)[0], dtype=np.float64)
        lagrange = _damped(u, weights, wanted, lagrange, move, factor, float(np.abs(gap).sum()))
        if not np.isfinite(lagrange).all():
            break
    if best[0] <= max(epsilon, 1e-9):
        return best[1]
    place = int(np.argmax(np.abs(gap) / size))
    limits = "" if bounds is None else f" within the bounds {bounds[0]:g} to {bounds[1]:g}; widen them, or"
    raise Fault(
        "survey.no_convergence",
        names[place],
        "calibration does not reach this total (off by "
        f"{best[0]:.2%}){limits or ';'} "
        "merge levels, or leave out a total that contradicts the others",
    )


def _damped(
    u: Floats, weights: Floats, wanted: Floats, start: Floats, move: Floats, factor: Callable[[Floats], Floats], gap: float
) -> Floats:
    """The Newton step, halved while it makes the gap larger."""
    length = 1.0
    for _ in range(30):
        trial = start + length * move
        with np.errstate(over="ignore", invalid="ignore"):
            after = np.abs(wanted - (weights * factor(u @ trial)) @ u).sum()
        if np.isfinite(after) and after < gap * (1 + 1e-12):
            return np.asarray(trial)
        length /= 2
    return np.asarray(start + move)


def _distance(calfun: str, bounds: tuple[float, float] | None) -> tuple[Callable[[Floats], Floats], Callable[[Floats], Floats]]:
    """The factor as a function of the linear predictor, and its derivative."""
    if calfun == "linear":
        low, high = bounds or (-np.inf, np.inf)
        return (lambda v: np.clip(1 + v, low, high)), (lambda v: ((1 + v > low) & (1 + v < high)).astype(np.float64))
    if calfun == "raking":
        if bounds is None:
            return np.exp, np.exp
        low, high = bounds
        return (lambda v: np.clip(np.exp(v), low, high)), (
            lambda v: np.where((np.exp(v) > low) & (np.exp(v) < high), np.exp(v), 0.0)
        )
    if calfun == "logit":
        if bounds is None or not bounds[0] < 1 < bounds[1]:
            raise Fault("survey.calibrate", "bounds", "the logit distance needs a lower bound under 1 and an upper one over 1")
        low, high = bounds
        spread = (high - low) / ((1 - low) * (high - 1))

        def factor(v: Floats) -> Floats:
            e = np.exp(np.clip(spread * v, -700, 700))
            return np.asarray((low * (high - 1) + high * (1 - low) * e) / (high - 1 + (1 - low) * e))

        def slope(v: Floats) -> Floats:
            e = np.exp(np.clip(spread * v, -300, 300))
            return np.asarray((high - low) * spread * (1 - low) * (high - 1) * e / (high - 1 + (1 - low) * e) ** 2)

        return factor, slope
    raise Fault("survey.calibrate", "calfun", f"is {calfun!r}; say linear, raking or logit")
