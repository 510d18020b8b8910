"""Duties: what is owed, and what came."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from langnghe.audit.domain import enter, register_actions
from langnghe.common.clock import ZONE
from langnghe.common.errors import Refusal
from langnghe.common.periods import Period
from langnghe.common.states import check_transition
from langnghe.network.enums import DUE_STEPS, DueState
from langnghe.network.models import DueItem, Duty, Membership

register_actions(duty__opened="The due items of a period were opened.")


def open_due_items(duty: Duty, *, period: Period, by: Any, at: dt.datetime) -> list[DueItem]:
    """One open item for each active collaborator of the duty's unit; a second call adds only who came since."""
    due = dt.datetime.combine(period.last_day + dt.timedelta(days=duty.due_days), duty.due_time, ZONE)
    with transaction.atomic():
        members = Membership.objects.active().collaborators().filter(
            unit=duty.unit, term__first_day__lte=period.last_day, term__last_day__gte=period.first_day
        )
        known = set(duty.items.filter(period=period.code).values_list("membership_id", flat=True))
        items = DueItem.objects.bulk_create(
            DueItem(duty=duty, membership=member, period=period.code, first_day=period.first_day,
                    last_day=period.last_day, due_at=due)
            for member in members if member.pk not in known
        )
        if items:
            enter("duty.opened", f"duty:{duty.pk}", by=by, at=at, network=duty.unit.network_id, period=period.code,
                  items=len(items))
    return items


def mark_due(item: DueItem, state: str, *, at: dt.datetime) -> DueItem:
    """Move a due item on; a second note in the same period leaves it as it is. The hour is kept, not the minute."""
    if item.state == state:
        return item
    check_transition(DUE_STEPS, item.state, state)
    item.state = state
    item.submitted_hour = item.submitted_hour or at.replace(minute=0, second=0, microsecond=0)
    item.save(update_fields=["state", "submitted_hour"])
    return item


def due_item_for(member: Membership, *, day: dt.date) -> DueItem | None:
    """The member's item of the period that holds this day, if a duty was open then."""
    return member.due_items.filter(first_day__lte=day, last_day__gte=day).select_related("duty").first()


def count_note_as_report(member: Membership, *, day: dt.date, at: dt.datetime) -> None:
    """A note fulfils the duty of the period in which it was heard."""
    item = due_item_for(member, day=day)
    if item and item.state in {DueState.OPEN, DueState.NIL, DueState.COULD_NOT, DueState.RETURNED}:
        mark_due(item, DueState.SUBMITTED, at=at)


def report_nothing(member: Membership, *, day: dt.date, at: dt.datetime) -> DueItem:
    """“Nothing to report”: one tap, and it counts as on time."""
    item = due_item_for(member, day=day)
    if item is None:
        raise Refusal("duty.none", _("No report is due for this day."), todo=_("Nothing needs to be sent."), status=409)
    if item.state in {DueState.SUBMITTED, DueState.ACCEPTED}:
        return item
    return mark_due(item, DueState.NIL, at=at)
