"""Who may open an address. Every view declares its policy; a test fails for one that does not."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse

from langnghe.accounts.access import Policy, View, public, signed_in
from langnghe.network.enums import Role

__all__ = ["OFFICE", "READERS", "Policy", "demo_only", "for_roles", "public", "roles_of", "signed_in"]

OFFICE = frozenset({Role.ANALYST, Role.EDITOR, Role.SIGNER, Role.ADMINISTRATOR})
READERS = OFFICE | {Role.LEADER, Role.SURVEY_MANAGER, Role.INFORMATION_OFFICER}


def demo_only(view: View) -> View:
    """For a view that answers on invented data alone: it must itself refuse every other network (404)."""
    view.policy = Policy("demo")  # type: ignore[attr-defined]
    return view


def for_roles(*roles: str, reads: str = "") -> Callable[[View], View]:
    """Only for members with one of these roles; to all others the address does not exist (404)."""
    return lambda view: _guard(view, Policy("roles", frozenset(roles), reads))


def _guard(view: View, policy: Policy) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if policy.roles and not policy.roles & roles_of(request):
            raise Http404
        if policy.reads and request.method in {"GET", "HEAD"}:
            from langnghe.audit.domain import count_read
            from langnghe.common.clock import now

            count_read(policy.reads, by=request.user, at=now())
        return view(request, *args, **kwargs)

    guarded.policy = policy  # type: ignore[attr-defined]
    return guarded


def roles_of(request: HttpRequest) -> frozenset[str]:
    """The roles of the signed-in person in the network of this request (set by NetworkMiddleware)."""
    return frozenset(m.role for m in getattr(request, "memberships", ()))
