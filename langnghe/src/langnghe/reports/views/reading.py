from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_POST

from langnghe.common.clock import now
from langnghe.network.access import OFFICE, READERS, for_roles
from langnghe.reports.domain.editing import WRITERS, offers
from langnghe.reports.domain.files import file_of
from langnghe.reports.domain.lifecycle import WHO_MAY, move_report, sign_report
from langnghe.reports.domain.reading import read_report
from langnghe.reports.enums import REPORT_STEPS, ReportState
from langnghe.reports.exporters import evidence_as_csv
from langnghe.reports.models import Report

FILES = ("report.docx", "report.pdf", "report.html", "annex.xlsx", "claims.json")


def seen_by(request: HttpRequest, pk: int) -> Report:
    """A report that this reader may see; a foreign one and an absent one answer alike."""
    return get_object_or_404(Report.objects.visible_to(request.user).select_related("unit__network"), pk=pk)


@require_GET
@for_roles(*READERS, reads="report")
def report_list(request: HttpRequest) -> HttpResponse:
    reports = Report.objects.visible_to(request.user).select_related("unit")
    return render(request, "reports/list.html", {"reports": reports})


@require_GET
@for_roles(*READERS)
def report_latest(request: HttpRequest) -> HttpResponse:
    newest = Report.objects.visible_to(request.user).first()
    if newest is None:
        return redirect("report_list")
    return redirect("report", newest.pk)


@require_GET
@for_roles(*READERS, reads="report")
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """The report as it will be read; `?c=C07` opens the evidence under that sentence."""
    found = seen_by(request, pk)
    read = read_report(found, language=get_language() or "vi", opened=request.GET.get("c", ""))
    if request.GET.get("c") and read.opened is None:
        raise Http404
    unearned = [one for section in read.sections for one in section.said if one.problem]
    return render(request, "reports/report.html", {
        "report": found, "read": read, "steps": steps(found), "files": FILES, "unearned": unearned,
        "offers": offers(found, [one.label for one in unearned], "en" if get_language() == "en" else "vi"),
        "next": steps_open_to(request, found), "may_write": may_write(request, found), "asked": found.recommendations.all(),
    })


@require_POST
@for_roles(*OFFICE)
def report_step(request: HttpRequest, pk: int) -> HttpResponse:
    found = seen_by(request, pk)
    state = request.POST.get("state", "")
    if state == ReportState.SIGNED:
        sign_report(found, number=request.POST.get("number", "").strip(), by=request.user, at=now())
    elif state in ReportState.values:
        move_report(found, state, by=request.user, at=now())
    else:
        raise Http404
    return redirect("report", found.pk)


@require_GET
@for_roles(*READERS, reads="report file")
def report_file(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """One file of the report: the signed bytes, or the draft rendered now."""
    found = seen_by(request, pk)
    if name not in FILES:
        raise Http404
    content, kind = file_of(found, name, language=get_language() or "vi")
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{found.unit.code}-{found.period}-{name}"'
    return answer


@require_GET
@for_roles(*READERS, reads="evidence")
def evidence(request: HttpRequest, pk: int, label: str) -> HttpResponse:
    found = seen_by(request, pk)
    row = get_object_or_404(found.evidence, label=label)
    columns = list(dict.fromkeys(name for cells in row.record["rows"].values() for name in cells))
    table = [(name, [cells.get(column, "") for column in columns]) for name, cells in row.record["rows"].items()]
    return render(request, "reports/evidence.html", {"report": found, "evidence": row, "columns": columns, "table": table})


@require_GET
@for_roles(*READERS, reads="evidence")
def evidence_csv(request: HttpRequest, pk: int, label: str) -> HttpResponse:
    found = seen_by(request, pk)
    row = get_object_or_404(found.evidence, label=label)
    answer = HttpResponse(evidence_as_csv(row), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{found.period}-{label}.csv"'
    return answer


def may_write(request: HttpRequest, report: Report) -> bool:
    """May this person work on the sentences? Only on a draft of the own unit."""
    roles = {m.role for m in request.memberships if m.unit_id == report.unit_id}  # type: ignore[attr-defined]
    return report.state == ReportState.DRAFT and bool(roles & WRITERS)


def steps(report: Report) -> list[dict[str, Any]]:
    """Every step of a report's way, with the one it stands at."""
    order = [ReportState.DRAFT, ReportState.REVIEW, ReportState.SIGNED, ReportState.ARCHIVED]
    at = order.index(ReportState(report.state))
    return [{"label": state.label, "current": place == at, "icon": "done" if place < at else "now" if place == at else "open"}
            for place, state in enumerate(order)]


def steps_open_to(request: HttpRequest, report: Report) -> list[str]:
    """Steps that the report may take and this person may make it take."""
    roles = {m.role for m in request.memberships if m.unit_id == report.unit_id}  # type: ignore[attr-defined]
    return [state for state in sorted(REPORT_STEPS[report.state]) if roles & WHO_MAY[state]]
