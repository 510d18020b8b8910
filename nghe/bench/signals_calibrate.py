"""Learn the shipped recalibration table again: `python signals_calibrate.py SERIES_PER_SCENARIO SEED... > recalibration.json`.

Null cells are weeks 576-624 of simulated series that had outbreaks in their past (as real series do).
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
from signals_scenarios import BASELINE, WEEKS, simulate

from nghe.signals.detectors.harmonic import Harmonic, detect
from nghe.signals.recalibration import learn


def main(reps: int, seeds: list[int]) -> None:
    raw, expected = [], []
    for seed in seeds:
        drawn = simulate(seed, reps, ())
        found = detect((drawn.base + drawn.past).astype(float), judged=np.arange(BASELINE, WEEKS), frequency=52,
                       settings=replace(Harmonic(), table=None))
        raw.append(np.where(found.judged_cells, found.extra["raw"], 1.0))
        expected.append(found.expected)
    source = f"28 scenarios x {reps} series x 49 weeks, seeds {', '.join(map(str, seeds))}, outbreaks in the past"
    table = learn(np.concatenate(raw).ravel(), np.concatenate(expected).ravel(), source=source)
    told = table.record()
    told["raw"] = [[float(f"{value:.5g}") for value in row] for row in table.raw]
    print(json.dumps(told, indent=1))


if __name__ == "__main__":
    main(int(sys.argv[1]), [int(word) for word in sys.argv[2:]])
