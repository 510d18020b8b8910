"""What an estimate answers: typed, with its covariance, its base and its degrees of freedom."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from scipy.special import stdtrit

from nghe.errors import Fault
from nghe.survey.arrays import Floats, Ints
from nghe.survey.data.column import Level

SOME_REPLICATES = "some replicates have no rows of a group; they take no part in its standard error"


@dataclass(frozen=True)
class Label:
    """What one estimate is of: a variable, its `level`, a `group` (levels of the `by` columns), a `cell` of crossed columns."""

    variable: str
    level: Level | None = None
    group: Mapping[str, Level] = field(default_factory=dict)
    cell: Mapping[str, Level] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Estimates:
    """k estimates of one statistic.

    estimate (k,), covariance (k, k): in the unit of the variable (shares 0 to 1). df: degrees of freedom of the domain;
    design_df: of the whole design. n (k,): unweighted rows that each rests on. n_psu (k,): units of the first stage with such
    rows. deff (k,): design effect, where asked for. unit_df (k,): degrees of freedom that the spread over units leaves each
    variance, of shares; size_t (k,): how surely the share goes with the size of units. own_variance (k,): of each group as a
    domain of its own, where the rule for lonely units makes that differ. rows: unweighted rows of the whole design.
    """

    statistic: str
    labels: tuple[Label, ...]
    estimate: Floats
    covariance: Floats
    df: float
    design_df: float
    n: Ints
    n_psu: Ints
    rows: int
    deff: Floats | None = None
    warnings: tuple[str, ...] = ()
    basis: str = "weighted"
    unit_df: Floats | None = None
    size_t: Floats | None = None
    own_variance: Floats | None = None

    def __len__(self) -> int:
        return len(self.estimate)

    @cached_property
    def se(self) -> Floats:
        """Standard errors (k,)."""
        return np.sqrt(np.maximum(self.variance, 0.0))

    @property
    def variance(self) -> Floats:
        """Variances (k,)."""
        return np.diagonal(self.covariance) if self.own_variance is None else self.own_variance

    @property
    def deft(self) -> Floats | None:
        return None if self.deff is None else np.sqrt(self.deff)

    def interval(self, level: float = 0.95, *, df: float | None = None) -> tuple[Floats, Floats]:
        """Lower and upper ends (k,) of the t interval, by the domain's degrees of freedom unless `df` says otherwise."""
        half = t_quantile(level, self.df if df is None else df) * self.se
        return self.estimate - half, self.estimate + half

    def share_interval(self, method: str = "korn-graubard", level: float = 0.95) -> tuple[Floats, Floats]:
        """Lower and upper ends (k,) for shares, by a method of `nghe.survey.estimates.intervals`."""
        from nghe.survey.estimates.intervals import share_interval

        return share_interval(self.estimate, self.se, self.n, self.df, method=method, level=level, rows=self.rows)

    def margin_of_error(self, level: float = 0.95) -> Floats:
        """Half the t interval (k,)."""
        return t_quantile(level, self.df) * self.se

    def contrast(self, weights: Mapping[str, Floats]) -> Estimates:
        """Linear combinations by name, each with weights (k,)."""
        matrix = np.array([np.asarray(row, dtype=np.float64) for row in weights.values()])
        if matrix.shape != (len(weights), len(self)):
            raise Fault("survey.contrast", "contrast", f"needs {len(self)} weights each, one for each estimate")
        used = [np.flatnonzero(row) for row in matrix]
        return replace(
            self,
            statistic="contrast",
            labels=tuple(Label(name) for name in weights),
            estimate=matrix @ self.estimate,
            covariance=matrix @ self.covariance @ matrix.T,
            deff=None,
            unit_df=None,
            size_t=None,
            own_variance=None,
            n=np.array([int(self.n[places].sum()) for places in used]),
            n_psu=np.array([int(self.n_psu[places].max(initial=0)) for places in used]),
        )

    def where(self, keep: Callable[[Label], bool]) -> Estimates:
        """Those whose label fits, in the same order."""
        places = np.array([place for place, label in enumerate(self.labels) if keep(label)], dtype=np.int64)
        return replace(
            self,
            labels=tuple(self.labels[place] for place in places),
            estimate=self.estimate[places],
            covariance=self.covariance[np.ix_(places, places)],
            n=self.n[places],
            n_psu=self.n_psu[places],
            deff=None if self.deff is None else self.deff[places],
            unit_df=None if self.unit_df is None else self.unit_df[places],
            size_t=None if self.size_t is None else self.size_t[places],
            own_variance=None if self.own_variance is None else self.own_variance[places],
        )


def t_quantile(level: float, df: float) -> float:
    """The quantile of Student's t that an interval of that level reaches to; infinite for df of 0 or less."""
    if not 0 < level < 1:
        raise Fault("survey.level", "level", f"a confidence level lies between 0 and 1, {level} does not")
    return float(stdtrit(df, 0.5 + level / 2)) if df > 0 else float("inf")
