"""Neighbouring places together: a scan for zones that are high as a whole, as a second look after single cells.

Zones are a place with its neighbours, ring by ring over the adjacency graph, and the children of a unit in the tree; each over
the last 1 ... W periods. A zone's score is the log likelihood ratio of "these counts are raised by a common factor" against "as
expected", divided by the dispersion; its p is the share of simulated periods whose best zone scores as high, so that the many
zones looked at are paid for. Sources: Neill, Int. J. Forecasting 25 (2009) 498-517 (expectation-based scan); Kulldorff, Comm.
Stat. 26 (1997) 1481-1496.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nghe.errors import Fault

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Zone:
    """Places that are high together: `periods` back from now, observed and expected sums, score and Monte-Carlo p."""

    places: tuple[str, ...]
    periods: int
    observed: float
    expected: float
    score: float
    p: float


def zones_of(places: Sequence[str], adjacent: Mapping[str, Sequence[str]], children: Mapping[str, Sequence[str]] | None = None, *,
             largest: int = 12) -> list[tuple[int, ...]]:
    """Zones as indexes of `places`: growing rings of neighbours up to `largest` places, and the children of each unit.

    Adjacency need not be said both ways. Raises `Fault` for a neighbour that is no place.
    """
    index = {name: number for number, name in enumerate(places)}
    near: list[set[int]] = [set() for _ in places]
    for name, others in adjacent.items():
        for other in others:
            if name not in index or other not in index:
                raise Fault("signals.place", other if name in index else name, "is in the adjacency but not among the places")
            near[index[name]].add(index[other])
            near[index[other]].add(index[name])
    found: dict[tuple[int, ...], None] = {}
    for start in range(len(places)):
        zone, edge = {start}, {start}
        found[start,] = None
        while edge and len(zone) < largest:
            edge = set().union(*(near[place] for place in edge)) - zone
            for place in sorted(edge):
                if len(zone) < largest:
                    zone.add(place)
            found[tuple(sorted(zone))] = None
    for parts in (children or {}).values():
        known = tuple(sorted(index[name] for name in parts if name in index))
        if len(known) > 1:
            found[known] = None
    return list(found)


def scan(counts: Array, expected: Array, dispersion: Array, places: Sequence[str], zones: Sequence[tuple[int, ...]], *,
         rng: np.random.Generator, periods: int = 2, simulations: int = 999, alpha: float = 0.05) -> list[Zone]:
    """The zones of the last `periods` rows of `counts` (T x P) that are high, best first, none sharing a place with a better one.

    `expected` T x P (> 0 where judged, else 0) and `dispersion` P (variance over mean, at least 1) come from a detector's
    baseline.
    """
    if counts.shape != expected.shape or counts.shape[1] != len(places) or len(dispersion) != len(places):
        raise Fault("signals.scan", "expected", "counts, expected and places do not fit each other")
    if not zones or not len(counts):
        return []
    member = np.zeros((len(zones), len(places)))
    for row, zone in enumerate(zones):
        member[row, list(zone)] = 1
    counted = np.where(expected > 0, np.nan_to_num(counts), 0.0)[-periods:][::-1]
    mean = np.maximum(expected, 0)[-periods:][::-1]
    score = _scores(counted[None], mean, dispersion, member)[0]
    size = np.maximum(mean, 1e-12)
    over = np.where(dispersion > 1 + 1e-9, dispersion - 1, 1.0)
    rate = size if not (dispersion > 1 + 1e-9).any() else None
    best = np.empty(simulations)
    for start in range(0, simulations, 100):
        n = min(100, simulations - start)
        gamma = rng.gamma(np.where(dispersion > 1 + 1e-9, size / over, 1.0), over, (n, *size.shape)) if rate is None else size
        lam = np.where(dispersion > 1 + 1e-9, gamma, size)
        drawn = rng.poisson(np.broadcast_to(lam, (n, *size.shape))) * (mean > 0)
        best[start : start + n] = _scores(drawn.astype(np.float64), mean, dispersion, member).reshape(n, -1).max(axis=1)
    answer, taken = [], set[int]()
    for flat in np.argsort(-score, axis=None, kind="stable"):
        span, row = np.unravel_index(flat, score.shape)
        value = float(score[span, row])
        p = float((1 + (best >= value).sum()) / (1 + simulations))
        if value <= 0 or p > alpha:
            break
        if taken & set(zones[row]):
            continue
        taken |= set(zones[row])
        inside = member[row] > 0
        answer.append(Zone(tuple(places[i] for i in zones[row]), int(span) + 1, float(counted[: span + 1, inside].sum()),
                           float(mean[: span + 1, inside].sum()), value, p))
    return answer


def _scores(counted: Array, mean: Array, dispersion: Array, member: Array) -> Array:
    """N x W x Z scores of counts N x W x P, newest period first; sums over the first 1 ... W periods."""
    observed = np.cumsum(counted, axis=1) @ member.T
    expected = np.cumsum(mean, axis=0) @ member.T
    variance = np.cumsum(mean * dispersion, axis=0) @ member.T
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = observed * np.log(observed / expected) - (observed - expected)
        scaled = ratio * expected / variance
    return np.where((observed > expected) & (expected > 0), scaled, 0.0)
