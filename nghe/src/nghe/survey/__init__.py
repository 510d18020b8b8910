"""Survey statistics: designs, weights, estimates with honest uncertainty.

    from nghe.survey import Design, Sample, Table, mean, proportion

    design = Design(ids=("commune",), strata=("province",), weights="w", nest=True)
    sample = Sample.of(read_table("survey.csv"), design)
    found = proportion(sample.subset([{"column": "sex", "op": "==", "value": "female"}]), ["trust"], na_rm=True)
    found.estimate, found.se, found.share_interval(), found.covariance

Design: docs/methods/survey-design.md and its neighbours. Standard errors are of sampling only: not of coverage, non-response or wording.
"""

from nghe.survey.cube import Cube, Shares, fill, fill_codes, shares
from nghe.survey.data.column import Column
from nghe.survey.data.table import Table
from nghe.survey.design.words import PPS, Design, Replicates
from nghe.survey.estimates.intervals import effective_size, share_interval
from nghe.survey.estimates.numeric import mean, ratio, total, variance
from nghe.survey.estimates.result import Estimates, Label
from nghe.survey.estimates.shares import cells, count, proportion
from nghe.survey.sample import NoMarginOfError, Sample, weights_of

__all__ = [
    "PPS", "Column", "Cube", "Design", "Estimates", "Label", "NoMarginOfError", "Replicates", "Sample", "Shares", "Table", "cells",
    "count", "effective_size", "fill", "fill_codes", "mean", "proportion", "ratio", "share_interval", "shares", "total", "variance", "weights_of",
]
