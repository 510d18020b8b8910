"""Trim weights: those outside the bounds go to the bound, and what that took is shared equally among the rows not moved."""

from __future__ import annotations

import numpy as np

from nghe.errors import Fault
from nghe.survey.arrays import Floats


def trimmed(weights: Floats, lower: float | None, upper: float | None, *, strict: bool) -> Floats:
    """New weights (n,) with the same sum; weights of 0 stay 0.

    strict: repeat until none is outside; a row once moved gets no share.
    """
    low, high = -np.inf if lower is None else lower, np.inf if upper is None else upper
    if not low < high:
        raise Fault("survey.trim", "bounds", f"the lower bound {low:g} is not under the upper one {high:g}")
    total = weights.sum()
    moved = weights == 0
    new = weights.copy()
    while True:
        outside = ~moved & ((new < low) | (new > high))
        if not outside.any():
            return new
        new[outside] = np.clip(new[outside], low, high)
        moved |= outside
        if moved.all():
            raise Fault(
                "survey.trim",
                "bounds",
                f"every weight would be moved, so nobody is left to take the rest: sum {new.sum():g} of {total:g}",
            )
        new[~moved] += (total - new.sum()) / (~moved).sum()
        if not strict:
            return new
