"""Silence is a signal too: a unit, a source or a topic that stops, told apart from a holiday and from a duty that is not due.

A unit that usually reports is silent when its run of due periods without a report is too long for its own record: with r reports
in n due periods the chance of missing the next k is B(r + 1/2, n - r + 1/2 + k) / B(r + 1/2, n - r + 1/2) (beta-binomial,
Jeffreys' prior). A topic is silent when its counts of the last periods fall below what its own baseline lets expect (lower tail
of the default detector's prediction). Periods that were not due, or lie in a holiday, neither lengthen the run nor count as
missed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import special

from nghe.errors import Fault
from nghe.signals.detectors import harmonic, tails

Array = NDArray[np.float64]
Marks = NDArray[np.bool_]
State = Literal["reporting", "silent", "quiet", "not_due", "holiday", "no_history", "never_reported"]
FEWEST = 8
ALPHA = 0.01


@dataclass(frozen=True, slots=True)
class Silence:
    """`missed`: due periods in a row without a report, up to now; `p`: how likely so long a run is by the record; nan if not
    judged.
    """

    name: str
    state: State
    missed: int
    p: float
    reports: int
    due: int


def judge_units(names: Sequence[str], received: Array, due: Marks, *, holiday: Marks, alpha: float = ALPHA) -> list[Silence]:
    """The state of each unit at the last period. `received` and `due` are T x U, `holiday` T.

    "quiet" is a run that is not yet unlikely. Fewer than eight due periods before the run are no history; who never reported in
    eight or more is said to have never reported, not to have fallen silent.
    """
    if received.shape != due.shape or received.shape != (len(holiday), len(names)):
        raise Fault("signals.silence", "due",
                    f"shapes differ: {received.shape} received, {due.shape} due, {len(holiday)} periods, "
                    f"{len(names)} units")
    answer = []
    for column, name in enumerate(names):
        asked = due[:, column] & ~holiday
        reported = np.nan_to_num(received[:, column]) > 0
        counted = np.flatnonzero(asked | reported)
        run = 0
        while run < len(counted) and not reported[counted[len(counted) - 1 - run]]:
            run += 1
        before = counted[: len(counted) - run]
        hits, n = int(reported[before].sum()), len(before)
        p = float(np.exp(special.betaln(hits + 0.5, n - hits + 0.5 + run) - special.betaln(hits + 0.5, n - hits + 0.5)))
        answer.append(_state(name, run, p, hits, n, bool(reported[-1]), bool(holiday[-1]), bool(due[-1, column]), alpha))
    return answer


def _state(name: str, run: int, p: float, hits: int, n: int, here: bool, holiday: bool, due: bool, alpha: float) -> Silence:
    nan = float("nan")
    if hits == 0 and run >= FEWEST:
        return Silence(name, "never_reported", run, nan, 0, run)
    if here:
        return Silence(name, "reporting", 0, nan, hits, n)
    if n < FEWEST:
        state: State = "holiday" if holiday else "not_due" if not due else "no_history"
        return Silence(name, state, run, nan, hits, n)
    if p <= alpha and run:
        return Silence(name, "silent", run, p, hits, n)
    return Silence(name, "holiday" if holiday else "not_due" if not due else "quiet", run, p, hits, n)


def judge_topics(names: Sequence[str], counts: Array, *, at: int, frequency: float, holiday: Marks, reports: Array | None = None,
                 span: int = 4, alpha: float = ALPHA) -> list[Silence]:
    """Has a topic gone quiet over the `span` periods up to `at`, holidays left out? `counts` T x S, `reports` as for the default
    detector.

    The reports received are the offset: a topic is not silent because nobody reported at all.
    """
    window = [t for t in range(max(at - span + 1, 0), at + 1) if not holiday[t]]
    if not window:
        return [Silence(name, "holiday", 0, float("nan"), 0, 0) for name in names]
    settings = harmonic.Harmonic(left_out=span, limit54=(0, 1), sums=1)
    found = harmonic.detect(counts, judged=np.array(window, dtype=np.intp), frequency=frequency, settings=settings,
                            reports=reports)
    expected, seen = np.nansum(found.expected, axis=0), np.nansum(found.count, axis=0)
    wide = np.nanmax(np.nan_to_num(found.extra["phi"], nan=1.0), axis=0)
    p = tails.at_most(seen, expected, np.maximum(wide, 1.0))
    known = np.asarray((np.isfinite(found.expected) & np.isfinite(found.count)).all(axis=0))
    answer = []
    for s, name in enumerate(names):
        state: State = "no_history" if not known[s] else "silent" if p[s] <= alpha else "reporting"
        zeros = int((found.count[:, s] == 0).sum())
        answer.append(Silence(name, state, zeros, float(p[s]) if known[s] else float("nan"), int(seen[s]), len(window)))
    return answer
