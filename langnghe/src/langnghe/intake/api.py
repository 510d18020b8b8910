"""What a phone sends and asks in JSON: a note, “nothing to report”, what became of its notes, an answer to a question."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from langnghe.common.clock import now
from langnghe.common.errors import Refusal
from langnghe.common.language import reading_language
from langnghe.intake.domain import answer_back, answer_duty, cannot_answer, receive_note
from langnghe.intake.forms import read_note, read_sent, refuse_form
from langnghe.intake.queries import Fate, fates_of, question_for
from langnghe.network.access import for_roles
from langnghe.network.enums import Role
from langnghe.network.models import DueItem, Membership
from nghe.charts import formats


def for_phones(view: Callable[[HttpRequest, dict[str, Any]], JsonResponse]) -> Any:
    """A JSON address for collaborators: a refusal answers JSON, and nothing of it is kept in a cache."""

    @for_roles(Role.COLLABORATOR)
    @require_POST
    @never_cache
    @wraps(view)
    def answer(request: HttpRequest) -> HttpResponse:
        try:
            return view(request, body_of(request))
        except Refusal as refusal:
            return JsonResponse({"refusal": refusal.as_dict()}, status=refusal.status)

    return answer


def body_of(request: HttpRequest) -> dict[str, Any]:
    try:
        body = json.loads(request.body)
    except (ValueError, RecursionError):
        refuse_form("body")
    if not isinstance(body, dict):
        refuse_form("body")
    return dict(body)


def member_of(request: HttpRequest) -> Membership:
    return next(m for m in request.memberships if m.role == Role.COLLABORATOR)  # type: ignore[attr-defined]


def owner_of(request: HttpRequest) -> str:
    """Tells two people on one phone apart, in the store of the phone; kept with no note here."""
    return str(request.user.pk)


def check_owner(request: HttpRequest, body: dict[str, Any]) -> None:
    """What one person wrote is not taken in another's name, whoever has signed in on the phone by now."""
    if body.get("owner", owner_of(request)) != owner_of(request):
        raise Refusal("note.owner", _("Somebody else wrote this on this phone."),
                      todo=_("Whoever wrote it signs in on this phone; then it is sent by itself."), status=403)


@for_phones
def send_note(request: HttpRequest, body: dict[str, Any]) -> JsonResponse:
    """201 once the note is committed; 200 when it had come before; 403 in another's name; 409 for other content; 422 for what
    the door stops."""
    check_owner(request, body)
    heard, sent = read_note(body)
    note, new = receive_note(heard, member=member_of(request), at=now(), sent=sent)
    return JsonResponse({"id": str(note.pk), "day": note.day.isoformat(), "coarse": note.coarse}, status=201 if new else 200)


@for_phones
def send_nothing(request: HttpRequest, body: dict[str, Any]) -> JsonResponse:
    """“Nothing to report” or “could not” for one due item; again, the same answer."""
    check_owner(request, body)
    member = member_of(request)
    item = DueItem.objects.filter(membership=member, pk=whole(body, "item")).first()
    if item is None:
        raise Http404
    item = answer_duty(item, str(body.get("state")), member=member, at=now(), sent=read_sent(body))
    return JsonResponse({"item": item.pk, "state": item.state})


@for_phones
def ask_fates(request: HttpRequest, body: dict[str, Any]) -> JsonResponse:
    """What became of the notes whose receipts the phone shows. Receipts stand in the body, never in an address or a log."""
    receipts = body.get("receipts", [])
    if not isinstance(receipts, list) or not all(isinstance(receipt, str) for receipt in receipts):
        refuse_form("receipts")
    return JsonResponse({"fates": [fate_dict(fate) for fate in fates_of(receipts, network=request.network)]})  # type: ignore[attr-defined]


@for_phones
def send_answer(request: HttpRequest, body: dict[str, Any]) -> JsonResponse:
    """The answer to a question about a note, by its receipt; an empty one says that it cannot safely be answered."""
    asked = question_for(str(body.get("receipt", "")), network=request.network)  # type: ignore[attr-defined]
    if asked is None:
        raise Refusal("ask.none", _("There is no question about this note."), todo=_("Reload the page."), status=404)
    if body.get("cannot") is True:
        cannot_answer(asked, at=now())
    else:
        answer_back(asked, str(body.get("answer", "")), at=now())
    return JsonResponse({"state": asked.state})


def fate_dict(fate: Fate) -> dict[str, Any]:
    return {
        "receipt": fate.receipt, "day": formats.day(fate.note.day, reading_language()),
        "topic": fate.note.topic.name if fate.note.topic else "", "question": fate.question,
        "steps": [{"icon": step.icon, "words": step.words} for step in fate.steps],
    }


def whole(body: dict[str, Any], name: str) -> int:
    value = body.get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        refuse_form(name)
    return value
