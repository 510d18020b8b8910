"""Triage by keys alone and without a script; a roster from a workbook: in a real browser."""

from __future__ import annotations

import io
import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from langnghe.coding.models import BulkAction, Placement, SetAside
from langnghe.common.clock import today
from langnghe.frames.models import Topic
from langnghe.intake.models import Channel, Observation
from langnghe.network.models import Membership
from nghe.text.fold import fold

if TYPE_CHECKING:
    from playwright.sync_api import Page

    SignIn = Callable[..., Page]

TEXTS = [("Giá gạo ở chợ tăng từng ngày", "KT1", "AT"), ("Đường vào thôn lầy lội quá", "GT1", "BN"),
         ("Mất nước từ tối đến sáng, năm đêm liền", "MT1", "AT"), ("Mất nước từ tối đến sáng, năm đêm liền", "MT1", "CM")]


@pytest.fixture
def notes(live: Any) -> list[Observation]:
    house, day = live.house, today()
    return [
        Observation.objects.create(
            id=uuid.UUID(int=number), unit=house.unit, place=house.places[place], day=day, channel=Channel.objects.first(),
            setting="announced", kind="opinion", text=text, folded=fold(text), origin="phone", content_hash=f"{number:064}",
            door_version="test", received_on=day, topic=Topic.objects.get(code=topic, field__frame__in_use=True))
        for number, (text, topic, place) in enumerate(TEXTS, 1)
    ]


def press(page: Page, key: str) -> None:
    """One key, and the page that it leads to."""
    with page.expect_navigation():
        page.keyboard.press(key)


def test_the_queue_is_worked_off_by_keys_alone(live: Any, notes: list[Observation], signed_in_as: SignIn) -> None:
    page = signed_in_as("bob", phone=False)
    page.goto("/triage/")
    expect(page.locator(".item")).to_have_count(3)
    lead = page.locator(".item", has_text="Mất nước")
    for _step in range(3):
        if lead.get_attribute("aria-current"):
            break
        press(page, "j")
    press(page, "d")
    assert BulkAction.objects.get().notes == 2
    expect(page.locator(".item")).to_have_count(2)
    text = page.locator(".detail blockquote").inner_text()
    press(page, "Enter")
    assert Placement.objects.filter(observation__text=text).exists()
    page.keyboard.press("e")
    page.keyboard.type("cho vang")
    with page.expect_navigation():
        page.locator("#decide .btn.main").click()
    assert Placement.objects.filter(topic__code="KT2").count() == 1, "found without marks"
    expect(page.get_by_text("Tuần này không còn phản ánh nào chờ")).to_be_visible()


@pytest.mark.parametrize("phone", [False, True])
def test_what_the_coder_learns_most_from_is_worked_off_in_its_order(live: Any, notes: list[Observation], signed_in_as: SignIn,
                                                                    phone: bool) -> None:
    from langnghe.coding.models import CoderVersion, Lesson, LessonNote
    from langnghe.common.clock import now

    version = CoderVersion.objects.create(network=live.house.network, digest="a1b2c3" * 10, notes=60, made_at=now())
    lesson = Lesson.objects.create(unit=live.house.unit, version=version, waiting=4, chosen=2, at=now())
    for place, note in enumerate((notes[1], notes[0]), 1):
        LessonNote.objects.create(observation=note, lesson=lesson, place=place, likeliest=note.topic)
    page = signed_in_as("bob", phone=phone)
    page.goto("/triage/")
    with page.expect_navigation():
        page.get_by_role("link", name="Máy học được nhiều nhất").click()
    expect(page.locator(".detail blockquote")).to_have_text(notes[1].text)
    assert page.evaluate("document.documentElement.scrollWidth") <= (360 if phone else 1280)
    press(page, "Enter")
    expect(page.locator(".detail blockquote")).to_have_text(notes[0].text)
    expect(page.get_by_role("link", name="Máy học được nhiều nhất")).to_have_attribute("aria-current", "page")
    assert Placement.objects.get().observation_id == notes[1].pk


def test_a_note_is_set_aside_by_keys_and_put_back(live: Any, notes: list[Observation], signed_in_as: SignIn) -> None:
    page = signed_in_as("bob", phone=False)
    page.goto("/triage/?q=lay+loi")
    press(page, "x")
    page.get_by_label("ngoài phạm vi").check()
    with page.expect_navigation():
        page.get_by_role("button", name="Để lại").click()
    assert SetAside.objects.get().reason == "outside"
    page.goto("/triage/?standing=aside")
    with page.expect_navigation():
        page.get_by_role("button", name="Đưa lại vào").click()
    assert not SetAside.objects.exists()


def test_everything_works_on_a_phone_without_a_script(live: Any, notes: list[Observation], signed_in_as: SignIn) -> None:
    page = signed_in_as("bob", phone=True, javascript=False)
    page.goto("/triage/?q=gia+gao")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    with page.expect_navigation():
        page.get_by_role("button", name="Xác nhận", exact=False).first.click()
    page.goto("/triage/")
    page.locator(".item input[type=checkbox]").first.check()
    with page.expect_navigation():
        page.get_by_role("button", name="Xác nhận gợi ý").click()
    assert BulkAction.objects.filter(kind="confirm", notes=1).exists()


def test_a_roster_is_brought_looked_through_and_taken(live: Any, signed_in_as: SignIn) -> None:
    from openpyxl import Workbook

    book = Workbook()
    for row in (["Họ và tên", "Chức vụ", "Địa bàn"], ["Người Thứ Nhất", "Trưởng thôn", "An Trạch"],
                ["Người Thứ Hai", "", "Cầu Mây"]):
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    page = signed_in_as("eve", phone=False)
    page.goto("/network/roster-file/")
    page.locator("input[type=file]").set_input_files({
        "name": "roster.xlsx", "mimeType": "application/vnd.ms-excel", "buffer": out.getvalue()})
    with page.expect_navigation():
        page.get_by_role("button", name="Đọc tệp").click()
    expect(page.get_by_text("Người Thứ Nhất")).to_be_visible()
    with page.expect_navigation():
        page.get_by_role("button", name="Đề nghị 2 thành viên").click()
    assert Membership.objects.filter(state="proposed").count() == 2
    for box in page.locator("input[name=members]").all():
        box.check()
    with page.expect_navigation():
        page.get_by_role("button", name="Duyệt những người đã chọn").click()
    assert not Membership.objects.filter(state="proposed").exists()


@pytest.fixture
def drawn(live: Any, notes: list[Observation]) -> list[Observation]:
    """The first two notes, coded by Bob and drawn for a second coding."""
    from langnghe.coding.domain import confirm_topic
    from langnghe.coding.models import Draw, Drawn
    from langnghe.common.clock import now

    house, at = live.house, now()
    draw = Draw.objects.create(unit=house.unit, period="2026-W46", seed="ST/2026-W46", share=0.1, notes=2, drawn=2, at=at)
    for number, note in enumerate(notes[:2], 1):
        confirm_topic(note, topic=note.topic, by=house.people["bob"], at=at)
        Drawn.objects.create(observation=note, draw=draw, number=number / 100, share=0.1, drawn_by="chance")
    return notes[:2]


def test_a_second_person_codes_blind_by_keys_alone(live: Any, drawn: list[Observation], signed_in_as: SignIn) -> None:
    from langnghe.coding.models import SecondCoding

    page = signed_in_as("erin", phone=False)
    page.goto("/triage/")
    page.get_by_role("link", name="Mã lần hai").focus()
    press(page, "Enter")
    expect(page.locator("blockquote")).to_have_text(drawn[0].text)
    expect(page.locator("article")).not_to_contain_text("người ghi chọn")
    page.keyboard.press("e")
    page.keyboard.type("gia ca hang")
    press(page, "Enter")
    expect(page.get_by_text("Đã lưu: Giá cả hàng thiết yếu")).to_be_visible()
    expect(page.locator("blockquote")).to_have_text(drawn[1].text)
    assert SecondCoding.objects.get().topic.code == "KT1"


def test_second_coding_works_on_a_phone_without_a_script(live: Any, drawn: list[Observation], signed_in_as: SignIn) -> None:
    from langnghe.coding.models import SecondCoding

    page = signed_in_as("erin", phone=True, javascript=False)
    page.goto("/coding/second/")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.get_by_label("Chủ đề bạn chọn").select_option("t:GT1")
    with page.expect_navigation():
        page.get_by_role("button", name="Lưu và sang tiếp").click()
    assert SecondCoding.objects.get().topic.code == "GT1"
    page.goto("/coding/agreement/")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
