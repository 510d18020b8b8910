"""Late reports on files: read items with the period they are about and the period they came in, write the band of what may come.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np

from nghe.errors import Fault
from nghe.signals.evaluate import read_table
from nghe.signals.nowcast_drawing import draw_nowcast
from nghe.signals.periods import kind_of, label_of, number_of
from nghe.signals.triangle import Triangle, build_triangle, nowcast
from nghe.signals.words import Language

FIELDS = ("period", "known", "expected", "low", "high", "maturity", "basis")


def read_items(path: Path, *, delays: int) -> tuple[list[str], Triangle]:
    """Labels of the periods and their triangle, from `period,received,change` (change is 1 where the column is missing)."""
    rows = read_table(path, ("period", "received"))
    if not rows:
        raise Fault("signals.empty", path.name, "holds no row")
    kind = kind_of(rows[0]["period"].strip(), "line 2")
    items = []
    for line, row in enumerate(rows, 2):
        where = f"line {line}"
        about, received = (number_of(row[name].strip(), kind, where) for name in ("period", "received"))
        if received < about:
            raise Fault("signals.triangle", where,
                        f"was received in {row['received']}, before the period it is about ({row['period']})")
        text = (row.get("change") or "1").strip()
        try:
            change = int(text)
        except ValueError:
            raise Fault("signals.count", where, f"change {text!r} is no whole number") from None
        items.append((about, received, change))
    low = min(about for about, _, _ in items)
    high = max(received for _, received, _ in items)
    labels = [label_of(n, kind) for n in range(low, high + 1)]
    triangle = build_triangle(((a - low, r - low, c) for a, r, c in items), periods=len(labels), delays=delays, labels=labels)
    return labels, triangle


def write_nowcast(labels: list[str], triangle: Triangle, *, level: float, out: Path, plot: Path | None = None,
                  language: Language = "vi") -> dict[str, Any]:
    """Write the band of each period that is not complete; answers how many there are and how many have none."""
    bands = nowcast(triangle, level=level)
    with out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(FIELDS)
        for band in bands:
            numbers = ["" if not np.isfinite(value) else f"{value:.6g}" for value in (band.expected, band.low, band.high)]
            writer.writerow([labels[band.period], f"{band.known:.0f}", *numbers, band.maturity, band.basis])
    if plot:
        plot.write_text(draw_nowcast(labels, triangle, bands, language=language), encoding="utf-8")
    without = sum(not np.isfinite(band.expected) for band in bands)
    return {"periods": triangle.periods, "open": len(bands), "without_band": without}
