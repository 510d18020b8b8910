"""What is called like a person where a note was heard - streets, schools, places - passes where nobody is addressed by it."""

from __future__ import annotations

import datetime as dt
import json
import re
import uuid
from pathlib import Path

import pytest
from django.test import Client

from langnghe.audit.models import Entry
from langnghe.common.errors import Refusal
from langnghe.intake.domain import Heard, receive_note
from langnghe.intake.domain.imports import import_observations
from langnghe.intake.sheets.mapping import read_mapping
from langnghe.network.domain import set_local_names
from langnghe.network.models import LocalName
from langnghe.network.queries import names_around
from langnghe.testing import House

STREET = "Phạm Thị Bưởi"
MAPPING = """
unit = "ST"
by = "bob"
columns = {text = "Nội dung", day = "Ngày", place = "Xã"}
defaults = {channel = "meeting", setting = "public_meeting"}
date = {format = "dd/mm/yyyy"}
"""
JAM = f"Sáng nào cũng kẹt cứng từ chợ tới {STREET}."


def heard(now: dt.datetime, text: str, place: str = "AT") -> Heard:
    return Heard(id=uuid.uuid4(), text=text, day=now.date(), place=place, channel="direct")


def passes(house: House, now: dt.datetime, text: str) -> bool:
    try:
        kept, _new = receive_note(heard(now, text), member=house.members["alice"], at=now)
    except Refusal as refusal:
        if refusal.code != "door.personal_data":
            raise
        return False
    assert kept.text == text
    return True


@pytest.mark.parametrize("name", ["Bưởi", "Đường 3 Tháng 2", "x" * 60 + " " + "y" * 60, "..."])
def test_a_name_that_would_let_too_much_pass_is_refused(house: House, now: dt.datetime, name: str) -> None:
    with pytest.raises(Refusal, match=r"network\.local_name"):
        set_local_names(house.places["AT"], [STREET, name], by=house.people["eve"], at=now)
    assert not LocalName.objects.exists()


def test_too_many_names_are_refused(house: House, now: dt.datetime) -> None:
    letters = "abcdefghijklmnopqrstuvwxyz"
    with pytest.raises(Refusal, match="500"):
        set_local_names(house.places["AT"], [f"Phố {a}{b}" for a in letters for b in letters], by=None, at=now)


def test_a_listed_street_passes_in_its_place_and_where_nobody_is_addressed(house: House, now: dt.datetime) -> None:
    assert not passes(house, now, JAM)
    set_local_names(house.places["AT"], [STREET.upper(), f"  {STREET} ", ""], by=house.people["eve"], at=now)
    assert LocalName.objects.count() == 1
    assert passes(house, now, JAM)
    assert not passes(house, now, f"Bà {STREET} kêu đường ngập.")
    assert not passes(house, now, f"{JAM} Gọi 0912 345 678.")
    assert Entry.objects.get(action="network.local_names_set").details["after"] == 1
    set_local_names(house.places["AT"], [], by=house.people["eve"], at=now)
    assert not passes(house, now, JAM)


def test_a_list_holds_for_the_places_below_and_not_beside(house: House, now: dt.datetime) -> None:
    beside = next(place for code, place in house.places.items() if code not in {"AT", "P"})
    set_local_names(beside, [STREET], by=None, at=now)
    assert not passes(house, now, JAM)
    set_local_names(house.places["P"], [STREET], by=None, at=now)
    assert passes(house, now, JAM)


def test_places_of_the_network_itself_pass(house: House, now: dt.datetime) -> None:
    text = "Mấy hôm nay nghe bảo Trần Hải Sơn mất điện suốt."
    assert not passes(house, now, text)
    house.places["AT"].name_vi = "Xã Trần Hải Sơn"
    house.places["AT"].save()
    assert passes(house, now, text)


def test_the_phone_is_given_the_names_of_her_places(house: House, now: dt.datetime, client: Client) -> None:
    set_local_names(house.places["AT"], [STREET], by=None, at=now)
    client.force_login(house.people["alice"])
    page = client.get("/phone/note/").content.decode()
    data = json.loads(re.search(r'id="capture-data"[^>]*>(.*?)</script>', page, re.DOTALL)[1])  # type: ignore[index]
    assert data["near"]["AT"] == [STREET]
    assert set(data["near"]) == {"", "AT"}


def test_names_are_asked_in_two_queries(house: House, django_assert_num_queries: object) -> None:
    with django_assert_num_queries(2):  # type: ignore[operator]
        names_around(house.network)


def test_the_page_is_the_editors_and_administrators(house: House, now: dt.datetime, client: Client) -> None:
    page = f"/network/names/{house.places['AT'].pk}/"
    for name, reads, writes in [("erin", 200, 302), ("eve", 200, 302), ("bob", 404, 404), ("alice", 404, 404), ("dan", 404, 404)]:
        client.force_login(house.people[name])
        assert client.get("/network/names/").status_code == reads
        assert client.get(page).status_code == reads
        assert client.post(page, {"names": f"{STREET}\nTrần Văn {name}"}).status_code == writes
    assert [row.name for row in LocalName.objects.all()] == [STREET, "Trần Văn eve"]
    client.force_login(house.people["eve"])
    assert client.get("/network/names/0/").status_code == 404
    answer = client.post(page, {"names": "Thọ"})
    assert answer.status_code == 422
    assert "Thọ" in answer.content.decode()


def test_a_table_is_read_with_the_names_of_each_row_s_place(tmp_path: Path, house: House, now: dt.datetime) -> None:
    set_local_names(house.places["AT"], [STREET], by=None, at=now)
    table = tmp_path / "ghi-chep.csv"
    table.write_text(f"Nội dung,Ngày,Xã\n{JAM},09/11/2026,An Trạch\n{JAM},09/11/2026,BN\n", encoding="utf-8")
    account = import_observations(table, read_mapping(MAPPING.encode(), name="m.toml"), on_hit="stop", dry_run=False, at=now)
    assert (account.taken, account.stopped) == (1, 1)
