"""What the silent places could add: k heard it, m reported, M could; so on all M it is between k and k + silent."""

from __future__ import annotations

from dataclasses import dataclass

from nghe.errors import Fault


@dataclass(frozen=True, slots=True)
class Coverage:
    """Places where something was heard, of those that reported, of those that could report."""

    places: int
    reported: int
    could: int

    def __post_init__(self) -> None:
        if not 0 <= self.places <= self.reported <= self.could:
            raise Fault(
                "evidence.coverage", f"places {self.places}, reported {self.reported}, could {self.could}",
                "must be 0 <= places <= reported <= could: only a place that could report reports, only one that reported hears",
            )

    @property
    def silent(self) -> int:
        return self.could - self.reported

    @property
    def lower(self) -> int:
        return self.places

    @property
    def upper(self) -> int:
        """Every silent place counted in. No sampling error: a bound that holds whatever the silent ones would have said."""
        return self.places + self.silent
