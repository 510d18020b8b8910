from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from langnghe.common.clock import now
from langnghe.common.errors import Refusal
from langnghe.network import domain
from langnghe.network.access import for_roles
from langnghe.network.enums import MemberState, Role
from langnghe.network.forms import FloorsForm, TermForm
from langnghe.network.models import Membership, Term
from langnghe.network.queries.managed import managed_members


@require_http_methods(["GET", "POST"])
@for_roles(Role.ADMINISTRATOR, reads="settings")
def floors(request: HttpRequest) -> HttpResponse:
    """The numbers below which a cell is kept back: stricter than the rule, never less."""
    network = request.network  # type: ignore[attr-defined]
    top = is_top(request)
    names = ("k_inside", "k_published", "places_floor")
    form = FloorsForm(request.POST or None, initial={name: getattr(network, name) for name in names})
    if request.method == "POST" and form.is_valid():
        if not top:
            raise Refusal("network.floor", _("Only the administrator of the top unit changes these numbers."),
                          todo=_("Ask there."), status=403)
        try:
            domain.set_floors(network, **{name: form.cleaned_data[name] for name in names}, by=request.user, at=now())
        except Refusal as refusal:
            form.add_error((refusal.details or {}).get("field"), f"{refusal.message} {refusal.todo}")
        else:
            messages.success(request, _("Saved. It holds for everything that is counted from now on."))
            return redirect("floors")
    return render(request, "network/floors.html", {"form": form, "top": top}, status=422 if form.errors else 200)


def is_top(request: HttpRequest) -> bool:
    return any(one.role == Role.ADMINISTRATOR and one.unit.is_root() for one in request.memberships)  # type: ignore[attr-defined]


@require_http_methods(["GET", "POST"])
@for_roles(Role.ADMINISTRATOR, reads="roster")
def terms(request: HttpRequest) -> HttpResponse:
    """Terms of the roster: open one, and propose into it those who are in the one before."""
    network = request.network  # type: ignore[attr-defined]
    form = TermForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            if not is_top(request):
                raise Refusal("term.role", _("Only the administrator of the top unit opens terms."), todo=_("Ask there."),
                              status=403)
            term = domain.open_term(network, **form.cleaned_data, by=request.user, at=now())
        except Refusal as refusal:
            form.add_error(None, f"{refusal.message} {refusal.todo}")
        else:
            return redirect("renewal", term=term.pk)
    rows = list(Term.objects.filter(network=network).order_by("-first_day"))
    return render(request, "network/terms.html", {"form": form, "terms": rows, "top": is_top(request)},
                  status=422 if form.errors else 200)


@require_http_methods(["GET"])
@for_roles(Role.ADMINISTRATOR, reads="roster")
def renewal(request: HttpRequest, term: int) -> HttpResponse:
    """Who of the term before is proposed again."""
    chosen = get_object_or_404(Term, network=request.network, pk=term)  # type: ignore[attr-defined]
    before = Term.objects.filter(network=chosen.network, last_day__lt=chosen.first_day).order_by("-last_day").first()
    members = leaving(request, before) if before else []
    known = set(Membership.objects.filter(term=chosen).values_list("user", "role"))
    return render(request, "network/renewal.html", {
        "term": chosen, "before": before, "members": [one for one in members if (one.user_id, one.role) not in known],
        "there": len(known),
    })


def leaving(request: HttpRequest, before: Term) -> list[Membership]:
    rows = managed_members(request.user).filter(term=before, state__in=[MemberState.ACTIVE, MemberState.SUSPENDED])
    return list(rows.select_related("user", "unit", "component").prefetch_related("places").order_by(
        "unit__path", "user__display_name"))


@require_POST
@for_roles(Role.ADMINISTRATOR)
def renew(request: HttpRequest, term: int) -> HttpResponse:
    chosen = get_object_or_404(Term, network=request.network, pk=term)  # type: ignore[attr-defined]
    keys = [int(key) for key in request.POST.getlist("members") if key.isdigit()]
    members = list(managed_members(request.user).filter(pk__in=keys, term__last_day__lt=chosen.first_day)
                   .select_related("user", "unit"))
    if not members:
        raise Refusal("member.none_chosen", _("Nobody was chosen."), todo=_("Tick the rows first."))
    made = domain.renew_roster(chosen, members, basis=None, by=request.user, at=now())
    messages.success(request, _("%(n)d members were proposed for the term %(term)s.") % {"n": len(made), "term": chosen.name})
    return redirect("roster_term", term=chosen.pk)
