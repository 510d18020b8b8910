"""How common a code is among the notes of a period: the machine's codes, put right by a random audit.

Prediction-powered inference with power tuning (Angelopoulos, Duchi and Zrnic, "PPI++", 2023): the machine's mean over all notes
plus the mean of what people found beyond it in the audit, the machine weighing as much as it helps. For a finite population
this is the difference estimator of survey sampling (Särndal, Swensson and Wretman, 1992, ch. 6), whose correction for the drawn
part is used. The interval is Wilson's (1927) for the effective number of notes, as for shares in surveys. A rare code has too
few surprises in 200 notes to estimate their variance; so the variance that the machine's own probabilities imply counts for 35
notes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nghe.errors import Fault
from nghe.text.audit import Audit

Doubles = npt.NDArray[np.float64]

IMPLIED = 35
FEWEST = 30
"""Drawn notes below which no share is given."""


@dataclass(frozen=True, slots=True)
class Share:
    """The share of notes with a code, 0 to 1, and its interval; `human` is what the audit alone gives."""

    code: str
    share: float
    low: float
    high: float
    human: float
    human_low: float
    human_high: float
    audited: int
    notes: int


def estimate_shares(audit: Audit, *, level: float = 0.95) -> tuple[Share, ...]:
    """The share of each code of an audit. There is no share without one: nothing else is taken.

    Faults: `text.no_audit` (not an audit), `text.audit_size` (fewer than 30 notes drawn).
    """
    if not isinstance(audit, Audit):
        raise Fault("text.no_audit", "shares", "a share needs a random audit sample that people coded; draw one (draw_audit)")
    if len(audit.coded) < FEWEST:
        raise Fault("text.audit_size", "shares", f"{len(audit.coded)} notes were audited; at least {FEWEST} are needed")
    place = {note: at for at, note in enumerate(audit.draw.population)}
    rows = np.array([place[note] for note in audit.draw.drawn])
    return tuple(_share(code, audit.coded[:, at].astype(np.float64), audit.machine[:, at], rows, level)
                 for at, code in enumerate(audit.codes))


def _share(code: str, people: Doubles, machine: Doubles, rows: npt.NDArray[np.intp], level: float) -> Share:
    from scipy import stats

    n, notes = len(people), len(machine)
    left = 1 - n / notes
    drawn = machine[rows]
    spread = float(np.var(machine))
    weight = min(1.0, max(0.0, float(np.cov(people, drawn)[0, 1]) / spread)) if spread > 0 else 0.0
    found = float(people.mean() + weight * (machine.mean() - drawn.mean()))
    surprise = people - weight * drawn
    implied = float((machine * (1 - machine)).mean()) + (1 - weight) ** 2 * spread
    variance = (n * float(surprise.var()) + IMPLIED * implied) / (n + IMPLIED) / (n - 2) * left
    quantile = float(stats.t.ppf((1 + level) / 2, n - 2))
    share = min(1 - 0.5 / n, max(0.5 / n, found))
    low, high = _wilson(share, share * (1 - share) / variance if variance > 0 else math.inf, quantile)
    human = float(people.mean())
    human_low, human_high = _wilson(human, n / left if left > 0 else math.inf, float(stats.norm.ppf((1 + level) / 2)))
    kept = min(high, max(low, found))
    return Share(code, kept, low, high, human, human_low, human_high, n, notes)


def _wilson(share: float, n: float, quantile: float) -> tuple[float, float]:
    """Wilson's interval for `n` (effective) notes; a complete count has none."""
    if math.isinf(n):
        return share, share
    square = quantile * quantile
    middle = (share + square / (2 * n)) / (1 + square / n)
    half = quantile / (1 + square / n) * math.sqrt(share * (1 - share) / n + square / (4 * n * n))
    return max(0.0, middle - half), min(1.0, middle + half)
