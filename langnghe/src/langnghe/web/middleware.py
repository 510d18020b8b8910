from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve

from langnghe.accounts.access import Policy
from langnghe.accounts.domain import needs_second_factor
from langnghe.common.errors import Refusal
from langnghe.network.access import roles_of
from langnghe.network.enums import Role


class UnaskedMiddleware:
    """What the phone's worker fetches by itself changes no cookie that was sent along.

    On a slow network such an answer comes when somebody else has signed in since: it would put the session that was over the
    new one, or take the new one away.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        if "X-Unasked" in request.headers:
            for name in request.COOKIES:
                answer.cookies.pop(name, None)
        return answer


class RefusalMiddleware:
    """A refusal reaches the person as a page (or JSON, where JSON was asked for) with its code and what to do."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refusal):
            return None
        if request.content_type == "application/json" or not request.accepts("text/html"):
            return JsonResponse({"refusal": exception.as_dict()}, status=exception.status)
        return render(request, "web/refused.html", {"refusal": exception}, status=exception.status)


PASSED = "second_factor"
"""Key of the session under which it is remembered that a second factor exists, so that not every page asks again."""


class SecondFactorMiddleware:
    """Staff who have no second factor yet are led to set one up before they see a page of the office.

    A collaborator's phone is a second factor itself: a token that it holds, and a PIN.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if roles_of(request) - {Role.COLLABORATOR} and not request.session.get(PASSED) and self.is_for_roles(request):
            if needs_second_factor(request.user):  # type: ignore[arg-type]
                return redirect("mfa_index")
            request.session[PASSED] = True
        return self.get_response(request)

    def is_for_roles(self, request: HttpRequest) -> bool:
        try:
            policy = getattr(resolve(request.path_info).func, "policy", None)
        except Resolver404:
            return False
        return isinstance(policy, Policy) and policy.who == "roles"
