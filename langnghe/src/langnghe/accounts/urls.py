"""The addresses of signing in. Of the library's own only those are open that this list names, each with its policy."""

from __future__ import annotations

from collections.abc import Iterator
from functools import update_wrapper
from typing import Any

import allauth.urls
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path

from langnghe.accounts import views
from langnghe.accounts.access import public, signed_in

OPEN_TO_ALL = {"account_logout", "account_inactive", "mfa_authenticate", "mfa_login_webauthn"}
OPEN_TO_SIGNED_IN = {
    "account_reauthenticate",
    "account_change_password",
    "mfa_index",
    "mfa_reauthenticate",
    "mfa_activate_totp",
    "mfa_deactivate_totp",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_download_recovery_codes",
    "mfa_list_webauthn",
    "mfa_add_webauthn",
    "mfa_reauthenticate_webauthn",
    "mfa_remove_webauthn",
    "mfa_edit_webauthn",
    "usersessions_list",
}


def of_the_library(patterns: list[Any], before: str = "accounts/") -> Iterator[URLPattern]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from of_the_library(pattern.url_patterns, before + str(pattern.pattern))
        elif "^" not in str(pattern.pattern):
            yield path(before + str(pattern.pattern), guarded(pattern), name=pattern.name)


def guarded(pattern: URLPattern) -> Any:
    if pattern.name == "account_login":
        return views.entrance
    view = pattern.callback

    def answer(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
        return view(request, *args, **named)  # type: ignore[no-any-return]

    update_wrapper(answer, view)
    if pattern.name in OPEN_TO_ALL:
        return public(answer)
    return signed_in(answer) if pattern.name in OPEN_TO_SIGNED_IN else views.closed


urlpatterns = [
    path("enrol/<str:code>/", views.enrol, name="enrol"),
    path("unlock/", views.unlock, name="unlock"),
    path("session/renew", views.session_renew, name="session_renew"),
    *of_the_library(allauth.urls.urlpatterns),
]
