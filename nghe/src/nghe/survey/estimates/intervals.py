"""Intervals for a share, from its estimate, standard error, rows and degrees of freedom. All arrays (k,); ends between 0 and 1
except for `mean`, whose ends may lie outside.

korn-graubard (beta): Clopper-Pearson ends at the effective size p(1-p)/V, times (t(n-1)/t(df))^2 (Korn and Graubard 1998). The
    default: of those here it alone keeps its level where clusters are few or unequal. A share of 0 or 1 shows no spread, and
    is given its rows as effective size, so its end is an exact binomial one.
logit, xlogit: t interval of log(p/(1-p)), turned back.
asin: of asin(sqrt(p)), turned back; an end past 0 or 1 is folded back, as in R: not for shares near 0 or 1.
wilson: score interval (Wilson 1927) at the size p(1-p)/V, with t quantiles.      mean: p -+ t se.
likelihood: shares whose scaled binomial log-likelihood is within F(1, df)/2 of its maximum (Rao and Scott 1984).
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import brentq
from scipy.special import betaincinv, stdtrit, xlogy

from nghe.errors import Fault
from nghe.survey.arrays import Floats, Ints

METHODS = ("korn-graubard", "beta", "logit", "xlogit", "wilson", "mean", "asin", "likelihood")


def share_interval(
    share: Floats,
    se: Floats,
    n: Ints,
    df: float | Floats,
    *,
    method: str = "korn-graubard",
    level: float = 0.95,
    rows: int | None = None,
) -> tuple[Floats, Floats]:
    """Ends of the interval of shares. n (k,): unweighted rows behind each; rows: of the whole design, for the effective size."""
    if method not in METHODS:
        raise Fault("survey.interval", "method", f"is {method!r}; say one of {', '.join(METHODS)}")
    with np.errstate(invalid="ignore", divide="ignore"):
        t = stdtrit(np.where(np.asarray(df) > 0, df, np.nan), 0.5 + level / 2)
        if method in {"korn-graubard", "beta"}:
            return _beta(share, _effective(share, se, n, rows, t, level), level)
        if method == "wilson":
            return _wilson(share, effective_size(share, se), t)
        if method == "likelihood":
            return _likelihood(share, se * np.sqrt(n / np.maximum(n - 1, 1)), t)
        if method == "asin":
            centre, half = np.arcsin(np.sqrt(np.clip(share, 0, 1))), t * se / (2 * np.sqrt(share * (1 - share)))
            return np.sin(centre - half) ** 2, np.sin(centre + half) ** 2
        if method == "mean":
            return share - t * se, share + t * se
        centre, half = np.log(share / (1 - share)), t * se / (share * (1 - share))
        return 1 / (1 + np.exp(half - centre)), 1 / (1 + np.exp(-centre - half))


def effective_size(share: Floats, se: Floats) -> Floats:
    """Rows of a simple random sample of the same precision (k,): p(1-p)/V."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(share * (1 - share) / se**2)


def _effective(share: Floats, se: Floats, n: Ints, rows: int | None, t: Floats, level: float) -> Floats:
    """Effective rows (k,); infinite for a share between 0 and 1 that weighting or the design fixes."""
    whole = np.asarray(n if rows is None else rows, dtype=np.float64)
    size = effective_size(share, se) * (stdtrit(np.maximum(whole - 1, 1), 0.5 + level / 2) / t) ** 2
    flat = (se <= 1e-12) | ~np.isfinite(size)
    return np.where(flat & ((share <= 0) | (share >= 1)), n, size)


def _beta(share: Floats, size: Floats, level: float) -> tuple[Floats, Floats]:
    alpha = (1 - level) / 2
    fixed = np.isinf(size) & (share > 0) & (share < 1)
    size = np.where(fixed, 1.0, size)
    x = share * size
    low = np.where(share <= 0, 0.0, betaincinv(np.maximum(x, 1e-300), size - x + 1, alpha))
    high = np.where(share >= 1, 1.0, betaincinv(x + 1, np.maximum(size - x, 1e-300), 1 - alpha))
    return np.where(fixed, share, low), np.where(fixed, share, high)


def _wilson(share: Floats, size: Floats, t: Floats) -> tuple[Floats, Floats]:
    centre = (share + t**2 / (2 * size)) / (1 + t**2 / size)
    half = t / (1 + t**2 / size) * np.sqrt(share * (1 - share) / size + t**2 / (4 * size**2))
    return centre - half, centre + half


def _likelihood(share: Floats, se: Floats, t: Floats) -> tuple[Floats, Floats]:
    limits = np.broadcast_to(t**2, share.shape)
    ends = [_likelihood_ends(float(p), float(s), float(limit)) for p, s, limit in zip(share, se, limits, strict=True)]
    return np.array([low for low, _ in ends]), np.array([high for _, high in ends])


def _likelihood_ends(share: float, se: float, limit: float) -> tuple[float, float]:
    if not (0 < share < 1 and se >= 0 and np.isfinite(limit)):
        return float("nan"), float("nan")
    if se == 0:
        return share, share
    size = share * (1 - share) / se**2

    def beyond(p: float) -> float:
        gap = xlogy(share, share / p) + xlogy(1 - share, (1 - share) / (1 - p))
        return float(2 * size * gap - limit)

    tiny = 1e-15
    low = 0.0 if beyond(tiny) < 0 else float(brentq(beyond, tiny, share, xtol=1e-15, rtol=1e-14))
    high = 1.0 if beyond(1 - tiny) < 0 else float(brentq(beyond, share, 1 - tiny, xtol=1e-15, rtol=1e-14))
    return low, high
