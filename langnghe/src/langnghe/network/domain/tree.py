"""The trees of units and places."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django_scopes import scopes_disabled

from langnghe.audit.domain import enter, register_actions
from langnghe.network.models import Network, Place, Unit

register_actions(
    unit__opened="A unit was added to the tree.",
    place__opened="A place was added to the tree.",
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
