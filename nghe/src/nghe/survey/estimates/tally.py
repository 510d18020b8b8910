"""Counts of sheets: what every sample can say of itself, also one without a margin of error."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from nghe.survey.estimates.core import groups_of
from nghe.survey.estimates.result import Label
from nghe.survey.sample import Sample


def tally(sample: Sample, variables: Sequence[str], *, by: Sequence[str] = ()) -> tuple[tuple[Label, int, int], ...]:
    """Unweighted rows of every level of each column, and rows that answered: (label, count, base), by variable, level, group."""
    group, groups = groups_of(sample, by, sample.rows_inside)
    found = []
    for name in variables:
        column = sample.table[name]
        size = max(len(groups), 1)
        valid = (group >= 0) & ~column.missing
        counts = np.bincount(
            column.codes[valid].astype(np.int64) * size + group[valid], minlength=len(column.levels) * size
        ).reshape(-1, size)
        found += [
            (Label(name, level, dict(where)), int(counts[code, place]), int(counts[:, place].sum()))
            for code, level in enumerate(column.levels)
            for place, where in enumerate(groups)
        ]
    return tuple(found)
