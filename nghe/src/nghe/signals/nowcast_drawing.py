"""Counts so far and the band of what they may become, as SVG text. The band is drawn, never a line through it: nobody has counted
it.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np

from nghe.charts.formats import number
from nghe.signals.triangle import Nowcast, Triangle
from nghe.signals.words import Language

WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 720, 240, 48, 16, 28
LEGEND = {"vi": ("đã nhận", "có thể còn về thêm"), "en": ("received", "may still come")}
TITLE = {"vi": "Đã nhận đến nay, và khoảng có thể còn về thêm", "en": "Received so far, and what may still come"}


def draw_nowcast(labels: Sequence[str], triangle: Triangle, bands: Sequence[Nowcast], *, last: int = 30,
                 language: Language = "vi") -> str:
    """One `<svg>`: a bar of what is known for each of the last periods, a box from low to high where a band could be made."""
    known = triangle.latest
    rows = range(max(0, len(labels) - last), len(labels))
    by_period = {band.period: band for band in bands if np.isfinite(band.high)}
    top = max([float(known[t]) for t in rows] + [by_period[t].high for t in rows if t in by_period] + [1.0])
    step = (WIDTH - LEFT) / max(len(rows), 1)

    def y(value: float) -> float:
        return TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / top)

    title = TITLE[language]
    parts = [(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" class="nowcast-chart" '
              f'aria-label="{escape(title)}"><title>{escape(title)}</title>')]
    for place, t in enumerate(rows):
        x = LEFT + place * step
        parts.append(f'<rect class="known" x="{x + 2:.1f}" y="{y(known[t]):.1f}" width="{max(step - 4, 1):.1f}" '
                     f'height="{y(0) - y(known[t]):.1f}" fill="currentColor" fill-opacity="0.6"><title>{escape(labels[t])}: '
                     f"{number(float(known[t]), language)}</title></rect>")
        if t in by_period:
            band = by_period[t]
            parts.append(f'<rect class="band" x="{x + 2:.1f}" y="{y(band.high):.1f}" width="{max(step - 4, 1):.1f}" '
                         f'height="{max(y(band.low) - y(band.high), 1):.1f}" fill="currentColor" fill-opacity="0.15" '
                         'stroke="currentColor" stroke-dasharray="3 2"/>')
    ends = sorted({0, len(rows) - 1})
    parts += [f'<text x="{LEFT + (place + 0.5) * step:.1f}" y="{HEIGHT - BOTTOM + 14}" font-size="11" '
              f'text-anchor="{"start" if place == 0 else "end"}" fill="currentColor">{escape(labels[rows[place]])}</text>'
              for place in ends]
    parts += [f'<text x="{LEFT - 6}" y="{y(value) + 4:.1f}" font-size="11" text-anchor="end" fill="currentColor">'
              f"{number(round(value), language)}</text>" for value in (0, top)]
    words = LEGEND[language]
    parts.append(f'<text x="{LEFT}" y="{HEIGHT - 2}" font-size="11" fill="currentColor">■ {words[0]}  ▒ {words[1]}</text>')
    return "".join([*parts, "</svg>"])
