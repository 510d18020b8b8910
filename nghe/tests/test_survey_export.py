"""The R script of an export: every statistic and weighting step that R has a word for is computed again by R, and a wrong number
is found."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from nghe.survey import Design, Replicates, Sample
from nghe.survey.files.r_script import export_for_r
from nghe.survey.invented import DESIGN, invent_survey

AREAS = ("city", "coast", "plain", "hills", "islands")
SEX = {"vars": ["sex"], "counts": [{"levels": ["female"], "count": 520}, {"levels": ["male"], "count": 480}]}
AREA = {"vars": ["area"], "counts": [{"levels": [area], "count": 200} for area in AREAS]}
TOTALS = [
    {"intercept": True, "total": 1000},
    {"column": "sex", "level": "male", "total": 480},
    {"column": "score", "total": 5100},
]
THREE = {"where": [{"column": "q3", "op": "==", "value": "answer 3"}], "missing": "na"}
MEN = [{"column": "sex", "op": "==", "value": "male"}]
ENDS = [{"column": "age", "op": "in", "value": ["18-29", "60+"]}]
OLDEST = {"name": "old", "weights": [{"group": {"age": "60+"}, "weight": 1}, {"group": {"age": "18-29"}, "weight": -1}]}


def mean(**more: Any) -> dict[str, Any]:
    return {"stat": "mean", "vars": ["score"], **more}


RAKE: dict[str, Any] = {"method": "rake", "margins": [SEX, AREA]}
REQUESTS: dict[str, dict[str, Any]] = {
    "shares by groups": {"stat": "proportion", "vars": ["q1"], "by": ["sex", "age"], "na_rm": True},
    "cells": {"stat": "proportion", "cross": ["sex", "age"]},
    "contrast": mean(by=["age"], contrast=[OLDEST]),
    "quantiles": {"stat": "quantile", "vars": ["score"], "p": [0.25, 0.5], "qrule": "hf7"},
    "independence": {"stat": "chisq", "vars": ["q2", "sex"], "na_rm": True, "domain": ENDS},
    "regression": {
        "stat": "glm",
        "y": THREE,
        "terms": [{"columns": ["age"], "categorical": True, "reference": "18-29"}, {"columns": ["score"], "categorical": False}],
        "family": "quasibinomial",
        "link": "logit",
        "na_rm": True,
    },
    "interval": {"stat": "proportion_ci", "indicator": THREE, "na_rm": True},
    "likelihood": {"stat": "proportion_ci", "indicator": THREE, "method": "likelihood", "na_rm": True},
    "t test": {"stat": "ttest", "y": "score", "group": "sex", "levels": ["female", "male"]},
    "variance": {"stat": "variance", "vars": ["score"]},
    "domain": {"stat": "ratio", "numerator": "score", "denominator": "w", "domain": MEN},
    "post-stratified": mean(after=[{"method": "poststratify", "margins": [SEX]}], domain=MEN),
    "raked": mean(after=[RAKE]),
    "raked by sweeps": mean(after=[RAKE | {"se": "rake"}]),
    "calibrated": mean(vars=["w"], after=[{"method": "calibrate", "totals": TOTALS}]),
    "bounded": mean(after=[{"method": "calibrate", "calfun": "logit", "bounds": [0.1, 4], "margins": [SEX, AREA]}]),
    "trimmed": mean(after=[RAKE, {"method": "trim", "lower": 0.3, "upper": 1.5}]),
}


def in_r(folder: Path) -> subprocess.CompletedProcess[str]:
    if shutil.which("Rscript") is None:
        pytest.skip("Rscript is not installed (apt-get install r-cran-survey)")
    return subprocess.run(["Rscript", "recompute.R"], cwd=folder, capture_output=True, text=True, check=False)


def export(folder: Path, design: Design, names: list[str]) -> dict[str, Any]:
    sample = Sample.of(invent_survey(800, seed=3, questions=3), design)
    return export_for_r(sample, [{"id": name, **REQUESTS[name]} for name in names], folder)


@pytest.mark.r_parity
def test_r_computes_every_statistic_and_step_again(tmp_path: Path) -> None:
    assert export(tmp_path, DESIGN, list(REQUESTS)) == {"checked": len(REQUESTS), "left_out": []}
    done = in_r(tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.r_parity
def test_r_finds_a_number_that_was_changed(tmp_path: Path) -> None:
    jackknife = Design(ids=("commune",), strata=("stratum",), weights="w", nest=True, replicates=Replicates("JKn", mse=True))
    export(tmp_path, jackknife, ["shares by groups", "domain"])
    assert in_r(tmp_path).returncode == 0
    path = tmp_path / "estimates.csv"
    *lines, last = path.read_text(encoding="utf-8").splitlines()
    name, value = last.split(",")
    path.write_text("\n".join([*lines, f"{name},{1.001 * float(value)!r}"]) + "\n", encoding="utf-8")
    done = in_r(tmp_path)
    assert done.returncode == 1
    assert "domain: 2 numbers, largest relative difference 1.0e-03" in done.stdout


def test_what_r_has_no_word_for_is_named(tmp_path: Path) -> None:
    numbers = {"vars": ["stratum"], "counts": [{"levels": [at], "count": 100} for at in range(10)]}
    sample = Sample.of(invent_survey(800, seed=3, questions=3), DESIGN)
    asked = [{"id": "raked to numbers", **mean(after=[{"method": "rake", "margins": [numbers]}])}, {"id": "plain", **mean()}]
    assert export_for_r(sample, asked, tmp_path) == {"checked": 1, "left_out": ["raked to numbers"]}
    made = Design(ids=("commune",), strata=("stratum",), weights="w", nest=True, replicates=Replicates("bootstrap", seed=1))
    assert export(tmp_path, made, ["domain"]) == {"checked": 0, "left_out": ["domain"]}
