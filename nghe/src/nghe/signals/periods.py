"""Periods by name: an ISO week `2026-W46`, a month `2026-11`, a day `2026-11-09`, or a whole number.

A period is a name, never a moment: clocks and time zones are settled when items are counted (`cube`), so a time of day here is
refused.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from nghe.errors import Fault

Kind = Literal["week", "month", "day", "number"]
FREQUENCY: dict[Kind, int] = {"week": 52, "month": 12, "day": 365}
SHAPES: dict[Kind, re.Pattern[str]] = {
    "week": re.compile(r"(\d{4})-?W(\d{2})"),
    "month": re.compile(r"(\d{4})-(\d{2})"),
    "day": re.compile(r"(\d{4})-(\d{2})-(\d{2})"),
    "number": re.compile(r"-?\d+"),
}
WORDS = "an ISO week (2026-W46), a month (2026-11), a day (2026-11-09) or a whole number"


@dataclass(frozen=True, slots=True)
class Timeline:
    """Successive periods without a hole: `labels` as printed, `dates` the first day of each (None for numbers)."""

    kind: Kind
    labels: tuple[str, ...]
    frequency: int
    dates: NDArray[np.datetime64] | None
    step: int = 1

    def __len__(self) -> int:
        return len(self.labels)


def kind_of(label: str, where: str) -> Kind:
    for kind, shape in SHAPES.items():
        if shape.fullmatch(label):
            return kind
    if re.search(r"\d:\d|T\d", label):
        raise Fault("signals.period", where,
                    f"{label!r} holds a time of day; a period is {WORDS}. Count the items by day or week first")
    raise Fault("signals.period", where, f"{label!r} is not {WORDS}")


def number_of(label: str, kind: Kind, where: str) -> int:
    """The place of a period on the axis of its kind: weeks, days and months since the year 1."""
    match = SHAPES[kind].fullmatch(label)
    if match is None:
        raise Fault("signals.period", where, f"{label!r} is no {kind}, as the first period is; one table has one kind of period")
    if kind == "number":
        return int(label)
    try:
        match kind:
            case "week":
                year, week = int(match[1]), int(match[2])
                return (dt.date.fromisocalendar(year, week, 1).toordinal() - 1) // 7
            case "month":
                return int(match[1]) * 12 + dt.date(int(match[1]), int(match[2]), 1).month - 1
            case _:
                return dt.date.fromisoformat(label).toordinal()
    except ValueError:
        raise Fault("signals.period", where,
                    f"there is no {kind} {label}" + (f"; {match[1]} has 52 weeks" if match[2] == "53" else "")) from None


def first_day(number: int, kind: Kind) -> dt.date:
    match kind:
        case "week":
            return dt.date.fromordinal(number * 7 + 1)
        case "month":
            return dt.date(number // 12, number % 12 + 1, 1)
        case _:
            return dt.date.fromordinal(number)


def label_of(number: int, kind: Kind) -> str:
    if kind == "number":
        return str(number)
    day = first_day(number, kind)
    if kind == "week":
        year, week, _ = day.isocalendar()
        return f"{year}-W{week:02}"
    return day.isoformat() if kind == "day" else f"{day.year}-{day.month:02}"


def timeline(numbers: Sequence[int], kind: Kind, frequency: int | None = None) -> Timeline:
    """All periods from the first to the last of `numbers`; days that are seven apart make a weekly line."""
    if kind == "number" and frequency is None:
        raise Fault("signals.frequency", "period", "periods are numbers: say how many make a year (--frequency 52)")
    if frequency is not None and frequency < 1:
        raise Fault("signals.frequency", "--frequency", f"{frequency} periods a year make no sense")
    if not numbers:
        raise Fault("signals.empty", "counts", "there is no row of counts")
    low, high = min(numbers), max(numbers)
    step = 7 if kind == "day" and len(numbers) > 1 and all((n - low) % 7 == 0 for n in numbers) else 1
    axis = range(low, high + 1, step)
    if len(axis) > 20_000:
        raise Fault("signals.period", "period",
                    f"{label_of(low, kind)} to {label_of(high, kind)} are {len(axis)} periods; is one mistyped?")
    dates = None if kind == "number" else np.array([first_day(n, kind) for n in axis], dtype="datetime64[D]")
    usual = 52 if step == 7 else FREQUENCY.get(kind, 0)
    return Timeline(kind, tuple(label_of(n, kind) for n in axis), frequency or usual, dates, step)
