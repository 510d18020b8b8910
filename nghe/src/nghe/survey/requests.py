"""Requests in the words of their file, carried out: `stat` and its fields to a typed answer.

A request is an `id` and the fields of an `op` (schemas/requests.json says what every field means). Order: the steps of `after`,
then `domain`, then the statistic. `carry_out` answers Estimates, or one of the other types for quantiles, tests, models, weights.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from nghe.errors import Fault
from nghe.survey.arrays import Floats
from nghe.survey.estimates.crosstab import Independence, independence
from nghe.survey.estimates.indicator_share import IndicatorShare, indicator_interval
from nghe.survey.estimates.numeric import mean, ratio, total, variance
from nghe.survey.estimates.quantile import Quantile, quantiles
from nghe.survey.estimates.regression import Difference, Regression, compare_means, regress
from nghe.survey.estimates.result import Estimates, Label
from nghe.survey.estimates.shares import cells, count, proportion
from nghe.survey.sample import Sample
from nghe.survey.weights.steps import apply_steps

FIELDS: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "mean": (frozenset({"vars"}), frozenset({"by", "contrast", "deff"})),
    "total": (frozenset({"vars"}), frozenset({"type", "by", "deff"})),
    "proportion": (frozenset(), frozenset({"vars", "cross", "by", "deff"})),
    "ratio": (frozenset({"numerator", "denominator"}), frozenset()),
    "variance": (frozenset({"vars"}), frozenset()),
    "proportion_ci": (frozenset({"indicator"}), frozenset({"method"})),
    "quantile": (frozenset({"vars", "p"}), frozenset({"qrule", "interval"})),
    "chisq": (frozenset({"vars"}), frozenset({"statistic"})),
    "ttest": (frozenset({"y", "group", "levels"}), frozenset()),
    "glm": (frozenset({"y", "terms"}), frozenset({"family", "link"})),
    "degf": (frozenset(), frozenset()),
    "weights": (frozenset(), frozenset()),
    "tally": (frozenset({"vars"}), frozenset({"by"})),
}
"""For each statistic the fields it must have and those it may have, besides stat, id, na_rm, domain and after."""
COMMON = frozenset({"id", "stat", "na_rm", "domain", "after"})


@dataclass(frozen=True)
class Freedom:
    """Degrees of freedom: of the whole design, and of the domain."""

    design_df: float
    df: float


@dataclass(frozen=True, eq=False)
class Weighted:
    """Final weights, one per row in the order of the data."""

    weights: Floats


@dataclass(frozen=True)
class Tally:
    """Unweighted counts of answers: what a sample without a margin of error can say. rows: label, count, base."""

    rows: tuple[tuple[Label, int, int], ...]
    kind: str


Answer = Estimates | IndicatorShare | Independence | Difference | Regression | Freedom | Weighted | Tally | list[Quantile]


def check_request(op: Mapping[str, Any]) -> None:
    """Raises `Fault` for an unknown statistic, an unknown field or a missing one."""
    stat = op.get("stat")
    if stat not in FIELDS:
        raise Fault("survey.request", "stat", f"is {stat!r}; say one of {', '.join(FIELDS)}")
    needed, more = FIELDS[stat]
    if missing := sorted(needed - set(op)):
        raise Fault("survey.request", missing[0], f"is missing; {stat} needs {', '.join(sorted(needed))}")
    if unknown := sorted(set(op) - needed - more - COMMON):
        raise Fault(
            "survey.request",
            unknown[0],
            f"is no field of {stat}; it takes {', '.join(sorted((needed | more | COMMON) - {'id', 'stat'}))}",
        )
    for name in ("vars", "by", "cross"):
        if name in op and (isinstance(op[name], str) or not op[name]):
            raise Fault("survey.request", name, "is a list of at least one column name")
    if "contrast" in op and "by" not in op:
        raise Fault("survey.request", "contrast", "needs by: it is of the groups")


def carry_out(sample: Sample, op: Mapping[str, Any]) -> Answer:
    """The answer to one request; raises `Fault` (`NoMarginOfError` where the design has none)."""
    check_request(op)
    sample = apply_steps(sample, op.get("after", ()))
    if "domain" in op:
        sample = sample.subset(op["domain"])
    return STATISTICS[op["stat"]](sample, op, bool(op.get("na_rm", False)))


def _mean(sample: Sample, op: Mapping[str, Any], na_rm: bool) -> Estimates:
    found = mean(sample, op["vars"], by=op.get("by", ()), na_rm=na_rm, deff=op.get("deff"))
    return _contrasts(found, op["contrast"]) if "contrast" in op else found


def _contrasts(found: Estimates, contrasts: Sequence[Mapping[str, Any]]) -> Estimates:
    """Each contrast of every variable; names are the contrasts' own, with the variable where there are several."""
    variables = list(dict.fromkeys(label.variable for label in found.labels))
    weights: dict[str, Floats] = {}
    for contrast in contrasts:
        for variable in variables:
            name = contrast["name"] if len(variables) == 1 else f"{contrast['name']}: {variable}"
            weights[name] = np.array(
                [
                    sum(
                        float(part["weight"])
                        for part in contrast["weights"]
                        if label.variable == variable and _same(label.group, part["group"])
                    )
                    for label in found.labels
                ]
            )
            for part in contrast["weights"]:
                if not any(_same(label.group, part["group"]) for label in found.labels):
                    raise Fault("survey.contrast", f"{name}: {dict(part['group'])}", "there is no such group in the answers")
    return found.contrast(weights)


def _same(group: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    return group.keys() == wanted.keys() and all(
        group[name] == wanted[name] and isinstance(group[name], str) == isinstance(wanted[name], str) for name in group
    )


def _total(sample: Sample, op: Mapping[str, Any], na_rm: bool) -> Estimates:
    kind = op.get("type", "numeric")
    if kind not in {"numeric", "categorical"}:
        raise Fault("survey.request", "type", f"is {kind!r}; say numeric or categorical")
    statistic = total if kind == "numeric" else count
    return statistic(sample, op["vars"], by=op.get("by", ()), na_rm=na_rm, deff=op.get("deff"))


def _proportion(sample: Sample, op: Mapping[str, Any], na_rm: bool) -> Estimates:
    if ("vars" in op) == ("cross" in op):
        raise Fault("survey.request", "vars", "give either vars (each by itself) or cross (their cells)")
    if "cross" in op:
        return cells(sample, op["cross"], na_rm=na_rm)
    return proportion(sample, op["vars"], by=op.get("by", ()), na_rm=na_rm, deff=op.get("deff"))


def _quantile(sample: Sample, op: Mapping[str, Any], na_rm: bool) -> list[Quantile]:
    return quantiles(sample, op["vars"], op["p"], rule=op.get("qrule", "math"), interval=op.get("interval", "mean"), na_rm=na_rm)


def _chisq(sample: Sample, op: Mapping[str, Any], na_rm: bool) -> Independence:
    if len(op["vars"]) != 2:
        raise Fault("survey.request", "vars", f"are two columns for a test of independence, not {len(op['vars'])}")
    return independence(sample, op["vars"][0], op["vars"][1], statistic=op.get("statistic", "F"), na_rm=na_rm)


def _tally(sample: Sample, op: Mapping[str, Any], _: bool) -> Tally:
    from nghe.survey.estimates.tally import tally

    return Tally(tally(sample, op["vars"], by=op.get("by", ())), sample.design.kind)


def _degf(sample: Sample) -> Freedom:
    sample.need_margin("degrees of freedom")
    return Freedom(sample.design_df, sample.df)


def _variance(sample: Sample, op: Mapping[str, Any], na_rm: bool) -> Estimates:
    if len(op["vars"]) != 1:
        raise Fault("survey.request", "vars", "is one column for a variance")
    return variance(sample, op["vars"][0], na_rm=na_rm)


STATISTICS: dict[str, Callable[[Sample, Mapping[str, Any], bool], Answer]] = {
    "mean": _mean,
    "total": _total,
    "proportion": _proportion,
    "variance": _variance,
    "proportion_ci": lambda sample, op, na_rm: indicator_interval(
        sample, op["indicator"], method=op.get("method", "beta"), na_rm=na_rm
    ),
    "quantile": _quantile,
    "chisq": _chisq,
    "degf": lambda sample, _, __: _degf(sample),
    "weights": lambda sample, _, __: Weighted(sample.weights),
    "tally": _tally,
    "ratio": lambda sample, op, na_rm: ratio(sample, op["numerator"], op["denominator"], na_rm=na_rm),
    "ttest": lambda sample, op, na_rm: compare_means(sample, op["y"], op["group"], op["levels"], na_rm=na_rm),
    "glm": lambda sample, op, na_rm: regress(
        sample, op["y"], op["terms"], family=op.get("family", "gaussian"), link=op.get("link", "identity"), na_rm=na_rm
    ),
}
