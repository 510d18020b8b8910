"""Places as tiles in a fixed order: where reports came from, and where not. Not a map, and no order of merit (R17)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from nghe.charts.marks import Drawing, Mark, mark, rect, words

KINDS = {"got": "c-merged", "miss": "c-box", "quiet": "c-quiet"}


@dataclass(frozen=True, slots=True)
class Tile:
    """`state`: "got" (a report came), "miss" (none yet), "quiet" (none for weeks); `said` is set under the name."""

    name: str
    state: Literal["got", "miss", "quiet"]
    said: str = ""


def tiles(rows: Sequence[Tile], *, label: str, columns: int = 6, side: float = 56) -> Drawing:
    """Equal squares, `columns` in a row, in the order given; the name in at most two lines."""
    marks: list[Mark] = []
    for number, row in enumerate(rows):
        x, y = number % columns * (side + 3), number // columns * (side + 3)
        marks.append(
            rect("c-band", x + 0.5, y + 0.5, side - 1, side - 1)
            if row.state == "got"
            else mark("rect", KINDS[row.state], x=x + 0.5, y=y + 0.5, width=side - 1, height=side - 1)
        )
        marks += [
            words(part, x + 4, y + 14 + 13 * place, "name") for place, part in enumerate(broken(row.name, int(side // 6.6)))
        ]
        if row.said:
            marks.append(words(row.said, x + side - 4, y + side - 5, "strong" if row.state != "miss" else "", anchor="end"))
    rows_drawn = (len(rows) + columns - 1) // columns
    return Drawing(columns * (side + 3) - 3, max(rows_drawn * (side + 3) - 3, side), label, tuple(marks))


def broken(name: str, room: int) -> list[str]:
    """A name in at most two lines of about `room` letters; what does not fit ends in an ellipsis."""
    lines = [""]
    for word in name.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > room:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    if len(lines) > 2:
        lines = [lines[0], lines[1][: room - 1] + "…"]
    return lines
