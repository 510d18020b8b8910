from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from langnghe.coding import domain
from langnghe.coding.domain.lesson import LESSON
from langnghe.coding.enums import Order, Reason
from langnghe.coding.forms import AsideForm, keys_of
from langnghe.coding.queries.note import Detail, alike_in_week, look_at_note
from langnghe.coding.queries.queue import (
    CODERS,
    FACETS,
    Asked,
    anything_waits,
    find_note,
    lessons_for,
    notes_on,
    read_query,
    tally,
    turn_to,
    waiting_before,
)
from langnghe.coding.queries.reliability import reliability_of
from langnghe.coding.tables import choices_of, facets_of, guesses_of, marks_of, rows_of, taught_by
from langnghe.common.clock import now, today
from langnghe.common.errors import Refusal
from langnghe.common.periods import Period
from langnghe.intake.domain.asking import ask_back
from langnghe.intake.models import Observation
from langnghe.network.access import for_roles
from langnghe.network.queries.owing import who_owes

READ = "notes"
KEPT = ("q", *FACETS, "order")
"""Names that an address keeps from page to page."""


@require_GET
@for_roles(*CODERS, reads=READ)
def triage(request: HttpRequest, period: str = "") -> HttpResponse:
    """The notes of a week: what waits, with its suggestions; one is open beside the list."""
    asked = read_query(request.GET, week_of(request, period))
    return render(request, "coding/triage.html", page_of(request, asked))


@require_GET
@for_roles(*CODERS, reads=READ)
def triage_all(request: HttpRequest) -> HttpResponse:
    """The same over all weeks, to search in: newest first, without counts behind the filters."""
    return render(request, "coding/triage.html", page_of(request, read_query(request.GET, None)))


def page_of(request: HttpRequest, asked: Asked) -> dict[str, Any]:
    user, network, period = request.user, request.network, asked.period  # type: ignore[attr-defined]
    coder = domain.coder_for(network)
    leaf = turn_to(user, asked, request.GET.get("after", ""))
    agreed = reliability_of(network)
    taught = taught_by(lessons_for(user), LESSON) if asked.teaches else None
    rows = rows_of(user, leaf, agreed, teaches=asked.teaches)
    open_note = opened(request, [row.note for row in rows])
    keys = [str(row.note.pk) for row in rows]
    here = str(open_note.note.pk) if open_note else ""
    place = keys.index(here) if here in keys else -1
    context: dict[str, Any] = {
        "asked": asked, "leaf": leaf, "rows": rows, "detail": open_note, "guesses": guesses_of(open_note, agreed),
        "unreliable": agreed.unreliable, "facets": facets_of(user, asked, network),
        "choices": choices_of(network) if open_note else [], "query": query_of(request.GET), "today": today(),
        "next": keys[place + 1] if 0 <= place < len(keys) - 1 else "", "reasons": Reason.choices,
        "frame": network.frames.filter(in_use=True).first(), "coder": coder is not None,
        "after_url": address(request, leaf.after), "first_url": address(request, ""),
        "orders": orders_of(request, asked) if coder is domain.network_coder and asked.waits else [],
        "taught": taught, "to_choose": asked.teaches and taught is None and anything_waits(user),
    }
    if period is None:
        return context
    owing = who_owes(user, period, roles=CODERS)
    marks, width = marks_of(owing)
    after = period.after()
    standing = tally(user, period)
    return context | {
        "period": period, "tally": standing, "received": standing.total(), "owing": owing, "marks": marks, "marks_width": width,
        "before": period.before(), "after": after if after.first_day <= today() else None,
        "waiting_before": waiting_before(user, period),
    }


def opened(request: HttpRequest, shown: list[Observation]) -> Detail | None:
    """The note that the address names, else the first of the page. A note of another unit is as absent as none."""
    if asked := request.GET.get("note", ""):
        note = find_note(request.user, asked)
        if note is None:
            raise Http404
        return look_at_note(note)
    return look_at_note(shown[0]) if shown else None


def week_of(request: HttpRequest, period: str) -> Period:
    rule = request.network.week_rule  # type: ignore[attr-defined]
    try:
        return Period.week(period, rule) if period else Period.week_of(today(), rule)
    except ValueError as fault:
        raise Http404 from fault


def query_of(given: QueryDict) -> str:
    """The filters of the page as they stand in its address, to come back to."""
    return urlencode([(name, value) for name in (*KEPT, "after") for value in given.getlist(name) if value])


def address(request: HttpRequest, after: str, order: str = "") -> str:
    """This page's address with another place in the queue, or from the front in another order."""
    kept = [(name, value) for name in KEPT for value in request.GET.getlist(name) if value and not (order and name == "order")]
    return "?" + urlencode([*kept, *([("order", order)] if order else []), *([("after", after)] if after else [])])


def orders_of(request: HttpRequest, asked: Asked) -> list[tuple[str, str, bool]]:
    """Address and name of each order of waiting notes, and whether it is the one of the page; over all weeks the newest come
    first where none is chosen.
    """
    first = Order.SURE.label if asked.period else _("newest first")
    return [(address(request, "", order), str(first if order == Order.SURE else order.label), order == asked.order)
            for order in Order]


def back_to_queue(request: HttpRequest, *, note: str = "") -> HttpResponse:
    """Back where the form came from: the same week and filters, with the next note open."""
    return redirect(queue_address(request, request.POST, note))


def queue_address(request: HttpRequest, given: QueryDict, note: str = "") -> str:
    period = given.get("period", "")
    where = reverse("triage_period", args=[week_of(request, period).code]) if period else reverse("triage_all")
    parts = [part for part in (query_of(QueryDict(given.get("query", ""))), urlencode({"note": note}) if note else "") if part]
    return where + ("?" + "&".join(parts) if parts else "")


@require_POST
@for_roles(*CODERS)
def confirm(request: HttpRequest) -> HttpResponse:
    """Place one note, or it and the near-duplicates folded under it, by the choice of the form."""
    notes = chosen(request, [request.POST.get("note", ""), *request.POST.getlist("twins")])
    choice = request.POST.get("other") or request.POST.get("choice", "")
    topic, code = domain.find_choice(request.network, choice)  # type: ignore[attr-defined]
    if len(notes) == 1:
        domain.confirm_topic(notes[0], topic=topic, code=code, by=request.user, at=now())
    else:
        domain.confirm_together(notes, topic=topic, code=code, by=request.user, at=now())
    done = len(notes)
    messages.success(request, ngettext("Confirmed: %(topic)s.", "%(n)d notes confirmed together: %(topic)s.", done) % {
        "topic": topic.name, "n": done})
    return back_to_queue(request, note=next_note(request))


@require_POST
@for_roles(*CODERS)
def bulk(request: HttpRequest) -> HttpResponse:
    """Confirm for all ticked notes what was suggested for each."""
    done = domain.confirm_suggestions(chosen(request, request.POST.getlist("notes")), by=request.user, at=now())
    messages.success(request, ngettext("%(n)d suggestion confirmed.", "%(n)d suggestions confirmed.", done.done) % {
        "n": done.done})
    if done.left:
        messages.warning(request, ngettext("%(n)d note has no suggestion and still waits.",
                                           "%(n)d notes have no suggestion and still wait.", done.left) % {"n": done.left})
    return back_to_queue(request)


@require_http_methods(["GET", "POST"])
@for_roles(*CODERS, reads=READ)
def aside(request: HttpRequest) -> HttpResponse:
    """Say why notes are left out. Each stays counted, and can be put back."""
    given = request.POST if request.method == "POST" else request.GET
    said = "reason" in request.POST
    notes = chosen(request, given.getlist("notes"))
    inside = {note.pk for note in notes}
    alike = [other for other, _twin in alike_in_week(request.user, notes[0]) if other.pk not in inside]
    candidates = [(str(note.pk), note.text) for note in [*(notes if len(notes) > 1 else ()), *alike]]
    form = AsideForm(request.POST if said else None, candidates=candidates, initial={"kept": ""})
    if said and form.is_valid():
        kept = notes_on(request.user, keys_of([form.cleaned_data["kept"]])) if form.cleaned_data["kept"] else {}
        reason, done = form.cleaned_data["reason"], 1
        how: dict[str, Any] = {"kept": next(iter(kept.values()), None), "by": request.user, "at": now()}
        if len(notes) == 1:
            domain.set_aside(notes[0], reason, **how)
        else:
            done = domain.set_many_aside(notes, reason, **how).done
        messages.success(request, ngettext("%(n)d note set aside. It stays counted, with its reason.",
                                           "%(n)d notes set aside. They stay counted, with their reason.", done) % {"n": done})
        return back_to_queue(request, note=next_note(request))
    return render(request, "coding/aside.html", {"form": form, "notes": notes, "query": given.get("query", ""),
                                                 "period": given.get("period", ""), "next": given.get("next", ""),
                                                 "back_url": queue_address(request, given)},
                  status=422 if form.errors else 200)


@require_POST
@for_roles(*CODERS)
def ask(request: HttpRequest) -> HttpResponse:
    """Ask back about a note; the question goes to the phone that holds its receipt, and nobody learns whose that is."""
    (note,) = chosen(request, [request.POST.get("note", "")])
    ask_back(note, request.POST.get("question", ""), by=request.user, at=now())
    messages.success(request, _("Asked. The answer will stand beside the note."))
    return back_to_queue(request, note=str(note.pk))


@require_POST
@for_roles(*CODERS)
def back(request: HttpRequest) -> HttpResponse:
    """Put a note back that was set aside."""
    (note,) = chosen(request, [request.POST.get("note", "")])
    domain.put_back(note, by=request.user, at=now())
    messages.success(request, _("Put back."))
    return back_to_queue(request, note=str(note.pk))


@require_POST
@for_roles(*CODERS)
def suggest(request: HttpRequest, period: str) -> HttpResponse:
    """Let the coder in use suggest for what waits in a week. It only suggests."""
    coder = domain.coder_for(request.network)  # type: ignore[attr-defined]
    if coder is None:
        raise Refusal("coder.none", _("No coder is set up here."), todo=_("Choose the topics yourself."), status=409)
    found = domain.suggest_waiting(request.user, week_of(request, period), coder=coder, at=now())
    messages.success(request, ngettext("The machine suggests a topic for %(n)d note.",
                                       "The machine suggests topics for %(n)d notes.", found) % {"n": found})
    return back_to_queue(request)


def chosen(request: HttpRequest, values: list[str]) -> list[Observation]:
    """The notes a form names, all of units in which this person codes; any other is answered like one that is not there."""
    keys = keys_of(values)
    found = notes_on(request.user, keys)
    if not keys or len(found) != len(keys):
        if not keys:
            raise Refusal("coding.none_chosen", _("No note was chosen."), todo=_("Tick the notes first."))
        raise Http404
    return [found[key] for key in keys]


def next_note(request: HttpRequest) -> str:
    """The note that comes after the one just done, where it is still this person's to read."""
    note = find_note(request.user, request.POST.get("next", ""))
    return str(note.pk) if note else ""
