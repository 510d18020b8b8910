"""Shares of categories, population counts of categories, and shares of crossed cells, all from the cube of unit totals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

import numpy as np

from nghe.errors import Fault
from nghe.survey.arrays import Bools, Floats, Ints
from nghe.survey.cube import Cube, fill_codes
from nghe.survey.cube import shares as shares_of
from nghe.survey.data.column import Level
from nghe.survey.estimates.core import answered, bases, groups_of, own_variances
from nghe.survey.estimates.deff import design_effects
from nghe.survey.estimates.result import SOME_REPLICATES, Estimates, Label
from nghe.survey.sample import Sample
from nghe.survey.variance.stages import size_relation, unit_df


def proportion(
    sample: Sample, variables: Sequence[str], *, by: Sequence[str] = (), na_rm: bool = False, deff: str | None = None
) -> Estimates:
    """Shares (0 to 1) of every level of each column; rows ordered by column, level, then group."""
    return _categories(sample, variables, by=by, na_rm=na_rm, deff=deff, totals=False)


def count(
    sample: Sample, variables: Sequence[str], *, by: Sequence[str] = (), na_rm: bool = False, deff: str | None = None
) -> Estimates:
    """Population counts (sums of weights) of every level of each column; rows ordered by column, level, then group."""
    return _categories(sample, variables, by=by, na_rm=na_rm, deff=deff, totals=True)


def cells(sample: Sample, columns: Sequence[str], *, na_rm: bool = False) -> Estimates:
    """Shares, of all, of every cell of the columns crossed, the first column fastest; cells without rows too."""
    narrow = answered(sample, columns, na_rm=na_rm)
    narrow.need_margin(f"shares of {' x '.join(columns)}")
    code, labels = crossed(narrow, columns)
    made = shares_of(fill_codes(narrow, code, (len(labels),)))
    n, n_psu = made.cube.counts, made.cube.n_psu
    named = tuple(Label(" x ".join(columns), cell=cell) for cell in labels)
    return Estimates(
        "proportion",
        named,
        made.share[0],
        made.covariance(),
        sample.df,
        sample.design_df,
        np.full(len(n), n.sum()),
        np.full(len(n), n_psu.max(initial=0)),
        sample.rows,
    )


def crossed(sample: Sample, columns: Sequence[str]) -> tuple[Ints, list[dict[str, Level]]]:
    """Cell of each row of the domain (n,), -1 outside, the first column fastest, and the levels of every cell."""
    code, size = np.zeros(sample.rows, dtype=np.int64), 1
    names: list[dict[str, Level]] = [{}]
    for name in columns:
        column = sample.table[name]
        code = code + size * column.codes.astype(np.int64)
        size *= len(column.levels)
        names = [{**before, name: level} for level in column.levels for before in names]
    return np.where(sample.rows_inside & ~sample.table.missing_in(columns), code, -1), names


def _categories(
    sample: Sample, variables: Sequence[str], *, by: Sequence[str], na_rm: bool, deff: str | None, totals: bool
) -> Estimates:
    narrow = answered(sample, variables, na_rm=na_rm)
    statistic = "total" if totals else "proportion"
    narrow.need_margin(f"{statistic} of {', '.join(variables)}")
    group, groups = groups_of(narrow, by, narrow.rows_inside)
    if not groups:
        raise Fault("survey.empty", ", ".join(by), "no row has a value in these columns")
    made = [_one(narrow, name, group, groups, totals=totals) for name in variables]
    parts = [part for _, _, pieces in made for part in pieces]
    n, n_psu = bases(narrow, [group == place for _ in variables for place in range(len(groups))])
    levels = [len(narrow.table[name].levels) for name in variables]
    spread = np.concatenate([np.tile(np.arange(len(groups)) + place * len(groups), size) for place, size in enumerate(levels)])
    labels = tuple(
        Label(name, level, dict(where)) for name in variables for level in narrow.table[name].levels for where in groups
    )
    point = np.concatenate([values for values, _, _ in made])
    spread_of = _joint(narrow, [cube for _, cube, _ in made], point, group, len(groups), totals=totals)
    found = Estimates(
        statistic,
        labels,
        point,
        spread_of.covariance,
        sample.df,
        sample.design_df,
        n[spread],
        n_psu[spread],
        sample.rows,
        unit_df=spread_of.unit_df,
        size_t=spread_of.size_t,
        own_variance=spread_of.own,
        warnings=(SOME_REPLICATES,) if spread_of.own is not None and narrow.replicates is not None else (),
    )
    return design_effects(found, narrow, parts, deff, totals=totals)


def _one(
    sample: Sample, name: str, group: Ints, groups: Sequence[object], *, totals: bool
) -> tuple[Floats, Cube, list[tuple[Floats, Bools]]]:
    """Of one column: its estimates (L G,), level slowest; its cube with groups fastest; values and rows of each for deff."""
    column = sample.table[name]
    size = len(column.levels)
    code = np.where((group >= 0) & ~column.missing, column.codes.astype(np.int64) * len(groups) + group, -1)
    cube = fill_codes(sample, code, (size, len(groups)))
    sums = cube.totals
    with np.errstate(invalid="ignore", divide="ignore"):
        point = sums if totals else sums / np.tile(sums.reshape(size, -1).sum(axis=0), size)
    parts = [
        ((column.codes == level).astype(np.float64), group == place) for level in range(size) for place in range(len(groups))
    ]
    return point, cube, parts


@dataclass(frozen=True, eq=False)
class _Spread:
    """Of k estimates together: their covariance; each group's own variances; of shares, what the units tell of them."""

    covariance: Floats
    own: Floats | None = None
    unit_df: Floats | None = None
    size_t: Floats | None = None


def _joint(sample: Sample, cubes: Sequence[Cube], point: Floats, of_row: Ints, groups: int, *, totals: bool) -> _Spread:
    if sample.replicates is not None:
        replicated = np.concatenate(
            [_within(cube.replicates, groups, totals=totals) for cube in cubes if cube.replicates is not None]
        )
        own = sample.replicates.variances(replicated, point) if np.isnan(replicated).any() else None
        return _Spread(sample.replicates.covariance(replicated, point), own)
    values, start = [], 0
    for cube in cubes:
        size = prod(cube.shape)
        by_unit, share = cube.residuals, point[start : start + size]
        if not totals:
            base = cube.totals.reshape(-1, groups).sum(axis=0)
            inside = by_unit.reshape(len(by_unit), -1, groups).sum(axis=1)
            with np.errstate(invalid="ignore", divide="ignore"):
                by_unit = (by_unit - share * np.tile(inside, size // groups)) / np.tile(base, size // groups)
        values.append(by_unit)
        start += size
    joined = np.concatenate(values, axis=1)
    cov, own = cubes[0].covariance(joined), own_variances(sample, joined, of_row) if groups > 1 else None
    if totals or sample.units.joint is not None:
        return _Spread(cov, own)
    related = [size_relation(sample.units, cube.sums, _bases(cube, groups)) for cube in cubes]
    return _Spread(cov, own, unit_df(sample.units, joined, sample.present), np.concatenate(related))


def _bases(cube: Cube, groups: int) -> Floats:
    """The base of every share in every unit (units, C)."""
    inside = cube.sums.reshape(len(cube.sums), -1, groups).sum(axis=1)
    return np.tile(inside, cube.sums.shape[1] // groups)


def _within(sums: Floats, groups: int, *, totals: bool) -> Floats:
    if totals:
        return sums
    shaped = sums.reshape(-1, groups, sums.shape[1])
    with np.errstate(invalid="ignore"):
        return np.asarray((shaped / shaped.sum(axis=0)).reshape(sums.shape))
