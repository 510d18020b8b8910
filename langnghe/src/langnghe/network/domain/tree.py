"""The trees of units and places: they grow, end, and have successors, so that nothing is lost on the day of a merger."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from langnghe.audit.domain import enter, register_actions
from langnghe.common.errors import Refusal
from langnghe.network.domain.duties import close_duty
from langnghe.network.enums import MemberState
from langnghe.network.models import Duty, Membership, Network, Place, PlaceSuccession, Unit, UnitSuccession

register_actions(
    unit__opened="A unit was added to the tree.",
    unit__succeeded="A unit ended and others took over from it.",
    place__opened="A place was added to the tree.",
    place__succeeded="A place ended and others took over from it.",
)


def add_unit(network: Network, *, under: Unit | None, by: Any, at: dt.datetime, **fields: Any) -> Unit:
    """Add an office at the root or under another. The tree's paths are shared by all networks, hence no scope."""
    with transaction.atomic(), scopes_disabled():
        values = {"network": network, **fields}
        unit = Unit.objects.add_child(under, values) if under else Unit.objects.add_root(values)
        enter("unit.opened", f"unit:{unit.pk}", by=by, at=at, network=network.pk)
    return unit


def add_place(network: Network, *, under: Place | None, by: Any, at: dt.datetime, **fields: Any) -> Place:
    with transaction.atomic(), scopes_disabled():
        values = {"network": network, **fields}
        place = Place.objects.add_child(under, values) if under else Place.objects.add_root(values)
        enter("place.opened", f"place:{place.pk}", by=by, at=at, network=network.pk)
    return place


def succeed_place(old: Place, into: Sequence[Place], *, on: dt.date, by: Any, at: dt.datetime) -> Place:
    """From this day on, others stand where this place was; who covered it covers them as well.

    What was heard in it stays where it was heard. Members keep the old place beside the new ones, since what they owed
    before that day was owed for it.
    """
    check_succession(old, into, on)
    with transaction.atomic():
        old.closed = on - dt.timedelta(days=1)
        old.save(update_fields=["closed"])
        PlaceSuccession.objects.bulk_create(PlaceSuccession(old=old, new=new, on=on) for new in into)
        for member in old.memberships.exclude(state=MemberState.ENDED).filter(term__last_day__gte=on):
            member.places.add(*into)
        enter("place.succeeded", f"place:{old.pk}", by=by, at=at, network=old.network_id, on=on.isoformat(),
              into=[new.pk for new in into])
    return old


def succeed_unit(old: Unit, into: Unit, *, on: dt.date, by: Any, at: dt.datetime) -> Unit:
    """From this day on, another office does this one's work: its members go there, and its duties go on there.

    What was owed before stays with the old office, and so do its notes; whoever works in the new one sees both.
    """
    check_succession(old, [into], on)
    with transaction.atomic():
        old.closed = on - dt.timedelta(days=1)
        old.save(update_fields=["closed"])
        UnitSuccession.objects.create(old=old, new=into, on=on)
        moved = 0
        for member in Membership.objects.filter(unit=old, term__last_day__gte=on).exclude(state=MemberState.ENDED):
            if Membership.objects.filter(user=member.user, unit=into, term=member.term, role=member.role).exists():
                continue
            member.unit = into
            member.save(update_fields=["unit"])
            moved += 1
        for duty in Duty.objects.filter(unit=old, closed=None):
            close_duty(duty, on=old.closed, by=by, at=at)
            if not Duty.objects.filter(unit=into, kind=duty.kind, closed=None).exists():
                Duty.objects.create(unit=into, kind=duty.kind, period_rule=duty.period_rule, due_days=duty.due_days,
                                    due_time=duty.due_time, grace_hours=duty.grace_hours, basis=duty.basis, opened=on)
        enter("unit.succeeded", f"unit:{old.pk}", by=by, at=at, network=old.network_id, on=on.isoformat(), into=into.pk,
              members=moved)
    return old


def check_succession(old: Unit | Place, into: Sequence[Unit | Place], on: dt.date) -> None:
    if old.closed is not None:
        raise Refusal("tree.closed", _("%(name)s has ended already.") % {"name": old.name},
                      todo=_("Choose what took over from it."), status=409)
    if not into or any(new.pk == old.pk or new.network_id != old.network_id for new in into):
        raise Refusal("tree.successor", _("%(name)s needs a successor in the same network.") % {"name": old.name},
                      todo=_("Add what takes over first, then choose it."))
    if on <= old.opened or any(not new.open_on(on) for new in into):
        raise Refusal("tree.day", _("On %(day)s not both of them exist.") % {"day": f"{on:%d/%m/%Y}"},
                      todo=_("Check the day on which the successor begins."))
