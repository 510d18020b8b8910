"""What became of the weights: their spread, what it costs, and the margins before and after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from nghe.survey.arrays import Floats, sums_by
from nghe.survey.sample import Sample
from nghe.survey.weights.margins import Margin, cells_of, place


@dataclass(frozen=True)
class WeightReport:
    """Of the rows with a weight. kish_deff = 1 + CV^2 = n sum w^2 / (sum w)^2 (Kish 1965); effective_n = n / kish_deff.

    trimmed_share: share of the sum of weights before trimming that trimming moved. ratio: largest weight over smallest.
    """

    rows: int
    zero: int
    sum: float
    mean: float
    smallest: float
    largest: float
    ratio: float
    cv: float
    kish_deff: float
    effective_n: float
    trimmed_share: float

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class MarginCheck:
    """One level of a margin: population share, and weighted shares before and after the weighting, all 0 to 1."""

    margin: str
    level: str
    rows: int
    target: float
    before: float
    after: float


def report_weights(weights: Floats, *, trimmed_share: float = 0.0) -> WeightReport:
    """Diagnostics of weights (n,)."""
    used = weights[weights > 0]
    n, total = len(used), float(used.sum())
    deff = float(n * (used**2).sum() / total**2)
    return WeightReport(
        n,
        len(weights) - n,
        total,
        total / n,
        float(used.min()),
        float(used.max()),
        float(used.max() / used.min()),
        float(np.sqrt(max(deff - 1, 0.0))),
        deff,
        n / deff,
        trimmed_share,
    )


def kish_deff(weights: Floats) -> float:
    """Design effect of unequal weights alone: n sum w^2 / (sum w)^2."""
    return report_weights(weights).kish_deff


def moved_by_trimming(before: Floats, after: Floats) -> float:
    """Share of the sum of weights that went from some rows to others."""
    return float(np.abs(after - before).sum() / 2 / before.sum())


def check_margins(before: Sample, after: Sample, margins: Sequence[Margin]) -> list[MarginCheck]:
    """Every level of every margin, as the weights stood before and as they stand after."""
    found = []
    for margin in margins:
        cells = cells_of(before.table, [margin], before.weights)
        placed = place(before.table, margin, cells)
        level = placed.level[cells.cell]
        size = len(placed.counts)
        rows = np.bincount(level, minlength=size)
        shares = [sums_by(level, weights, size) / weights.sum() for weights in (before.weights, after.weights)]
        found += [
            MarginCheck(
                margin.name,
                name.partition(" = ")[2],
                int(rows[at]),
                float(placed.counts[at] / placed.counts.sum()),
                float(shares[0][at]),
                float(shares[1][at]),
            )
            for at, name in enumerate(placed.names)
        ]
    return found
