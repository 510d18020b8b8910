"""Means, totals, ratios and variances of numeric columns, of a domain or by groups."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from nghe.survey.arrays import Bools, Floats, Ints
from nghe.survey.data.column import Level
from nghe.survey.estimates.core import Smooth, answered, bases, check_base, estimate, groups_of, own_variances, unit_totals
from nghe.survey.estimates.deff import design_effects
from nghe.survey.estimates.result import SOME_REPLICATES, Estimates, Label
from nghe.survey.sample import Sample


def mean(
    sample: Sample, variables: Sequence[str], *, by: Sequence[str] = (), na_rm: bool = False, deff: str | None = None
) -> Estimates:
    """Weighted means, in the unit of each variable; rows ordered by variable, then group. deff: None, "wor" or "wr"."""
    return _means(sample, variables, by=by, na_rm=na_rm, deff=deff, totals=False)


def total(
    sample: Sample, variables: Sequence[str], *, by: Sequence[str] = (), na_rm: bool = False, deff: str | None = None
) -> Estimates:
    """Weighted totals of numeric variables; rows ordered by variable, then group. deff: None, "wor" or "wr"."""
    return _means(sample, variables, by=by, na_rm=na_rm, deff=deff, totals=True)


def _means(
    sample: Sample, variables: Sequence[str], *, by: Sequence[str], na_rm: bool, deff: str | None, totals: bool
) -> Estimates:
    narrow = answered(sample, variables, na_rm=na_rm)
    columns = [np.nan_to_num(narrow.table[name].numbers, nan=0.0) for name in variables]
    masks, groups, of_row = _masks(narrow, by)
    pieces = [
        (name, column, mask, group)
        for name, column in zip(variables, columns, strict=True)
        for mask, group in zip(masks, groups, strict=True)
    ]
    sums = np.column_stack([np.where(mask, column, 0.0) for _, column, mask, _ in pieces])
    if totals:
        statistic = Smooth(sums, lambda t: t, lambda t: np.eye(len(t)))
    else:
        statistic = _ratios(sums, np.column_stack([mask for _, _, mask, _ in pieces]).astype(np.float64))
    name = "total" if totals else "mean"
    point, cov = estimate(narrow, statistic, f"{name} of {', '.join(variables)}")
    own = _own(narrow, statistic, point, of_row) if by else None
    n, n_psu = bases(narrow, [mask for _, _, mask, _ in pieces])
    found = Estimates(
        name,
        tuple(Label(variable, group=group) for variable, _, _, group in pieces),
        point,
        cov,
        sample.df,
        sample.design_df,
        n,
        n_psu,
        sample.rows,
        own_variance=own,
        warnings=(SOME_REPLICATES,) if own is not None and narrow.replicates is not None else (),
    )
    return design_effects(found, narrow, [(column, mask) for _, column, mask, _ in pieces], deff, totals=totals)


def _own(sample: Sample, statistic: Smooth, point: Floats, of_row: Ints) -> Floats | None:
    """Variances (k,) of groups as domains of their own, where they differ from those of the covariance."""
    if sample.replicates is None:
        derivative = statistic.derivative(sample.weights @ statistic.values)
        return own_variances(sample, unit_totals(sample, statistic.values) @ derivative, of_row)
    with np.errstate(invalid="ignore", divide="ignore"):
        replicated = statistic.of_totals(sample.replicates.totals(statistic.values))
    return sample.replicates.variances(replicated, point) if np.isnan(replicated).any() else None


def ratio(sample: Sample, numerator: str, denominator: str, *, na_rm: bool = False) -> Estimates:
    """Ratio of the totals of two columns."""
    narrow = answered(sample, [numerator, denominator], na_rm=na_rm)
    inside = narrow.rows_inside
    top, bottom = (
        np.where(inside, np.nan_to_num(narrow.table[name].numbers, nan=0.0), 0.0)[:, None] for name in (numerator, denominator)
    )
    point, cov = estimate(narrow, _ratios(top, bottom), f"ratio of {numerator} to {denominator}")
    n, n_psu = bases(narrow, [inside])
    return Estimates(
        "ratio", (Label(f"{numerator}/{denominator}"),), point, cov, sample.df, sample.design_df, n, n_psu, sample.rows
    )


def variance(sample: Sample, variable: str, *, na_rm: bool = False) -> Estimates:
    """Population variance: the weighted mean of squared deviations times n/(n - 1).

    n: all rows with a weight; with replicates those that have an answer.
    """
    narrow = answered(sample, [variable], na_rm=na_rm)
    inside = narrow.rows_inside & (narrow.weights != 0)
    x = np.where(inside, np.nan_to_num(narrow.table[variable].numbers, nan=0.0), 0.0)
    ones = inside.astype(np.float64)
    centre = (narrow.weights @ x) / (narrow.weights @ ones)
    counted = inside if sample.replicates is not None else sample.rows_inside & (sample.weights != 0)
    n = int(counted.sum())
    scale = n / (n - 1) if n > 1 else np.nan
    moved = np.where(inside, x - centre, 0.0)

    def of_totals(t: Floats) -> Floats:
        return np.asarray(scale * (t[0:1] / t[2:3] - (t[1:2] / t[2:3]) ** 2))

    def derivative(t: Floats) -> Floats:
        return np.asarray(scale / t[2] * np.array([[1.0], [-2 * t[1] / t[2]], [-t[0] / t[2] + 2 * (t[1] / t[2]) ** 2]]))

    point, cov = estimate(
        narrow, Smooth(np.column_stack([moved**2, moved, ones]), of_totals, derivative), f"variance of {variable}"
    )
    count, n_psu = bases(narrow, [inside])
    return Estimates("variance", (Label(variable),), point, cov, sample.df, sample.design_df, count, n_psu, sample.rows)


def _masks(sample: Sample, by: Sequence[str]) -> tuple[list[Bools], list[dict[str, Level]], Ints]:
    """Rows (n,) and levels of each group, and the group of each row (n,), -1 outside."""
    if not by:
        return [sample.rows_inside], [{}], np.where(sample.rows_inside, 0, -1)
    code, groups = groups_of(sample, by, sample.rows_inside)
    if not groups:
        check_base(sample.subset(np.zeros(sample.rows, dtype=bool)), ", ".join(by))
    return [code == place for place in range(len(groups))], groups, code


def _ratios(top: Floats, bottom: Floats) -> Smooth:
    """k ratios: values [top, bottom] (n, 2k)."""
    k = top.shape[1]

    def of_totals(t: Floats) -> Floats:
        return np.asarray(t[:k] / t[k:])

    def derivative(t: Floats) -> Floats:
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.concatenate([np.diag(1 / t[k:]), np.diag(-t[:k] / t[k:] ** 2)])

    return Smooth(np.concatenate([top, bottom], axis=1), of_totals, derivative)
