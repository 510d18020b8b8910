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
    low, high = _bracket(level, reach, m, f)
    while (wide := np.flatnonzero(high - low > 1)).size:
        middle = np.floor((low[wide] + high[wide]) / 2)
        enough = at_most(middle, m[wide], f[wide]) >= reach
        high[wide[enough]], low[wide[~enough]] = middle[enough], middle[~enough]
    answer[open_] = high
    return answer


def _bracket(level: float, reach: float, mean: Array, phi: Array) -> tuple[Array, Array]:
    """A count whose P(Y <= count) is below `reach` (or -1) and one where it is not, from the Cornish-Fisher expansion outwards in
    steps that double.
    """
    z, sd = special.ndtri(level), np.sqrt(mean * phi)
    with np.errstate(divide="ignore", invalid="ignore"):
        guess = mean + z * sd + (z * z - 1) / 6 * (2 * phi - 1) - 0.5
    guess = np.maximum(np.ceil(np.where(np.isfinite(guess), guess, 0.0)), 0.0)
    low, high = np.full(guess.shape, -1.0), guess.copy()
    enough = at_most(guess, mean, phi) >= reach
    low[~enough] = guess[~enough]
    step, down, up = 1.0, np.flatnonzero(enough & (guess > 0)), np.flatnonzero(~enough)
    while down.size or up.size:
        under = np.maximum(high[down] - step, -1.0)
        still = at_most(under, mean[down], phi[down]) >= reach
        high[down[still]], low[down[~still]] = under[still], under[~still]
        over = low[up] + step
        short = at_most(over, mean[up], phi[up]) < reach
        low[up[short]], high[up[~short]] = over[short], over[~short]
        down, up, step = down[still], up[short], step * 2
    return low, high
