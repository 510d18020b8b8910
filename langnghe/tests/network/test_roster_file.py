"""A roster from a workbook: looked through first, each row with its faults, then taken all or none."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from langnghe.common.errors import Refusal
from langnghe.network.domain import add_member
from langnghe.network.domain.roster_file import bring_roster, drop_roster, lines_of, take_roster
from langnghe.network.models import Component, Membership, RosterFile
from langnghe.testing import House

HEAD = ["Họ và tên", "Chức vụ", "Thành phần", "Đơn vị", "Địa bàn", "Vai trò", "Từ ngày"]


@pytest.fixture(autouse=True)
def in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a new process for each case; the child itself is tested with the reader of workbooks."""
    monkeypatch.setattr("langnghe.common.workbook.run_limited", lambda work, *args, limits: work(*args))


def workbook(*rows: list[Any]) -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def bring(house: House, now: dt.datetime, *rows: list[Any]) -> RosterFile:
    return bring_roster(workbook(*rows), file_name="roster.xlsx", unit=house.unit, term=house.members["eve"].term,
                        by=house.people["eve"], at=now)


def faults(house: House, now: dt.datetime, *rows: list[Any]) -> list[str]:
    return ["; ".join(line.faults) for line in lines_of(bring(house, now, HEAD, *rows))]


def test_rows_are_understood_with_or_without_marks_and_taken_as_proposals(house: House, now: dt.datetime) -> None:
    Component.objects.create(network=house.network, code="front", name_vi="Mặt trận", name_en="Front")
    brought = bring(
        house, now, ["STT", "HO VA TEN", "chức vụ", "Thanh phan", "đơn vị", "địa bàn", "vai tro", "tu ngay"],
        [1, "Người Thứ Nhất", "Trưởng thôn", "mat tran", "", "An Trạch; bến ngọc", "cộng tác viên", dt.date(2026, 1, 5)],
        [], [2, "Người Thứ Hai", "", "", "ST", "CM", "", "05/01/2026"],
    )
    assert [line.faults for line in lines_of(brought)] == [[], []]
    assert not Membership.objects.filter(user__display_name__startswith="Người").exists(), "nothing is taken unasked"
    assert take_roster(brought, basis=None, by=house.people["eve"], at=now) == 2
    one, two = Membership.objects.filter(user__display_name__startswith="Người").order_by("user__pk")
    assert (one.state, one.post, one.component.code, one.since) == ("proposed", "Trưởng thôn", "front", dt.date(2026, 1, 5))
    assert {place.code for place in one.places.all()} == {"AT", "BN"}
    assert (two.since, two.places.get().code) == (dt.date(2026, 1, 5), "CM")
    brought.refresh_from_db()
    assert (brought.state, brought.rows, brought.taken) == ("taken", [], 2)


@pytest.mark.parametrize(("row", "fault"), [
    (["", "Trưởng thôn"], "thiếu họ tên"),
    (["Ai", "", "Không có"], "thành phần"),
    (["Ai", "", "", "KH"], "đơn vị"),
    (["Ai", "", "", "", "Xã Không Có"], "địa bàn"),
    (["Ai", "", "", "", "", "vua"], "vai trò"),
    (["Ai", "", "", "", "", "", "Nov 12"], "không phải ngày"),
    (["Ai", "", "", "", "", "", "31/02/2026"], "không phải ngày"),
    (["Ai", "", "", "", "", "", 45000], "không phải ngày"),
    (["Ai", "", "", "", "", "", "01/01/2030"], "sau giai đoạn"),
    (["Ai", "=1+1"], "công thức"),
    (["A" * 121], "dài quá"),
])
def test_each_fault_is_named_at_its_row(house: House, now: dt.datetime, row: list[Any], fault: str) -> None:
    good, bad = faults(house, now, ["Người Tốt"], row)
    assert good == ""
    assert fault in bad


def test_one_wrong_row_keeps_all_out(house: House, now: dt.datetime) -> None:
    brought = bring(house, now, HEAD, ["Người Tốt"], ["Người Xấu", "", "", "", "Xã Không Có"])
    with pytest.raises(Refusal) as caught:
        take_roster(brought, basis=None, by=house.people["eve"], at=now)
    assert caught.value.code == "roster.faults"
    assert [row["where"] for row in caught.value.details] == ["dòng 3"]
    assert not Membership.objects.filter(user__display_name="Người Tốt").exists()


def test_same_person_twice_in_the_file_is_named(house: House, now: dt.datetime) -> None:
    assert faults(house, now, ["Người Một"], ["người một"])[1].startswith("trùng dòng 2")


@pytest.mark.parametrize(("rows", "code"), [
    ([["Danh sách cộng tác viên"], HEAD, ["Ai"]], "roster.columns"),
    ([["Chức vụ"], ["Trưởng thôn"]], "roster.columns"),
    ([["Họ và tên", "Họ tên"], ["Ai", "Ai"]], "roster.columns"),
    ([["Họ và tên", "Số điện thoại"], ["Ai", "0901234567"]], "roster.columns"),
    ([HEAD, HEAD, ["Ai"]], "roster.two_headers"),
    ([HEAD], "roster.empty"),
])
def test_table_that_is_no_roster_is_refused(house: House, now: dt.datetime, rows: list[list[Any]], code: str) -> None:
    with pytest.raises(Refusal) as caught:
        bring(house, now, *rows)
    assert caught.value.code == code
    assert not RosterFile.objects.exists()


def test_same_file_twice_changes_nothing(house: House, now: dt.datetime) -> None:
    body = workbook(HEAD, ["Người Một"])
    how = {"file_name": "a.xlsx", "unit": house.unit, "term": house.members["eve"].term, "by": house.people["eve"], "at": now}
    take_roster(bring_roster(body, **how), basis=None, by=house.people["eve"], at=now)
    with pytest.raises(Refusal) as caught:
        bring_roster(body, **how)
    assert caught.value.code == "roster.again"
    assert Membership.objects.filter(user__display_name="Người Một").count() == 1


def test_known_person_is_found_and_who_is_there_already_is_left(house: House, now: dt.datetime) -> None:
    brought = bring(house, now, HEAD, ["Alice", "", "", "", "AT"], ["Alice", "", "", "", "", "speaker"])
    assert take_roster(brought, basis=None, by=house.people["eve"], at=now) == 1
    assert Membership.objects.filter(user=house.people["alice"]).count() == 2


def test_rows_are_emptied_when_dropped_and_replaced_by_the_next_file(house: House, now: dt.datetime) -> None:
    first, second = bring(house, now, HEAD, ["Người Một"]), bring(house, now, HEAD, ["Người Hai"])
    first.refresh_from_db()
    assert (first.state, first.rows) == ("dropped", [])
    assert (drop_roster(second).state, second.rows) == ("dropped", [])
    with pytest.raises(Refusal) as caught:
        take_roster(second, basis=None, by=house.people["eve"], at=now)
    assert caught.value.code == "roster.done"


def test_pages_upload_look_through_and_take(house: House, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGNGHE_CLOCK", "2026-11-10T16:00+07:00")
    client.force_login(house.people["eve"])
    form = {"unit": house.unit.pk, "term": house.members["eve"].term.pk}

    def send(body: bytes) -> Any:
        return client.post(reverse("roster_upload"), {**form, "file": SimpleUploadedFile("r.xlsx", body)})

    for bad in (b"", b"abc", workbook(HEAD)):
        answer = send(bad)
        assert answer.status_code == 422
        assert answer.context["form"].errors["file"], "the refusal stands at the file"
    preview = send(workbook(HEAD, ["Người Xấu", "", "", "", "Xã Không Có"])).headers["Location"]
    page = client.get(preview).content.decode()
    assert "Xã Không Có" in page
    assert client.post(preview, {}).status_code == 422
    good = send(workbook(HEAD, ["Người Tốt", "Trưởng thôn"])).headers["Location"]
    assert client.post(good, {"symbol": "1-QĐ", "issued_on": "2026-11-01", "issuer": "Trung tâm"}).status_code == 302
    assert Membership.objects.get(user__display_name="Người Tốt").basis.symbol == "1-QĐ"
    assert client.get(good).status_code == 302, "taken: there is nothing more to look through"


def test_file_of_somebody_else_is_absent(house: House, client: Client, now: dt.datetime) -> None:
    brought = bring(house, now, HEAD, ["Người Một"])
    term = house.members["eve"].term
    other = add_member(house.people["bob"], unit=house.sibling, term=term, role="administrator", by=None, at=now)
    client.force_login(other.user)
    for name in ("roster_preview", "roster_drop"):
        assert client.post(reverse(name, args=[brought.pk])).status_code == 404


def test_example_file_is_itself_a_roster_without_faults(house: House, client: Client, now: dt.datetime) -> None:
    client.force_login(house.people["eve"])
    body = client.get(reverse("roster_example")).content
    brought = bring_roster(body, file_name="x", unit=house.unit, term=house.members["eve"].term, by=house.people["eve"], at=now)
    assert [line.faults for line in lines_of(brought)] == [[]]
