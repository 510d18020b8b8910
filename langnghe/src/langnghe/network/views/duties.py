from __future__ import annotations

import csv
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from langnghe.common.clock import now, today
from langnghe.common.errors import Refusal
from langnghe.common.periods import Period
from langnghe.common.safe_csv import safe_row
from langnghe.network import domain
from langnghe.network.access import OFFICE, READERS, for_roles, roles_of
from langnghe.network.enums import DueState, Role
from langnghe.network.forms import DutyForm
from langnghe.network.models import Duty, Unit
from langnghe.network.queries import Board, current_term, last_due_period, look_at_duties
from langnghe.network.queries.managed import KEEPERS, kept_items, managed_units
from langnghe.network.queries.owing import who_owes
from langnghe.network.queries.plan import states_of, what_comes
from langnghe.network.views.members import basis_of
from langnghe.network.views.roster import csv_answer


@require_GET
@for_roles(*READERS, reads="duties")
def duties(request: HttpRequest, period: str = "") -> HttpResponse:
    """Who owes a report for a week, with the four weeks before."""
    board = board_for(request, period)
    after = board.period.after()
    network, roles = request.network, roles_of(request)  # type: ignore[attr-defined]
    term = current_term(network, on=today())
    return render(request, "network/duties.html", {
        "board": board, "before": board.period.before(), "first": _("Owed by"),
        "after": after if after.first_day <= today() else None, "may_keep": bool(roles & KEEPERS),
        "may_plan": Role.ADMINISTRATOR in roles, "coming": what_comes(request.user, network, at=now()), "term": term,
        "states": states_of(request.user, term),
    })


@require_GET
@for_roles(*READERS, reads="duties")
def duties_csv(request: HttpRequest, period: str) -> HttpResponse:
    board = board_for(request, period)
    answer = csv_answer(f"duties-{board.period.code}.csv")
    writer = csv.writer(answer)
    writer.writerow(safe_row([_("Owed by"), *[column.name for column in board.columns]]))
    writer.writerows(safe_row([row.name, *[cell.word for cell in row.cells]]) for row in board.rows)
    return answer


def board_for(request: HttpRequest, period: str) -> Board:
    network, at = request.network, now()  # type: ignore[attr-defined]
    chosen = week_named(request, period) if period else last_due_period(request.user, network, at=at)
    return look_at_duties(request.user, chosen, names=bool(roles_of(request) & OFFICE), at=at)


def week_named(request: HttpRequest, period: str) -> Period:
    try:
        return Period.week(period, request.network.week_rule)  # type: ignore[attr-defined]
    except ValueError as fault:
        raise Http404 from fault


@require_GET
@for_roles(*KEEPERS, reads="duties")
def reminders(request: HttpRequest, period: str) -> HttpResponse:
    """A text to copy into whatever the office writes with. Nothing is sent from here."""
    week = week_named(request, period)
    owing = who_owes(request.user, week, roles=KEEPERS)
    duty = Duty.objects.filter(unit__in=Unit.objects.visible_to(request.user), closed=None).first()
    return render(request, "network/reminders.html", {"period": week, "owing": owing, "text": reminder_text(owing, week, duty)})


def reminder_text(owing: Any, week: Period, duty: Duty | None) -> str:
    lines = [_("Reports of week %(n)d (%(first)s to %(last)s) have not come from:") % {
        "n": week.number, "first": f"{week.first_day:%d/%m}", "last": f"{week.last_day:%d/%m/%Y}"}]
    lines += [f"- {one.place.name}" + (f" ({_('silent for %(n)d weeks') % {'n': one.periods}})" if one.periods >= 3 else "")
              for one in owing.silent]
    if duty:
        lines.append(_("They were due at %(hour)s. “Nothing to report” is a report too: one tap on the phone.") % {
            "hour": f"{duty.due_time:%H:%M}"})
    lines.append(_("Who cannot report this week tells the office and is excused."))
    return "\n".join(lines)


@require_http_methods(["GET", "POST"])
@for_roles(*KEEPERS, reads="duties")
def due_items(request: HttpRequest, period: str) -> HttpResponse:
    """The reports of one week, one row for each who owes one: accept, return, excuse."""
    week = week_named(request, period)
    items = kept_items(request.user).filter(period=week.code).select_related("duty__unit", "membership__user").prefetch_related(
        "membership__places").order_by("duty__unit__path", "membership__user__display_name", "pk")
    if request.method == "POST":
        decide(request, items)
        return redirect("due_items", period=week.code)
    at = now()
    rows = [(item, item.is_late(at)) for item in items]
    return render(request, "network/due_items.html", {"period": week, "rows": rows, "states": DueState})


def decide(request: HttpRequest, items: Any) -> None:
    keys = [int(key) for key in request.POST.getlist("items") if key.isdigit()]
    chosen = list(items.filter(pk__in=keys))
    if len(chosen) != len(set(keys)):
        raise Http404
    act = request.POST.get("act", "")
    how: dict[str, Any] = {"by": request.user, "at": now()}
    if act == "accept":
        done = domain.accept_items(chosen, **how)
    elif act == "return":
        done = sum(1 for item in chosen if domain.return_item(item, **how)) if chosen else domain.accept_items([], **how)
    elif act == "excuse":
        done = domain.excuse_items(chosen, **how)
    else:
        raise Refusal("duty.act", _("It is not said what is to be done."), todo=_("Use the buttons under the list."))
    messages.success(request, ngettext("Done for %(n)d report.", "Done for %(n)d reports.", done) % {"n": done})


@require_http_methods(["GET", "POST"])
@for_roles(Role.ADMINISTRATOR, reads="duties")
def plan(request: HttpRequest) -> HttpResponse:
    """What the units of this administrator owe, when, by which document; a new rule ends the one before."""
    units = managed_units(request.user)
    form = DutyForm(request.POST or None, units=units.open_on(today()), initial={"opened": today()})
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            domain.set_duty(values["unit"], kind=values["kind"], due_days=values["due_days"], due_time=values["due_time"],
                            grace_hours=values["grace_hours"], opened=values["opened"], basis=basis_of(request, values),
                            by=request.user, at=now())
        except Refusal as refusal:
            form.add_error(None, f"{refusal.message} {refusal.todo}")
        else:
            messages.success(request, _("The plan was changed."))
            return redirect("plan")
    rows = Duty.objects.filter(unit__in=units).select_related("unit", "basis").order_by("closed", "unit__path", "-opened")
    return render(request, "network/plan.html", {"form": form, "duties": rows}, status=422 if form.errors else 200)


@require_POST
@for_roles(*KEEPERS)
def open_items(request: HttpRequest, period: str) -> HttpResponse:
    """Open what is owed for a week, where no task has done so yet."""
    week = week_named(request, period)
    mine = {item.unit_id for item in request.memberships if item.role in KEEPERS}  # type: ignore[attr-defined]
    duties_here = Duty.objects.filter(unit__in=mine, closed=None).select_related("unit__network")
    made = sum(len(domain.open_due_items(duty, period=week, by=request.user, at=now())) for duty in duties_here)
    messages.success(request, ngettext("%(n)d report is owed for this week.", "%(n)d reports are owed for this week.", made) % {
        "n": made})
    return redirect("duties_period", period=week.code)
