"""Change over waves: shares or means of each wave with their joint covariance, so that units shared by waves are respected."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from nghe.errors import Fault
from nghe.survey.data.column import Level
from nghe.survey.estimates.numeric import mean
from nghe.survey.estimates.result import Estimates, Label
from nghe.survey.estimates.shares import proportion
from nghe.survey.sample import Sample


@dataclass(frozen=True, eq=False)
class Trend:
    """waves: estimates of each wave. changes: each wave less the one before. slope: least-squares change per unit of the wave."""

    waves: Estimates
    changes: Estimates
    slope: Estimates


def trend(sample: Sample, variable: str, *, wave: str, level: Level | None = None, na_rm: bool = False) -> Trend:
    """Trend of the mean of a column, or of the share of one of its levels, over a numeric wave column.

    Waves that share units are correlated; the covariance of the groups carries that. Put the waves in one table, with unit
    labels that are the same in all waves where the units are (and differ where they are not).
    """
    steps = sample.table[wave]
    if steps.kind != "number":
        raise Fault("survey.trend", wave, "is text; waves are numbers in the order of time")
    made = (
        mean(sample, [variable], by=[wave], na_rm=na_rm)
        if level is None
        else proportion(sample, [variable], by=[wave], na_rm=na_rm)
    )
    if level is not None:
        code = sample.table[variable].code_of(level)
        if code < 0:
            raise Fault("survey.trend", f"{variable} = {level}", "no row has this level")
        made = made.where(_is(sample.table[variable].levels[code]))
    times = np.array([float(label.group[wave]) for label in made.labels])
    if len(times) < 2:
        raise Fault("survey.trend", wave, "has one wave only; a change needs two")
    changes = {
        f"{later:g} - {earlier:g}": np.eye(len(times))[place + 1] - np.eye(len(times))[place]
        for place, (earlier, later) in enumerate(pairwise(times))
    }
    centred = times - times.mean()
    return Trend(made, made.contrast(changes), made.contrast({"slope": centred / (centred @ centred)}))


def _is(level: Level) -> Callable[[Label], bool]:
    return lambda label: label.level == level
