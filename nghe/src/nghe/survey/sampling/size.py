"""How many to ask, and what change so many can show, with a design effect that is stated and not wished away.

z is the normal quantile. Sources: Cochran 1977, chapter 4 (size and finite population); Kish 1965, section 8.2 (deff of
clusters) and Kish 1992 (Journal of Official Statistics 8:183-200; weighting); the change of two shares as in Fleiss, Levin and
Paik 2003, chapter 4, variances times the design effect.
"""

from __future__ import annotations

import math
from statistics import NormalDist

from nghe.errors import Fault


def design_effect(*, cluster_size: float = 1.0, icc: float = 0.0, weight_cv: float = 0.0) -> float:
    """(1 + cv^2) (1 + (m - 1) rho): m interviews in a cluster, rho how alike they are, cv of the weights."""
    if cluster_size < 1:
        raise Fault("sampling.size", "cluster_size", f"{cluster_size!r} is under 1")
    if not -1 / max(cluster_size - 1, 1) <= icc <= 1:
        raise Fault("sampling.size", "icc", f"{icc!r} is no intraclass correlation for clusters of {cluster_size:g}")
    if weight_cv < 0:
        raise Fault("sampling.size", "weight_cv", f"{weight_cv!r} is under 0")
    return (1 + weight_cv**2) * (1 + (cluster_size - 1) * icc)


def sample_size(
    margin: float, *, share: float = 0.5, level: float = 0.95, deff: float = 1.0, population: int | None = None,
    response: float = 1.0,
) -> int:
    """Units to draw so that a share has the half-width `margin` (both 0..1); `response`: the part that answers."""
    _check_rate("margin", margin)
    _check_rate("share", share)
    _check_rate("response", response, closed=True)
    n = _z(level) ** 2 * share * (1 - share) * _check_deff(deff) / margin**2
    return _drawn(n, population, response)


def sample_size_of_mean(
    margin: float, *, deviation: float, level: float = 0.95, deff: float = 1.0, population: int | None = None,
    response: float = 1.0,
) -> int:
    """Units to draw so that a mean has the half-width `margin`, in the units of `deviation`."""
    if margin <= 0 or deviation <= 0:
        raise Fault("sampling.size", "margin, deviation", "must be above 0")
    _check_rate("response", response, closed=True)
    return _drawn((_z(level) * deviation / margin) ** 2 * _check_deff(deff), population, response)


def expected_margin(
    n: int, *, share: float = 0.5, level: float = 0.95, deff: float = 1.0, population: int | None = None
) -> float:
    """Half-width of a share from `n` interviews of a probability sample, for planning only."""
    _check_n(n)
    _check_rate("share", share)
    fpc = 1.0
    if population is not None:
        if population < n:
            raise Fault("sampling.size", "population", f"{population} is smaller than the sample of {n}")
        fpc = (population - n) / max(population - 1, 1)
    return _z(level) * math.sqrt(share * (1 - share) * _check_deff(deff) * fpc / n)


def minimum_detectable_change(
    first: int, second: int, *, share: float = 0.5, level: float = 0.95, power: float = 0.8, deff: float = 1.0,
    correlation: float = 0.0,
) -> float:
    """The smallest change of a share between two waves that is found with `power`: (z_level + z_power) times the error.

    `correlation` of the two estimates is above 0 where the waves share clusters or people. The error takes `share` in both waves.
    """
    _check_n(first)
    _check_n(second)
    _check_rate("share", share)
    _check_rate("power", power)
    if not -1 <= correlation < 1:
        raise Fault("sampling.size", "correlation", f"{correlation!r} is not from -1 to under 1")
    one, two = (share * (1 - share) * _check_deff(deff) / n for n in (first, second))
    error = math.sqrt(one + two - 2 * correlation * math.sqrt(one * two))
    return (_z(level) + NormalDist().inv_cdf(power)) * error


def sample_size_for_change(
    change: float, *, share: float = 0.5, level: float = 0.95, power: float = 0.8, deff: float = 1.0, correlation: float = 0.0,
    response: float = 1.0,
) -> int:
    """Units to draw in each of two waves so that `change` is found with `power`."""
    _check_rate("change", change)
    _check_rate("response", response, closed=True)
    at_one = minimum_detectable_change(1, 1, share=share, level=level, power=power, deff=deff, correlation=correlation)
    return math.ceil((at_one / change) ** 2 / response - 1e-9)


def _drawn(n: float, population: int | None, response: float) -> int:
    if population is not None:
        _check_n(population)
        n = n / (1 + (n - 1) / population)
    drawn = math.ceil(n / response - 1e-9)
    if population is not None and drawn > population:
        raise Fault("sampling.size", "population", f"has {population}, and {drawn} would have to be asked for so many to answer")
    return drawn


def _z(level: float) -> float:
    _check_rate("level", level)
    return NormalDist().inv_cdf((1 + level) / 2)


def _check_deff(deff: float) -> float:
    if not math.isfinite(deff) or deff <= 0:
        raise Fault("sampling.size", "deff", f"{deff!r} is no design effect above 0")
    return deff


def _check_n(n: int) -> None:
    if isinstance(n, bool) or not isinstance(n, int) or n < 1:
        raise Fault("sampling.n", "n", f"{n!r} is no whole number from 1")


def _check_rate(name: str, value: float, *, closed: bool = False) -> None:
    if not (0 < value < 1 or (closed and value == 1)):
        raise Fault("sampling.size", name, f"{value!r} is not between 0 and 1")
