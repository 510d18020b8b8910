"""Members: every step of their states, pages that stay in an administrator's own part of the tree, and the plan."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import dataclass

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from langnghe.accounts.models import User
from langnghe.audit.models import Entry
from langnghe.common.clock import ZONE
from langnghe.common.errors import Refusal
from langnghe.common.periods import Period
from langnghe.network.domain import (
    add_member,
    add_unit,
    excuse_items,
    move_member,
    open_due_items,
    open_term,
    propose_person,
    set_floors,
)
from langnghe.network.domain.members import free_username
from langnghe.network.enums import DUE_STEPS, MEMBER_STEPS, DueState, MemberState
from langnghe.network.models import Basis, DueItem, Duty, Membership, Network, Term
from langnghe.testing import House, body_of, give_second_factor

WEEK = Period.week("2026-W46", "thu-wed")
CLOCK = "2026-11-10T16:00+07:00"


@pytest.fixture
def eve(house: House, client: Client, monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setenv("LANGNGHE_CLOCK", CLOCK)
    client.force_login(house.people["eve"])
    return client


@dataclass
class Family:
    """One collaborator in each place of the tree, seen from an administrator of the middle unit."""

    own: Membership
    child: Membership
    sibling: Membership
    parent: Membership


@pytest.fixture
def family(house: House, now: dt.datetime) -> Family:
    term, how = house.members["eve"].term, {"by": None, "at": now}
    opened = dt.date(2025, 7, 1)
    middle = add_unit(house.network, under=house.unit, code="M", name_vi="Giữa", level="area", opened=opened, **how)
    house.unit.refresh_from_db()
    beside = add_unit(house.network, under=house.unit, code="N", name_vi="Bên", level="area", opened=opened, **how)
    middle.refresh_from_db()
    below = add_unit(house.network, under=middle, code="M1", name_vi="Dưới", level="commune", opened=opened, **how)
    frank = User.objects.create_user("frank", display_name="Frank")
    house.people["frank"] = frank
    give_second_factor(frank)
    add_member(frank, unit=middle, term=term, role="administrator", **how)
    made = {}
    for name, unit in {"own": middle, "child": below, "sibling": beside, "parent": house.unit}.items():
        made[name] = add_member(User.objects.create_user(f"m-{name}", display_name=f"Người {name}"), unit=unit, term=term,
                                role="collaborator", **how)
    return Family(**made)


@pytest.mark.parametrize(("old", "new"), list(itertools.product(MemberState.values, repeat=2)))
def test_member_takes_only_the_steps_of_the_table(house: House, now: dt.datetime, old: str, new: str) -> None:
    member = house.members["alice"]
    Membership.objects.filter(pk=member.pk).update(state=old)
    member.refresh_from_db()
    if new in MEMBER_STEPS[old]:
        assert move_member(member, new, by=house.people["eve"], at=now).state == new
        assert Entry.objects.filter(action="member.moved").count() == 1
    else:
        with pytest.raises(Refusal) as caught:
            move_member(member, new, by=house.people["eve"], at=now)
        assert caught.value.code == "state.step"


@pytest.mark.parametrize(("old", "new"), list(itertools.product(DueState.values, repeat=2)))
def test_due_item_takes_only_the_steps_of_the_table(house: House, now: dt.datetime, old: str, new: str) -> None:
    from langnghe.network.domain.duties import decide

    (item,) = open_due_items(Duty.objects.get(), period=WEEK, by=None, at=now)
    DueItem.objects.filter(pk=item.pk).update(state=old)
    item.refresh_from_db()
    if new in DUE_STEPS[old]:
        assert decide([item], new, "duty.accepted", by=None, at=now) == 1
    else:
        with pytest.raises(Refusal) as caught:
            decide([item], new, "duty.accepted", by=None, at=now)
        assert caught.value.code == "state.step"


def test_who_leaves_owes_nothing_that_is_not_due_yet(house: House, now: dt.datetime) -> None:
    duty = Duty.objects.get()
    (past,) = open_due_items(duty, period=WEEK.before(2), by=None, at=now)
    (coming,) = open_due_items(duty, period=WEEK, by=None, at=now)
    move_member(house.members["alice"], "suspended", by=house.people["eve"], at=now)
    assert [DueItem.objects.get(pk=item.pk).state for item in (past, coming)] == ["open", "could_not"]


def test_last_administrator_stays(house: House, now: dt.datetime) -> None:
    with pytest.raises(Refusal) as caught:
        move_member(house.members["eve"], "ended", by=house.people["eve"], at=now)
    assert caught.value.code == "member.last_administrator"


@pytest.mark.parametrize(("who", "answer"), [("own", 200), ("child", 200), ("sibling", 404), ("parent", 404), ("absent", 404)])
def test_administrator_opens_members_of_the_own_part_of_the_tree(house: House, client: Client, family: Family, who: str,
                                                                 answer: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGNGHE_CLOCK", CLOCK)
    client.force_login(house.people["frank"])
    key = getattr(family, who).pk if who != "absent" else 999_999
    page = client.get(reverse("member", args=[key]))
    assert page.status_code == answer
    if answer == 404:
        assert body_of(page) == body_of(client.get(reverse("member", args=[888_888])))
    moved = client.post(reverse("member_move", args=[key]), {"state": "suspended"})
    assert moved.status_code == (302 if answer == 200 else 404)
    if who != "absent":
        assert Membership.objects.get(pk=key).state == ("suspended" if answer == 200 else "active")


@pytest.mark.parametrize("name", ["member_new", "roster_upload", "plan"])
def test_forms_offer_units_of_the_own_part_of_the_tree(house: House, client: Client, family: Family, name: str,
                                                       monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGNGHE_CLOCK", CLOCK)
    client.force_login(house.people["frank"])
    page = client.get(reverse(name))
    assert {unit.code for unit in page.context["form"].fields["unit"].queryset} == {"M", "M1"}
    answer = client.post(reverse(name), {"unit": house.unit.pk, "name": "Ai Đó", "role": "collaborator"})
    assert answer.status_code == 422, "a unit above is no choice"


@pytest.mark.parametrize("who", ["alice", "bob", "carol", "dan", "mallory"])
@pytest.mark.parametrize("name", ["member_new", "roster_upload", "plan", "floors", "terms"])
def test_pages_of_administration_are_absent_for_all_others(house: House, client: Client, who: str, name: str) -> None:
    client.force_login(house.people[who])
    assert client.get(reverse(name)).status_code == 404


def test_member_is_proposed_changed_and_made_active_on_pages(house: House, eve: Client) -> None:
    answer = eve.post(reverse("member_new"), {
        "unit": house.unit.pk, "name": "  Người   Mới ", "role": "collaborator", "post": "Trưởng thôn",
        "places": [house.places["BN"].pk], "symbol": "12-QĐ/TT", "issued_on": "05/11/2026", "issuer": "Trung tâm"})
    member = Membership.objects.get(user__display_name="Người Mới")
    assert answer.headers["Location"] == reverse("member", args=[member.pk])
    assert (member.state, member.post, member.basis.symbol) == ("proposed", "Trưởng thôn", "12-QĐ/TT")
    assert not member.user.has_usable_password()
    eve.post(reverse("member", args=[member.pk]), {"post": "Bí thư chi bộ", "places": [house.places["CM"].pk]})
    eve.post(reverse("members_accept"), {"members": [member.pk]})
    member.refresh_from_db()
    assert (member.state, member.post, member.places.get().code) == ("active", "Bí thư chi bộ", "CM")
    assert list(Entry.objects.filter(subject=f"membership:{member.pk}").order_by("pk").values_list("action", flat=True)) == [
        "member.added", "member.changed", "member.moved"]


def test_document_needs_symbol_date_and_issuer_together(house: House, eve: Client) -> None:
    answer = eve.post(reverse("member_new"), {
        "unit": house.unit.pk, "name": "Ai Đó", "role": "collaborator", "symbol": "12-QĐ/TT"})
    assert answer.status_code == 422
    assert not Basis.objects.exists()


def test_same_person_twice_and_another_networks_places_are_refused(house: House, now: dt.datetime) -> None:
    alice, how = house.members["alice"], {"by": None, "at": now}
    with pytest.raises(Refusal) as caught:
        add_member(alice.user, unit=alice.unit, term=alice.term, role=alice.role, **how)
    assert caught.value.code == "member.twice"
    strange = Term(network=Network.objects.get(code="KHAC"), name="x", first_day=dt.date(2026, 1, 1),
                   last_day=dt.date(2026, 12, 31))
    with pytest.raises(Refusal) as caught:
        add_member(alice.user, unit=alice.unit, term=strange, role="speaker", **how)
    assert caught.value.code == "member.elsewhere"
    assert propose_person("Alice", unit=alice.unit, term=alice.term, role="speaker", **how).user == alice.user


def test_sign_in_name_from_a_name_has_no_marks_and_differs_each_time() -> None:
    one, other = free_username("Nguyễn Thị Đào"), free_username("Nguyễn Thị Đào")
    assert one.startswith("daont-")
    assert one != other
    assert free_username("王") .startswith("member-")


@pytest.mark.parametrize(("first", "last", "code"), [
    ("2028-01-01", "2027-01-01", "term.days"), ("2027-06-01", "2028-01-01", "term.days"), ("2028-01-01", "2029-12-31", ""),
])
def test_terms_do_not_overlap(house: House, now: dt.datetime, first: str, last: str, code: str) -> None:
    days = {"first_day": dt.date.fromisoformat(first), "last_day": dt.date.fromisoformat(last)}
    if not code:
        assert open_term(house.network, name="2028–2029", **days, by=None, at=now).pk
        return
    with pytest.raises(Refusal) as caught:
        open_term(house.network, name="2028–2029", **days, by=None, at=now)
    assert caught.value.code == code


def test_renewal_page_proposes_who_is_ticked(house: House, eve: Client, now: dt.datetime) -> None:
    days = {"first_day": dt.date(2028, 1, 1), "last_day": dt.date(2029, 12, 31)}
    term = open_term(house.network, name="2028–2029", **days, by=None, at=now)
    page = eve.get(reverse("renewal", args=[term.pk])).content.decode()
    assert "Alice" in page
    eve.post(reverse("renew", args=[term.pk]), {"members": [house.members["alice"].pk, house.members["mallory"].pk]})
    assert [member.user.username for member in Membership.objects.filter(term=term)] == ["alice"], "Mallory is beside, not below"


@pytest.mark.parametrize(("field", "value"), [("k_inside", 4), ("k_published", 9), ("places_floor", 2), ("k_inside", 101)])
def test_floors_are_never_less_strict_than_the_rule(house: House, eve: Client, field: str, value: int) -> None:
    wanted = {"k_inside": 5, "k_published": 10, "places_floor": 3} | {field: value}
    assert eve.post(reverse("floors"), wanted).status_code == 422
    with pytest.raises(Refusal):
        set_floors(house.network, **wanted, by=None, at=dt.datetime.now(dt.UTC))
    if value < 101:
        with pytest.raises(IntegrityError), transaction.atomic():
            Network.objects.filter(pk=house.network.pk).update(**{field: value})


def test_floors_may_be_stricter_and_are_entered_in_the_log(house: House, eve: Client) -> None:
    assert eve.post(reverse("floors"), {"k_inside": 8, "k_published": 20, "places_floor": 4}).status_code == 302
    network = Network.objects.get(pk=house.network.pk)
    assert (network.k_inside, network.k_published, network.places_floor) == (8, 20, 4)
    assert Entry.objects.get(action="network.floors_set").details["after"]["k_published"] == 20
    assert eve.post(reverse("floors"), {"k_inside": 30, "k_published": 20, "places_floor": 4}).status_code == 422


def test_floors_are_changed_at_the_top_only(house: House, client: Client, family: Family) -> None:
    client.force_login(house.people["frank"])
    answer = client.post(reverse("floors"), {"k_inside": 8, "k_published": 20, "places_floor": 4})
    assert answer.status_code == 403


def test_excused_are_out_of_the_count_and_acts_are_all_or_none(house: House, now: dt.datetime, client: Client,
                                                               monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGNGHE_CLOCK", CLOCK)
    (item,) = open_due_items(Duty.objects.get(), period=WEEK, by=None, at=now)
    client.force_login(house.people["bob"])
    where = reverse("due_items", args=["2026-W46"])
    assert client.post(where, {"items": [item.pk], "act": "accept"}).status_code == 409, "nothing came yet"
    assert client.post(where, {"items": [item.pk, 999_999], "act": "excuse"}).status_code == 404
    assert client.post(where, {"items": [item.pk], "act": "sing"}).status_code == 422
    assert client.post(where, {"act": "excuse"}).status_code == 422
    assert client.post(where, {"items": [item.pk], "act": "excuse"}).status_code == 302
    item.refresh_from_db()
    assert item.state == "could_not"
    board = client.get(reverse("duties_period", args=["2026-W46"])).context["board"]
    assert (board.asked, board.excused) == (0, 1)


def test_items_of_a_sibling_unit_cannot_be_acted_on(house: House, now: dt.datetime, client: Client) -> None:
    (item,) = open_due_items(Duty.objects.get(), period=WEEK, by=None, at=now)
    client.force_login(house.people["mallory"])
    assert client.post(reverse("due_items", args=["2026-W46"]), {"items": [item.pk], "act": "excuse"}).status_code == 404
    with pytest.raises(Refusal):
        excuse_items([], by=None, at=now)


def test_reminder_lists_places_and_sends_nothing(house: House, now: dt.datetime, client: Client,
                                                 monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGNGHE_CLOCK", dt.datetime(2026, 11, 13, 9, tzinfo=ZONE).isoformat())
    open_due_items(Duty.objects.get(), period=WEEK, by=None, at=now)
    client.force_login(house.people["bob"])
    page = client.get(reverse("reminders", args=["2026-W46"])).content.decode()
    assert "Nhắc 1 địa bàn" in page
    assert "- An Trạch" in page
    assert "Alice" not in page, "a place is reminded, not a person"


@pytest.mark.parametrize("rows", [1, 3])
def test_due_items_page_asks_the_database_as_often_for_three_rows_as_for_one(house: House, now: dt.datetime, client: Client,
                                                                             rows: int) -> None:
    for number in range(rows - 1):
        add_member(User.objects.create_user(f"zoe{number}", display_name=f"Zoe {number}"), unit=house.unit,
                   term=house.members["alice"].term, role="collaborator", by=None, at=now, places=[house.places["BN"]])
    open_due_items(Duty.objects.get(), period=WEEK, by=None, at=now)
    client.force_login(house.people["bob"])
    client.get(reverse("due_items", args=["2026-W46"]))
    with CaptureQueriesContext(connection) as queries:
        page = client.get(reverse("due_items", args=["2026-W46"]))
    assert len(page.context["rows"]) == rows
    assert len(queries) == 13, [query["sql"][:90] for query in queries]
