"""How good were the signals? Alarms of a file against the episodes that a person marked in another.

`EPISODES.csv` has `series,first,last`: periods in which something was going on. False-alarm rate, share of episodes found, delay,
and what the two dials would have shown, each with a 95 % interval (Wilson) where it is a share.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from nghe.errors import Fault
from nghe.signals import dials
from nghe.signals.periods import kind_of, number_of
from nghe.signals.table import COLUMNS

Z = 1.959963984540054


def wilson(hits: int, n: int) -> tuple[float, float] | None:
    """95 % interval of a share (Wilson 1927); None of nothing."""
    if n == 0:
        return None
    share, z2 = hits / n, Z * Z
    centre = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = Z / (1 + z2 / n) * np.sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    return float(max(centre - half, 0)) if hits else 0.0, float(min(centre + half, 1)) if hits < n else 1.0


def read_table(path: Path, needed: tuple[str, ...]) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        if missing := [name for name in needed if name not in (reader.fieldnames or [])]:
            raise Fault("signals.columns", f"{path.name}: line 1", f"no column {', '.join(missing)}")
        return list(reader)


def evaluate(alarms: Path, episodes: Path, *, rate: float = 0.1, budget: int = 5) -> dict[str, Any]:
    """Scores of an alarm file. A series of an episode that is not in the alarms is a `Fault`; an unjudged episode counts as
    missed.
    """
    rows = read_table(alarms, COLUMNS)
    if not rows:
        raise Fault("signals.empty", alarms.name, "holds no row")
    kind = kind_of(rows[0]["period"], f"{alarms.name}: line 2")
    cells = {(row["series"], number_of(row["period"], kind, f"{alarms.name}: line {line}")): row
             for line, row in enumerate(rows, 2)}
    series = {name for name, _ in cells}
    spans = []
    for line, row in enumerate(read_table(episodes, ("series", "first", "last")), 2):
        where = f"{episodes.name}: line {line}"
        if row["series"] not in series:
            raise Fault("signals.series", where, f"{row['series']!r} is not among the judged series")
        first, last = number_of(row["first"], kind, where), number_of(row["last"], kind, where)
        if last < first:
            raise Fault("signals.episode", where, f"ends ({row['last']}) before it begins ({row['first']})")
        spans.append((row["series"], first, last))
    inside = {(name, t) for name, first, last in spans for t in range(first, last + 1)}
    judged = {key: row for key, row in cells.items() if row["judged"] == "1"}
    raised = sum(key in inside for key in judged)
    calm = {key: row for key, row in judged.items() if key not in inside}
    false = sum(row["alarm"] == "1" for row in calm.values())
    delays = [min(hits) - first for name, first, last in spans
              if (hits := [t for t in range(first, last + 1) if cells.get((name, t), {}).get("alarm") == "1"])]
    return {
        "cells": len(cells), "judged": len(judged), "episodes": len(spans), "found": len(delays),
        "false_alarm_rate": false / len(calm) if calm else None, "false_alarm_interval": wilson(false, len(calm)),
        "detection": len(delays) / len(spans) if spans else None, "detection_interval": wilson(len(delays), len(spans)),
        "mean_delay": float(np.mean(delays)) if delays else None,
        "fdr": _dial(cells, inside, raised, lambda p, judged: dials.within_rate(p, rate, judged)), "rate": rate,
        "budget": _dial(cells, inside, raised, lambda p, judged: dials.within_budget(p, budget, judged)), "a_period": budget,
    }


def _dial(cells: dict[tuple[str, int], dict[str, str]], inside: set[tuple[str, int]], raised: int,
          choose: Callable[[dials.Array, dials.Marks], dials.Marks]) -> dict[str, Any]:
    """What a dial would have shown, period by period: signals, share of them outside every episode (over all, and as the mean
    over periods, 0 where nothing is shown: what a rate q promises), share of raised cells shown.

    A row without p (a gap, no history, a small count kept back) was not looked at.
    """
    by_period: dict[int, list[tuple[tuple[str, int], float, bool]]] = defaultdict(list)
    for key, row in cells.items():
        if row["p"]:
            by_period[key[1]].append((key, float(row["p"]), row["judged"] == "1"))
    periods = [[key for (key, _, _), yes in zip(looked, choose(np.array([p for _, p, _ in looked]),
                                                               np.array([j for _, _, j in looked])), strict=True) if yes]
               for looked in by_period.values()]
    shown = [key for keys in periods for key in keys]
    wrong = sum(key not in inside for key in shown)
    shares = [sum(key not in inside for key in keys) / len(keys) if keys else 0.0 for keys in periods]
    return {"signals": len(shown), "false_share": wrong / len(shown) if shown else None,
            "mean_false_share": float(np.mean(shares)) if shares else None,
            "power": (len(shown) - wrong) / raised if raised else None}
