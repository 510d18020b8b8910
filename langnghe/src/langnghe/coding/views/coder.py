"""The coder: which version, what it learnt from, how good it is here, what it keeps silent about; shares from its codes."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from langnghe.coding.domain.shares import CodedShares, estimate_coded_shares
from langnghe.coding.domain.training import LEAST_NEW
from langnghe.coding.exporters import write_csv
from langnghe.coding.queries.coder import look_at_coder
from langnghe.coding.queries.queue import CODERS
from langnghe.coding.tables import charts_of
from langnghe.coding.tasks import begin_training, training_of
from langnghe.common.clock import now, today
from langnghe.common.errors import Refusal
from langnghe.common.periods import Period
from langnghe.network.access import for_roles
from langnghe.network.enums import Role
from langnghe.network.models import Unit

WHO = CODERS | {Role.ADMINISTRATOR}
READ = "coder"
SPANS = (4, 13, 52)
"""Weeks over which shares can be asked for, the present one included."""


@require_GET
@for_roles(*WHO, reads=READ)
def coder(request: HttpRequest) -> HttpResponse:
    look = look_at_coder(request.network)  # type: ignore[attr-defined]
    context: dict[str, Any] = {"look": look, "spans": SPANS, "least_new": LEAST_NEW, **charts_of(look),
                               "training": training_of(request.network)}  # type: ignore[attr-defined]
    if (weeks := span_of(request)) is not None:
        try:
            context["shares"] = shares_of(request, weeks)
        except Refusal as refusal:
            context["refused"] = refusal
    return render(request, "coding/coder.html", context | {"weeks": weeks})


def span_of(request: HttpRequest) -> int | None:
    asked = request.GET.get("weeks", "")
    return int(asked) if asked.isdecimal() and int(asked) in SPANS else None


def shares_of(request: HttpRequest, weeks: int) -> CodedShares:
    member = next(member for member in request.memberships if member.role in WHO)  # type: ignore[attr-defined]
    unit = Unit.objects.select_related("network").get(pk=member.unit_id)
    last = Period.week_of(today(), unit.network.week_rule).last_day
    return estimate_coded_shares(unit, last - dt.timedelta(days=7 * weeks - 1), last)


@require_GET
@for_roles(*WHO, reads=READ)
def coder_csv(request: HttpRequest) -> HttpResponse:
    """The table of topics: what is measured of each."""
    look = look_at_coder(request.network)  # type: ignore[attr-defined]
    head = ["field", "code", "topic", "confirmed", "f1", "precision", "recall", "silent_because", "alpha", "double_coded", "mark"]
    return write_csv("coder.csv", head, (
        [line.topic.field.code, line.topic.code, line.topic.name, line.texts, line.f1, line.precision, line.recall, line.silent,
         line.agreement.alpha, line.agreement.notes, str(line.agreement.mark)] for line in look.topics))


@require_POST
@for_roles(*WHO)
def train(request: HttpRequest) -> HttpResponse:
    """Train the next version beside the server's work. It only suggests."""
    begin_training(request.network, by=request.user, at=now())  # type: ignore[attr-defined]
    messages.success(request, _("The training has begun; it takes about a minute."))
    return redirect("coder")
