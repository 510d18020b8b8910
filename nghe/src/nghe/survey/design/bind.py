"""A design laid over its data: each row's unit, its base weight, its replicate factors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nghe.errors import Fault
from nghe.survey.arrays import Bools, Floats, Ints
from nghe.survey.data.table import Table
from nghe.survey.design.units import Stage, Units, make_stage
from nghe.survey.design.words import PPS, Design


@dataclass(frozen=True, eq=False)
class Frame:
    """units: the sampled units. unit (n,): last-stage unit of each row. base (n,): weights before any step."""

    units: Units
    unit: Ints
    base: Floats


def bind(table: Table, design: Design) -> Frame:
    """The frame of a design over a table whose derived columns are made and dropped rows gone; raises `Fault`."""
    if table.rows == 0:
        raise Fault("survey.no_rows", "data", "has no rows, so there is nothing to estimate from")
    given = design.replicates is not None and design.replicates.columns is not None
    if given:
        stage, unit = make_stage(*_one_stratum(table.rows), None, ("all rows",), "data")
        stages: list[Stage] = [stage]
    else:
        stages, unit = _stages(table, design)
    left = joint = None
    if design.pps is not None:
        left, joint = _unequal(table, design.pps, unit, stages[0])
    units = Units(tuple(stages), design.lonely_psu, design.adjust_domain_lonely, left, joint)
    return Frame(units, unit, base_weights(table, design, units, unit))


def _one_stratum(rows: int) -> tuple[Ints, Ints, Ints]:
    return np.zeros(rows, dtype=np.int64), np.arange(rows), np.zeros(rows, dtype=np.int64)


def _stages(table: Table, design: Design) -> tuple[list[Stage], Ints]:
    """The stages that add to the variance: a later one only below an fpc, since its factor is a sampling fraction."""
    parent = np.zeros(table.rows, dtype=np.int64)
    stages: list[Stage] = []
    needed = range(max(len(design.ids), 1))
    for number in needed:
        if number and (number > len(design.fpc) or design.pps is not None):
            break
        stratum, names = _strata(table, design, number, parent)
        unit = _unit_codes(table, design, number, stratum, parent, names)
        size = _population(table, design.fpc[number]) if number < len(design.fpc) else None
        where = "fpc" if number >= len(design.fpc) else f"fpc {design.fpc[number]}"
        stage, code = make_stage(stratum, unit, parent, size, names, where)
        stages.append(stage)
        parent = code
    return stages, parent


def _strata(table: Table, design: Design, number: int, parent: Ints) -> tuple[Ints, tuple[str, ...]]:
    codes, labels = np.zeros(table.rows, dtype=np.int64), [""]
    if number < len(design.strata):
        name = design.strata[number]
        column = table[name]
        no_missing(table, name, "stratum")
        codes, labels = column.codes.astype(np.int64), [f"stratum {name} = {_show(level)}" for level in column.levels]
    if number == 0:
        present, codes = np.unique(codes, return_inverse=True)
        return codes, tuple(labels[code] or "the sample" for code in present)
    pairs, code = np.unique(parent * len(labels) + codes, return_inverse=True)
    return code, tuple(
        f"unit {pair // len(labels) + 1} of stage {number}{' ' if labels[pair % len(labels)] else ''}{labels[pair % len(labels)]}"
        for pair in pairs.tolist()
    )


def _unit_codes(table: Table, design: Design, number: int, stratum: Ints, parent: Ints, names: tuple[str, ...]) -> Ints:
    if not design.ids:
        return np.arange(table.rows)
    name = design.ids[number]
    column = table[name]
    no_missing(table, name, "unit")
    codes = column.codes.astype(np.int64)
    within = parent if number else stratum
    if number == 0 and not design.nest:
        _check_nested(codes, stratum, column.levels, names, name)
    if number == 0 and not design.nest:
        return codes
    keys = within * len(column.levels) + codes
    if number:
        keys = keys * len(names) + stratum
    return np.asarray(np.unique(keys, return_inverse=True)[1], dtype=np.int64)


def _check_nested(codes: Ints, stratum: Ints, levels: Sequence[object], names: tuple[str, ...], name: str) -> None:
    low, high = np.full(len(levels), len(names)), np.full(len(levels), -1)
    np.minimum.at(low, codes, stratum)
    np.maximum.at(high, codes, stratum)
    if (bad := np.flatnonzero((low != high) & (high >= 0))).size:
        unit = int(bad[0])
        raise Fault(
            "survey.not_nested",
            f"{name} = {_show(levels[unit])}",
            f"lies in two strata ({names[low[unit]]}; {names[high[unit]]}). If labels start again in each stratum "
            "say nest = true, else correct the data",
        )


def _population(table: Table, fpc: str | float) -> Floats:
    return table[fpc].numbers if isinstance(fpc, str) else np.full(table.rows, float(fpc))


def base_weights(table: Table, design: Design, units: Units, unit: Ints) -> Floats:
    """Weights (n,) before any step: a column, 1, 1 / probability, or the product over the stages of N/n."""
    if design.weights is not None:
        return checked_weights(table, design.weights)
    if design.weights_from == "prob":
        assert design.pps is not None
        return 1 / _probabilities(table, design.pps)
    if design.weights_from == "fpc":
        if len(design.fpc) < max(len(design.ids), 1):
            raise Fault("survey.design", "fpc", "weights from population sizes need one for every stage")
        weights, code = np.ones(table.rows), unit
        for stage in reversed(units.stages):
            weights = weights / stage.fraction[stage.stratum[code]]
            code = stage.parent[code]
        return weights
    return np.ones(table.rows)


def checked_weights(table: Table, name: str) -> Floats:
    """A weight column; raises `Fault` for a missing or negative weight, or where all are 0. A row of weight 0 does not count."""
    weights = table[name].numbers
    if (bad := np.flatnonzero(np.isnan(weights))).size:
        raise Fault(
            "survey.weight_missing",
            f"{name}, row {int(bad[0]) + 1}",
            f"{bad.size} rows have no weight; give one, or 0 for a row that shall not count",
        )
    if (bad := np.flatnonzero(weights < 0)).size:
        raise Fault(
            "survey.weight_negative",
            f"{name}, row {int(bad[0]) + 1}",
            f"weight {weights[bad[0]]:g} is negative ({bad.size} rows); weights are 0 or more",
        )
    if not (weights > 0).any():
        raise Fault("survey.weight_zero", name, "every weight is 0, so nothing can be estimated")
    return weights


def _probabilities(table: Table, pps: PPS) -> Floats:
    prob = table[pps.prob].numbers
    if (bad := np.flatnonzero(~((prob > 0) & (prob <= 1)))).size:
        raise Fault(
            "survey.pps",
            f"{pps.prob}, row {int(bad[0]) + 1}",
            f"inclusion probability {prob[bad[0]]} is not above 0 and at most 1",
        )
    return prob


def _unequal(table: Table, pps: PPS, unit: Ints, stage: Stage) -> tuple[Floats | None, Floats | None]:
    prob = _probabilities(table, pps)
    by_unit = np.empty(stage.units)
    by_unit[unit] = prob
    if (bad := np.flatnonzero(by_unit[unit] != prob)).size:
        raise Fault("survey.pps", f"{pps.prob}, row {int(bad[0]) + 1}", "rows of one unit have different inclusion probabilities")
    if pps.joint is None:
        return 1 - by_unit, None
    if pps.joint.shape != (table.rows, table.rows) or stage.units != table.rows:
        raise Fault(
            "survey.pps", "pps.joint", f"is {pps.joint.shape}; one row and column for each of the {table.rows} rows, and ids = []"
        )
    return None, joint_form(pps.joint[np.ix_(np.argsort(unit), np.argsort(unit))], by_unit, pps.method)


def joint_form(joint: Floats, prob: Floats, method: str) -> Floats:
    """Matrix Q (n, n) with variance z'Qz of weighted values z = y / pi, by Horvitz-Thompson or Yates-Grundy."""
    if not np.allclose(joint, joint.T) or not (joint > 0).all() or not np.allclose(np.diag(joint), prob):
        raise Fault(
            "survey.pps",
            "pps.joint",
            "joint probabilities are above 0, symmetric, with the inclusion probabilities on the diagonal",
        )
    form = 1 - np.outer(prob, prob) / joint
    if method == "horvitz-thompson":
        return np.asarray(form)
    np.fill_diagonal(form, 0.0)
    np.fill_diagonal(form, -form.sum(axis=1))
    return np.asarray(form)


def no_missing(table: Table, name: str, what: str) -> None:
    if table[name].any_missing:
        row = int(np.flatnonzero(table[name].missing)[0]) + 1
        raise Fault("survey.design_missing", f"{name}, row {row}", f"has no {what}; every row of a design has one")


def present_units(frame: Frame, inside: Bools) -> Bools:
    return np.bincount(frame.unit, weights=inside, minlength=frame.units.count) > 0


def _show(level: object) -> str:
    return f"{level:g}" if isinstance(level, float) else str(level)
