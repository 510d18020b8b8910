"""Which notes wait for a second, blind coding by this person, and how far each week is."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Value, When

from langnghe.coding.enums import Source
from langnghe.coding.models import Coding, Drawn
from langnghe.coding.queries.queue import notes_to_code, units_to_code
from langnghe.coding.rules import LEAST_SHARE
from langnghe.common.periods import Period

COUNTS_AS_TWO = (
    Q(drawn__second__first__isnull=False, drawn__second__first__bulk=None)
    | Q(drawn__second__first=None, placement__coding__bulk=None) & ~Q(placement__coding__by=F("drawn__second__by"))
)
"""Of a note with a second coding: both were made one by one, by two people (R11: what was done in bulk was not read)."""


def notes_to_code_again(user: Any) -> QuerySet[Drawn]:
    """Drawn notes of this person's units that nobody coded a second time, that she did not code herself, and that were not only
    coded in bulk. Those that have their first topic come first, then the oldest.
    """
    own = Coding.objects.filter(observation=OuterRef("pk"), by=user, source=Source.PERSON)
    waiting = drawn_for(user).filter(second=None, observation__set_aside=None)
    return (
        waiting.filter(~Exists(own)).exclude(observation__placement__coding__bulk__isnull=False)
        .annotate(later=Case(When(observation__placement=None, then=Value(1)), default=Value(0), output_field=IntegerField()))
        .order_by("later", "observation__day", "number")
    )


def drawn_for(user: Any) -> QuerySet[Drawn]:
    return Drawn.objects.filter(observation__unit__in=units_to_code(user).values("pk"))


def drawn_note(user: Any, key: str) -> Drawn | None:
    """A drawn note of this person's units, whoever coded it; None where there is none."""
    try:
        pk = uuid.UUID(key)
    except ValueError:
        return None
    rows = drawn_for(user).select_related("observation__unit", "observation__place", "observation__channel")
    return rows.filter(pk=pk).first()


@dataclass(frozen=True, slots=True)
class WeekLine:
    """One week: its notes with words, how many were drawn, how many have two readings that count."""

    period: Period
    notes: int
    drawn: int
    twice: int

    @property
    def share(self) -> float:
        return self.twice / self.notes if self.notes else 0.0

    @property
    def may_draw(self) -> bool:
        """Fewer were drawn than the floor asks for."""
        return self.drawn < LEAST_SHARE * self.notes


def weeks_coded_twice(user: Any, periods: Sequence[Period]) -> list[WeekLine]:
    """For each week, oldest first, in one query."""
    weeks = sorted(periods, key=lambda period: period.first_day)
    notes = notes_to_code(user).filter(set_aside=None).exclude(text="")
    days = notes.heard_between(weeks[0].first_day, weeks[-1].last_day).order_by().values("day").annotate(
        notes=Count("pk"), in_draw=Count("drawn"),
        twice=Count("drawn__second", filter=COUNTS_AS_TWO & Q(placement__isnull=False)))
    found: Counter[tuple[str, str]] = Counter()
    for row in days:
        code = next(period.code for period in weeks if row["day"] in period)
        found.update({(code, name): row[name] for name in ("notes", "in_draw", "twice")})
    return [WeekLine(period, *(found[period.code, name] for name in ("notes", "in_draw", "twice"))) for period in weeks]
