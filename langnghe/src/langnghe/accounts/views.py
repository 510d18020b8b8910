from __future__ import annotations

from allauth.account.views import login as password_entrance
from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from langnghe.accounts.access import public, signed_in
from langnghe.accounts.domain import DEVICE_COOKIE, choose_password, device_of, enrol_device, unlock_device
from langnghe.accounts.domain.devices import find_enrolment
from langnghe.accounts.forms import FirstPasswordForm, NewPinForm, PinForm
from langnghe.accounts.models import Enrolment, User
from langnghe.common.clock import now
from langnghe.common.errors import Refusal

A_YEAR = 365 * 24 * 3600
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@public
@never_cache
def entrance(request: HttpRequest) -> HttpResponse:
    """The way in: an enrolled phone asks for its PIN, anything else for name and password."""
    if "password" not in request.GET and request.method == "GET" and device_of(request.COOKIES.get(DEVICE_COOKIE, "")):
        return redirect(f"{reverse_unlock()}?{request.META['QUERY_STRING']}")
    answer: HttpResponse = password_entrance(request)
    return answer


def reverse_unlock() -> str:
    from django.urls import reverse

    return reverse("unlock")


@public
@never_cache
def enrol(request: HttpRequest, code: str) -> HttpResponse:
    """What the QR code of the office opens on a phone: choose a PIN, and be in."""
    enrolment = find_enrolment(code, at=now())
    if enrolment.kind == Enrolment.Kind.PASSWORD:
        return new_password(request, code, enrolment.user)
    form = NewPinForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        device, token = enrol_device(code, pin=form.cleaned_data["pin"], at=now())
        return let_in(request, device.user, token)
    return render(
        request, "accounts/enrol.html", {"form": form, "name": enrolment.user.display_name}, status=422 if form.errors else 200
    )


def new_password(request: HttpRequest, code: str, user: User) -> HttpResponse:
    """What a link of the office opens for its staff: choose a password, and go on to the second factor."""
    form = FirstPasswordForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        login(request, choose_password(code, password=form.cleaned_data["password"], at=now()), backend=BACKEND)
        return redirect("mfa_index")
    context = {"form": form, "user_name": user.display_name, "username": user.username}
    return render(request, "accounts/new_password.html", context, status=422 if form.errors else 200)


@public
@never_cache
def unlock(request: HttpRequest) -> HttpResponse:
    token = request.COOKIES.get(DEVICE_COOKIE, "")
    if device_of(token) is None:
        return redirect("account_login")
    form, refusal = PinForm(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        try:
            return let_in(request, unlock_device(token, pin=form.cleaned_data["pin"], at=now()), token)
        except Refusal as no:
            refusal = no
    return render(
        request,
        "accounts/unlock.html",
        {"form": PinForm(), "refusal": refusal, "next": request.GET.get("next", "")},
        status=refusal.status if refusal else 200,
    )


def let_in(request: HttpRequest, user: User, token: str) -> HttpResponse:
    login(request, user, backend=BACKEND)
    asked = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(asked, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    answer = redirect(asked if safe else "start")
    answer.set_cookie(DEVICE_COOKIE, token, max_age=A_YEAR, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE)
    return answer


@require_POST
@signed_in
def session_renew(_request: HttpRequest) -> HttpResponse:
    """“Stay signed in”: the session begins anew, since every request renews it."""
    return JsonResponse({"seconds": settings.SESSION_COOKIE_AGE})


@public
def closed(_request: HttpRequest, **_words: str) -> HttpResponse:
    """An address that the sign-in library has and this product does not: signing up, e-mail, forgotten passwords."""
    raise Http404
