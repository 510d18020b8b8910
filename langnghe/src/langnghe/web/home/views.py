from __future__ import annotations

import csv
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from langnghe.common.clock import now
from langnghe.common.periods import Period
from langnghe.common.safe_csv import safe_row
from langnghe.network.access import READERS, for_roles, public, roles_of
from langnghe.network.enums import Role
from langnghe.network.models import Network, Unit
from langnghe.web.home.charts import drawn, keys
from langnghe.web.home.overview import Overview, last_whole_week, look_again, table_of
from langnghe.web.home.tour import STEPS


@public
def start(request: HttpRequest) -> HttpResponse:
    """The first page: to the tour on demo data, to one's own work when signed in, else to the door."""
    if request.user.is_authenticated:
        return redirect("phone_home" if roles_of(request) == {Role.COLLABORATOR} else "home")
    if Network.objects.filter(from_demo=True).exists():
        return redirect("tour")
    return redirect("account_login")


@public
def tour(request: HttpRequest) -> HttpResponse:
    """Seven steps through the product, on demo data only."""
    if not Network.objects.filter(from_demo=True).exists():
        raise Http404
    return render(request, "web/tour.html", {"steps": STEPS})


@for_roles(*READERS, reads="overview")
def home(request: HttpRequest, period: str = "") -> HttpResponse:
    overview = asked_for(request, period)
    shown = {"overview": overview, "items": drawn(overview), "keys": keys(), **ways_around(overview)}
    return render(request, "web/home.html", shown)


@for_roles(*READERS, reads="overview")
def topics_table(request: HttpRequest, period: str) -> HttpResponse:
    overview = asked_for(request, period)
    head, rows = table_of(overview)
    return render(request, "web/home_table.html", {"overview": overview, "head": head, "rows": rows})


@for_roles(*READERS, reads="overview")
def topics_csv(request: HttpRequest, period: str) -> HttpResponse:
    overview = asked_for(request, period)
    head, rows = table_of(overview)
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="topics-{overview.period.code}.csv"'
    answer.write("\ufeff")
    writer = csv.writer(answer)
    writer.writerow(head)
    writer.writerows(safe_row(row) for row in rows)
    return answer


def asked_for(request: HttpRequest, period: str) -> Overview:
    """The overview of the reader's own unit, for the named week or the last whole one."""
    member = next(m for m in request.memberships if m.role in READERS)  # type: ignore[attr-defined]
    unit = Unit.objects.select_related("network").get(pk=member.unit_id)
    if not period:
        return look_again(unit, last_whole_week(unit, at=now()))
    try:
        return look_again(unit, Period.week(period, unit.network.week_rule))
    except ValueError as fault:
        raise Http404 from fault


def ways_around(overview: Overview) -> dict[str, Any]:
    after = overview.period.after()
    return {"before": overview.period.before(), "after": after if after.last_day < now().date() else None}
