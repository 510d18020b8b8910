"""What an attacker can work out: for each hidden count the least and the most it can be, given all that is shown.

Closed-form bounds come first: a whole lies between the sums of its parts' bounds, a part between the whole and what the other
parts leave (Buzzigoli and Giusti's shuttle, run to rest). They are outer bounds: where they are narrow the cell is lost. Where
they are wide, two tables that fit everything shown and differ in the cell prove it safe. Such tables are found by linear programs
(HiGHS) over the cells that hang together, and each one found serves all cells at once. A program whose solution is not in whole
numbers is solved again in whole numbers, so the interval is that of counts, not of a relaxation.

Sources: Fischetti and Salazar 2001 (Management Science 47:1008-1027) for the attacker's programs; Buzzigoli and Giusti 1999 for
the bounds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nghe.errors import Fault

Floats = NDArray[np.float64]
UNBOUNDED = 1e9
"""Stands for "no bound": a count that nothing shown limits."""
ROUNDS = 200
NODES = 5000
SETTLES = 0.6
NEAR = 1e-6

Equation = tuple[int, tuple[int, ...]]


@dataclass(frozen=True)
class Interval:
    """Bounds of a hidden count. `exact`: no tighter ones follow. Else counts `low` and `high` both fit all that is shown."""

    low: int
    high: int
    exact: bool

    @property
    def width(self) -> int:
        return self.high - self.low


@dataclass(frozen=True)
class Attack:
    """Intervals by cell, and what they took: programs solved and cells that closed-form bounds alone settled."""

    intervals: Mapping[int, Interval]
    programs: int
    closed_form: int


def attack(
    equations: Sequence[Equation], shown: Mapping[int, int], targets: Iterable[int], *, k: int,
    truth: Mapping[int, int] | None = None, exact: bool = False,
) -> Attack:
    """The attacker's interval of each target.

    A target whose interval is at least `k` wide is only proven so, unless `exact`. `truth` (all counts, where we know them) is a
    first table that fits. Raises `Fault` where nothing fits what is shown.
    """
    wanted = sorted(set(targets))
    bounds = Bounds(equations, shown)
    intervals: dict[int, Interval] = {}
    closed = programs = 0
    for component in bounds.components(wanted):
        inside = [cell for cell in wanted if cell in component.place]
        here = [component.place[cell] for cell in inside]
        solver = Solver(component, truth)
        for cell, at in zip(inside, here, strict=True):
            low, high = component.low[at], component.high[at]
            if high - low < k and (high == low or not exact) and solver.has_table:
                intervals[cell] = Interval(int(low), int(high), exact=bool(high == low))
        if not solver.has_table or exact or any(component.high[at] - component.low[at] >= k for at in here):
            open_ = [at for cell, at in zip(inside, here, strict=True) if cell not in intervals]
            found = solver.solve(open_, k=k, exact=exact)
            intervals.update({component.cells[at]: interval for at, interval in found.items()})
        else:
            closed += len(inside)
        programs += solver.programs
    for cell in wanted:
        if cell in shown:
            intervals[cell] = Interval(shown[cell], shown[cell], exact=True)
            closed += 1
    return Attack(intervals, programs, closed)


def fitting_counts(equations: Sequence[Equation], known: Mapping[int, int]) -> dict[int, int]:
    """Counts of all cells that the equations name, the known ones among them: one of the tables that fit."""
    bounds = Bounds(equations, known)
    counts = dict(known)
    for component in bounds.components(bounds.cells):
        found = Solver(component, None).any_table()
        counts.update(zip(component.cells, found.astype(int).tolist(), strict=True))
    return counts


@dataclass
class Component:
    """Unknown cells that hang together: `matrix @ counts = right`, each count between `low` and `high`; `matrix` is sparse."""

    cells: list[int]
    place: dict[int, int]
    matrix: Any
    right: Floats
    low: Floats
    high: Floats


class Bounds:
    """The equations over the cells not shown, and the closed-form bounds that follow."""

    def __init__(self, equations: Sequence[Equation], shown: Mapping[int, int]) -> None:
        rows: list[tuple[list[int], list[int], int]] = []
        cells: dict[int, int] = {}
        for whole, parts in equations:
            open_parts = [part for part in parts if part not in shown]
            if not open_parts and whole in shown:
                continue
            right = shown.get(whole, 0) - sum(shown[part] for part in parts if part in shown)
            members = open_parts if whole in shown else [whole, *open_parts]
            signs = [1] * len(open_parts) if whole in shown else [-1, *([1] * len(open_parts))]
            rows.append(([cells.setdefault(cell, len(cells)) for cell in members], signs, right))
        self.cells = list(cells)
        self.place = cells
        self.row = np.repeat(np.arange(len(rows)), [len(members) for members, _, _ in rows])
        self.column = np.array([member for members, _, _ in rows for member in members], dtype=np.intp)
        self.sign = np.array([sign for _, signs, _ in rows for sign in signs], dtype=np.float64)
        self.right = np.array([right for _, _, right in rows], dtype=np.float64)
        self.low = np.zeros(len(cells))
        self.high = np.full(len(cells), UNBOUNDED)
        self._tighten()

    def _tighten(self) -> None:
        """Each row `sum(sign * x) = right` bounds each of its cells by the bounds of the others; repeated until nothing moves."""
        size = len(self.right)
        if not size:
            return
        plus = self.sign > 0
        for _ in range(ROUNDS):
            low, high = self.low[self.column], self.high[self.column]
            least, most = np.where(plus, low, -high), np.where(plus, high, -low)
            others_least = np.bincount(self.row, least, size)[self.row] - least
            others_most = np.bincount(self.row, most, size)[self.row] - most
            right = self.right[self.row]
            new_low = np.where(plus, right - others_most, others_least - right)
            new_high = np.where(plus, right - others_least, others_most - right)
            before = self.low.copy(), self.high.copy()
            np.maximum.at(self.low, self.column, new_low)
            np.minimum.at(self.high, self.column, new_high)
            if (self.low > self.high).any():
                raise_contradiction()
            if np.array_equal(before[0], self.low) and np.array_equal(before[1], self.high):
                break

    def components(self, wanted: Iterable[int]) -> list[Component]:
        """The parts of the system that hold a wanted cell; a cell fixed by its bounds links nothing."""
        from scipy.sparse import coo_array
        from scipy.sparse.csgraph import connected_components

        places = [self.place[cell] for cell in wanted if cell in self.place]
        if not places:
            return []
        count, rows = len(self.cells), len(self.right)
        moving = (self.high > self.low)[self.column]
        graph = coo_array((np.ones(moving.sum()), (self.row[moving] + count, self.column[moving])), shape=(count + rows,) * 2)
        _, label = connected_components(graph, directed=False)
        result = []
        entries = np.argsort(label[self.column], kind="stable")
        starts = np.searchsorted(label[self.column][entries], np.arange(label.max() + 2))
        members = np.argsort(label[:count], kind="stable")
        firsts = np.searchsorted(label[:count][members], np.arange(label.max() + 2))
        for mark in dict.fromkeys(label[places].tolist()):
            inside = members[firsts[mark] : firsts[mark + 1]]
            here = entries[starts[mark] : starts[mark + 1]]
            result.append(self._component(inside, here[moving[here]]))
        return result

    def _component(self, inside: NDArray[np.intp], entries: NDArray[np.intp]) -> Component:
        from scipy.sparse import csc_array

        rows, row = np.unique(self.row[entries], return_inverse=True)
        local = {cell: at for at, cell in enumerate(inside.tolist())}
        columns = [local[cell] for cell in self.column[entries].tolist()]
        matrix = csc_array((self.sign[entries], (row, columns)), shape=(len(rows), len(inside)))
        all_of = np.isin(self.row, rows)
        fixed = all_of & (self.high == self.low)[self.column]
        settled = np.bincount(self.row[fixed], self.sign[fixed] * self.low[self.column[fixed]], len(self.right))
        cells = [self.cells[cell] for cell in inside.tolist()]
        return Component(
            cells, {cell: at for at, cell in enumerate(cells)}, matrix, self.right[rows] - settled[rows],
            self.low[inside], self.high[inside],
        )


class Solver:
    """Programs over one component; every table found narrows the doubt about all its cells."""

    def __init__(self, component: Component, truth: Mapping[int, int] | None) -> None:
        self.component = component
        self.programs = 0
        self.least = np.full(len(component.cells), np.inf)
        self.most = np.full(len(component.cells), -np.inf)
        self.has_table = False
        if truth is not None and all(cell in truth for cell in component.cells):
            self._witness(np.array([truth[cell] for cell in component.cells], dtype=np.float64))
        elif not len(component.right):
            self._witness(component.low)

    def solve(self, targets: Sequence[int], *, k: int, exact: bool) -> dict[int, Interval]:
        """Intervals by place in the component."""
        size = len(self.component.cells)
        if not exact:
            self._spread(np.array(targets, dtype=np.intp), k)
        result = {}
        for at in targets:
            if not exact and self.most[at] - self.least[at] >= k:
                result[at] = Interval(int(self.least[at]), int(self.most[at]), exact=False)
                continue
            single = np.zeros(size)
            single[at] = 1.0
            high = self._extreme(-single)[at]
            if not exact and high - self.least[at] >= k:
                result[at] = Interval(int(self.least[at]), int(high), exact=False)
                continue
            low = self._extreme(single)[at]
            result[at] = Interval(int(low), int(high), exact=True)
        return result

    def any_table(self) -> Floats:
        if not len(self.component.right):
            return self.component.low
        return self._extreme(np.zeros(len(self.component.cells)))

    def _spread(self, targets: NDArray[np.intp], k: int) -> None:
        """Tables far apart, for many targets at once: half of the doubtful ones up, half down, then the other way round.

        Which half is drawn anew each time, always the same way; it stops when a round settles few of those that are left.
        """
        toss = np.random.default_rng(0)
        doubtful = targets[~(self.most[targets] - self.least[targets] >= k)]
        while len(doubtful):
            goal = np.zeros(len(self.component.cells))
            goal[doubtful] = toss.choice([-1.0, 1.0], len(doubtful))
            self._extreme(goal)
            self._extreme(-goal)
            left = doubtful[~(self.most[doubtful] - self.least[doubtful] >= k)]
            if len(left) > SETTLES * len(doubtful):
                break
            doubtful = left

    def _witness(self, table: Floats) -> None:
        self.has_table = True
        np.minimum(self.least, table, out=self.least)
        np.maximum(self.most, table, out=self.most)

    def _extreme(self, goal: Floats) -> Floats:
        """A table of whole numbers that makes `goal @ counts` least."""
        found = self._program(goal, whole=False)
        table = np.rint(found)
        if np.abs(found - table).max(initial=0.0) > NEAR:
            table = np.rint(self._program(goal, whole=True))
        self._witness(table)
        return table

    def _program(self, goal: Floats, *, whole: bool) -> Floats:
        from scipy.optimize import Bounds as Box
        from scipy.optimize import LinearConstraint, milp

        component = self.component
        self.programs += 1
        rows = LinearConstraint(component.matrix, component.right, component.right) if len(component.right) else None
        found = milp(
            goal, constraints=rows, bounds=Box(component.low, component.high), integrality=1 if whole else 0,
            options={"node_limit": NODES} if whole else None,
        )
        if found.x is None:
            raise_contradiction()
        return np.asarray(found.x, dtype=np.float64)


def raise_contradiction() -> None:
    raise Fault(
        "disclosure.contradiction", "release",
        "no counts fit all that is shown: two tables disagree about the same people. Check totals, levels that do not add up "
        "(`partial`), and counts that were revised (another `population`)",
    )
