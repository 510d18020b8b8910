"""Who may open an address. Every view declares its policy; a test fails for one that does not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse

from langnghe.network.enums import Role

View = Callable[..., HttpResponse]


@dataclass(frozen=True, slots=True)
class Policy:
    """`who`: "public", "signed-in" or "roles"; `reads`: the kind under which reads of unpublished data are counted."""

    who: str
    roles: frozenset[str] = frozenset()
    reads: str = ""


OFFICE = frozenset({Role.ANALYST, Role.EDITOR, Role.SIGNER, Role.ADMINISTRATOR})
READERS = OFFICE | {Role.LEADER, Role.SURVEY_MANAGER, Role.INFORMATION_OFFICER}


def public(view: View) -> View:
    view.policy = Policy("public")  # type: ignore[attr-defined]
    return view


def signed_in(view: View) -> View:
    return _guard(view, Policy("signed-in"))


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
