"""The office's list of public cases: names that a note may keep (R2)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from langnghe.audit.domain import enter, register_actions
from langnghe.common.clock import today
from langnghe.common.errors import Refusal
from langnghe.intake.models import PublicCase
from nghe.text.fold import fold, nfc

register_actions(
    case__listed="A name was put on the list of public cases.",
    case__removed="A name was taken off the list of public cases.",
)


def list_case(name: str, *, source: str, network: Any, by: Any, at: dt.datetime) -> PublicCase:
    """Put a name on the list; `source` says where everybody can read it (a public trial, a monument, a book)."""
    name, source = " ".join(nfc(name).split()), " ".join(nfc(source).split())
    if not fold(name) or not source:
        raise Refusal("case.incomplete", _("A public case needs the name and where everybody can read it."),
                      todo=_("Fill in both."))
    try:
        with transaction.atomic():
            case = PublicCase.objects.create(network=network, name=name, folded=fold(name), source=source, listed_by=by,
                                             listed_on=today(at))
            enter("case.listed", f"public_case:{case.pk}", by=by, at=at, network=network.pk)
    except IntegrityError as fault:
        raise Refusal("case.twice", _("This name is on the list."), todo=_("Look for it in the list."), status=409) from fault
    return case


def remove_case(case: PublicCase, *, by: Any, at: dt.datetime) -> PublicCase:
    """Take a name off the list; notes that kept it are not changed."""
    with transaction.atomic():
        if case.removed_on is None:
            case.removed_on = today(at)
            case.save(update_fields=["removed_on"])
            enter("case.removed", f"public_case:{case.pk}", by=by, at=at, network=case.network_id)
    return case
