"""Which places have sent nothing for a period, and for how many periods before: what a reminder lists."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from langnghe.common.periods import Period
from langnghe.network.enums import REPORTED, DueState
from langnghe.network.models import DueItem, Membership, Place

LOOKED_BACK = 8
"""So many periods are read to say how long a place has been silent."""


@dataclass(frozen=True, slots=True)
class Silent:
    """A place that could report and did not, and the number of periods in a row that this is so (at least 1)."""

    place: Place
    periods: int


@dataclass(frozen=True, slots=True)
class Owing:
    """`could` leaves out places whose every collaborator was excused."""

    could: int
    came: int
    silent: list[Silent]

    @property
    def names(self) -> str:
        return ", ".join(one.place.name for one in self.silent)


def who_owes(user: Any, period: Period, *, roles: Iterable[str]) -> Owing:
    """For the units in which this person has one of these roles, by place; a place with two collaborators needs one."""
    units = Membership.objects.active().filter(user=user, role__in=list(roles)).values("unit")
    first = period.before(LOOKED_BACK - 1).first_day
    items = (
        DueItem.objects.filter(duty__unit__in=units, last_day__gte=first, last_day__lte=period.last_day)
        .order_by("-last_day", "pk").prefetch_related("membership__places")
    )
    states: dict[int, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    places: dict[int, Place] = {}
    for item in items:
        for place in item.membership.places.all():
            places[place.pk] = place
            states[place.pk][item.period].add(item.state)
    asked = {key: mine[period.code] - {DueState.COULD_NOT} for key, mine in states.items() if mine.get(period.code)}
    could = {key: found for key, found in asked.items() if found}
    silent = sorted((key for key, found in could.items() if not found & REPORTED), key=lambda key: (places[key].order, key))
    return Owing(len(could), len(could) - len(silent), [Silent(places[key], run_of(states[key])) for key in silent])


def run_of(periods: dict[str, set[str]]) -> int:
    """How many of the newest periods in a row brought nothing; a period in which all were excused breaks nothing."""
    run = 0
    for code in sorted(periods, reverse=True):
        states = periods[code] - {DueState.COULD_NOT}
        if states & REPORTED:
            break
        run += bool(states)
    return run
