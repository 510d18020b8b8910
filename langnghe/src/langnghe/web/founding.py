"""Found a network from a file: the invented province of the demonstration, or a real office (`langnghe setup`)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django_scopes import scope

from langnghe.accounts.models import User
from langnghe.common.clock import today
from langnghe.frames.domain import load_frame, names
from langnghe.intake.models import Channel
from langnghe.network.domain import add_member, add_place, add_unit
from langnghe.network.models import Area, Basis, Component, Duty, Network, Place, Term, Unit


def found_network(data: dict[str, Any], *, from_demo: bool = False, at: dt.datetime) -> Network:
    """All that an office needs to begin: units, places, term, components, channels, the seeded frame, the duty, its people."""
    facts = data["network"]
    network = Network.objects.create(code=facts["code"], name=facts["name"], week_rule=facts["week_rule"], from_demo=from_demo)
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
        for row in data.get("collaborator", []):
            add_member(
                make_user(row, from_demo=from_demo),
                unit=Unit.objects.get(code=row["unit"]),
                term=term,
                role="collaborator",
                by=None,
                at=at,
                places=[places[code] for code in row["places"]],
                post=row["post"],
                component=components[row["component"]],
                basis=basis,
            )
        for row in data["staff"]:
            add_member(
                make_user(row, from_demo=from_demo), unit=unit, term=term, role=row["role"], by=None, at=at, post=row["post"]
            )
    return network


def make_units(network: Network, data: dict[str, Any], *, opened: dt.date, at: dt.datetime) -> Unit:
    unit = add_unit(
        network,
        under=None,
        by=None,
        at=at,
        code=data["code"],
        level=data["level"],
        opened=opened,
        letterhead=data.get("letterhead", {}),
        **names(data),
    )
    for row in data.get("child", []):
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
        row["code"]: add_place(
            network,
            under=province,
            by=None,
            at=at,
            code=row["code"],
            kind=row["kind"],
            order=order,
            opened=opened,
            area=areas[row["area"]],
            **names(row),
        )
        for order, row in enumerate(data["place"])
    }


def make_term(network: Network, *, at: dt.datetime) -> Term:
    """Two years around this day; the roster's renewal opens the next one."""
    year = today(at).year
    return Term.objects.create(
        network=network, name=f"{year - 1}–{year + 1}", first_day=dt.date(year - 1, 1, 1), last_day=dt.date(year + 1, 12, 31)
    )


def make_user(row: dict[str, Any], *, from_demo: bool) -> User:
    """An account without a password: its owner chooses one by a link, or a PIN; people of the demonstration have neither."""
    user = User(username=row["username"], display_name=row["name"], from_demo=from_demo)
    user.set_unusable_password()
    user.save()
    return user
