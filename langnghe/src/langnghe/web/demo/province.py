"""Build the invented province from its data files: offices, places, members, channels, the frame, the duty."""

from __future__ import annotations

import datetime as dt
import tomllib
from pathlib import Path
from typing import Any

from django.db import transaction
from django_scopes import scope

from langnghe.accounts.models import User
from langnghe.common.clock import today
from langnghe.common.periods import Period
from langnghe.frames.domain import load_frame, names
from langnghe.intake.models import Channel
from langnghe.network.domain import add_member, add_place, add_unit
from langnghe.network.models import Area, Basis, Component, Duty, Network, Place, Term, Unit
from langnghe.reports.domain.build import build_weekly
from langnghe.reports.domain.files import write_files
from langnghe.reports.models import Report
from langnghe.web.demo.history import write_history

HERE = Path(__file__).parent


def build_province(*, at: dt.datetime, out: Path) -> list[Path]:
    """Make the province if it is not there yet, and the report of the last whole week. Returns the report's files."""
    data = tomllib.loads((HERE / "province.toml").read_text(encoding="utf-8"))
    network = Network.objects.filter(code=data["network"]["code"], from_demo=True).first()
    if network is None:
        with transaction.atomic():
            network = make_network(data, at=at)
            with scope(network=network):
                write_history(network, at=at)
    with scope(network=network):
        unit = Unit.objects.get(code=data["unit"]["code"])
        period = Period.week_of(today(at), network.week_rule).before()
        report = Report.objects.filter(unit=unit, kind="weekly", period=period.code).first() or build_weekly(
            unit, period=period.code, by=None, at=at, judgements=judgements(data, at=at)
        )
        return write_files(report, out=out)


def judgements(data: dict[str, Any], *, at: dt.datetime) -> list[dict[str, Any]]:
    """Outlook and recommendations, due so many days after the day of the demonstration."""
    return [
        {**row, "due_on": today(at) + dt.timedelta(days=row["due_in_days"])} if "due_in_days" in row else row
        for row in data["judgement"]
    ]


def make_network(data: dict[str, Any], *, at: dt.datetime) -> Network:
    facts = data["network"]
    network = Network.objects.create(code=facts["code"], name=facts["name"], week_rule=facts["week_rule"], from_demo=True)
    with scope(network=network):
        unit = make_units(network, data["unit"], opened=facts["opened"], at=at)
        places = make_places(network, data, opened=facts["opened"], at=at)
        term = make_term(network, at=at)
        basis = Basis.objects.create(network=network, **{key: data["basis"][key] for key in ("symbol", "issued_on", "issuer")})
        components = {
            row["code"]: Component.objects.create(network=network, code=row["code"], order=order, **names(row))
            for order, row in enumerate(data["component"])
        }
        for order, row in enumerate(data["channel"]):
            Channel.objects.create(network=network, code=row["code"], order=order, **names(row))
        load_frame(network, by=None, at=at)
        Duty.objects.create(unit=unit, basis=basis, opened=facts["opened"], **data["duty"])
        for row in data["collaborator"]:
            add_member(make_user(row), unit=Unit.objects.get(code=row["unit"]), term=term, role="collaborator", by=None, at=at,
                       places=[places[code] for code in row["places"]], post=row["post"],
                       component=components[row["component"]], basis=basis)
        for row in data["staff"]:
            add_member(make_user(row), unit=unit, term=term, role=row["role"], by=None, at=at, post=row["post"])
    return network


def make_units(network: Network, data: dict[str, Any], *, opened: dt.date, at: dt.datetime) -> Unit:
    unit = add_unit(network, under=None, by=None, at=at, code=data["code"], level=data["level"], opened=opened,
                    letterhead=data["letterhead"], **names(data))
    for row in data["child"]:
        add_unit(network, under=unit, by=None, at=at, code=row["code"], level=row["level"], opened=opened, **names(row))
    return unit


def make_places(network: Network, data: dict[str, Any], *, opened: dt.date, at: dt.datetime) -> dict[str, Place]:
    areas = {
        row["code"]: Area.objects.create(network=network, code=row["code"], order=order, **names(row))
        for order, row in enumerate(data["area"])
    }
    top = data["province"]
    province = add_place(network, under=None, by=None, at=at, code=top["code"], kind=top["kind"], opened=opened, **names(top))
    return {
        row["code"]: add_place(network, under=province, by=None, at=at, code=row["code"], kind=row["kind"], order=order,
                               opened=opened, area=areas[row["area"]], **names(row))
        for order, row in enumerate(data["place"])
    }


def make_term(network: Network, *, at: dt.datetime) -> Term:
    """Two years around the day of the demonstration, so that today's note is always inside the term."""
    year = today(at).year
    return Term.objects.create(network=network, name=f"{year - 1}–{year + 1}", first_day=dt.date(year - 1, 1, 1),
                               last_day=dt.date(year + 1, 12, 31))


def make_user(row: dict[str, Any]) -> User:
    """An account of the demonstration: it has no password, and is entered by one click on demo data only."""
    user = User(username=row["username"], display_name=row["name"], from_demo=True)
    user.set_unusable_password()
    user.save()
    return user
