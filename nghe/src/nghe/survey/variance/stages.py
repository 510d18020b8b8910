"""Linearised covariance from totals of sampled units, stage by stage.

For a stratum of a stage, with n units drawn of N and unit totals z of weight x influence value,

    V = f (1 - n/N) n/(n-1) sum (z - mean z)(z - mean z)'

f is the product of the sampling fractions of the stages above, so later stages count only under fpc (Särndal, Swensson and
Wretman 1992, ch. 4.3; Wolter 2007, ch. 1). Unequal probabilities: Brewer (2002) with 1 - pi by unit in place of 1 - n/N;
joint probabilities: Horvitz and Thompson (1952), Yates and Grundy (1953). Strata with one unit: `Design.lonely_psu`.
Totals have the shape (units, k) with the units of the last stage; answers (k, k), or (k,) for `variances`.
"""

from __future__ import annotations

import numpy as np

from nghe.errors import Fault
from nghe.survey.arrays import AnyArray, Bools, Floats, group_sums
from nghe.survey.design.units import Stage, Units

SAME = 1e-9
"""Relative difference up to which sizes or shares of units are the same but for rounding."""


def covariance(units: Units, totals: Floats, present: Bools | None = None) -> Floats:
    """Covariance (k, k). `present` (units,): units with rows in the domain, None where all count as present."""
    if units.joint is not None:
        return np.asarray(totals.T @ (units.joint @ totals))
    result = np.zeros((totals.shape[1], totals.shape[1]))
    for centred, share in _by_stage(units, totals, present):
        scaled = centred * np.sqrt(share)[:, None]
        result += scaled.T @ scaled
    return result


def variances(units: Units, totals: Floats, present: Bools | None = None) -> Floats:
    """The diagonal of `covariance`, at a fraction of its cost: (k,) for totals (units, k)."""
    if units.joint is not None:
        return np.asarray(np.einsum("uk,uk->k", totals, units.joint @ totals))
    result = np.zeros(totals.shape[1])
    for centred, share in _by_stage(units, totals, present):
        np.multiply(centred, centred, out=centred)
        result += share @ centred
    return result


def unit_df(units: Units, totals: Floats, present: Bools | None = None) -> Floats:
    """Degrees of freedom that the variance of each estimate really has (k,), from how it is spread over first-stage units.

    A variance that few units carry is as uncertain as one from few units, however many there are. With q the part of a unit in
    V, the variance of V is about V^2 (sum q^2 / V^2 - 1/U), which Satterthwaite (1946) turns into 2 / (sum q^2 / V^2 - 1/U)
    for U units; with strata it is scaled by their degrees of freedom over U. It may exceed the degrees of freedom of the design
    where units differ less than a normal sample would; inf where they do not differ in it at all.
    """
    psu = Units(units.stages[:1], units.lonely, units.adjust_domain, units.left)
    seen = None if present is None else np.bincount(units.psu, weights=present, minlength=psu.count) > 0
    centred, share = _by_stage(psu, units.to_psu(totals), seen)[0]
    parts = share[:, None] * centred**2
    whole, count = parts.sum(axis=0), float(psu.count if seen is None else seen.sum())
    with np.errstate(divide="ignore", invalid="ignore"):
        excess = (parts**2).sum(axis=0) / whole**2 - 1 / count
        found = np.where(excess > 0, 2 / excess, np.inf) * psu.df(seen) / count
    return np.where(whole > 0, found, 0.0)


def size_relation(units: Units, sums: Floats, bases: Floats) -> Floats:
    """How surely a share goes with the size of first-stage units (k,): |t| of their correlation within strata, 0 without any.

    sums, bases (units, k): weights of each share's answer and of its base, by last-stage unit; a unit without a base is left out.
    """
    sums, bases = units.to_psu(sums), units.to_psu(bases)
    inside = bases > 0
    first = units.stages[0]
    number = np.add.reduceat(inside, first.starts, axis=0, dtype=np.int64)

    def within_strata(values: Floats) -> Floats:
        means = np.add.reduceat(values, first.starts, axis=0) / np.maximum(number, 1)
        return np.asarray(np.where(inside, values - means[first.stratum], 0.0))

    share = np.divide(sums, bases, out=np.zeros_like(sums), where=inside)
    size, answer = within_strata(bases), within_strata(share)
    spread = np.sqrt((size**2).sum(axis=0) * (answer**2).sum(axis=0))
    vary = (np.abs(size).max(axis=0) > SAME * bases.max(axis=0)) & (np.abs(answer).max(axis=0) > SAME)
    r = np.divide((size * answer).sum(axis=0), spread, out=np.zeros(len(spread)), where=vary)
    spare = np.maximum(number.sum(axis=0) - (number > 0).sum(axis=0) - 1, 0)
    return np.asarray(np.abs(r) * np.sqrt(spare / np.maximum(1 - r**2, SAME)))


def _by_stage(units: Units, totals: Floats, present: Bools | None) -> list[tuple[Floats, Floats]]:
    """For each stage that counts: its unit totals centred (U, k), and what each unit's square is multiplied by (U,)."""
    found = []
    above = np.ones(1)
    for number, stage in enumerate(units.stages):
        last = number == len(units.stages) - 1
        here, seen = (totals, present) if last else _sum_up(units, number, totals, present)
        factor = above[stage.parent[stage.starts]]
        found.append(_centre(units, stage, here, seen, factor, number))
        above = (factor * stage.fraction)[stage.stratum]
    return found


def _sum_up(units: Units, number: int, totals: Floats, present: Bools | None) -> tuple[Floats, Bools | None]:
    code = np.arange(units.count)
    for stage in units.stages[:number:-1]:
        code = stage.parent[code]
    count = units.stages[number].units
    seen = None if present is None else np.bincount(code, weights=present, minlength=count) > 0
    return group_sums(code, totals, count), seen


def _centre(
    units: Units, stage: Stage, totals: Floats, present: Bools | None, factor: Floats, number: int
) -> tuple[Floats, Floats]:
    n = stage.sampled
    counted = n if present is None else stage.sums(present.astype(np.float64))
    complete = stage.fraction >= 1
    lonely = (n == 1) & ~complete
    if units.adjust_domain and units.lonely in {"adjust", "average"}:
        lonely |= (counted == 1) & ~complete
    if units.lonely == "fail" and (lonely & (counted > 0)).any():
        name = stage.names[int(np.flatnonzero(lonely & (counted > 0))[0])]
        if stage.units == 1:
            raise Fault("survey.lonely", name, "has one unit; a margin of error needs two at least")
        raise Fault(
            "survey.lonely",
            name,
            f"has one sampled unit at stage {number + 1}, so its variance cannot be "
            "estimated; join it with "
            "a like stratum, or say lonely_psu = certainty, adjust or average",
        )
    scale = factor * (1 - stage.fraction if units.left is None else 1.0) * n / np.maximum(n - 1, 1)
    means = stage.sums(totals) / n[:, None]
    if units.lonely == "adjust" and lonely.any():
        means[lonely] = totals.sum(axis=0) / n[counted > 0].sum()
    else:
        scale = np.where(lonely, 0.0, scale)
    if units.lonely == "average" and lonely.any():
        scale = scale * _spread_over(stage, lonely & (counted > 0), (counted > 0) & ~lonely)
    share = scale[stage.stratum]
    return totals - means[stage.stratum], share if units.left is None else share * units.left


def _spread_over(stage: Stage, lonely: Bools, others: Bools) -> AnyArray:
    """The factor by which the other strata of a stage stand for its lonely ones; at a later stage, those of the whole stage."""
    if not others.any():
        raise Fault(
            "survey.lonely",
            stage.names[int(np.flatnonzero(lonely)[0])],
            "every stratum has one sampled unit, so there is no average to take",
        )
    return np.float64(1.0 + lonely.sum() / others.sum())  # type: ignore[return-value]
