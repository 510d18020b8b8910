"""Conditions on rows: `[{"column", "op", "value"}]`, all of which hold. A missing value satisfies none.

domain      rows that a statistic is of: `holds(table, predicates)`
indicator   0, 1 or missing by conditions: `indicator(table, where, missing="na" | "false")`
derive      new columns from two operands: `derive(table, steps)`
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from nghe.errors import Fault
from nghe.survey.arrays import AnyArray, Bools, Floats
from nghe.survey.data.column import Column, Level, same_level
from nghe.survey.data.table import Table

Predicate = Mapping[str, Any]
COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
COMPUTE: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}


def holds(table: Table, predicates: Sequence[Predicate]) -> Bools:
    """Rows (n,) where every predicate holds; all rows for none."""
    found = np.ones(table.rows, dtype=bool)
    for predicate in predicates:
        found &= _one(table, predicate)
    return found


def indicator(table: Table, where: Sequence[Predicate], *, missing: str) -> Floats:
    """1 where all hold, else 0 (n,); with `missing="na"` NaN where a column of the conditions is missing."""
    if missing not in {"na", "false"}:
        raise Fault("survey.indicator", "missing", f"is {missing!r}; say na or false")
    values = holds(table, where).astype(np.float64)
    if missing == "na":
        values[table.missing_in(predicate["column"] for predicate in where)] = np.nan
    return values


def derive(table: Table, steps: Sequence[Mapping[str, Any]]) -> Table:
    """The table with new columns, each from the ones before it."""
    for step in steps:
        table = table.with_columns(_derived(table, step))
    return table


def _one(table: Table, predicate: Predicate) -> Bools:
    column = table[predicate["column"]]
    name = predicate["op"]
    if name == "notna":
        return ~column.missing
    value = predicate.get("value")
    if name == "in":
        if not isinstance(value, Sequence) or isinstance(value, str):
            raise Fault("survey.predicate", column.name, "`in` takes a list of values")
        return _by_level(column, [level for level in value if same_level(level, column.kind) is not None], operator.eq)
    if name not in COMPARE:
        raise Fault("survey.predicate", column.name, f"no comparison {name!r}; there are ==, !=, <, <=, >, >=, in, notna")
    if isinstance(value, dict | list) or value is None:
        raise Fault("survey.predicate", column.name, f"{name} takes one value")
    level = same_level(value, column.kind)
    if level is None:
        if name in {"==", "!="}:
            unequal: Bools = ~column.missing if name == "!=" else np.zeros(table.rows, dtype=bool)
            return unequal
        raise Fault(
            "survey.predicate", column.name, f"{value!r} cannot be compared by {name} with a column of kind {column.kind}"
        )
    return _by_level(column, [level], COMPARE[name])


def _by_level(column: Column, wanted: Sequence[Level], compare: Callable[[Any, Any], Any]) -> Bools:
    if column.kind == "number":
        values = column.numbers
        with np.errstate(invalid="ignore"):
            answers = [np.asarray(compare(values, float(value))) for value in wanted]
        return np.asarray(np.logical_or.reduce([*answers, np.zeros(len(values), dtype=bool)]) & ~column.missing)
    fits = np.array(
        [*(any(compare(level, same_level(value, column.kind)) for value in wanted) for level in column.levels), False]
    )
    return np.asarray(fits[column.codes])


def _derived(table: Table, step: Mapping[str, Any]) -> Column:
    name, compute = str(step["name"]), str(step["op"])
    left, right = (_operand(table, operand) for operand in step["args"])
    missing = _absent(left, table.rows) | _absent(right, table.rows)
    if compute in COMPARE:
        first, second = _comparable(left, right, name)
        return Column.of_booleans(name, np.broadcast_to(COMPARE[compute](first, second), (table.rows,)).copy(), missing)
    if compute not in COMPUTE:
        raise Fault("survey.derive", name, f"no operation {compute!r}")
    values = [operand.numbers if isinstance(operand, Column) else operand for operand in (left, right)]
    with np.errstate(divide="ignore", invalid="ignore"):
        result = np.asarray(COMPUTE[compute](*values), dtype=np.float64)
    return Column.of_numbers(name, np.broadcast_to(np.where(np.isfinite(result), result, np.nan), (table.rows,)).copy())


def _operand(table: Table, operand: Mapping[str, Any]) -> Column | float:
    return table[operand["column"]] if "column" in operand else float(operand["value"])


def _absent(operand: Column | float, rows: int) -> Bools:
    return operand.missing if isinstance(operand, Column) else np.zeros(rows, dtype=bool)


def _comparable(left: Column | float, right: Column | float, name: str) -> tuple[AnyArray | float, AnyArray | float]:
    texts = [isinstance(operand, Column) and operand.kind == "text" for operand in (left, right)]
    if all(texts):
        assert isinstance(left, Column)
        assert isinstance(right, Column)
        union = sorted({str(level) for level in (*left.levels, *right.levels)})
        place = {level: code for code, level in enumerate(union)}
        return tuple(  # type: ignore[return-value]
            np.array([*(place[str(level)] for level in column.levels), -1])[column.codes] for column in (left, right)
        )
    if any(texts):
        raise Fault("survey.derive", name, "compares text with numbers")
    return tuple(operand.numbers if isinstance(operand, Column) else operand for operand in (left, right))  # type: ignore[return-value]
