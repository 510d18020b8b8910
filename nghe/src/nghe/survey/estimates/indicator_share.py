"""The share of rows that meet conditions, with an interval by a named method."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from nghe.errors import Fault
from nghe.survey.arrays import Floats
from nghe.survey.data.predicates import indicator
from nghe.survey.estimates.core import Smooth, bases, check_base, estimate
from nghe.survey.estimates.result import Estimates, Label
from nghe.survey.sample import Sample


def indicator_share(sample: Sample, condition: Mapping[str, Any], *, na_rm: bool = False) -> Estimates:
    """Share (0 to 1) of an indicator {"where", "missing"}; its interval is `share_interval(method)` of the answer."""
    values = indicator(sample.table, condition["where"], missing=condition["missing"])
    name = " and ".join(str(part["column"]) for part in condition["where"])
    missing = np.isnan(values) & sample.rows_inside
    if missing.any() and not na_rm:
        raise Fault("survey.missing", name, f"{int(missing.sum())} rows have no answer; say na_rm = true to leave them out")
    narrow = sample.subset(~missing) if missing.any() else sample
    check_base(narrow, name)
    inside = narrow.rows_inside
    top = np.where(inside, np.nan_to_num(values, nan=0.0), 0.0)

    def derivative(t: Floats) -> Floats:
        return np.array([[1 / t[1]], [-t[0] / t[1] ** 2]])

    statistic = Smooth(np.column_stack([top, inside]), lambda t: t[0:1] / t[1:2], derivative)
    point, cov = estimate(narrow, statistic, f"share of {name}")
    n, n_psu = bases(narrow, [inside])
    rows = sample.rows if sample.inside is None else int(sample.rows_inside.sum())
    return Estimates("proportion", (Label(name),), point, cov, sample.df, sample.design_df, n, n_psu, rows)
