"""When a figure may stand: the NCHS presentation rule for shares, and warnings of few or unequal units.

NCHS Data Presentation Standards for Proportions (Parker and others 2017): a share is withheld where its effective base is under
30, its Korn-Graubard interval is 30 points wide or more, or wider than 5 points and than 130 % of the share; it is to be
reviewed where it rests on fewer than 8 degrees of freedom, or is 0 % or 100 %. Counts under 10 rows are withheld.

With few first-stage units, units of very unequal size, or a variance that a few of them carry, intervals cover less than they
say, whatever the formula: measured in bench/coverage_suite.py, where the limits are from. The warning says so by the figure.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nghe.survey.arrays import Floats, Ints, sums_by
from nghe.survey.estimates.intervals import effective_size, share_interval

if TYPE_CHECKING:
    from nghe.survey.estimates.result import Estimates
    from nghe.survey.sample import Sample

LEAST_EFFECTIVE = 30.0
WIDEST = 0.30
NARROW = 0.05
WIDEST_RELATIVE = 1.30
LEAST_DF = 8.0
LEAST_ROWS = 10
FEW_DF = 8.0
FEW_UNIT_DF = 11.0
RELATED_UNIT_DF = 18.0
RELATED = 1.25
UNEQUAL = 0.8
ENOUGH_UNITS = 50.0


@dataclass(frozen=True)
class Verdict:
    """show, review or withhold, and why."""

    verdict: str
    reasons: tuple[str, ...] = ()


def presentation_rule(share: Floats, se: Floats, n: Ints, df: float) -> list[Verdict]:
    """A verdict for each share (k,), from its standard error, unweighted rows and degrees of freedom."""
    low, high = share_interval(share, se, n, df)
    effective = np.minimum(np.where(se > 0, effective_size(share, se), n), n)
    return [
        _judge(float(p), float(size), float(end - start), float(df))
        for p, size, start, end in zip(share, effective, low, high, strict=True)
    ]


def _judge(share: float, effective: float, width: float, df: float) -> Verdict:
    withheld = []
    if not effective >= LEAST_EFFECTIVE:
        withheld.append(f"effective base {effective:.0f} is under {LEAST_EFFECTIVE:.0f}")
    if not width < WIDEST:
        withheld.append(f"interval is {100 * width:.0f} points wide, {100 * WIDEST:.0f} or more")
    elif width > NARROW and width > WIDEST_RELATIVE * min(share, 1 - share):
        withheld.append(f"interval is wider than {100 * WIDEST_RELATIVE:.0f} % of the share or of its complement")
    if withheld:
        return Verdict("withhold", tuple(withheld))
    review = [f"rests on {df:.0f} degrees of freedom, fewer than {LEAST_DF:.0f}"] if df < LEAST_DF else []
    if share in {0.0, 1.0}:
        review.append("is 0 % or 100 %")
    return Verdict("review" if review else "show", tuple(review))


def unit_warnings(sample: Sample) -> tuple[str, ...]:
    """Warnings for every estimate of a sample's domain: few degrees of freedom, or first-stage units of very unequal size."""
    if not sample.design.has_margin_of_error:
        return ()
    found = []
    if sample.df < FEW_DF:
        found.append(f"few units: {sample.df:.0f} degrees of freedom; intervals may cover less than they say")
    if sample.replicates is not None:
        without = int((sample.replicates.totals(sample.rows_inside[:, None].astype(np.float64)) == 0).sum())
        if without:
            found.append(f"replicates without rows of the domain: {without}; they take no part in its standard errors")
    spread = unit_size_cv(sample)
    effective = (sample.df + 1) / (1 + spread**2)
    if spread > UNEQUAL and effective < ENOUGH_UNITS:
        found.append(
            f"unequal units: sizes of first-stage units vary by a coefficient of {spread:.1f}, so that they count as "
            f"{effective:.0f} equal ones; intervals may cover less than they say"
        )
    return tuple(found)


def estimate_warnings(found: Estimates) -> list[tuple[str, ...]]:
    """For each estimate, the warning that a few units carry its variance; sooner where the share goes with the size of units."""
    if found.unit_df is None or found.size_t is None:
        return [()] * len(found)
    limits = np.where(found.size_t > RELATED, RELATED_UNIT_DF, FEW_UNIT_DF)
    return [
        (f"few units carry it: its variance has {df:.0f} degrees of freedom; the interval may cover less than it says",)
        if 0 < df < limit
        else ()
        for df, limit in zip(found.unit_df, limits, strict=True)
    ]


def unit_size_cv(sample: Sample) -> float:
    """Coefficient of variation of the weighted size of first-stage units within strata, of the units with rows in the domain."""
    first = sample.units.stages[0]
    sizes = sums_by(sample.units.psu[sample.frame.unit], sample.weights * sample.rows_inside, first.units)
    strata = first.stratum[sizes > 0]
    sizes = sizes[sizes > 0]
    number = np.maximum(np.bincount(strata, minlength=first.strata), 1)
    means = sums_by(strata, sizes, first.strata) / number
    spare = len(sizes) - len(np.unique(strata))
    if spare < 1:
        return 0.0
    return float(np.sqrt((((sizes - means[strata]) / means[strata]) ** 2).sum() / spare))
