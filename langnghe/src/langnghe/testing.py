"""The network that tests use: the same few people in the same few places, every time."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from typing import Any

from allauth.mfa.models import Authenticator
from django_scopes import scope

from langnghe.accounts.models import User
from langnghe.frames.domain import load_frame
from langnghe.intake.models import Channel
from langnghe.network.domain import add_member, add_place, add_unit
from langnghe.network.models import Area, Duty, Membership, Network, Place, Term, Unit

OPENED = dt.date(2025, 7, 1)


@dataclass
class House:
    """`ST` counts weeks from Thursday. Alice collects in An Trạch, Bob analyses, Erin edits, Carol signs, Dan leads,
    Eve administers; Mallory analyses for a sibling unit, Oscar for another network."""

    network: Network
    unit: Unit
    sibling: Unit
    places: dict[str, Place]
    people: dict[str, User] = field(default_factory=dict)
    members: dict[str, Membership] = field(default_factory=dict)


def build_house(at: dt.datetime) -> House:
    network = Network.objects.create(code="ST", name="Sông Thao", week_rule="thu-wed")
    with scope(network=network):
        house = House(network, open_unit(network, "ST", at), open_unit(network, "KH", at), open_places(network, at))
        term = Term.objects.create(network=network, name="2026–2027", first_day=dt.date(2025, 10, 1),
                                   last_day=dt.date(2027, 12, 31))
        load_frame(network, by=None, at=at)
        for order, (code, vi, en) in enumerate(
            [("direct", "Gặp trực tiếp", "Face to face"), ("meeting", "Họp, hội nghị", "Meeting")]
        ):
            Channel.objects.create(network=network, code=code, name_vi=vi, name_en=en, order=order)
        Duty.objects.create(unit=house.unit, kind="weekly", period_rule="thu-wed", due_days=1, due_time=dt.time(16),
                            grace_hours=2, opened=OPENED)
        for name, role, unit in [
            ("alice", "collaborator", house.unit), ("bob", "analyst", house.unit), ("erin", "editor", house.unit),
            ("carol", "signer", house.unit), ("dan", "leader", house.unit), ("eve", "administrator", house.unit),
            ("mallory", "analyst", house.sibling),
        ]:
            house.people[name] = User.objects.create_user(name, password="a long enough word", display_name=name.title())
            house.members[name] = add_member(house.people[name], unit=unit, term=term, role=role, by=None, at=at,
                                             places=[house.places["AT"]] if role == "collaborator" else [])
            if role != "collaborator":
                give_second_factor(house.people[name])
    other = Network.objects.create(code="KHAC", name="Mạng khác")
    with scope(network=other):
        term = Term.objects.create(network=other, name="2026", first_day=OPENED, last_day=dt.date(2027, 12, 31))
        house.people["oscar"] = User.objects.create_user("oscar", password="a long enough word", display_name="Oscar")
        house.members["oscar"] = add_member(house.people["oscar"], unit=open_unit(other, "X", at), term=term, role="analyst",
                                            by=None, at=at)
    give_second_factor(house.people["oscar"])
    return house


def give_second_factor(user: User) -> None:
    """As somebody of an office has it who set up an authenticator app."""
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "test"})


def open_unit(network: Network, code: str, at: dt.datetime) -> Unit:
    return add_unit(network, under=None, by=None, at=at, code=code, name_vi=f"Trung tâm Dư luận xã hội {code}",
                    level="province", opened=OPENED)


def open_places(network: Network, at: dt.datetime) -> dict[str, Place]:
    area = Area.objects.create(network=network, code="river", name_vi="Ven sông", name_en="River side")
    province = add_place(network, under=None, by=None, at=at, code="P", name_vi="Tỉnh Sông Thao", kind="province",
                         opened=OPENED)
    places = {"P": province}
    for order, (code, name) in enumerate({"AT": "An Trạch", "BN": "Bến Ngọc", "CM": "Cầu Mây", "DL": "Đồng Lâm"}.items()):
        places[code] = add_place(network, under=province, by=None, at=at, code=code, name_vi=name, kind="commune",
                                 area=area, order=order, opened=OPENED)
    return places


def body_of(answer: Any) -> str:
    """The body of a page without what differs from call to call: its own address and the token of its forms."""
    text = re.sub(r'(name="csrfmiddlewaretoken" value=")[^"]*', r"\1", answer.content.decode())
    return text.replace(answer.request["PATH_INFO"], "")
