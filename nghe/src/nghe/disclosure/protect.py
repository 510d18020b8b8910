"""Make a release safe: what is too small is merged, then hidden, then covered; and the result is attacked before it goes out.

The order of R4: merge categories, hide what is still too small, hide further cells until the audit finds nothing. Sums are never
changed: a count is shown as it is, or not at all. Totals and subtotals are hidden only where cells alone do not suffice, and a
table that cannot be made safe so is withdrawn whole.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from nghe.disclosure.attack import Equation, fitting_counts
from nghe.disclosure.audit import Audit, audit_release, floor_for, share_cells
from nghe.disclosure.complement import Block
from nghe.disclosure.linked import Linked, link_tables
from nghe.disclosure.merge import MOSTLY, merge_small_levels
from nghe.disclosure.primary import K_PUBLISHED, check_floor, presentable
from nghe.disclosure.tables import Table
from nghe.errors import Fault

MARGIN_COST = 1000.0
"""A total counts for as much as this many cells."""
LARGER = 0.2
"""A cell counts for a little more, the more people it counts (by this times the logarithm): smaller ones cover first."""


@dataclass(frozen=True, slots=True)
class Protected:
    """Tables that may go out, with the audit that says so.

    Findings that are left are of earlier releases, lost before. `joined` names the merged levels, `withdrawn` the ids of tables
    that could not be made safe. `cells` are those that came in, `shown` those that go out with a count of their own (a merged
    level is one cell), `primary` hidden as too small, `complementary` hidden to cover them.
    """

    tables: tuple[Table, ...]
    joined: Mapping[tuple[str, str], tuple[str, ...]]
    withdrawn: tuple[str, ...]
    audit: Audit
    cells: int
    shown: int
    primary: int
    complementary: int


def protect_release(
    tables: Sequence[Table], *, k: int = K_PUBLISHED, earlier: Sequence[Table] = (), merge: Iterable[str] | None = None,
    ordered: Iterable[str] = (), mostly: float = MOSTLY, prune: bool = True, joint: bool | None = None,
) -> Protected:
    """The release made safe next to `earlier` ones, which stand as they were published; `joint` as in `audit_release`.

    `merge` names the dimensions whose levels may be joined (all, if not given; none for an empty list). Every count must be
    there.
    """
    check_floor(k)
    for table in tables:
        if None in table.counts:
            raise Fault("disclosure.count", f"table {table.id}", "lacks a count; a release is made safe from all its counts")
    merging = merge_small_levels(tables, k=k, dimensions=merge, ordered=ordered, mostly=mostly)
    primary = [hide_small_cells(table, k=k) for table in merging.tables]
    now = list(primary)
    withdrawn: list[str] = []
    audit = None
    for second in (False, True):
        if audit is None or (audit.joint and audit.recoverable):
            now, lost = _cover_all(now, earlier, k=k, prune=prune and not second, joint=second)
            withdrawn += lost
            audit = audit_release([*now, *earlier], k=k, joint=joint) if now or earlier else Audit(k, 0, 0, 0, (), 0, joint=False)
    assert audit is not None
    if audit.findings:
        lost_before = {finding.place for finding in audit_release(earlier, k=k, joint=joint).findings} if earlier else set()
        if spoilt := [finding for finding in audit.findings if finding.place not in lost_before]:
            raise Fault("disclosure.unsafe", str(spoilt[0]), "could not be made safe; withdraw the table or merge more levels")
    kept = {table.id: sum(table.suppressed) for table in now}
    first = sum(sum(table.suppressed) for table in primary if table.id in kept)
    return Protected(
        tuple(now), merging.joined, tuple(withdrawn), audit, sum(len(table.counts) for table in tables),
        sum(_shown_as_before(table) for table in now), first, sum(kept.values()) - first,
    )


def _cover_all(
    tables: Sequence[Table], earlier: Sequence[Table], *, k: int, prune: bool, joint: bool
) -> tuple[list[Table], list[str]]:
    """Cover until no table is left unsafe: those that are safe, and the ids of those withdrawn."""
    now, withdrawn = list(tables), list[str]()
    while now and (lost := _cover(now, earlier, k=k, prune=prune, joint=joint)):
        withdrawn += [now[at].id for at in lost]
        now = [table for at, table in enumerate(now) if at not in lost]
    return now, withdrawn


def hide_small_cells(table: Table, *, k: int) -> Table:
    """The table with every count hidden that is under its floor, or would print as 0 % or 100 % of a subgroup."""
    floor, none_or_all = floor_for(table, k), share_cells(table)
    hidden = tuple(
        was or position in none_or_all or not presentable(count or 0, floor)
        for position, (count, was) in enumerate(zip(table.counts, table.suppressed, strict=True))
    )
    return replace(table, suppressed=hidden)


def _shown_as_before(table: Table) -> int:
    """Cells with a count of their own; a merged level is one cell."""
    return sum(not hidden for hidden in table.suppressed)


def _cover(tables: list[Table], earlier: Sequence[Table], *, k: int, prune: bool, joint: bool) -> list[int]:
    """Hide further cells of `tables` in place until an attacker gets nothing; the places of tables that stay unsafe."""
    linked = link_tables([*tables, *earlier], joint=joint)
    linked.truth = fitting_counts(linked.equations, linked.truth)
    cells = _Cells.of(linked, len(tables), k)
    hidden, lost = set(linked.hidden), set(linked.hidden)
    for may_hide in (cells.own - cells.margins, None):
        if lost:
            trouble = {place.table for cell in lost for place in linked.places[cell]}
            anywhere = max(trouble) >= len(tables)
            margins = {cell for cell in cells.margins & cells.own
                       if anywhere or any(place.table in trouble for place in linked.places[cell])}
            may_move = (may_hide or cells.own - cells.margins | margins) | hidden | cells.implied
            hidden, lost = _cover_blocks(linked, may_move - cells.printed, hidden, cells, prune=prune)
    for at, table in enumerate(tables):
        tables[at] = replace(table, suppressed=tuple(linked.number[key] in hidden for key in table.keys))
    return sorted({place.table for cell in lost for place in linked.places[cell] if place.table < len(tables)})


@dataclass(frozen=True)
class _Cells:
    """What kind each cell is: ours, a total, shown in an earlier release, or implied; and the floor of each in a table."""

    own: set[int]
    margins: set[int]
    printed: set[int]
    implied: set[int]
    floors: Mapping[int, int]

    @classmethod
    def of(cls, linked: Linked, count: int, k: int) -> _Cells:
        own, margins, printed = set[int](), set[int](), set[int]()
        for number, table in enumerate(linked.tables):
            for key, levels, hidden in zip(table.keys, table.cells(), table.suppressed, strict=True):
                cell = linked.number[key]
                if number < count:
                    own.add(cell)
                elif not hidden:
                    printed.add(cell)
                if table.is_margin(levels):
                    margins.add(cell)
        floors = {cell: max(floor_for(linked.tables[place.table], k) for place in places)
                  for cell, places in enumerate(linked.places) if places}
        implied = {cell for cell, places in enumerate(linked.places) if not places and cell in linked.truth}
        return cls(own, margins, printed, implied, floors)


def _cover_blocks(
    linked: Linked, may_move: set[int], hidden: set[int], cells: _Cells, *, prune: bool
) -> tuple[set[int], set[int]]:
    """Protect each set of cells that hang together through cells that may move: what is hidden then, and what stays unsafe."""
    cost = {cell: 0.0 if cell in cells.implied else MARGIN_COST if cell in cells.margins else
            1.0 + LARGER * math.log1p(linked.truth[cell]) for cell in may_move}
    result, lost = set(hidden), {cell for cell in hidden if cell not in may_move}
    for members, equations in blocks_of(linked, may_move):
        withheld = {cell for cell in members if cell in hidden or cell in cells.implied}
        if withheld & hidden:
            found, failed = Block(members, equations, linked.truth, cost, cells.floors).protect(withheld, prune=prune)
            result |= found - cells.implied
            lost |= failed
    return result, lost


def blocks_of(linked: Linked, may_move: set[int]) -> list[tuple[list[int], list[Equation]]]:
    """Cells that may move, by the equations that tie them."""
    parent: dict[int, int] = {cell: cell for cell in may_move}

    def find(cell: int) -> int:
        while parent[cell] != cell:
            parent[cell] = parent[parent[cell]]
            cell = parent[cell]
        return cell

    tied = []
    for equation in linked.equations:
        moving = [cell for cell in (equation[0], *equation[1]) if cell in may_move]
        for cell in moving[1:]:
            parent[find(cell)] = find(moving[0])
        if moving:
            tied.append((moving[0], equation))
    cells: dict[int, list[int]] = {}
    for cell in sorted(may_move):
        cells.setdefault(find(cell), []).append(cell)
    equations: dict[int, list[Equation]] = {root: [] for root in cells}
    for cell, equation in tied:
        equations[find(cell)].append(equation)
    return [(members, equations[root]) for root, members in cells.items()]
