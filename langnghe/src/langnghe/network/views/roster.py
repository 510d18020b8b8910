from __future__ import annotations

import csv

from django.contrib.auth import login
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from langnghe.common.clock import today
from langnghe.common.safe_csv import safe_row
from langnghe.network.access import OFFICE, READERS, demo_only, for_roles, roles_of
from langnghe.network.enums import Role
from langnghe.network.models import Term
from langnghe.network.queries import current_term, find_demo_person, members_of, roster_of


@demo_only
@require_POST
def demo_sign_in(request: HttpRequest, username: str) -> HttpResponse:
    """Be an invented person with one click. On any other data this address does not exist."""
    person = find_demo_person(username)
    if person is None:
        raise Http404
    login(request, person, backend="allauth.account.auth_backends.AuthenticationBackend")
    asked = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(asked, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return redirect(asked if safe else "start")


@require_GET
@for_roles(*READERS, reads="roster")
def roster(request: HttpRequest, term: int | None = None) -> HttpResponse:
    """What the network is made of: composition, places that nobody covers and, for the office, its members."""
    network, chosen = request.network, term_for(request, term)  # type: ignore[attr-defined]
    names = bool(roles_of(request) & OFFICE)
    page = None
    if names:
        members = members_of(request.user, chosen).select_related("user", "unit", "component", "basis").prefetch_related("places")
        page = Paginator(members, 50).get_page(request.GET.get("page"))
    return render(request, "network/roster.html", {
        "roster": roster_of(request.user, chosen, names=names, network=network, on=today()), "page": page, "term": chosen,
        "terms": Term.objects.filter(network=network), "many_units": page is not None and len({m.unit_id for m in page}) > 1,
        "may_change": Role.ADMINISTRATOR in roles_of(request),
    })


@require_GET
@for_roles(*OFFICE, reads="roster")
def roster_csv(request: HttpRequest, term: int) -> HttpResponse:
    chosen = term_for(request, term)
    answer = csv_answer(f"roster-{chosen.first_day:%Y}.csv" if chosen else "roster.csv")
    writer = csv.writer(answer)
    writer.writerow([_("Member"), _("Unit"), _("Post"), _("Component"), _("Places"), _("Appointed by"), _("State")])
    members = members_of(request.user, chosen).select_related("user", "unit", "component", "basis").prefetch_related("places")
    for member in members:
        writer.writerow(safe_row([
            member.user.display_name, member.unit.name, member.post, member.component.name if member.component else "",
            "; ".join(place.name for place in member.places.all()), member.basis.symbol if member.basis else "",
            member.get_state_display(),
        ]))
    return answer


def term_for(request: HttpRequest, pk: int | None) -> Term | None:
    network = request.network  # type: ignore[attr-defined]
    return get_object_or_404(Term, network=network, pk=pk) if pk else current_term(network, on=today())


def csv_answer(name: str) -> HttpResponse:
    """A CSV that spreadsheets read as UTF-8."""
    answer = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
