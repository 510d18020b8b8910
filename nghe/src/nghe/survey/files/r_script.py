"""Data and an R script that computes the published numbers again with R's `survey` package, ours beside its own.

Anyone with R can so check a publication. What the script cannot say (joint probabilities, a bootstrap made here, a population
size that is no column, margins of a column of numbers) is named as left out.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from nghe.survey.arrays import Floats
from nghe.survey.design.words import Design, Replicates
from nghe.survey.estimates.crosstab import Independence
from nghe.survey.estimates.indicator_share import IndicatorShare
from nghe.survey.estimates.regression import Difference, Regression
from nghe.survey.estimates.result import Estimates
from nghe.survey.files.r_request import logical, name, quote, request_in_r, vector
from nghe.survey.files.write import write_table
from nghe.survey.requests import Answer, carry_out
from nghe.survey.sample import Sample

LIKELIHOOD = 1e3
"""R reads likelihood intervals off a spline, within some 1e-4 of their ends."""
HEAD = """# Recomputes the estimates of estimates.csv with R's survey package: Rscript recompute.R
library(survey)
options(survey.lonely.psu = {lonely}, survey.adjust.domain.lonely = {adjust})
d <- read.csv("data.csv", check.names = FALSE, na.strings = "", encoding = "UTF-8")
ours <- read.csv("estimates.csv", colClasses = c(request = "character", value = "numeric"))
D <- {design}
worst <- 0
est <- function(x) c(as.numeric(coef(x)), as.numeric(sqrt(diag(as.matrix(vcov(x))))))
groups <- function(x) c(as.numeric(coef(x)), as.numeric(unlist(SE(x))))
spread <- function(x) c(as.numeric(x)[1], sqrt(as.numeric(attr(x, "var"))[1]))
share <- function(x) c(as.numeric(x), as.numeric(confint(x)))
quantiles <- function(x) unlist(lapply(x, function(one) as.numeric(t(one[, 1:3]))))
test <- function(x) as.numeric(c(x$statistic, x$p.value))
difference <- function(x) as.numeric(c(x$estimate[1], confint(x), x$p.value))
check <- function(id, found, within = 1) {{
  o <- ours$value[ours$request == id]
  found <- tryCatch(found, error = function(e) {{ cat(id, "fails in R:", conditionMessage(e), "\\n"); NULL }})
  gap <- Inf
  if (length(found) == length(o)) {{
    both <- !(is.na(found) & is.na(o))
    gap <- max(0, (abs(found - o) / pmax(abs(o), 1e-12 * max(abs(o), na.rm = TRUE)))[both])
  }}
  if (is.na(gap)) gap <- Inf
  worst <<- max(worst, gap / within)
  cat(sprintf("%s: %d numbers, largest relative difference %.1e\\n", id, length(o), gap))
}}
"""
TAIL = """cat(sprintf("largest relative difference of all: %.1e\\n", worst))
quit(status = if (worst < 1e-6) 0 else 1)
"""


def export_for_r(sample: Sample, requests: Sequence[Mapping[str, Any]], folder: Path) -> dict[str, Any]:
    """Writes data.csv, estimates.csv and recompute.R; answers how many requests the script checks, and those it leaves out."""
    folder.mkdir(parents=True, exist_ok=True)
    design = design_in_r(sample.design)
    lines, rows, left_out = [], [], []
    for request in requests:
        said = None if design is None else request_in_r(request, sample.table)
        numbers = None if said is None else _numbers(carry_out(sample, request))
        if numbers is None:
            left_out.append(request["id"])
            continue
        rows += [[request["id"], "NA" if np.isnan(value) else repr(float(value))] for value in numbers]
        within = f", within = {LIKELIHOOD}" if request.get("method") == "likelihood" else ""
        lines.append(f"check({quote(request['id'])}, {said}{within})\n")
    write_table(sample.table, folder / "data.csv")
    with (folder / "estimates.csv").open("w", encoding="utf-8", newline="") as out:
        csv.writer(out, lineterminator="\n").writerows([["request", "value"], *rows])
    head = HEAD.format(lonely=quote(sample.design.lonely_psu), adjust=logical(sample.design.adjust_domain_lonely), design=design)
    (folder / "recompute.R").write_text(head + "".join(lines) + TAIL, encoding="utf-8")
    return {"checked": len(lines), "left_out": left_out}


def _numbers(found: Answer) -> Floats | None:
    """The numbers of an answer in the order of the R expression."""
    if isinstance(found, Regression):
        found = found.coefficients
    if isinstance(found, Estimates):
        return np.concatenate([found.estimate, found.se])
    if isinstance(found, IndicatorShare):
        return np.array([found.estimates.estimate[0], found.low, found.high])
    if isinstance(found, Independence):
        return np.array([found.statistic, found.p_value])
    if isinstance(found, Difference):
        return np.array([found.estimate, found.low, found.high, found.p_value])
    if isinstance(found, list):
        return np.array([[one.estimate, one.low, one.high] for one in found], dtype=np.float64).ravel()
    return None


def design_in_r(design: Design) -> str | None:
    """The design as an expression of R over the data frame `d`, where it can be said."""
    if not design.has_margin_of_error or (design.pps is not None and design.pps.joint is not None):
        return None
    ids = f"~{' + '.join(map(name, design.ids))}" if design.ids else "~1"
    parts = [f"id = {ids}"]
    if design.strata:
        parts.append(f"strata = ~{' + '.join(map(name, design.strata))}")
    if design.pps is not None:
        parts += [f"fpc = ~{name(design.pps.prob)}", 'pps = "brewer"']
    elif design.fpc:
        sizes = [part if isinstance(part, str) else None for part in design.fpc]
        if None in sizes:
            return None
        parts.append(f"fpc = ~{' + '.join(name(str(part)) for part in sizes)}")
    if design.weights is not None:
        parts.append(f"weights = ~{name(design.weights)}")
    elif design.weights_from == "ones":
        parts.append("weights = rep(1, nrow(d))")
    parts += [f"nest = {logical(design.nest)}", "data = d"]
    made = f"svydesign({', '.join(parts)})"
    words = design.replicates
    if words is None:
        return made
    if words.columns is not None:
        return _given_replicates(words, design.weights)
    if words.type == "bootstrap" and words.columns is None:
        return None
    if words.columns is None:
        rho = f", fay.rho = {words.rho}" if words.rho is not None else ""
        return f'as.svrepdesign({made}, type = "{words.type}", mse = {logical(words.mse)}{rho})'
    return None


def _given_replicates(words: Replicates, weights: str | None) -> str | None:
    assert words.columns is not None
    if weights is None:
        return None
    columns = f"as.matrix(d[, {vector(words.columns)}])"
    if words.apply_rho:
        columns = f"{words.rho} + (1 - {words.rho}) * {columns}"
    parts = ["data = d", f"weights = ~{name(weights)}", f"repweights = {columns}", f'type = "{words.type}"']
    parts += [f"combined.weights = {logical(words.combined)}", f"mse = {logical(words.mse)}"]
    count = len(words.columns)
    if words.type == "Fay":
        parts.append(f"rho = {words.rho}")
    if words.scale is not None or words.type == "bootstrap":
        parts.append(f"scale = {words.scale if words.scale is not None else 1 / (count - 1)!r}")
    if words.rscales is not None or words.type == "bootstrap":
        parts.append(f"rscales = {vector(words.rscales or [1] * count)}")
    return f"svrepdesign({', '.join(parts)})"
