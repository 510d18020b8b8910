"""How far two people agree on each topic: for analysts and editors. It speaks of topics, never of people (R12)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from langnghe.coding.domain.draw import share_in_force
from langnghe.coding.exporters import write_csv
from langnghe.coding.queries.agreement import AgreementLook, Interval, look_at_agreement
from langnghe.coding.queries.queue import CODERS
from langnghe.coding.queries.second import notes_to_code_again, weeks_coded_twice
from langnghe.coding.rules import LEAST_NOTES, RELIABLE, TENTATIVE
from langnghe.coding.views.second import weeks_up_to_now
from langnghe.network.access import for_roles
from langnghe.network.models import Unit

READ = "agreement"
WEEKS_SHOWN = 13


@require_GET
@for_roles(*CODERS, reads=READ)
def agreement(request: HttpRequest) -> HttpResponse:
    look = asked_for(request)
    weeks = weeks_coded_twice(request.user, weeks_up_to_now(request.network.week_rule, WEEKS_SHOWN))  # type: ignore[attr-defined]
    over = [week for week in weeks[:-1] if week.notes]
    return render(request, "coding/agreement.html", {
        "look": look, "weeks": [week for week in reversed(weeks) if week.notes], "least": share_in_force(),
        "reached": sum(week.share >= share_in_force() for week in over), "over": len(over),
        "waiting": notes_to_code_again(request.user).count(), "tentative": TENTATIVE, "reliable": RELIABLE, "few": LEAST_NOTES,
    })


@require_GET
@for_roles(*CODERS, reads=READ)
def agreement_csv(request: HttpRequest) -> HttpResponse:
    look = asked_for(request)
    head = ["field", "code", "topic", "alpha", "low", "high", "double_coded", "mark"]
    whole, labels = look.reliability.overall, look.labels
    rows = [["", "", _("all topics"), whole.alpha, None, None, whole.notes, str(whole.mark)],
            ["", "", _("topic and code together"), *cells_of(labels), whole.notes, ""]]
    rows += [
        [line.topic.field.code, line.topic.code, line.topic.name, line.measure.alpha, *cells_of(line.interval)[1:],
         line.measure.notes, str(line.measure.mark)] for line in look.topics
    ]
    return write_csv("agreement.csv", head, rows)


def cells_of(interval: Interval | None) -> list[float | None]:
    return [interval.value, interval.low, interval.high] if interval else [None, None, None]


def asked_for(request: HttpRequest) -> AgreementLook:
    member = next(member for member in request.memberships if member.role in CODERS)  # type: ignore[attr-defined]
    return look_at_agreement(request.network, Unit.objects.get(pk=member.unit_id))  # type: ignore[attr-defined]
