"""Set notes aside with a reason, and put them back. What is left out stays counted (R9); a duplicate names what is kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from langnghe.audit.domain import enter, register_actions
from langnghe.coding.domain.confirm import Bulk, check_number
from langnghe.coding.enums import BulkKind, Reason
from langnghe.coding.models import BulkAction, SetAside
from langnghe.common.errors import Refusal
from langnghe.intake.models import Observation

register_actions(
    note__set_aside="A note was left out of what is used, with a reason.",
    note__set_aside_in_bulk="Several notes were left out of what is used at once, with one reason.",
    note__put_back="A note that was left out was put back.",
)


def set_aside(note: Observation, reason: str, *, kept: Observation | None = None, by: Any, at: dt.datetime) -> SetAside:
    """Leave a note out of what is used. Refuses a duplicate that names nothing kept, itself, or what is itself left out."""
    check_reason([note], reason, kept)
    with transaction.atomic():
        row = SetAside.objects.create(observation=note, reason=reason, kept=kept, by=by, at=at)
        enter("note.set_aside", f"observation:{note.pk}", by=by, at=at, network=note.unit.network_id, reason=reason,
              kept=str(kept.pk) if kept else "")
    return row


def set_many_aside(notes: Sequence[Observation], reason: str, *, kept: Observation | None = None, by: Any,
                   at: dt.datetime) -> Bulk:
    """The same for several at once, recorded as such. Where one of them is the note kept, it stays."""
    check_number(notes)
    out = [note for note in notes if kept is None or note.pk != kept.pk]
    check_number(out)
    check_reason(out, reason, kept)
    unit = out[0].unit
    with transaction.atomic():
        action = BulkAction.objects.create(unit=unit, by=by, at=at, kind=BulkKind.ASIDE, notes=len(out))
        SetAside.objects.bulk_create(
            SetAside(observation=note, reason=reason, kept=kept, by=by, at=at, bulk=action) for note in out
        )
        enter("note.set_aside_in_bulk", f"bulk:{action.pk}", by=by, at=at, network=unit.network_id, reason=reason, notes=len(out))
    return Bulk(action, len(out), len(notes) - len(out))


def put_back(note: Observation, *, by: Any, at: dt.datetime) -> Observation:
    """Take a note in again: it waits, or stands where it was confirmed before."""
    with transaction.atomic():
        gone, _rows = SetAside.objects.filter(observation=note).delete()
        if not gone:
            raise Refusal("aside.not_aside", _("This note is not set aside."), todo=_("Reload the page."), status=409)
        enter("note.put_back", f"observation:{note.pk}", by=by, at=at, network=note.unit.network_id)
    return note


def check_reason(notes: Sequence[Observation], reason: str, kept: Observation | None) -> None:
    if reason not in Reason.values:
        raise Refusal("aside.reason", _("“%(reason)s” is no reason.") % {"reason": reason},
                      todo=_("Choose a reason from the list."))
    if SetAside.objects.filter(observation__in=notes).exists():
        raise Refusal("aside.already", _("One of these notes was set aside already."), todo=_("Reload the page."), status=409)
    if (kept is not None) != (reason == Reason.DUPLICATE):
        raise Refusal("aside.duplicate", _("A duplicate must name the note that is kept, and only a duplicate does."),
                      todo=_("Choose the note that is kept, or another reason."))
    if kept is None:
        check_nobody_rests_on(notes)
        return
    if any(note.pk == kept.pk or note.unit_id != kept.unit_id for note in notes):
        raise Refusal("aside.kept", _("A note cannot be kept in place of itself, or in another unit."),
                      todo=_("Choose the note that is kept."))
    if SetAside.objects.filter(observation=kept).exists():
        raise Refusal("aside.kept_gone", _("The note that would be kept was itself set aside."),
                      todo=_("Put it back first, or choose another one."), status=409)
    check_nobody_rests_on(notes)


def check_nobody_rests_on(notes: Sequence[Observation]) -> None:
    """What other notes are duplicates of must stay, or nothing of them would be left."""
    if SetAside.objects.filter(kept__in=notes).exists():
        raise Refusal("aside.is_kept", _("Other notes were set aside as duplicates of this one."),
                      todo=_("Put those back first."), status=409)
