"""The office's list of public cases: names that a note may keep, since everybody can read them (R2)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from langnghe.common.clock import now
from langnghe.common.errors import Refusal
from langnghe.intake.domain import list_case, remove_case
from langnghe.intake.models import PublicCase
from langnghe.network.access import OFFICE, for_roles
from langnghe.network.enums import Role

EDITORS = frozenset({Role.EDITOR, Role.ADMINISTRATOR})


@for_roles(*OFFICE, reads="public_cases")
@require_http_methods(["GET", "POST"])
def public_cases(request: HttpRequest) -> HttpResponse:
    """The names in use; editors and administrators add one, with where everybody can read it."""
    network: Any = request.network  # type: ignore[attr-defined]
    may_change = bool(EDITORS & {m.role for m in request.memberships})  # type: ignore[attr-defined]
    refusal = None
    if request.method == "POST" and may_change:
        try:
            name, source = request.POST.get("name", ""), request.POST.get("source", "")
            list_case(name, source=source, network=network, by=request.user, at=now())
            messages.success(request, _("The name is on the list."))
            return redirect("public_cases")
        except Refusal as no:
            refusal = no
    return render(request, "intake/cases.html", {
        "cases": PublicCase.objects.filter(network=network, removed_on=None), "refusal": refusal, "may_change": may_change,
    }, status=refusal.status if refusal else 200)


@for_roles(*EDITORS)
@require_POST
def case_remove(request: HttpRequest, pk: int) -> HttpResponse:
    network: Any = request.network  # type: ignore[attr-defined]
    remove_case(get_object_or_404(PublicCase, network=network, pk=pk), by=request.user, at=now())
    messages.success(request, _("The name was taken off the list."))
    return redirect("public_cases")
