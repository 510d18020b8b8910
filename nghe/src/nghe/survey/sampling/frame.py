"""The frame: the list a sample is drawn from, with a hash, so that a draw can be checked against the very list it used."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from nghe.errors import Fault
from nghe.evidence import sha256_of

Value = str | int | float | None


@dataclass(frozen=True)
class Frame:
    """Units in the order of the list: an id each, and columns of the same length (stratum, cluster, size)."""

    name: str
    ids: tuple[str, ...]
    columns: Mapping[str, tuple[Value, ...]]

    def __post_init__(self) -> None:
        if not self.ids:
            raise Fault("sampling.frame", self.name, "lists no units")
        seen: set[str] = set()
        for unit in self.ids:
            if not isinstance(unit, str) or not unit:
                raise Fault("sampling.frame", self.name, f"{unit!r} is no id of a unit; an id is a text")
            form = unicodedata.normalize("NFC", unit)
            if form in seen:
                raise Fault("sampling.frame", f"{self.name}, unit {unit}", "stands twice; each unit is listed once")
            seen.add(form)
        for name, values in self.columns.items():
            if len(values) != len(self.ids):
                raise Fault("sampling.frame", f"{self.name}, {name}", f"has {len(values)} values for {len(self.ids)} units")

    @classmethod
    def from_rows(cls, name: str, rows: Sequence[Mapping[str, Any]], *, id_column: str) -> Frame:
        """A frame from records; each must have the id and the columns of the first."""
        columns: dict[str, list[Value]] = {key: [] for key in (rows[0] if rows else {})}
        if rows and id_column not in columns:
            raise Fault("sampling.column", f"{name}, {id_column}", f"is no column; there are {', '.join(columns)}")
        for number, row in enumerate(rows, 1):
            for key, values in columns.items():
                if key not in row:
                    raise Fault("sampling.frame", f"{name}, row {number}", f"has no {key}")
                values.append(row[key])
        ids = tuple(str(unit) for unit in columns.pop(id_column, []))
        return cls(name, ids, {key: tuple(values) for key, values in columns.items()})

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def hash(self) -> str:
        """SHA-256 of ids and columns in their order."""
        return sha256_of({"ids": list(self.ids), "columns": {name: list(values) for name, values in self.columns.items()}},
                         where=self.name)

    def column(self, name: str) -> tuple[Value, ...]:
        if name not in self.columns:
            raise Fault("sampling.column", f"{self.name}, {name}", f"is no column; there are {', '.join(self.columns) or 'none'}")
        return self.columns[name]

    def sizes(self, name: str) -> list[float]:
        """A measure of size: a number above 0 for every unit; raises `Fault` naming the unit otherwise."""
        found = []
        for unit, value in zip(self.ids, self.column(name), strict=True):
            if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or value <= 0:
                raise Fault("sampling.size", f"{self.name}, unit {unit}, {name}",
                            f"{value!r} is no size above 0; leave the unit out of the frame or give its size")
            found.append(float(value))
        return found

    def groups(self, by: Sequence[str]) -> dict[tuple[str, ...], list[int]]:
        """Positions by the values of columns, in order of first appearance; a missing value is refused, not a group."""
        columns = [self.column(name) for name in by]
        found: dict[tuple[str, ...], list[int]] = {}
        for at, unit in enumerate(self.ids):
            values = [column[at] for column in columns]
            for name, value in zip(by, values, strict=True):
                if value is None or value == "":
                    raise Fault("sampling.stratum", f"{self.name}, unit {unit}", f"has no {name}; every unit needs its stratum")
            found.setdefault(tuple(str(value) for value in values), []).append(at)
        return found

    def part(self, positions: Iterable[int], name: str) -> Frame:
        chosen = list(positions)
        return Frame(name, tuple(self.ids[at] for at in chosen),
                     {key: tuple(values[at] for at in chosen) for key, values in self.columns.items()})
