"""Scrubbed items to sparse weekly counts: one Ibis expression, the same on DuckDB (one machine) and Spark (many).

An item is one coded, de-identified mention: `topic`, `place`, `channel`, `source` (a unit or a publisher, never a writer),
`report` (the report or press item that carried it) and `day`. A report counts once a topic, place and week, so that one busy
writer raises nothing. Counts are sparse: a cell without mentions has no row; `dense` makes the matrix that detectors take. Ibis
compiles the expression for other engines too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from nghe.errors import Fault

if TYPE_CHECKING:
    import ibis.expr.types as ir

NEEDED = ("topic", "place", "source", "report", "day")
SECONDS_A_DAY = 86_400
MONDAY = 3
"""1 January 1970 was a Thursday: day number + 3 is a multiple of 7 on Mondays."""


def local_day(at: ir.TimestampValue, *, hours_east: int = 7) -> ir.IntegerValue:
    """The day number (since 1970-01-01) at a place `hours_east` of UTC of a moment that is stored in UTC.

    A moment without a zone cannot be placed; convert it where it is known whose clock it is. Vietnam keeps UTC+7 all year.
    """
    return ((at.epoch_seconds() + hours_east * 3600) / SECONDS_A_DAY).floor().cast("int32")


def with_week(items: ir.Table, *, ends: int = 7) -> ir.Table:
    """Items with `week`: ISO weeks counted from that of 29 December 1969 (its Monday is week 0). `day` is a day number or a date.
    """
    check_columns(items.columns)
    day = items.day
    if day.type().is_timestamp():
        raise Fault("signals.clock", "day",
                    "is a moment, not a day; make it one with local_day, which asks for the place's clock")
    if day.type().is_date():
        import ibis

        day = day.delta(ibis.date("1970-01-01"), unit="day")
    return items.mutate(week=((day.cast("int32") + MONDAY + 7 - ends) / 7).floor().cast("int32"))


def weekly_counts(items: ir.Table, *, ends: int = 7) -> ir.Table:
    """Sparse counts: `topic, place, week, mentions` (reports that carried it), `sources` (distinct), `items`.

    Two steps of grouping instead of distinct counts, which keep a set for each of millions of groups.
    """
    weekly = with_week(items, ends=ends)
    once = weekly.group_by("topic", "place", "week", "report").agg(source=weekly.source.min(), items=weekly.count())
    by_source = once.group_by("topic", "place", "week", "source").agg(mentions=once.count(), items=once["items"].sum())
    return by_source.group_by("topic", "place", "week").agg(
        mentions=by_source.mentions.sum(), sources=by_source.count(), items=by_source["items"].sum())


def weekly_reports(items: ir.Table, *, ends: int = 7) -> ir.Table:
    """The offset: `place, week, reports` - how many reports came that could have carried a mention."""
    weekly = with_week(items, ends=ends)
    once = weekly.select("place", "week", "report").distinct()
    return once.group_by("place", "week").agg(reports=once.count())


def check_columns(columns: Sequence[str]) -> None:
    if missing := [name for name in NEEDED if name not in columns]:
        raise Fault("signals.columns", "items", f"no column {', '.join(missing)}")


@dataclass(frozen=True, slots=True)
class Cube:
    """Dense matrices W x S of 32-bit floats (weeks by series); `keys` S x 2: topic and place of each series."""

    first_week: int
    keys: NDArray[np.int64]
    mentions: NDArray[np.float32]
    sources: NDArray[np.float32]

    def label(self, row: int) -> str:
        from nghe.signals.periods import label_of

        return label_of(self.first_week + row + EPOCH_WEEK, "week")


EPOCH_WEEK = 102_737
"""Week number, in the counting of `periods`, of week 0 here."""


def dense(slices: Iterator[Any] | Sequence[Any], *, weeks: tuple[int, int], topics: int, places: int) -> Cube:
    """The cube of sparse counts: Arrow tables with topic (0 ... topics - 1), place (0 ... places - 1), week within `weeks`,
    inclusive.

    A series without any mention is left out. Raises `Fault` for a code out of range.
    """
    first, last = weeks
    span = last - first + 1
    mentions = np.zeros((span, topics * places), dtype=np.float32)
    sources = np.zeros((span, topics * places), dtype=np.float32)
    for table in slices:
        topic, place, week = (table[name].to_numpy().astype(np.int64) for name in ("topic", "place", "week"))
        if len(week) and (week.min() < first or week.max() > last or topic.min() < 0 or topic.max() >= topics or place.min() < 0
                          or place.max() >= places):
            raise Fault("signals.cube", "counts", "a topic, place or week lies outside what was said")
        cell = topic * places + place
        mentions[week - first, cell] = table["mentions"].to_numpy()
        sources[week - first, cell] = table["sources"].to_numpy()
    alive = np.flatnonzero(mentions.any(axis=0))
    if len(alive) == mentions.shape[1]:
        return Cube(first, np.column_stack(np.divmod(alive, places)), mentions, sources)
    return Cube(first, np.column_stack(np.divmod(alive, places)), mentions[:, alive], sources[:, alive])


def count_slices(items: ir.Table, weeks: tuple[int, int], *, at_once: int = 4, ends: int = 7) -> Iterator[Any]:
    """Arrow tables of `weekly_counts`, some weeks at a time, so that memory is bounded by those weeks."""
    first, last = weeks
    shift = MONDAY + 7 - ends
    for start in range(first, last + 1, at_once):
        low, high = start * 7 - shift, (min(start + at_once - 1, last) + 1) * 7 - shift
        part = items.filter((items.day >= low) & (items.day < high))
        yield weekly_counts(part, ends=ends).to_pyarrow()
