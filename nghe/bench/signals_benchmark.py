"""The default detector and the improved Farrington detector on a folder of simulated outbreaks: `python signals_benchmark.py DIR
[--json]`.

DIR is in the format of the reference: `base.csv.gz` (counts without outbreaks, weeks x series), `past.csv.gz` (cases of outbreaks
in the past, added to them), `current.csv.gz` (cases of the outbreak of strength k in weeks 576-624).

For each detector:
- `fpr`: share of series-weeks 576-624 with an alarm where no outbreak is, at the threshold the product ships (p <= 0.005), with
  outbreaks in the past; `fpr_clean`: the same on histories without any;
- `pod`: by k, share of outbreaks with an alarm between their first and last week, at the threshold where exactly 0.5 % of the
null
  cells of this folder raise one; `pod_shipped`: at the shipped threshold;
- `delay`: mean weeks from the first case to the first alarm, at k = 7, of the outbreaks found; `delay_by_k`.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from nghe.signals.detectors import farrington, harmonic

ALPHA = 0.005
FIRST, STRENGTHS = 575, (3, 5, 7, 10)
IMPROVED = farrington.Farrington(b=5, w=3, periods=10, left_out=26, p_trend=1.0, bound="nbPlugin", alpha=ALPHA)
Score = Callable[[np.ndarray, np.ndarray], np.ndarray]


def read_matrix(path: Path) -> tuple[list[str], np.ndarray]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return next(csv.reader(file)), np.loadtxt(file, delimiter=",", ndmin=2)


def read_folder(folder: Path) -> tuple[np.ndarray, np.ndarray, dict[int, np.ndarray]]:
    names, base = read_matrix(folder / "base.csv.gz")
    past = read_matrix(folder / "past.csv.gz")[1]
    place = {name: column for column, name in enumerate(names)}
    current: dict[int, np.ndarray] = {}
    with gzip.open(folder / "current.csv.gz", "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            extra = current.setdefault(int(row["k"]), np.zeros(base.shape))
            extra[int(row["week"]) - 1, place[row["series"]]] += int(row["extra"])
    return base, past, current


def score_default(counts: np.ndarray, judged: np.ndarray) -> np.ndarray:
    """p of the default detector."""
    found = harmonic.detect(counts, judged=judged, frequency=52, settings=harmonic.Harmonic(alpha=ALPHA))
    return np.where(found.judged_cells, found.p, 1.0)


def score_farrington(counts: np.ndarray, judged: np.ndarray) -> np.ndarray:
    """p of the improved Farrington detector as R runs it (its trend is kept, so its dispersion fault plays no part)."""
    found = farrington.detect(counts, judged=judged, frequency=52, settings=IMPROVED)
    return np.where(found.judged_cells, found.p, 1.0)


def exact_threshold(null: np.ndarray, share: float) -> float:
    """The largest score that at most this share of null cells reaches."""
    ordered = np.sort(null, axis=None)
    return float(ordered[max(int(np.floor(share * ordered.size)) - 1, 0)])


def found_outbreaks(score: np.ndarray, extra: np.ndarray, threshold: float) -> tuple[float, float]:
    """Share of outbreaks with an alarm between first and last week, and the mean delay of those."""
    cases = extra > 0
    has = cases.any(axis=0)
    week = np.arange(len(cases))[:, None]
    first, last = cases.argmax(axis=0), len(cases) - 1 - cases[::-1].argmax(axis=0)
    hits = (score <= threshold) & (week >= first) & (week <= last) & has
    caught = hits.any(axis=0)
    return float(caught.sum() / has.sum()), float((hits.argmax(axis=0) - first)[caught].mean()) if caught.any() else float("nan")


def measure(score: Score, base: np.ndarray, past: np.ndarray,
            current: dict[int, np.ndarray], strengths: tuple[int, ...] = STRENGTHS) -> dict[str, Any]:
    judged = np.arange(FIRST, len(base))
    history = base + past
    null = score(history, judged)
    exact = exact_threshold(null, ALPHA)
    answer: dict[str, Any] = {
        "fpr": float((null <= ALPHA).mean()), "fpr_clean": float((score(base, judged) <= ALPHA).mean()),
        "threshold_of_half_a_percent": exact, "pod": {}, "pod_shipped": {}, "delay_by_k": {},
    }
    for k in strengths:
        with_outbreak = score(history + current[k], judged)
        extra = current[k][judged]
        answer["pod"][str(k)], answer["delay_by_k"][str(k)] = found_outbreaks(with_outbreak, extra, exact)
        answer["pod_shipped"][str(k)] = found_outbreaks(with_outbreak, extra, ALPHA)[0]
    answer["delay"] = answer["delay_by_k"].get("7", float("nan"))
    return answer


def benchmark(folder: Path) -> dict[str, Any]:
    base, past, current = read_folder(folder)
    strengths = tuple(k for k in STRENGTHS if k in current)
    return {name: measure(score, base, past, current, strengths)
            for name, score in (("default", score_default), ("farrington", score_farrington))}


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dir", type=Path)
    parser.add_argument("--json", action="store_true")
    words = parser.parse_args(argv)
    if not (words.dir / "base.csv.gz").is_file():
        print(f"{words.dir}: no base.csv.gz; give a folder in the format of the benchmark", file=sys.stderr)
        return 2
    answer = benchmark(words.dir)
    if words.json:
        print(json.dumps(answer))
        return 0
    for name, told in answer.items():
        pods = "  ".join(f"k={k} {share:.3f}" for k, share in told["pod"].items())
        print(f"{name:11} fpr {told['fpr']:.4f} (clean history {told['fpr_clean']:.4f})  pod at 0.5 %: {pods}  "
              f"delay {told['delay']:.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
