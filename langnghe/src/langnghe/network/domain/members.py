"""Members: who is in the network, for which term, in which state."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import transaction

from langnghe.audit.domain import enter, register_actions
from langnghe.common.states import check_transition
from langnghe.network.enums import MEMBER_STEPS, MemberState, Role
from langnghe.network.models import Membership, Place, Unit

register_actions(
    member__added="A membership was proposed or made active.",
    member__moved="A membership was made active, suspended or ended.",
)


def add_member(user: Any, *, unit: Unit, term: Any, role: str, by: Any, at: dt.datetime, places: Iterable[Place] = (),
               state: str = MemberState.ACTIVE, **fields: Any) -> Membership:
    with transaction.atomic():
        member = Membership.objects.create(user=user, unit=unit, term=term, role=role, state=state, **fields)
        member.places.set(places)
        enter("member.added", f"membership:{member.pk}", by=by, at=at, network=unit.network_id, role=role)
    return member


def move_member(member: Membership, state: str, *, by: Any, at: dt.datetime) -> Membership:
    """Accept, suspend, take back or end a membership."""
    check_transition(MEMBER_STEPS, member.state, state)
    with transaction.atomic():
        member.state = state
        member.save(update_fields=["state"])
        enter("member.moved", f"membership:{member.pk}", by=by, at=at, network=member.unit.network_id, state=str(state))
    return member


def collaborator_membership(user: Any) -> Membership | None:
    return Membership.objects.active().filter(user=user, role=Role.COLLABORATOR).select_related("unit__network").first()
