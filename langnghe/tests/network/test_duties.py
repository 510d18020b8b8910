"""Who owes what: the states of a due item as words, late by period and grace, silence as silence."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from django_scopes import scope

from langnghe.accounts.models import User
from langnghe.common.clock import ZONE
from langnghe.common.periods import Period
from langnghe.network.domain import add_member, add_unit, open_due_items
from langnghe.network.enums import DueState
from langnghe.network.models import DueItem, Duty, Term
from langnghe.network.queries.duties import cell_of, last_due_period, look_at_duties
from langnghe.testing import House

WEEK = Period.week("2026-W46", "thu-wed")
DUE = dt.datetime(2026, 11, 12, 16, tzinfo=ZONE)
"""Thursday 16:00, one day after the last day of the week; two hours of grace."""


def item_of(house: House, now: dt.datetime, state: str = DueState.OPEN, came: dt.datetime | None = None) -> DueItem:
    (item,) = open_due_items(Duty.objects.get(unit=house.unit), period=WEEK, by=None, at=now)
    item.state, item.submitted_hour = state, came
    item.save()
    return item


@pytest.mark.parametrize(
    ("state", "came", "at", "word"),
    [
        (DueState.OPEN, None, DUE, "not due yet"),
        (DueState.OPEN, None, DUE + dt.timedelta(hours=2), "not due yet"),
        (DueState.OPEN, None, DUE + dt.timedelta(hours=2, minutes=1), "overdue by 2 hours"),
        (DueState.OPEN, None, DUE + dt.timedelta(hours=47), "overdue by 47 hours"),
        (DueState.OPEN, None, DUE + dt.timedelta(days=5), "overdue by 5 days"),
        (DueState.OPEN, None, DUE + dt.timedelta(days=7, hours=3), "silent"),
        (DueState.SUBMITTED, DUE, DUE + dt.timedelta(days=9), "submitted"),
        (DueState.SUBMITTED, DUE + dt.timedelta(hours=3), DUE + dt.timedelta(days=9), "submitted, late"),
        (DueState.NIL, DUE, DUE + dt.timedelta(days=9), "nothing to report"),
        (DueState.COULD_NOT, None, DUE + dt.timedelta(days=9), "could not"),
        (DueState.RETURNED, DUE, DUE, "returned"),
        (DueState.ACCEPTED, DUE, DUE + dt.timedelta(days=9), "accepted"),
    ],
)
def test_cell_says_the_state_by_period_and_grace(house: House, now: dt.datetime, state: str, came: dt.datetime | None,
                                                 at: dt.datetime, word: str) -> None:
    with translation.override("en"):
        assert cell_of(item_of(house, now, state, came), at=at).word == word


def test_board_leaves_who_could_not_out_of_the_count_and_counts_nil_as_come(house: House, now: dt.datetime) -> None:
    more(house, 3, now)
    states = [DueState.COULD_NOT, DueState.NIL, DueState.SUBMITTED, DueState.OPEN]
    for item, state in zip(open_due_items(Duty.objects.get(), period=WEEK, by=None, at=now), states, strict=True):
        DueItem.objects.filter(pk=item.pk).update(state=state, submitted_hour=None if state == DueState.OPEN else DUE)
    board = look_at_duties(house.people["bob"], WEEK, names=True, at=DUE + dt.timedelta(hours=3))
    assert (board.asked, board.came, board.nil, board.excused, board.silent) == (3, 2, 1, 1, 1)


def test_board_orders_by_place_and_name_whoever_sent_most(house: House, now: dt.datetime) -> None:
    more(house, 3, now)
    before = [row.name for row in look_rows(house, now)]
    DueItem.objects.filter(membership__user__username="zoe3").update(state=DueState.SUBMITTED, submitted_hour=now)
    assert [row.name for row in look_rows(house, now)] == before == sorted(before)


def look_rows(house: House, now: dt.datetime) -> list[object]:
    open_due_items(Duty.objects.get(), period=WEEK, by=None, at=now)
    return look_at_duties(house.people["bob"], WEEK, names=True, at=now).rows


def test_board_points_out_three_silent_weeks_in_a_row(house: House, now: dt.datetime) -> None:
    for steps in (0, 1, 2):
        open_due_items(Duty.objects.get(), period=WEEK.before(steps) if steps else WEEK, by=None, at=now)
    with translation.override("en"):
        (row,) = look_at_duties(house.people["bob"], WEEK, names=True, at=DUE + dt.timedelta(days=1)).rows
    assert row.note == "silent for 3 periods"
    assert [cell.word for cell in row.cells] == ["overdue by 24 hours", "silent", "silent"]


def test_board_for_a_leader_names_areas_and_no_person(house: House, now: dt.datetime) -> None:
    more(house, 3, now)
    open_due_items(Duty.objects.get(), period=WEEK, by=None, at=now)
    with translation.override("en"):
        board = look_at_duties(house.people["dan"], WEEK, names=False, at=now)
    assert [(row.name, row.cells[0].word) for row in board.rows] == [("River side", "0 of 4")]


def test_board_of_a_sibling_unit_shows_nothing_of_ours(house: House, now: dt.datetime) -> None:
    item_of(house, now)
    assert look_at_duties(house.people["mallory"], WEEK, names=True, at=now).rows == []


def test_board_of_a_parent_shows_the_unit_below_and_that_of_a_child_not_the_one_above(house: House, now: dt.datetime) -> None:
    child = add_unit(house.network, under=house.unit, by=None, at=now, code="ST-1", name_vi="Xã", level="commune",
                     opened=dt.date(2025, 7, 1))
    duty = Duty.objects.create(unit=child, kind="weekly", period_rule="thu-wed", due_days=1, due_time=dt.time(16),
                               opened=child.opened)
    zoe = User.objects.create_user("zoe", display_name="Zoe")
    below = add_member(zoe, unit=child, term=Term.objects.get(), role="collaborator", by=None, at=now)
    open_due_items(duty, period=WEEK, by=None, at=now)
    item_of(house, now)
    assert len(look_at_duties(house.people["bob"], WEEK, names=True, at=now).rows) == 2
    assert [row.name for row in look_at_duties(below.user, WEEK, names=True, at=now).rows] == ["Zoe"]


def test_last_due_period_is_the_newest_whose_time_has_come(house: House, now: dt.datetime) -> None:
    item_of(house, now)
    open_due_items(Duty.objects.get(), period=WEEK.after(), by=None, at=now)
    assert last_due_period(house.people["bob"], house.network, at=DUE).code == "2026-W46"
    assert last_due_period(house.people["mallory"], house.network, at=DUE).code == "2026-W47"


def more(house: House, number: int, now: dt.datetime) -> None:
    for n in range(1, number + 1):
        user = User.objects.create_user(f"zoe{n}", display_name=f"Zoe {n}")
        add_member(user, unit=house.unit, term=Term.objects.get(), role="collaborator", by=None, at=now,
                   places=[house.places["BN"]])


@pytest.mark.parametrize("rows", [1, 3])
def test_duties_page_asks_the_database_the_same_number_of_questions(house: House, now: dt.datetime, client: Client,
                                                                     rows: int) -> None:
    more(house, rows - 1, now)
    open_due_items(Duty.objects.get(), period=WEEK, by=None, at=now)
    client.force_login(house.people["bob"])
    client.get(reverse("duties_period", args=["2026-W46"]))
    with CaptureQueriesContext(connection) as asked:
        page = client.get(reverse("duties_period", args=["2026-W46"]))
    assert page.status_code == 200
    assert len(page.context["board"].rows) == rows
    assert len(asked) == QUERIES, [query["sql"] for query in asked]


QUERIES = 20


def test_duties_of_a_week_that_is_none_are_absent(house: House, client: Client) -> None:
    client.force_login(house.people["bob"])
    assert client.get("/network/duties/2026-W99/").status_code == 404


def test_duties_for_a_collaborator_are_absent(house: House, client: Client) -> None:
    client.force_login(house.people["alice"])
    assert client.get(reverse("duties")).status_code == 404


def test_duties_csv_holds_what_the_page_shows_and_no_formula(house: House, now: dt.datetime, client: Client) -> None:
    house.people["alice"].display_name = "=1+1"
    house.people["alice"].save()
    house.members["alice"].places.clear()
    item_of(house, now, DueState.NIL, DUE)
    client.force_login(house.people["bob"])
    text = client.get(reverse("duties_csv", args=["2026-W46"])).content.decode()
    assert text.splitlines() == ["\ufeffAi,Tuần 46", "'=1+1,không phát sinh"]


def test_duties_of_another_network_raise_without_its_scope(house: House) -> None:
    with scope(network=house.members["oscar"].unit.network):
        assert not DueItem.objects.exists()
