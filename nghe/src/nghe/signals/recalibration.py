"""Tail probabilities that are true: what share of cells without an issue gets a raw probability this small?

Raw probabilities of a fitted model are too small in the tail, the more so the smaller the expected count, and a rule over many
cells lives in the tail. So the null distribution of the raw probability is learned per class of expected count, from simulated
series (the shipped table) or from past weeks of one's own cube, and a raw probability is read off it: between knots on the log-
log scale, beyond the last by the slope there. Source of the idea: Efron, Large-Scale Inference (2010), chapter 6 (empirical
null).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nghe.errors import Fault

Array = NDArray[np.float64]
LEVELS = (0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001, 0.0005, 0.0002, 0.0001, 0.00005, 0.00002)
EDGES = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 40.0, 100.0)
TINY = 1e-300
FEWEST = 20
FEWEST_OF_ALL = 8
"""A knot of a class, and one of all cells, rests on at least so many cells beyond it."""
CAUTIOUS = 0.005
"""Below this level a knot is the upper limit (2 standard errors, on the cells of its own class) of how often it is reached: what
is printed must not promise too much.
"""


@dataclass(frozen=True, slots=True)
class Table:
    """`edges` (C - 1) cut expected counts into C classes; row c of `raw` holds the raw p that a share `levels` of null cells
    reach.
    """

    edges: tuple[float, ...]
    levels: tuple[float, ...]
    raw: tuple[tuple[float, ...], ...]
    source: str
    cells: int

    def true_p(self, raw: Array, expected: Array) -> Array:
        """The true tail probability of a raw one; nan stays nan."""
        answer = np.full(np.shape(raw), np.nan)
        classes = np.digitize(expected, self.edges)
        for index in np.unique(classes[np.isfinite(raw)]):
            cells = (classes == index) & np.isfinite(raw)
            answer[cells] = _read(np.log(np.array(self.raw[index])), np.log(self.levels), np.log(np.maximum(raw[cells], TINY)))
        return answer

    def raw_for(self, level: float, expected: Array) -> Array:
        """The raw probability that is as rare as `level`, in the class of each expected count."""
        cuts = np.array([_read(np.log(self.levels), np.log(np.array(row)), np.log(np.array([level])))[0] for row in self.raw])
        return np.where(np.isfinite(expected), cuts[np.digitize(expected, self.edges)], np.nan)

    def record(self) -> dict[str, Any]:
        return {"edges": self.edges, "levels": self.levels, "raw": self.raw, "source": self.source, "cells": self.cells}


def _read(x: Array, y: Array, at: Array) -> Array:
    """exp(y) at `at`, linear between the knots (x falling), by the slope over the last three knots beyond them, at most 1."""
    slope = (y[-1] - y[-3]) / (x[-1] - x[-3])
    inside = np.interp(at, x[::-1], y[::-1])
    beyond = np.where(at < x[-1], y[-1] + slope * (at - x[-1]), inside)
    before = y[0] + (y[0] - y[1]) / (x[0] - x[1]) * (at - x[0])
    return np.asarray(np.minimum(np.exp(np.where(at > x[0], np.minimum(before, 0.0), beyond)), 1.0))


def learn(raw: Array, expected: Array, *, source: str, edges: tuple[float, ...] = EDGES,
          levels: tuple[float, ...] = LEVELS) -> Table:
    """The table of null cells: raw probabilities and expected counts of cells in which nothing was going on (nan is left out).

    A class too thin for a knot takes the knot of all cells; raises `Fault` where even all cells are too few.
    """
    told = np.isfinite(raw) & np.isfinite(expected)
    raw, expected = raw[told], expected[told]
    levels = tuple(level for level in levels if len(raw) * level >= FEWEST_OF_ALL)
    if not levels or levels[-1] > CAUTIOUS / 10:
        raise Fault("signals.recalibration", "history", f"{len(raw)} cells are too few; {int(10 * FEWEST_OF_ALL / CAUTIOUS)} are "
                    f"needed for a tail of {CAUTIOUS / 10}")
    everyone = np.quantile(raw, _ranks(levels, len(raw)))
    classes = np.digitize(expected, edges)
    rows = []
    for index in range(len(edges) + 1):
        mine = raw[classes == index]
        row = [float(np.quantile(mine, rank)) if len(mine) * rank >= FEWEST else np.nan for rank in _ranks(levels, len(mine))]
        known = [k for k, value in enumerate(row) if np.isfinite(value)]
        shift = np.log(row[known[-1]] / everyone[known[-1]]) if known else 0.0
        filled = [value if np.isfinite(value) else float(np.exp(np.log(everyone[k]) + shift)) for k, value in enumerate(row)]
        rows.append(tuple(_falling(filled)))
    return Table(edges, levels, tuple(rows), source, len(raw))


def _ranks(levels: tuple[float, ...], cells: int) -> list[float]:
    """Where to cut so many null cells for each level: at it, in the far tail so much rarer that chance will not exceed it."""
    return [level if level >= CAUTIOUS else level / (1 + 2 / np.sqrt(max(cells, 1) * level)) for level in levels]


def _falling(values: list[float]) -> list[float]:
    """Strictly falling, so that it can be read both ways."""
    out: list[float] = []
    for value in values:
        out.append(max(min(value, out[-1] * 0.999) if out else min(value, 1.0), TINY))
    return out


@cache
def shipped() -> Table | None:
    """The table of the default detector, learned on simulated series; `bench/signals_calibrate.py` makes it again."""
    path = resources.files("nghe.signals") / "recalibration.json"
    if not path.is_file():
        return None
    told = json.loads(path.read_text(encoding="utf-8"))
    return Table(tuple(told["edges"]), tuple(told["levels"]), tuple(tuple(row) for row in told["raw"]), told["source"],
                 told["cells"])
