"""Compare the detectors, in compat mode, with results of R `surveillance`: `python conformance_signals.py DIR [--json]`.

DIR may hold, at any depth, folders in either format of the reference data:
- package data: `<set>.csv` and `<set>.json` (frequency, series, runs of a `fun` and its `control`);
- a benchmark: `base.csv.gz`, `past.csv.gz` and R's `r_<setting>_<clean|past>.csv.gz`.

Answers `cells` (compared series-periods), `alarms_different`, `bounds_off` (a bound that differs by more than 0.001 of itself, or
is computed on one side only) and `unsupported` (methods, settings and values not known here, by name; their cells are not
counted). Exit status 1 when more than one alarm in 10,000 differs or nothing could be compared.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

from nghe.errors import Fault
from nghe.signals.detectors.farrington import Farrington
from nghe.signals.detectors.result import recent_cases
from nghe.signals.detectors.run import run
from nghe.signals.detectors.settings import READERS, read_control, unsupported

TOLERANCE = 1e-3
NOUFAILY = {"b": 5, "w": 3, "noPeriods": 10, "weightsThreshold": 2.58, "pThresholdTrend": 1, "pastWeeksNotIncluded": 26,
            "alpha": 0.005}
BENCHMARK = {
    "noufaily": NOUFAILY | {"thresholdMethod": "nbPlugin"},
    "muan": NOUFAILY | {"thresholdMethod": "muan"},
    "farrington": {"b": 5, "w": 3, "noPeriods": 1, "weightsThreshold": 1, "pThresholdTrend": 0.05, "pastWeeksNotIncluded": 3,
                   "thresholdMethod": "delta", "alpha": 0.005},
}


class Tally:
    def __init__(self) -> None:
        self.total: Counter[str] = Counter()
        self.unsupported: Counter[str] = Counter()
        self.runs: list[dict[str, Any]] = []

    def compare(self, name: str, alarm: np.ndarray, bound: np.ndarray, ours: Any, *, unjudged: Any) -> None:
        ours_bound = np.where(ours.judged_cells, ours.upper, unjudged)
        alarms = int((np.nan_to_num(alarm) != ours.alarm).sum())
        with np.errstate(invalid="ignore"):
            far = np.abs(bound - ours_bound) > TOLERANCE * np.maximum(np.abs(bound), 1)
        off = int((far | (np.isnan(bound) != np.isnan(ours_bound))).sum())
        self.total.update(cells=alarm.size, alarms_different=alarms, bounds_off=off)
        self.runs.append({"run": name, "cells": int(alarm.size), "alarms_different": alarms, "bounds_off": off})

    def answer(self) -> dict[str, Any]:
        counted = {key: self.total[key] for key in ("cells", "alarms_different", "bounds_off")}
        return counted | {"unsupported": sorted(self.unsupported)}


def number(text: Any) -> float:
    return float("nan") if text in {None, "", "NA", "NaN"} else float(text)


def listed(cells: Any) -> list[Any]:
    """R writes a vector of one as a number."""
    return cells if isinstance(cells, list) else [cells]


def compare_package_set(path: Path, tally: Tally) -> None:
    """One `<set>.json` with its CSV."""
    told = json.loads(path.read_text(encoding="utf-8"))
    with path.with_suffix(".csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    names = [told["series"]] if isinstance(told["series"], str) else list(told["series"])
    counts = np.array([[number(row[name]) for name in names] for row in rows])
    dates = np.array([row["date"] for row in rows], dtype="datetime64[D]") if "date" in rows[0] else None
    people = None
    if all(f"population.{name}" in rows[0] for name in names):
        people = np.array([[number(row[f"population.{name}"]) for name in names] for row in rows])
    elif "population" in rows[0]:
        people = np.array([[number(row["population"])] * len(names) for row in rows])
    for each in told["runs"]:
        name, fun, control = f"{path.stem}/{each['id']}", each["fun"], each["control"]
        if missing := unsupported(fun, control):
            tally.unsupported.update(missing)
            continue
        calendar = control.get("epochAsDate", "calendar" in each["id"])
        if calendar and dates is None:
            tally.unsupported.update([f"{name}: no dates"])
            continue
        first = int(each["first"]) - 1
        judged = np.array(control["range"], dtype=np.intp) - 1 if control.get("range") else np.arange(first, len(counts))
        alarm, bound = (np.array([[number(cell) for cell in listed(each[key][series])] for series in names]).T
                        for key in ("alarm", "upperbound"))
        if len(alarm) != len(judged):
            tally.unsupported.update([f"{name}: {len(alarm)} results for {len(judged)} judged periods"])
            continue
        try:
            settings = read_control(fun, control, compat=True)
            ours = run(settings, counts, judged=judged, frequency=int(told["frequency"]), dates=dates if calendar else None,
                       population=people)
        except Fault as fault:
            tally.unsupported.update([f"{name}: {fault}"])
            continue
        unjudged: Any = np.nan
        if isinstance(settings, Farrington) and settings.two_sided:
            unjudged = np.where(np.isnan(recent_cases(counts, judged, int(settings.limit54[1]), whole=True)), np.nan, 0.0)
        tally.compare(name, alarm, bound, ours, unjudged=unjudged)


def read_matrix(path: Path) -> tuple[list[str], np.ndarray]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        names = next(csv.reader(file))
        return names, np.loadtxt(file, delimiter=",", ndmin=2)


def compare_benchmark(folder: Path, tally: Tally) -> None:
    names, base = read_matrix(folder / "base.csv.gz")
    past = read_matrix(folder / "past.csv.gz")[1]
    for path in sorted(folder.glob("r_*_*.csv.gz")):
        setting, _, which = path.name.removeprefix("r_").removesuffix(".csv.gz").rpartition("_")
        if setting not in BENCHMARK or which not in {"clean", "past"}:
            tally.unsupported.update([f"benchmark {setting}_{which}"])
            continue
        with gzip.open(path, "rt", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        series = list(dict.fromkeys(row["series"] for row in rows))
        weeks = sorted({int(row["week"]) for row in rows})
        if len(rows) != len(series) * len(weeks):
            tally.unsupported.update([f"{path.name}: not every series has every week"])
            continue
        place = {(row["series"], int(row["week"])): row for row in rows}
        alarm, bound = (np.array([[number(place[name, week][key]) for name in series] for week in weeks])
                        for key in ("alarm", "upperbound"))
        counts = (base if which == "clean" else base + past)[:, [names.index(name) for name in series]]
        settings = read_control("farringtonFlexible", BENCHMARK[setting], compat=True)
        ours = run(settings, counts, judged=np.array(weeks, dtype=np.intp) - 1, frequency=52)
        tally.compare(f"{folder.name}/{setting}_{which}", alarm, bound, ours, unjudged=np.nan)


def conform(root: Path) -> Tally:
    tally = Tally()
    for path in sorted(root.rglob("*.json")):
        if path.with_suffix(".csv").exists():
            compare_package_set(path, tally)
    for path in sorted(root.rglob("base.csv.gz")):
        compare_benchmark(path.parent, tally)
    return tally


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dir", type=Path)
    parser.add_argument("--json", action="store_true")
    words = parser.parse_args(argv)
    if not words.dir.is_dir():
        print(f"{words.dir}: no such folder", file=sys.stderr)
        return 2
    tally = conform(words.dir)
    answer = tally.answer()
    if words.json:
        print(json.dumps(answer))
    else:
        for each in tally.runs:
            print(f"{each['run']:45} {each['cells']:>7} cells {each['alarms_different']:>4} alarms differ "
                  f"{each['bounds_off']:>4} bounds off")
        print(" ".join(f"{key}={value}" for key, value in answer.items()), f"(methods: {', '.join(READERS)})")
    return 0 if answer["cells"] and answer["alarms_different"] <= answer["cells"] / 10_000 else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
