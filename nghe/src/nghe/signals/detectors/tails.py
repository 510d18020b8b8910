"""Tails and quantiles of counts whose variance is phi times their mean (Poisson where phi is 1), by incomplete beta and gamma
functions.

`scipy.stats` is not used here: its negative-binomial quantile ends the whole process on an extreme mean.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import special

Array = NDArray[np.float64]
NEARLY_POISSON = 1e-10
LARGEST = 1e12


def at_most(count: Array, mean: Array, phi: Array) -> Array:
    """P(Y <= count); a mean of 0 puts everything on 0."""
    count, mean, phi = np.broadcast_arrays(np.floor(count), mean, phi)
    answer = np.where(count >= 0, 1.0, 0.0)
    told = (mean > 0) & (count >= 0)
    over = told & (phi - 1 > NEARLY_POISSON)
    size = mean[over] / (phi[over] - 1)
    answer[over] = special.betainc(size, count[over] + 1, 1 / phi[over])
    plain = told & ~over
    answer[plain] = special.gammaincc(count[plain] + 1, mean[plain])
    return answer


def at_least(count: Array, mean: Array, phi: Array) -> Array:
    """P(Y >= count), precise where it is small."""
    count, mean, phi = np.broadcast_arrays(np.ceil(count), mean, phi)
    answer = np.where(count <= 0, 1.0, 0.0)
    told = (mean > 0) & (count > 0)
    over = told & (phi - 1 > NEARLY_POISSON)
    size = mean[over] / (phi[over] - 1)
    answer[over] = special.betainc(count[over], size, 1 - 1 / phi[over])
    plain = told & ~over
    answer[plain] = special.gammainc(count[plain], mean[plain])
    return answer


def mid_p(count: Array, mean: Array, phi: Array) -> Array:
    """P(Y > count) + P(Y = count) / 2: near uniform where counts are small (Lancaster 1961)."""
    return np.asarray((at_least(count, mean, phi) + at_least(np.asarray(count) + 1, mean, phi)) / 2)


def quantile(level: float, mean: Array, phi: Array) -> Array:
    """The smallest count whose P(Y <= count) reaches `level`; nan where the mean is not finite.

    Past a mean of 1e12 by the normal distribution.
    """
    mean, phi = (np.array(x, dtype=np.float64) for x in np.broadcast_arrays(mean, phi))
    answer = np.full(mean.shape, np.nan)
    huge = np.isfinite(mean) & (mean > LARGEST)
    answer[huge] = np.floor(mean[huge] + special.ndtri(level) * np.sqrt(mean[huge]) * np.sqrt(np.maximum(phi[huge], 1.0)))
    open_ = (mean <= LARGEST) & (mean >= 0)
    m, f = mean[open_], np.maximum(phi[open_], 1.0)
    reach = level * (1 - 64 * np.finfo(np.float64).eps)
    deviations = special.ndtri(level)
    low = np.full(m.shape, -1.0)
    high = np.ceil(m + max(deviations, 0.5) * np.sqrt(m * f) + 1)
    while (short := at_most(high, m, f) < reach).any():
        low[short] = high[short]
        high[short] = high[short] * 2 + 1
    while (wide := high - low > 1).any():
        middle = np.floor((low + high) / 2)
        enough = at_most(middle, m, f) >= reach
        high = np.where(wide & enough, middle, high)
        low = np.where(wide & ~enough, middle, low)
    answer[open_] = high
    return answer
