"""Second, blind coding: one drawn note at a time, without the first topic, the author's or a machine's."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from langnghe.coding import domain
from langnghe.coding.domain.draw import share_in_force
from langnghe.coding.queries.queue import CODERS
from langnghe.coding.queries.second import drawn_note, notes_to_code_again, weeks_coded_twice
from langnghe.coding.tables import choices_of
from langnghe.coding.views.triage import READ, week_of
from langnghe.common.clock import now, today
from langnghe.common.periods import Period
from langnghe.network.access import for_roles
from langnghe.network.models import Unit

WEEKS_SHOWN = 8


def weeks_up_to_now(rule: str, number: int = WEEKS_SHOWN) -> list[Period]:
    present = Period.week_of(today(), rule)
    return [*(present.before(steps) for steps in range(number - 1, 0, -1)), present]


@require_GET
@for_roles(*CODERS, reads=READ)
def second(request: HttpRequest) -> HttpResponse:
    """The next drawn note that somebody else coded first, or the one that the address names."""
    waiting = notes_to_code_again(request.user)
    rows = waiting.select_related("observation__place", "observation__channel")
    asked = request.GET.get("note", "")
    open_note = drawn_note(request.user, asked) if asked else rows.first()
    if asked and (open_note is None or not waiting.filter(pk=open_note.pk).exists()):
        raise Http404
    keys = [str(key) for key in waiting.values_list("pk", flat=True)]
    place = keys.index(str(open_note.pk)) if open_note else -1
    weeks = weeks_coded_twice(request.user, weeks_up_to_now(request.network.week_rule))  # type: ignore[attr-defined]
    return render(request, "coding/second.html", {
        "note": open_note.observation if open_note else None, "waiting": len(keys), "least": share_in_force(),
        "next": keys[(place + 1) % len(keys)] if len(keys) > 1 else "", "weeks": [week for week in reversed(weeks) if week.notes],
        "choices": choices_of(request.network) if open_note else [],  # type: ignore[attr-defined]
    })


@require_POST
@for_roles(*CODERS)
def code_second(request: HttpRequest) -> HttpResponse:
    """Keep the blind coding and go on to the next note."""
    drawn = drawn_note(request.user, request.POST.get("note", ""))
    if drawn is None:
        raise Http404
    topic, code = domain.find_choice(request.network, request.POST.get("other", ""))  # type: ignore[attr-defined]
    domain.code_again(drawn, topic=topic, code=code, by=request.user, at=now())
    messages.success(request, _("Kept: %(topic)s. The note stays where the first coding put it.") % {"topic": topic.name})
    after = request.POST.get("next", "")
    still = after and (row := drawn_note(request.user, after)) and notes_to_code_again(request.user).filter(pk=row.pk).exists()
    return redirect(reverse("second") + (f"?note={after}" if still else ""))


@require_POST
@for_roles(*CODERS)
def draw(request: HttpRequest, period: str) -> HttpResponse:
    """Draw what is to be drawn of a week by now, in each unit in which this person codes."""
    week = week_of(request, period)
    mine = [member.unit_id for member in request.memberships if member.role in CODERS]  # type: ignore[attr-defined]
    made = [domain.draw_notes(unit, week, by=request.user, at=now()) for unit in Unit.objects.filter(pk__in=mine)]
    drawn = sum(one.drawn for one in made if one is not None)
    messages.success(request, ngettext("%(n)d note was drawn.", "%(n)d notes were drawn.", drawn) % {"n": drawn})
    return redirect("second")
