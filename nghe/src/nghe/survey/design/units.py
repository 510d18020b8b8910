"""The sampled units of a design, stage by stage, without their rows.

A stage's *stratum* is the group within which its units were drawn: a stratum at the first stage, a cluster (or a stratum of
one) at a later stage. Units are numbered in the order of their stratum, so that a stratum is a run of units.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from nghe.errors import Fault
from nghe.survey.arrays import AnyArray, Bools, Floats, Ints, group_sums


@dataclass(frozen=True, eq=False)
class Stage:
    """Units of one stage, U of them in H strata.

    stratum (U,): stratum of each unit, ascending. parent (U,): its unit at the stage before (all 0 at the first).
    sampled (H,): units drawn, n. population (H,): units there are, N; inf without fpc.
    names (H,): what to call a stratum in a message.
    """

    stratum: Ints
    parent: Ints
    sampled: Floats
    population: Floats
    names: tuple[str, ...]

    @property
    def units(self) -> int:
        return len(self.stratum)

    @property
    def strata(self) -> int:
        return len(self.sampled)

    @cached_property
    def starts(self) -> Ints:
        """First unit of each stratum (H,)."""
        return np.searchsorted(self.stratum, np.arange(self.strata))

    @cached_property
    def fraction(self) -> Floats:
        """Sampling fraction n/N of each stratum (H,)."""
        return np.asarray(self.sampled / self.population)

    def sums(self, totals: Floats) -> Floats:
        """Sums of unit totals (U, ...) by stratum (H, ...)."""
        return np.asarray(np.add.reduceat(totals, self.starts, axis=0))


@dataclass(frozen=True, eq=False)
class Units:
    """The stages that add to the variance, and what the last of them is for each row's code.

    left (U_last,): for unequal probabilities, 1 - inclusion probability of each unit; else None.
    joint: for joint probabilities, the matrix of the quadratic form in weighted values (U, U); else None.
    """

    stages: tuple[Stage, ...]
    lonely: str
    adjust_domain: bool
    left: Floats | None = None
    joint: Floats | None = None

    @property
    def count(self) -> int:
        """Units of the last stage: the length of a vector of unit totals."""
        return self.stages[-1].units

    @cached_property
    def psu(self) -> Ints:
        """First-stage unit of each last-stage unit (U_last,)."""
        code = np.arange(self.count)
        for stage in self.stages[:0:-1]:
            code = stage.parent[code]
        return code

    def to_psu(self, totals: Floats) -> Floats:
        """Totals of last-stage units (U_last, k) summed to first-stage units."""
        return totals if len(self.stages) == 1 else group_sums(self.psu, totals, self.stages[0].units)

    def df(self, present: Bools | None = None) -> float:
        """Degrees of freedom: first-stage units minus strata, of those with rows (`present`, by last-stage unit)."""
        first = self.stages[0]
        if present is None:
            return float(first.units - first.strata)
        seen = np.unique(self.psu[present])
        return float(len(seen) - len(np.unique(first.stratum[seen])))


def make_stage(
    stratum: AnyArray, unit: AnyArray, parent: AnyArray, population: Floats | None, names: tuple[str, ...], where: str
) -> tuple[Stage, Ints]:
    """A stage from codes by row of its strata, units and parents; answers it and each row's unit code.

    `population` (n rows,) is N; it must be the same for all rows of a stratum and not below the units drawn.
    """
    distinct, first, code = np.unique(unit, return_index=True, return_inverse=True)
    belongs = stratum[first].astype(np.int64)
    order = np.lexsort((distinct, belongs))
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    belongs = belongs[order]
    sampled = np.bincount(belongs, minlength=len(names)).astype(np.float64)
    sizes = np.full(len(names), np.inf) if population is None else _sizes(stratum, population, sampled, names, where)
    return Stage(belongs, parent[first].astype(np.int64)[order], sampled, sizes, names), rank[code]


def _sizes(stratum: AnyArray, population: Floats, sampled: Floats, names: tuple[str, ...], where: str) -> Floats:
    if (bad := np.flatnonzero(np.isnan(population))).size:
        raise Fault(
            "survey.fpc", f"{where}, row {int(bad[0]) + 1}", "has no population size; fill it in, or leave fpc out of the design"
        )
    low, high = np.full(len(names), np.inf), np.full(len(names), -np.inf)
    np.minimum.at(low, stratum, population)
    np.maximum.at(high, stratum, population)
    if (bad := np.flatnonzero(low != high)).size:
        raise Fault(
            "survey.fpc",
            f"{where}, {names[bad[0]]}",
            f"population size differs within one stratum, from {low[bad[0]]:g} to {high[bad[0]]:g}",
        )
    if (bad := np.flatnonzero(sampled > high)).size:
        raise Fault(
            "survey.fpc",
            f"{where}, {names[bad[0]]}",
            f"{sampled[bad[0]]:g} units were drawn of a population of {high[bad[0]]:g}; fpc holds population sizes, "
            "not fractions",
        )
    return high
