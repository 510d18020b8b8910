"""A line with its band: weekly figures, and what they could have been."""

from __future__ import annotations

from collections.abc import Sequence

from nghe.charts.marks import Drawing, Mark, circle, mark, points


def trend(
    values: Sequence[float | None],
    low: Sequence[float],
    high: Sequence[float],
    *,
    label: str,
    width: float = 168,
    height: float = 44,
    top: float | None = None,
) -> Drawing:
    """One figure a week over a band from `low` to `high`; a week without a figure breaks the line. All three are of one length.

    For what was heard in the field the band is no interval: it goes from what was heard to what the silent places could add.
    """
    if not len(values) == len(low) == len(high):
        raise ValueError(f"{len(values)} values, {len(low)} lower and {len(high)} upper bounds: they must be of one length")
    most = top or max([1.0, *high, *(value for value in values if value is not None)])
    step = (width - 8) / max(len(values) - 1, 1)

    def at(week: int, value: float) -> tuple[float, float]:
        return 2 + step * week, height - 3 - (height - 7) * value / most

    band = [at(week, value) for week, value in enumerate(high)] + [at(week, low[week]) for week in reversed(range(len(low)))]
    marks: list[Mark] = [mark("polygon", "c-band", points=points(band))]
    run: list[tuple[float, float]] = []
    for week, value in [*enumerate(values), (len(values), None)]:
        if value is not None:
            run.append(at(week, value))
        elif run:
            marks.append(mark("polyline", "c-line", points=points(run)))
            run = []
    if values and values[-1] is not None:
        marks.append(circle("c-dot", *at(len(values) - 1, values[-1]), 4))
    return Drawing(width, height, label, tuple(marks))
