"""“Nothing to report” and “could not”: one tap each, and the first counts as on time (R12: a right to skip)."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from langnghe.audit.domain import enter, register_actions
from langnghe.common.errors import Refusal
from langnghe.intake.domain.heard import Sent, said_at
from langnghe.network.domain import mark_due
from langnghe.network.enums import DueState
from langnghe.network.models import DueItem, Membership

register_actions(duty__answered="A collaborator said that there was nothing to report, or that she could not.")
ANSWERS = frozenset({DueState.NIL, DueState.COULD_NOT})


def answer_duty(item: DueItem, state: str, *, member: Membership, at: dt.datetime, sent: Sent | None = None) -> DueItem:
    """Say *nothing to report* or *could not* for one period. Again, or after a note came, changes nothing."""
    if item.membership_id != member.pk or state not in ANSWERS:
        raise Refusal("duty.none", _("No such report is due."), todo=_("Reload the page."), status=404)
    with transaction.atomic():
        item = DueItem.objects.select_for_update().select_related("duty__unit").get(pk=item.pk)
        if item.state == state or item.state in {DueState.SUBMITTED, DueState.ACCEPTED}:
            return item
        mark_due(item, state, at=said_at(sent or Sent(), at=at))
        enter("duty.answered", f"due_item:{item.pk}", by=member.user, at=at, network=item.duty.unit.network_id, state=str(state))
    return item
