"""Codes that were renamed, or merged into one, after a coder learnt them: its answers in the words of today's frame.

The probabilities of codes that became one are brought together: where a text has exactly one code they add up, where it may have
several they are taken as independent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nghe.errors import Fault

Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Renaming:
    """Names of today, and which old code (rows) became which of them (columns)."""

    names: tuple[str, ...]
    into: Doubles

    def of_name(self, name: str) -> tuple[int, ...]:
        """Places of the old codes that are called so today."""
        return tuple(np.flatnonzero(self.into[:, self.names.index(name)]).tolist())

    @classmethod
    def of(cls, codes: Sequence[str], changes: Mapping[str, str]) -> Renaming:
        """Chains of changes are followed. Fault `text.frame_loop` where they lead back."""
        today = [last_of(changes, code) for code in codes]
        names = tuple(dict.fromkeys(today))
        return cls(names, np.array([[name == own for name in names] for own in today], dtype=np.float64).reshape(-1, len(names)))

    def together(self, probabilities: Doubles, *, several: bool) -> Doubles:
        """Texts by names, from texts by old codes."""
        if not several:
            return np.asarray(probabilities @ self.into)
        return np.asarray(1 - np.exp(np.log1p(-np.minimum(probabilities, 1 - 1e-12)) @ self.into))


def way_up(above: Mapping[str, str], code: str) -> tuple[str, ...]:
    """What stands above a code (or came after it), nearest first. Fault `text.frame_loop` where the way leads back."""
    way: list[str] = []
    while code in above:
        code = above[code]
        if code in way or len(way) > len(above):
            raise Fault("text.frame_loop", code, "stands above itself; give each code one code above it, up to a field")
        way.append(code)
    return tuple(way)


def last_of(changes: Mapping[str, str], code: str) -> str:
    """What a code is called today."""
    return (way_up({old: new for old, new in changes.items() if old != new}, code) or (code,))[-1]


def renamed(codes: Sequence[tuple[str, ...]], changes: Mapping[str, str]) -> list[tuple[str, ...]]:
    """Codes after some were renamed, or merged into one: each once, in order. Chains are followed; a loop is a fault."""
    return [tuple(dict.fromkeys(last_of(changes, code) for code in row)) for row in codes]
