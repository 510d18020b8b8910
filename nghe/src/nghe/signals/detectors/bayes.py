"""The Bayes detector: counts of like periods, a Gamma prior of no weight, and the count that few of the next would exceed.

With Jeffreys' prior Gamma(1/2, 0) on a common mean, n past counts of total s predict a negative binomial of size s + 1/2 and
probability n / (n + 1). Source: Riebler (2004), as described with R `surveillance`; Höhle, Comput. Stat. 22 (2007) 571-582.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nghe.errors import Fault
from nghe.signals.detectors import tails
from nghe.signals.detectors.result import Detection, empty

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Bayes:
    """`b` years back with 2w+1 periods around the same time in each; `this_year` adds the w periods just before."""

    b: int = 0
    w: int = 6
    this_year: bool = True
    alpha: float = 0.05
    compat: bool = False
    """As R: a period that lies in two windows (w of half a year or more) counts twice, and a window that reaches over the judged
    period (w of a year or more) takes it and later ones in.
    """


def detect(counts: Array, *, judged: NDArray[np.intp], frequency: int, settings: Bayes) -> Detection:
    """Judge periods of `counts` (T x S); gaps among the reference counts do not count, periods before the data neither."""
    answer = empty(judged, counts)
    steps = [-year * frequency + step for year in range(1, settings.b + 1) for step in range(-settings.w, settings.w + 1)]
    steps += [-step for step in range(1, settings.w + 1)] if settings.this_year else []
    offsets = sorted(steps if settings.compat else set(steps))
    if not offsets:
        raise Fault("signals.baseline", "b", "no reference periods: b is 0 and actY is false")
    index = judged[:, None] + np.array(offsets, dtype=np.intp)
    inside = (index >= 0) & (index < (len(counts) if settings.compat else judged[:, None]))
    past = counts[np.where(inside, index, 0)]
    known = np.isfinite(past) & inside[:, :, None]
    n = known.sum(axis=1).astype(np.float64)
    size = np.where(known, past, 0.0).sum(axis=1) + 0.5
    safe = np.maximum(n, 1.0)
    mean, phi = size / safe, 1 + 1 / safe
    told = (n > 0) & (np.isfinite(answer.count) | settings.compat)
    answer.expected[:] = np.where(told, mean, np.nan)
    answer.upper[:] = np.where(told, tails.quantile(1 - settings.alpha, mean, phi), np.nan)
    answer.p[:] = np.where(told, tails.at_least(np.nan_to_num(answer.count), mean, phi), np.nan)
    answer.judged_cells[:] = told
    answer.alarm[:] = told & (answer.count > answer.upper)
    return answer
