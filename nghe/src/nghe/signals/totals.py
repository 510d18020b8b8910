"""Which series of a table are sums of others: a topic over its places, a province over its communes.

Whoever reads a total beside its parts can subtract. So before small counts are kept back (`kept_back`) the sums must be known:
they are told by a file `whole,part`, or found by name, where `giá điện` adds up `giá điện / Xã A`, `giá điện / Xã B` in every
period.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nghe.errors import Fault
from nghe.signals.evaluate import read_table

Array = NDArray[np.float64]
BETWEEN = "/"


@dataclass(frozen=True, slots=True)
class Total:
    """Columns of the panel: the series that is a sum, and its parts. Counts of no part listed may be in it as well."""

    whole: int
    parts: tuple[int, ...]


def read_totals(path: Path, series: Sequence[str]) -> list[Total]:
    """Sums from a CSV file `whole,part`, one row a part; a series may be part of several (its topic's, its place's)."""
    column = {name: place for place, name in enumerate(series)}
    parts: dict[int, list[int]] = defaultdict(list)
    for line, row in enumerate(read_table(path, ("whole", "part")), 2):
        whole, part = (row[name].strip() for name in ("whole", "part"))
        if unknown := [name for name in (whole, part) if name not in column]:
            raise Fault("signals.totals", f"{path.name}: line {line}", f"there is no series {unknown[0]!r} among the counts")
        if whole == part or column[part] in parts[column[whole]]:
            raise Fault("signals.totals", f"{path.name}: line {line}", f"{part!r} is counted twice into {whole!r}")
        parts[column[whole]].append(column[part])
    return [Total(whole, tuple(found)) for whole, found in parts.items()]


def totals_by_name(series: Sequence[str], counts: Array) -> list[Total]:
    """Sums that names suggest (`A` of `A / B`, `A / C`) and that `counts` (T x S) bear out in every period in which all are
    known.
    """
    below: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for place, name in enumerate(series):
        below[_path(name)[:-1]].append(place)
    found = []
    for place, name in enumerate(series):
        parts = tuple(below.get(_path(name), ()))
        if len(parts) > 1:
            rest = counts[:, place] - counts[:, list(parts)].sum(axis=1)
            if np.isfinite(rest).any() and not np.nan_to_num(rest).any():
                found.append(Total(place, parts))
    return found


def _path(name: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in name.split(BETWEEN))


def check_totals(totals: Iterable[Total], series: Sequence[str], periods: Sequence[str], counts: Array) -> None:
    """A `Fault` where the parts of a told sum count more than the whole."""
    for total in totals:
        over = counts[:, list(total.parts)].sum(axis=1) > counts[:, total.whole]
        if over.any():
            at = int(over.argmax())
            raise Fault("signals.totals", f"{series[total.whole]}, {periods[at]}",
                        f"counts {counts[at, total.whole]:.0f}, its parts {counts[at, list(total.parts)].sum():.0f} in all; a "
                        "total holds each mention of its parts once. Correct the counts, or leave this total out")
