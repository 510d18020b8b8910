"""From a statistic to its estimate and covariance, by linearisation or by replicates.

A statistic is a smooth function of weighted totals T (m,) of values A (n, m). Linearised: the influence value of a row is
A J with J (m, k) the derivative at T (Binder 1983). Replicates: the function of the totals of every replicate.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from nghe.errors import Fault
from nghe.survey.arrays import Bools, Floats, Ints, group_sums
from nghe.survey.data.column import Level
from nghe.survey.design.bind import present_units
from nghe.survey.sample import Sample
from nghe.survey.variance.stages import covariance, variances

CHUNK = 1 << 22
"""Numbers in one block of values by row, so that memory does not grow with the number of estimates."""


@dataclass(frozen=True, eq=False)
class Smooth:
    """values (n, m), 0 outside the domain; of_totals: (m, r) to (k, r); derivative: (m,) to (m, k)."""

    values: Floats
    of_totals: Callable[[Floats], Floats]
    derivative: Callable[[Floats], Floats]


def estimate(sample: Sample, statistic: Smooth, what: str) -> tuple[Floats, Floats]:
    """Estimate (k,) and covariance (k, k); refuses a sample without a margin of error."""
    sample.need_margin(what)
    totals = sample.weights @ statistic.values
    with np.errstate(invalid="ignore", divide="ignore"):
        point = statistic.of_totals(totals[:, None])[:, 0]
    if sample.replicates is not None:
        with np.errstate(invalid="ignore", divide="ignore"):
            replicated = statistic.of_totals(sample.replicates.totals(statistic.values))
        return point, sample.replicates.covariance(replicated, point)
    return point, linear_covariance(sample, statistic.values, statistic.derivative(totals))


def linear_covariance(sample: Sample, values: Floats, derivative: Floats | None = None) -> Floats:
    """Covariance (k, k) of influence values `values @ derivative` by row (n, k), after what weighting accounts for."""
    totals = unit_totals(sample, values)
    return covariance(sample.units, totals if derivative is None else totals @ derivative, sample.present)


def own_variances(sample: Sample, values: Floats, of_row: Ints) -> Floats | None:
    """Variances (k,) of estimates whose groups are domains of their own; None where that changes nothing.

    values (units, k): unit totals of influence values, groups fastest. of_row (n,): group of each row, -1 for none. The rules
    `adjust` and `average` look at the units of a domain: for the variance within a group at its own, for the covariance
    between groups at those of all.
    """
    units = sample.units
    if sample.steps or sample.replicates is not None or units.joint is not None or units.lonely not in {"adjust", "average"}:
        return None
    found = np.empty(values.shape[1])
    groups = int(of_row.max()) + 1
    for group in range(groups):
        found[group::groups] = variances(units, values[:, group::groups], present_units(sample.frame, of_row == group))
    return found


def unit_totals(sample: Sample, values: Floats) -> Floats:
    """Weighted totals by last-stage unit (units, m) of values by row (n, m), after what weighting accounts for."""
    block = max(CHUNK // max(len(values), 1), 1)
    found = np.empty((sample.units.count, values.shape[1]))
    for start in range(0, values.shape[1], block):
        part = values[:, start : start + block] * sample.weights[:, None]
        for step in sample.steps:
            part = step.residuals(part)
        found[:, start : start + block] = group_sums(sample.frame.unit, part, sample.units.count)
    return found


def answered(sample: Sample, names: Sequence[str], *, na_rm: bool) -> Sample:
    """The sample narrowed to rows with a value in each of the columns; without `na_rm` a missing value is a fault."""
    missing = sample.table.missing_in(names) & sample.rows_inside
    if missing.any():
        if not na_rm and not missing[sample.rows_inside].all():
            raise Fault(
                "survey.missing",
                f"{', '.join(names)}, row {int(np.flatnonzero(missing)[0]) + 1}",
                f"{int(missing.sum())} rows have no answer; say na_rm = true to leave them out",
            )
        sample = sample.subset(~missing)
    check_base(sample, ", ".join(names))
    return sample


def check_base(sample: Sample, what: str) -> None:
    if not (sample.rows_inside & (sample.weights > 0)).any():
        raise Fault("survey.empty", what, "no row of the domain has an answer and a weight, so nothing can be estimated")


def groups_of(sample: Sample, by: Sequence[str], whole: Bools) -> tuple[Ints, list[dict[str, Level]]]:
    """Group of each row (n,), -1 outside, and the groups present: ascending, the first column of `by` fastest."""
    code, size = np.zeros(sample.rows, dtype=np.int64), 1
    outside = ~whole
    for name in by:
        column = sample.table[name]
        code = code + size * column.codes.astype(np.int64)
        size *= len(column.levels)
        outside = outside | column.missing
    present = np.unique(code[~outside])
    place = np.full(size, -1)
    place[present] = np.arange(len(present))
    groups = []
    for value in present.tolist():
        group: dict[str, Level] = {}
        rest = value
        for name in by:
            rest, level = divmod(rest, len(sample.table[name].levels))
            group[name] = sample.table[name].levels[level]
        groups.append(group)
    return np.where(outside, -1, place[np.where(outside, 0, code)]), groups


def bases(sample: Sample, masks: Sequence[Bools]) -> tuple[Ints, Ints]:
    """Unweighted rows and first-stage units (k,) behind estimates, each of the rows of its mask."""
    unit = sample.units.psu[sample.frame.unit]
    return (np.array([int(mask.sum()) for mask in masks]), np.array([len(np.unique(unit[mask])) for mask in masks]))
