"""Members: who is in the network, for which term, in which state."""

from __future__ import annotations

import datetime as dt
import re
import secrets
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from langnghe.accounts.models import User
from langnghe.audit.domain import enter, register_actions
from langnghe.common.clock import today
from langnghe.common.errors import Refusal
from langnghe.common.states import check_transition
from langnghe.network.enums import MEMBER_STEPS, DueState, MemberState, Role
from langnghe.network.models import Component, Membership, Place, Term, Unit
from nghe.text.fold import fold, nfc

register_actions(
    member__added="A membership was proposed or made active.",
    member__changed="The post, component, places or document of a membership were changed.",
    member__moved="A membership was made active, suspended or ended.",
)


def add_member(user: Any, *, unit: Unit, term: Any, role: str, by: Any, at: dt.datetime, places: Iterable[Place] = (),
               state: str = MemberState.ACTIVE, since: dt.date | None = None, **fields: Any) -> Membership:
    """Refuses another network's term, place or component, a place or unit that has ended, and the same membership twice."""
    places = list(places)
    check_fits(unit, term, places, fields.get("component"))
    if Membership.objects.filter(user=user, unit=unit, term=term, role=role).exists():
        raise Refusal("member.twice", _("%(name)s has this role in this unit and term already.") % {"name": user},
                      todo=_("Change the membership that is there."), status=409)
    with transaction.atomic():
        member = Membership.objects.create(user=user, unit=unit, term=term, role=role, state=state, since=since or today(at),
                                           **fields)
        member.places.set(places)
        enter("member.added", f"membership:{member.pk}", by=by, at=at, network=unit.network_id, role=role, state=str(state))
    return member


def change_member(member: Membership, *, post: str, component: Component | None, places: Sequence[Place], by: Any,
                  at: dt.datetime, basis: Any = None) -> Membership:
    if member.state == MemberState.ENDED:
        raise Refusal("member.ended", _("This membership has ended and is kept as it was."),
                      todo=_("Propose the person again for the term."), status=409)
    check_fits(member.unit, member.term, places, component)
    with transaction.atomic():
        member.post, member.component, member.basis = post.strip(), component, basis or member.basis
        member.save(update_fields=["post", "component", "basis"])
        member.places.set(places)
        enter("member.changed", f"membership:{member.pk}", by=by, at=at, network=member.unit.network_id)
    return member


def check_fits(unit: Unit, term: Term, places: Sequence[Place], component: Component | None) -> None:
    strange = [place.name for place in places if place.network_id != unit.network_id]
    if term.network_id != unit.network_id or strange or (component and component.network_id != unit.network_id):
        raise Refusal("member.elsewhere", _("The term, place or component belongs to another network."),
                      todo=_("Choose from this network's lists."))
    if not unit.open_on(term.last_day) and not unit.open_on(term.first_day):
        raise Refusal("member.unit_closed", _("The unit %(name)s does not exist in this term.") % {"name": unit.name},
                      todo=_("Choose the unit that took over from it."))
    for place in places:
        if place.closed is not None and place.closed < term.first_day:
            raise Refusal("member.place_closed", _("The place %(name)s ended before the term.") % {"name": place.name},
                          todo=_("Choose the place that took over from it."))


def move_member(member: Membership, state: str, *, by: Any, at: dt.datetime) -> Membership:
    """Accept, suspend, take back or end a membership. Who leaves owes nothing that is not due yet."""
    check_transition(MEMBER_STEPS, member.state, state)
    if state == MemberState.ENDED and is_last_administrator(member):
        raise Refusal("member.last_administrator", _("Nobody would be left who looks after this unit."),
                      todo=_("Make somebody else administrator first."), status=409)
    with transaction.atomic():
        member.state, member.since = state, today(at)
        member.save(update_fields=["state", "since"])
        if state in {MemberState.SUSPENDED, MemberState.ENDED}:
            member.due_items.filter(state=DueState.OPEN, due_at__gt=at).update(state=DueState.COULD_NOT)
        enter("member.moved", f"membership:{member.pk}", by=by, at=at, network=member.unit.network_id, state=str(state))
    return member


def is_last_administrator(member: Membership) -> bool:
    """The last active one at the top of its tree; below, the unit above can look after it."""
    if member.role != Role.ADMINISTRATOR or member.state != MemberState.ACTIVE or not member.unit.is_root():
        return False
    others = Membership.objects.active().filter(unit=member.unit, role=Role.ADMINISTRATOR)
    return not others.exclude(pk=member.pk).exists()


def collaborator_membership(user: Any) -> Membership | None:
    return Membership.objects.active().filter(user=user, role=Role.COLLABORATOR).select_related("unit__network").first()


def open_account(name: str, *, username: str = "") -> User:
    """A person's account, without a password: a collaborator is let in by a code of the office, staff by an invitation."""
    shown = " ".join(nfc(name).split())
    if not shown or len(shown) > 120:
        raise Refusal("member.name", _("A member needs a name of at most 120 letters."), todo=_("Write the name."))
    if username and not re.fullmatch(r"[a-z0-9][a-z0-9._-]{1,59}", username):
        raise Refusal("member.username", _("“%(name)s” is no sign-in name.") % {"name": username},
                      todo=_("Use small letters without marks, digits, dots and hyphens."))
    if username and User.objects.filter(username=username).exists():
        raise Refusal("member.username", _("The sign-in name “%(name)s” is taken.") % {"name": username},
                      todo=_("Choose another one."), status=409)
    return User.objects.create_user(username or free_username(shown), display_name=shown)


def free_username(name: str) -> str:
    """From a Vietnamese name, family name first: the given name and the initials, and a chance ending."""
    words = re.findall(r"[a-z0-9]+", fold(name))
    stem = (words[-1] + "".join(word[0] for word in words[:-1]))[:40] if words else "member"
    return f"{stem}-{secrets.token_hex(3)}"


def propose_person(name: str, *, unit: Unit, term: Term, role: str, by: Any, at: dt.datetime, places: Sequence[Place] = (),
                   **fields: Any) -> Membership:
    """Somebody new in the network, or somebody who alone bears this name in the unit, as a proposed member."""
    with transaction.atomic():
        user = namesake(name, unit) or open_account(name)
        return add_member(user, unit=unit, term=term, role=role, by=by, at=at, places=places, state=MemberState.PROPOSED,
                          **fields)


def namesake(name: str, unit: Unit) -> User | None:
    """The one person of this unit with this name; None where there is nobody, or where two bear it."""
    shown = " ".join(nfc(name).split())
    same = list(User.objects.filter(memberships__unit=unit, display_name=shown).distinct()[:2])
    return same[0] if len(same) == 1 else None


def accept_members(members: Iterable[Membership], *, by: Any, at: dt.datetime) -> int:
    """Make proposed members active, all or none. Returns how many."""
    with transaction.atomic():
        return sum(1 for member in members if move_member(member, MemberState.ACTIVE, by=by, at=at))
