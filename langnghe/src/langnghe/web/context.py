"""What every page shows of the house: the network, the person's role, and the ways that are open to them."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, resolve, reverse
from django.utils.translation import gettext_lazy as _

from langnghe.network.access import roles_of

WAYS = [("home", _("Overview")), ("triage", _("Notes")), ("report_list", _("Reports")), ("roster", _("Network"))]


def house(request: HttpRequest) -> dict[str, Any]:
    memberships = getattr(request, "memberships", ())
    signed_in = getattr(request, "user", None) is not None and request.user.is_authenticated
    common = {"session_seconds": settings.SESSION_COOKIE_AGE if signed_in else 0, "theme": theme_of(request),
              "draft_done": draft_done(request)}
    if not memberships:
        return {**common, "nav": [], "network_name": "", "role_label": ""}
    roles = roles_of(request)
    here = request.resolver_match.url_name if request.resolver_match else None
    nav = [{"url": reverse(name), "label": label, "current": name == here} for name, label in WAYS if may_open(name, roles)]
    network = request.network  # type: ignore[attr-defined]
    return {**common, "nav": nav, "network_name": network.name, "role_label": memberships[0].get_role_display(),
            "demo": network.from_demo}


def draft_done(request: HttpRequest) -> str:
    """The draft (its writer and address) that the server has just taken, said once, so that the device forgets it."""
    session = getattr(request, "session", {})
    return session.pop("draft_done") if "draft_done" in session else ""


def theme_of(request: HttpRequest) -> str:
    """Light or dark where the reader chose one; empty: as the machine says."""
    chosen = request.COOKIES.get("theme", "")
    return chosen if chosen in {"light", "dark"} else ""


def may_open(name: str, roles: frozenset[str]) -> bool:
    try:
        policy = resolve(reverse(name)).func.policy
    except NoReverseMatch:
        return False
    return bool(roles & policy.roles)
