"""What weighting takes from influence values: the part that the population margins already tell.

An estimate after calibration has the variance of its residuals (Deville and Särndal 1992): of each row's influence value u is
taken its least-squares fit on the calibration variables, weighted by the weights before the step. Raking and post-stratification
are calibrations on indicators. The `rake` convention, by name: ten sweeps of unweighted margin means. Several steps are taken
in the order in which they were done.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np

from nghe.survey.arrays import AnyArray, Floats, group_sums, sums_by

SWEEPS = 10
RANK = 1e-11


class Projection(Protocol):
    def residuals(self, values: Floats) -> Floats:
        """Influence values (n, k) less what the step accounts for."""


@dataclass(frozen=True, eq=False)
class Step:
    """A weighting step as the variance sees it: its projection, and the weights (n,) after it."""

    projection: Projection
    after: Floats

    def residuals(self, weighted: Floats) -> Floats:
        """Weighted influence values (n, k) less what the step accounts for, at the weights that the step made."""
        scale = np.where(self.after > 0, self.after, 1.0)[:, None]
        return self.projection.residuals(weighted / scale) * self.after[:, None]


@dataclass(frozen=True, eq=False)
class CellProjection:
    """On indicators of margins. cell (n,): joint cell of each row. margins: the level (C,) of every cell, for each.

    before (n,): weights before the step.
    """

    cell: AnyArray
    margins: Sequence[AnyArray]
    before: Floats

    @cached_property
    def weight(self) -> Floats:
        return sums_by(self.cell, self.before, len(self.margins[0]))

    @cached_property
    def fit(self) -> Floats:
        """Matrix (C, C) from weighted sums by cell to fitted values by cell."""
        if len(self.margins) == 1 and len(np.unique(self.margins[0])) == len(self.margins[0]):
            return np.diag(np.where(self.weight > 0, 1 / np.where(self.weight > 0, self.weight, 1.0), 0.0))
        columns = [margin[:, None] == np.unique(margin)[None, :] for margin in self.margins]
        x = np.concatenate(columns, axis=1).astype(np.float64)
        root = np.sqrt(self.weight)
        basis, values, _ = np.linalg.svd(x * root[:, None], full_matrices=False)
        basis = basis[:, values > RANK * values[0]]
        inverse = np.where(root > 0, 1 / np.where(root > 0, root, 1.0), 0.0)
        return np.asarray((inverse[:, None] * basis) @ (basis.T * inverse[None, :]))

    def residuals(self, values: Floats) -> Floats:
        sums = group_sums(self.cell, values * self.before[:, None], len(self.weight))
        return np.asarray(values - (self.fit @ sums)[self.cell])


@dataclass(frozen=True, eq=False)
class MatrixProjection:
    """On any calibration variables x (n, m), weighted by before (n,)."""

    x: Floats
    before: Floats

    @cached_property
    def basis(self) -> Floats:
        basis, values, _ = np.linalg.svd(self.x / np.abs(self.x).max(axis=0) * np.sqrt(self.before)[:, None], full_matrices=False)
        return np.asarray(basis[:, values > RANK * values[0]])

    def residuals(self, values: Floats) -> Floats:
        root = np.sqrt(self.before)
        scaled = values * root[:, None]
        fitted = self.basis @ (self.basis.T @ scaled)
        return np.asarray(np.where(root[:, None] > 0, values - fitted / np.where(root > 0, root, 1.0)[:, None], values))


@dataclass(frozen=True, eq=False)
class SweepProjection:
    """The `rake` convention: ten sweeps over the margins, each taking off the unweighted mean of its levels."""

    codes: Sequence[AnyArray]

    def residuals(self, values: Floats) -> Floats:
        for _ in range(SWEEPS):
            for code in self.codes:
                count = int(code.max()) + 1
                sizes = np.maximum(np.bincount(code, minlength=count), 1)
                values = values - (group_sums(code, values, count) / sizes[:, None])[code]
        return values
