"""R's `survey` computes the same numbers, made here and now: what the given cases do not hold (weighting in steps, domains after
weighting, tests in domains, replicates, unequal and joint probabilities, lonely units under domains)."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nghe.survey import PPS, Design, Estimates, Replicates, Sample, carry_out, read_table, total
from nghe.survey.data.table import Table
from nghe.survey.estimates.crosstab import Independence
from nghe.survey.estimates.indicator_share import IndicatorShare
from nghe.survey.estimates.regression import Regression
from nghe.survey.requests import Freedom

pytestmark = pytest.mark.r_parity
DATA = Path(__file__).parent / "data"

HEAD = """suppressMessages(library(survey))
s <- read.csv("{data}/apistrat.csv", check.names = FALSE, na.strings = ""); names(s) <- make.names(names(s))
o <- read.csv("{data}/opinion_a.csv", na.strings = "")
s$block <- s$dnum %% 20
types <- data.frame(stype = c("E", "H", "M"), Freq = c(4421, 755, 1018))
wide <- data.frame(sch.wide = c("No", "Yes"), Freq = c(1072, 5122))
improved <- data.frame(comp.imp = c("No", "Yes"), Freq = c(1500, 4694))
D <- svydesign(id = ~1, strata = ~stype, weights = ~pw, data = s)
B <- svydesign(id = ~block, strata = ~stype, weights = ~pw, nest = TRUE, data = s)
C <- calibrate(B, list(~stype, ~sch.wide), list(types, wide), calfun = "raking", epsilon = 1e-13, maxit = 200)
tight <- glm.control(epsilon = 1e-14, maxit = 100)
known <- c(`(Intercept)` = 6194, stypeH = 755, stypeM = 1018, api99 = 3914069)
G <- calibrate(B, ~stype + api99, known, epsilon = 1e-13)
J <- as.svrepdesign(B, type = "JKn", mse = TRUE)
lonely <- function(rule, adjust) {{ options(survey.lonely.psu = rule, survey.adjust.domain.lonely = adjust)
  svydesign(id = ~wpsu, strata = ~wstratum, weights = ~w, data = o) }}
O <- lonely("certainty", FALSE)
say <- function(x) cat(sprintf("%.15g", x), "\\n")
est <- function(x) say(c(as.numeric(coef(x)), as.numeric(sqrt(diag(as.matrix(vcov(x)))))))
old <- function(x) say(c(coef(x), SE(x)))
ci <- function(x) say(c(as.numeric(x), as.numeric(confint(x))))
test <- function(x) say(as.numeric(c(x$statistic, x$parameter, x$p.value)))
"""

BLOCK = Design(ids=("block",), strata=("stype",), weights="pw", nest=True)
STRATA = Design(strata=("stype",), weights="pw")
JACKKNIFE = Design(ids=("block",), strata=("stype",), weights="pw", nest=True, replicates=Replicates("JKn", mse=True))
WAVES = Design(ids=("wpsu",), strata=("wstratum",), weights="w", lonely_psu="certainty")


def margin(name: str, **counts: float) -> dict[str, Any]:
    return {
        "vars": [name.replace("_", ".")],
        "counts": [{"levels": [level], "count": number} for level, number in counts.items()],
    }


TYPES, WIDE, IMPROVED = (
    margin("stype", E=4421, H=755, M=1018),
    margin("sch_wide", No=1072, Yes=5122),
    margin("comp_imp", No=1500, Yes=4694),
)
RAKED = {"method": "calibrate", "calfun": "raking", "bounds": None, "margins": [TYPES, WIDE], "epsilon": 1e-13}
FITTED = {
    "method": "calibrate",
    "calfun": "linear",
    "bounds": None,
    "epsilon": 1e-13,
    "totals": [
        {"intercept": True, "total": 6194},
        {"column": "stype", "level": "H", "total": 755},
        {"column": "stype", "level": "M", "total": 1018},
        {"column": "api99", "total": 3914069},
    ],
}
POST = {"method": "poststratify", "margins": [IMPROVED]}
TRIM = {"method": "trim", "lower": 15, "upper": 60, "strict": False}
YES, HIGH, OLD = (
    {"column": "comp.imp", "op": "==", "value": "Yes"},
    {"column": "stype", "op": "==", "value": "H"},
    {"column": "age", "op": "==", "value": "60+"},
)
HEALTH = {"column": "problem", "op": "==", "value": "health"}
RARE = {"where": [{"column": "dnum", "op": "==", "value": 401}, {"column": "stype", "op": "==", "value": "M"}], "missing": "na"}
SCHOOL = {"where": [{"column": "sch.wide", "op": "==", "value": "Yes"}], "missing": "na"}


def mean(**more: Any) -> dict[str, Any]:
    return {"stat": "mean", "vars": ["api00"], "na_rm": True, **more}


CASES: dict[str, tuple[Design, dict[str, Any], str]] = {
    "raked, then post-stratified": (
        BLOCK,
        mean(after=[RAKED, POST]),
        "est(svymean(~api00, postStratify(C, ~comp.imp, improved)))",
    ),
    "fitted, then post-stratified": (
        BLOCK,
        {"stat": "total", "vars": ["enroll"], "type": "numeric", "na_rm": True, "after": [FITTED, POST]},
        "est(svytotal(~enroll, postStratify(G, ~comp.imp, improved), na.rm = TRUE))",
    ),
    "raked, then trimmed": (BLOCK, mean(after=[RAKED, TRIM]), "est(svymean(~api00, trimWeights(C, upper = 60, lower = 15)))"),
    "a domain after raking": (BLOCK, mean(after=[RAKED], domain=[YES]), "est(svymean(~api00, subset(C, comp.imp == 'Yes')))"),
    "degrees of freedom after raking": (
        BLOCK,
        {"stat": "degf", "after": [RAKED], "domain": [YES, HIGH]},
        "say(degf(subset(C, comp.imp == 'Yes' & stype == 'H')))",
    ),
    "design effect after raking": (
        BLOCK,
        mean(after=[RAKED], deff="wor"),
        "x <- svymean(~api00, C, deff = TRUE); est(x); say(deff(x))",
    ),
    "a variance after raking": (
        BLOCK,
        {"stat": "variance", "vars": ["api00"], "na_rm": True, "after": [RAKED]},
        "est(svyvar(~api00, C))",
    ),
    "a regression after raking": (
        BLOCK,
        {
            "stat": "glm",
            "y": {"column": "api00"},
            "terms": [{"columns": ["ell"], "categorical": False}],
            "after": [RAKED],
            "na_rm": True,
        },
        "est(svyglm(api00 ~ ell, C))",
    ),
    "Wald in a domain": (
        STRATA,
        {"stat": "chisq", "vars": ["sch.wide", "awards"], "statistic": "adjWald", "domain": [HIGH], "na_rm": True},
        "test(svychisq(~sch.wide + awards, subset(D, stype == 'H'), statistic = 'adjWald'))",
    ),
    "an empty cell": (
        STRATA,
        {"stat": "chisq", "vars": ["comp.imp", "awards"], "statistic": "F", "domain": [HIGH], "na_rm": True},
        "test(svychisq(~comp.imp + awards, subset(D, stype == 'H')))",
    ),
    "missing answers in a domain": (
        WAVES,
        {"stat": "chisq", "vars": ["satisfied", "sex"], "statistic": "Chisq", "domain": [OLD], "na_rm": True},
        "test(svychisq(~satisfied + sex, subset(O, age == '60+'), statistic = 'Chisq'))",
    ),
    "many empty cells": (
        WAVES,
        {
            "stat": "chisq",
            "vars": ["problem", "satisfied"],
            "statistic": "F",
            "na_rm": True,
            "domain": [OLD, {"column": "wave", "op": "==", "value": 1}, {"column": "sex", "op": "==", "value": "male"}],
        },
        "test(svychisq(~problem + satisfied, subset(O, age == '60+' & wave == 1 & sex == 'male')))",
    ),
    "an exact interval in a domain": (
        BLOCK,
        {"stat": "proportion_ci", "indicator": SCHOOL, "method": "beta", "domain": [HIGH]},
        "ci(svyciprop(~I(sch.wide == 'Yes'), subset(B, stype == 'H'), method = 'beta'))",
    ),
    "a variance with missing answers": (
        WAVES,
        {"stat": "variance", "vars": ["trust"], "na_rm": True, "domain": [OLD]},
        "est(svyvar(~trust, subset(O, age == '60+'), na.rm = TRUE))",
    ),
    "means with missing answers": (
        WAVES,
        {"stat": "mean", "vars": ["trust", "satisfied"], "na_rm": True},
        "est(svymean(~trust + satisfied, O, na.rm = TRUE))",
    ),
    "totals by groups of a domain": (
        WAVES,
        {"stat": "total", "vars": ["visits"], "type": "numeric", "by": ["sex", "wave"], "domain": [OLD]},
        "est(svyby(~visits, ~sex + wave, subset(O, age == '60+'), svytotal, covmat = TRUE))",
    ),
    "replicates: post-stratified": (JACKKNIFE, mean(after=[POST]), "est(svymean(~api00, postStratify(J, ~comp.imp, improved)))"),
    "replicates: fitted": (
        JACKKNIFE,
        mean(after=[FITTED]),
        "est(svymean(~api00, calibrate(J, ~stype + api99, known, epsilon = 1e-13)))",
    ),
    "replicates: by groups": (
        JACKKNIFE,
        {"stat": "proportion", "vars": ["sch.wide"], "by": ["stype"]},
        "est(svyby(~factor(sch.wide), ~stype, J, svymean, covmat = TRUE))",
    ),
    "replicates: independence": (
        JACKKNIFE,
        {"stat": "chisq", "vars": ["sch.wide", "stype"], "statistic": "F"},
        "test(svychisq(~sch.wide + stype, J))",
    ),
    "replicates: regression": (
        JACKKNIFE,
        {
            "stat": "glm",
            "y": SCHOOL,
            "terms": [{"columns": ["ell"], "categorical": False}],
            "family": "quasibinomial",
            "link": "logit",
        },
        "est(svyglm(I(sch.wide == 'Yes') ~ ell, J, family = quasibinomial(), control = tight))",
    ),
    "replicates: a variance with missing answers": (
        JACKKNIFE,
        {"stat": "variance", "vars": ["enroll"], "na_rm": True},
        "x <- svyvar(~enroll, J, na.rm = TRUE); say(c(as.numeric(x)[1], sqrt(attr(x, 'var')[1])))",
    ),
    "replicates: a domain that some of them have not": (
        JACKKNIFE,
        mean(domain=[{"column": "block", "op": "==", "value": 3}, HIGH]),
        "est(svymean(~api00, subset(J, block == 3 & stype == 'H')))",
    ),
    "replicates: saddlepoint": (
        JACKKNIFE,
        {"stat": "chisq", "vars": ["awards", "stype"], "statistic": "saddlepoint"},
        "x <- svychisq(~awards + stype, J, statistic = 'saddlepoint'); say(c(x$statistic, x$p.value))",
    ),
    "saddlepoint": (
        BLOCK,
        {"stat": "chisq", "vars": ["awards", "stype"], "statistic": "saddlepoint"},
        "x <- svychisq(~awards + stype, B, statistic = 'saddlepoint'); say(c(x$statistic, x$p.value))",
    ),
    "an arcsine interval that reaches past 0": (
        BLOCK,
        {"stat": "proportion_ci", "indicator": RARE, "method": "asin"},
        "ci(svyciprop(~I(dnum == 401 & stype == 'M'), B, method = 'asin'))",
    ),
    "replicates: logit interval": (
        JACKKNIFE,
        {"stat": "proportion_ci", "indicator": SCHOOL, "method": "logit"},
        "ci(svyciprop(~I(sch.wide == 'Yes'), J, method = 'logit'))",
    ),
}
for rule in ("remove", "certainty", "average"):
    for adjust in (False, True):
        CASES[f"lonely: {rule}, {adjust}"] = (
            Design(ids=("wpsu",), strata=("wstratum",), weights="w", lonely_psu=rule, adjust_domain_lonely=adjust),
            {"stat": "total", "vars": ["visits"], "type": "numeric", "domain": [OLD, HEALTH]},
            f"est(svytotal(~visits, subset(lonely('{rule}', {str(adjust).upper()}), age == '60+' & problem == 'health')))",
        )
        CASES[f"lonely, by groups: {rule}, {adjust}"] = (
            Design(ids=("wpsu",), strata=("wstratum",), weights="w", lonely_psu=rule, adjust_domain_lonely=adjust),
            {"stat": "mean", "vars": ["heard"], "by": ["problem"], "domain": [OLD]},
            f"old(svyby(~heard, ~problem, subset(lonely('{rule}', {str(adjust).upper()}), age == '60+'), svymean))",
        )


def numbers(answer: Any) -> list[float]:
    if isinstance(answer, Regression):
        answer = answer.coefficients
    if isinstance(answer, Estimates):
        return [*answer.estimate, *answer.se, *(answer.deff if answer.deff is not None else ())]
    if isinstance(answer, IndicatorShare):
        return [float(answer.estimates.estimate[0]), answer.low, answer.high]
    if isinstance(answer, Independence):
        return [answer.statistic, *np.atleast_1d(answer.df if answer.df is not None else []), answer.p_value]
    assert isinstance(answer, Freedom)
    return [answer.df]


def in_r(lines: list[str], folder: Path) -> list[list[float]]:
    if shutil.which("Rscript") is None:
        pytest.skip("Rscript is not installed (apt-get install r-cran-survey)")
    (folder / "cases.R").write_text(
        HEAD.format(data=DATA) + "\n".join(f'cat("##\\n"); {line}' for line in lines), encoding="utf-8"
    )
    done = subprocess.run(["Rscript", "cases.R"], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return [[float(word) for word in part.split()] for part in done.stdout.split("##")[1:]]


@pytest.fixture(scope="module")
def tables() -> dict[str, Table]:
    schools = read_table(DATA / "apistrat.csv")
    block = Table.from_columns({"block": schools["dnum"].numbers % 20})
    return {"schools": schools.with_columns(*block.columns.values()), "waves": read_table(DATA / "opinion_a.csv")}


@pytest.fixture(scope="module")
def wanted(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[float]]:
    found = in_r([line for _, _, line in CASES.values()], tmp_path_factory.mktemp("r"))
    return dict(zip(CASES, found, strict=True))


@pytest.mark.parametrize("name", CASES)
def test_r_agrees(name: str, tables: dict[str, Table], wanted: dict[str, list[float]]) -> None:
    design, request, _ = CASES[name]
    table = tables["waves" if "wpsu" in design.ids else "schools"]
    assert numbers(carry_out(Sample.of(table, design), request)) == pytest.approx(wanted[name], rel=1e-8, abs=1e-12)


def test_joint_inclusion_probabilities(tmp_path: Path) -> None:
    random = np.random.default_rng(6)
    prob = random.uniform(0.2, 0.6, 12)
    joint = np.outer(prob, prob) * 0.95
    np.fill_diagonal(joint, prob)
    y = random.normal(10, 3, 12)
    lines = [
        "y <- c({})".format(", ".join(map(repr, y.tolist()))),
        "p <- c({})".format(", ".join(map(repr, prob.tolist()))),
        "j <- outer(p, p) * 0.95; diag(j) <- p",
    ]
    made = {"horvitz-thompson": "HT", "yates-grundy": "YG"}
    code = [
        f"{'; '.join(lines)}; est(svytotal(~y, svydesign(id = ~1, fpc = ~p, data = data.frame(y, p), pps = ppsmat(j), "
        f"variance = '{short}')))"
        for short in made.values()
    ]
    for method, (estimate, se) in zip(made, in_r(code, tmp_path), strict=True):
        found = total(
            Sample.of(Table.from_columns({"y": y, "p": prob}), Design(weights_from="prob", pps=PPS(method, "p", joint))), ["y"]
        )
        assert (found.estimate[0], found.se[0]) == (pytest.approx(estimate, rel=1e-10), pytest.approx(se, rel=1e-10))


def test_unequal_probabilities_by_brewer(tmp_path: Path, tables: dict[str, Table]) -> None:
    schools = tables["schools"]
    size = np.nan_to_num(schools["enroll"].numbers, nan=400.0)
    prob = np.minimum(0.9, 60 * size / size.sum())
    line = (
        "e <- ifelse(is.na(s$enroll), 400, s$enroll); s$p <- pmin(.9, 60 * e / sum(e)); "
        "est(svymean(~api00, subset(svydesign(id = ~1, strata = ~stype, fpc = ~p, data = s, pps = 'brewer'), comp.imp == 'Yes')))"
    )
    table = schools.with_columns(*Table.from_columns({"p": prob}).columns.values())
    found = carry_out(
        Sample.of(table, Design(strata=("stype",), weights_from="prob", pps=PPS("brewer", "p"))), mean(domain=[YES])
    )
    assert numbers(found) == pytest.approx(in_r([line], tmp_path)[0], rel=1e-10)
