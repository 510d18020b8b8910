"""Shares of what an office took on, as wide as the page: bars of a way, and a dot with its interval beside the common share.

Drawn in percent of the width, so that one drawing serves a desk and a phone; a document takes none of them.
"""

from __future__ import annotations

from nghe.charts.marks import Drawing, Mark, circle_at, line_at, mark, rect_at

TICKS = 4


def way(went: int, left: int, heard: int, *, label: str, height: float = 24) -> Drawing:
    """Of `heard` in all, what went on (filled) and what was left out at this step (hatched); the rest is paper."""
    if not 0 <= went + left <= heard or min(went, left) < 0:
        raise ValueError(f"went {went} and left {left} of {heard}: at most all can have come so far")
    whole = max(heard, 1)
    marks: list[Mark] = [rect_at("c-on", 0, went / whole, 0, height)]
    if left:
        marks.append(rect_at("c-hatch", went / whole, left / whole, 0.5, height - 1, fill="hatch"))
    return Drawing(100, height, label, tuple(marks), fluid=True)


def share(value: float, low: float, high: float, *, common: float, top: float, label: str, strong: bool = False,
          height: float = 26) -> Drawing:
    """One share with its interval on an axis from 0 to `top` (all are shares of 1), over a line at the `common` share."""
    if not 0 <= low <= value <= high <= 1:
        raise ValueError(f"a share needs 0 <= low <= value <= high <= 1, not {low}, {value}, {high}")
    middle = height / 2
    old = "" if strong else " old"
    marks = [line_at("c-grid", tick / TICKS, 0, tick / TICKS, height) for tick in range(TICKS + 1)]
    marks += [
        line_at("c-ref", min(common / top, 1), 0, min(common / top, 1), height),
        line_at(f"c-ci{old}", low / top, middle, min(high / top, 1), middle),
        circle_at("c-dot" if strong else "c-old", min(value / top, 1), middle, 5),
    ]
    return Drawing(100, height, label, tuple(marks), fluid=True)


def share_axis(top: float) -> Drawing:
    """The figures under such a column, in percent: an ornament, since each row says its own."""
    ends = {0: "start", TICKS: "end"}
    return Drawing(100, 16, "", tuple(
        mark("text", "", text=f"{100 * top * tick / TICKS:g}", x=f"{100 * tick / TICKS:g}%", y=12,
             text_anchor=ends.get(tick, "middle")) for tick in range(TICKS + 1)
    ), fluid=True)


def top_of(highest: float) -> float:
    """The end of the axis for shares up to `highest`: 0.2, 0.4, 0.6, 0.8 or 1."""
    return next((top for top in (0.2, 0.4, 0.6, 0.8) if highest <= top), 1.0)
