from __future__ import annotations

from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from langnghe.network.access import demo_only
from langnghe.network.queries import find_demo_person


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
