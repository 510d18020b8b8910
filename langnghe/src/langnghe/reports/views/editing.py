"""Work on a draft: sentences with their evidence, the outlook, what is asked, the office's template. All without script."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_POST

from langnghe.common.clock import now
from langnghe.common.errors import Refusal
from langnghe.network.access import OFFICE, for_roles
from langnghe.network.enums import Role
from langnghe.reports.domain.build import period_of
from langnghe.reports.domain.editing import (
    KEPT_SLOTS,
    add_statement,
    problems,
    rewrite_by_evidence,
    rewrite_statement,
    withdraw_statement,
)
from langnghe.reports.domain.judgements import add_outlook, add_recommendation, remove_recommendation
from langnghe.reports.domain.outlooks import last_outlooks
from langnghe.reports.domain.problems import why
from langnghe.reports.domain.reading import read_report
from langnghe.reports.domain.scoring import score_outlook
from langnghe.reports.domain.templates import keep_template, template_of
from langnghe.reports.enums import Outcome, ReportState
from langnghe.reports.forms import LARGEST_TEMPLATE, OutlookForm, RecommendationForm, SentenceForm, TemplateForm
from langnghe.reports.models import Report
from langnghe.reports.views.reading import seen_by

WRITERS = (Role.ANALYST, Role.EDITOR)


def draft_seen_by(request: HttpRequest, pk: int) -> Report:
    """A draft of the person's own unit; any other report answers like an absent one."""
    report = seen_by(request, pk)
    if report.state != ReportState.DRAFT or not writes_here(request, report):
        raise Http404
    return report


def writes_here(request: HttpRequest, report: Report) -> bool:
    return any(m.unit_id == report.unit_id and m.role in WRITERS for m in request.memberships)  # type: ignore[attr-defined]


def back_to(request: HttpRequest, report: Report, label: str = "") -> HttpResponse:
    """To the report once a change is kept; its page then lets go of the draft on the writer's device."""
    request.session["draft_done"] = f"{request.user.pk} {request.path}"
    address = reverse("report", args=[report.pk])
    return redirect(f"{address}?c={label}#{label}" if label else address)


@require_http_methods(["GET", "POST"])
@for_roles(*WRITERS, reads="report")
def sentence(request: HttpRequest, pk: int, label: str) -> HttpResponse:
    """Write a sentence again and choose its evidence."""
    report = draft_seen_by(request, pk)
    row = get_object_or_404(report.statements.filter(replaced_by=None), label=label)
    start = {"vi": row.text_vi, "en": row.text_en, "evidence": [one.label for one in row.evidence.all()]}
    form = SentenceForm(request.POST or None, report=report, initial=start)
    if request.method == "POST" and form.is_valid():
        done = attempt(form, lambda: rewrite_statement(report, label, **form.cleaned_data, by=request.user, at=now()))
        if done:
            return back_to(request, report, label)
    return edit_page(request, report, form, label=label, problem=problems(report).get(label))


@require_http_methods(["GET", "POST"])
@for_roles(*WRITERS, reads="report")
def new_sentence(request: HttpRequest, pk: int, part: str) -> HttpResponse:
    """One more sentence under a salient matter (`i2`)."""
    report = draft_seen_by(request, pk)
    form = SentenceForm(request.POST or None, report=report)
    if request.method == "POST" and form.is_valid():
        made = attempt(form, lambda: add_statement(report, f"{part}.more", **form.cleaned_data, by=request.user, at=now()))
        if made:
            return back_to(request, report, made.label)
    return edit_page(request, report, form)


@require_http_methods(["GET", "POST"])
@for_roles(*WRITERS, reads="report")
def outlook(request: HttpRequest, pk: int) -> HttpResponse:
    report = draft_seen_by(request, pk)
    form = OutlookForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = attempt(form, lambda: add_outlook(report, **form.cleaned_data, by=request.user, at=now()))
        if made:
            return back_to(request, report, made.label)
    return edit_page(request, report, form)


@require_http_methods(["GET", "POST"])
@for_roles(*WRITERS, reads="report")
def last_outlook(request: HttpRequest, pk: int) -> HttpResponse:
    """Say of each outlook of the last signed report how it turned out."""
    report = draft_seen_by(request, pk)
    if request.method == "POST":
        score_outlook(report, number_in(request.POST.get("statement", "")), outcome=request.POST.get("outcome", ""),
                      by=request.user, at=now())
        return redirect("report_last_outlook", report.pk)
    judged = last_outlooks(report.unit, report.kind, period_of(report.unit, report.period), at=now())
    return render(request, "reports/last_outlook.html", {"report": report, "judged": judged, "outcomes": Outcome.choices})


def number_in(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0


@require_http_methods(["GET", "POST"])
@for_roles(*WRITERS, reads="report")
def recommendation(request: HttpRequest, pk: int) -> HttpResponse:
    report = draft_seen_by(request, pk)
    form = RecommendationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = attempt(form, lambda: add_recommendation(report, **form.cleaned_data, en="", by=request.user, at=now()))
        if made:
            return back_to(request, report)
    return edit_page(request, report, form)


@require_POST
@for_roles(*WRITERS)
def sentence_by_evidence(request: HttpRequest, pk: int, label: str) -> HttpResponse:
    report = draft_seen_by(request, pk)
    rewrite_by_evidence(report, label, by=request.user, at=now())
    return back_to(request, report, label)


@require_POST
@for_roles(*WRITERS)
def sentence_out(request: HttpRequest, pk: int, label: str) -> HttpResponse:
    report = draft_seen_by(request, pk)
    withdraw_statement(report, label, by=request.user, at=now())
    return redirect("report", report.pk)


@require_POST
@for_roles(*WRITERS)
def recommendation_out(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    report = draft_seen_by(request, pk)
    remove_recommendation(report, code, by=request.user, at=now())
    return redirect("report", report.pk)


@require_http_methods(["GET", "POST"])
@for_roles(*OFFICE, reads="report template")
def template(request: HttpRequest) -> HttpResponse:
    """The office's own Word template: which one is used, and another in its place."""
    unit = request.memberships[0].unit  # type: ignore[attr-defined]
    form = TemplateForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        if file.size > LARGEST_TEMPLATE:
            form.add_error("file", form.fields["file"].help_text)
        elif attempt(form, lambda: keep_template(unit, name=file.name, content=file.read(), by=request.user, at=now())):
            return redirect("report_template")
    return render(request, "reports/template.html", {"form": form, "template": template_of(unit)})


def attempt(form: Any, work: Any) -> Any:
    """The answer of a domain function; what it refuses stands above the form."""
    try:
        return work() or True
    except Refusal as refusal:
        form.add_error(None, f"{refusal.message} {refusal.todo}")
        return None


def edit_page(request: HttpRequest, report: Report, form: Any, *, label: str = "", problem: Any = None) -> HttpResponse:
    read = read_report(report, language=get_language() or "vi", opened=label)
    return render(request, "reports/edit.html", {"report": report, "form": form, "label": label, "read": read,
                                                 "problem": why(problem) if problem else "",
                                                 "kept": bool(read.opened and KEPT_SLOTS.match(read.opened.slot))},
                  status=422 if form.errors else 200)
