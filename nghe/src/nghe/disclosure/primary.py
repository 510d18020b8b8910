"""Primary suppression by merging (R4). A cell counts people or notes about them; places count from three.

What is under the floor is merged with the next smallest cell until the two reach it. Nothing is dropped: every name stays in
exactly one group, and the groups add up to the total. A merged group has two names or more, so that no single hidden cell can be
subtracted out of the total. A count of nought tells of nobody and stands as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nghe.errors import Fault

K_PUBLISHED = 10
K_INSIDE = 5
MIN_PLACES = 3


@dataclass(frozen=True, slots=True)
class Group:
    """Cells shown as one; a cell that is large enough is a group of its own."""

    names: tuple[str, ...]
    count: int

    @property
    def merged(self) -> bool:
        return len(self.names) > 1


@dataclass(frozen=True, slots=True)
class Suppressed:
    """The groups to show, the largest first, and the floor they were made for."""

    groups: tuple[Group, ...]
    k: int

    @property
    def total(self) -> int:
        return sum(group.count for group in self.groups)

    @property
    def cells(self) -> int:
        """How many cells lost their own count."""
        return sum(len(group.names) for group in self.groups if group.merged)

    @property
    def is_total_only(self) -> bool:
        """All counts stand in one group, which is the total itself: there is no breakdown to show."""
        return sum(group.count > 0 for group in self.groups) == 1

    def record(self) -> dict[str, Any]:
        """The `suppressed` field of evidence."""
        return {"k": self.k, "cells": self.cells, "how": "merged" if self.cells else "none"}


def floor_of(*, published: bool, office: int | None = None) -> int:
    """The floor for people and notes: 10 in what is published, 5 inside; an office's setting can only raise it."""
    return max(K_PUBLISHED if published else K_INSIDE, office or 0)


def presentable(count: int, k: int) -> bool:
    """May this count stand alone? Nought may: it tells of nobody."""
    check_floor(k)
    check_count("count", count)
    return count == 0 or count >= k


def presentable_share(count: int, base: int, k: int) -> bool:
    """May this share of a subgroup of people be shown? Never 0 % or 100 %, never with a part or a rest under the floor."""
    check_floor(k)
    check_count("count", count)
    check_count("base", base)
    if count > base:
        raise Fault("disclosure.count", "count", f"{count} of {base} is more than all")
    return min(count, base - count) >= k


def suppress(counts: Mapping[str, int], *, k: int) -> Suppressed:
    """The counts as groups that may be shown; raises `Fault` for a negative count or a floor under three.

    One cell alone, or cells that reach the floor only all together, come back as one group: the total, no breakdown.
    """
    check_floor(k)
    for name, count in counts.items():
        check_count(name, count)
    order = {name: place for place, name in enumerate(counts)}
    groups = [Group((name,), count) for name, count in counts.items() if count > 0]
    while len(groups) > 1 and (small := smallest(groups, order)).count < k:
        groups.remove(small)
        partner = smallest(groups, order)
        groups.remove(partner)
        names = tuple(sorted((*small.names, *partner.names), key=order.__getitem__))
        groups.append(Group(names, small.count + partner.count))
    groups += [Group((name,), 0) for name, count in counts.items() if count == 0]
    return Suppressed(tuple(sorted(groups, key=lambda group: (-group.count, order[group.names[0]]))), k)


def smallest(groups: list[Group], order: Mapping[str, int]) -> Group:
    """The smallest group; of equals, the one whose first name came first."""
    return min(groups, key=lambda group: (group.count, order[group.names[0]]))


def check_floor(k: int) -> None:
    if k < MIN_PLACES:
        raise Fault("disclosure.floor", "k", f"{k} is under the floor of {MIN_PLACES}; a floor can only be raised")


def check_count(name: str, count: int) -> None:
    if isinstance(count, bool) or not isinstance(count, int) or count < 0:
        raise Fault("disclosure.count", name, f"{count!r} is no count")
