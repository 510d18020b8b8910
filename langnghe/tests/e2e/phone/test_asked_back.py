"""An analyst asks back: the question reaches the phone that holds the receipt, its answer comes back, nobody learns who."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Page

TEXT = "Nước máy đục từ hôm mưa to, để lắng qua đêm vẫn vàng, không dám nấu cơm."
QUESTION = "Đục cả ngày hay chỉ buổi sáng?"


def ask(page: Page) -> None:
    page.goto("/triage/")
    page.get_by_text("Hỏi lại…").click()
    page.fill("#question", QUESTION)
    page.get_by_role("button", name="Gửi câu hỏi").click()
    expect(page.locator(".detail")).to_contain_text("chờ trả lời")


def test_a_question_is_answered_on_the_phone_past_the_door(phone: Any, served_to: Callable[..., Page], heard: Any) -> None:
    phone.write(TEXT)
    phone.sent()
    desk = served_to("bob", phone=False)
    ask(desk)
    phone.page.goto("/phone/")
    form = phone.page.locator("[data-fates] [data-question]")
    expect(form.locator("[data-asked]")).to_have_text(QUESTION)
    form.locator("textarea").fill("Chỉ buổi sáng, hỏi anh Nguyễn Văn Thắng 0912 345 678.")
    form.get_by_role("button", name="Trả lời", exact=True).click()
    expect(form.get_by_role("alert")).to_be_visible()
    expect(form.locator("textarea")).to_have_value("Chỉ buổi sáng, hỏi anh Nguyễn Văn Thắng 0912 345 678.")
    form.locator("textarea").fill("Chỉ buổi sáng, trưa thì trong.")
    form.get_by_role("button", name="Trả lời", exact=True).click()
    expect(phone.page.locator("[data-fates]")).to_contain_text("Đã gửi câu trả lời")
    desk.reload()
    expect(desk.locator(".detail")).to_contain_text("Chỉ buổi sáng, trưa thì trong.")
    assert "Alice" not in desk.content()
    assert heard.rows("SELECT state, answer FROM intake_clarification") == [("answered", "Chỉ buổi sáng, trưa thì trong.")]


def test_an_answer_half_written_stays_when_news_of_another_note_comes(phone: Any, served_to: Callable[..., Page]) -> None:
    page, held = phone.page, []
    phone.write(TEXT)
    phone.sent()
    ask(served_to("bob", phone=False))
    page.goto("/phone/")
    page.get_by_text(QUESTION).wait_for()
    phone.write("Chợ vắng từ đầu tháng.")
    phone.sent()
    page.context.route("**/phone/fates", lambda route: held.append(route))  # noqa: PLW0108
    page.goto("/phone/")
    answer = page.locator("[data-question]:visible textarea")
    answer.fill("Chỉ buổi sáng")
    phone.until(lambda: page.wait_for_timeout(20) or held, "the phone asks what became of the notes")
    held[0].continue_()
    expect(page.locator("[data-fates] li", has_text="Chợ vắng")).to_contain_text("Đã nhận, chờ đọc")
    expect(answer).to_have_value("Chỉ buổi sáng")
    expect(answer).to_be_focused()


def test_who_cannot_safely_answer_says_so_by_one_tap(phone: Any, served_to: Callable[..., Page], heard: Any) -> None:
    phone.write(TEXT)
    phone.sent()
    desk = served_to("bob", phone=False)
    ask(desk)
    phone.page.goto("/phone/")
    phone.page.locator("[data-fates] [data-cannot]").click()
    expect(phone.page.locator("[data-fates]")).to_contain_text("Đã gửi câu trả lời")
    phone.page.reload()
    phone.page.locator("[data-fates] li").wait_for()
    expect(phone.page.locator("[data-question]:visible")).to_have_count(0)
    assert heard.rows("SELECT state, answer FROM intake_clarification") == [("cannot", "")]
