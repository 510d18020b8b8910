"""Complementary suppression: which other counts must be hidden so that those hidden already cannot be worked out.

One target at a time, until the audit finds none: the least costly set of further cells that lets the target move until its
interval is as wide as the floor. The set comes from a linear program over deviations from the true table (every sum stays true,
no count falls below nought, a hidden cell moves for nothing, a shown one at its cost); the cells that move are those to hide.
Afterwards cells that turned out to be needless are shown again, the costliest first.

Source: the linear-programming heuristic of Kelly, Golden and Assad 1992 (Networks 22:397-417), with the sliding protection of
Fischetti and Salazar 2001 (Management Science 47:1008-1027).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from nghe.disclosure.attack import Equation, Interval, attack

Floats = NDArray[np.float64]
FREE = 1e-4
"""What moving a cell that is hidden already costs: next to nothing, so that paths stay short."""


class Block:
    """Cells that hang together and may be hidden; everything else in its equations is shown for good."""

    def __init__(
        self, cells: Sequence[int], equations: Sequence[Equation], truth: Mapping[int, int], cost: Mapping[int, float],
        floors: Mapping[int, int],
    ) -> None:
        from scipy.sparse import csc_array

        self.cells = list(cells)
        self.equations = list(equations)
        self.truth, self.cost, self.floors = truth, cost, floors
        self.place = {cell: at for at, cell in enumerate(self.cells)}
        entries = [(row, self.place[cell], sign) for row, (whole, parts) in enumerate(self.equations)
                   for cell, sign in ((whole, -1.0), *((part, 1.0) for part in parts)) if cell in self.place]
        rows, columns, signs = (np.array(column) for column in zip(*entries, strict=True))
        shape = (len(self.equations), 2 * len(self.cells))
        at = (np.tile(rows, 2), np.concatenate([columns, columns + len(cells)]))
        self.both = csc_array((np.concatenate([signs, -signs]), at), shape=shape)
        self.known = {cell: truth[cell] for whole, parts in self.equations for cell in (whole, *parts)}

    def protect(self, primary: set[int], *, prune: bool = True) -> tuple[set[int], set[int]]:
        """Cells to hide (the primary ones among them), and those that no choice of further cells protects."""
        hidden, lost = set(primary), set[int]()
        while narrow := {cell: span for cell, span in self._narrow(hidden).items() if cell not in lost}:
            target = min(narrow, key=lambda cell: (narrow[cell].width, self.truth[cell], cell))
            more = self._cells_to_hide(target, narrow[target], hidden)
            if more:
                hidden |= more
            else:
                lost.add(target)
        if prune and not lost:
            hidden = self._pruned(hidden, primary)
        return hidden, lost

    def _narrow(self, hidden: set[int]) -> dict[int, Interval]:
        """Hidden cells whose interval is narrower than their floor."""
        shown = {cell: count for cell, count in self.known.items() if cell not in hidden}
        found: dict[int, Interval] = {}
        for floor in sorted({self.floors[cell] for cell in hidden if cell in self.floors}):
            targets = [cell for cell in hidden if self.floors.get(cell) == floor]
            spans = attack(self.equations, shown, targets, k=floor, truth=self.known).intervals
            found |= {cell: span for cell, span in spans.items() if span.width < floor}
        return found

    def _cells_to_hide(self, target: int, span: Interval, hidden: set[int]) -> set[int]:
        """The cheaper of letting the target go up or down until its interval is wide enough; empty where neither can be."""
        value, floor = self.truth[target], self.floors[target]
        moves = [span.low + floor - value]
        if span.high - floor >= 0:
            moves.append(span.high - floor - value)
        best: tuple[float, set[int]] | None = None
        for move in moves:
            found = self._cheapest(target, move, hidden)
            if found is not None and (best is None or found[0] < best[0]):
                best = found
        return best[1] - hidden if best else set()

    def _cheapest(self, target: int, move: int, hidden: set[int]) -> tuple[float, set[int]] | None:
        """Deviations up and down of every cell, at least cost, with the target's fixed; its price and the cells that move."""
        from scipy.optimize import Bounds, LinearConstraint, milp

        size, at = len(self.cells), self.place[target]
        price = np.array([FREE if cell in hidden else self.cost[cell] for cell in self.cells])
        counts = np.array([self.truth[cell] for cell in self.cells], dtype=np.float64)
        low, high = np.zeros(2 * size), np.concatenate([np.full(size, np.inf), counts])
        for place, amount in ((at, max(move, 0)), (size + at, max(-move, 0))):
            low[place] = high[place] = amount
        zero = np.zeros(len(self.equations))
        found = milp(np.tile(price, 2), constraints=LinearConstraint(self.both, zero, zero), bounds=Bounds(low, high))
        if found.x is None:
            return None
        moved = np.abs(found.x[:size] - found.x[size:]) > 1e-7
        cells = {self.cells[place] for place in np.flatnonzero(moved).tolist()}
        return sum(self.cost[cell] for cell in cells if cell not in hidden), cells

    def _pruned(self, hidden: set[int], primary: set[int]) -> set[int]:
        """Show again what need not be hidden."""
        for cell in sorted(hidden - primary, key=lambda cell: (-self.cost[cell], -self.truth[cell], cell)):
            fewer = hidden - {cell}
            if not self._narrow(fewer):
                hidden = fewer
        return hidden
