"""The share of rows that meet conditions, with an interval by a named method."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import expit, logit

from nghe.errors import Fault
from nghe.survey.arrays import Floats, group_sums
from nghe.survey.data.predicates import indicator
from nghe.survey.estimates.core import Smooth, bases, check_base, estimate, unit_totals
from nghe.survey.estimates.result import Estimates, Label, t_quantile
from nghe.survey.sample import Sample
from nghe.survey.variance.stages import size_relation, unit_df


@dataclass(frozen=True)
class IndicatorShare:
    """A share with the interval of the method that was asked for. df: the degrees of freedom that it used."""

    estimates: Estimates
    method: str
    low: float
    high: float
    df: float


def indicator_interval(
    sample: Sample, condition: Mapping[str, Any], *, method: str = "beta", na_rm: bool = False
) -> IndicatorShare:
    """The share of an indicator with its interval. With replicates `logit` takes the spread of their logits."""
    found = indicator_share(sample, condition, na_rm=na_rm)
    if method == "logit" and sample.replicates is not None and 0 < found.estimate[0] < 1:
        point, cov = estimate(*_statistic(sample, condition, logits=True), "a logit")
        half = t_quantile(0.95, found.df) * float(np.sqrt(cov[0, 0]))
        return IndicatorShare(found, method, float(expit(point[0] - half)), float(expit(point[0] + half)), found.df)
    low, high = found.share_interval(method)
    return IndicatorShare(found, method, float(low[0]), float(high[0]), found.df)


def indicator_share(sample: Sample, condition: Mapping[str, Any], *, na_rm: bool = False) -> Estimates:
    """Share (0 to 1) of an indicator {"where", "missing"}; its interval is `share_interval(method)` of the answer."""
    name = " and ".join(str(part["column"]) for part in condition["where"])
    narrow, statistic = _statistic(sample, condition, na_rm=na_rm)
    point, cov = estimate(narrow, statistic, f"share of {name}")
    n, n_psu = bases(narrow, [narrow.rows_inside])
    carried = related = None
    if sample.replicates is None and sample.units.joint is None:
        values = unit_totals(narrow, statistic.values) @ statistic.derivative(narrow.weights @ statistic.values)
        carried = unit_df(narrow.units, values, narrow.present)
        sums = group_sums(narrow.frame.unit, statistic.values * narrow.weights[:, None], narrow.units.count)
        related = size_relation(narrow.units, sums[:, :1], sums[:, 1:])
    return Estimates(
        "proportion",
        (Label(name),),
        point,
        cov,
        sample.df,
        sample.design_df,
        n,
        n_psu,
        sample.kept_rows,
        unit_df=carried,
        size_t=related,
    )


def _statistic(
    sample: Sample, condition: Mapping[str, Any], *, na_rm: bool = True, logits: bool = False
) -> tuple[Sample, Smooth]:
    """The sample narrowed to rows where the indicator is known, and the share (or its logit) as a function of totals."""
    values = indicator(sample.table, condition["where"], missing=condition["missing"])
    name = " and ".join(str(part["column"]) for part in condition["where"])
    missing = np.isnan(values) & sample.rows_inside
    if missing.any() and not na_rm:
        raise Fault("survey.missing", name, f"{int(missing.sum())} rows have no answer; say na_rm = true to leave them out")
    narrow = sample.subset(~missing) if missing.any() else sample
    check_base(narrow, name)
    inside = narrow.rows_inside
    top = np.where(inside, np.nan_to_num(values, nan=0.0), 0.0)

    def of_totals(t: Floats) -> Floats:
        return np.asarray(logit(t[0:1] / t[1:2]) if logits else t[0:1] / t[1:2])

    def derivative(t: Floats) -> Floats:
        slope = t[1] / (t[0] * (t[1] - t[0])) * t[1] if logits else 1.0
        return slope * np.array([[1 / t[1]], [-t[0] / t[1] ** 2]])

    return narrow, Smooth(np.column_stack([top, inside]), of_totals, derivative)
