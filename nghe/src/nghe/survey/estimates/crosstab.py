"""Independence in a two-way table of weighted shares: Rao-Scott and Wald tests.

X2 is Pearson's statistic of the shares times the rows of the design. Rao and Scott (1981, 1984): under independence it is
distributed as a sum of delta_i chi-squares, delta the eigenvalues of n (C'D^-1 C)^-1 (C'D^-1 V D^-1 C), V the design covariance
of the cell shares, D the observed shares (an empty cell takes no part), C the contrasts of interaction, less their unweighted
projection on the main effects.

    Chisq        X2 over the mean delta, on (r-1)(c-1) df (first order)
    F            X2 / sum(delta), on (sum delta)^2 / sum(delta^2) and that times the design df (second order)
    saddlepoint  the tail of that sum over a chi-square / ddf by the saddlepoint approximation (Kuonen 1999), ddf as for F; as R
                 has it, the chi-square below has the whole degrees of freedom of ddf, and with replicates there is none
    Wald         of observed minus expected counts (Koch, Freeman and Freeman 1975), F with (nu, design df)
    adjWald      with (nu, design df - nu + 1), the statistic scaled to match (Thomas and Rao 1987)
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.special import chdtrc, fdtrc, ndtr

from nghe.errors import Fault
from nghe.survey.arrays import Floats
from nghe.survey.cube import Shares, fill_codes
from nghe.survey.cube import shares as shares_of
from nghe.survey.estimates.core import answered
from nghe.survey.estimates.shares import crossed
from nghe.survey.sample import Sample

SAME = 1e-9
"""Degrees of freedom this near to a whole number, relatively, are whole."""
STATISTICS = ("F", "Chisq", "Wald", "adjWald", "saddlepoint")


@dataclass(frozen=True)
class Independence:
    """A test. df: one number (Chisq), numerator and denominator (F, Wald, adjWald), or None (saddlepoint)."""

    rows: str
    columns: str
    method: str
    statistic: float
    df: float | tuple[float, float] | None
    p_value: float
    n: int


def independence(sample: Sample, rows: str, columns: str, *, statistic: str = "F", na_rm: bool = False) -> Independence:
    """Tests whether two categories are independent in the population; levels without rows in the domain are left out."""
    if statistic not in STATISTICS:
        raise Fault("survey.chisq", "statistic", f"is {statistic!r}; say one of {', '.join(STATISTICS)}")
    narrow = answered(sample, [rows, columns], na_rm=na_rm)
    narrow.need_margin(f"test of {rows} by {columns}")
    shape, made = _table(narrow, rows, columns)
    if statistic in {"Wald", "adjWald"}:
        counts = Counts(shape, made.cube.totals, made.cube.totals_covariance())
        return Independence(rows, columns, statistic, *_wald(counts, sample.kept_df, statistic), int(made.bases[0]))
    ddf = np.inf if statistic == "saddlepoint" and sample.replicates is not None else sample.kept_df
    tested = _rao_scott(shape, made.share[0], made.covariance(), sample.kept_rows, ddf, statistic)
    return Independence(rows, columns, statistic, *tested, int(made.bases[0]))


@dataclass(frozen=True, eq=False)
class Counts:
    """Population counts (r c,) with rows fastest, and their covariance."""

    shape: tuple[int, int]
    totals: Floats
    covariance: Floats


def _table(sample: Sample, rows: str, columns: str) -> tuple[tuple[int, int], Shares]:
    """The cells of the levels that have rows, rows fastest."""
    code, _ = crossed(sample, [rows, columns])
    r, c = len(sample.table[rows].levels), len(sample.table[columns].levels)
    seen = np.bincount(code[code >= 0], minlength=r * c).reshape(c, r)
    keep_r, keep_c = np.flatnonzero(seen.sum(axis=0)), np.flatnonzero(seen.sum(axis=1))
    if len(keep_r) < 2 or len(keep_c) < 2:
        short = rows if len(keep_r) < 2 else columns
        raise Fault("survey.chisq", short, "has one answer only among these rows; a test of independence needs two")
    place = np.full(r * c + 1, -1)
    place[(keep_c[:, None] * r + keep_r[None, :]).ravel()] = np.arange(len(keep_r) * len(keep_c))
    return (len(keep_r), len(keep_c)), shares_of(fill_codes(sample, place[code], (len(keep_r) * len(keep_c),)))


def _rao_scott(
    shape: tuple[int, int], share: Floats, cov: Floats, n: int, ddf: float, statistic: str
) -> tuple[float, float | tuple[float, float] | None, float]:
    expected = _expected(shape, share)
    x2 = float(n * ((share - expected) ** 2 / expected).sum())
    deltas = _deltas(shape, share, cov, n)
    nu = float(len(deltas))
    if statistic == "Chisq":
        return x2, nu, float(chdtrc(nu, x2 / deltas.mean()))
    both = (deltas.sum() ** 2 / (deltas**2).sum(), deltas.sum() ** 2 / (deltas**2).sum() * ddf)
    if statistic == "saddlepoint":
        return x2, None, _mixture_tail(x2, deltas, both[1])
    value = float(x2 / deltas.sum())
    return value, (float(both[0]), float(both[1])), float(fdtrc(both[0], both[1], value))


def _expected(shape: tuple[int, int], share: Floats) -> Floats:
    table = share.reshape(shape[1], shape[0])
    return np.asarray(np.outer(table.sum(axis=1), table.sum(axis=0)).ravel())


def _deltas(shape: tuple[int, int], share: Floats, cov: Floats, n: int) -> Floats:
    r, c = shape
    row, column = np.tile(np.arange(r), c), np.repeat(np.arange(c), r)
    rows, columns = (row[:, None] == np.arange(1, r)).astype(float), (column[:, None] == np.arange(1, c)).astype(float)
    main = np.column_stack([np.ones(r * c), rows, columns])
    both = np.einsum("ki,kj->kij", rows, columns).reshape(r * c, -1)
    basis = np.linalg.qr(main)[0]
    inverse = np.where(share > 0, 1 / np.where(share > 0, share, 1.0), 0.0)[:, None]
    contrasts = both - basis @ (basis.T @ both)
    scaled = contrasts * inverse
    simple, design = contrasts.T @ scaled / n, scaled.T @ cov @ scaled
    if np.linalg.matrix_rank(simple) < len(simple):
        raise Fault("survey.chisq", "table", "too many of its cells are empty to tell the levels apart; merge levels")
    return np.asarray(np.linalg.eigvals(np.linalg.solve(simple, design)).real)


def _wald(counts: Counts, ddf: float, statistic: str) -> tuple[float, tuple[float, float], float]:
    r, c = counts.shape
    table = counts.totals.reshape(c, r).T
    row, column, total = table.sum(axis=1), table.sum(axis=0), table.sum()
    gap, derivative = [], []
    for i in range(1, r):
        for j in range(1, c):
            by_cell = np.full((r, c), row[i] * column[j] / total**2)
            by_cell[i, j] += 1.0
            by_cell[i, :] -= column[j] / total
            by_cell[:, j] -= row[i] / total
            gap.append(table[i, j] - row[i] * column[j] / total)
            derivative.append(by_cell.T.ravel())
    jacobian, y = np.array(derivative), np.array(gap)
    nu = float(len(y))
    value = float(y @ np.linalg.solve(jacobian @ counts.covariance @ jacobian.T, y)) / nu
    if statistic == "Wald":
        return value, (nu, ddf), float(fdtrc(nu, ddf, value))
    value *= (ddf - nu + 1) / ddf
    return value, (nu, ddf - nu + 1), float(fdtrc(nu, ddf - nu + 1, value))


def _mixture_tail(x: float, deltas: Floats, ddf: float) -> float:
    """P(sum delta_i chi2_1 > x chi2_m / ddf), m the whole part of ddf, by Kuonen's saddlepoint formula.

    As one quadratic form with a negative weight; with ddf infinite, P(sum delta_i chi2_1 > x).
    """
    weights, counts, level = deltas, np.ones(len(deltas)), x
    if np.isfinite(ddf):
        near = float(round(ddf))
        whole = near if abs(ddf - near) < SAME * ddf else float(np.floor(ddf))
        weights, counts, level = np.append(deltas, -x / ddf), np.append(counts, whole), 0.0
    if abs((weights * counts).sum() - level) < 1e-12 * (np.abs(weights) * counts).sum():
        raise Fault("survey.chisq", "saddlepoint", "the statistic equals its mean, where the approximation is not defined; use F")
    largest = np.abs(weights).max()
    weights, level = weights / largest, level / largest

    def k(s: float) -> float:
        return float(-0.5 * (counts * np.log1p(-2 * s * weights)).sum())

    def k1(s: float) -> float:
        return float((counts * weights / (1 - 2 * s * weights)).sum() - level)

    def k2(s: float) -> float:
        return float((2 * counts * weights**2 / (1 - 2 * s * weights) ** 2).sum())

    edge = 1 - 1e-10
    low = edge / (2 * weights.min()) if weights.min() < 0 else -len(weights) / (2 * level)
    root = float(brentq(k1, low, edge / (2 * weights.max()), xtol=1e-15, rtol=1e-15))
    w = np.sign(root) * np.sqrt(2 * (root * level - k(root)))
    v = root * np.sqrt(k2(root))
    return float(1 - ndtr(w + np.log(v / w) / w))
