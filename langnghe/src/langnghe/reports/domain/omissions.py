"""What a level left out of a report's period (R9): by reason and by office for all above, the notes for their own unit.

Acts of offices are no cells (R4), so that counts by reason and by office are shown as they are; they cross no
attribute of people.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Case, Count, IntegerField, QuerySet, When
from django.db.models.functions import Coalesce

from langnghe.coding.enums import Reason
from langnghe.coding.models import SetAside
from langnghe.coding.queries.queue import CODERS, notes_to_code
from langnghe.intake.models import Observation
from langnghe.network.models import Unit
from langnghe.reports.models import Report
from nghe.evidence import Evidence as Frozen


@dataclass(frozen=True, slots=True)
class OfReason:
    """How many notes one reason left out: as the report says, and today; `share` is of all left out today, 0 to 1."""

    reason: str
    name: str
    frozen: int
    today: int
    share: float


@dataclass(slots=True)
class OfUnit:
    """What one office heard in the period and what it left out, by reason."""

    unit: Unit
    heard: int = 0
    reasons: Counter[str] = field(default_factory=Counter)

    @property
    def left_out(self) -> int:
        return self.reasons.total()

    @property
    def share(self) -> float:
        return self.left_out / self.heard if self.heard else 0.0

    @property
    def other_share(self) -> float:
        """The share of “another reason” among what was left out, 0 to 1."""
        return self.reasons[Reason.OTHER] / self.left_out if self.left_out else 0.0


@dataclass(frozen=True, slots=True)
class LeftOut:
    reasons: list[OfReason]
    units: list[OfUnit]
    frozen: int
    """Notes left out as the report says; other than `today` where some were put back or set aside since."""

    @property
    def heard(self) -> int:
        return sum(row.heard for row in self.units)

    @property
    def today(self) -> int:
        return sum(row.left_out for row in self.units)

    @property
    def other_share(self) -> float:
        return next((row.share for row in self.reasons if row.reason == Reason.OTHER), 0.0)


def left_out_of(report: Report) -> LeftOut:
    """Counts of the report's unit and of every one below it, however deep. Three queries, whatever is left out."""
    units = units_of(report)
    frozen = frozen_reasons(Frozen.from_dict(row.record) for row in report.evidence.filter(kind="DocumentCount"))
    today = sum((row.reasons for row in units), Counter[str]())
    total = today.total()
    reasons = [
        OfReason(reason.value, str(reason.label), frozen[reason], today[reason], today[reason] / total if total else 0.0)
        for reason in Reason if frozen[reason] or today[reason]
    ]
    return LeftOut(sorted(reasons, key=lambda row: (-row.today, -row.frozen, row.reason)), units, frozen.total())


def units_of(report: Report) -> list[OfUnit]:
    """The offices that heard something in the period, the report's own first, then down the tree."""
    heard = Observation.objects.under(report.unit).heard_between(report.first_day, report.last_day).order_by()
    counts = dict(heard.values_list("unit").annotate(number=Count("pk")))
    rows = {unit.pk: OfUnit(unit, counts[unit.pk]) for unit in Unit.objects.filter(pk__in=counts).order_by("path")}
    aside = (
        SetAside.objects.filter(observation__unit__path__startswith=report.unit.path,
                                observation__day__range=(report.first_day, report.last_day))
        .order_by().values_list("observation__unit", "reason").annotate(number=Count("pk"))
    )
    for unit, reason, number in aside:
        rows[unit].reasons[reason] = number
    return list(rows.values())


def frozen_reasons(evidence: Any) -> Counter[str]:
    """Reason → notes, as the evidence of a report froze it."""
    rows = next((dict(one.rows) for one in evidence if is_fate(one)), {})
    return Counter({name[2:]: int(cells["notes"]) for name, cells in rows.items() if name.startswith("r-")})


def is_fate(evidence: Frozen) -> bool:
    """Is this the evidence of what became of the notes: used, or left out?"""
    return {"recorded", "aside"} <= set(evidence.rows.get("total", {}))


def reasons_said(evidence: Mapping[str, Frozen]) -> list[tuple[str, int]]:
    """Name of the reason and notes, the most frequent first: the table under the report's own sentences."""
    counts = frozen_reasons(evidence.values())
    return [(str(Reason(reason).label), number) for reason, number in sorted(counts.items(), key=lambda row: (-row[1], row[0]))]


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Where else the matter of a note left out was heard, among the notes of the same office that were used."""

    notes: int
    places: int


def heard_elsewhere(report: Report) -> dict[int, Elsewhere]:
    """Topic → notes and places of the report's own unit that the report uses. For who codes there: a counter of a work queue."""
    rows = (
        Observation.objects.filter(unit=report.unit, set_aside=None).heard_between(report.first_day, report.last_day)
        .annotate(at_topic=Coalesce("placement__topic", "topic")).filter(at_topic__isnull=False).order_by()
        .values_list("at_topic").annotate(notes=Count("pk"), places=Count("place", distinct=True))
    )
    return {topic: Elsewhere(notes, places) for topic, notes, places in rows}


def notes_left_out(report: Report, user: Any) -> QuerySet[SetAside]:
    """The notes themselves, for those who code in the report's own unit; for all others none (R5)."""
    mine = notes_to_code(user).filter(unit=report.unit).heard_between(report.first_day, report.last_day)
    return SetAside.objects.filter(observation__in=mine).annotate(
        topic=Coalesce("observation__placement__topic", "observation__topic"))


def to_read_again(rows: QuerySet[SetAside], elsewhere: Mapping[int, Elsewhere]) -> QuerySet[SetAside]:
    """What was heard in the most other places too comes first: it may deserve to be read again."""
    wide = sorted(((found.places, topic) for topic, found in elsewhere.items()), reverse=True)
    ranks = [When(topic=topic, then=place) for place, (_places, topic) in enumerate(wide)]
    return rows.select_related("observation__place", "observation__unit").order_by(
        Case(*ranks, default=len(wide), output_field=IntegerField()), "reason", "at", "pk")


def may_put_back(report: Report, memberships: Any) -> bool:
    return any(member.unit_id == report.unit_id and member.role in CODERS for member in memberships)
