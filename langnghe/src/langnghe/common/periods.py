"""Named spans of days. A week may run Monday to Sunday or, as many offices count, Thursday to Wednesday."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Self

WEEK_STARTS = {"mon-sun": 0, "thu-wed": 3}
"""Rule of a week → how many days before the Monday of its ISO week it begins, as weekday of the first day."""

_WEEK = re.compile(r"^(\d{4})-W(\d{2})$")


@dataclass(frozen=True, slots=True)
class Period:
    code: str
    rule: str
    first_day: dt.date
    last_day: dt.date

    @classmethod
    def week(cls, code: str, rule: str = "mon-sun") -> Self:
        """The week `2026-W46`. Under `thu-wed` it is the seven days that end on the Wednesday of that ISO week.

        Raises ValueError for a code that names no week, or a rule that is not known.
        """
        match = _WEEK.match(code)
        if not match or rule not in WEEK_STARTS:
            raise ValueError(f"{code!r} with rule {rule!r} names no week; write for example 2026-W46.")
        monday = dt.date.fromisocalendar(int(match[1]), int(match[2]), 1)
        start = WEEK_STARTS[rule]
        first = monday if start == 0 else monday - dt.timedelta(days=7 - start)
        return cls(code, rule, first, first + dt.timedelta(days=6))

    @classmethod
    def week_of(cls, day: dt.date, rule: str = "mon-sun") -> Self:
        """The week that holds this day."""
        start = WEEK_STARTS[rule]
        anchor = day if start == 0 else day + dt.timedelta(days=7 - start)
        year, number, _ = anchor.isocalendar()
        return cls.week(f"{year}-W{number:02}", rule)

    def before(self, steps: int = 1) -> Self:
        return type(self).week_of(self.first_day - dt.timedelta(days=7 * (steps - 1) + 1), self.rule)

    def after(self) -> Self:
        return type(self).week_of(self.last_day + dt.timedelta(days=1), self.rule)

    def __contains__(self, day: dt.date) -> bool:
        return self.first_day <= day <= self.last_day

    @property
    def number(self) -> int:
        return int(self.code[-2:])

    @property
    def year(self) -> int:
        return int(self.code[:4])
