"""EARS C1, C2 and C3: a count against the mean and spread of the few periods before it; for short histories.

C1 takes the `baseline` periods just before, C2 those up to three periods before; C3 adds up how far C2 went past 1 in the last
three periods.

`compat=True` reproduces two faults of R `surveillance` 1.20: the bound of C3 is drawn around the count itself instead of its
baseline mean (so only the two earlier periods decide), and a baseline without spread gives C3 no answer. Source: Fricker, Hegler
& Dunfee, Stat. Med. 27 (2008) 3407-3429; Salmon, Schumacher & Höhle, J. Stat. Soft. 70 (2016) no. 10.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from scipy import special

from nghe.signals.detectors.result import Detection, empty

Array = NDArray[np.float64]
LAG = {"C1": 0, "C2": 2, "C3": 2}
BEFORE = {"C1": 0, "C2": 2, "C3": 4}
"""Periods needed before the baseline's own."""
LARGEST = 1e6
"""The score of a rise over a baseline that never moved."""


@dataclass(frozen=True, slots=True)
class Ears:
    """`alpha` None: 0.001 for C1 and C2, 0.025 for C3. `min_sigma` holds the spread up where the baseline is all alike."""

    method: Literal["C1", "C2", "C3"] = "C1"
    baseline: int = 7
    min_sigma: float = 0.0
    alpha: float | None = None
    compat: bool = False

    @property
    def level(self) -> float:
        return self.alpha if self.alpha is not None else 0.025 if self.method == "C3" else 0.001

    @property
    def first(self) -> int:
        """The index of the first period that can be judged."""
        return self.baseline + BEFORE[self.method]


def detect(counts: Array, *, judged: NDArray[np.intp], settings: Ears) -> Detection:
    """Judge periods of `counts` (T x S; a gap in the baseline leaves the cell unjudged). `extra`: `score`, the C statistic."""
    answer = empty(judged, counts)
    answer.extra["score"] = np.full(answer.count.shape, np.nan)
    if len(counts) <= settings.first:
        return answer
    told = judged >= settings.first
    at = judged[told]
    z = float(special.ndtri(1 - settings.level))
    mean, sd, score = _moving(counts, settings)
    centre, spread, value = mean[at], sd[at], score[at]
    upper = centre + z * spread
    if settings.method == "C3":
        earlier = np.maximum(0, score[at - 1] - 1) + np.maximum(0, score[at - 2] - 1)
        with np.errstate(invalid="ignore"):
            upper = np.maximum((answer.count[told] if settings.compat else centre) + spread * (z - earlier), 0)
        value = np.maximum(0, score[at] - 1) + earlier
    p = special.ndtr(-value)
    answer.expected[told], answer.upper[told], answer.p[told], answer.extra["score"][told] = centre, upper, p, value
    answer.judged_cells[:] = np.isfinite(answer.upper) & (np.isfinite(answer.count) | settings.compat)
    answer.alarm[:] = answer.judged_cells & (answer.count > answer.upper)
    return answer


def _moving(counts: Array, settings: Ears) -> tuple[Array, Array, Array]:
    """Mean, spread (n - 1) and standardised deviation of each period against its baseline; nan before there is one."""
    lag = LAG[settings.method]
    mean, sd = np.full(counts.shape, np.nan), np.full(counts.shape, np.nan)
    windows = sliding_window_view(counts, settings.baseline, axis=0)
    start = settings.baseline + lag
    span = len(counts) - start
    mean[start:] = windows[:span].mean(axis=-1)
    sd[start:] = np.maximum(windows[:span].std(axis=-1, ddof=1), settings.min_sigma)
    with np.errstate(divide="ignore", invalid="ignore"):
        score = (counts - mean) / sd
    if settings.compat:
        return mean, sd, score
    return mean, sd, np.where(sd > 0, score, np.where(counts > mean, LARGEST, np.where(np.isnan(mean), np.nan, 0.0)))
