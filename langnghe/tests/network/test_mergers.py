"""A member, a duty and a report cross 1 July 2025 without loss: 63 provinces to 34, districts ended, communes joined."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django_scopes import scope

from langnghe.accounts.models import User
from langnghe.audit.models import Entry
from langnghe.coding.queries.queue import notes_to_code
from langnghe.common.errors import Refusal
from langnghe.common.periods import Period
from langnghe.intake.models import Channel, Observation
from langnghe.network.domain import (
    add_member,
    add_place,
    add_unit,
    mark_due,
    merge_provinces,
    open_due_items,
    open_provinces,
    renew_roster,
    set_duty,
    succeed_place,
    succeed_unit,
)
from langnghe.network.domain.provinces import DAY, mergers
from langnghe.network.enums import DueState
from langnghe.network.models import DueItem, Duty, Membership, Network, Place, PlaceSuccession, Term, Unit
from langnghe.network.queries import PlacesInTime, look_at_duties, members_of, places_through_time, units_through_time
from langnghe.reports.queries import coverages, notes_heard

BEFORE = dt.date(2020, 1, 1)
AT = dt.datetime(2025, 6, 20, 9, tzinfo=dt.UTC)
WEEK = Period.week("2025-W27", "thu-wed")
"""From Thursday 26 June to Wednesday 2 July 2025: the merger lies in it."""


@dataclass
class Crossing:
    """Province office P with a district office D below; two communes join in one on the day, the district ends."""

    network: Network
    office: Unit
    district: Unit
    old: list[Place]
    new: Place
    member: Membership
    analyst: User


@pytest.fixture
def crossing(db: None) -> Iterator[Crossing]:
    network = Network.objects.create(code="QG", name="Mạng thử", week_rule="thu-wed")
    with scope(network=network):
        yield build(network)


def build(network: Network) -> Crossing:
    how = {"by": None, "at": AT}
    office = add_unit(network, under=None, code="P", name_vi="Tỉnh", level="province", opened=BEFORE, **how)
    district = add_unit(network, under=office, code="D", name_vi="Huyện", level="district", opened=BEFORE, **how)
    province = add_place(network, under=None, code="TP", name_vi="Tỉnh", kind="province", opened=BEFORE, **how)
    county = add_place(network, under=province, code="TD", name_vi="Huyện", kind="district", opened=BEFORE, **how)
    old = []
    for code in ("A", "B"):
        county.refresh_from_db()
        old.append(add_place(network, under=county, code=code, name_vi=f"Xã {code}", kind="commune", opened=BEFORE, **how))
    province.refresh_from_db()
    new = add_place(network, under=province, code="AB", name_vi="Xã AB", kind="commune", opened=DAY, **how)
    term = Term.objects.create(network=network, name="2025–2026", first_day=dt.date(2025, 1, 1), last_day=dt.date(2026, 12, 31))
    set_duty(district, kind="weekly", due_days=1, due_time=dt.time(16), grace_hours=2, basis=None, opened=BEFORE, **how)
    Channel.objects.create(network=network, code="direct", name_vi="Gặp trực tiếp")
    member = add_member(User.objects.create_user("an", display_name="An"), unit=district, term=term, role="collaborator",
                        places=[old[0]], **how)
    analyst = User.objects.create_user("binh", display_name="Bình")
    add_member(analyst, unit=office, term=term, role="analyst", **how)
    return Crossing(network, office, district, old, new, member, analyst)


def merge(crossing: Crossing) -> None:
    how = {"on": DAY, "by": None, "at": AT}
    for place in crossing.old:
        succeed_place(place, [crossing.new], **how)
    crossing.office.refresh_from_db()
    succeed_unit(Unit.objects.get(code="D"), crossing.office, **how)


def hear(crossing: Crossing, place: Place, day: dt.date, unit: Unit) -> None:
    number = Observation.objects.count() + 1
    Observation.objects.create(
        id=uuid.UUID(int=number), unit=unit, place=place, day=day, channel=Channel.objects.get(), setting="announced",
        kind="opinion", text=f"Điều {number}", origin="phone", content_hash=f"{number:064}", door_version="t", received_on=day)


def test_country_goes_from_63_provinces_to_34(crossing: Crossing) -> None:
    country = open_provinces(crossing.network, by=None, at=AT)
    provinces = Place.objects.under(country).filter(kind="province")
    assert provinces.open_on(DAY - dt.timedelta(days=1)).count() == 63
    merge_provinces(country, by=None, at=AT)
    assert provinces.open_on(DAY - dt.timedelta(days=1)).count() == 63
    assert provinces.open_on(DAY).count() == 34
    assert PlaceSuccession.objects.filter(old__kind="province").count() == 63 - 11
    phu_tho = Place.objects.get(code="25")
    assert {Place.objects.get(pk=key).name_vi for key in places_through_time(phu_tho)} == {"Phú Thọ", "Vĩnh Phúc", "Hòa Bình"}
    assert Place.objects.get(code="01").closed is None, "Hà Nội goes on as it was"


def test_list_of_provinces_agrees_with_the_reference(reference: object) -> None:
    import csv

    path = reference / "margins" / "vn_province63_sex_age_2019_2024_gso_projection.csv"  # type: ignore[operator]
    with path.open(encoding="utf-8") as file:
        known = {(row["code63"], row["province63"], row["code34"], row["province34"]) for row in csv.DictReader(file)}
    assert {(row.old_code, row.old_name, row.new_code, row.new_name) for row in mergers()} == known


def test_member_goes_over_and_keeps_what_was_owed(crossing: Crossing) -> None:
    duty = Duty.objects.get()
    (before,) = open_due_items(duty, period=WEEK.before(), by=None, at=AT)
    mark_due(before, DueState.SUBMITTED, at=AT)
    merge(crossing)
    member = Membership.objects.get(pk=crossing.member.pk)
    assert (member.unit, member.state) == (crossing.office, "active")
    assert {place.code for place in member.places.all()} == {"A", "AB"}
    assert list(members_of(crossing.analyst, member.term)) == [member]
    assert list(DueItem.objects.filter(membership=member)) == [before]
    board = look_at_duties(crossing.analyst, WEEK.before(), names=True, at=AT)
    assert (board.asked, board.came) == (1, 1)


def test_duty_goes_over_and_each_week_is_owed_once(crossing: Crossing) -> None:
    old = Duty.objects.get()
    merge(crossing)
    old.refresh_from_db()
    new = Duty.objects.get(closed=None)
    assert (old.closed, new.unit, new.opened, new.due_time) == (DAY - dt.timedelta(days=1), crossing.office, DAY, old.due_time)
    for week in (WEEK.before(), WEEK, WEEK.after()):
        made = [len(open_due_items(duty, period=week, by=None, at=AT)) for duty in (old, new)]
        assert sum(made) == 1 or week == WEEK.before(), "the week of the merger belongs to the duty open on its last day"
    assert set(DueItem.objects.filter(duty=new).values_list("period", flat=True)) == {"2025-W27", "2025-W28"}


def test_report_counts_what_was_heard_in_the_old_communes_under_the_new(crossing: Crossing) -> None:
    hear(crossing, crossing.old[0], dt.date(2025, 6, 27), crossing.district)
    hear(crossing, crossing.old[1], dt.date(2025, 6, 28), crossing.district)
    merge(crossing)
    hear(crossing, crossing.new, dt.date(2025, 7, 2), crossing.office)
    (item,) = open_due_items(Duty.objects.get(closed=None), period=WEEK, by=None, at=AT)
    mark_due(item, DueState.SUBMITTED, at=AT)
    covered = coverages(crossing.office, [WEEK.before(), WEEK, WEEK.after()])
    assert [(row.name_vi, row.could, row.reported) for row in covered["2025-W27"].places] == [("Xã AB", True, True)]
    assert covered["2025-W27"].reported == 1
    notes = notes_heard(crossing.office, WEEK.first_day, WEEK.last_day)
    assert [note.place for note in notes] == [crossing.new.pk] * 3
    alone = coverages(crossing.office, [WEEK.before()])
    assert {row.name_vi for row in alone["2025-W26"].places} <= {"Xã A", "Xã B"}, "a report of before knows the old communes only"


def test_analyst_of_the_new_office_sorts_what_the_old_one_left(crossing: Crossing) -> None:
    hear(crossing, crossing.old[0], dt.date(2025, 6, 27), crossing.district)
    assert not notes_to_code(crossing.analyst).exists(), "while the district stands, its notes are its own"
    merge(crossing)
    assert notes_to_code(crossing.analyst).count() == 1


def test_office_that_ended_elsewhere_in_the_tree_is_seen_by_its_successor(crossing: Crossing) -> None:
    how = {"by": None, "at": AT}
    other = add_unit(crossing.network, under=None, code="Q", name_vi="Tỉnh khác", level="province", opened=BEFORE, **how)
    assert other not in Unit.objects.visible_to(crossing.analyst)
    succeed_unit(other, Unit.objects.get(code="P"), on=DAY, **how)
    assert other in Unit.objects.visible_to(crossing.analyst)
    assert units_through_time(Unit.objects.get(code="P")) >= {other.pk}


def test_places_in_time_look_both_ways(crossing: Crossing) -> None:
    merge(crossing)
    times = PlacesInTime.of(crossing.network)
    a, b, ab = crossing.old[0].pk, crossing.old[1].pk, crossing.new.pk
    assert times.on([a], DAY) == times.on([b], DAY) == {ab}
    assert times.on([ab], DAY - dt.timedelta(days=1)) == {a, b}
    assert times.on([a], DAY - dt.timedelta(days=1)) == {a}
    assert times.one_on(a, DAY) == ab


def test_split_place_counts_once_for_one_note(crossing: Crossing) -> None:
    how = {"by": None, "at": AT}
    province = Place.objects.get(code="TP")
    parts = []
    for code in ("X", "Y"):
        province.refresh_from_db()
        parts.append(add_place(crossing.network, under=province, code=code, name_vi=code, kind="ward", opened=DAY, **how))
    succeed_place(crossing.old[0], parts, on=DAY, **how)
    times = PlacesInTime.of(crossing.network)
    assert times.on([crossing.old[0].pk], DAY) == {part.pk for part in parts}
    assert times.one_on(crossing.old[0].pk, DAY) == parts[0].pk


def test_renewal_proposes_units_and_places_as_they_are_now(crossing: Crossing) -> None:
    merge(crossing)
    term = Term.objects.create(network=crossing.network, name="2027", first_day=dt.date(2027, 1, 1),
                               last_day=dt.date(2028, 12, 31))
    (new,) = renew_roster(term, [Membership.objects.get(pk=crossing.member.pk)], basis=None, by=None, at=AT)
    assert (new.unit, new.state, [place.code for place in new.places.all()]) == (crossing.office, "proposed", ["AB"])
    assert renew_roster(term, [crossing.member], basis=None, by=None, at=AT) == []


@pytest.mark.parametrize(("old", "into", "on", "code"), [
    ("A", [], DAY, "tree.successor"), ("A", ["A"], DAY, "tree.successor"), ("A", ["AB"], dt.date(2025, 6, 30), "tree.day"),
    ("A", ["AB"], dt.date(2019, 1, 1), "tree.day"),
])
def test_succession_that_leaves_a_hole_is_refused(crossing: Crossing, old: str, into: list[str], on: dt.date, code: str) -> None:
    with pytest.raises(Refusal) as caught:
        succeed_place(Place.objects.get(code=old), [Place.objects.get(code=name) for name in into], on=on, by=None, at=AT)
    assert caught.value.code == code


def test_place_ends_once(crossing: Crossing) -> None:
    merge(crossing)
    with pytest.raises(Refusal) as caught:
        succeed_place(Place.objects.get(code="A"), [crossing.new], on=DAY, by=None, at=AT)
    assert caught.value.code == "tree.closed"
    assert Entry.objects.filter(action="place.succeeded").count() == 2
