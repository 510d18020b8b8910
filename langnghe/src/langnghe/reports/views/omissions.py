"""What was left out of a report's period: the page, its CSV, and a note put back (R9)."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from langnghe.audit.domain import count_read
from langnghe.coding.domain.aside import put_back
from langnghe.coding.forms import keys_of
from langnghe.coding.queries.queue import CODERS
from langnghe.common.clock import now
from langnghe.network.access import READERS, for_roles
from langnghe.reports.domain.matters import left_matters, lower_reports, matters_of, signed_since
from langnghe.reports.domain.omission_charts import HATCHED, draw_shares, draw_way
from langnghe.reports.domain.omission_shares import shares_of
from langnghe.reports.domain.omissions import heard_elsewhere, left_out_of, may_put_back, notes_left_out, to_read_again
from langnghe.reports.domain.taking_in import give_reason, take_in
from langnghe.reports.domain.way_up import way_up
from langnghe.reports.enums import MatterReason, ReportState
from langnghe.reports.exporters import left_out_as_csv, matters_as_csv, shares_as_csv
from langnghe.reports.models import Report
from langnghe.reports.views.editing import WRITERS, draft_seen_by, writes_here
from langnghe.reports.views.reading import seen_by

PAGE = 25


@require_GET
@for_roles(*READERS, reads="omissions")
def left_out(request: HttpRequest, pk: int) -> HttpResponse:
    """By reason and by office for every reader of the report; the notes only for who codes in its unit."""
    report = seen_by(request, pk)
    own = may_put_back(report, request.memberships)  # type: ignore[attr-defined]
    page, elsewhere = None, heard_elsewhere(report) if own else {}
    if own:
        rows = to_read_again(notes_left_out(report, request.user), elsewhere)
        page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
        count_read("notes", by=request.user, at=now())
    left, shares, below = left_out_of(report), shares_of(report), lower_reports(report)
    may_write = report.state == ReportState.DRAFT and writes_here(request, report)
    return render(request, "reports/left_out.html", {
        "report": report, "left": left, "own": own, "page": page, "shares": shares, "steps": draw_way(way_up(report, left)),
        "breakdowns": draw_shares(shares, "en" if (get_language() or "vi").startswith("en") else "vi"),
        "hatched": HATCHED, "elsewhere": elsewhere, "matters": left_matters(report, below),
        "since": signed_since(report, below), "may_write": may_write, "reasons": MatterReason.choices,
        "named": matters_of([report], report.unit.network) if may_write and below else [],
    })


@require_GET
@for_roles(*READERS, reads="omissions")
def left_out_csv(request: HttpRequest, pk: int) -> HttpResponse:
    report = seen_by(request, pk)
    return csv_of(report, left_out_as_csv(left_out_of(report)), "left-out")


@require_GET
@for_roles(*READERS, reads="omissions")
def shares_csv(request: HttpRequest, pk: int) -> HttpResponse:
    report = seen_by(request, pk)
    return csv_of(report, shares_as_csv(shares_of(report)), "left-out-shares")


def csv_of(report: Report, text: str, name: str) -> HttpResponse:
    answer = HttpResponse(text, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{report.unit.code}-{report.period}-{name}.csv"'
    return answer


@require_GET
@for_roles(*READERS, reads="omissions")
def matters_csv(request: HttpRequest, pk: int) -> HttpResponse:
    report = seen_by(request, pk)
    return csv_of(report, matters_as_csv(left_matters(report, lower_reports(report))), "left-out-matters")


@require_POST
@for_roles(*WRITERS)
def matter_in(request: HttpRequest, pk: int, omission: int) -> HttpResponse:
    """Take a matter of a report below into the draft."""
    report = draft_seen_by(request, pk)
    take_in(report, omission, by=request.user, at=now())
    messages.success(request, _("The matter is named in this draft now."))
    return redirect("report_left_out", report.pk)


@require_POST
@for_roles(*WRITERS)
def matter_reason(request: HttpRequest, pk: int, omission: int) -> HttpResponse:
    report = draft_seen_by(request, pk)
    reason, _same, kept = request.POST.get("reason", "").partition(":")
    give_reason(report, omission, reason=reason, kept=kept, by=request.user, at=now())
    messages.success(request, _("The reason is kept and will be printed."))
    return redirect("report_left_out", report.pk)


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
