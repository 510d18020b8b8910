"""Bring in a table at a desk: choose it, see what would be taken, stopped or masked, then take it in."""

from __future__ import annotations

import datetime as dt
import os
import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_http_methods

from langnghe.common.clock import now
from langnghe.common.errors import Refusal
from langnghe.common.language import reading_language
from langnghe.common.sheet_fault import SheetFault
from langnghe.intake.domain.import_words import as_refusal
from langnghe.intake.domain.imports import IMPORTERS, too_large
from langnghe.intake.domain.uploads import Upload, drop_upload, find_upload, first_rows, start_upload, take_upload
from langnghe.intake.phone_words import one_kind
from langnghe.intake.queries import names_for
from langnghe.intake.sheets.mapping import Mapping, ours, read_mapping
from langnghe.network.access import for_roles
from langnghe.network.models import Unit
from nghe.charts import formats


@csrf_exempt  # the inner view checks it: a file that is too large is refused before it is read
@for_roles(*IMPORTERS, reads="import")
@never_cache
@require_http_methods(["GET", "POST"])
def import_page(request: HttpRequest) -> HttpResponse:
    """Choose a table and, where it is not our own form, the file that says which column is what."""
    size = int(request.META.get("CONTENT_LENGTH") or 0)
    if size > settings.UPLOAD_MAX_BYTES + 1024 * 1024:
        return page(request, refusal=too_large(size), status=413)
    answer: HttpResponse = choose_table(request)
    return answer


@csrf_protect
def choose_table(request: HttpRequest) -> HttpResponse:
    if request.method == "GET":
        return page(request)
    try:
        token = begin(request)
    except Refusal as refusal:
        return page(request, refusal=refusal, status=refusal.status)
    return redirect("import_state", token)


def begin(request: HttpRequest) -> str:
    table, unit = request.FILES.get("table"), unit_of(request)
    if table is None:
        raise as_refusal(SheetFault("sheet.empty"))
    if table.size is not None and table.size > settings.UPLOAD_MAX_BYTES:
        raise too_large(table.size)
    try:
        mapping = chosen_mapping(request, unit)
    except SheetFault as fault:
        raise as_refusal(fault) from fault
    on_hit = "mask" if request.POST.get("on_hit") == "mask" else "stop"
    return start_upload(put_aside(table), mapping, name=table.name or "", unit=unit, on_hit=on_hit, by=request.user, at=now())


def chosen_mapping(request: HttpRequest, unit: Unit) -> Mapping:
    given = request.FILES.get("mapping")
    if given is None:
        return ours()
    mapping = read_mapping(given.read(256 * 1024), name=given.name or "mapping.toml")
    if mapping.unit and mapping.unit != unit.code:
        raise SheetFault("import.unit", unit=mapping.unit)
    return mapping


def put_aside(table: UploadedFile[Any]) -> Path:
    """A file outside the data folder, so that no backup takes it along; whoever reads it deletes it."""
    handle, name = tempfile.mkstemp(prefix="langnghe-upload-")
    with os.fdopen(handle, "wb") as file:
        for chunk in table.chunks():
            file.write(chunk)
    return Path(name)


@for_roles(*IMPORTERS, reads="import")
@never_cache
@require_http_methods(["GET", "POST"])
def import_state(request: HttpRequest, token: str) -> HttpResponse:
    """How far the reading is; what would be taken; taken in or dropped."""
    upload = my_upload(request, token)
    if request.method == "POST" and "drop" in request.POST:
        drop_upload(upload)
        return redirect("import_page")
    if request.method == "POST":
        take_upload(upload, unit=unit_of(request), by=request.user, at=now())
        return redirect("import_state", token)
    if upload.state == "refused":
        refusal = Refusal(upload.refusal["code"], upload.refusal["message"], todo=upload.refusal["todo"],
                          details=upload.refusal.get("details"))
        return page(request, refusal=refusal, status=422)
    account = upload.account
    return render(request, "intake/import_state.html", {
        "upload": upload, "account": account,
        "first": in_words(first_rows(upload), unit_of(request)) if upload.state == "ready" else [],
        "hits": [one_kind(kind, number) for kind, number in account.hits.items()] if account else [],
        "exceptions": [(row["row"], OUTCOMES[row["outcome"]](), [one_kind(kind, 1) for kind in row["types"]])
                       for row in account.exceptions[:MOST_SHOWN]] if account else [],
        "more": max(len(account.exceptions) - MOST_SHOWN, 0) if account else 0,
    })


MOST_SHOWN = 200
OUTCOMES = {"stopped": lambda: _("stopped"), "masked": lambda: _("masked")}


def in_words(rows: list[dict[str, Any]], unit: Unit) -> list[dict[str, Any]]:
    """What stands beside the text of a row, by names instead of codes."""
    names = names_for(unit)
    return [row | {"said": [formats.day(dt.date.fromisoformat(row["day"]), reading_language(), year=True),
                            *(names[kind].get(row.get(kind, ""), "") for kind in names if row.get(kind))]} for row in rows]


@for_roles(*IMPORTERS, reads="import")
@never_cache
@require_GET
def import_progress(request: HttpRequest, token: str) -> JsonResponse:
    upload = my_upload(request, token)
    return JsonResponse({"state": upload.state, "rows": upload.rows})


@for_roles(*IMPORTERS, reads="import form")
@require_GET
def import_form(_request: HttpRequest) -> HttpResponse:
    """An empty table with our own headings."""
    answer = HttpResponse("\ufeff" + ",".join(ours().columns.values()) + "\r\n", content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="ghi-chep.csv"'
    return answer


def page(request: HttpRequest, *, refusal: Refusal | None = None, status: int = 200) -> HttpResponse:
    faults = refusal.details.get("faults", []) if refusal and isinstance(refusal.details, dict) else []
    return render(request, "intake/import.html", {
        "refusal": refusal, "faults": with_words(faults), "most": settings.UPLOAD_MAX_BYTES // (1024 * 1024),
        "headings": list(ours().columns.values()),
    }, status=status)


def with_words(faults: list[dict[str, Any]]) -> list[dict[str, Any]]:
    from langnghe.intake.domain.import_words import ROW_WORDS

    words = {code: _(text) for code, text in ROW_WORDS.items()}
    return [fault | {"what": words[fault["code"]]} for fault in faults]


def my_upload(request: HttpRequest, token: str) -> Upload:
    upload = find_upload(token, by=request.user)
    if upload is None:
        raise Http404
    return upload


def unit_of(request: HttpRequest) -> Unit:
    member = next(m for m in request.memberships if m.role in IMPORTERS)  # type: ignore[attr-defined]
    return Unit.objects.select_related("network").get(pk=member.unit_id)
