"""The detectors in compat mode against R `surveillance`: its given results (marker `reference`) and R itself (marker `r_parity`).
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from nghe.signals.detectors.run import run
from nghe.signals.detectors.settings import read_control

REFERENCE = Path(os.environ.get("LANGNGHE_REFERENCE", Path(__file__).resolve().parents[3] / "shared/reference")) / "signals"
HERE = Path(__file__).parent
CASES = [
    ("farringtonFlexible", {"b": 4, "w": 2, "noPeriods": 7, "pThresholdTrend": 1, "pastWeeksNotIncluded": 13, "alpha": 0.01,
                            "thresholdMethod": "nbPlugin"}),
    ("farringtonFlexible", {"b": 3, "w": 4, "noPeriods": 1, "pThresholdTrend": 0.05, "pastWeeksNotIncluded": 0, "alpha": 0.02,
                            "thresholdMethod": "delta", "powertrans": "1/2", "limit54": [0, 4]}),
    ("farringtonFlexible", {"b": 5, "w": 3, "noPeriods": 10, "pThresholdTrend": 0.3, "alpha": 0.01, "thresholdMethod": "muan",
                            "weightsThreshold": 2, "limit54": [3, 6]}),
    ("farringtonFlexible", {"b": 3, "w": 3, "noPeriods": 4, "reweight": False, "trend": False, "populationOffset": True,
                            "alpha": 0.01, "thresholdMethod": "delta", "powertrans": "none"}),
    ("farrington", {"b": 4, "w": 2, "reweight": True, "trend": True, "alpha": 0.05, "powertrans": "1/2", "limit54": [5, 4]}),
    ("earsC", {"method": "C2", "baseline": 9, "minSigma": 0.5, "alpha": 0.01}),
    ("cusum", {"k": 0.8, "h": 3, "trans": "standard"}),
    ("cusum", {"k": 1.04, "h": 2.26, "trans": "anscombe"}),
    ("cusum", {"k": 0.5, "h": 4, "trans": "rossi", "m": "glm"}),
    ("cusum", {"k": 0, "h": 6, "trans": "anscombe2nd", "m": 2}),
    ("cusum", {"trans": "pearsonNegBin", "alpha": 1, "m": "glm"}),
    ("cusum", {"k": 0.5, "h": 4, "trans": "anscombeNegBin", "alpha": 0.2}),
    ("cusum", {"trans": "anscombeNegBin", "alpha": 2}),
    ("cusum", {"k": 1.5, "h": 6, "trans": "none", "m": "glm"}),
    ("bayes", {"b": 2, "w": 4, "actY": True, "alpha": 0.02}),
    ("bayes", {"b": 1, "w": 55, "actY": False, "alpha": 0.2}),
]


@pytest.mark.reference
@pytest.mark.skipif(not REFERENCE.is_dir(), reason="LANGNGHE_REFERENCE has no signals")
def test_alarms_are_those_of_r_on_the_given_sets():
    import importlib.util

    spec = importlib.util.spec_from_file_location("conformance_signals", HERE / "conformance_signals.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    told = module.conform(REFERENCE / "package_data").answer()
    assert told["cells"] > 40_000
    assert told["alarms_different"] == 0
    assert told["bounds_off"] == 0
    assert told["unsupported"] == []


def test_what_is_not_known_is_reported_by_name(tmp_path):
    """A folder with a foreign method, an unknown setting and a good run: the good one is compared, the others are named."""
    import importlib.util

    spec = importlib.util.spec_from_file_location("conformance_signals", HERE / "conformance_signals.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    counts = [3, 4, 2, 3, 5, 4, 3, 9, 3]
    (tmp_path / "x.csv").write_text("t,a\n" + "".join(f"{t},{n}\n" for t, n in enumerate(counts, 1)), encoding="utf-8")
    past = np.array(counts[:7])
    bounds = [past.mean() + 3.090232306 * past.std(ddof=1)]
    runs = [
        {"id": "good", "fun": "earsC", "control": {"method": "C1"}, "first": 8, "upperbound": {"a": [bounds[0], 14.0]},
         "alarm": {"a": [1, 0]}},
        {"id": "foreign", "fun": "glrnb", "control": {}, "first": 8, "upperbound": {"a": []}, "alarm": {"a": []}},
        {"id": "odd", "fun": "bayes", "control": {"prior": 2}, "first": 8, "upperbound": {"a": []}, "alarm": {"a": []}},
    ]
    (tmp_path / "x.json").write_text(json.dumps({"frequency": 52, "series": "a", "runs": runs}), encoding="utf-8")
    told = module.conform(tmp_path).answer()
    assert told["cells"] == 2
    assert told["bounds_off"] == 1
    assert told["unsupported"] == ["bayes.prior", "glrnb"]


@pytest.mark.r_parity
@pytest.mark.skipif(not shutil.which("Rscript"), reason="R is not installed (Debian: r-cran-surveillance)")
@pytest.mark.parametrize(("fun", "control"), CASES)
def test_r_itself_answers_the_same(tmp_path, fun, control):
    """Series made here (sparse, overdispersed, trending, seasonal), judged by R in this run."""
    rng = np.random.default_rng(77)
    t = np.arange(330)
    counts = np.column_stack([
        rng.negative_binomial(size, 1 / (1 + np.exp(level + slope * t + 0.4 * np.cos(t * 2 * np.pi / 52)) / size))
        for level, slope, size in ((0.2, 0, 2.0), (1.5, 0.002, 3.0), (3, 0, 1.0), (4, -0.001, 30.0), (-0.5, 0.003, 5.0))])
    population = np.column_stack([1000 + 3 * t] * counts.shape[1]).astype(float)
    first = 300
    np.savetxt(tmp_path / "counts.csv", counts, delimiter=",", fmt="%d")
    np.savetxt(tmp_path / "people.csv", population, delimiter=",", fmt="%d")
    script = f"""
        suppressMessages(library(surveillance))
        counts <- as.matrix(read.csv("{tmp_path}/counts.csv", header = FALSE))
        people <- as.matrix(read.csv("{tmp_path}/people.csv", header = FALSE))
        sts <- sts(observed = counts, population = people, frequency = 52, start = c(2001, 1))
        control <- list({", ".join(f"{key} = {in_r(value)}" for key, value in control.items())}, range = {first}:330)
        sink(stderr())
        found <- suppressWarnings({fun}(sts, control = control))
        sink()
        write.csv(cbind(found@upperbound, found@alarm), "{tmp_path}/found.csv", row.names = FALSE)"""
    subprocess.run(["Rscript", "-e", script], check=True, capture_output=True, text=True)
    told = np.genfromtxt(tmp_path / "found.csv", delimiter=",", skip_header=1, missing_values="NA",
                         converters=dict.fromkeys(range(10), as_number), encoding="utf-8")
    bound, alarm = told[:, :5], np.nan_to_num(told[:, 5:])
    ours = run(read_control(fun, control, compat=True), counts.astype(float), judged=np.arange(first - 1, 330), frequency=52,
               population=population)
    mine = np.where(ours.judged_cells, ours.upper, 0.0 if fun == "farrington" else np.nan)
    assert (alarm == ours.alarm).all()
    np.testing.assert_allclose(mine, bound, rtol=1e-4, atol=1e-6)


def as_number(text: str) -> float:
    return {"NA": np.nan, "TRUE": 1.0, "FALSE": 0.0}[text] if text in {"NA", "TRUE", "FALSE"} else float(text)


def in_r(value) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, list):
        return f"c({', '.join(map(str, value))})"
    return json.dumps(value)
