"""Response, cooperation, refusal and contact rates, each by its number in AAPOR's Standard Definitions (10th edition, 2023).

I complete, P partial, R refusal, NC non-contact, O other, UH and UO of unknown eligibility, e their eligible share:

    RR1 = I / ((I+P) + (R+NC+O) + (UH+UO))      RR2: (I+P) on top
    RR3 = I / ((I+P) + (R+NC+O) + e(UH+UO))     RR4: (I+P) on top
    RR5 = I / ((I+P) + (R+NC+O))                RR6: (I+P) on top
    COOP1 = I / ((I+P)+R+O)   COOP2: (I+P) on top   COOP3 = I / ((I+P)+R)   COOP4: (I+P) on top
    REF1 = R / (all)          REF2 = R / (with e)   REF3 = R / (without unknown)
    CON1 = ((I+P)+R+O) / (all)  CON2: with e        CON3: without unknown

A rate that rests on e is only given with the e it was worked out with and where that came from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from nghe.errors import Fault

WITH_E = ("RR3", "RR4", "REF2", "CON2")


@dataclass(frozen=True, slots=True)
class Dispositions:
    """Units drawn, by what became of them (counts, or sums of base weights for weighted rates)."""

    complete: float
    partial: float = 0
    refusal: float = 0
    non_contact: float = 0
    other: float = 0
    unknown_household: float = 0
    unknown_other: float = 0
    not_eligible: float = 0

    def __post_init__(self) -> None:
        for entry in fields(self):
            value = getattr(self, entry.name)
            if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < float("inf"):
                raise Fault("response.count", entry.name, f"{value!r} is no count of units")
        if not self.eligible and not self.unknown:
            raise Fault("response.count", "dispositions", "no unit is or may be eligible, so there is nothing to rate")

    @property
    def interviews(self) -> float:
        return self.complete + self.partial

    @property
    def eligible(self) -> float:
        """Known to be eligible."""
        return self.interviews + self.refusal + self.non_contact + self.other

    @property
    def contacted(self) -> float:
        return self.interviews + self.refusal + self.other

    @property
    def unknown(self) -> float:
        return self.unknown_household + self.unknown_other


@dataclass(frozen=True)
class Rates:
    """Rates by their AAPOR names, 0..1; `None` where the denominator is nought. `e` and `e_from` are stated with them."""

    values: Mapping[str, float | None]
    e: float
    e_from: str
    dispositions: Dispositions

    def __getitem__(self, name: str) -> float:
        """A rate; raises `Fault` where it cannot be worked out."""
        if name not in self.values:
            raise Fault("response.rate", name, f"is no rate; there are {', '.join(self.values)}")
        value = self.values[name]
        if value is None:
            raise Fault("response.rate", name, "has nobody in its denominator")
        return value

    def says(self, name: str) -> str:
        """The rate as it is disclosed: with its name, and with e where it rests on e."""
        return f"{name} {100 * self[name]:.1f} %" + (f" (e = {self.e:.3f}, {self.e_from})" if name in WITH_E else "")

    def record(self) -> dict[str, Any]:
        counts = {entry.name: getattr(self.dispositions, entry.name) for entry in fields(self.dispositions)}
        return {"rates": dict(self.values), "e": self.e, "e_from": self.e_from, "dispositions": counts}


def eligibility(dispositions: Dispositions) -> float:
    """e by proportional allocation (CASRO): the eligible share of the units whose eligibility is known."""
    known = dispositions.eligible + dispositions.not_eligible
    if not known:
        raise Fault("response.e", "e", "cannot be worked out: of no unit eligibility is known; give e and say where it is from")
    return dispositions.eligible / known


def response_rates(dispositions: Dispositions, *, e: float | None = None, e_from: str = "") -> Rates:
    """All rates. `e` (0..1) needs `e_from`, words for where it comes from; without it, e is that of `eligibility`."""
    if e is None:
        e, e_from = (eligibility(dispositions), "share of eligible units among those of known eligibility") \
            if dispositions.unknown else (1.0, "no unit of unknown eligibility")
    elif not 0 <= e <= 1:
        raise Fault("response.e", "e", f"{e!r} is not between 0 and 1")
    elif not e_from.strip():
        raise Fault("response.e", "e_from", "is empty; a rate with e must say where e comes from")
    d = dispositions
    every, likely, known = d.eligible + d.unknown, d.eligible + e * d.unknown, d.eligible
    talked = d.interviews + d.refusal
    parts = {
        "RR1": (d.complete, every), "RR2": (d.interviews, every), "RR3": (d.complete, likely), "RR4": (d.interviews, likely),
        "RR5": (d.complete, known), "RR6": (d.interviews, known),
        "COOP1": (d.complete, d.contacted), "COOP2": (d.interviews, d.contacted),
        "COOP3": (d.complete, talked), "COOP4": (d.interviews, talked),
        "REF1": (d.refusal, every), "REF2": (d.refusal, likely), "REF3": (d.refusal, known),
        "CON1": (d.contacted, every), "CON2": (d.contacted, likely), "CON3": (d.contacted, known),
    }
    return Rates({name: top / bottom if bottom else None for name, (top, bottom) in parts.items()}, e, e_from, dispositions)
