"""The way up: how many notes of a period came past each level of offices, and how many each left out (R9)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from langnghe.network.models import Unit
from langnghe.reports.domain.omissions import LeftOut, OfUnit
from langnghe.reports.models import Report

TWO_UP = 2


@dataclass(frozen=True, slots=True)
class Step:
    """One level: what went on and what was left out here, of all that was heard; `seen_by` are the offices above it by name."""

    name: str
    went: int
    left: int
    heard: int
    seen_by: tuple[str, ...] = ()


def way_up(report: Report, left: LeftOut) -> list[Step]:
    """What was heard, then each level from the lowest up to the report's own. One query, for the offices above."""
    levels: dict[int, list[OfUnit]] = defaultdict(list)
    for row in left.units:
        levels[row.unit.depth].append(row)
    levels.setdefault(report.unit.depth, [])
    chains = {row.unit.path for row in left.units} | {report.unit.path}
    above = {unit.path: unit for unit in Unit.objects.filter(network=report.unit.network, path__in=ancestors(chains))}
    return [Step(_("Heard"), left.heard, 0, left.heard), *steps(report, left.heard, levels, above)]


def steps(report: Report, heard: int, levels: dict[int, list[OfUnit]], above: dict[str, Unit]) -> Iterator[Step]:
    went = heard
    for depth in sorted(levels, reverse=True):
        rows = levels[depth]
        out = sum(row.left_out for row in rows)
        went -= out
        paths = [row.unit.path for row in rows] or [report.unit.path]
        yield Step(level_name(report, rows), went, out, heard, two_above(paths, above))


def level_name(report: Report, rows: Sequence[OfUnit]) -> str:
    if len(rows) > 1:
        return ngettext("%(number)s office", "%(number)s offices", len(rows)) % {"number": len(rows)}
    return rows[0].unit.name if rows else report.unit.name


def two_above(paths: Sequence[str], above: dict[str, Unit]) -> tuple[str, ...]:
    """The offices one and two levels above all of these, the nearest first; a level with several says how many."""
    names = []
    for up in range(1, TWO_UP + 1):
        found = {unit.path: unit for path in paths if (unit := above.get(path[: len(path) - up * Unit.steplen]))}
        if len(found) == 1:
            names.append(next(iter(found.values())).name)
        elif found:
            names.append(ngettext("%(number)s office", "%(number)s offices", len(found)) % {"number": len(found)})
    return tuple(names)


def ancestors(paths: set[str]) -> set[str]:
    return {path[:end] for path in paths for end in range(Unit.steplen, len(path), Unit.steplen)}
