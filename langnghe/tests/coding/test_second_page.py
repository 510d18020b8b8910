"""The pages of second coding and of agreement: nothing gives the first topic away; only analysts and editors read them."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from langnghe.coding import domain
from langnghe.coding.domain import Suggestion, code_again, confirm_topic
from langnghe.coding.models import Draw, Drawn, SecondCoding
from langnghe.frames.models import CodingFrame, Topic
from langnghe.intake.models import Observation
from langnghe.testing import House

Write = Callable[..., Observation]
PAGE, CODE, AGREEMENT = "/coding/second/", "/coding/second/code/", "/coding/agreement/"


def topic(code: str) -> Topic:
    return Topic.objects.get(code=code, field__frame__in_use=True)


@pytest.fixture
def drawn(house: House, write: Write, now: dt.datetime) -> Callable[..., Drawn]:
    """A note that Bob coded and that was drawn; with `second`, Erin's blind topic."""
    draw = Draw.objects.create(unit=house.unit, period="2026-W46", seed="ST/2026-W46", share=0.1, notes=10, drawn=10, at=now)

    def make(text: str = "Giá gạo tăng", first: str = "KT1", second: str = "", **fields: Any) -> Drawn:
        note = write(text, **fields)
        if first:
            confirm_topic(note, topic=topic(first), by=house.people["bob"], at=now)
        row = Drawn.objects.create(observation=note, draw=draw, number=0.01, share=0.1, drawn_by="chance")
        if second:
            code_again(row, topic=topic(second), by=house.people["erin"], at=now)
        return row

    return make


@pytest.fixture
def erin(house: House, client: Client, monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setenv("LANGNGHE_CLOCK", "2026-11-10T16:00+07:00")
    client.force_login(house.people["erin"])
    return client


@pytest.mark.parametrize(("who", "status"), [("bob", 200), ("erin", 200), ("alice", 404), ("carol", 404), ("dan", 404),
                                             ("eve", 404)])
def test_only_analysts_and_editors_read_and_write(house: House, client: Client, drawn: Callable[..., Drawn], who: str,
                                                  status: int) -> None:
    row = drawn()
    client.force_login(house.people[who])
    assert {client.get(address).status_code for address in (PAGE, AGREEMENT, "/coding/agreement.csv")} == {status}
    if status == 404:
        assert client.post(CODE, {"note": row.pk, "other": "t:KT1"}).status_code == 404
        assert client.post("/coding/second/2026-W46/draw/").status_code == 404
    assert not SecondCoding.objects.exists()


def test_page_shows_the_words_and_neither_first_topic_nor_suggestion_nor_the_authors_choice(
        erin: Client, house: House, drawn: Callable[..., Drawn], monkeypatch: pytest.MonkeyPatch, now: dt.datetime) -> None:
    row = drawn(topic="KT2")
    monkeypatch.setattr(domain.suggest, "_coders", [
        lambda _unit, notes: [[Suggestion("GT1", 0.93, "coder 7", why=("giá gạo rất",))] for _note in notes]])
    domain.suggest_topics([row.observation], coder=domain.coder_in_use(), by=None, at=now)  # type: ignore[arg-type]
    page = erin.get(PAGE).content.decode()
    assert "Giá gạo tăng" in page
    around = page[: page.index('<select class="input" id="other-topic"')] + page[page.index("</select>"):]
    for word in (topic("KT1").name, topic("KT2").name, topic("GT1").name, "coder 7", "giá gạo rất", "Bob", "Chắc", "KT1", "GT1"):
        assert word not in around, word
    assert "selected" not in page
    assert "checked" not in page


def test_coding_again_goes_on_and_leaves_the_note_where_it_is(erin: Client, drawn: Callable[..., Drawn]) -> None:
    first, second = drawn(), drawn("Chợ vắng hẳn", "KT2")
    answer = erin.post(CODE, {"note": first.pk, "next": second.pk, "other": "c:KT2.1"})
    assert answer.headers["Location"] == f"{PAGE}?note={second.pk}"
    kept = SecondCoding.objects.get()
    assert (kept.topic.code, kept.code and kept.code.code) == ("KT2", "KT2.1")
    assert first.observation.placement.topic.code == "KT1"
    assert "Chợ vắng hẳn" in erin.get(answer.headers["Location"]).content.decode()
    erin.post(CODE, {"note": second.pk, "next": first.pk, "other": "t:KT2"})
    assert "Không có phản ánh nào chờ bạn đọc lần hai" in erin.get(PAGE).content.decode()


@pytest.mark.parametrize(("note", "choice", "status", "code"), [
    ("zzz", "t:KT1", 404, ""), ("00000000-0000-0000-0000-0000000000ff", "t:KT1", 404, ""), ("", "", 404, ""),
    ("own", "t:XX1", 422, "coding.choice"), ("own", "", 422, "coding.choice"), ("own", "c:KT1", 422, "coding.choice"),
    ("done", "t:KT1", 409, "second.done"),
])
def test_bad_input_is_refused(erin: Client, drawn: Callable[..., Drawn], note: str, choice: str, status: int, code: str) -> None:
    rows = {"own": drawn(), "done": drawn("Khác", second="KT1")}
    answer = erin.post(CODE, {"note": rows[note].pk if note in rows else note, "other": choice})
    assert answer.status_code == status
    assert code in answer.content.decode()
    assert SecondCoding.objects.count() == 1


def test_who_coded_first_is_not_shown_the_note_and_is_refused(house: House, client: Client, drawn: Callable[..., Drawn]) -> None:
    row = drawn()
    client.force_login(house.people["bob"])
    assert client.get(f"{PAGE}?note={row.pk}").status_code == 404
    answer = client.post(CODE, {"note": row.pk, "other": "t:KT1"})
    assert (answer.status_code, "second.same" in answer.content.decode()) == (409, True)


def test_notes_of_another_unit_or_that_were_not_drawn_are_absent(erin: Client, house: House, drawn: Callable[..., Drawn],
                                                                 write: Write) -> None:
    strange, undrawn = drawn("Bên kia", "", unit=house.sibling), write("Không rút")
    for key in (strange.pk, undrawn.pk):
        assert erin.get(f"{PAGE}?note={key}").status_code == 404
        assert erin.post(CODE, {"note": key, "other": "t:KT1"}).status_code == 404
    assert "Bên kia" not in erin.get(PAGE).content.decode()


def test_a_week_is_drawn_by_a_button_and_an_odd_week_is_absent(erin: Client, write: Write) -> None:
    for number in range(30):
        write(f"Chuyện {number}", day=dt.date(2026, 11, 2))
    assert erin.post("/coding/second/2026-W99/draw/").status_code == 404
    assert erin.get("/coding/second/2026-W45/draw/").status_code == 405
    assert erin.post("/coding/second/2026-W45/draw/").status_code == 302
    assert Drawn.objects.count() >= 3
    page = erin.get(PAGE).content.decode()
    assert "phản ánh." in page
    assert "2026-W45/draw" not in page, "nothing is left to draw"


@pytest.mark.parametrize("rows", [1, 3])
def test_second_page_asks_the_database_as_often_for_three_notes_as_for_one(erin: Client, drawn: Callable[..., Drawn],
                                                                           rows: int) -> None:
    for number in range(rows):
        drawn(f"Chuyện {number}")
    erin.get(PAGE)
    with CaptureQueriesContext(connection) as queries:
        erin.get(PAGE)
    assert len(queries) == 14, [query["sql"][:90] for query in queries]


@pytest.mark.parametrize("rows", [1, 3])
def test_agreement_page_asks_the_database_as_often_for_three_topics_as_for_one(erin: Client, drawn: Callable[..., Drawn],
                                                                               rows: int) -> None:
    for code in ("KT1", "KT2", "GT1")[:rows]:
        drawn(first=code, second=code)
        drawn(first=code, second="MT1")
    erin.get(AGREEMENT)
    with CaptureQueriesContext(connection) as queries:
        erin.get(AGREEMENT)
    assert len(queries) == 17, [query["sql"][:90] for query in queries]


@pytest.mark.parametrize(("lang", "said"), [
    ("vi", ("Hai người có chọn cùng một chủ đề?", "không tin cậy", "tin cậy", "Hay bị lẫn với nhau", "1 chủ đề có quá ít")),
    ("en", ("Do two people give the same topic?", "unreliable", "reliable", "Taken for each other", "1 topic with too few")),
])
def test_agreement_page_marks_topics_and_names_nobody(erin: Client, house: House, drawn: Callable[..., Drawn], lang: str,
                                                      said: tuple[str, ...]) -> None:
    pytest.importorskip("numpy", reason="intervals need the text extra")
    for first, second, times in (("KT1", "KT1", 12), ("KT2", "GT1", 8), ("GT1", "KT2", 8), ("MT1", "MT1", 2)):
        for _ in range(times):
            drawn(first=first, second=second)
    erin.cookies["lang"] = lang
    page = erin.get(AGREEMENT).content.decode()
    assert [word for word in said if word not in page] == []
    assert "Bob" not in page
    assert "style=" not in page
    rows = {row["code"]: row for row in csv.DictReader(
        io.StringIO(erin.get("/coding/agreement.csv").content.decode("utf-8-sig"))) if row["code"]}
    assert (rows["KT1"]["alpha"], rows["KT1"]["low"], rows["KT1"]["mark"]) == ("1.0", "1.0", "reliable")
    assert (rows["KT2"]["mark"], rows["KT2"]["double_coded"]) == ("unreliable", "16")
    assert float(rows["KT2"]["low"]) <= float(rows["KT2"]["alpha"]) <= float(rows["KT2"]["high"])
    assert (rows["MT1"]["mark"], rows["MT1"]["low"]) == ("unmeasured", "")


def test_unreliable_and_unmeasured_topics_are_marked_in_the_queue_and_on_the_frame(erin: Client, drawn: Callable[..., Drawn],
                                                                                   write: Write) -> None:
    for first, second in [("KT2", "GT1")] * 8 + [("GT1", "KT2")] * 8 + [("KT1", "KT1")] * 12:
        drawn(first=first, second=second)
    write("Chợ vắng hẳn", topic="KT2")
    page = erin.get("/triage/2026-W46/").content.decode()
    detail = page[page.index('<ol class="guess">'):]
    assert "không tin cậy (α " in page[: page.index('<ol class="guess">')], "in the list"
    assert "không tin cậy (α " in detail[: detail.index("</ol>")], "beside the suggestion"
    assert f"{topic('KT2').name} · không tin cậy</option>" in detail, "where topics are chosen"
    frame = erin.get(f"/frames/{CodingFrame.objects.get(in_use=True).pk}/").content.decode()
    assert frame.count("không tin cậy (α ") == 2
    assert frame.count("chưa đo được") == Topic.objects.filter(field__frame__in_use=True).count() - 3


def test_the_blind_topic_stands_beside_the_first_only_when_there_is_a_first(erin: Client, drawn: Callable[..., Drawn]) -> None:
    both, blind = drawn(second="KT2"), drawn("Chưa ai mã", "", second="KT2")
    assert "Mã lần hai (không thấy lần đầu)" in erin.get(f"/triage/2026-W46/?note={both.pk}").content.decode()
    assert "Mã lần hai (không thấy lần đầu)" not in erin.get(f"/triage/2026-W46/?note={blind.pk}").content.decode()
