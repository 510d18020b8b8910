"""Weighting steps on a sample: each answers a new sample with new weights, known to its variance.

    sample = poststratify(sample, margin)
    sample = rake(sample, margins, se="projection")
    sample = calibrate(sample, margins=..., calfun="linear", bounds=None)
    sample = calibrate(sample, totals=[{"intercept": True, "total": N}, {"column": "age", "total": T}])
    sample = trim(sample, lower=None, upper=3.0, strict=False)
    sample = adjust_nonresponse(sample, responded=mask, cells=["commune"])

With replicates each replicate is weighted anew. `apply_steps` takes the steps of a request in order.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from nghe.errors import Fault
from nghe.survey.arrays import AnyArray, Floats, sums_by
from nghe.survey.sample import Sample
from nghe.survey.variance.projection import CellProjection, MatrixProjection, Projection, Step, SweepProjection
from nghe.survey.weights.margins import Cells, Margin, Placed, cells_of, check_totals, place
from nghe.survey.weights.solve import calibrate_rows, rake_cells
from nghe.survey.weights.trimming import trimmed

EPSILON = 1e-12
Weigh = Callable[[Floats], Floats]


def poststratify(sample: Sample, margin: Margin) -> Sample:
    """Weights scaled within cells to the population counts; the variance is of deviations from the cells' means."""
    cells, (placed,) = _placed(sample, [margin])
    size = len(placed.counts)

    def weigh(weights: Floats) -> Floats:
        sums = sums_by(placed.level, sums_by(cells.cell, weights, len(cells.sums)), size)
        return np.asarray(weights * (placed.counts / np.where(sums > 0, sums, 1.0))[placed.level][cells.cell])

    step = CellProjection(cells.cell, [placed.level], sample.weights)
    return _weighted(sample, weigh, step, {"method": "poststratify", "margins": [margin.name]})


def rake(sample: Sample, margins: Sequence[Margin], *, epsilon: float = EPSILON, se: str = "projection") -> Sample:
    """Weights raked to several margins, on their joint cells, until every count is reached within `epsilon` of it.

    se: what the variance takes off. "projection", the weighted projection; "rake", ten sweeps of unweighted margin means.
    """
    if se not in {"projection", "rake"}:
        raise Fault("survey.rake", "se", f"is {se!r}; say projection or rake")
    cells, placed = _placed(sample, margins)
    cell, levels = cells.cell, [one.level for one in placed]

    def weigh(weights: Floats) -> Floats:
        sums = cells.sums if weights is sample.weights else sums_by(cell, weights, len(cells.sums))
        factors = rake_cells(sums, levels, [one.counts for one in placed], [one.names for one in placed], min(epsilon, EPSILON))
        return np.asarray(weights * factors[cell])

    step: Projection = (
        CellProjection(cell, levels, sample.weights)
        if se == "projection"
        else SweepProjection([one.level[cell] for one in placed])
    )
    return _weighted(sample, weigh, step, {"method": "rake", "margins": [margin.name for margin in margins], "se": se})


def calibrate(
    sample: Sample,
    *,
    margins: Sequence[Margin] = (),
    totals: Sequence[Mapping[str, Any]] = (),
    calfun: str = "linear",
    bounds: tuple[float, float] | None = None,
    epsilon: float = EPSILON,
) -> Sample:
    """Weights calibrated to margins, or to totals of an intercept, columns and levels; `bounds` of new weight / old weight."""
    if bool(margins) == bool(totals):
        raise Fault("survey.calibrate", "totals", "give either margins or totals")
    if bounds is not None and not bounds[0] < bounds[1]:
        raise Fault("survey.calibrate", "bounds", f"the lower bound {bounds[0]:g} is not under the upper one {bounds[1]:g}")
    said = {"method": "calibrate", "calfun": calfun, "bounds": None if bounds is None else list(bounds)}
    if margins:
        cells, placed = _placed(sample, margins)
        cell, levels = cells.cell, [one.level for one in placed]
        x = np.concatenate(
            [level[:, None] == np.arange(len(one.counts)) for level, one in zip(levels, placed, strict=True)], axis=1
        )
        wanted = np.concatenate([one.counts for one in placed])
        names = [name for one in placed for name in one.names]

        def by_cell(weights: Floats) -> Floats:
            sums = sums_by(cell, weights, len(levels[0]))
            return np.asarray(
                weights
                * calibrate_rows(x.astype(np.float64), sums, wanted, names, calfun=calfun, bounds=bounds, epsilon=epsilon)[cell]
            )

        return _weighted(
            sample, by_cell, CellProjection(cell, levels, sample.weights), {**said, "margins": [one.name for one in margins]}
        )
    matrix, wanted, names = model(sample, totals)

    def by_row(weights: Floats) -> Floats:
        return weights * calibrate_rows(matrix, weights, wanted, names, calfun=calfun, bounds=bounds, epsilon=epsilon)

    return _weighted(sample, by_row, MatrixProjection(matrix, sample.weights), {**said, "totals": names})


def trim(sample: Sample, *, lower: float | None = None, upper: float | None = None, strict: bool = False) -> Sample:
    """Weights outside [lower, upper] moved to the bound, what that took shared equally among the others.

    The variance knows nothing of it.
    """
    return _weighted(
        sample,
        lambda weights: trimmed(weights, lower, upper, strict=strict),
        None,
        {"method": "trim", "lower": lower, "upper": upper, "strict": strict},
    )


def adjust_nonresponse(sample: Sample, responded: Sequence[Mapping[str, Any]] | AnyArray, cells: Sequence[str]) -> Sample:
    """Weights of non-respondents given to the respondents of their cell; non-respondents get 0.

    As the weighting-class estimator (Oh and Scheuren 1983), and its variance as for post-stratification of the respondents.
    """
    inside = sample.subset(responded).rows_inside
    code = np.zeros(sample.rows, dtype=np.int64)
    for name in cells:
        code = code * (len(sample.table[name].levels) + 1) + sample.table[name].codes + 1
    distinct, code = np.unique(code, return_inverse=True)
    all_rows = sums_by(code, sample.weights, len(distinct))
    kept = sums_by(code, sample.weights * inside, len(distinct))
    if (bad := np.flatnonzero((all_rows > 0) & (kept == 0))).size:
        row = int(np.flatnonzero(code == bad[0])[0])
        where = ", ".join(f"{name} = {sample.table[name].levels[int(sample.table[name].codes[row])]}" for name in cells)
        raise Fault(
            "survey.cell_empty",
            where,
            f"none of its {int((code == bad[0]).sum())} sampled rows responded; merge the cell with a neighbour",
        )

    def weigh(weights: Floats) -> Floats:
        whole = sums_by(code, weights, len(distinct))
        part = sums_by(code, weights * inside, len(distinct))
        return np.asarray(weights * inside * (whole / np.where(part > 0, part, 1.0))[code])

    step = CellProjection(code, [np.arange(len(distinct))], sample.weights * inside)
    return _weighted(sample, weigh, step, {"method": "nonresponse", "cells": list(cells)})


def apply_steps(sample: Sample, steps: Sequence[Mapping[str, Any]]) -> Sample:
    """The steps of a request (`after`), in order; raises `Fault` for an unknown one."""
    for step in steps:
        sample = _apply(sample, step)
    return sample


def _apply(sample: Sample, step: Mapping[str, Any]) -> Sample:
    method = step.get("method")
    margins = [Margin.from_dict(margin) for margin in step.get("margins", ())]
    if method == "poststratify":
        if len(margins) != 1:
            raise Fault("survey.poststratify", "margins", f"takes one margin (cross several variables), not {len(margins)}")
        return poststratify(sample, margins[0])
    if method == "rake":
        return rake(sample, margins, epsilon=step.get("epsilon", EPSILON), se=step.get("se", "projection"))
    if method == "calibrate":
        bounds = step.get("bounds")
        return calibrate(
            sample,
            margins=margins,
            totals=step.get("totals", ()),
            calfun=step.get("calfun", "linear"),
            bounds=None if bounds is None else (float(bounds[0]), float(bounds[1])),
            epsilon=step.get("epsilon", EPSILON),
        )
    if method == "trim":
        return trim(sample, lower=step.get("lower"), upper=step.get("upper"), strict=step.get("strict", False))
    raise Fault("survey.step", "method", f"is {method!r}; say poststratify, rake, calibrate or trim")


def model(sample: Sample, totals: Sequence[Mapping[str, Any]]) -> tuple[Floats, Floats, list[str]]:
    """Calibration variables (n, m), their population totals (m,) and names."""
    columns, wanted, names = [], [], []
    for total in totals:
        if "column" not in total:
            columns.append(np.ones(sample.rows))
            names.append("the population")
        else:
            column = sample.table[total["column"]]
            if column.any_missing:
                row = int(np.flatnonzero(column.missing)[0]) + 1
                raise Fault(
                    "survey.margin_missing",
                    f"{column.name}, row {row}",
                    "has no value; a calibration variable has one in every row",
                )
            names.append(column.name + (f" = {total['level']}" if "level" in total else ""))
            columns.append(
                (column.codes == _known(column.code_of(total["level"]), names[-1])).astype(np.float64)
                if "level" in total
                else column.numbers
            )
        wanted.append(float(total["total"]))
    return np.column_stack(columns), np.array(wanted), names


def _known(code: int, name: str) -> int:
    if code < 0:
        raise Fault(
            "survey.margin_empty", name, "nobody in the sample has this level; merge it with a neighbour in data and totals"
        )
    return code


def _placed(sample: Sample, margins: Sequence[Margin]) -> tuple[Cells, list[Placed]]:
    if not margins:
        raise Fault("survey.margins", "margins", "there are none")
    if sample.inside is not None:
        raise Fault("survey.weight_domain", "domain", "weights are made for the whole sample; take the domain afterwards")
    cells = cells_of(sample.table, margins, sample.weights)
    placed = [place(sample.table, margin, cells) for margin in margins]
    check_totals(placed)
    return cells, placed


def _weighted(sample: Sample, weigh: Weigh, step: Projection | None, said: Mapping[str, Any]) -> Sample:
    weights = weigh(sample.weights)
    made = sample.replicates
    if made is not None:
        old = made.weights()
        made = made.reweighted(weights, np.column_stack([weigh(old[:, number]) for number in range(old.shape[1])]))
    steps = sample.steps if step is None else (*sample.steps, Step(step, weights))
    return replace(sample, weights=weights, replicates=made, steps=steps, done=(*sample.done, said))
