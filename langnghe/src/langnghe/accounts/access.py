"""Policies of an address that need no knowledge of networks; `langnghe.network.access` adds those by role."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse

View = Callable[..., HttpResponse]


@dataclass(frozen=True, slots=True)
class Policy:
    """`who`: "public", "signed-in", "demo" or "roles"; `reads`: the kind under which reads of unpublished data are counted."""

    who: str
    roles: frozenset[str] = frozenset()
    reads: str = ""


def public(view: View) -> View:
    view.policy = Policy("public")  # type: ignore[attr-defined]
    return view


def signed_in(view: View) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        return view(request, *args, **kwargs)

    guarded.policy = Policy("signed-in")  # type: ignore[attr-defined]
    return guarded
