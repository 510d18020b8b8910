"""What a roster is made of, what is kept back for the sake of a few, and which places nobody covers."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django_scopes import scopes_disabled

from langnghe.accounts.models import User
from langnghe.network.domain import add_member, add_place, move_member
from langnghe.network.enums import MemberState
from langnghe.network.models import Component, Place, PlaceSuccession, Term
from langnghe.network.queries.roster import Share, coverage_of, roster_of, shares
from langnghe.testing import OPENED, House

TODAY = dt.date(2026, 11, 10)


def join(house: House, number: int, now: dt.datetime, *, component: str = "", places: tuple[str, ...] = ()) -> None:
    chosen = None
    if component:
        chosen, _new = Component.objects.get_or_create(network=house.network, code=component, defaults={"name_vi": component})
    for _n in range(number):
        user = User.objects.create_user(f"zoe{User.objects.count()}", display_name=f"Zoe {User.objects.count():02}")
        add_member(user, unit=house.unit, term=Term.objects.get(), role="collaborator", by=None, at=now, component=chosen,
                   post="Trưởng thôn", places=[house.places[code] for code in places])


def uncovered(house: House, on: dt.date = TODAY) -> list[str]:
    return [place.code for place in coverage_of(house.network, on=on)[1]]


def test_composition_counts_components_and_posts_of_active_collaborators(house: House, now: dt.datetime) -> None:
    join(house, 4, now, component="front")
    join(house, 3, now, component="youth")
    roster = roster_of(house.people["bob"], Term.objects.get(), names=True, network=house.network, on=TODAY)
    assert [(share.name, share.number) for share in roster.components] == [
        ("không thuộc thành phần nào", 1), ("front", 4), ("youth", 3)]
    assert (roster.active, roster.proposed) == (8, 0)
    assert Share("Trưởng thôn", 7) in roster.posts


def test_composition_for_those_who_see_no_members_keeps_small_groups_back() -> None:
    assert shares([("a", 2), ("b", 2), ("c", 9)], names=False) == [Share("a", None), Share("b", None), Share("c", 9)]
    assert shares([("a", 2)], names=True) == [Share("a", 2)]


def test_composition_keeps_a_second_group_back_where_the_total_would_give_one_away() -> None:
    assert shares([("a", 2), ("b", 5), ("c", 9)], names=False) == [Share("a", None), Share("b", None), Share("c", 9)]


def test_places_that_nobody_covers_are_named(house: House) -> None:
    assert uncovered(house) == ["BN", "CM", "DL"]


def test_a_place_whose_only_member_was_suspended_is_uncovered(house: House, now: dt.datetime) -> None:
    move_member(house.members["alice"], MemberState.SUSPENDED, by=house.people["eve"], at=now)
    assert uncovered(house) == ["AT", "BN", "CM", "DL"]


def test_who_covers_a_district_covers_its_communes(house: House) -> None:
    house.members["alice"].places.set([house.places["P"]])
    assert uncovered(house) == []


def test_who_covered_a_place_that_ended_covers_its_successor(house: House) -> None:
    old, new = house.places["AT"], house.places["BN"]
    Place.objects.filter(pk=old.pk).update(closed=dt.date(2026, 6, 30))
    PlaceSuccession.objects.create(old=old, new=new, on=dt.date(2026, 7, 1))
    assert uncovered(house) == ["CM", "DL"]
    assert uncovered(house, on=dt.date(2026, 6, 30)) == ["BN", "CM", "DL"]


def test_a_place_that_is_not_open_yet_needs_nobody(house: House, now: dt.datetime) -> None:
    add_place(house.network, under=house.places["P"], by=None, at=now, code="ZZ", name_vi="Mới", kind="commune",
              opened=dt.date(2027, 1, 1))
    assert "ZZ" not in uncovered(house)


def test_place_of_another_network_is_not_counted(house: House, now: dt.datetime) -> None:
    other = house.members["oscar"].unit.network
    add_place(other, under=None, by=None, at=now, code="QQ", name_vi="Khác", kind="commune", opened=OPENED)
    assert "QQ" not in uncovered(house)


@pytest.mark.parametrize("rows", [1, 3])
def test_roster_page_asks_the_database_the_same_number_of_questions(house: House, now: dt.datetime, client: Client,
                                                                     rows: int) -> None:
    join(house, rows - 1, now, component="front", places=("BN",))
    client.force_login(house.people["bob"])
    client.get(reverse("roster"))
    with CaptureQueriesContext(connection) as asked:
        page = client.get(reverse("roster"))
    assert page.status_code == 200
    assert len(page.context["page"]) == rows
    assert len(asked) == QUERIES, [query["sql"] for query in asked]


QUERIES = 24


def test_roster_for_a_leader_names_no_member(house: House, client: Client) -> None:
    client.force_login(house.people["dan"])
    page = client.get(reverse("roster")).content.decode()
    assert "Alice" not in page
    assert client.get(reverse("roster_csv", args=[Term.objects.get().pk])).status_code == 404


def test_roster_of_a_sibling_unit_shows_none_of_our_members(house: House, client: Client) -> None:
    client.force_login(house.people["mallory"])
    page = client.get(reverse("roster"))
    assert list(page.context["page"]) == []
    assert page.context["roster"].active == 0


def test_roster_of_a_foreign_term_is_absent(house: House, client: Client) -> None:
    client.force_login(house.people["bob"])
    with scopes_disabled():
        foreign = Term.objects.exclude(network=house.network).get()
    assert client.get(reverse("roster_term", args=[foreign.pk])).status_code == 404


def test_roster_csv_lists_the_members_and_no_formula(house: House, client: Client) -> None:
    User.objects.filter(username="alice").update(display_name="@SUM(A1)")
    client.force_login(house.people["bob"])
    lines = client.get(reverse("roster_csv", args=[Term.objects.get().pk])).content.decode().splitlines()
    assert lines[1] == "'@SUM(A1),Trung tâm Dư luận xã hội ST,,,An Trạch,,đang tham gia"
