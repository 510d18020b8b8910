"""Places that merged and topics that were split, told by files, so that a change of the map or of the frame is no signal.

`MERGES.csv` has `series,into`: the series goes on under the other's name, its history added. `SPLITS.csv` has
`parent,part,since`: from that period on the parent is counted as its parts.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import numpy as np

from nghe.errors import Fault
from nghe.signals.evaluate import read_table
from nghe.signals.panel import Panel, Split, join_split, merge_places


def read_merges(path: Path) -> dict[str, str]:
    """Series by what they went into."""
    into: dict[str, str] = {}
    for line, row in enumerate(read_table(path, ("series", "into")), 2):
        name, target = row["series"].strip(), row["into"].strip()
        if not name or not target or name == target:
            raise Fault("signals.merge", f"{path.name}: line {line}", "names no series, or merges one into itself")
        if into.setdefault(name, target) != target:
            raise Fault("signals.merge", f"{path.name}: line {line}", f"{name!r} went into {into[name]!r} already")
    if chained := sorted(set(into) & set(into.values())):
        raise Fault("signals.merge", path.name,
                    f"{chained[0]!r} goes into another and takes one in; name the last successor of each")
    return into


def read_splits(path: Path) -> list[Split]:
    """Splits of topics, the parts of one together."""
    parts: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in read_table(path, ("parent", "part", "since")):
        parts[row["parent"].strip(), row["since"].strip()].append(row["part"].strip())
    return [Split(parent, tuple(found), since) for (parent, since), found in parts.items()]


def apply_changes(panel: Panel, merges: Path | None, splits: Path | None) -> Panel:
    if merges:
        panel = merge_places(panel, read_merges(merges))
    return join_split(panel, read_splits(splits)) if splits else panel


def ended_and_begun(panel: Panel, *, quiet: int = 4) -> tuple[list[str], list[str]]:
    """Series without a count in the last `quiet` periods and more, and those without one in the first: what a change leaves."""
    known = np.isfinite(panel.counts)
    last = len(known) - 1 - known[::-1].argmax(axis=0)
    ended = [name for name, at in zip(panel.series, last, strict=True) if at < len(known) - quiet]
    return ended, [name for name, at in zip(panel.series, known.argmax(axis=0), strict=True) if at >= quiet]
