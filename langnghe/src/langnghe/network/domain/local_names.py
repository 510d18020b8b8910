"""What is called like a person in a place: its streets and schools, as its administrator lists them for the door."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from langnghe.audit.domain import enter, register_actions
from langnghe.common.errors import Refusal
from langnghe.network.models import LocalName, Place
from nghe.text.fold import fold, nfc

MOST = 500
"""Names of one place."""
LONGEST = 100

register_actions(network__local_names_set="The list of streets and schools of a place was changed.")


def set_local_names(place: Place, names: Iterable[str], *, by: Any, at: dt.datetime) -> list[LocalName]:
    """Make `names` the whole list of the place; the same name twice counts once.

    Refuses (`network.local_name`) a name of one word, which would let a person of that name pass, a name that is too long, one
    with digits, and more than 500 of them.
    """
    wanted: dict[str, str] = {}
    for name in (" ".join(nfc(line).split()) for line in names):
        if name:
            check_name(name)
            wanted.setdefault(fold(name), name)
    if len(wanted) > MOST:
        raise Refusal("network.local_name", _("A place has at most %(most)d names.") % {"most": MOST},
                      todo=_("Keep those that are called like a person."))
    with transaction.atomic():
        before = set(place.local_names.values_list("folded", flat=True))
        if before != set(wanted):
            place.local_names.exclude(folded__in=wanted).delete()
            LocalName.objects.bulk_create(
                LocalName(place=place, name=name, folded=folded) for folded, name in wanted.items() if folded not in before
            )
            enter("network.local_names_set", f"place:{place.pk}", by=by, at=at, network=place.network_id,
                  before=len(before), after=len(wanted))
    return list(place.local_names.all())


def check_name(name: str) -> None:
    if len(name) <= LONGEST and len(fold(name).split()) > 1 and not any(char.isdigit() for char in name):
        return
    raise Refusal(
        "network.local_name", _("“%(name)s” cannot be on the list.") % {"name": name[:LONGEST]},
        todo=_("Write the name alone, in two words or more and without numbers: Lê Văn Thọ, not Thọ."),
    )
