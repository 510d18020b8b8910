"""Replicate weights, given or made, and the variance of replicate estimates.

JK1, JKn: the jackknife (Wolter 2007, ch. 4). BRR: balanced half-samples (McCarthy 1969). Fay: its perturbed form (Judkins
1990). Bootstrap: n - 1 of n units with replacement in each stratum (Rao and Wu 1988, rescaled). Factors are the same for all
rows of a unit, so totals of all replicates are one matrix product of unit totals and factors.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.linalg import hadamard, qr

from nghe.errors import Fault
from nghe.survey.arrays import Bools, Floats, Ints, group_sums
from nghe.survey.data.table import Table
from nghe.survey.design.bind import Frame
from nghe.survey.design.units import Stage
from nghe.survey.design.words import Design, Replicates

RANK_TOLERANCE = 1e-5


@dataclass(frozen=True, eq=False)
class ReplicateWeights:
    """Weight of row i in replicate r: base[i] x factors[group[i], r].

    full (n,): full-sample weights. base (n,). group (n,): row of `factors` (G, R). rscales (R,).
    mse: deviations from the full-sample estimate, else from the mean of the replicates. by_psu: `group` is the first-stage unit.
    """

    full: Floats
    base: Floats
    group: Ints
    factors: Floats
    scale: float
    rscales: Floats
    mse: bool
    by_psu: bool = False

    @property
    def count(self) -> int:
        return int(self.factors.shape[1])

    def totals(self, values: Floats) -> Floats:
        """Weighted totals of values (n, m) in every replicate: (m, R)."""
        return np.asarray(group_sums(self.group, values * self.base[:, None], len(self.factors)).T @ self.factors)

    def weights(self) -> Floats:
        """All replicate weights, row by row (n, R)."""
        return np.asarray(self.base[:, None] * self.factors[self.group])

    def reweighted(self, full: Floats, weights: Floats) -> ReplicateWeights:
        """The same replicates after weighting was done anew in each: full (n,), weights (n, R)."""
        return replace(self, full=full, base=np.ones(len(full)), group=np.arange(len(full)), factors=weights, by_psu=False)

    def covariance(self, replicates: Floats, estimate: Floats) -> Floats:
        """Covariance (k, k) of replicate estimates (k, R) about the full-sample estimate (k,) or their mean.

        Replicates without rows for one of the estimates take no part; where all are without, it is not a number.
        """
        spread = self._spread(np.where(np.isnan(replicates).any(axis=0), np.nan, replicates), estimate)
        return np.asarray((spread * (self.rscales * self.scale)) @ spread.T)

    def variances(self, replicates: Floats, estimate: Floats) -> Floats:
        """Variances (k,), at a fraction of the cost; of each estimate only those replicates take no part that have no rows."""
        spread = self._spread(replicates, estimate)
        return np.asarray(np.square(spread, out=spread) @ (self.rscales * self.scale))

    def _spread(self, replicates: Floats, estimate: Floats) -> Floats:
        absent = np.isnan(replicates)
        if not absent.any():
            centre = estimate if self.mse else replicates[:, self.rscales > 0].mean(axis=1)
            return np.asarray(replicates - centre[:, None])
        counted = ~absent & (self.rscales > 0)
        known = counted.sum(axis=1)
        means = np.where(counted, replicates, 0.0).sum(axis=1) / np.where(known > 0, known, np.nan)
        centre = np.where(known > 0, estimate, np.nan) if self.mse else means
        return np.where(absent & (known > 0)[:, None], 0.0, replicates - centre[:, None])

    def df(self, rows: Bools) -> float:
        """Rank of the matrix of replicate weights of some rows, less 1."""
        size = np.sqrt(np.bincount(self.group, weights=np.where(rows, self.base, 0.0) ** 2, minlength=len(self.factors)))
        matrix = (self.factors * size[:, None])[size > 0]
        if matrix.shape[0] > matrix.shape[1]:
            matrix = qr(matrix, mode="r")[0][: matrix.shape[1]]
        if not matrix.size:
            return -1.0
        diagonal = np.abs(np.diag(qr(matrix, mode="r", pivoting=True)[0]))
        return float((diagonal > RANK_TOLERANCE * diagonal[0]).sum() - 1)


def replicate_weights(table: Table, design: Design, frame: Frame) -> ReplicateWeights:
    """The replicates of a design: read from their columns, or made from its units."""
    words = design.replicates
    assert words is not None
    return _given(table, words, frame) if words.columns is not None else _made(words, frame)


def _given(table: Table, words: Replicates, frame: Frame) -> ReplicateWeights:
    assert words.columns is not None
    matrix = np.column_stack([table[name].numbers for name in words.columns])
    if np.isnan(matrix).any():
        row, column = np.argwhere(np.isnan(matrix))[0]
        raise Fault("survey.replicates", f"{words.columns[column]}, row {row + 1}", "has no replicate weight")
    if words.apply_rho:
        assert words.rho is not None
        matrix = words.rho + (1 - words.rho) * matrix
    count = matrix.shape[1]
    scale = words.scale
    if scale is None:
        half = count * (1 - (words.rho or 0.0)) ** 2
        scale = 1 / (count - 1) if words.type == "bootstrap" else 1 / half
    rscales = np.ones(count) if words.rscales is None else np.array(words.rscales, dtype=np.float64)
    base = np.ones(table.rows) if words.combined else frame.base
    factors, group = np.unique(matrix, axis=0, return_inverse=True) if not words.combined else (matrix, np.arange(table.rows))
    return ReplicateWeights(frame.base, base, group.reshape(-1), factors, scale, rscales, words.mse)


def _made(words: Replicates, frame: Frame) -> ReplicateWeights:
    first = frame.units.stages[0]
    if words.type != "JK1" and words.type != "bootstrap" and (first.sampled == 1).any():
        name = first.names[int(np.flatnonzero(first.sampled == 1)[0])]
        raise Fault(
            "survey.lonely",
            name,
            f"has one sampled unit, so {words.type} replicates cannot be made of it; join it with a like stratum",
        )
    factors, scale, rscales = {"JK1": _jk1, "JKn": _jkn, "BRR": _brr, "Fay": _brr, "bootstrap": _bootstrap}[words.type](
        first, words
    )
    return ReplicateWeights(frame.base, frame.base, frame.units.psu[frame.unit], factors, scale, rscales, words.mse, by_psu=True)


def _jk1(stage: Stage, _: Replicates) -> tuple[Floats, float, Floats]:
    if stage.strata > 1:
        raise Fault("survey.replicates", "replicates.type", "JK1 is for a design without strata; say JKn")
    n = stage.units
    left = float(1 - stage.fraction[0])
    return (1 - np.eye(n)) * n / (n - 1), left * (n - 1) / n, np.ones(n)


def _jkn(stage: Stage, _: Replicates) -> tuple[Floats, float, Floats]:
    n = stage.sampled[stage.stratum]
    same = stage.stratum[:, None] == stage.stratum[None, :]
    factors = np.where(same, (n / (n - 1))[None, :], 1.0) * (1 - np.eye(stage.units))
    return factors, 1.0, (n - 1) / n * (1 - stage.fraction[stage.stratum])


def _brr(stage: Stage, words: Replicates) -> tuple[Floats, float, Floats]:
    if (stage.sampled != 2).any():
        name = stage.names[int(np.flatnonzero(stage.sampled != 2)[0])]
        raise Fault(
            "survey.replicates",
            name,
            f"balanced replicates need two units in each stratum; it has {stage.sampled[stage.sampled != 2][0]:g}",
        )
    signs = _balanced(stage.strata)
    rho = words.rho or 0.0
    half = np.stack([signs, -signs], axis=1).reshape(2 * stage.strata, -1)
    return 1 + (1 - rho) * half, 1 / (half.shape[1] * (1 - rho) ** 2), np.ones(half.shape[1])


def _balanced(strata: int) -> Floats:
    """Signs (strata, R), rows orthogonal to each other and to a row of ones: rows of a Hadamard matrix of order R > strata."""
    order = 1 << strata.bit_length()
    return np.asarray(hadamard(order)[1 : strata + 1], dtype=np.float64)


def _bootstrap(stage: Stage, words: Replicates) -> tuple[Floats, float, Floats]:
    random = np.random.default_rng(words.seed)
    factors = np.ones((stage.units, words.replicates))
    for start, n in zip(stage.starts, stage.sampled.astype(int), strict=True):
        if n > 1:
            draws = random.multinomial(n - 1, np.full(n, 1 / n), size=words.replicates)
            factors[start : start + n] = draws.T * (n / (n - 1))
    return factors, 1 / words.replicates, np.ones(words.replicates)
