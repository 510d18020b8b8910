from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from langnghe.common.clock import now, today
from langnghe.common.errors import Refusal
from langnghe.network import domain
from langnghe.network.access import for_roles
from langnghe.network.enums import MEMBER_STEPS, MemberState, Role
from langnghe.network.forms import MemberForm, NewMemberForm
from langnghe.network.models import Basis, Membership
from langnghe.network.queries import current_term
from langnghe.network.queries.managed import managed_members, managed_units

ADMINISTRATOR = Role.ADMINISTRATOR
STEP_WORDS: dict[tuple[str, str], Any] = {
    (MemberState.PROPOSED, MemberState.ACTIVE): gettext_lazy("Make active"),
    (MemberState.PROPOSED, MemberState.ENDED): gettext_lazy("Withdraw the proposal"),
    (MemberState.ACTIVE, MemberState.SUSPENDED): gettext_lazy("Suspend"),
    (MemberState.ACTIVE, MemberState.ENDED): gettext_lazy("End the membership"),
    (MemberState.SUSPENDED, MemberState.ACTIVE): gettext_lazy("Make active again"),
    (MemberState.SUSPENDED, MemberState.ENDED): gettext_lazy("End the membership"),
}


@require_http_methods(["GET", "POST"])
@for_roles(ADMINISTRATOR, reads="roster")
def new_member(request: HttpRequest) -> HttpResponse:
    """Propose somebody for the term of today, in a unit of this administrator or below."""
    network = request.network  # type: ignore[attr-defined]
    term = current_term(network, on=today())
    if term is None:
        raise Refusal("term.none", _("There is no term yet."), todo=_("Open a term first."), status=409)
    units = managed_units(request.user).open_on(today())
    form = NewMemberForm(request.POST or None, network=network, units=units)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            member = domain.propose_person(
                values["name"], unit=values["unit"], term=term, role=values["role"], post=values["post"],
                component=values["component"], places=list(values["places"]), basis=basis_of(request, values), by=request.user,
                at=now(),
            )
        except Refusal as refusal:
            form.add_error(None, f"{refusal.message} {refusal.todo}")
        else:
            messages.success(request, _("%(name)s was proposed for the term %(term)s.") % {
                "name": member.user, "term": term.name})
            return redirect("member", pk=member.pk)
    return render(request, "network/member_new.html", {"form": form, "term": term}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@for_roles(ADMINISTRATOR, reads="roster")
def member(request: HttpRequest, pk: int) -> HttpResponse:
    """One membership: what it says, and the steps that its state allows."""
    found = find_member(request, pk)
    network = request.network  # type: ignore[attr-defined]
    basis = found.basis
    form = MemberForm(request.POST or None, network=network, initial={
        "post": found.post, "component": found.component, "places": [place.pk for place in found.places.all()],
        **({"symbol": basis.symbol, "issued_on": basis.issued_on, "issuer": basis.issuer} if basis else {}),
    })
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            domain.change_member(found, post=values["post"], component=values["component"],
                                 places=keep_ended(found, values["places"]), basis=basis_of(request, values), by=request.user,
                                 at=now())
        except Refusal as refusal:
            form.add_error(None, f"{refusal.message} {refusal.todo}")
        else:
            messages.success(request, _("Saved."))
            return redirect("member", pk=found.pk)
    steps = [(str(state), STEP_WORDS[found.state, state]) for state in MemberState if state in MEMBER_STEPS[found.state]]
    return render(request, "network/member.html", {"member": found, "form": form, "steps": steps},
                  status=422 if form.errors else 200)


def keep_ended(found: Membership, chosen: Any) -> list[Any]:
    """Places that ended stay with the membership: what was owed before that day was owed for them."""
    ended = [place for place in found.places.all() if place.closed is not None]
    return [*chosen, *ended]


@require_POST
@for_roles(ADMINISTRATOR)
def move_member(request: HttpRequest, pk: int) -> HttpResponse:
    found = find_member(request, pk)
    domain.move_member(found, request.POST.get("state", ""), by=request.user, at=now())
    messages.success(request, _("%(name)s: %(state)s.") % {"name": found.user, "state": found.get_state_display()})
    return redirect("member", pk=found.pk)


@require_POST
@for_roles(ADMINISTRATOR)
def accept_proposed(request: HttpRequest) -> HttpResponse:
    """Make ticked proposals active, all or none."""
    keys = [int(key) for key in request.POST.getlist("members") if key.isdigit()]
    chosen = list(managed_members(request.user).filter(pk__in=keys, state=MemberState.PROPOSED).select_related("unit"))
    if not chosen:
        raise Refusal("member.none_chosen", _("No proposal was chosen."), todo=_("Tick the rows first."))
    done = domain.accept_members(chosen, by=request.user, at=now())
    messages.success(request, _("%(n)d members are active now.") % {"n": done})
    return redirect("roster_term", term=chosen[0].term_id)


def find_member(request: HttpRequest, pk: int) -> Membership:
    found: Membership = get_object_or_404(
        managed_members(request.user).select_related("user", "unit__network", "term", "component", "basis")
        .prefetch_related("places"), pk=pk)
    return found


def basis_of(request: HttpRequest, values: dict[str, Any]) -> Basis | None:
    if not values.get("symbol"):
        return None
    return domain.find_or_add_basis(request.network, symbol=values["symbol"], issued_on=values["issued_on"],  # type: ignore[attr-defined]
                                    issuer=values["issuer"], by=request.user, at=now())
