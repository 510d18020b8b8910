from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from langnghe.network.access import for_roles
from langnghe.network.enums import Role


@for_roles(Role.COLLABORATOR)
def phone_home(request: HttpRequest) -> HttpResponse:
    """The first page of a collaborator's phone."""
    return render(request, "intake/phone_home.html")


@for_roles(Role.COLLABORATOR)
def phone_capture(request: HttpRequest) -> HttpResponse:
    """Write down what was heard."""
    return render(request, "intake/phone_capture.html")
