"""Every address, as every role, for one's own, a child's, a sibling's, a parent's, a stranger's and an absent object.

To somebody who may not see a thing it does not exist: the answer is 404 with the same body as for a thing that is not there.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django_scopes import scope

from langnghe.accounts.models import User
from langnghe.frames.models import CodingFrame, Field, Topic
from langnghe.intake.models import PublicCase
from langnghe.network.domain import add_member, add_place, add_unit, open_due_items
from langnghe.network.models import DueItem, Duty, Membership, Place, Term, Unit
from langnghe.reports.models import Report
from langnghe.testing import House, body_of, give_second_factor

ROLES = ("collaborator", "analyst", "editor", "signer", "leader", "administrator", "survey_manager", "information_officer")
ABSENT = 999_999


@dataclass
class World:
    """`people[where, role]`; `objects[kind, where]` is a primary key; where: own, child, sibling, stranger."""

    people: dict[tuple[str, str], User] = field(default_factory=dict)
    objects: dict[tuple[str, str], Any] = field(default_factory=dict)


def new_person(world: World, where: str, role: str, unit: Unit, term: Term, now: dt.datetime, places: list[Any]) -> None:
    person = User.objects.create_user(f"{where}-{role}", display_name=f"{where} {role}")
    world.people[where, role] = person
    member = add_member(person, unit=unit, term=term, role=role, by=None, at=now, places=places)
    if role == "collaborator":
        world.objects["member", where] = member.pk
    else:
        give_second_factor(person)


@pytest.fixture
def world(house: House, now: dt.datetime) -> World:
    """`own` is ST itself; `child` a unit below it, whose parent is ST; `sibling` is KH; `stranger` is another network."""
    world = World()
    child = add_unit(
        house.network, under=house.unit, by=None, at=now, code="ST-A", name_vi="Tổ A", level="cluster", opened=dt.date(2025, 7, 1)
    )
    term = Term.objects.get(network=house.network)
    for where, unit in (("own", house.unit), ("child", child), ("sibling", house.sibling)):
        for role in ROLES:
            new_person(world, where, role, unit, term, now, [house.places["BN"]] if role == "collaborator" else [])
        fill(world, where, unit, now)
    frame = CodingFrame.objects.get(network=house.network, in_use=True)
    world.objects |= shared_objects("own", term, frame)
    other = house.members["oscar"].unit
    with scope(network=other.network):
        from langnghe.frames.domain import load_frame

        load_frame(other.network, by=None, at=now)
        other_term = Term.objects.get(network=other.network)
        for role in ROLES:
            new_person(world, "stranger", role, other, other_term, now, [])
        fill(world, "stranger", other, now)
        world.objects |= shared_objects("stranger", other_term, CodingFrame.objects.get(network=other.network, in_use=True))
    return world


def fill(world: World, where: str, unit: Unit, now: dt.datetime) -> None:
    """A report, its evidence, a due item and a member of this unit."""
    report = Report.objects.create(
        unit=unit,
        kind="weekly",
        period="2026-W45",
        period_rule="thu-wed",
        first_day=dt.date(2026, 10, 29),
        last_day=dt.date(2026, 11, 4),
        made_at=now,
    )
    world.objects["report", where] = report.pk
    duty = Duty.objects.filter(unit=unit).first() or Duty.objects.create(
        unit=unit, kind="weekly", period_rule="thu-wed", due_days=1, due_time=dt.time(16), opened=dt.date(2025, 7, 1)
    )
    from langnghe.common.periods import Period

    open_due_items(duty, period=Period.week("2026-W45", "thu-wed"), by=None, at=now)
    item = DueItem.objects.filter(duty=duty).first()
    world.objects["due", where] = item.pk if item else ABSENT


def shared_objects(where: str, term: Term, frame: CodingFrame) -> dict[tuple[str, str], Any]:
    """What belongs to a whole network."""
    case = PublicCase.objects.create(
        network=term.network,
        name="Vụ án công khai",
        folded="vu an cong khai",
        source="báo",
        listed_by=User.objects.get(username=f"{where}-editor"),
        listed_on=term.first_day,
    )
    place = Place.objects.filter(network=term.network).first() or add_place(
        term.network, under=None, by=None, at=dt.datetime.now(dt.UTC), code="W", name_vi="Nơi khác", kind="commune",
        opened=term.first_day,
    )
    return {
        ("case", where): case.pk,
        ("place", where): place.pk,
        ("term", where): term.pk,
        ("frame", where): frame.pk,
        ("field", where): Field.objects.filter(frame=frame)[0].pk,
        ("topic", where): Topic.objects.filter(field__frame=frame)[0].pk,
    }


OBJECTS: dict[str, tuple[str, dict[str, Any]]] = {
    **{name: ("report", {}) for name in (
        "report", "report_step", "report_left_out", "report_left_out_csv", "report_left_out_shares", "report_left_out_matters",
        "report_put_back", "report_last_outlook",
    )},
    **{name: ("report", {"omission": 1}) for name in ("report_matter_in", "report_matter_reason")},
    "report_file": ("report", {"name": "claims.json"}),
    **{name: ("report", {"label": "C01"}) for name in ("report_sentence", "report_sentence_by_evidence", "report_sentence_out")},
    **{name: ("report", {}) for name in ("report_outlook", "report_recommendation")},
    "report_new_sentence": ("report", {"part": "other"}),
    "report_recommendation_out": ("report", {"code": "KN-45-01"}),
    "public_case_remove": ("case", {}),
    "local_names_of": ("place", {}),
    "evidence": ("report", {"label": "E01"}),
    "evidence_csv": ("report", {"label": "E01"}),
    **{name: ("member", {}) for name in ("phones", "shut_phones", "member", "member_move")},
    **{name: ("term", {}) for name in ("roster_term", "roster_csv", "renewal", "renew")},
    **{name: ("frame", {}) for name in ("frame", "frame_compare", "frame_next", "frame_use", "frame_drop")},
    "frame_file": ("frame", {"kind": "toml"}),
    "frame_add": ("frame", {"kind": "field"}),
    "frame_heir": ("frame", {"old": ABSENT}),
    "field_edit": ("field", {}),
    "topic_edit": ("topic", {}),
    "topic_codes": ("topic", {"kind": "code"}),
    "phone_nothing": ("due", {}),
}
"""Address → the kind of object it is about, and the rest of its words."""
KEY = {"roster_term": "term", "roster_csv": "term", "renewal": "term", "renew": "term", "phone_nothing": "item"}
NO_OBJECT = {"period", "username", "name"}
"""Words of an address that name no row: a period, a one-time code, an invented person."""
OF_NETWORK = {"term", "frame", "field", "topic", "case", "place"}
PERSONAL = {"due"}
"""Kinds that belong to one member alone."""


def addresses(patterns: list[Any] | None = None) -> Iterator[URLPattern]:
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns)
        else:
            yield pattern


FOR_ROLES = {
    pattern.name: pattern.callback.policy
    for pattern in addresses()
    if getattr(pattern.callback, "policy", None) and pattern.callback.policy.who == "roles" and pattern.name
}


def ask(client: Client, address: str) -> Any:
    """By GET, and where only POST is taken by POST."""
    answer = client.get(address)
    return client.post(address, {}) if answer.status_code == 405 else answer


def words_of(pattern: URLPattern) -> set[str]:
    return set(pattern.pattern.converters) | set(re.findall(r"\?P<(\w+)>", str(pattern.pattern)))


def test_every_address_with_an_object_is_walked() -> None:
    forgotten = [
        pattern.name
        for pattern in addresses()
        if pattern.name in FOR_ROLES
        and words_of(pattern) - NO_OBJECT
        and pattern.name not in OBJECTS
        and pattern.name not in WITH_FILES
    ]
    assert forgotten == []


WITH_FILES = {"roster_preview", "roster_drop", "import_state", "import_progress"}
"""Addresses about rows that only an upload makes: their own tests walk them."""


def link_to(name: str, pk: Any) -> str:
    _kind, words = OBJECTS[name]
    return reverse(name, kwargs={**words, KEY.get(name, "pk"): pk})


def signed_in(world: World, where: str, role: str) -> Client:
    client = Client()
    client.force_login(world.people[where, role])
    return client


def test_what_one_may_not_see_is_as_if_it_were_not_there(world: World) -> None:
    wrong = []
    unseen = {"own": ("sibling", "stranger"), "child": ("own", "sibling", "stranger")}
    for where, role in [(where, role) for where in unseen for role in ROLES]:
        client = signed_in(world, where, role)
        for name in [name for name in OBJECTS if role in FOR_ROLES[name].roles]:
            kind = OBJECTS[name][0]
            absent = ask(client, link_to(name, ABSENT))
            for other in ("stranger",) if kind in OF_NETWORK else unseen[where]:
                answer = ask(client, link_to(name, world.objects[kind, other]))
                if not answer.status_code == absent.status_code == 404 or body_of(answer) != body_of(absent):
                    wrong.append(f"{name} as {where} {role} of {other}: {answer.status_code}, absent: {absent.status_code}")
    assert not wrong, "\n".join(wrong)


def test_what_one_may_see_is_there(world: World) -> None:
    wrong = []
    needs_more = {"evidence", "evidence_csv", "report_file", "report_step", "frame_heir", "frame_compare", "topic_codes"}
    needs_more |= {
        name for name in OBJECTS if name.startswith("report_") and name not in {"report_left_out", "report_left_out_csv"}
    }
    for role in ROLES:
        client = signed_in(world, "own", role)
        for name in [name for name in OBJECTS if role in FOR_ROLES[name].roles and name not in needs_more]:
            kind = OBJECTS[name][0]
            seen = () if kind in PERSONAL else ("own",) if kind in OF_NETWORK else ("own", "child")
            wrong += [
                f"{name} as {role} of {other}"
                for other in seen
                if ask(client, link_to(name, world.objects[kind, other])).status_code == 404
            ]
    assert not wrong, "\n".join(wrong)


def plain_address(name: str, world: World | None = None) -> str:
    pattern = next(pattern for pattern in addresses() if pattern.name == name)
    kind, words = OBJECTS.get(name, ("", {}))
    given = {
        word: {"period": "2026-W45", "name": "claims.json", "label": "E01"}.get(word, words.get(word, 1))
        for word in words_of(pattern)
    }
    if kind and world:
        given[KEY.get(name, "pk")] = world.objects[kind, "own"]
    return reverse(name, kwargs=given)


def test_an_address_does_not_exist_for_other_roles_and_asks_strangers_to_sign_in(world: World) -> None:
    wrong = []
    for role in ROLES:
        client = signed_in(world, "own", role)
        others = [name for name in FOR_ROLES if role not in FOR_ROLES[name].roles]
        wrong += [f"{name} as {role}" for name in others if ask(client, plain_address(name, world)).status_code != 404]
    nobody = Client()
    wrong += [name for name in FOR_ROLES if ask(nobody, plain_address(name, world)).status_code not in {302, 401, 403}]
    assert not wrong, "\n".join(wrong)


def test_a_membership_that_ended_opens_nothing(world: World) -> None:
    wrong = []
    Membership.objects.filter(unit__code="ST").update(state="ended")
    for role in ROLES:
        client = signed_in(world, "own", role)
        wrong += [f"{name} as {role}" for name in FOR_ROLES if ask(client, plain_address(name, world)).status_code != 404]
    assert not wrong, "\n".join(wrong)
