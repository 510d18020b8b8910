"""A series and its band as SVG text: what was seen, where counts lie without an issue, and the signals, told apart by shape.

Colours come from the page (`currentColor` and classes), so the drawing follows light, dark and print. Small counts lie in a
hatched band from 0 to 5; they have no point of their own.
"""

from __future__ import annotations

from collections.abc import Callable
from html import escape

import numpy as np

from nghe.charts.formats import number
from nghe.signals.cells import SMALL, printed
from nghe.signals.judge import Judged
from nghe.signals.words import Language

WIDTH, HEIGHT, LEFT, TOP, BOTTOM, RIGHT = 720, 240, 48, 16, 28, 12
TITLES = {"vi": "Số ý kiến và khoảng dự kiến", "en": "Mentions and what was expected"}
LEGEND = {"vi": ("ghi nhận", "khoảng dự kiến 95%", "tín hiệu"), "en": ("recorded", "expected, 95%", "signal")}


def draw_series(judged: Judged, series: str, *, last: int = 104, language: Language = "vi", hide_small: bool = True) -> str:
    """The last judged periods of one series, as one `<svg>`; `hide_small` draws counts of 1 to 4 as a band."""
    found, panel = judged.found, judged.panel
    column = panel.column(series)
    rows = np.arange(max(0, len(found.judged) - last), len(found.judged))
    count, upper = found.count[rows, column], found.upper[rows, column]
    low = found.extra["low"][rows, column] if "low" in found.extra else np.zeros(len(rows))
    high = found.extra["high"][rows, column] if "high" in found.extra else upper
    top = float(np.nanmax(np.concatenate([count, np.where(np.isfinite(high), high, 0), [SMALL + 1]])))
    labels = [panel.time.labels[int(at)] for at in found.judged[rows]]

    def x(i: int) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * (i / max(len(rows) - 1, 1))

    def y(value: float) -> float:
        return TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / top)

    title = f"{TITLES[language]}: {series}"
    parts = [(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" class="signal-chart" '
              f'aria-label="{escape(title)}"><title>{escape(title)}</title>')]
    told = [i for i in range(len(rows)) if np.isfinite(high[i])]
    for run_ in _runs(told):
        edge = [f"{x(i):.1f},{y(high[i]):.1f}" for i in run_] + [f"{x(i):.1f},{y(max(low[i], 0)):.1f}" for i in reversed(run_)]
        parts.append(f'<polygon class="band" points="{" ".join(edge)}" fill="currentColor" fill-opacity="0.14"/>')
    parts += _axis(top, labels, x, y, language)
    seen = [i for i in range(len(rows)) if np.isfinite(count[i])]
    for run_ in _runs(seen):
        line = " ".join(f"{x(i):.1f},{y(_drawn(count[i], hide=hide_small)):.1f}" for i in run_)
        parts.append(f'<polyline class="seen" points="{line}" fill="none" stroke="currentColor" stroke-width="1.5"/>')
    if hide_small:
        parts.append(f'<rect class="small" x="{LEFT}" y="{y(SMALL):.1f}" width="{WIDTH - LEFT - RIGHT}" '
                     f'height="{y(0) - y(SMALL):.1f}" fill="currentColor" fill-opacity="0.05"/>')
    parts += [f'<path class="signal" d="M{x(i):.1f},{y(_drawn(count[i], hide=hide_small)) - 7:.1f}l6,11h-12z" '
              f'fill="currentColor"><title>{escape(labels[i])}: {_said(count[i], language, hide=hide_small)}</title></path>'
              for i in seen if found.alarm[rows[i], column]]
    words = LEGEND[language]
    parts.append(f'<text x="{LEFT}" y="{HEIGHT - 2}" font-size="11" fill="currentColor">— {words[0]}  ▒ {words[1]}  ▲ {words[2]}'
                 "</text></svg>")
    return "".join(parts)


def _drawn(value: float, *, hide: bool) -> float:
    return SMALL / 2 if hide and 0 < value < SMALL else value


def _said(value: float, language: Language, *, hide: bool) -> str:
    return escape(printed(value)) if hide and value < SMALL else number(value, language)


def _axis(top: float, labels: list[str], x: Callable[[int], float], y: Callable[[float], float], language: Language) -> list[str]:
    lines = [
        f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y(value):.1f}" y2="{y(value):.1f}" stroke="currentColor" '
        f'stroke-opacity="0.25"/><text x="{LEFT - 6}" y="{y(value) + 4:.1f}" font-size="11" text-anchor="end" '
        f'fill="currentColor">{number(value, language)}</text>'
        for value in (0, round(top / 2), round(top))]
    ends = sorted({0, len(labels) - 1})
    return lines + [
        f'<text x="{x(i):.1f}" y="{HEIGHT - BOTTOM + 14}" font-size="11" text-anchor="{"start" if i == 0 else "end"}" '
        f'fill="currentColor">{escape(labels[i])}</text>' for i in ends]


def _runs(indexes: list[int]) -> list[list[int]]:
    """Stretches of successive indexes, so that a gap is not drawn over."""
    runs: list[list[int]] = []
    for index in indexes:
        if runs and runs[-1][-1] == index - 1:
            runs[-1].append(index)
        else:
            runs.append([index])
    return runs
