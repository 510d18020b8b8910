"""The rows of one block in the groups of one variable: estimates, and the unit values that their covariances come from.

A share is a ratio of weighted totals, with the unit values of `nghe.survey.cube`. A net is the sum of its answers' unit values; a
mean with scores s over the answers that have one is m = sum(s p) / sum(p), with unit values (sum(s v) - m sum(v)) / sum(p). All
rows of a table and all pairs of its groups come from one covariance.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from nghe.survey.arrays import Bools, Floats, Ints
from nghe.survey.banner.parts import Groups, Part
from nghe.survey.cube import Shares, fill_codes, shares
from nghe.survey.sample import Sample
from nghe.survey.variance.stages import covariance, variances

WHOLE = 400
"""Up to so many estimates of one block get their joint covariance at once; else row by row."""


@dataclass(frozen=True, eq=False)
class Lines:
    """G groups, R rows. estimate, weighted_base (G, R); count, n (G, R): rows of the data in the row, in its base.

    values (units, G, R), or replicated (G, R, replicates); neither where the design has no margin of error. psu (psus, G):
    first-stage units with rows of the block.
    """

    sample: Sample
    estimate: Floats
    count: Ints
    n: Ints
    weighted_base: Floats
    psu: Bools
    values: Floats | None = None
    replicated: Floats | None = None

    @cached_property
    def covariances(self) -> Floats:
        """Covariance of the groups, row by row (R, G, G); NaN without a margin of error."""
        groups, rows = self.estimate.shape
        if self.values is None and self.replicated is None:
            return np.full((rows, groups, groups), np.nan)
        if groups * rows <= WHOLE:
            whole = self._covariance(slice(None)).reshape(groups, rows, groups, rows)
            return np.asarray(np.einsum("grhr->rgh", whole))
        return np.stack([self._covariance(slice(row, row + 1)) for row in range(rows)])

    @cached_property
    def variances(self) -> Floats:
        """(G, R)."""
        if self.values is not None and "covariances" not in self.__dict__:
            flat = self.values.reshape(len(self.values), -1)
            return variances(self.sample.units, flat, self.sample.present).reshape(self.estimate.shape)
        return np.asarray(np.einsum("rgg->gr", self.covariances))

    def _covariance(self, rows: slice) -> Floats:
        estimate = self.estimate[:, rows].reshape(-1)
        if self.replicated is not None:
            assert self.sample.replicates is not None
            return self.sample.replicates.covariance(self.replicated[:, rows].reshape(len(estimate), -1), estimate)
        assert self.values is not None
        flat = self.values[:, :, rows].reshape(len(self.values), -1)
        return covariance(self.sample.units, flat, self.sample.present)

    def df(self, psu: Bools) -> Floats:
        """Degrees of freedom where these first-stage units (psus, k) have rows: units less strata (k,)."""
        if self.sample.replicates is not None:
            return np.full(psu.shape[1], self.sample.df)
        first = self.sample.units.stages[0]
        strata = np.add.reduceat(psu, first.starts, axis=0) > 0
        return np.asarray(psu.sum(axis=0) - strata.sum(axis=0), dtype=np.float64)

    def beside(self, other: Lines) -> Lines:
        """Both sets of groups together, so that they can be compared."""
        def join(name: str, axis: int) -> Floats | None:
            one, two = getattr(self, name), getattr(other, name)
            return None if one is None or two is None else np.concatenate([one, two], axis=axis)

        return Lines(
            self.sample, np.vstack([self.estimate, other.estimate]), np.vstack([self.count, other.count]),
            np.vstack([self.n, other.n]), np.vstack([self.weighted_base, other.weighted_base]),
            np.hstack([self.psu, other.psu]), join("values", 1), join("replicated", 0),
        )


def lines_of(sample: Sample, part: Part, groups: Groups) -> Lines:
    """One block in the groups of one variable; `sample` is narrowed to the rows of the block's base."""
    size, count = len(part.levels), len(groups.levels)
    code = np.where((groups.codes >= 0) & (part.codes >= 0), groups.codes * size + part.codes, -1)
    made = shares(fill_codes(sample, code, (count, size)), count)
    is_mean = np.array([row.kind == "mean" for row in part.rows])
    takes = np.nan_to_num(part.weights)
    based = np.where(is_mean[:, None], ~np.isnan(part.weights), 1.0)
    counted = np.where(is_mean[:, None], based, takes)
    n, rows = (np.rint(made.counts @ weights.T).astype(np.int64) for weights in (based, counted))
    units = sample.units
    psu = units.to_psu(made.cube.sums).reshape(-1, count, size).sum(axis=2) > 0
    with np.errstate(invalid="ignore", divide="ignore"):
        if not sample.design.has_margin_of_error:
            return Lines(sample, (made.counts @ takes.T) / n, rows, n, n.astype(np.float64), psu)
        inside = made.share @ based.T
        estimate = (made.share @ takes.T) / inside
        values, replicated = _values(made, takes, based, is_mean, estimate, inside)
        return Lines(sample, estimate, rows, n, made.base[:, None] * inside, psu, values, replicated)


def _values(
    made: Shares, takes: Floats, based: Floats, is_mean: Bools, estimate: Floats, inside: Floats
) -> tuple[Floats | None, Floats | None]:
    if made.replicated is not None:
        top = np.einsum("glk,rl->grk", made.replicated, takes)
        return None, top / np.einsum("glk,rl->grk", made.replicated, based)
    assert made.values is not None
    values = made.values @ takes.T
    for row in np.flatnonzero(is_mean):
        values[:, :, row] -= estimate[:, row] * (made.values @ based[row])
        values[:, :, row] /= inside[:, row]
    return values, None
