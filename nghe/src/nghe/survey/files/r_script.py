"""Data and an R script that computes the published numbers again with R's `survey` package, ours beside its own.

Anyone with R can so check a publication. What the script cannot say (weighting steps, a bootstrap made here, tests) is named as
left out.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from nghe.survey.design.words import Design
from nghe.survey.estimates.result import Estimates
from nghe.survey.files.write import write_table
from nghe.survey.requests import carry_out
from nghe.survey.sample import Sample

HEAD = """# Recomputes the estimates of estimates.csv with R's survey package: Rscript recompute.R
library(survey)
options(survey.lonely.psu = {lonely}, survey.adjust.domain.lonely = {adjust})
d <- read.csv("data.csv", check.names = FALSE, na.strings = "", encoding = "UTF-8")
ours <- read.csv("estimates.csv", na.strings = "", colClasses = c(request = "character", estimate = "numeric", se = "numeric"))
D <- {design}
worst <- 0
check <- function(id, found) {{
  o <- ours[ours$request == id, ]
  est <- as.numeric(coef(found)); se <- as.numeric(sqrt(diag(as.matrix(vcov(found)))))
  gap <- max(abs(c(est - o$estimate, se - o$se)) / pmax(abs(c(o$estimate, o$se)), 1e-12))
  worst <<- max(worst, gap)
  cat(sprintf("%s: %d numbers, largest relative difference %.1e\\n", id, 2 * nrow(o), gap))
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
        said = None if design is None else request_in_r(request)
        if said is None:
            left_out.append(request["id"])
            continue
        found = carry_out(sample, request)
        assert isinstance(found, Estimates)
        rows += [[request["id"], repr(float(value)), repr(float(se))] for value, se in zip(found.estimate, found.se, strict=True)]
        lines.append(f"check({quote(request['id'])}, {said})\n")
    write_table(sample.table, folder / "data.csv")
    with (folder / "estimates.csv").open("w", encoding="utf-8", newline="") as out:
        csv.writer(out, lineterminator="\n").writerows([["request", "estimate", "se"], *rows])
    head = HEAD.format(lonely=quote(sample.design.lonely_psu), adjust=_logical(sample.design.adjust_domain_lonely), design=design)
    (folder / "recompute.R").write_text(head + "".join(lines) + TAIL, encoding="utf-8")
    return {"checked": len(lines), "left_out": left_out}


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
    parts += [f"nest = {_logical(design.nest)}", "data = d"]
    made = f"svydesign({', '.join(parts)})"
    words = design.replicates
    if words is None:
        return made
    if words.type == "bootstrap" and words.columns is None:
        return None
    if words.columns is None:
        rho = f", fay.rho = {words.rho}" if words.rho is not None else ""
        return f'as.svrepdesign({made}, type = "{words.type}", mse = {_logical(words.mse)}{rho})'
    return None


def request_in_r(op: Mapping[str, Any]) -> str | None:
    """A request as an expression of R over the design `D`, where R answers estimates with a covariance."""
    if "after" in op or "contrast" in op or "cross" in op:
        return None
    domain = "D" if "domain" not in op else f"subset(D, {' & '.join(map(predicate, op['domain']))})"
    na = f"na.rm = {_logical(op.get('na_rm', False))}"
    stat = op["stat"]
    if stat == "ratio":
        return f"svyratio(~{name(op['numerator'])}, ~{name(op['denominator'])}, {domain}, {na})"
    if stat == "variance":
        return f"svyvar(~{name(op['vars'][0])}, {domain}, {na})"
    if stat not in {"mean", "total", "proportion"}:
        return None
    factors = stat == "proportion" or op.get("type") == "categorical"
    formula = "~" + " + ".join(f"factor({name(column)})" if factors else name(column) for column in op["vars"])
    function = "svytotal" if stat == "total" else "svymean"
    if "by" in op:
        if op.get("na_rm", False):  # R's svyby has no covariances where answers are missing, so these rows leave the domain first
            domain = f"subset({domain}, {' & '.join(f'!is.na({name(column)})' for column in op['vars'])})"
        by = "~" + " + ".join(map(name, op["by"]))
        return f"svyby({formula}, {by}, {domain}, {function}, covmat = TRUE, {na})"
    return f"{function}({formula}, {domain}, {na})"


def predicate(one: Mapping[str, Any]) -> str:
    """A condition in R; a missing value satisfies none, as in `subset`."""
    column = name(one["column"])
    if one["op"] == "notna":
        return f"!is.na({column})"
    if one["op"] == "in":
        return f"({column} %in% c({', '.join(map(quote, one['value']))}))"
    return f"({column} {one['op']} {quote(one['value'])})"


def name(column: str) -> str:
    return f"`{column}`"


def quote(value: Any) -> str:
    if isinstance(value, bool):
        return _logical(value)
    return repr(value) if isinstance(value, int | float) else json.dumps(value, ensure_ascii=False)


def _logical(value: bool) -> str:
    return "TRUE" if value else "FALSE"
