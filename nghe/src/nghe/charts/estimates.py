"""Estimates: a round dot with a solid interval for a survey, a diamond with a dashed one for a model. Each needs its interval."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from nghe.charts.marks import Drawing, Mark, circle, line, mark, plain, words


@dataclass(frozen=True, slots=True)
class Estimate:
    """A share in percent with its interval; `value` None where the question was not asked (`said` says so)."""

    name: str
    value: float | None
    low: float = 0.0
    high: float = 0.0
    newest: bool = False
    said: str = ""

    def __post_init__(self) -> None:
        if self.value is not None and not self.low <= self.value <= self.high:
            raise ValueError(
                f"{self.name}: {self.value} is not inside {self.low} to {self.high}; an estimate is drawn with its interval"
            )


def waves(rows: Sequence[Estimate], *, label: str, top: float = 60, width: float = 164, height: float = 164) -> Drawing:
    """One question over the waves of a survey, upright: the newest in colour, the ones before in grey."""
    left, bottom = 26.0, height - 22
    marks: list[Mark] = []
    for tick in range(0, int(top) + 1, 20):
        y = bottom - (bottom - 8) * tick / top
        marks += [
            line("c-axis" if tick == 0 else "c-grid", left, y, width - 4, y),
            words(str(tick), left - 5, y + 4, anchor="end"),
        ]
    step = (width - 4 - left) / max(len(rows), 1)
    for number, row in enumerate(rows):
        x = left + step * (number + 0.5)
        marks.append(words(row.name, x, height - 4, "strong" if row.newest else "", anchor="middle"))
        if row.value is None:
            marks.append(words(row.said, x, bottom - 10, anchor="middle"))
            continue
        y, low, high = (bottom - (bottom - 8) * value / top for value in (row.value, row.low, row.high))
        marks += [
            line("c-ci" if row.newest else "c-ci old", x, low, x, high),
            circle("c-dot" if row.newest else "c-old", x, y, 4.5),
        ]
    return Drawing(width, height, label, tuple(marks))


def intervals(
    rows: Sequence[Estimate], *, label: str, ticks: Sequence[float] = (25, 50, 75), width: float = 176, names: float = 62
) -> Drawing:
    """Several shares on one axis, lying: a name, the dot with its interval and caps, the figure given in `said`."""
    low, high = ticks[0], ticks[-1]
    room, bottom = width - names - 40, 18.0 * len(rows)

    def at(value: float) -> float:
        return names + room * (min(max(value, low), high) - low) / (high - low)

    marks: list[Mark] = []
    for tick in ticks:
        marks += [line("c-grid", at(tick), 0, at(tick), bottom), words(plain(tick), at(tick), bottom + 13, anchor="middle")]
    for number, row in enumerate(rows):
        y = 18.0 * (number + 0.5)
        marks.append(words(row.name, 0, y + 4, "name" if row.newest else ""))
        if row.value is None:
            continue
        kind = "c-cap" if row.newest else "c-cap old"
        marks += [
            line(kind, at(row.low), y, at(row.high), y),
            line(kind, at(row.low), y - 3.5, at(row.low), y + 3.5),
            line(kind, at(row.high), y - 3.5, at(row.high), y + 3.5),
            circle("c-dot" if row.newest else "c-old", at(row.value), y, 4.5),
            words(row.said, width, y + 4, "strong", anchor="end"),
        ]
    return Drawing(width, bottom + 16, label, tuple(marks))


def ratio(
    value: float, low: float, high: float, *, label: str, width: float = 150, height: float = 24, most: float = 4
) -> Drawing:
    """A model's ratio on a log axis from 1/`most` to `most`, with a line at 1; what lies outside ends at the edge."""
    if not 0 < low <= value <= high:
        raise ValueError(f"a ratio needs 0 < low <= value <= high, not {low}, {value}, {high}")

    def at(x: float) -> float:
        return width / 2 + (width / 2 - 4) * max(-1.0, min(1.0, math.log(x) / math.log(most)))

    y = height / 2
    marks = [line("c-grid", at(tick), 0, at(tick), height) for tick in (1 / most, most**-0.5, most**0.5, most)]
    marks += [
        line("c-ref", at(1), 0, at(1), height),
        line("c-model", at(low), y, at(high), y),
        mark("path", "c-dot", d=f"M{plain(at(value))} {plain(y - 5)}l5 5-5 5-5-5z"),
    ]
    return Drawing(width, height, label, tuple(marks))
