from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from langnghe.common.clock import now
from langnghe.common.errors import Refusal
from langnghe.frames import domain
from langnghe.frames.forms import (
    ChangeFieldForm,
    ChangeTopicForm,
    CodeIntoForm,
    FieldForm,
    FrameFileForm,
    IntoForm,
    LineForm,
    TopicForm,
    VersionForm,
)
from langnghe.frames.models import Code, CodingFrame, Field, Topic
from langnghe.frames.queries import compare_versions, marks_of
from langnghe.network.access import READERS, for_roles, roles_of
from langnghe.network.enums import Role

EDITORS = frozenset({Role.EDITOR, Role.ADMINISTRATOR})
"""Who edits drafts and puts a version to use; everybody in the office reads them."""


@require_GET
@for_roles(*READERS, reads="frames")
def frames(request: HttpRequest) -> HttpResponse:
    """Every version: the one in use, drafts, and those that notes were coded by before."""
    rows = CodingFrame.objects.filter(network=request.network).select_related("based_on").order_by("-in_use", "-used_from", "-pk")  # type: ignore[attr-defined]
    return render(request, "frames/list.html", {
        "frames": rows, "may_edit": may_edit(request), "file_form": FrameFileForm(), "version_form": VersionForm(),
    })


@require_GET
@for_roles(*READERS, reads="frames")
def frame(request: HttpRequest, pk: int) -> HttpResponse:
    """One version: fields, topics, codes; a draft with the ways to edit it."""
    return render(request, "frames/frame.html", frame_page(request, find_frame(request, pk)))


def frame_page(request: HttpRequest, found: CodingFrame, **forms: Any) -> dict[str, Any]:
    fields = [(field, list(field.topics.all())) for field in found.fields.prefetch_related("topics__codes").order_by("order")]
    marks = {} if found.is_draft else marks_of(found.network, [topic.pk for _field, topics in fields for topic in topics])
    editable = may_edit(request) and found.is_draft
    lost = domain.topics_without_heir(found) if found.is_draft else []
    return {
        "frame": found, "editable": editable, "lost": lost,
        "into_form": IntoForm(frame=found) if lost else None,
        "fields": [(field, [(topic, marks.get(topic.pk)) for topic in topics]) for field, topics in fields],
        "field_form": FieldForm(prefix="field"), "topic_form": TopicForm(prefix="topic", frame=found),
        "version_form": VersionForm(), "may_edit": may_edit(request), **forms,
    }


@require_GET
@for_roles(*READERS, reads="frames")
def frame_file(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """A version as a file that can be changed and brought back."""
    found = find_frame(request, pk)
    outline = domain.outline_of(found)
    writers: dict[str, tuple[Callable[[Any], str], str]] = {
        "toml": (domain.outline_to_toml, "application/toml"), "csv": (domain.outline_to_csv, "text/csv"),
    }
    if kind not in writers:
        raise Http404
    write, media = writers[kind]
    answer = HttpResponse(("\ufeff" if kind == "csv" else "") + write(outline), content_type=f"{media}; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{found.code}-{found.version}.{kind}"'
    return answer


@require_GET
@for_roles(*READERS, reads="frames")
def compare(request: HttpRequest, pk: int) -> HttpResponse:
    """What a version changed against the one that it is based on."""
    found = find_frame(request, pk)
    if found.based_on is None:
        raise Http404
    return render(request, "frames/compare.html", {"comparison": compare_versions(found.based_on, found)})


@require_POST
@for_roles(*EDITORS)
def start_version(request: HttpRequest, pk: int) -> HttpResponse:
    draft = domain.start_next_version(find_frame(request, pk), version=request.POST.get("version", ""), by=request.user, at=now())
    return redirect("frame", pk=draft.pk)


@require_POST
@for_roles(*EDITORS)
def bring_file(request: HttpRequest) -> HttpResponse:
    """A draft from a TOML or CSV file, based on the version in use."""
    form = FrameFileForm(request.POST, request.FILES)
    used = CodingFrame.objects.filter(network=request.network, in_use=True).first()  # type: ignore[attr-defined]
    if not form.is_valid():
        raise Refusal("frame.file", _("A number and a file are needed."),
                      todo=_("Choose the file and give the version a number."))
    file, version = form.cleaned_data["file"], form.cleaned_data["version"]
    body = file.read(2 * 1024 * 1024)
    if file.name.lower().endswith(".csv"):
        outline = domain.outline_from_csv(body, code=used.code if used else "general", version=version)
    else:
        outline = domain.with_version(domain.outline_from_toml(body), version)
    draft = domain.write_draft(request.network, outline, based_on=used, by=request.user, at=now())  # type: ignore[attr-defined]
    return redirect("frame", pk=draft.pk)


@require_POST
@for_roles(*EDITORS)
def use_frame(request: HttpRequest, pk: int) -> HttpResponse:
    found = domain.put_to_use(find_frame(request, pk), by=request.user, at=now())
    messages.success(request, _("Version %(version)s is in use. What was coded went along.") % {"version": found.version})
    return redirect("frame", pk=found.pk)


@require_POST
@for_roles(*EDITORS)
def drop_frame(request: HttpRequest, pk: int) -> HttpResponse:
    domain.drop_draft(find_frame(request, pk), by=request.user, at=now())
    messages.success(request, _("The draft was thrown away."))
    return redirect("frames")


@require_POST
@for_roles(*EDITORS)
def add_line(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """A new field or topic of a draft."""
    found, how = find_frame(request, pk), acting(request)
    form = FieldForm(request.POST, prefix="field") if kind == "field" else TopicForm(request.POST, prefix="topic", frame=found)
    if form.is_valid():
        values = dict(form.cleaned_data)
        try:
            if kind == "field":
                domain.add_field(found, **values, **how)
            else:
                domain.add_topic(values.pop("field"), **values, **how)
            return redirect("frame", pk=pk)
        except Refusal as refusal:
            form.add_error(None, f"{refusal.message} {refusal.todo}")
    return render(request, "frames/frame.html", frame_page(request, found, **{f"{kind}_form": form}), status=422)


@require_http_methods(["GET", "POST"])
@for_roles(*EDITORS, reads="frames")
def edit_field(request: HttpRequest, pk: int) -> HttpResponse:
    found: Field = get_object_or_404(Field.objects.select_related("frame"), frame__network=request.network, pk=pk)  # type: ignore[attr-defined]
    form = ChangeFieldForm(request.POST or None, initial={
        "name_vi": found.name_vi, "name_en": found.name_en, "province_only": found.province_only})
    if request.method == "POST" and form.is_valid():
        domain.change_field(found, **form.cleaned_data, by=request.user, at=now())
        return redirect("frame", pk=found.frame_id)
    return render(request, "frames/field.html", {"field_row": found, "form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@for_roles(*EDITORS, reads="frames")
def edit_topic(request: HttpRequest, pk: int) -> HttpResponse:
    """Names, field and codes of a topic; or taking it into another."""
    found = find_topic(request, pk)
    form = ChangeTopicForm(request.POST or None, frame=found.field.frame, initial={
        "name_vi": found.name_vi, "name_en": found.name_en, "province_only": found.province_only, "field": found.field})
    if request.method == "POST" and form.is_valid():
        domain.change_topic(found, **form.cleaned_data, by=request.user, at=now())
        messages.success(request, _("Saved."))
        return redirect("frame", pk=found.field.frame_id)
    return render(request, "frames/topic.html", topic_page(found, form=form), status=422 if form.errors else 200)


def topic_page(found: Topic, **forms: Any) -> dict[str, Any]:
    codes = [(code, CodeIntoForm(code=code, prefix=f"code-{code.pk}")) for code in found.codes.order_by("order")]
    return {"topic": found, "codes": codes, "into_form": IntoForm(frame=found.field.frame, but=found),
            "code_form": LineForm(prefix="new"), **forms}


@require_POST
@for_roles(*EDITORS)
def change_codes(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Take a topic into another, add a code to it, or take a code away."""
    found, how = find_topic(request, pk), acting(request)
    frame_key = found.field.frame_id
    if kind == "merge":
        into = IntoForm(request.POST, frame=found.field.frame, but=found)
        if into.is_valid():
            domain.merge_topic(found, into=into.cleaned_data["into"], **how)
            return redirect("frame", pk=frame_key)
        return refilled(request, found, into_form=into)
    if kind == "add":
        line = LineForm(request.POST, prefix="new")
        if line.is_valid():
            domain.add_code(found, **line.cleaned_data, **how)
            return redirect("topic_edit", pk=pk)
        return refilled(request, found, code_form=line)
    named = request.POST.get("code", "")
    code = get_object_or_404(Code, topic=found, pk=int(named) if named.isdigit() else 0)
    gone = CodeIntoForm(request.POST, code=code, prefix=f"code-{code.pk}")
    if not gone.is_valid():
        raise Refusal("frame.merge", _("The code cannot be taken there."), todo=_("Choose another one of the same topic."))
    domain.merge_code(code, into=gone.cleaned_data["into"], **how)
    return redirect("topic_edit", pk=pk)


def refilled(request: HttpRequest, found: Topic, **forms: Any) -> HttpResponse:
    form = ChangeTopicForm(None, frame=found.field.frame, initial={
        "name_vi": found.name_vi, "name_en": found.name_en, "province_only": found.province_only, "field": found.field})
    return render(request, "frames/topic.html", topic_page(found, form=form, **forms), status=422)


@require_POST
@for_roles(*EDITORS)
def choose_heir(request: HttpRequest, pk: int, old: int) -> HttpResponse:
    """Say where the notes of a topic go that the draft no longer has."""
    found = find_frame(request, pk)
    form = IntoForm(request.POST, frame=found)
    if not form.is_valid():
        raise Refusal("frame.unmapped", _("No topic was chosen."), todo=_("Choose the topic that takes over."))
    domain.choose_heir(found, find_topic(request, old), new=form.cleaned_data["into"], by=request.user, at=now())
    return redirect("frame", pk=pk)


def find_frame(request: HttpRequest, pk: int) -> CodingFrame:
    rows = CodingFrame.objects.select_related("network", "based_on")
    found: CodingFrame = get_object_or_404(rows, network=request.network, pk=pk)  # type: ignore[attr-defined]
    return found


def find_topic(request: HttpRequest, pk: int) -> Topic:
    rows = Topic.objects.select_related("field__frame")
    found: Topic = get_object_or_404(rows, field__frame__network=request.network, pk=pk)  # type: ignore[attr-defined]
    return found


def acting(request: HttpRequest) -> dict[str, Any]:
    """Who acts, and when."""
    return {"by": request.user, "at": now()}


def may_edit(request: HttpRequest) -> bool:
    return bool(roles_of(request) & EDITORS)
