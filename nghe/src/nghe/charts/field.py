"""What was heard in the field: squares, circles, reaches and bars of counts. Never an interval: there is no sample."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nghe.charts.marks import Drawing, Mark, circle, line, rect, words

FIGURE = 7.2
"""Width of one figure at the size of a chart's letters, px (both shipped weights have tabular figures)."""


@dataclass(frozen=True, slots=True)
class Week:
    """Places that heard it, and how many at most if every silent place had heard it too."""

    name: str
    places: int
    upper: int


@dataclass(frozen=True, slots=True)
class Area:
    """Places of one area: heard it, reported without it, could have reported and did not."""

    name: str
    heard: int
    reported: int
    could: int


@dataclass(frozen=True, slots=True)
class Bar:
    """`merged`: several that were too small to stand alone; `side`: not the one that is spoken of first."""

    name: str
    count: int
    side: bool = False
    merged: bool = False


@dataclass(frozen=True, slots=True)
class Reach:
    """One row: places now with their reach, over the lowest and highest that earlier weeks could have had."""

    places: int
    upper: int
    low: int
    high: int
    strong: bool = False


def squares(heard: int, reported: int, could: int, *, label: str, side: int = 8, gap: int = 2) -> Drawing:
    """One square a place in two rows: filled heard it, hollow reported without it, a dash did not report."""
    marks: list[Mark] = []
    step = side + gap
    for place in range(could):
        x, y = place // 2 * step, place % 2 * step
        if place < heard:
            marks.append(rect("c-on", x, y, side, side))
        elif place < reported:
            marks.append(rect("c-off", x + 0.5, y + 0.5, side - 1, side - 1))
        else:
            marks.append(line("c-miss", x + 1, y + side / 2, x + side - 1, y + side / 2))
    return Drawing(max((could + 1) // 2 * step - gap, side), min(could, 2) * step - gap, label, tuple(marks))


def weeks(rows: Sequence[Week], *, label: str, top: int, width: float = 176, height: float = 88, reach: str = "") -> Drawing:
    """Places a week on an axis up to `top` (all places): a dot for certain, a stroke up to what the silent could add.

    `reach` is the newest week's reach in words ("11–14"), set beside its stroke.
    """
    left, bottom, room = 22.0, height - 18.0, 44.0 if reach else 8.0
    marks: list[Mark] = []
    for tick in axis(top):
        y = bottom - (bottom - 8) * tick / top
        marks += [
            line("c-axis" if tick == 0 else "c-grid", left, y, width - room + 4, y),
            words(str(tick), left - 5, y + 4, anchor="end"),
        ]
    step = (width - room - left) / max(len(rows), 1)
    for number, row in enumerate(rows):
        x, newest = left + step * (number + 0.5), number == len(rows) - 1
        y, above = (bottom - (bottom - 8) * value / top for value in (row.places, row.upper))
        old = "" if newest else " old"
        if row.upper > row.places:
            marks += [line(f"c-cap{old}", x, y, x, above), line(f"c-cap{old}", x - 3.5, above, x + 3.5, above)]
        marks.append(circle("c-dot" if newest else "c-old", x, y, 4.6 if newest else 3.6))
        marks.append(words(row.name, x, height - 4, "strong" if newest else "", anchor="middle"))
        if newest and reach:
            marks.append(words(reach, x + 9, above + 4, "strong"))
    return Drawing(width, height, label, tuple(marks))


def axis(top: int) -> list[int]:
    """Three or four ticks that are whole numbers, the last one `top`."""
    for parts in (3, 4, 2):
        if top % parts == 0 and top >= parts:
            return [top // parts * tick for tick in range(parts + 1)]
    return [0, top // 2, top] if top > 1 else [0, max(top, 1)]


def areas(rows: Sequence[Area], *, label: str, width: float = 176) -> Drawing:
    """One circle a place, by area: filled heard it, hollow reported without it, a dash did not report; the fraction beside."""
    marks: list[Mark] = []
    y, step = 4.0, 12.5
    most = max(1, int((width - 36) // step))
    for row in rows:
        beside = len(row.name) * 6.4 < 62 and row.could * step <= width - 66 - 36
        x0 = 66.0 if beside else 0.0
        marks.append(words(row.name, 0, y + 10 if beside else y + 9))
        y += 0 if beside else 14
        for place in range(row.could):
            x, at = x0 + place % most * step + 5, y + place // most * 13 + 6
            if place < row.heard:
                marks.append(circle("c-on", x, at, 4.4))
            elif place < row.reported:
                marks.append(circle("c-off", x, at, 4))
            else:
                marks.append(line("c-miss", x - 3.5, at, x + 3.5, at))
        marks.append(words(f"{row.heard}/{row.reported}", x0 + min(row.could, most) * step + 8, y + 10, "strong"))
        y += 13 * ((row.could - 1) // most + 1) + (3 if beside else 5)
    return Drawing(width, y, label, tuple(marks))


def bars(rows: Sequence[Bar], *, label: str, width: float = 176, names: float = 82) -> Drawing:
    """Counts as bars with their figures; what was merged has a dashed edge."""
    top = max((row.count for row in rows), default=1) or 1
    room = width - names - 4 - FIGURE * len(str(top))
    marks: list[Mark] = []
    for number, row in enumerate(rows):
        y, long = number * 15.0, max(room * row.count / top, 1.5)
        marks.append(words(row.name, 0, y + 11))
        marks.append(rect("c-merged" if row.merged else "c-side" if row.side else "c-on", names, y + 2.5, long, 9))
        marks.append(words(str(row.count), names + long + 4, y + 11, "strong"))
    return Drawing(width, max(len(rows) * 15.0, 15), label, tuple(marks))


def reaches(rows: Sequence[Reach], *, label: str, top: int, width: float = 150, row_height: float = 16) -> Drawing:
    """A column beside a table: for each row the dot of this week, its reach, and the band of the earlier weeks."""
    marks: list[Mark] = [line("c-grid", width * tick / top, 0, width * tick / top, row_height * len(rows)) for tick in axis(top)]
    for number, row in enumerate(rows):
        y = row_height * (number + 0.5)
        x, end, low, high = (width * value / top for value in (row.places, row.upper, row.low, row.high))
        old = "" if row.strong else " old"
        marks += [
            rect("c-band", low, y - 5.5, max(high - low, 1), 11),
            line(f"c-cap{old}", x, y, end, y),
            line(f"c-cap{old}", end, y - 3.5, end, y + 3.5),
            circle("c-dot" if row.strong else "c-old", x, y, 4.4),
        ]
    return Drawing(width, row_height * max(len(rows), 1), label, tuple(marks))


FILLS = (("c-ink", ""), ("c-hatch", "hatch"), ("c-dots", "dots"), ("c-mut", ""))


def parts(counts: Sequence[int], total: int, *, label: str, width: float = 132, height: float = 14) -> Drawing:
    """How many of `total` notes carry each mood, in ink patterns; what is left is paper. At most four: merge the rest first."""
    if len(counts) > len(FILLS):
        raise ValueError(f"{len(counts)} parts; {len(FILLS)} can be told apart: merge the smallest first")
    inside, x, marks = width - 1, 0.5, []
    scale = max(total, sum(counts), 1)
    for (kind, fill), count in zip(FILLS, counts, strict=False):
        marks.append(rect(kind, x, 0.5, inside * count / scale, height - 1, fill=fill))
        x += inside * count / scale
    if x < width - 1:
        marks.append(rect("c-off", x, 0.5, width - 0.5 - x, height - 1))
    return Drawing(width, height, label, tuple(marks))
