from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from langnghe.common.errors import Refusal


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
