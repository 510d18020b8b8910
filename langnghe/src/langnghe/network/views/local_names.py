"""Streets and schools that are called like a person, by place; the door lets them stand where nobody is addressed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from langnghe.common.clock import now
from langnghe.common.errors import Refusal
from langnghe.network import domain
from langnghe.network.access import for_roles
from langnghe.network.enums import Role
from langnghe.network.models import Place


@for_roles(Role.EDITOR, Role.ADMINISTRATOR, reads="settings")
@require_http_methods(["GET", "POST"])
def local_names(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Every place with the number of its names; with a place, its list, one name a line."""
    network: Any = request.network  # type: ignore[attr-defined]
    places = Place.objects.filter(network=network).annotate(names=Count("local_names")).order_by("path")
    place = get_object_or_404(places, pk=pk) if pk is not None else None
    refusal, lines = None, "\n".join(row.name for row in place.local_names.all()) if place else ""
    if request.method == "POST" and place:
        lines = request.POST.get("names", "")
        try:
            domain.set_local_names(place, lines.splitlines(), by=request.user, at=now())
            messages.success(request, _("Saved. The door knows these names from now on."))
            return redirect("local_names")
        except Refusal as no:
            refusal = no
    return render(request, "network/local_names.html", {
        "places": places, "place": place, "lines": lines, "refusal": refusal,
    }, status=refusal.status if refusal else 200)
