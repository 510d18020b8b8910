"""Duties: what is owed, and what came."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from langnghe.audit.domain import enter, register_actions
from langnghe.common.clock import ZONE
from langnghe.common.errors import Refusal
from langnghe.common.periods import Period
from langnghe.common.states import check_transition
from langnghe.network.enums import DUE_STEPS, DueState
from langnghe.network.models import DueItem, Duty, Membership, Unit

register_actions(
    duty__set="A duty was given to a unit: what is owed, and when.",
    duty__closed="A duty ended.",
    duty__opened="The due items of a period were opened.",
    duty__accepted="Reports that were owed were accepted.",
    duty__returned="A report that was owed was returned.",
    duty__excused="Somebody who could not report was excused for a period.",
)


def set_duty(unit: Unit, *, kind: str, due_days: int, due_time: dt.time, grace_hours: int, basis: Any, opened: dt.date, by: Any,
             at: dt.datetime) -> Duty:
    """Give a unit a duty; one of the same kind that is open ends on the day before (what was owed by it stays)."""
    if due_days > 31 or grace_hours > 24 * 7:
        raise Refusal("duty.days", _("%(n)d days after the period, with %(h)d hours of grace, is too late to help.") % {
            "n": due_days, "h": grace_hours}, todo=_("Choose at most 31 days and a week of grace."))
    with transaction.atomic():
        before = Duty.objects.filter(unit=unit, kind=kind, closed=None).first()
        if before:
            if opened <= before.opened:
                raise Refusal("duty.days", _("The duty would begin before the one it replaces (%(day)s).") % {
                    "day": f"{before.opened:%d/%m/%Y}"}, todo=_("Choose a later day."), status=409)
            close_duty(before, on=opened - dt.timedelta(days=1), by=by, at=at)
        duty = Duty.objects.create(unit=unit, kind=kind, period_rule=unit.network.week_rule, due_days=due_days, due_time=due_time,
                                   grace_hours=grace_hours, basis=basis, opened=opened)
        enter("duty.set", f"duty:{duty.pk}", by=by, at=at, network=unit.network_id, kind=kind)
    return duty


def close_duty(duty: Duty, *, on: dt.date, by: Any, at: dt.datetime) -> Duty:
    with transaction.atomic():
        duty.closed = on
        duty.save(update_fields=["closed"])
        enter("duty.closed", f"duty:{duty.pk}", by=by, at=at, network=duty.unit.network_id)
    return duty


def open_due_items(duty: Duty, *, period: Period, by: Any, at: dt.datetime) -> list[DueItem]:
    """One open item for each active collaborator of the duty's unit; a second call adds only who came since.

    A period belongs to the duty that is open on its last day; for another duty nothing is opened.
    """
    if period.last_day < duty.opened or (duty.closed is not None and duty.closed < period.last_day):
        return []
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


def accept_items(items: Iterable[DueItem], *, by: Any, at: dt.datetime) -> int:
    """Accept what came; each must have come. Returns how many."""
    return decide(items, DueState.ACCEPTED, "duty.accepted", by=by, at=at)


def return_item(item: DueItem, *, by: Any, at: dt.datetime) -> DueItem:
    """Send a report back to be mended; it is owed again until it comes."""
    decide([item], DueState.RETURNED, "duty.returned", by=by, at=at)
    return item


def excuse_items(items: Iterable[DueItem], *, by: Any, at: dt.datetime) -> int:
    """Somebody could not report (illness, flood, no network): left out of the count, above and below the line."""
    return decide(items, DueState.COULD_NOT, "duty.excused", by=by, at=at)


def decide(items: Iterable[DueItem], state: str, action: str, *, by: Any, at: dt.datetime) -> int:
    """Move items on, all or none; the office's act leaves the hour of arrival as it was."""
    chosen = list(items)
    if not chosen:
        raise Refusal("duty.none_chosen", _("No report was chosen."), todo=_("Tick the rows first."))
    for item in chosen:
        check_transition(DUE_STEPS, item.state, state)
    with transaction.atomic():
        DueItem.objects.filter(pk__in=[item.pk for item in chosen]).update(state=state)
        for item in chosen:
            item.state = state
        first = chosen[0]
        enter(action, f"duty:{first.duty_id}", by=by, at=at, network=first.duty.unit.network_id, items=len(chosen),
              period=first.period)
    return len(chosen)
