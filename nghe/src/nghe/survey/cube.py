"""The cube of unit totals: for each sampled unit and each cell, the sum of weights; for each cell, the rows and the units.

Everything linearised about categories follows from it: with T the totals of a unit, a share p of a base N has the unit values
(T_cell - p T_base)/N, and their spread between the units of a stratum is its variance. It is filled in one pass over the rows,
by memory (`fill`) or by any SQL engine (`nghe.survey.engines`); sums of shards add up. A cube is close to microdata: it is
never exported.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from nghe.errors import Fault
from nghe.survey.arrays import AnyArray, Bools, Floats, Ints, sums_by
from nghe.survey.design.units import Units
from nghe.survey.estimates.core import CHUNK
from nghe.survey.variance.stages import covariance, variances

if TYPE_CHECKING:
    from nghe.survey.sample import Sample


@dataclass(frozen=True, eq=False)
class Cube:
    """Cells of crossed categories, C of them, the last column fastest.

    shape: levels of each column. sums (units, C): weights by last-stage unit. counts (C,): unweighted rows. n_psu (C,):
    first-stage units with such rows. residuals (units, C): `sums` less what weighting accounts for; the same array without
    weighting. replicates (C, R): sums in every replicate, or None. present (units,): units with rows in the domain, or None.
    """

    units: Units
    shape: tuple[int, ...]
    sums: Floats
    counts: Ints
    n_psu: Ints
    residuals: Floats
    replicates: Floats | None = None
    present: Bools | None = None
    sample: Sample | None = None

    @property
    def totals(self) -> Floats:
        """Weighted totals of the cells (C,)."""
        return np.asarray(self.sums.sum(axis=0))

    def covariance(self, values: Floats) -> Floats:
        """Covariance (k, k) of unit values (units, k) made of `residuals`."""
        return covariance(self.units, values, self.present)

    def variances(self, values: Floats) -> Floats:
        """Variances (k,) of unit values (units, k) made of `residuals`."""
        return variances(self.units, values, self.present)

    def totals_covariance(self) -> Floats:
        """Covariance (C, C) of the weighted totals of the cells."""
        if self.replicates is None:
            return self.covariance(self.residuals)
        assert self.sample is not None
        assert self.sample.replicates is not None
        return self.sample.replicates.covariance(self.replicates, self.totals)

    def __add__(self, other: Cube) -> Cube:
        """Two shards of one sample over the same units: sums and rows add up."""
        if self.shape != other.shape or self.units is not other.units:
            raise Fault("survey.shards", "cube", "shards have the same units and the same cells")
        sums = self.sums + other.sums
        psu = self.units.to_psu(sums) > 0
        return Cube(
            self.units, self.shape, sums, self.counts + other.counts, psu.sum(axis=0), sums, None, self.present, self.sample
        )


def fill(sample: Sample, columns: Sequence[str]) -> Cube:
    """The cube of some columns crossed; rows with a missing value in one of them, or outside the domain, are in no cell."""
    code, shape = cell_codes(sample, columns)
    return fill_codes(sample, code, shape)


def cell_codes(sample: Sample, columns: Sequence[str]) -> tuple[AnyArray, tuple[int, ...]]:
    """Cell of each row (n,), the last column fastest, -1 for a row in no cell; and the levels of each column."""
    code: AnyArray | None = None
    outside: Bools | None = None if sample.inside is None else ~sample.inside
    shape = tuple(len(sample.table[name].levels) for name in columns)
    wide: Any = np.int64 if prod(shape) >= 1 << 31 else np.int32
    for name, size in zip(columns, shape, strict=True):
        column = sample.table[name]
        code = column.codes if code is None else np.asarray(code.astype(wide, copy=False) * wide(size) + column.codes)
        if column.any_missing:
            outside = column.missing if outside is None else outside | column.missing
    assert code is not None
    return (code if outside is None else np.where(outside, wide(-1), code)), shape


def fill_codes(sample: Sample, code: AnyArray, shape: tuple[int, ...]) -> Cube:
    """The cube from the cell of each row (n,), -1 for none."""
    cells, units = prod(shape), sample.units
    counts = np.bincount(code + 1, minlength=cells + 1)[1:]
    sums = _by_unit(sample, code, cells, sample.weights)
    if (sample.weights > 0).all():
        n_psu = (units.to_psu(sums) > 0).sum(axis=0)
    else:
        n_psu = (units.to_psu(_by_unit(sample, code, cells, np.ones(sample.rows))) > 0).sum(axis=0)
    residuals = _residuals(sample, code, cells) if sample.steps and sample.replicates is None else sums
    return Cube(units, shape, sums, counts, n_psu, residuals, _replicates(sample, code, cells, sums), sample.present, sample)


def _by_unit(sample: Sample, code: AnyArray, cells: int, weights: Floats) -> Floats:
    """Weights by unit and cell; the cell before the first takes the rows that are in none."""
    key = sample.frame.unit * (cells + 1)
    key += code
    key += 1
    return sums_by(key, weights, sample.units.count * (cells + 1)).reshape(-1, cells + 1)[:, 1:]


def _residuals(sample: Sample, code: AnyArray, cells: int) -> Floats:
    from nghe.survey.estimates.core import unit_totals

    block = max(CHUNK // max(sample.rows, 1), 1)
    parts = [
        unit_totals(sample, (code[:, None] == np.arange(start, min(start + block, cells))).astype(np.float64))
        for start in range(0, cells, block)
    ]
    return np.concatenate(parts, axis=1)


def _replicates(sample: Sample, code: AnyArray, cells: int, sums: Floats) -> Floats | None:
    made = sample.replicates
    if made is None:
        return None
    if made.by_psu:
        return np.asarray(sample.units.to_psu(sums).T @ made.factors)
    key = made.group * (cells + 1) + code + 1
    by_group = sums_by(key, made.base, len(made.factors) * (cells + 1)).reshape(-1, cells + 1)[:, 1:]
    return np.asarray(by_group.T @ made.factors)


@dataclass(frozen=True, eq=False)
class Shares:
    """Shares of the levels of a question within groups: share (G, L), unit values (units, G, L), base (G,) sums of weights.

    Unit values are None with replicates; then `replicated` (G, L, R) holds the shares of every replicate.
    """

    cube: Cube
    share: Floats
    base: Floats
    values: Floats | None
    replicated: Floats | None

    @property
    def counts(self) -> Ints:
        """Unweighted rows of each cell (G, L)."""
        return self.cube.counts.reshape(self.share.shape)

    @property
    def bases(self) -> Ints:
        """Unweighted rows of each group (G,)."""
        return np.asarray(self.counts.sum(axis=1))

    def covariance(self) -> Floats:
        """Covariance (G L, G L) of the shares, groups slowest."""
        flat = self.share.reshape(-1)
        if self.replicated is not None:
            assert self.cube.sample is not None
            assert self.cube.sample.replicates is not None
            return self.cube.sample.replicates.covariance(self.replicated.reshape(len(flat), -1), flat)
        assert self.values is not None
        return self.cube.covariance(self.values.reshape(-1, len(flat)))

    def variances(self) -> Floats:
        """Variances (G, L) of the shares."""
        if self.replicated is not None:
            assert self.cube.sample is not None
            assert self.cube.sample.replicates is not None
            flat = self.share.reshape(-1)
            return self.cube.sample.replicates.variances(self.replicated.reshape(len(flat), -1), flat).reshape(self.share.shape)
        assert self.values is not None
        return self.cube.variances(self.values.reshape(len(self.values), -1)).reshape(self.share.shape)


def shares(cube: Cube, groups: int = 1) -> Shares:
    """Shares within groups, of a cube whose first columns make the groups (G of them) and whose last is the question."""
    levels = cube.sums.shape[1] // groups
    totals = cube.totals.reshape(groups, levels)
    base = totals.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = totals / base[:, None]
        if cube.replicates is not None:
            replicated = cube.replicates.reshape(groups, levels, -1)
            return Shares(cube, share, base, None, replicated / replicated.sum(axis=1, keepdims=True))
        by_unit = cube.residuals.reshape(-1, groups, levels)
        values = by_unit - share * by_unit.sum(axis=2, keepdims=True)
        values /= base[:, None]
    return Shares(cube, share, base, values, None)
