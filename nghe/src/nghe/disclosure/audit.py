"""Audit a release by attacking it (R4): whatever is recoverable, cell by cell; then the release is refused.

A hidden count is *recoverable* where the attacker's interval is narrower than the floor, `exactly` where it is one number. A
count that is shown although it is under the floor, or a part of a subgroup that is shown as 0 % or 100 %, is *exposed*.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from nghe.disclosure.linked import Linked, Place, joint_size, link_tables
from nghe.disclosure.primary import K_PUBLISHED, MIN_PLACES, check_floor, presentable
from nghe.disclosure.tables import PLACES, Table

LARGEST_JOINT = 1500
"""Cells of the joint table, totals included, up to which it is part of the attack."""
EXPOSED_SMALL, EXPOSED_SHARE, RECOVERABLE = "shown_small", "shown_none_or_all", "recoverable"


@dataclass(frozen=True)
class Finding:
    """One cell that gives too much away. `low` to `high` is what an attacker knows; `cell` its levels by dimension."""

    what: str
    release: str
    table: str
    cell: dict[str, str]
    low: int
    high: int
    floor: int

    @property
    def place(self) -> tuple[str, str, tuple[tuple[str, str], ...]]:
        """Release, table and cell."""
        return self.release, self.table, tuple(self.cell.items())

    @property
    def exactly(self) -> bool:
        return self.low == self.high

    def __str__(self) -> str:
        levels = ", ".join(f"{name} = {level}" for name, level in self.cell.items())
        where = f"{self.release + ' / ' if self.release else ''}{self.table} [{levels}]"
        if self.what == EXPOSED_SMALL:
            return f"{where}: shows {self.low}, under the floor of {self.floor}"
        if self.what == EXPOSED_SHARE:
            return f"{where}: shows {self.low}, so a subgroup stands there as 0 % or 100 %"
        known = f"is exactly {self.low}" if self.exactly else f"lies between {self.low} and {self.high}"
        return f"{where}: the hidden count {known}; it must stay open over at least {self.floor}"

    def record(self) -> dict[str, Any]:
        return {"what": self.what, "release": self.release, "table": self.table, "cell": self.cell, "low": self.low,
                "high": self.high, "floor": self.floor}


@dataclass(frozen=True)
class Audit:
    """The account: `cells` printed in all tables, `hidden` of them withheld, and the findings in the order of the tables.

    `programs` were solved; `joint`: the attack also used that all tables are margins of one.
    """

    k: int
    tables: int
    cells: int
    hidden: int
    findings: tuple[Finding, ...]
    programs: int
    joint: bool

    @property
    def safe(self) -> bool:
        return not self.findings

    @property
    def recoverable(self) -> int:
        return sum(finding.what == RECOVERABLE for finding in self.findings)

    def record(self) -> dict[str, Any]:
        return {"k": self.k, "tables": self.tables, "cells": self.cells, "hidden": self.hidden, "recoverable": self.recoverable,
                "safe": self.safe, "joint": self.joint, "programs": self.programs,
                "findings": [finding.record() for finding in self.findings]}


def floor_for(table: Table, k: int) -> int:
    return MIN_PLACES if table.of == PLACES else k


def audit_release(tables: Sequence[Table], *, k: int = K_PUBLISHED, joint: bool | None = None) -> Audit:
    """What an attacker who holds all these tables can recover; raises `Fault` where they contradict each other.

    The width asked of a cell is the largest floor among the tables that hold it. `joint` (if not given: where it has no more than
    `LARGEST_JOINT` cells) adds to the attack that all tables of a population are margins of one table without negative counts.
    """
    check_floor(k)
    if joint is None:
        joint = any(any(table.suppressed) for table in tables) and joint_size(tables) <= LARGEST_JOINT
    return audit_linked(link_tables(tables, joint=joint), k=k, joint=joint)


def audit_linked(linked: Linked, *, k: int, joint: bool) -> Audit:
    from nghe.disclosure.attack import attack

    targets = sorted(linked.hidden)
    floors = {cell: max(floor_for(linked.tables[place.table], k) for place in linked.places[cell]) for cell in targets}
    findings = [(place, finding) for place, finding in exposed(linked, k)]
    programs = 0
    by_floor: dict[int, list[int]] = {}
    for cell in targets:
        by_floor.setdefault(floors[cell], []).append(cell)
    for floor, cells in by_floor.items():
        found = attack(linked.equations, linked.shown, cells, k=floor, truth=linked.truth)
        programs += found.programs
        for cell in cells:
            interval = found.intervals.get(cell)
            if interval is not None and interval.width < floor:
                findings += [(place, finding_at(linked, place, RECOVERABLE, interval.low, interval.high, floor))
                             for place in linked.places[cell] if linked.tables[place.table].suppressed[place.position]]
    findings.sort(key=lambda item: (item[0].table, item[0].position))
    return Audit(k, len(linked.tables), sum(len(table.counts) for table in linked.tables),
                 sum(sum(table.suppressed) for table in linked.tables), tuple(finding for _, finding in findings), programs,
                 joint)


def exposed(linked: Linked, k: int) -> Iterator[tuple[Place, Finding]]:
    """Cells that are shown and may not be."""
    for number, table in enumerate(linked.tables):
        floor = floor_for(table, k)
        none_or_all = share_cells(table)
        for position, (count, hidden) in enumerate(zip(table.counts, table.suppressed, strict=True)):
            if hidden or count is None:
                continue
            place = Place(number, position)
            if not presentable(count, floor):
                yield place, finding_at(linked, place, EXPOSED_SMALL, count, count, floor)
            elif position in none_or_all:
                yield place, finding_at(linked, place, EXPOSED_SHARE, count, count, floor)


def share_cells(table: Table) -> set[int]:
    """Positions that would print as 0 % or 100 % of a subgroup of people: none, or all, of the others together.

    A subgroup is a cell of the other dimensions that is not the total of them all; an empty subgroup tells of nobody.
    """
    if table.shares is None or table.of == PLACES:
        return set()
    at = table.names.index(table.shares)
    dimension = table.dimensions[at]
    groups: dict[tuple[str, ...], list[tuple[int, str]]] = {}
    for position, levels in enumerate(table.cells()):
        groups.setdefault((*levels[:at], *levels[at + 1 :]), []).append((position, levels[at]))
    others = (*table.dimensions[:at], *table.dimensions[at + 1 :])
    found: set[int] = set()
    for group, members in groups.items():
        if not table.where and all(level == other.total for level, other in zip(group, others, strict=True)):
            continue
        leaves = [table.counts[position] for position, level in members if level in dimension.leaves]
        base = sum(count for count in leaves if count is not None)
        if None in leaves or not base:
            continue
        found |= {position for position, level in members if level != dimension.total and table.counts[position] in (0, base)}
    return found


def finding_at(linked: Linked, place: Place, what: str, low: int, high: int, floor: int) -> Finding:
    table = linked.tables[place.table]
    levels = list(table.cells())[place.position]
    return Finding(what, table.release, table.id, dict(zip(table.names, levels, strict=True)), low, high, floor)
