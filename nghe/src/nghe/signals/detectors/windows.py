"""Which past periods a baseline is made of, and in which season each of them lies.

Around the same time of each of the last `b` years lies a window of 2w+1 periods. With `noPeriods` = 1 these windows are the
baseline; with more, the time between two windows is cut into noPeriods - 1 stretches, each a season of its own (Noufaily et al.
2013, section 2.3). The newest `pastWeeksNotIncluded` periods are left out, so that a slowly growing issue does not hide itself.
With calendar dates "the same time" is the same date of the year before, moved to the nearest same weekday, so that years of 53
weeks stay aligned; without, it is `frequency` periods back.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nghe.errors import Fault

Dates = NDArray[np.datetime64]


@dataclass(frozen=True, slots=True)
class Blocks:
    """The baseline of one judged period: offsets from it (all negative, rising), their seasons, and the season judged."""

    offsets: tuple[int, ...]
    levels: tuple[int, ...]
    season: int


def years_back(now: int, *, b: int, frequency: int, dates: Dates | None) -> list[int]:
    """Indexes of the same time 1 ... b years before `now`; -1 where it lies before the data."""
    if dates is None:
        return [now - year * frequency if now >= year * frequency else -1 for year in range(1, b + 1)]
    return [_index_of(_same_time(dates[now].astype(dt.date), year, frequency), dates) for year in range(1, b + 1)]


def _same_time(day: dt.date, years: int, frequency: int) -> dt.date:
    try:
        past = day.replace(year=day.year - years)
    except ValueError:  # 29 February
        past = dt.date(day.year - years, 3, 1)
    if frequency == 52:
        back = (past.weekday() - day.weekday()) % 7
        past += dt.timedelta(days=-back if back <= 3 else 7 - back)
    return past


def _index_of(day: dt.date, dates: Dates) -> int:
    place = int(np.searchsorted(dates, np.datetime64(day)))
    return place if place < len(dates) and dates[place] == np.datetime64(day) else -1


def blocks(now: int, references: Sequence[int], *, w: int, periods: int, left_out: int) -> Blocks:
    """The baseline of `now` from the indexes of the same time in earlier years (nearest first, all within the data).

    `left_out` newest periods before `now` are not used. Raises `Fault` where a year is too short for so many seasons.
    """
    season: dict[int, int] = dict.fromkeys(range(now - w, now), periods - 1)
    later = now
    for reference in references:
        season.update(dict.fromkeys(range(reference - w, reference + w + 1), periods - 1))
        if periods > 1:
            start, between = reference + w + 1, later - reference - 2 * w - 1
            if between < periods - 1:
                raise Fault("signals.seasons", "noPeriods",
                            f"{periods} seasons of windows of {2 * w + 1} do not fit into {later - reference} periods")
            length, rest = divmod(between, periods - 1)
            for level in range(periods - 1):
                stop = start + length + (level < rest)
                season.update(dict.fromkeys(range(start, stop), level))
                start = stop
        later = reference
    used = sorted(index for index in season if 0 <= index < now - left_out)
    names = sorted({season[index] for index in used})
    if not used or periods - 1 not in names:
        raise Fault("signals.baseline", "pastWeeksNotIncluded", "the baseline holds no period of the season that is judged")
    return Blocks(tuple(index - now for index in used), tuple(names.index(season[index]) for index in used), len(names) - 1)


def can_look_back(now: int, references: Sequence[int], w: int) -> bool:
    """Do all the windows lie within the data?"""
    return bool(references) and min(references) - w >= 0 and now > 0


def alike(judged: Sequence[int], *, b: int, w: int, periods: int, left_out: int, frequency: int,
          dates: Dates | None) -> dict[Blocks, list[int]]:
    """Judged periods by the shape of their baseline, so that all of one shape are fitted at once; those without one are absent.
    """
    groups: dict[Blocks, list[int]] = {}
    for now in judged:
        references = years_back(now, b=b, frequency=frequency, dates=dates)
        if can_look_back(now, references, w):
            groups.setdefault(blocks(now, references, w=w, periods=periods, left_out=left_out), []).append(now)
    return groups
