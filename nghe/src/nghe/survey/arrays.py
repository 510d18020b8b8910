"""Names for the arrays that the survey modules pass about."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
AnyArray = NDArray[Any]


def sums_by(groups: AnyArray, values: AnyArray, count: int) -> Floats:
    """Sums of `values` (n,) by group code 0..count-1 (count,)."""
    return np.asarray(np.bincount(groups, weights=values, minlength=count), dtype=np.float64)


def group_sums(groups: AnyArray, values: Floats, count: int) -> Floats:
    """Sums of the rows of `values` (n,) or (n, k) by group code 0..count-1: (count,) or (count, k)."""
    if values.ndim == 1:
        return sums_by(groups, values, count)
    sums = np.empty((count, values.shape[1]))
    for column in range(values.shape[1]):
        sums[:, column] = np.bincount(groups, weights=values[:, column], minlength=count)
    return sums
