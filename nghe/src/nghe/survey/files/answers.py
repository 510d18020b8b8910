"""Answers of a survey as plain records: the rows of `nghe survey estimate`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from nghe.errors import Fault
from nghe.survey.data.table import Table
from nghe.survey.design.words import Design
from nghe.survey.estimates.crosstab import Independence
from nghe.survey.estimates.indicator_share import IndicatorShare
from nghe.survey.estimates.quantile import Quantile
from nghe.survey.estimates.regression import Difference, Regression
from nghe.survey.estimates.result import Estimates, Label
from nghe.survey.presentation import estimate_warnings, presentation_rule, unit_warnings
from nghe.survey.requests import Freedom, Tally, Weighted, carry_out
from nghe.survey.sample import Sample

FIELDS = (
    "request",
    "statistic",
    "variable",
    "level",
    "domain",
    "estimate",
    "se",
    "ci_low",
    "ci_high",
    "ci_method",
    "df",
    "deff",
    "n",
    "n_psu",
    "basis",
)


def answer(sample: Sample, requests: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Every request carried out: {"design", "estimates", "refused"}. A request that a rule refuses does not stop the others."""
    estimates: list[dict[str, Any]] = []
    refused = []
    for request in requests:
        try:
            found = carry_out(sample, request)
            inside = sample.subset(request["domain"]) if "domain" in request else sample
            estimates += [{**_tidy(row, request), **_labels(row, sample.table)} for row in rows_of(found, inside)]
        except Fault as fault:
            refused.append({"request": request["id"], "code": fault.code, "where": fault.where, "message": fault.message})
    return {"design": describe(sample), "estimates": estimates, "refused": refused}


def describe(sample: Sample) -> dict[str, Any]:
    """The design as it was understood: its words, rows, sum of weights, degrees of freedom, warnings."""
    design: Design = sample.design
    about = {**design.to_dict(), "rows": sample.rows, "sum_of_weights": float(sample.weights.sum())}
    if design.has_margin_of_error:
        about["df"] = sample.design_df
    notes = [
        f"{name}: spellings that differed in Unicode form only were joined ({column.joined})"
        for name, column in sample.table.columns.items()
        if column.joined
    ]
    return {**about, "warnings": [*unit_warnings(sample), *notes]}


def rows_of(found: Any, sample: Sample) -> list[dict[str, Any]]:
    """The records of one answer, without the fields that are the request's own."""
    warnings = list(unit_warnings(sample))
    if isinstance(found, Estimates):
        return _estimates(found, "t", warnings)
    if isinstance(found, Regression):
        return _estimates(found.coefficients, "t", warnings)
    if isinstance(found, IndicatorShare):
        row = _estimates(found.estimates, "t", warnings)[0]
        return [
            {
                **row,
                "ci_low": found.low,
                "ci_high": found.high,
                "df": found.df,
                "ci_method": "korn-graubard" if found.method == "beta" else found.method,
            }
        ]
    if isinstance(found, Independence):
        df = list(found.df) if isinstance(found.df, tuple) else found.df
        return [
            {
                "statistic": f"chisq {found.method}",
                "variable": f"{found.rows} * {found.columns}",
                "estimate": found.statistic,
                "df": df,
                "p_value": found.p_value,
                "n": found.n,
                "warnings": warnings,
            }
        ]
    if isinstance(found, Difference):
        return [
            {
                "statistic": "ttest",
                "variable": found.variable,
                "estimate": found.estimate,
                "se": found.se,
                "ci_low": found.low,
                "ci_high": found.high,
                "ci_method": "t",
                "df": found.df,
                "n": found.n,
                "p_value": found.p_value,
                "warnings": warnings,
            }
        ]
    if isinstance(found, Freedom):
        return [{"statistic": "degf", "variable": "", "estimate": found.df, "df": found.df}]
    if isinstance(found, Weighted):
        return [
            {"statistic": "weights", "variable": "", "level": row + 1, "estimate": float(weight)}
            for row, weight in enumerate(found.weights)
        ]
    if isinstance(found, Tally):
        return [
            {
                "statistic": "tally",
                "variable": label.variable,
                "level": label.level,
                "group": label.group,
                "estimate": count,
                "n": base,
                "basis": "unweighted",
            }
            for label, count, base in found.rows
        ]
    return [_quantile(one, warnings) for one in found]


def _estimates(found: Estimates, method: str, warnings: list[str]) -> list[dict[str, Any]]:
    share = found.statistic == "proportion"
    low, high = found.share_interval() if share else found.interval()
    verdicts = presentation_rule(found.estimate, found.se, found.n, found.df) if share else []
    rows = []
    carried = estimate_warnings(found)
    for at, label in enumerate(found.labels):
        row = {
            "statistic": found.statistic,
            "variable": label.variable,
            "level": label.level,
            "group": _where(label),
            "estimate": float(found.estimate[at]),
            "se": float(found.se[at]),
            "ci_low": float(low[at]),
            "ci_high": float(high[at]),
            "ci_method": "korn-graubard" if share else method,
            "df": found.df,
            "n": int(found.n[at]),
            "n_psu": int(found.n_psu[at]),
            "deff": None if found.deff is None else float(found.deff[at]),
            "basis": found.basis,
            "warnings": [*warnings, *found.warnings, *carried[at]],
        }
        if verdicts:
            row |= {"verdict": verdicts[at].verdict, "reasons": list(verdicts[at].reasons)}
        rows.append(row)
    return rows


def _where(label: Label) -> Mapping[str, Any]:
    return {**label.cell, **label.group}


def _quantile(one: Quantile, warnings: list[str]) -> dict[str, Any]:
    return {
        "statistic": "quantile",
        "variable": one.variable,
        "level": one.p,
        "estimate": one.estimate,
        "se": one.se,
        "ci_low": one.low,
        "ci_high": one.high,
        "ci_method": "woodruff",
        "df": one.df,
        "n": one.n,
        "warnings": warnings,
    }


def _labels(row: Mapping[str, Any], table: Table) -> dict[str, str]:
    """The labels of the variable and its level, of data that have some."""
    name, level = str(row.get("variable")), row.get("level")
    if name not in table:
        return {}
    column = table[name]
    found = {"variable_label": column.label} if column.label else {}
    if level is not None and level in column.value_labels:
        found["level_label"] = column.value_labels[level]
    return found


def _tidy(row: Mapping[str, Any], request: Mapping[str, Any]) -> dict[str, Any]:
    """The record with every field of the format, its domain as conditions, and null for what is not defined."""
    domain = [
        *request.get("domain", ()),
        *({"column": name, "op": "==", "value": level} for name, level in row.get("group", {}).items()),
    ]
    full = {**dict.fromkeys(FIELDS), "basis": "weighted", **{name: value for name, value in row.items() if name != "group"}}
    return {name: _plain(value) for name, value in {**full, "request": request["id"], "domain": domain}.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return value if np.isfinite(value) else None
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return {name: _plain(item) for name, item in value.items()} if isinstance(value, Mapping) else value
