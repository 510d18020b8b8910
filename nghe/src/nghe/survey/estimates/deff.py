"""Design effects: the variance over that of a simple random sample of as many rows (Kish 1965, ch. 8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from nghe.errors import Fault
from nghe.survey.arrays import Bools, Floats
from nghe.survey.estimates.result import Estimates
from nghe.survey.sample import Sample


def design_effects(
    found: Estimates, sample: Sample, parts: Sequence[tuple[Floats, Bools]], deff: str | None, *, totals: bool
) -> Estimates:
    """The estimates with deff (k,). parts: for each, the values (n,) and the rows. "wor": without replacement, "wr": with."""
    if deff is None:
        return found
    if deff not in {"wor", "wr"}:
        raise Fault("survey.deff", "deff", f"is {deff!r}; say wor (without replacement) or wr (with)")
    simple = np.array(
        [simple_variance(values, np.where(mask, sample.weights, 0.0), deff, totals=totals) for values, mask in parts]
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        return replace(found, deff=found.variance / simple)


def simple_variance(values: Floats, weights: Floats, deff: str, *, totals: bool) -> float:
    """Variance of the mean (or total) of a simple random sample of as many rows, from the weighted element variance."""
    n, size = int((weights != 0).sum()), float(weights.sum())
    if n < 2:
        return float("nan")
    centre = (weights @ values) / size
    element = (weights @ (values - centre) ** 2) / size * n / (n - 1)
    left = (size - n) / size if deff == "wor" else 1.0
    return float(element / n * left * (size**2 if totals else 1.0))
