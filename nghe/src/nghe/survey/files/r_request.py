"""A request in the words of R's `survey`: an expression that answers the same numbers, in the same order.

Estimates answer their estimates and then their standard errors; a share with an interval its estimate and ends; quantiles the
same, one after the other; a test its statistic and p value; a difference of means its estimate, ends and p value.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from nghe.survey.data.table import Table

FAMILIES = {"gaussian": "gaussian()", "quasibinomial": "quasibinomial()", "quasipoisson": "quasipoisson()"}


def request_in_r(op: Mapping[str, Any], table: Table) -> str | None:
    """A request as an expression of R over the design `D`, None where R has no word for it."""
    design = "D"
    for step in op.get("after", ()):
        said = step_in_r(step, design, table)
        if said is None:
            return None
        design = said
    if "domain" in op:
        design = f"subset({design}, {' & '.join(map(predicate, op['domain']))})"
    na = f"na.rm = {logical(op.get('na_rm', False))}"
    stat = op["stat"]
    if stat in {"mean", "total", "proportion"}:
        return _estimates(op, design, na, table)
    if stat == "ratio":
        return f"est(svyratio(~{name(op['numerator'])}, ~{name(op['denominator'])}, {design}, {na}))"
    if stat == "variance":
        return f"spread(svyvar(~{name(op['vars'][0])}, {design}, {na}))"
    if stat == "quantile":
        return (
            f"quantiles(svyquantile(~{' + '.join(map(name, op['vars']))}, {design}, {vector(op['p'])}, "
            f"qrule = {quote(op.get('qrule', 'math'))}, interval.type = {quote(op.get('interval', 'mean'))}, ci = TRUE, {na}))"
        )
    if stat == "proportion_ci":
        indicator = f"I({_indicator(op['indicator'])})"
        return f"share(svyciprop(~{indicator}, {design}, method = {quote(op.get('method', 'beta'))}, {na}))"
    if stat == "chisq":
        test = quote(op.get("statistic", "F"))
        return f"test(svychisq(~{name(op['vars'][0])} + {name(op['vars'][1])}, {design}, statistic = {test}, {na}))"
    if stat == "ttest":
        group = f"factor({name(op['group'])}, levels = {vector(op['levels'])})"
        return f"difference(svyttest({name(op['y'])} ~ {group}, {design}))"
    return f"est({_model(op, design, table)})" if stat == "glm" else None


def _estimates(op: Mapping[str, Any], design: str, na: str, table: Table) -> str | None:
    if "cross" in op:
        crossed = ", ".join(factor(column, table) for column in op["cross"])
        return f"est(svymean(~interaction({crossed}), {design}, {na}))"
    factors = op["stat"] == "proportion" or op.get("type") == "categorical"
    formula = "~" + " + ".join(factor(column, table) if factors else name(column) for column in op["vars"])
    function = "svytotal" if op["stat"] == "total" else "svymean"
    if "by" not in op:
        return f"est({function}({formula}, {design}, {na}))"
    said = f"{formula}, ~{' + '.join(map(name, op['by']))}, {design}, {function}, {na}"
    if "contrast" not in op:
        return f"groups(svyby({said}))"
    if len(op["vars"]) > 1 or len(op["by"]) > 1 or op.get("na_rm"):
        return None
    contrasts = [
        ", ".join(f"`{_printed(next(iter(part['group'].values())))}` = {part['weight']!r}" for part in contrast["weights"])
        for contrast in op["contrast"]
    ]
    return f"est(svycontrast(svyby({said}, covmat = TRUE), list({', '.join(f'c({one})' for one in contrasts)})))"


def _model(op: Mapping[str, Any], design: str, table: Table) -> str:
    terms = []
    for term in op["terms"]:
        column = term["columns"][0]
        if not term["categorical"]:
            terms.append(name(column))
            continue
        others = [level for level in table[column].levels if level != term["reference"]]
        terms.append(f"factor({name(column)}, levels = {vector([term['reference'], *others])})")
    y = op["y"] if isinstance(op["y"], Mapping) else {"column": op["y"]}
    answer = name(y["column"]) if "column" in y else f"I(as.numeric({_indicator(y)}))"
    return (
        f"svyglm({answer} ~ {' + '.join(terms)}, {design}, family = {FAMILIES[op.get('family', 'gaussian')]}, "
        "control = glm.control(epsilon = 1e-14, maxit = 100))"
    )


def step_in_r(step: Mapping[str, Any], design: str, table: Table) -> str | None:
    """A weighting step as an expression of R over the design `design`."""
    if step["method"] == "trim":
        limits = "".join(f", {side} = {step[side]!r}" for side in ("lower", "upper") if step.get(side) is not None)
        return f"trimWeights({design}{limits}, strict = {logical(step.get('strict', False))})"
    if step["method"] == "calibrate" and "totals" in step:
        return _calibrated(step, design)
    margins = step["margins"]
    formulas = [f"~{' + '.join(map(name, margin['vars']))}" for margin in margins]
    counts = [_counts(margin) for margin in margins]
    if step["method"] == "poststratify":
        return f"postStratify({design}, {formulas[0]}, {counts[0]})"
    both = f"list({', '.join(formulas)}), list({', '.join(counts)})"
    if step["method"] == "rake" and step.get("se") == "rake":
        return f"rake({design}, {both}, control = list(maxit = 1000, epsilon = 1e-11, verbose = FALSE))"
    if any(table[column].kind == "number" for margin in margins for column in margin["vars"]):
        return None  # R takes a number in such a formula as a quantity, not as a category
    distance = "raking" if step["method"] == "rake" else step.get("calfun", "linear")
    return f"calibrate({design}, {both}, calfun = {quote(distance)}{_bounds(step)}, epsilon = 1e-12, maxit = 500)"


def _calibrated(step: Mapping[str, Any], design: str) -> str:
    terms, totals, base = [], [], "0"
    for total in sorted(step["totals"], key=lambda total: "intercept" not in total):
        if "intercept" in total:
            base = "1"
        elif "level" in total:
            terms.append(f"I(as.numeric({name(total['column'])} == {quote(total['level'])}))")
        else:
            terms.append(name(total["column"]))
        totals.append(total["total"])
    return (
        f"calibrate({design}, ~{' + '.join([base, *terms])}, {vector(totals)}, calfun = {quote(step.get('calfun', 'linear'))}"
        f"{_bounds(step)}, epsilon = 1e-12, maxit = 500)"
    )


def _bounds(step: Mapping[str, Any]) -> str:
    return f", bounds = {vector(step['bounds'])}" if step.get("bounds") else ""


def _counts(margin: Mapping[str, Any]) -> str:
    columns = [
        f"{name(column)} = {vector([cell['levels'][place] for cell in margin['counts']])}"
        for place, column in enumerate(margin["vars"])
    ]
    return f"data.frame({', '.join(columns)}, Freq = {vector([cell['count'] for cell in margin['counts']])}, check.names = FALSE)"


def _indicator(one: Mapping[str, Any]) -> str:
    condition = " & ".join(map(predicate, one["where"]))
    return condition if one["missing"] == "na" else f"({condition}) %in% TRUE"


def predicate(one: Mapping[str, Any]) -> str:
    """A condition in R; a missing value satisfies none, as in `subset`."""
    column = name(one["column"])
    if one["op"] == "notna":
        return f"!is.na({column})"
    if one["op"] == "in":
        return f"({column} %in% {vector(one['value'])})"
    return f"({column} {one['op']} {quote(one['value'])})"


def factor(column: str, table: Table) -> str:
    """A column as categories with all its levels, so that a group without one of them has it all the same."""
    return f"factor({name(column)}, levels = {vector(table[column].levels)})"


def name(column: str) -> str:
    return f"`{column}`"


def vector(values: Sequence[Any]) -> str:
    return f"c({', '.join(map(quote, values))})"


def quote(value: Any) -> str:
    if isinstance(value, bool):
        return logical(value)
    return repr(value) if isinstance(value, int | float) else json.dumps(value, ensure_ascii=False)


def logical(value: bool) -> str:
    return "TRUE" if value else "FALSE"


def _printed(level: Any) -> str:
    return f"{level:.15g}" if isinstance(level, int | float) and not isinstance(level, bool) else str(level)
