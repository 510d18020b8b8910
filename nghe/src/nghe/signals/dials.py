"""Two dials on how many signals are shown: a budget for routine work, and a false-discovery rate for what is printed.

A budget shows the N rarest cells of a period, whatever their worth. The rate q shows those among which at most a share q is
expected to be false (Benjamini & Hochberg, J. R. Statist. Soc. B 57 (1995) 289-300); it holds only on true tail probabilities
(`recalibration`). These are estimates too: the far tail of the null distribution, where such a rule lives, rests on few cells. So
a rate q is kept as Benjamini and Hochberg keep 0.9 q. Over topics and places the rate is kept in two steps: topics first, then
places within the chosen topics (Benjamini & Bogomolov, J. R. Statist. Soc. B 76 (2014) 297-318). What each setting costs in power
is in docs/methods/signals-false-alarms.md.

All take p and, where some cells were not judged, `judged`. p is true over every cell that has one, also over those with too few
mentions to be judged, so these count among the cells looked at, as if p were 1, and are never shown. nan was not looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nghe.errors import Fault

Array = NDArray[np.float64]
Marks = NDArray[np.bool_]
MARGIN = 0.9
"""Of the rate asked for, what is spent; the rest is for the error of recalibrated tails."""


def looked_at(p: Array, judged: Marks | None = None) -> Array:
    """p of every cell looked at: 1 where a cell has a p but was not judged."""
    p = np.asarray(p, dtype=np.float64)
    return p if judged is None else np.where(judged | np.isnan(p), p, 1.0)


def q_values(p: Array, judged: Marks | None = None) -> Array:
    """The smallest rate at which each judged p is shown (any shape, over all of them): its Benjamini-Hochberg q over `MARGIN`,
    else nan.
    """
    flat = looked_at(p, judged).ravel()
    told = np.flatnonzero(np.isfinite(flat))
    answer = np.full(flat.shape, np.nan)
    order = told[np.argsort(flat[told], kind="stable")]
    scaled = flat[order] * len(order) / np.arange(1, len(order) + 1) / MARGIN
    answer[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1.0)
    shaped = answer.reshape(np.shape(p))
    return shaped if judged is None else np.where(judged, shaped, np.nan)


def within_rate(p: Array, q: float, judged: Marks | None = None) -> Marks:
    """The cells shown at false-discovery rate q."""
    check_rate(q)
    with np.errstate(invalid="ignore"):
        return np.asarray(q_values(p, judged) <= q)


def within_budget(p: Array, most: int, judged: Marks | None = None, *, worst: float = 0.05) -> Marks:
    """The `most` cells with the smallest p, none with p above `worst`; where the last are equal, all of the equal ones stay out.
    """
    if most < 0:
        raise Fault("signals.budget", "budget", f"{most} signals cannot be shown")
    flat = np.nan_to_num(looked_at(p, judged), nan=np.inf).ravel()
    able = np.flatnonzero(flat <= worst)
    ordered = np.sort(flat[able])
    cut = np.inf if len(able) <= most else ordered[most]
    return np.asarray((flat <= worst) & (flat < cut)).reshape(np.shape(p))


def simes(p: Array) -> float:
    """One p for "something in this family" (Simes, Biometrika 73 (1986) 751-754); nan where nothing was looked at."""
    told = np.sort(p[np.isfinite(p)])
    return float(np.min(told * len(told) / np.arange(1, len(told) + 1))) if len(told) else float("nan")


@dataclass(frozen=True, slots=True)
class Chosen:
    """`topics`: the topics in which something rose; `cells`: the cells shown; `family_p`: Simes' p of each topic, in order."""

    topics: tuple[str, ...]
    cells: Marks
    family_p: tuple[float, ...]


def by_topic_and_place(p: Array, topics: Sequence[str], q: float, judged: Marks | None = None) -> Chosen:
    """Choose cells (p and topic of each, one-dimensional) so that the mean share of false ones over the chosen topics is at most
    q.
    """
    check_rate(q)
    if len(topics) != len(p):
        raise Fault("signals.topics", "topics", f"{len(topics)} topics for {len(p)} cells")
    p = looked_at(p, judged)
    names = list(dict.fromkeys(topics))
    label = np.array([names.index(topic) for topic in topics], dtype=np.intp)
    families = np.array([simes(p[label == index]) for index in range(len(names))])
    chosen = within_rate(families, q)
    inner = q * chosen.sum() / max(int(np.isfinite(families).sum()), 1)
    cells = np.zeros(len(p), bool)
    for index in np.flatnonzero(chosen):
        members = label == index
        cells[members] = within_rate(p[members], inner) if inner > 0 else False
    return Chosen(tuple(name for name, yes in zip(names, chosen, strict=True) if yes), cells, tuple(families.tolist()))


def explained(cells: Sequence[tuple[str, str]], shown: Marks, parents: dict[str, str], excess: Array) -> dict[int, int]:
    """Which shown cells are told by a shown cell of the parent place: index of the child → index of the parent.

    A child is explained where it takes no more than its share: its excess over expected is at most half of the parent's.
    """
    place = {key: index for index, key in enumerate(cells)}
    answer = {}
    for index, (topic, where) in enumerate(cells):
        above = place.get((topic, parents.get(where, "")))
        if shown[index] and above is not None and shown[above] and excess[index] <= excess[above] / 2:
            answer[index] = above
    return answer


def check_rate(q: float) -> None:
    if not 0 < q < 1:
        raise Fault("signals.rate", "q", f"{q} is no rate between 0 and 1")
