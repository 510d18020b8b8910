"""What will fall due, from the duties and the terms: nothing is opened by asking."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from langnghe.common.clock import ZONE, today
from langnghe.common.periods import Period
from langnghe.network.enums import MemberState
from langnghe.network.models import Duty, Membership, Network, Term, Unit


@dataclass(frozen=True, slots=True)
class Coming:
    """One thing that is due: a report of a duty, or the end of a term. `members` owe it."""

    at: dt.datetime
    duty: Duty | None
    period: Period | None
    term: Term | None
    members: int


def what_comes(user: Any, network: Network, *, at: dt.datetime) -> list[Coming]:
    """The next report of each duty of the units this person may see, and the end of the term, in order of time."""
    duties = Duty.objects.filter(unit__in=Unit.objects.visible_to(user), closed=None).select_related("unit", "basis").annotate(
        members=Count("unit__memberships", filter=Q(unit__memberships__state=MemberState.ACTIVE,
                                                    unit__memberships__role="collaborator")))
    rows = [next_of(duty, at) for duty in duties]
    term = Term.objects.filter(network=network, last_day__gte=today(at)).order_by("first_day").first()
    if term:
        rows.append(Coming(dt.datetime.combine(term.last_day, dt.time(17), ZONE), None, None, term, 0))
    return sorted(rows, key=lambda row: row.at)


def next_of(duty: Duty, at: dt.datetime) -> Coming:
    period = Period.week_of(today(at), duty.period_rule).before()
    while due_of(duty, period) < at:
        period = period.after()
    return Coming(due_of(duty, period), duty, period, None, duty.members)


def due_of(duty: Duty, period: Period) -> dt.datetime:
    return dt.datetime.combine(period.last_day + dt.timedelta(days=duty.due_days), duty.due_time, ZONE)


def states_of(user: Any, term: Term | None) -> dict[str, int]:
    """How many collaborators of a term stand in each state, below the units this person may see. One query."""
    rows = Membership.objects.visible_to(user).collaborators().filter(term=term).values_list("state").order_by()
    return dict(rows.annotate(n=Count("pk")))
