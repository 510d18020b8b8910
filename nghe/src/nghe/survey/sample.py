"""A sample: a table, its design, and the weighting done so far. Immutable; a domain keeps the design.

There is no way to filter rows out of a sample: leaving rows out of a *design* makes standard errors wrong. `subset` marks the
rows that a statistic is of, the others stay. (Rows that never were part of the sample: `Design.drop`.)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from nghe.errors import Fault
from nghe.survey.arrays import Bools, Floats
from nghe.survey.data.predicates import derive, holds
from nghe.survey.data.table import Table, check_code_list
from nghe.survey.design.bind import Frame, bind, present_units
from nghe.survey.design.units import Units
from nghe.survey.design.words import Design
from nghe.survey.variance.replicates import ReplicateWeights, replicate_weights

if TYPE_CHECKING:
    from nghe.survey.variance.projection import Step


class NoMarginOfError(Fault):
    """A quota or self-selected sample was asked for a margin of error (R7)."""

    def __init__(self, kind: str, what: str) -> None:
        super().__init__(
            "survey.no_margin_of_error",
            what,
            f"{'an' if kind[0] in 'aeiou' else 'a'} {kind} sample has no margin of error: how its sheets came "
            "in is not known. "
            "It can be counted (tally), and speaks of its sheets",
        )


@dataclass(frozen=True, eq=False)
class Sample:
    """Made by `Sample.of(table, design)`.

    weights (n,): final weights. inside (n,): rows of the domain, None for all. steps: what weighting takes from influence values.
    """

    table: Table
    design: Design
    frame: Frame
    weights: Floats
    replicates: ReplicateWeights | None = None
    inside: Bools | None = None
    steps: tuple[Step, ...] = ()
    done: tuple[Mapping[str, Any], ...] = ()

    @classmethod
    def of(cls, table: Table, design: Design) -> Sample:
        """Derives columns, takes out the rows of `drop`, checks code lists, binds the design, makes replicates."""
        table = derive(table, design.derive)
        if design.drop:
            gone = holds(table, design.drop)
            table = table.take(~gone) if gone.any() else table
        for name, allowed in design.codes.items():
            check_code_list(table, name, allowed)
        frame = bind(table, design)
        made = None if design.replicates is None else replicate_weights(table, design, frame)
        return cls(table, design, frame, made.full if made else frame.base, made)

    @property
    def rows(self) -> int:
        return self.table.rows

    @property
    def units(self) -> Units:
        return self.frame.units

    @cached_property
    def rows_inside(self) -> Bools:
        return np.ones(self.rows, dtype=bool) if self.inside is None else self.inside

    @cached_property
    def present(self) -> Bools | None:
        """Units with rows in the domain (units,); None where all count: no domain, or weighting that moves every row's value."""
        if self.inside is None or self.steps:
            return None
        return present_units(self.frame, self.inside)

    def subset(self, where: Sequence[Mapping[str, Any]] | Bools) -> Sample:
        """The sample with the rows of a domain marked: predicates, or a mask (n,). The design stays whole."""
        mask = where if isinstance(where, np.ndarray) else holds(self.table, where)
        if mask.shape != (self.rows,) or mask.dtype != bool:
            raise Fault("survey.domain", "domain", f"a mask has one true or false for each of the {self.rows} rows")
        return replace(self, inside=mask if self.inside is None else mask & self.inside)

    def need_margin(self, what: str) -> None:
        """Raises `NoMarginOfError` for a quota or opt-in design."""
        if not self.design.has_margin_of_error:
            raise NoMarginOfError(self.design.kind, what)

    @cached_property
    def design_df(self) -> float:
        """Degrees of freedom of the whole design, of rows with a weight."""
        return self._df(np.ones(self.rows, dtype=bool))

    @cached_property
    def df(self) -> float:
        """Degrees of freedom of the domain."""
        return self.design_df if self.inside is None else self._df(self.inside)

    @cached_property
    def kept_rows(self) -> int:
        """Rows that tests count as the sample: those of the domain, or all where each has a part in the variance."""
        return self.rows if self.inside is None or self._all_count else int(self.inside.sum())

    @property
    def kept_df(self) -> float:
        """Degrees of freedom of those rows."""
        return self.design_df if self._all_count else self.df

    @property
    def _all_count(self) -> bool:
        """Weighting and unequal probabilities give rows outside a domain a part in its variance; replicates do not."""
        return self.replicates is None and bool(self.steps or self.design.pps is not None)

    def _df(self, rows: Bools) -> float:
        if self.replicates is not None:
            return self.replicates.df(rows)
        counted = rows & (self.weights != 0)
        return self.units.df(None if counted.all() else present_units(self.frame, counted))


def weights_of(sample: Sample) -> Floats:
    """Final weights (n,) in the order of the data, after all steps."""
    return sample.weights
