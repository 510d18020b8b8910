"""Terms of a roster, the documents it rests on, and its renewal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from langnghe.audit.domain import enter, register_actions
from langnghe.common.clock import today
from langnghe.common.errors import Refusal
from langnghe.network.enums import MemberState
from langnghe.network.models import Basis, Membership, Network, Place, Term
from langnghe.network.queries.succession import Succession

register_actions(
    term__opened="A term of the roster was opened.",
    basis__added="A document was entered that a plan, a duty or a roster rests on.",
    roster__renewed="Members were proposed for the next term.",
)


def open_term(network: Network, *, name: str, first_day: dt.date, last_day: dt.date, by: Any, at: dt.datetime) -> Term:
    """Refuses a term that ends before it begins, or that overlaps another (`term.days`)."""
    if last_day < first_day:
        raise Refusal("term.days", _("The term ends before it begins."), todo=_("Check the two days."))
    if other := Term.objects.filter(network=network, first_day__lte=last_day, last_day__gte=first_day).first():
        raise Refusal("term.days", _("The days overlap with the term %(name)s.") % {"name": other.name},
                      todo=_("Begin after %(day)s.") % {"day": f"{other.last_day:%d/%m/%Y}"}, status=409)
    if Term.objects.filter(network=network, name=name).exists():
        raise Refusal("term.name", _("There is a term %(name)s already.") % {"name": name},
                      todo=_("Give it another name."), status=409)
    with transaction.atomic():
        term = Term.objects.create(network=network, name=name, first_day=first_day, last_day=last_day)
        enter("term.opened", f"term:{term.pk}", by=by, at=at, network=network.pk)
    return term


def find_or_add_basis(network: Network, *, symbol: str, issued_on: dt.date, issuer: str, by: Any, at: dt.datetime) -> Basis:
    """The document with this symbol; entered where it is not known yet. Refuses the same symbol with another day."""
    basis = Basis.objects.filter(network=network, symbol=symbol).first()
    if basis is None:
        if issued_on > today(at):
            raise Refusal("basis.day", _("The document is dated after today."), todo=_("Check the date of the document."))
        with transaction.atomic():
            basis = Basis.objects.create(network=network, symbol=symbol, issued_on=issued_on, issuer=issuer)
            enter("basis.added", f"basis:{basis.pk}", by=by, at=at, network=network.pk)
    elif basis.issued_on != issued_on:
        raise Refusal("basis.day", _("%(symbol)s is known with the date %(day)s.") % {
            "symbol": symbol, "day": f"{basis.issued_on:%d/%m/%Y}"}, todo=_("Check the symbol and the date."), status=409)
    return basis


def renew_roster(term: Term, members: Iterable[Membership], *, basis: Basis | None, by: Any, at: dt.datetime) -> list[Membership]:
    """Propose members of an earlier term for this one: same post and component, units and places as they are now.

    Who is in the term already is passed over; so is whose unit or place ended without a successor.
    """
    network = term.network
    known = set(Membership.objects.filter(term=term).values_list("user", "role"))
    units, places = Succession.of_units(network), Succession.of_places(network)
    made: list[Membership] = []
    with transaction.atomic():
        for member in members:
            unit = next(iter(sorted(units.current([member.unit_id], on=term.first_day))), None)
            if (member.user_id, member.role) in known or unit is None:
                continue
            new = Membership.objects.create(user=member.user, unit_id=unit, term=term, role=member.role, post=member.post,
                                            component=member.component, basis=basis, state=MemberState.PROPOSED, since=today(at))
            held = places.current(member.places.values_list("pk", flat=True), on=term.first_day)
            new.places.set(Place.objects.filter(pk__in=held).open_on(term.first_day))
            known.add((member.user_id, member.role))
            made.append(new)
        if made:
            enter("roster.renewed", f"term:{term.pk}", by=by, at=at, network=network.pk, members=len(made))
    return made
