"""How a machine was judged on texts it had not seen: what more texts brought, and whether it is as sure as it is right.

Shares run from 0 to 1. Each comes with its interval (Wilson 1927), because it rests on so many texts and no more.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from nghe.charts.marks import Drawing, Mark, circle, line, mark, plain, points, words

Z = 1.959964
LEFT, RIGHT, ABOVE, BELOW = 34.0, 10.0, 8.0, 20.0
"""Room for the figures of the axes, px."""


@dataclass(frozen=True, slots=True)
class Step:
    """After learning from `learnt` texts: share right of `judged` unseen ones; `codes` is the mean F1 over codes."""

    learnt: int
    right: float
    judged: int
    codes: float


@dataclass(frozen=True, slots=True)
class Bin:
    """Texts of which the machine was about as sure (`said`, a mean), and the share of them that was right."""

    said: float
    right: float
    texts: int


def interval(share: float, texts: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share of so many texts; 0 to 1 where there are none."""
    if texts < 1:
        return 0.0, 1.0
    square = Z * Z
    middle = (share + square / (2 * texts)) / (1 + square / texts)
    half = Z / (1 + square / texts) * math.sqrt(share * (1 - share) / texts + square / (4 * texts * texts))
    return max(0.0, middle - half), min(1.0, middle + half)


def learning(steps: Sequence[Step], *, label: str, width: float = 320, height: float = 180) -> Drawing:
    """Share right with its interval (dots, whole line) and mean F1 over codes (broken line), over texts learnt from."""
    most = max((step.learnt for step in steps), default=1) or 1
    at = Plane(width, height)
    marks = at.frame([(step.learnt / most, plain(step.learnt)) for step in steps])
    marks.append(mark("polyline", "c-mid", points=points([at(step.learnt / most, step.codes) for step in steps])))
    marks.append(mark("polyline", "c-line", points=points([at(step.learnt / most, step.right) for step in steps])))
    for number, step in enumerate(steps):
        marks += at.dot(step.learnt / most, step.right, interval(step.right, step.judged), newest=number == len(steps) - 1)
    return Drawing(width, height, label, tuple(marks))


def calibration(bins: Sequence[Bin], *, label: str, width: float = 320, height: float = 180) -> Drawing:
    """Share right over what the machine said; on the line it is as right as it is sure, below it is too sure."""
    at = Plane(width, height)
    marks = at.frame([(tick / 100, f"{tick}") for tick in (0, 25, 50, 75, 100)])
    marks.append(line("c-ref", *at(0, 0), *at(1, 1)))
    for one in bins:
        marks += at.dot(one.said, one.right, interval(one.right, one.texts), newest=True)
    return Drawing(width, height, label, tuple(marks))


@dataclass(frozen=True, slots=True)
class Plane:
    """Two axes from 0 to 1, in px."""

    width: float
    height: float

    def __call__(self, x: float, y: float) -> tuple[float, float]:
        return (LEFT + (self.width - LEFT - RIGHT) * x, ABOVE + (self.height - ABOVE - BELOW) * (1 - y))

    def frame(self, names: Sequence[tuple[float, str]]) -> list[Mark]:
        """Lines at each quarter with their percents, and names under the x axis where there is room for them."""
        marks: list[Mark] = []
        for tick in (0, 25, 50, 75, 100):
            (x, y), (end, _y) = self(0, tick / 100), self(1, tick / 100)
            marks += [line("c-axis" if tick == 0 else "c-grid", x, y, end, y), words(f"{tick}", x - 5, y + 4, anchor="end")]
        last = math.inf
        for share, name in sorted(names, reverse=True):
            x = self(share, 0)[0]
            if last - x > 8 * len(name) + 8:
                marks.append(words(name, x, self.height - 4, anchor="end" if share == 1 else "middle"))
                last = x
        return marks

    def dot(self, x: float, y: float, reach: tuple[float, float], *, newest: bool) -> list[Mark]:
        (here, low), (_x, high), (_same, mid) = self(x, reach[0]), self(x, reach[1]), self(x, y)
        old = "" if newest else " old"
        return [line(f"c-ci{old}", here, low, here, high), circle("c-dot" if newest else "c-old", here, mid, 4)]
