"""What lets the phone work without a network: the manifest, the service worker, the door for the device."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_GET

from langnghe.network.access import public
from nghe.privacy.browser import module

ASSETS = (
    "web/css/tokens.css", "web/css/base.css", "web/css/components.css", "web/css/screens.css", "web/icons.svg", "web/icon.svg",
    "web/js/phone/capture.js", "web/js/phone/form.js", "web/js/phone/home.js", "web/js/phone/mark.js", "web/js/phone/outbox.js",
    "web/js/phone/send.js", "web/js/phone/shell.js", "web/js/phone/store.js",
    "web/js/phone/values.js",
)
PLACE = "const KEPT = null;"


def found(name: str) -> Path:
    path = finders.find(name)
    if path is None:
        raise LookupError(f"static file {name} is missing")
    return Path(str(path))


@public
@require_GET
@cache_control(max_age=3600)
def phone_manifest(_request: HttpRequest) -> HttpResponse:
    """What makes the phone's pages an app that can be installed, and that others share words to."""
    icon = static("web/phone/icon-{}.png")
    return JsonResponse({
        "id": reverse("phone_home"), "name": "Lắng Nghe", "short_name": "Lắng Nghe", "lang": "vi",
        "description": _("Write down what people say, without their names."), "start_url": reverse("phone_home"),
        "scope": reverse("phone_home"), "display": "standalone", "background_color": "#faf6ef", "theme_color": "#0a5558",
        "icons": [
            {"src": icon.format(192), "sizes": "192x192", "type": "image/png", "purpose": "any"},
            {"src": icon.format(512), "sizes": "512x512", "type": "image/png", "purpose": "any"},
            {"src": icon.format("maskable"), "sizes": "512x512", "type": "image/png", "purpose": "maskable"},
        ],
        "shortcuts": [{"name": _("Write down what you heard"), "url": reverse("phone_capture")}],
        "share_target": {"action": reverse("phone_share"), "method": "POST", "enctype": "multipart/form-data",
                         "params": {"title": "title", "text": "text", "url": "url"}},
    }, content_type="application/manifest+json")


@public
@require_GET
@never_cache
def phone_worker(_request: HttpRequest) -> HttpResponse:
    """The service worker, with the list of what it keeps; a changed file changes the list's version, and so the cache."""
    return HttpResponse(worker(), content_type="text/javascript; charset=utf-8")


@cache
def worker() -> str:
    engine = found("web/js/phone/worker.js").read_text(encoding="utf-8")
    if engine.count(PLACE) != 1:
        raise ValueError(f"worker.js must hold the line {PLACE!r} once")
    digest = hashlib.sha256(module().encode() + engine.encode())
    for name in ASSETS:
        digest.update(found(name).read_bytes())
    kept = {
        "version": digest.hexdigest()[:16], "assets": [*map(static, ASSETS), reverse("phone_door")],
        "pages": [reverse("phone_home"), reverse("phone_capture"), reverse("phone_where")], "offline": reverse("phone_offline"),
        "share": reverse("phone_share"), "capture": reverse("phone_capture"), "home": reverse("phone_home"),
    }
    return engine.replace(PLACE, f"const KEPT = {json.dumps(kept)};")


@public
@require_GET
@cache_control(max_age=300)
def phone_door(_request: HttpRequest) -> HttpResponse:
    """The rules of the door as a module for the browser."""
    return HttpResponse(module(), content_type="text/javascript; charset=utf-8")


@public
@require_GET
def phone_offline(request: HttpRequest) -> HttpResponse:
    """What is shown without a network where a page was never opened before."""
    return render(request, "intake/phone_offline.html")
