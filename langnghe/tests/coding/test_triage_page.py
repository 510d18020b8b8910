"""The page of the queue and its forms: without a script, for one's own unit only, in a number of queries that does not grow."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from langnghe.coding import domain
from langnghe.coding.domain import Suggestion, set_aside
from langnghe.coding.models import BulkAction, Coding, Placement, SetAside
from langnghe.intake.models import Observation
from langnghe.network.domain import add_member, add_unit
from langnghe.testing import House, body_of

Write = Callable[..., Observation]
WEEK = "/triage/2026-W46/"


@pytest.fixture
def bob(house: House, client: Client, monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setenv("LANGNGHE_CLOCK", "2026-11-10T16:00+07:00")
    client.force_login(house.people["bob"])
    return client


def post(client: Client, name: str, **fields: object) -> object:
    return client.post(reverse(name), {"period": "2026-W46", "query": "", **fields})


def test_page_shows_the_week_of_today_and_opens_the_first_note(bob: Client, write: Write) -> None:
    write("Giá gạo tăng", topic="KT1")
    page = bob.get("/triage/").content.decode()
    assert page.count("Giá gạo tăng") == 2, "once in the list, once open beside it"
    assert "Giá cả hàng thiết yếu" in page


def test_page_names_no_author_and_nothing_that_leads_to_one(bob: Client, house: House, write: Write) -> None:
    write("Giá gạo tăng", topic="KT1", receipt_hash="receipt-of-alice")
    page = bob.get(WEEK).content.decode()
    for word in ("Alice", "alice", "receipt-of-alice", "membership"):
        assert word not in page


@pytest.mark.parametrize("address", ["/triage/2026-W99/", "/triage/xyz/", f"{WEEK}?note=zzz",
                                     f"{WEEK}?note=00000000-0000-0000-0000-0000000000ff"])
def test_address_that_names_nothing_is_absent(bob: Client, address: str) -> None:
    assert bob.get(address).status_code == 404


def test_notes_of_sibling_child_and_absent_are_absent_alike(bob: Client, house: House, write: Write, now: dt.datetime) -> None:
    child = add_unit(house.network, under=house.unit, by=None, at=now, code="ST-1", name_vi="Xã", level="commune",
                     opened=dt.date(2025, 7, 1))
    add_member(house.people["dan"], unit=child, term=house.members["bob"].term, role="analyst", by=None, at=now)
    write("Của ta")
    strange = [str(write("Của bên cạnh", unit=house.sibling).pk), str(write("Của cấp dưới", unit=child).pk),
               "00000000-0000-0000-0000-0000000000ff"]
    pages = [bob.get(f"{WEEK}?note={key}") for key in strange]
    assert {page.status_code for page in pages} == {404}
    assert len({body_of(page).replace(key, "") for page, key in zip(pages, strange, strict=True)}) == 1
    for name in ("triage_confirm", "triage_aside", "triage_back", "triage_bulk"):
        answers = [post(bob, name, note=key, notes=key, choice="t:KT1", reason="local", kept="") for key in strange]
        assert {answer.status_code for answer in answers} == {404}
        assert len({body_of(answer) for answer in answers}) == 1
    assert not Coding.objects.exists()
    assert not SetAside.objects.exists()


@pytest.mark.parametrize("who", ["alice", "carol", "dan", "eve", "oscar"])
def test_page_is_absent_for_who_does_not_code(house: House, client: Client, who: str) -> None:
    client.force_login(house.people[who])
    if who == "oscar":
        assert b"Gi\xc3\xa1 g\xe1\xba\xa1o" not in client.get(WEEK).content
    else:
        assert client.get(WEEK).status_code == 404


def test_confirming_goes_on_to_the_next_note_with_the_same_filters(bob: Client, write: Write) -> None:
    first, second = write("Giá gạo tăng", topic="KT1"), write("Chợ vắng hẳn", topic="KT2")
    answer = post(bob, "triage_confirm", note=first.pk, choice="t:KT1", next=second.pk, query="channel=direct&x=1")
    assert answer.headers["Location"] == f"{WEEK}?channel=direct&note={second.pk}"
    assert Placement.objects.get().topic.code == "KT1"


def test_other_topic_wins_over_the_suggested_one(bob: Client, write: Write) -> None:
    note = write("Giá gạo tăng", topic="KT1")
    post(bob, "triage_confirm", note=note.pk, choice="t:KT1", other="c:KT2.1")
    placement = Placement.objects.get()
    assert (placement.topic.code, placement.code.code) == ("KT2", "KT2.1")


def test_code_that_is_not_in_the_frame_is_refused_with_its_code(bob: Client, write: Write) -> None:
    answer = post(bob, "triage_confirm", note=write("Giá gạo tăng").pk, choice="t:XX1")
    assert answer.status_code == 422
    assert "coding.choice" in answer.content.decode()


def test_fold_is_coded_by_one_button(bob: Client, write: Write) -> None:
    notes = [write("Mất nước cả đêm đến sáng", topic="KT1", place=place) for place in ("AT", "BN", "CM")]
    page = bob.get(WEEK).content.decode()
    assert page.count('name="twins"') == 2
    post(bob, "triage_confirm", note=notes[0].pk, choice="t:KT1", twins=[note.pk for note in notes[1:]])
    assert Placement.objects.count() == 3
    assert (BulkAction.objects.get().kind, BulkAction.objects.get().notes) == ("fold", 3)


def test_large_fold_writes_out_the_most_alike_counts_the_others_and_codes_all(bob: Client, write: Write) -> None:
    notes = [write("Mất nước cả đêm đến sáng", topic="KT1", place=("AT", "BN", "CM")[number % 3]) for number in range(12)]
    page = bob.get(WEEK).content.decode()
    assert "11 phản ánh gần giống, ở 3 địa bàn" in page
    assert "và 5 phản ánh nữa" in page
    assert page.count('name="twins"') == 11
    post(bob, "triage_confirm", note=notes[0].pk, choice="t:KT1", twins=[note.pk for note in notes[1:]])
    assert Placement.objects.count() == 12


def test_bulk_confirms_what_is_ticked_and_says_what_still_waits(bob: Client, write: Write) -> None:
    notes = [write("Giá gạo tăng", topic="KT1"), write("Chưa rõ chuyện gì")]
    answer = post(bob, "triage_bulk", notes=[note.pk for note in notes])
    page = bob.get(answer.headers["Location"]).content.decode()
    assert "Đã xác nhận 1 gợi ý." in page
    assert "1 phản ánh chưa có gợi ý nên vẫn chờ." in page


def test_bulk_without_a_tick_is_refused(bob: Client, write: Write) -> None:
    for name in ("triage_bulk", "triage_aside"):
        answer = post(bob, name)
        assert answer.status_code == 422
        assert "coding.none_chosen" in answer.content.decode()


def test_setting_aside_asks_for_a_reason_and_a_duplicate_for_what_is_kept(bob: Client, write: Write) -> None:
    kept, twin = write("Mất nước cả đêm đến sáng"), write("Mất nước cả đêm đến tận sáng")
    asking = post(bob, "triage_aside", notes=twin.pk).content.decode()
    assert f'value="{kept.pk}"' in asking, "what reads most like it is offered as the one kept"
    again = post(bob, "triage_aside", notes=twin.pk, reason="duplicate", kept="")
    assert again.status_code == 422
    assert "Phản ánh trùng phải nêu phản ánh được giữ" in again.content.decode()
    post(bob, "triage_aside", notes=twin.pk, reason="duplicate", kept=kept.pk)
    assert SetAside.objects.get(observation=twin).kept == kept
    page = bob.get(f"{WEEK}?standing=aside").content.decode()
    assert "trùng với điều đã giữ" in page
    post(bob, "triage_back", note=twin.pk)
    assert not SetAside.objects.exists()


def test_duplicate_of_a_note_that_is_not_offered_is_refused(bob: Client, house: House, write: Write) -> None:
    note, strange = write("Mất nước cả đêm"), write("Mất nước cả đêm", unit=house.sibling)
    answer = post(bob, "triage_aside", notes=note.pk, reason="duplicate", kept=strange.pk)
    assert answer.status_code == 422
    assert not SetAside.objects.exists()


def test_machine_suggests_only_on_request_and_shows_version_and_words(bob: Client, house: House, write: Write,
                                                                      monkeypatch: pytest.MonkeyPatch) -> None:
    note = write("Giá gạo tăng cao quá")
    assert bob.post(reverse("triage_suggest", args=["2026-W46"])).status_code == 409
    monkeypatch.setattr(domain.suggest, "_coders", [
        lambda _unit, notes: [[Suggestion("KT1", 0.9, "coder 7", why=("giá gạo",))] for _note in notes]])
    bob.post(reverse("triage_suggest", args=["2026-W46"]), {"period": "2026-W46"})
    page = bob.get(WEEK).content.decode()
    assert "<b>giá gạo</b>" in page
    assert "coder 7" in page
    assert "Chắc" in page
    assert not Placement.objects.exists()
    assert Coding.objects.get(observation=note).source == "machine"


def test_note_kept_for_others_says_so(bob: Client, house: House, write: Write, now: dt.datetime) -> None:
    kept, twin = write("Mất nước cả đêm"), write("Mất nước cả đêm nay")
    set_aside(twin, "duplicate", kept=kept, by=house.people["bob"], at=now)
    assert "1 phản ánh đã để lại vì trùng" in bob.get(f"{WEEK}?note={kept.pk}").content.decode()


def test_question_goes_to_the_receipt_and_only_where_asking_is_safe(bob: Client, write: Write) -> None:
    silent, unsafe = write("Không còn biên nhận"), write("Hỏi thì không an toàn", receipt_hash="a" * 64, unsafe_to_ask=True)
    note = write("Giá gạo tăng", receipt_hash="b" * 64)
    for one in (silent, unsafe):
        assert 'id="question"' not in bob.get(f"{WEEK}?note={one.pk}").content.decode()
        assert post(bob, "triage_ask", note=one.pk, question="Ở chợ nào?").status_code == 409
    post(bob, "triage_ask", note=note.pk, question="Ở chợ nào?")
    page = bob.get(f"{WEEK}?note={note.pk}").content.decode()
    assert "Ở chợ nào?" in page
    assert "chờ trả lời" in page


@pytest.mark.parametrize("rows", [1, 3])
def test_page_asks_the_database_as_often_for_three_rows_as_for_one(bob: Client, write: Write, rows: int) -> None:
    for number in range(rows):
        for place in ("AT", "BN"):
            write(f"điều {number}a {number}b {number}c {number}d", topic="KT1", place=place)
    bob.get(WEEK)
    with CaptureQueriesContext(connection) as queries:
        bob.get(WEEK)
    assert len(queries) == 33, [query["sql"][:90] for query in queries]


def test_all_weeks_are_searched_inside_the_unit(bob: Client, house: House, write: Write) -> None:
    write("Nước đục tháng ba", day=dt.date(2026, 3, 5))
    write("Nước đục bên kia", unit=house.sibling, day=dt.date(2026, 3, 5))
    page = bob.get("/triage/all/?q=nuoc+duc").content.decode()
    assert "Nước đục tháng ba" in page
    assert "bên kia" not in page
