from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django_scopes import scope, scopes_disabled

from langnghe.network.models import Membership


class NetworkMiddleware:
    """Opens the scope of the signed-in person's network; without one, any query for its rows raises."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.memberships = ()  # type: ignore[attr-defined]
        request.network = None  # type: ignore[attr-defined]
        if not request.user.is_authenticated:
            return self.get_response(request)
        with scopes_disabled():
            mine = list(
                Membership.objects.active().filter(user=request.user).select_related("unit__network", "component").order_by("pk")
            )
        if not mine:
            return self.get_response(request)
        network = mine[0].unit.network
        request.memberships = tuple(m for m in mine if m.unit.network_id == network.pk)  # type: ignore[attr-defined]
        request.network = network  # type: ignore[attr-defined]
        with scope(network=network):
            return self.get_response(request)
