"""A name that is a public case can be cleared against the office's list; structured hits never (R2)."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.test import Client

from langnghe.audit.models import Entry
from langnghe.common.errors import Refusal
from langnghe.intake.domain import Heard, Sent, list_case, receive_note, remove_case
from langnghe.intake.models import DoorCount, PublicCase
from langnghe.testing import House

NAME = "Nguyễn Văn Thắng"
CLEARED = Sent(public_case=True)


def note(now: dt.datetime, text: str) -> Heard:
    return Heard(id=uuid.uuid4(), text=text, day=now.date(), place="AT", channel="direct")


def stopped(house: House, now: dt.datetime, text: str, sent: Sent) -> list[dict[str, object]]:
    with pytest.raises(Refusal) as caught:
        receive_note(note(now, text), member=house.members["alice"], at=now, sent=sent)
    assert caught.value.code == "door.personal_data"
    return list(caught.value.details)


def test_a_listed_name_passes_where_its_writer_says_so(house: House, now: dt.datetime) -> None:
    text = f"Bà con bàn về vụ án ông {NAME} xét xử công khai."
    assert [hit["public"] for hit in stopped(house, now, text, CLEARED)] == [False]
    case = list_case(NAME.upper(), source="Tòa án tỉnh, xét xử công khai", network=house.network, by=house.people["erin"], at=now)
    assert [hit["public"] for hit in stopped(house, now, text, Sent())] == [True], "nothing is cleared unless she says so"
    kept, _new = receive_note(note(now, text), member=house.members["alice"], at=now, sent=CLEARED)
    assert NAME in kept.text
    assert DoorCount.objects.get(type="CLEARED").hits == 1
    remove_case(case, by=house.people["erin"], at=now)
    assert stopped(house, now, text, CLEARED)


def test_a_number_beside_a_listed_name_is_never_cleared(house: House, now: dt.datetime) -> None:
    list_case(NAME, source="Báo tỉnh", network=house.network, by=house.people["erin"], at=now)
    hits = stopped(house, now, f"Vụ ông {NAME}, gọi 0912 345 678.", CLEARED)
    assert [(hit["type"], hit["public"]) for hit in hits] == [("PHONE", False)]


def test_a_case_needs_its_source_and_stands_once(house: House, now: dt.datetime) -> None:
    with pytest.raises(Refusal, match=r"case\.incomplete"):
        list_case(NAME, source=" ", network=house.network, by=house.people["erin"], at=now)
    list_case(NAME, source="Báo tỉnh", network=house.network, by=house.people["erin"], at=now)
    with pytest.raises(Refusal, match=r"case\.twice"):
        list_case("nguyen van thang", source="Sách", network=house.network, by=house.people["erin"], at=now)
    assert Entry.objects.filter(action="case.listed").count() == 1


def test_the_page_is_the_offices_and_editors_change_it(house: House, now: dt.datetime, client: Client) -> None:
    for name, reads, writes in [("bob", 200, 200), ("erin", 200, 302), ("alice", 404, 404), ("dan", 404, 404)]:
        client.force_login(house.people[name])
        assert client.get("/notes/cases/").status_code == reads
        assert client.post("/notes/cases/", {"name": f"Trần Văn {name}", "source": "Báo"}).status_code == writes
    assert [case.name for case in PublicCase.objects.all()] == ["Trần Văn erin"]
