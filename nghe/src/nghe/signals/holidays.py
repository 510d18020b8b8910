"""Tết: the weeks in which hardly anybody reports, and which move against the calendar.

First days of the Vietnamese lunar year, 2010 to 2040, as the state's calendar has them (UTC+7). The three weeks around them, from
the week of the kitchen gods to the week after the first day, are marked.
"""

from __future__ import annotations

import datetime as dt

import numpy as np
from numpy.typing import NDArray

FIRST_DAYS = """
2010-02-14 2011-02-03 2012-01-23 2013-02-10 2014-01-31 2015-02-19 2016-02-08 2017-01-28 2018-02-16 2019-02-05 2020-01-25
2021-02-12 2022-02-01 2023-01-22 2024-02-10 2025-01-29 2026-02-17 2027-02-06 2028-01-26 2029-02-13 2030-02-02 2031-01-23
2032-02-11 2033-01-31 2034-02-19 2035-02-08 2036-01-28 2037-02-15 2038-02-04 2039-01-24 2040-02-12
"""


def tet_days() -> tuple[dt.date, ...]:
    return tuple(dt.date.fromisoformat(day) for day in FIRST_DAYS.split())


def is_tet(start: dt.date, end: dt.date) -> bool:
    """Does this span (both days in it) touch the ten days from four before the first day of the year to five after?"""
    return any(start <= first + dt.timedelta(days=5) and end >= first - dt.timedelta(days=4) for first in tet_days())


def tet_weeks(dates: NDArray[np.datetime64] | None) -> NDArray[np.bool_] | None:
    """Per week (its first day): does it touch Tết? None where there are no dates."""
    if dates is None:
        return None
    firsts = [day.astype(dt.date) for day in dates]
    return np.array([is_tet(first, first + dt.timedelta(days=6)) for first in firsts], dtype=bool)
