"""A question of a book as tables of counts for the attack on it: what an attacker can hold, and which cell is which.

One system for each base: of a single question all its answers and nets, of a multiple one each choice by itself, and those who
gave no answer by themselves. A table is a set of rows by one banner variable with both totals. Where the groups of a variable
leave some people out, the rest stands unnamed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nghe.disclosure.tables import Dimension, Table
from nghe.survey.arrays import Bools
from nghe.survey.banner.book import Book, Sheet

TOTAL, REST, ELSEWHERE = "\0all", "\0rest", "\0elsewhere"


@dataclass(frozen=True, slots=True)
class Cell:
    """Where a count of a table stands in the sheet; without a row it is the base of the column."""

    row: int | None
    column: int


@dataclass(frozen=True)
class Drawn:
    """A table and its cells in the sheet; `rows` are those that rest on the same base."""

    table: Table
    cells: tuple[Cell, ...]
    rows: tuple[int, ...]

    @property
    def groups(self) -> tuple[bool, ...]:
        """Cells of groups, not of the total: what is withdrawn with the table."""
        return tuple(cell.column > 0 for cell in self.cells)


def systems_of(book: Book, sheet: Sheet, hidden: Bools) -> list[list[Drawn]]:
    """`hidden` (R, C): cells that may not be shown, whatever else is."""
    if sheet.asked.is_multiple:
        return [_system(book, sheet, hidden, (row,), (row,)) for row in range(len(sheet.rows))]
    answers = tuple(at for at, _ in sheet.rows_of("answer"))
    inside = tuple(at for at, row in enumerate(sheet.rows) if row.kind != "missing")
    silent = [_counted(book, sheet, hidden, at) for at, _ in sheet.rows_of("missing")]
    return [_system(book, sheet, hidden, answers, inside), *silent]


def _system(book: Book, sheet: Sheet, hidden: Bools, answers: Sequence[int], rows: tuple[int, ...]) -> list[Drawn]:
    names = [sheet.rows[at].name for at in answers]
    blocks = [(tuple(answers), dict.fromkeys((*names, REST) if len(names) == 1 else names, TOTAL))]
    if len(names) > 1:
        blocks += [((at,), _parents_of_net(sheet, at, answers)) for at, _ in sheet.rows_of("net")]
    return [
        _drawn(book, sheet, hidden, block, parents, variable, columns, rows)
        for variable, _, columns in book.variables or (("", "", slice(1, 1)),) for block, parents in blocks
    ]


def _counted(book: Book, sheet: Sheet, hidden: Bools, row: int) -> list[Drawn]:
    """One row without its base: its count in all, and in the groups of each variable."""
    found = []
    for variable, _, columns in book.variables:
        shown = [0, *range(columns.start, columns.stop)]
        groups = [book.columns[column].level for column in shown[1:]]
        left = sheet.count[row, 0] - sheet.count[row, columns].sum()
        across = Dimension(f"\0{variable}", (TOTAL, *groups), dict.fromkeys([*groups, *([ELSEWHERE] if left else [])], TOTAL))
        counts, flags = sheet.count[row, shown].tolist(), hidden[row, shown].tolist()
        cells = tuple(Cell(row, column) for column in shown)
        found.append(Drawn(Table(f"{row} x {variable}", (across,), tuple(counts), tuple(flags)), cells, (row,)))
    return found


def _parents_of_net(sheet: Sheet, net: int, answers: Sequence[int]) -> dict[str, str]:
    """The net and what is outside it add up to all; each answer into one of the two."""
    name = net_name(sheet.rows[net].name)
    outside = f"{name}\0outside"
    members = set(sheet.rows[net].members)
    parents = {sheet.rows[at].name: name if set(sheet.rows[at].members) <= members else outside for at in answers}
    return {**parents, **dict.fromkeys(dict.fromkeys(parents.values()), TOTAL), name: TOTAL}


def net_name(name: str) -> str:
    return f"net\0{name}"


def _drawn(
    book: Book, sheet: Sheet, hidden: Bools, block: Sequence[int], parents: dict[str, str], variable: str, columns: slice,
    rows: tuple[int, ...],
) -> Drawn:
    base = block[0]
    shown = [0, *range(columns.start, columns.stop)]
    groups = [book.columns[column].level for column in shown[1:]]
    left = sheet.n[base, 0] - sheet.n[base, columns].sum()
    across = Dimension(f"\0{variable}", (TOTAL, *groups), dict.fromkeys([*groups, *([ELSEWHERE] if left else [])], TOTAL))
    levels = [net_name(sheet.rows[at].name) if sheet.rows[at].kind == "net" else sheet.rows[at].name for at in block]
    down = Dimension("answer", (TOTAL, *levels), parents)
    cells = [Cell(None, column) for column in shown] + [Cell(row, column) for row in block for column in shown]
    counts = [int(sheet.n[base, cell.column] if cell.row is None else sheet.count[cell.row, cell.column]) for cell in cells]
    small = sheet.n[base] < book.spec.k
    flags = [bool(small[cell.column] if cell.row is None else hidden[cell.row, cell.column]) for cell in cells]
    table = Table(f"{','.join(map(str, block))} x {variable}", (down, across), tuple(counts), tuple(flags))
    return Drawn(table, tuple(cells), rows)
