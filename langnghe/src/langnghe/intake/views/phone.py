"""The pages of a collaborator's phone. Each works as plain HTML; a script adds what works without a network."""

from __future__ import annotations

import datetime as dt
import unicodedata
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from langnghe.common.clock import ZONE, now, today
from langnghe.common.errors import Refusal
from langnghe.common.language import reading_language
from langnghe.intake.api import member_of, owner_of
from langnghe.intake.domain import answer_duty, receive_note
from langnghe.intake.forms import NoteForm
from langnghe.intake.handover import matters
from langnghe.intake.marking import mark_hits, mend, quote_hits
from langnghe.intake.phone_words import phone_words
from langnghe.intake.queries import due_items_of, fates_of, places_of, public_names
from langnghe.network.access import for_roles
from langnghe.network.enums import DueState, Role
from langnghe.network.models import DueItem, Membership
from langnghe.network.queries import names_around

DUE_ICONS = {DueState.OPEN: "open", DueState.RETURNED: "back", DueState.COULD_NOT: "cant", DueState.NIL: "flat"}
SAID = {
    DueState.NIL: gettext_lazy("Noted: nothing to report. That counts as a report."),
    DueState.COULD_NOT: gettext_lazy("Noted: you could not."),
}


@for_roles(Role.COLLABORATOR)
@never_cache
@require_http_methods(["GET", "POST"])
def phone_home(request: HttpRequest) -> HttpResponse:
    """What is due, what waits in the phone, what became of the last notes. A POST looks up one receipt without a script."""
    member, at = member_of(request), now()
    receipt = request.POST.get("receipt", "").strip().upper()
    due = [due_row(item, at) for item in due_items_of(member, on=today(at))]
    return render(request, "intake/phone_home.html", {
        "member": member, "unit_label": place_label(member), "due": due,
        "fates": fates_of([receipt], network=request.network) if receipt else [],  # type: ignore[attr-defined]
        "receipt": receipt, **for_script(request),
    })


@for_roles(Role.COLLABORATOR)
@never_cache
@require_http_methods(["GET", "POST"])
def phone_capture(request: HttpRequest) -> HttpResponse:
    """Write down what was heard: text first, what is known filled in."""
    member, at = member_of(request), now()
    form = NoteForm(given_words(request), member=member, at=at)
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            note, new = receive_note(form.heard(), member=member, at=at, sent=form.sent())
        except Refusal as no:
            refusal = no
        else:
            return render(request, "intake/phone_saved.html", {
                "note": note, "new": new, "receipt": form.cleaned_data["receipt"], "at": at, **back_home(),
            }, status=201 if new else 200)
    return capture_page(request, form, refusal)


def given_words(request: HttpRequest) -> Any:
    """What the form sent; the button that mends the text brings the mended one along."""
    if request.method != "POST":
        return None
    given = request.POST.copy()
    if "mended" in given:
        given["text"] = str(given["mended"])
    return given


@csrf_exempt
@for_roles(Role.COLLABORATOR)
@never_cache
@require_POST
def phone_share(request: HttpRequest) -> HttpResponse:
    """Words shared from another app, where the phone's own script did not catch them: shown in the form, kept nowhere.

    Exempt from the check of forms, since another app sends it and nothing is changed by it.
    """
    words = [request.POST.get(name, "").strip() for name in ("title", "text", "url")]
    form = NoteForm(member=member_of(request), at=now(), initial={"text": "\n".join(word for word in words if word)})
    return capture_page(request, form, None)


def capture_page(request: HttpRequest, form: NoteForm, refusal: Refusal | None) -> HttpResponse:
    """The form with what was written, and what was refused: quoted, marked in the text, with one tap that mends it."""
    text = unicodedata.normalize("NFC", form["text"].value() or "")
    status = refusal.status if refusal else 422 if form.is_bound and form.errors else 200
    return render(request, "intake/phone_capture.html", {
        "form": form, "refusal": refusal, "quotes": quote_hits(text, refusal), "marked": mark_hits(text, refusal),
        "mended": mend(text, refusal), **back_home(), **for_script(request),
        "data": data_for_script(request),
    }, status=status)


def data_for_script(request: HttpRequest) -> dict[str, Any]:
    """What the phone checks by itself: matters for other hands, names of public cases, and what is called like a person here."""
    language = reading_language()
    member = member_of(request)
    mine = {"", *places_of(member).values_list("code", flat=True)}
    near = names_around(member.unit.network).by_code()
    return {
        "matters": [{"code": matter.code, "words": list(matter.words), "title": matter.title[language],
                     "where": [line[language] for line in matter.where]} for matter in matters()],
        "near": {code: sorted(names) for code, names in near.items() if code in mine},
        "public": sorted(public_names(request.network)),  # type: ignore[attr-defined]
    }


@for_roles(Role.COLLABORATOR)
@require_GET
def phone_where(request: HttpRequest) -> HttpResponse:
    """Where to take what is not kept here (R13)."""
    language = reading_language()
    rows = [(matter.title[language], [line[language] for line in matter.where]) for matter in matters()]
    return render(request, "intake/phone_where.html", {"rows": rows, **back_home()})


@for_roles(Role.COLLABORATOR)
@require_POST
def phone_nothing(request: HttpRequest, item: int) -> HttpResponse:
    """“Nothing to report” or “could not”, without a script."""
    member = member_of(request)
    asked = get_object_or_404(DueItem, membership=member, pk=item)
    answered = answer_duty(asked, request.POST.get("state", ""), member=member, at=now())
    messages.success(request, SAID.get(DueState(answered.state)) or _("A note came for this week already."))
    return redirect("phone_home")


# -- what the pages say


def back_home() -> dict[str, Any]:
    return {"back_url": reverse("phone_home"), "back_label": _("First page")}


def for_script(request: HttpRequest) -> dict[str, Any]:
    """`owner` tells two people on one phone apart: what one wrote is never sent in the other's name."""
    return {"words": phone_words(), "owner": owner_of(request)}


def place_label(member: Membership) -> str:
    return ", ".join(place.name for place in member.places.all()[:2]) or str(member.unit.name)


def due_row(item: DueItem, at: dt.datetime) -> dict[str, Any]:
    waiting = item.state in {DueState.OPEN, DueState.RETURNED}
    late = waiting and item.is_late(at)
    return {
        "item": item, "icon": "late" if late else DUE_ICONS.get(DueState(item.state), "done"),
        "due": item.due_at.astimezone(ZONE),
        "week": int(item.period[-2:]) if "-W" in item.period else None,
        "waiting": waiting, "late": late, "left": left_words(item.due_at - at) if waiting and not late else "",
    }


def left_words(left: dt.timedelta) -> str:
    if left <= dt.timedelta(0):
        return _("a little time is still given")
    days, hours = divmod(int(left.total_seconds() // 3600), 24)
    if not days and not hours:
        return _("less than an hour left")
    parts = [ngettext("%(n)d day", "%(n)d days", days) % {"n": days} if days else "",
             ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours} if hours else ""]
    return _("%(time)s left") % {"time": " ".join(filter(None, parts))}
