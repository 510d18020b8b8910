"""Matrix products in blocks small enough that the linear-algebra library keeps them on one core.

Threads that it starts for each small product cost up to sixty times the product itself on a busy machine; work is spread over
cores by processes instead, each with its own series.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
MULTIPLICATIONS = 2**17


def product(left: Array, right: Array) -> Array:
    """left @ right for a tall left (R x n) and a small right (n x k)."""
    step = max(1, MULTIPLICATIONS // max(right.size, 1))
    if len(left) <= step:
        return np.asarray(left @ right)
    out = np.empty((len(left), right.shape[1]))
    for start in range(0, len(left), step):
        np.matmul(left[start : start + step], right, out=out[start : start + step])
    return out
