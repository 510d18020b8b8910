"""Which cells may be judged, and how small counts are printed.

A cell is judged only with at least 5 mentions in 4 weeks from at least 3 sources: below, one busy or one recognisable speaker
would be the signal. What is under 5 is printed "< 5" (`kept_back` says what else must be kept back beside totals). Settings can
only raise these floors.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nghe.errors import Fault

Array = NDArray[np.float64]
Marks = NDArray[np.bool_]
MENTIONS, PERIODS, SOURCES, SMALL = 5, 4, 3, 5


@dataclass(frozen=True, slots=True)
class Floor:
    """At least `mentions` in the last `periods` from at least `sources`; counts under `small` are not printed."""

    mentions: int = MENTIONS
    periods: int = PERIODS
    sources: int = SOURCES
    small: int = SMALL

    def __post_init__(self) -> None:
        for name, least in (("mentions", MENTIONS), ("sources", SOURCES), ("small", SMALL)):
            if getattr(self, name) < least:
                raise Fault("signals.floor", name,
                            f"{getattr(self, name)} is under the floor of {least}; a floor can only be raised")
        if not 1 <= self.periods <= PERIODS:
            raise Fault("signals.floor", "periods", f"{self.periods}: the mentions must fall within 1 to {PERIODS} periods")


def may_judge(counts: Array, sources: Array, at: int, floor: Floor | None = None) -> tuple[Marks, Marks]:
    """Per series of `counts` and `sources` (T x S; distinct sources of each cell): enough mentions, enough sources, up to period
    `at`.

    Sources of several periods are not added up, since they may be the same: the largest of one period counts.
    """
    floor = floor or Floor()
    recent = slice(max(at - floor.periods + 1, 0), at + 1)
    return (np.nan_to_num(counts[recent]).sum(axis=0) >= floor.mentions,
            np.nan_to_num(sources[recent]).max(axis=0, initial=0) >= floor.sources)


def printed(count: float, floor: Floor | None = None) -> str:
    """The count as it may be printed: "< 5" for 1 to 4."""
    small = (floor or Floor()).small
    return f"< {small}" if 0 < count < small else f"{count:.0f}"
