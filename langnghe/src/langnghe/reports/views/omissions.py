"""What was left out of a report's period: the page, its CSV, and a note put back (R9)."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from langnghe.audit.domain import count_read
from langnghe.coding.domain.aside import put_back
from langnghe.coding.forms import keys_of
from langnghe.coding.queries.queue import CODERS
from langnghe.common.clock import now
from langnghe.network.access import READERS, for_roles
from langnghe.reports.domain.omissions import left_out_of, may_put_back, notes_left_out
from langnghe.reports.exporters import left_out_as_csv
from langnghe.reports.views.reading import seen_by

PAGE = 25


@require_GET
@for_roles(*READERS, reads="omissions")
def left_out(request: HttpRequest, pk: int) -> HttpResponse:
    """By reason and by office for every reader of the report; the notes only for who codes in its unit."""
    report = seen_by(request, pk)
    own = may_put_back(report, request.memberships)  # type: ignore[attr-defined]
    page = None
    if own:
        page = Paginator(notes_left_out(report, request.user), PAGE).get_page(request.GET.get("page"))
        count_read("notes", by=request.user, at=now())
    return render(request, "reports/left_out.html", {"report": report, "left": left_out_of(report), "own": own, "page": page})


@require_GET
@for_roles(*READERS, reads="omissions")
def left_out_csv(request: HttpRequest, pk: int) -> HttpResponse:
    report = seen_by(request, pk)
    answer = HttpResponse(left_out_as_csv(left_out_of(report)), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{report.unit.code}-{report.period}-left-out.csv"'
    return answer


@require_POST
@for_roles(*CODERS)
def put_note_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one note in again. The report keeps what it says; a draft built again counts it."""
    report = seen_by(request, pk)
    keys = keys_of([request.POST.get("note", "")])
    row = notes_left_out(report, request.user).filter(observation__in=keys).first()
    if row is None:
        raise Http404
    put_back(row.observation, by=request.user, at=now())
    messages.success(request, _("Put back. A report that is built from now on counts it."))
    return redirect("report_left_out", report.pk)
