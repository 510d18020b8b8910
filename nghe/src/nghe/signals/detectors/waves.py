"""Quasi-Poisson regression of counts on a few shared columns (level, trend, yearly wave), for many series at once.

Each row has its own counts, weights and offset; all rows share the columns, so a step of iterated weighted least squares is one
matrix product and one small solve per row. A weak prior keeps trend and wave finite where there are hardly any counts; a row
without any is given half a count in all (Jeffreys). Source: McCullagh & Nelder, Generalized Linear Models (1989), chapters 2 and
9.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nghe.signals.detectors.products import product

Array = NDArray[np.float64]
ROUNDS = 12
CLOSE = 1e-4
"""Steps converge quadratically: what is this close is 1e-8 away."""
WEAK = 0.1
"""Precision of the prior on all but the level: a standard deviation of about 3 on the log scale."""
TRACE = 1e-9
LIMIT = 30.0


@dataclass(frozen=True, slots=True)
class Columns:
    """The n points of a baseline as columns (n x p), and the judged points (m x p) in the same columns, newest first."""

    past: Array
    now: Array

    @property
    def p(self) -> int:
        return int(self.past.shape[1])


def columns(offsets: Array, ahead: Array, *, frequency: float, trend: bool, wave: bool,
            marked: tuple[Array, Array] | None = None) -> Columns:
    """Columns for points at `offsets` (periods before now, negative) and judged points `ahead` (0, -1, ...).

    `trend` per five years, `wave` one yearly cosine and sine, `marked` an indicator of special periods (past, now).
    """
    def build(t: Array, mark: Array | None) -> Array:
        angle = 2 * np.pi * t / frequency
        parts = [np.ones_like(t)]
        parts += [t / (5 * frequency)] if trend else []
        parts += [np.cos(angle), np.sin(angle)] if wave else []
        parts += [mark] if mark is not None else []
        return np.column_stack(parts)

    return Columns(build(offsets, marked[0] if marked else None), build(ahead, marked[1] if marked else None))


@dataclass(frozen=True, slots=True)
class Waves:
    """R rows: `mean` R x n fitted, `beta` R x p, `covariance` R x p x p (not multiplied by `phi`), `phi` R (Pearson)."""

    mean: Array
    beta: Array
    covariance: Array
    phi: Array

    def ahead(self, now: Array) -> Array:
        """R x m: expected per unit of offset at the judged points."""
        return np.asarray(np.exp(np.clip(self.beta @ now.T, -LIMIT, LIMIT)))


def fit(counts: Array, weights: Array, plan: Columns, log_offset: Array, start: Array | None = None) -> Waves:
    """Fit each row (`counts`, `weights`, `log_offset` R x n; weight 0 leaves a point out); `start` are log means to begin from.
    """
    rows, p = len(counts), plan.p
    empty = (weights * counts).sum(axis=1) <= 0
    if empty.any():
        counts = np.where(empty[:, None], 0.5 * weights / np.maximum(weights.sum(axis=1, keepdims=True), 1.0), counts)
    pairs = (plan.past[:, :, None] * plan.past[:, None, :]).reshape(len(plan.past), p * p)
    if start is None:
        level = (weights * counts).sum(axis=1) / np.maximum((weights * np.exp(log_offset)).sum(axis=1), 1e-9)
        even = np.log(level + 1e-3)[:, None] + log_offset
        start = np.log(0.5 * np.exp(even) + 0.5 * counts + 1e-3)
    eta = start
    ridge = np.diag([TRACE] + [WEAK] * (p - 1))
    beta: Array = np.zeros((rows, p))
    columns_ = np.ascontiguousarray(plan.past.T)
    for _ in range(ROUNDS):
        mean = np.asarray(np.exp(eta))
        work = weights * mean
        target = weights * (mean * (eta - log_offset - 1) + counts)
        information = product(work, pairs).reshape(rows, p, p) + ridge
        new = np.asarray(np.linalg.solve(information, product(target, plan.past)[:, :, None])[:, :, 0], dtype=np.float64)
        moved = float(np.abs(new - beta).max(initial=0.0))
        beta = new
        eta = np.clip(product(beta, columns_), -LIMIT, LIMIT) + log_offset
        if moved < CLOSE:
            break
    mean = np.asarray(np.exp(eta))
    covariance = np.asarray(np.linalg.inv(product(weights * mean, pairs).reshape(rows, p, p) + ridge), dtype=np.float64)
    df = np.maximum((weights > 0).sum(axis=1) - p, 1)
    phi = (weights * (counts - mean) ** 2 / mean).sum(axis=1) / df
    return Waves(mean, beta, covariance, phi)


def leverages(model: Waves, weights: Array, plan: Columns) -> Array:
    """R x n: the share of each fitted value that comes from its own count."""
    pairs = (plan.past[:, :, None] * plan.past[:, None, :]).reshape(len(plan.past), -1)
    return np.asarray(weights * model.mean * (product(model.covariance.reshape(len(weights), -1), np.ascontiguousarray(pairs.T))))
