"""Small areas: the Fay-Herriot model joins direct estimates with what is known of each area (Fay and Herriot 1979).

theta_d = x_d'beta + u_d, u_d ~ (0, A); the direct estimate is theta_d + e_d with known variance psi_d. A by restricted maximum
likelihood; the estimate is g theta_direct + (1 - g) x'beta, g = A / (A + psi), with the mean squared error of
Prasad and Rao (1990) for REML: g1 + g2 + 2 g3.
Answers are model estimates: they have a prediction limit under the model, not a margin of sampling error.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import ndtri

from nghe.errors import Fault
from nghe.survey.arrays import Floats


@dataclass(frozen=True, eq=False)
class SmallAreas:
    """estimate, mse (D,): of each area. beta (p,), its covariance (p, p). between: A. weight (D,): g, of the direct estimate."""

    estimate: Floats
    mse: Floats
    beta: Floats
    covariance: Floats
    between: float
    weight: Floats

    def prediction_limits(self, level: float = 0.95) -> tuple[Floats, Floats]:
        """Ends (D,) of the prediction interval under the model."""
        half = float(ndtri(0.5 + level / 2)) * np.sqrt(self.mse)
        return self.estimate - half, self.estimate + half


def fay_herriot(direct: Floats, variance: Floats, x: Floats) -> SmallAreas:
    """EBLUP of D areas. direct, variance (D,); x (D, p), intercept included.

    NaN in `direct`: an area without a sample, which gets x'beta.
    """
    sampled = ~np.isnan(direct)
    y, psi, known = direct[sampled], variance[sampled], x[sampled]
    if x.ndim != 2 or len(x) != len(direct) or np.isnan(x).any():
        raise Fault("survey.small_area", "x", "is a number for each area and variable, without missing values")
    if (bad := np.flatnonzero(~(psi > 0))).size:
        raise Fault(
            "survey.small_area",
            f"area {int(np.flatnonzero(sampled)[bad[0]]) + 1}",
            "needs a sampling variance above 0; smooth the variances first",
        )
    if len(y) <= known.shape[1] + 1 or np.linalg.matrix_rank(known) < known.shape[1]:
        raise Fault(
            "survey.small_area", "x", f"{len(y)} areas with a sample cannot carry {known.shape[1]} variables; leave some out"
        )
    between = _restricted_likelihood(y, psi, known)
    precision = 1 / (between + psi)
    cov = np.asarray(np.linalg.inv((known * precision[:, None]).T @ known), dtype=np.float64)
    beta: Floats = cov @ (known.T @ (precision * y))
    return _predict(direct, variance, x, sampled, beta, cov, between, precision)


def _restricted_likelihood(y: Floats, psi: Floats, x: Floats) -> float:
    def loss(between: float) -> float:
        precision = 1 / (between + psi)
        information = (x * precision[:, None]).T @ x
        residual = y - x @ np.linalg.solve(information, x.T @ (precision * y))
        return float(-np.log(precision).sum() + np.linalg.slogdet(information)[1] + residual**2 @ precision)

    top = float(np.var(y) * 10 + psi.max())
    grid = np.concatenate([[0.0], np.geomspace(top * 1e-8, top, 200)])
    best = int(np.argmin([loss(value) for value in grid]))
    if best == 0:
        return 0.0
    ends = (float(grid[best - 1]), float(grid[min(best + 1, len(grid) - 1)]))
    return float(minimize_scalar(loss, bounds=ends, method="bounded", options={"xatol": 1e-12 * top}).x)


def _predict(
    direct: Floats, variance: Floats, x: Floats, sampled: Floats, beta: Floats, cov: Floats, between: float, precision: Floats
) -> SmallAreas:
    synthetic = x @ beta
    psi = np.where(sampled, np.nan_to_num(variance, nan=1.0), 1.0)
    weight = np.where(sampled, between / (between + psi), 0.0)
    spread = np.einsum("dp,pq,dq->d", x, cov, x)
    of_between = 2 / float((precision**2).sum())
    g3 = np.where(sampled, psi**2 / (between + psi) ** 3 * of_between, 0.0)
    g1 = np.where(sampled, weight * psi, between)
    mse = g1 + (1 - weight) ** 2 * spread + 2 * g3
    return SmallAreas(
        np.where(sampled, weight * np.nan_to_num(direct) + (1 - weight) * synthetic, synthetic), mse, beta, cov, between, weight
    )
