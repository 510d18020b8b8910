"""Late items: how many of a period had come in by how long after it, and what may still come.

The reporting triangle holds, for each period an item is about and each later period, the count known by then. Two uses:
- a new count is judged against the counts of earlier periods *at the same maturity*, never against finished ones;
- the chain ladder (Mack, ASTIN Bulletin 23 (1993) 213-225) says what the count may grow to, and is only drawn, as a band. An
event that
  changes how fast people report breaks it, which is when it would matter most.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from nghe.errors import Fault

Array = NDArray[np.float64]
FEWEST = 4
"""Past periods that a step of the ladder must rest on."""


@dataclass(frozen=True, slots=True)
class Triangle:
    """`known` is T x D: the count of period t known at the end of period t + d; nan where that is still to come (t + d >= T).

    Counts may fall from one column to the next: a withdrawn or recoded item is a revision downwards.
    """

    known: Array

    @property
    def periods(self) -> int:
        return int(self.known.shape[0])

    @property
    def latest(self) -> Array:
        """What is known of each period now."""
        return np.array([self.known[t, min(self.periods - 1 - t, self.known.shape[1] - 1)] for t in range(self.periods)])

    def maturity(self, t: int) -> int:
        """How many periods after its own the newest count of period t was taken."""
        return min(self.periods - 1 - t, int(self.known.shape[1]) - 1)


def build_triangle(items: Iterable[tuple[int, int, int]], *, periods: int, delays: int,
                   labels: Sequence[str] | None = None) -> Triangle:
    """From (period, period received, change): +1 an item came, -1 one was withdrawn; received after `delays` counts as the last.
    `labels` name the periods in what is refused.

    Raises `Fault` for an item received before its period, outside the periods, or where more was withdrawn than there was.
    """
    if periods < 1 or delays < 1:
        raise Fault("signals.triangle", "periods", f"{periods} periods and {delays} delays make no triangle")
    change = np.zeros((periods, delays))
    for number, (about, received, step) in enumerate(items, 1):
        if not 0 <= about <= received < periods:
            raise Fault("signals.triangle", f"item {number}",
                        f"is about period {about} and was received in {received}; of {periods} periods "
                        "an item is received in its own or a later one")
        change[about, min(received - about, delays - 1)] += step
    known = np.cumsum(change, axis=1)
    if (known < 0).any():
        t, d = np.argwhere(known < 0)[0]
        raise Fault("signals.triangle", labels[t] if labels else f"period {t}",
                    f"{d} periods after it, more was withdrawn in all than had come in; a withdrawal takes back what was "
                    "received")
    late = np.arange(periods)[:, None] + np.arange(delays) >= periods
    return Triangle(np.where(late, np.nan, known))


def at_same_maturity(triangle: Triangle, t: int) -> tuple[float, Array]:
    """The count of period t as known now, and those of the periods before it as they were known at that maturity (oldest first).
    """
    d = triangle.maturity(t)
    return float(triangle.known[t, d]), triangle.known[:t, d]


def panel_at_maturity(triangles: Iterable[Triangle], delay: int) -> Array:
    """T x S counts known `delay` periods after each period, for any detector; the newest `delay` rows are nan."""
    return np.column_stack([triangle.known[:, min(delay, triangle.known.shape[1] - 1)] for triangle in triangles])


@dataclass(frozen=True, slots=True)
class Nowcast:
    """Of one period: the count known, what it is expected to become, and a band that holds the final count with `level`."""

    period: int
    known: float
    expected: float
    low: float
    high: float
    maturity: int
    level: float
    basis: int
    """Periods that the thinnest step of the ladder rests on."""


def nowcast(triangle: Triangle, *, level: float = 0.95) -> list[Nowcast]:
    """A band for each period that is not yet complete. A period whose steps rest on fewer than four periods gets none (nan).

    Final count = known count x product of steps; its variance by Mack's formula, with at least Poisson spread of what is to come.
    The band is log-normal and never ends below what a revision downwards can reach. A step is the ratio of column sums.
    """
    known, steps, spreads, bases = triangle.known, *_ladder(triangle.known)
    z = float(special.ndtri(0.5 + level / 2))
    answer = []
    for t in range(triangle.periods):
        d = triangle.maturity(t)
        if d == known.shape[1] - 1:
            continue
        count, basis = float(known[t, d]), int(bases[d:].min())
        growth = float(np.prod(steps[d:]))
        if basis < FEWEST or not np.isfinite(growth):
            answer.append(Nowcast(t, count, np.nan, np.nan, np.nan, d, level, basis))
            continue
        level_now = max(count, 0.5)
        expected = level_now * growth
        variance, reach = abs(expected - level_now), level_now
        for step in range(d, len(steps)):
            column = np.nansum(known[: triangle.periods - step - 1, step])
            relative = spreads[step] / max(steps[step], 1e-9) ** 2
            variance += expected**2 * relative * (1 / max(reach, 0.5) + 1 / max(column, 0.5))
            reach *= steps[step]
        width = np.sqrt(np.log1p(variance / max(expected, 1e-9) ** 2))
        middle = np.log(max(expected, 1e-9)) - width**2 / 2
        low = float(np.exp(middle - z * width))
        may_fall = bool((steps[d:] < 1).any())
        answer.append(Nowcast(t, count, count * growth if count else expected, low if may_fall else max(low, count),
                              max(float(np.exp(middle + z * width)), count), d, level, basis))
    return answer


def _ladder(known: Array) -> tuple[Array, Array, NDArray[np.intp]]:
    """Step from each delay to the next, its spread (sigma squared) and how many periods it rests on."""
    steps, spreads, bases = [], [], []
    for d in range(known.shape[1] - 1):
        both = np.isfinite(known[:, d + 1])
        now, then = known[both, d], known[both, d + 1]
        total = now.sum()
        step = then.sum() / total if total > 0 else np.nan
        inside = now > 0
        n = int(inside.sum())
        steps.append(step)
        spreads.append(float((now[inside] * (then[inside] / now[inside] - step) ** 2).sum() / (n - 1)) if n > 1 else 0.0)
        bases.append(int(both.sum()))
    return np.array(steps), np.array(spreads), np.array(bases, dtype=np.intp)
