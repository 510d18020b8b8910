"""Survey statistics: designs, weights, estimates with honest uncertainty.

    from nghe.survey import Design, Sample, proportion, read_table

    design = Design(ids=("commune",), strata=("province",), weights="w", nest=True)
    sample = Sample.of(read_table("survey.csv"), design)
    found = proportion(sample.subset([{"column": "sex", "op": "==", "value": "female"}]), ["trust"], na_rm=True)
    found.estimate, found.se, found.share_interval(), found.covariance

Methods: docs/methods/survey-*.md. Standard errors are of sampling only: not of coverage, non-response or wording. Names load
when they are used, so that the command line starts without the numeric libraries.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nghe.survey.cube import Cube, Shares, fill, fill_codes, shares
    from nghe.survey.data.column import Column
    from nghe.survey.data.table import Table
    from nghe.survey.design.words import PPS, Design, Replicates
    from nghe.survey.estimates.crosstab import independence
    from nghe.survey.estimates.indicator_share import indicator_interval, indicator_share
    from nghe.survey.estimates.intervals import effective_size, share_interval
    from nghe.survey.estimates.numeric import mean, ratio, total, variance
    from nghe.survey.estimates.quantile import quantiles
    from nghe.survey.estimates.regression import compare_means, regress
    from nghe.survey.estimates.result import Estimates, Label
    from nghe.survey.estimates.shares import cells, count, proportion
    from nghe.survey.estimates.tally import tally
    from nghe.survey.estimates.trend import trend
    from nghe.survey.files.read import read_table
    from nghe.survey.presentation import presentation_rule, unit_warnings
    from nghe.survey.requests import carry_out
    from nghe.survey.sample import NoMarginOfError, Sample, weights_of
    from nghe.survey.small_area import fay_herriot
    from nghe.survey.tables import ShareTable, share_tables
    from nghe.survey.weights.diagnostics import check_margins, kish_deff, report_weights
    from nghe.survey.weights.margins import Margin
    from nghe.survey.weights.steps import adjust_nonresponse, calibrate, poststratify, rake, trim

_HOMES = {
    "cube": "Cube Shares fill fill_codes shares",
    "data.column": "Column",
    "data.table": "Table",
    "design.words": "PPS Design Replicates",
    "estimates.crosstab": "independence",
    "estimates.indicator_share": "indicator_interval indicator_share",
    "estimates.intervals": "effective_size share_interval",
    "estimates.numeric": "mean ratio total variance",
    "estimates.quantile": "quantiles",
    "estimates.regression": "compare_means regress",
    "estimates.result": "Estimates Label",
    "estimates.shares": "cells count proportion",
    "estimates.tally": "tally",
    "files.read": "read_table",
    "requests": "carry_out",
    "sample": "NoMarginOfError Sample weights_of",
    "presentation": "presentation_rule unit_warnings",
    "small_area": "fay_herriot",
    "tables": "ShareTable share_tables",
    "estimates.trend": "trend",
    "weights.diagnostics": "check_margins kish_deff report_weights",
    "weights.margins": "Margin",
    "weights.steps": "adjust_nonresponse calibrate poststratify rake trim",
}
_HOME = {name: module for module, names in _HOMES.items() for name in names.split()}

__all__ = [
    "PPS",
    "Column",
    "Cube",
    "Design",
    "Estimates",
    "Label",
    "Margin",
    "NoMarginOfError",
    "Replicates",
    "Sample",
    "ShareTable",
    "Shares",
    "Table",
    "adjust_nonresponse",
    "calibrate",
    "carry_out",
    "cells",
    "check_margins",
    "compare_means",
    "count",
    "effective_size",
    "fay_herriot",
    "fill",
    "fill_codes",
    "independence",
    "indicator_interval",
    "indicator_share",
    "kish_deff",
    "mean",
    "poststratify",
    "presentation_rule",
    "proportion",
    "quantiles",
    "rake",
    "ratio",
    "read_table",
    "regress",
    "report_weights",
    "share_interval",
    "share_tables",
    "shares",
    "tally",
    "total",
    "trend",
    "trim",
    "unit_warnings",
    "variance",
    "weights_of",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"nghe.survey.{_HOME[name]}"), name)
