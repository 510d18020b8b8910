"""What every detector answers: for each judged period and series the bound, and whether the count is above it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Detection:
    """All matrices are J x S: judged periods (their indexes in `judged`) by series; nan where nothing could be computed.

    `judged_cells` is False where a rule kept the cell from being judged (`limit54`, a gap, too short a history); such a cell has
    no alarm. `extra` holds what a method adds (`phi`, `trend`, `score`).
    """

    judged: NDArray[np.intp]
    count: Array
    expected: Array
    upper: Array
    p: Array
    judged_cells: NDArray[np.bool_]
    alarm: NDArray[np.bool_]
    extra: dict[str, Array] = field(default_factory=dict)

    def with_alarm(self, alarm: NDArray[np.bool_]) -> Detection:
        return replace(self, alarm=alarm)


def empty(judged: NDArray[np.intp], counts: Array) -> Detection:
    """Nothing computed yet for these periods of `counts` (T x S)."""
    shape = (len(judged), counts.shape[1])
    return Detection(judged, counts[judged].astype(np.float64), np.full(shape, np.nan), np.full(shape, np.nan),
                     np.full(shape, np.nan), np.zeros(shape, bool), np.zeros(shape, bool))


def recent_cases(counts: Array, judged: NDArray[np.intp], periods: int, *, whole: bool = False) -> Array:
    """J x S: what the last `periods` periods up to each judged one hold in all (the rule on too few cases of Farrington et al.
    1996, section 3.8); a gap adds nothing, or makes it unknown (`whole`).
    """
    total = np.empty((len(judged), counts.shape[1]))
    for row, at in enumerate(judged):
        last = counts[max(int(at) + 1 - periods, 0) : int(at) + 1]
        (np.sum if whole else np.nansum)(last, axis=0, out=total[row])
    return total
