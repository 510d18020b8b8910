"""Quantiles with Woodruff's interval (1952): the interval of the share below the quantile, turned back through the distribution.

Rules (cumulated weights C_1 <= ... <= C_n of values in ascending order, W their total, equal values in the order of the data):
math: the first value with C_i >= pW (below C_1, the second value, as R has it).  school: the mean of it and the next where
C_i = pW.  hf7, hf8: linear interpolation at the plotting positions of Hyndman and Fan (1996), types 7 and 8, with weights.
shahvaish: Shah and Vaish (2006) as R reads it: the value with the largest (S_i + 1/2 - w_i/2)/(n + 1) <= p, where S is scaled
to mean weight 1 and w is not; it depends on the scale of the weights.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from nghe.errors import Fault
from nghe.survey.arrays import Floats
from nghe.survey.estimates.core import Smooth, answered, estimate
from nghe.survey.estimates.intervals import share_interval
from nghe.survey.estimates.result import t_quantile
from nghe.survey.sample import Sample

EQUAL = 1e-13
"""A cumulated weight this near to p x total, relatively, is equal to it."""
FLAT = 1e-12
"""A standard error of a share up to this is 0 but for rounding."""
RULES = ("math", "school", "shahvaish", "hf7", "hf8")


@dataclass(frozen=True)
class Quantile:
    """One quantile with its interval, in the unit of the variable; None: the interval runs out of the data."""

    variable: str
    p: float
    estimate: float | None
    se: float | None
    low: float | None
    high: float | None
    n: int
    df: float


def quantiles(
    sample: Sample,
    variables: Sequence[str],
    p: Sequence[float],
    *,
    rule: str = "math",
    interval: str = "mean",
    na_rm: bool = False,
    level: float = 0.95,
) -> list[Quantile]:
    """Quantiles of numeric columns; rows by variable, then p. interval: "mean" (t interval of the share) or "beta".

    se = length of the interval / twice the t quantile; df: of the rows that have an answer.
    """
    if rule not in RULES:
        raise Fault("survey.quantile", "qrule", f"is {rule!r}; say one of {', '.join(RULES)}")
    if interval not in {"mean", "beta"}:
        raise Fault("survey.quantile", "interval", f"is {interval!r}; say mean or beta")
    if bad := [value for value in p if not 0 < value < 1]:
        raise Fault("survey.quantile", "p", f"{bad[0]} does not lie between 0 and 1")
    narrow = answered(sample, variables, na_rm=na_rm)
    narrow.need_margin(f"quantiles of {', '.join(variables)}")
    return [_one(narrow, name, float(value), rule, interval, level) for name in variables for value in p]


def _one(sample: Sample, name: str, p: float, rule: str, interval: str, level: float) -> Quantile:
    kept = sample.rows_inside & (sample.weights > 0)
    x, w = sample.table[name].numbers[kept], sample.weights[kept]
    order = np.argsort(x, kind="stable")
    turn = _inverse(x[order], w[order], rule)
    point = turn(p)
    low, high = _share_below(sample, name, point, interval, level)
    ends = tuple(turn(end) for end in (low, high))
    t = t_quantile(level, sample.df)
    se = None if None in ends else (ends[1] - ends[0]) / (2 * t)  # type: ignore[operator]
    return Quantile(name, p, point, se, ends[0], ends[1], int(kept.sum()), sample.df)


def _share_below(sample: Sample, name: str, point: float | None, interval: str, level: float) -> tuple[float, float]:
    """The interval of the share at or below the estimate."""
    if point is None:
        return float("nan"), float("nan")
    inside = sample.rows_inside
    below = (inside & (sample.table[name].numbers <= point)).astype(np.float64)

    def derivative(t: Floats) -> Floats:
        return np.array([[1 / t[1]], [-t[0] / t[1] ** 2]])

    share, cov = estimate(
        sample, Smooth(np.column_stack([below, inside]), lambda t: t[0:1] / t[1:2], derivative), f"quantile of {name}"
    )
    se, n = np.sqrt(np.diagonal(cov)), np.array([int(inside.sum())])
    if interval == "mean":
        half = t_quantile(level, sample.df) * float(se[0])
        return float(share[0]) - half, float(share[0]) + half
    if not se[0] > FLAT:
        return float("nan"), float("nan")
    low, high = share_interval(share, se, n, sample.df, method="beta", level=level, rows=sample.kept_rows)
    return float(low[0]), float(high[0])


def _inverse(x: Floats, w: Floats, rule: str) -> Callable[[float], float | None]:
    """The quantile function of values in ascending order; None outside 0 to 1 and where the rule leaves the data."""
    total, n = float(w.sum()), len(x)
    cumulated = np.cumsum(w)

    def first(p: float) -> tuple[int, bool]:
        """Place of the first value with cumulated weight >= p W, and whether it is equal."""
        wanted = p * total
        place = int(np.searchsorted(cumulated, wanted * (1 - EQUAL)))
        return place, place < n and abs(cumulated[place] - wanted) <= EQUAL * wanted

    def math(p: float) -> float | None:
        place, equal = first(p)
        return float(x[min(place if equal else max(place, 1), n - 1)])

    def school(p: float) -> float | None:
        place, equal = first(p)
        if equal:
            return float((x[place] + x[min(place + 1, n - 1)]) / 2)
        return float(x[min(max(place, 1), n - 1)])

    def shahvaish(p: float) -> float | None:
        position = (cumulated * n / total + 0.5 - w / 2) / (n + 1)
        order = np.argsort(position, kind="stable")
        place = int(np.searchsorted(position[order], p, side="right")) - 1
        return None if place < 0 else float(x[order[place]])

    def between(position: Floats) -> Callable[[float], float | None]:
        def interpolate(p: float) -> float | None:
            return float(np.interp(p, position, x))

        return interpolate

    def positions7() -> Floats:
        return np.concatenate([[0.0], cumulated[:-1]]) / cumulated[-2] if n > 1 else np.zeros(1)

    def positions8() -> Floats:
        before = np.concatenate([[0.0], cumulated[:-1]])
        return np.asarray((before / 3 + cumulated * 2 / 3) / (total + w[-1] / 3)) if n else np.zeros(0)

    rules: dict[str, Callable[[], Callable[[float], float | None]]] = {
        "math": lambda: math,
        "school": lambda: school,
        "shahvaish": lambda: shahvaish,
        "hf7": lambda: between(positions7()),
        "hf8": lambda: between(positions8()),
    }
    inner = rules[rule]()
    return lambda p: inner(min(max(p, 0.0), 1.0)) if -EQUAL <= p <= 1 + EQUAL else None
