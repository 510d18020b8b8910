"""What an administrator may change: the units of her own administration and all below, never beside or above."""

from __future__ import annotations

from typing import Any

from langnghe.network.enums import Role
from langnghe.network.models import DueItem, Membership, MembershipQuerySet, RosterFile, TreeQuerySet, Unit

KEEPERS = frozenset({Role.ANALYST, Role.EDITOR, Role.ADMINISTRATOR})
"""Who accepts, returns and excuses reports."""


def managed_units(user: Any) -> TreeQuerySet:
    mine = Membership.objects.active().filter(user=user, role=Role.ADMINISTRATOR)
    units: TreeQuerySet = Unit.objects.below(mine)
    return units


def managed_members(user: Any) -> MembershipQuerySet:
    members: MembershipQuerySet = Membership.objects.filter(unit__in=managed_units(user))
    return members


def managed_files(user: Any) -> Any:
    return RosterFile.objects.filter(unit__in=managed_units(user), by=user)


def kept_items(user: Any) -> Any:
    """Due items that this person may accept, return or excuse."""
    mine = Membership.objects.active().filter(user=user, role__in=KEEPERS)
    return DueItem.objects.filter(duty__unit__in=Unit.objects.below(mine))
