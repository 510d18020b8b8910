"""Quotas, and what a quota sample looks like beside the census. No margin of error: it speaks of its sheets (R7)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from nghe.errors import Fault
from nghe.survey.sampling.allocate import allocate


@dataclass(frozen=True, slots=True)
class Compared:
    """One group: sheets, their share, the census share (both 0..1). `times`: 1 where it is represented as in the census."""

    group: str
    sheets: int
    share: float
    census: float

    @property
    def difference(self) -> float:
        """Points of the share, -1..1."""
        return self.share - self.census

    @property
    def times(self) -> float:
        return self.share / self.census


@dataclass(frozen=True, slots=True)
class Comparison:
    """All groups, and the index of dissimilarity: the share of sheets that would have to come from other groups (Duncan 1955)."""

    sheets: int
    groups: tuple[Compared, ...]

    @property
    def dissimilarity(self) -> float:
        return sum(abs(group.difference) for group in self.groups) / 2


def plan_quotas(population: Mapping[str, int], n: int, *, least: int = 0) -> dict[str, int]:
    """Sheets for each group in proportion to the population, at least `least` in each."""
    return allocate(population, n, rule="proportional", least=least)


def compare_with_census(sheets: Mapping[str, int], census: Mapping[str, float]) -> Comparison:
    """Sheets by group beside census counts (or shares) of the same groups; a group of only one side is refused by name."""
    if set(sheets) != set(census):
        odd = min(set(sheets) ^ set(census))
        raise Fault("sampling.group", odd, f"is only in the {'sheets' if odd in sheets else 'census'}; name the groups alike")
    for name, count in sheets.items():
        if isinstance(count, bool) or not isinstance(count, int) or count < 0:
            raise Fault("sampling.count", name, f"{count!r} is no count of sheets")
        if not census[name] > 0:
            raise Fault("sampling.count", name, f"the census has {census[name]!r}; it must be above 0 to compare with")
    total, people = sum(sheets.values()), sum(census.values())
    if not total:
        raise Fault("sampling.count", "sheets", "there are none")
    return Comparison(total, tuple(Compared(name, count, count / total, census[name] / people) for name, count in sheets.items()))
