"""How far coders agree beyond chance: Krippendorff's alpha for nominal, ordinal, interval and multi-label codes, Cohen, Fleiss.

Krippendorff, Content Analysis (4th ed., 2019), ch. 12, and "Computing Krippendorff's alpha-reliability" (2011): alpha = 1 - D_o
/ D_e from the matrix of coincidences, with any number of coders and missing values. Sets of codes are compared by MASI
(Passonneau, LREC 2006) or by Jaccard's distance. Cohen, Educ. Psychol. Meas. 20 (1960); Fleiss, Psychol. Bull. 76 (1971).
Intervals draw whole units again with replacement (bootstrap over units, percentiles), because the units are the sample; the
generator is the caller's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from nghe.errors import Fault

Floats = npt.NDArray[np.float64]
Metric = Literal["nominal", "ordinal", "interval", "masi", "jaccard"]
Codings = Sequence[Sequence[Any | None]]
"""One row for each unit, one place for each coder: a code (a set of codes for `masi` and `jaccard`), None where not coded."""

RELIABLE = 0.8
TENTATIVE = 0.667
"""Krippendorff's customary marks: from 0.8 on to be relied on, from 0.667 for tentative conclusions, below not at all."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """A coefficient, its interval (None where none was asked for), and what it rests on."""

    value: float
    low: float | None
    high: float | None
    units: int
    """Units that at least two coders coded."""
    pairs: int
    """Values that can be paired: the base of the coefficient."""

    @property
    def mark(self) -> Literal["reliable", "tentative", "unreliable"]:
        """By the value: a code that reads `unreliable` is marked so wherever it is shown."""
        if not self.value >= TENTATIVE:
            return "unreliable"
        return "reliable" if self.value >= RELIABLE else "tentative"


def alpha(codings: Codings, metric: Metric = "nominal", *, draws: int = 0, level: float = 0.95,
          rng: np.random.Generator | None = None) -> Agreement:
    """Krippendorff's alpha: 1 for full agreement, 0 for what chance gives, below 0 for less.

    Ordinal and interval codes are numbers. With `draws`, the interval of that many bootstrap draws from `rng`.
    Faults: `text.no_pairs` (no unit has two codings), `text.not_a_number`, `text.no_generator`.
    """
    kept, values = _units(codings, metric)
    distance = _distances(values, metric, kept)
    value = _alpha(kept, distance)
    low, high = _interval(lambda chosen: _alpha(kept[chosen], distance), len(kept), draws, level, rng)
    return Agreement(value, low, high, len(kept), int(kept.sum()))


def alpha_of_code(codings: Codings, code: Hashable, *, draws: int = 0, rng: np.random.Generator | None = None) -> Agreement:
    """Alpha of one code against all others (nominal): was it given or not. Codings may be single codes or sets of codes."""

    def given(coding: Any | None) -> bool | None:
        if coding is None:
            return None
        return code in coding if isinstance(coding, (set, frozenset)) else bool(coding == code)

    return alpha([[given(coding) for coding in unit] for unit in codings], draws=draws, rng=rng)


def cohen(first: Sequence[Hashable], second: Sequence[Hashable], *, draws: int = 0, level: float = 0.95,
          rng: np.random.Generator | None = None) -> Agreement:
    """Cohen's kappa of two coders over the same units, none missing. Fault `text.unequal` where the lengths differ."""
    if len(first) != len(second) or not first:
        raise Fault("text.unequal", "agreement",
                    f"two coders need the same units, and at least one: {len(first)} and {len(second)} given")
    columns = {code: at for at, code in enumerate(dict.fromkeys([*first, *second]))}
    one, two = (np.array([columns[code] for code in codes]) for codes in (first, second))

    def kappa(chosen: npt.NDArray[np.intp]) -> float:
        table = np.zeros((len(columns), len(columns)))
        np.add.at(table, (one[chosen], two[chosen]), 1)
        shares = table / table.sum()
        return _beyond_chance(float(np.trace(shares)), float(shares.sum(axis=0) @ shares.sum(axis=1)))

    low, high = _interval(kappa, len(first), draws, level, rng)
    return Agreement(kappa(np.arange(len(first))), low, high, len(first), 2 * len(first))


def fleiss(codings: Codings, *, draws: int = 0, level: float = 0.95, rng: np.random.Generator | None = None) -> Agreement:
    """Fleiss' kappa: every unit coded by equally many coders, not always the same ones. Fault `text.unequal` where not."""
    kept, _ = _units(codings, "nominal")
    sizes = kept.sum(axis=1)
    if len(kept) != len(codings) or np.any(sizes != sizes[0]):
        raise Fault("text.unequal", "agreement",
                    "Fleiss' kappa needs as many codings for each unit; use alpha where some are missing")

    def kappa(chosen: npt.NDArray[np.intp]) -> float:
        counts, coders = kept[chosen], sizes[0]
        observed = float(np.mean((counts * (counts - 1)).sum(axis=1) / (coders * (coders - 1))))
        shares = counts.sum(axis=0) / counts.sum()
        return _beyond_chance(observed, float(shares @ shares))

    low, high = _interval(kappa, len(kept), draws, level, rng)
    return Agreement(kappa(np.arange(len(kept))), low, high, len(kept), int(kept.sum()))


def masi_distance(one: frozenset[Hashable], other: frozenset[Hashable]) -> float:
    """1 - Jaccard x monotonicity: 1 for equal sets, 2/3 where one holds the other, 1/3 where they overlap, 0 where not."""
    if one == other:
        return 0.0
    common = len(one & other)
    if not common:
        return 1.0
    nested = common in (len(one), len(other))
    return 1 - common / len(one | other) * (2 / 3 if nested else 1 / 3)


def jaccard_distance(one: frozenset[Hashable], other: frozenset[Hashable]) -> float:
    """1 - shared codes / all codes of the two; two empty sets agree."""
    return 1 - len(one & other) / len(one | other) if one | other else 0.0


def _units(codings: Codings, metric: Metric) -> tuple[Floats, list[Any]]:
    """Counts, units with at least two codings by distinct values, and the values."""
    sets = metric in ("masi", "jaccard")
    rows = [[frozenset(coding) if sets else coding for coding in unit if coding is not None] for unit in codings]
    rows = [row for row in rows if len(row) > 1]
    if not rows:
        raise Fault("text.no_pairs", "agreement", "no unit was coded twice; have a part of the units coded by a second person")
    values: list[Any] = list(dict.fromkeys(coding for row in rows for coding in row))
    if metric in ("ordinal", "interval"):
        if odd := [value for value in values if isinstance(value, bool) or not isinstance(value, int | float) or value != value]:
            raise Fault("text.not_a_number", "agreement", f"{metric} codes are numbers, not {odd[0]!r}")
        values.sort()
    columns = {value: at for at, value in enumerate(values)}
    counts = np.zeros((len(rows), len(values)))
    for at, row in enumerate(rows):
        for value, times in Counter(row).items():
            counts[at, columns[value]] = times
    return counts, values


def _distances(values: list[Any], metric: Metric, counts: Floats) -> Floats:
    """Squared differences of the metric, values by values."""
    if metric == "nominal":
        return 1 - np.eye(len(values))
    if metric == "interval":
        numbers = np.array(values, dtype=np.float64)
        return np.asarray((numbers[:, None] - numbers[None, :]) ** 2)
    if metric == "ordinal":
        totals = counts.sum(axis=0)
        middle = np.cumsum(totals) - totals / 2
        return np.asarray((middle[:, None] - middle[None, :]) ** 2)
    between = masi_distance if metric == "masi" else jaccard_distance
    return np.array([[between(one, other) for other in values] for one in values])


def _alpha(counts: Floats, distance: Floats) -> float:
    """From counts (units by values) and squared differences; 1 where all values are the same and nothing could differ."""
    sizes = counts.sum(axis=1)
    total = sizes.sum()
    within = ((counts @ distance) * counts).sum(axis=1)
    observed = float((within / (sizes - 1)).sum() / total)
    values = counts.sum(axis=0)
    expected = float(values @ distance @ values / (total * (total - 1)))
    return 1.0 if expected == 0 else 1 - observed / expected


def _beyond_chance(observed: float, expected: float) -> float:
    return 1.0 if expected == 1 else (observed - expected) / (1 - expected)


def _interval(measure: Callable[[npt.NDArray[np.intp]], float], units: int, draws: int, level: float,
              rng: np.random.Generator | None) -> tuple[float | None, float | None]:
    if not draws:
        return None, None
    if rng is None:
        raise Fault("text.no_generator", "agreement", "an interval by drawing again needs a random generator: rng=...")
    drawn = [measure(rng.integers(units, size=units)) for _ in range(draws)]
    low, high = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)
