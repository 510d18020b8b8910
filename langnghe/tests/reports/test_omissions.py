"""What was left out: counted for all above, read and put back only in the office it came to."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from langnghe.coding.domain.aside import set_aside
from langnghe.coding.models import SetAside
from langnghe.network.domain import add_member, add_unit
from langnghe.network.models import Term, Unit
from langnghe.reports.domain.build import build_weekly
from langnghe.reports.domain.omissions import left_out_of
from langnghe.testing import OPENED, give_second_factor

if TYPE_CHECKING:
    from conftest import Heard  # type: ignore[import-not-found]

    from langnghe.accounts.models import User
    from langnghe.intake.models import Observation
    from langnghe.reports.models import Report
    from langnghe.testing import House

AT = dt.datetime.fromisoformat("2026-11-13T09:00+07:00")
WEEK = "2026-W46"


def leave_out(heard: Heard, *reasons: str) -> list[Observation]:
    """The newest notes, each with a text of its own, left out for these reasons; a duplicate is of the first note of the week."""
    bob = heard.house.people["bob"]
    notes = heard.made[-len(reasons):]
    for note, reason in zip(notes, reasons, strict=True):
        kept = heard.made[-13] if reason == "duplicate" else None
        set_aside(note, reason, kept=kept, by=bob, at=AT)
    return notes


def built(heard: Heard) -> Report:
    return build_weekly(heard.house.unit, period=WEEK, by=None, at=AT)


@pytest.fixture
def open_as(client: Client, house: House) -> Any:
    def page(who: str | User, address: str) -> Any:
        client.force_login(house.people[who] if isinstance(who, str) else who)
        return client.get(address)

    return page


def test_counts_by_reason_are_those_of_the_report_and_of_today(heard: Heard) -> None:
    notes = leave_out(heard, "duplicate", "other", "other", "local")
    report = built(heard)
    set_aside(heard.made[-5], "hold", by=heard.house.people["bob"], at=AT)
    left = left_out_of(report)
    assert {row.reason: (row.frozen, row.today, row.share) for row in left.reasons} == {
        "other": (2, 2, 0.4), "duplicate": (1, 1, 0.2), "local": (1, 1, 0.2), "hold": (0, 1, 0.2)}
    assert (left.frozen, left.today, left.heard, left.other_share) == (4, 5, 13, 0.4)
    assert SetAside.objects.filter(observation__in=notes).count() == 4


def test_page_shows_the_counts_and_the_share_of_other(heard: Heard, open_as: Any) -> None:
    leave_out(heard, "duplicate", "other", "local", "local")
    report = built(heard)
    page = open_as("dan", f"/reports/{report.pk}/left-out/").content.decode()
    assert "Trong 13 lượt ghi nhận, 4 lượt không được đưa vào" in page
    assert "“Lý do khác” chiếm 25%" in page
    shown = open_as("dan", f"/reports/{report.pk}/").content.decode()
    assert f"/reports/{report.pk}/left-out/" in shown
    assert '<th scope="row">đã giải quyết tại chỗ</th><td class="num">2</td>' in shown


def test_notes_are_read_and_put_back_in_their_own_office_alone(heard: Heard, open_as: Any, client: Client) -> None:
    (note,) = leave_out(heard, "duplicate")
    report = built(heard)
    address = f"/reports/{report.pk}/left-out/"
    assert "nghe nói" not in open_as("dan", address).content.decode()
    assert "nghe nói" not in open_as("eve", address).content.decode()
    page = open_as("bob", address).content.decode()
    assert f"note={note.pk}" in page
    assert f"note={heard.made[-13].pk}" in page, "the note that is kept"
    assert client.post(f"{address}back/", {"note": str(note.pk)}, follow=True).status_code == 200
    assert not SetAside.objects.exists()
    assert client.post(f"{address}back/", {"note": str(note.pk)}).status_code == 404
    client.force_login(heard.house.people["dan"])
    assert client.post(f"{address}back/", {"note": str(note.pk)}).status_code == 404


def test_those_two_levels_up_see_the_counts_and_no_words(heard: Heard, open_as: Any, client: Client) -> None:
    """A cluster under a district under the office: its report is open upwards, its notes are not; the siblings see nothing."""
    from langnghe.intake.models import Observation

    house = heard.house
    district = add_unit(house.network, under=house.unit, by=None, at=AT, code="ST-A", name_vi="Tổ A", level="district",
                        opened=OPENED)
    cluster = add_unit(house.network, under=district, by=None, at=AT, code="ST-A-1", name_vi="Tổ A1", level="cluster",
                       opened=OPENED)
    for number in range(3):
        note = Observation.objects.get(pk=heard.made[-1].pk)
        note.pk, note.unit, note.text, note._state.adding = uuid.UUID(int=number + 1), cluster, "chuyện riêng của tổ", True
        note.save()
        if number:
            set_aside(note, "unclear", by=house.people["bob"], at=AT)
    report = build_weekly(cluster, period=WEEK, by=None, at=AT)
    above = build_weekly(house.unit, period=WEEK, by=None, at=AT)
    for who in ("dan", "bob"):
        page = open_as(who, f"/reports/{report.pk}/left-out/").content.decode()
        assert "Trong 3 lượt ghi nhận, 2 lượt không được đưa vào" in page
        assert "chuyện riêng" not in page
    assert {row.unit.code: (row.heard, row.left_out) for row in left_out_of(above).units} == {"ST": (13, 0), "ST-A-1": (3, 2)}
    assert open_as("mallory", f"/reports/{report.pk}/left-out/").status_code == 404
    client.force_login(house.people["bob"])
    theirs = {"note": str(uuid.UUID(int=2))}
    assert client.post(f"/reports/{report.pk}/left-out/back/", theirs).status_code == 404
    coder = member_of(house, cluster)
    assert "chuyện riêng của tổ" in open_as(coder, f"/reports/{report.pk}/left-out/").content.decode()


def member_of(house: House, unit: Unit) -> User:
    from langnghe.accounts.models import User

    user = User.objects.create_user("fay", display_name="Fay")
    add_member(user, unit=unit, term=Term.objects.get(network=house.network), role="analyst", by=None, at=AT, places=[])
    give_second_factor(user)
    return user


def test_csv_holds_what_the_page_shows(heard: Heard, open_as: Any) -> None:
    leave_out(heard, "other", "local", "local")
    report = built(heard)
    heard.house.unit.__class__.objects.filter(pk=heard.house.unit.pk).update(name_vi="=HYPERLINK()")
    lines = open_as("dan", f"/reports/{report.pk}/left-out.csv").content.decode("utf-8-sig").splitlines()
    assert lines == ["office,name,reason,notes,left_out,heard,share_of_left_out",
                     "ST,'=HYPERLINK(),local,2,3,13,0.6667", "ST,'=HYPERLINK(),other,1,3,13,0.3333",
                     ",,local,2,3,13,0.6667", ",,other,1,3,13,0.3333"]


def test_reading_is_counted(heard: Heard, open_as: Any) -> None:
    from langnghe.audit.models import ReadCount

    leave_out(heard, "local")
    report = built(heard)
    for who in ("dan", "bob"):
        open_as(who, f"/reports/{report.pk}/left-out/")
    assert sorted(ReadCount.objects.values_list("kind", flat=True)) == ["notes", "omissions", "omissions"]


@pytest.mark.parametrize("notes", [1, 3])
def test_the_page_asks_the_database_the_same_number_of_questions(heard: Heard, open_as: Any, notes: int,
                                                                 django_assert_num_queries: Any) -> None:
    leave_out(heard, *["local"] * notes)
    report = built(heard)
    open_as("bob", "/reports/")
    with django_assert_num_queries(41):
        assert open_as("bob", f"/reports/{report.pk}/left-out/").status_code == 200
