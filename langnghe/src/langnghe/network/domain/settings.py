"""The numbers that guard people (R4). A network may be stricter than the rule, never less strict."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from langnghe.audit.domain import enter, register_actions
from langnghe.common.errors import Refusal
from langnghe.network.models import Network

FLOORS = {"k_inside": 5, "k_published": 10, "places_floor": 3}
"""Below these nothing is shown, whatever an office sets; the database refuses it too."""
HIGHEST = 100
"""Above this hardly anything would be shown; it is taken for a slip."""

register_actions(network__floors_set="The numbers below which a cell or a place is kept back were changed.")


def set_floors(network: Network, *, k_inside: int, k_published: int, places_floor: int, by: Any, at: dt.datetime) -> Network:
    """Refuses numbers under the floor of R4 (`network.floor`), and publishing less strictly than inside."""
    wanted = {"k_inside": k_inside, "k_published": k_published, "places_floor": places_floor}
    for name, value in wanted.items():
        if not FLOORS[name] <= value <= HIGHEST:
            raise Refusal("network.floor", _("%(value)d is outside %(low)d to %(high)d.") % {
                "value": value, "low": FLOORS[name], "high": HIGHEST},
                todo=_("An office can be stricter than the rule, never less strict."), details={"field": name})
    if k_published < k_inside:
        raise Refusal("network.floor", _("What is published must be guarded at least as well as what stays inside."),
                      todo=_("Set the number for what is published to %(low)d or more.") % {"low": k_inside},
                      details={"field": "k_published"})
    before = {name: getattr(network, name) for name in wanted}
    if before == wanted:
        return network
    with transaction.atomic():
        for name, value in wanted.items():
            setattr(network, name, value)
        network.save(update_fields=list(wanted))
        enter("network.floors_set", f"network:{network.pk}", by=by, at=at, network=network.pk, before=before, after=wanted)
    return network
