"""Counts from a CSV table, checked row by row, and alarms into one.

In: `series,period,count[,population][,reports][,sources]`, in any order of rows and columns. A series that has no row for a
period has a gap there: it is not judged and not part of a baseline. `sources` (how many distinct ones a count comes from) says
that counts are of people or notes about them: no cell under the floor is judged, and small counts are not printed.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from nghe.errors import Fault
from nghe.privacy.find import find
from nghe.signals.panel import Panel
from nghe.signals.periods import kind_of, number_of, timeline

NEEDED, ALLOWED = ("series", "period", "count"), ("population", "reports", "sources")
LARGEST = 1e12
COLUMNS = ("series", "period", "count", "expected", "upper", "p", "q", "judged", "alarm", "why")


def read_counts(path: Path, *, frequency: int | None = None) -> Panel:
    """The panel of a CSV file (UTF-8, with or without mark); a `Fault` names the line that is wrong."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return panel_of(csv.DictReader(file), frequency=frequency)
    except UnicodeDecodeError as fault:
        raise Fault("signals.encoding", path.name, f"is not UTF-8 at byte {fault.start}; save it as CSV UTF-8") from None


def panel_of(rows: Any, *, frequency: int | None = None) -> Panel:
    """The panel of rows as dictionaries of text (a `csv.DictReader`)."""
    header = list(rows.fieldnames or [])
    if missing := [name for name in NEEDED if name not in header]:
        raise Fault("signals.columns", "line 1", f"no column {', '.join(missing)}; a table of counts has {', '.join(NEEDED)}")
    if unknown := [name for name in header if name not in NEEDED + ALLOWED]:
        raise Fault("signals.columns", "line 1", f"column {unknown[0]!r} is not known; besides {', '.join(NEEDED)} there may be "
                    f"{', '.join(ALLOWED)}")
    extra = [name for name in ALLOWED if name in header]
    cells: dict[tuple[str, int], tuple[int, list[float]]] = {}
    kind = None
    for line, row in enumerate(rows, 2):
        where = f"line {line}"
        if None in row or any(row[name] is None for name in header):
            raise Fault("signals.columns", where, f"has not {len(header)} fields")
        name, label = row["series"].strip(), row["period"].strip()
        if not name:
            raise Fault("signals.series", where, "the series has no name")
        kind = kind or kind_of(label, where)
        key = (name, number_of(label, kind, where))
        if key in cells:
            raise Fault("signals.duplicate", where,
                        f"{name} has {label} already in line {cells[key][0]}; add the two or take one out")
        count = count_of(row["count"], where)
        cells[key] = line, [count, *(_sources(row[each], count, where) if each == "sources" else _positive(row[each], each, where)
                                     for each in extra)]
    if kind is None:
        raise Fault("signals.empty", "line 2", "there is no row of counts")
    series = tuple(dict.fromkeys(name for name, _ in cells))
    check_names(series)
    time = timeline(sorted({number for _, number in cells}), kind, frequency)
    low = min(number for _, number in cells)
    matrices = np.full((1 + len(extra), len(time), len(series)), np.nan)
    column = {name: place for place, name in enumerate(series)}
    for (name, number), (_, values) in cells.items():
        matrices[:, (number - low) // time.step, column[name]] = values
    more = {name: matrices[place] for place, name in enumerate(extra, 1)}
    return Panel(time, series, matrices[0], more.get("population"), more.get("reports"), more.get("sources"))


def check_names(series: Iterable[str]) -> None:
    """A series is a topic, a place, a channel - never a person: a name or number of one in its name is refused."""
    for name in series:
        for part in name.split("/"):
            text = part.strip()
            for hit in find(text):
                if hit.type != "PERSON" or (hit.start == 0 and hit.end == len(text)):
                    raise Fault("signals.person", "series", "a series is named like a person or by a number of one; "
                                "counts are never kept by person. Name it by topic and place")


def count_of(text: str, where: str, name: str = "count") -> float:
    """A whole number from 0 on; an empty field is a gap."""
    text = text.strip()
    if not text:
        return float("nan")
    try:
        value = float(text)
    except ValueError:
        raise Fault(f"signals.{name}", where, f"{name} {text!r} is no number") from None
    if not np.isfinite(value):
        raise Fault(f"signals.{name}", where, f"{name} {text!r} is no number")
    if value < 0:
        raise Fault(f"signals.{name}", where,
                    f"{name} {text} is negative; a revision goes into the reporting triangle, not into a count")
    if value != int(value):
        raise Fault(f"signals.{name}", where,
                    f"{name} {text} is a fraction; counts are whole (weights and rates do not belong here)")
    if value > LARGEST:
        raise Fault(f"signals.{name}", where, f"{name} {text} is larger than {LARGEST:.0e}; is it one?")
    return value


def _sources(text: str, count: float, where: str) -> float:
    """Distinct sources of a count; an empty field is not known, which counts as too few."""
    value = count_of(text, where, "sources")
    if np.isfinite(value) and np.isfinite(count) and (value > count or (value == 0 and count > 0)):
        raise Fault("signals.sources", where, f"{value:.0f} sources of {count:.0f} mentions; each "
                    "mention has a source, and each source a mention")
    return value


def _positive(text: str, name: str, where: str) -> float:
    text = text.strip()
    if not text:
        return float("nan")
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not np.isfinite(value) or value < 0 or (value == 0 and name == "population"):
        raise Fault(f"signals.{name}", where, f"{name} {text!r} is not above 0")
    return value


def write_rows(path: Path, rows: Iterable[Mapping[str, Any]], columns: Sequence[str] = COLUMNS) -> int:
    """Write rows as CSV; answers how many."""
    number = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        for row in rows:
            writer.writerow(row)
            number += 1
    return number
