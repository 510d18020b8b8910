"""Sixty seconds before sign-out a window asks; whoever stays stays; what was being written is there after a new sign-in."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from playwright.sync_api import expect

from langnghe.web.settings import SESSION_COOKIE_AGE

if TYPE_CHECKING:
    from playwright.sync_api import Page

    Be = Callable[..., Page]

WORDS = "Nước sạch: thêm một câu viết dở"


def enter(page: Page, name: str) -> None:
    """Sign in anew in the same browser, as the tour's button does."""
    page.goto("/tour/")
    token = page.locator("input[name=csrfmiddlewaretoken]").first.input_value()
    answer = page.request.post(f"/demo/enter/{name}", form={"csrfmiddlewaretoken": token}, headers={"Referer": page.url})
    assert answer.ok


def begin_a_sentence(page: Page) -> Any:
    """The form for a new sentence of the newest report, with words in it."""
    page.goto("/reports/latest/")
    page.get_by_role("link", name="Thêm dự báo").click()
    page.wait_for_url("**/outlook/")
    field = page.locator("main textarea").first
    field.fill(WORDS)
    return field


def test_the_window_asks_and_staying_renews(be: Be) -> None:
    page = be("phantich", phone=False)
    page.clock.install()
    page.goto("/overview/")
    window = page.locator("#session-warning")
    page.clock.fast_forward((SESSION_COOKIE_AGE - 180) * 1000)
    expect(window).to_be_hidden()
    page.clock.run_for(122_000)
    expect(window).to_be_visible()
    expect(page.locator("[data-stay]")).to_be_focused()
    assert 40 <= int(page.locator("[data-left]").inner_text()) <= 60
    with page.expect_response("**/session/renew") as answered:
        page.keyboard.press("Enter")
    assert answered.value.status == 200
    assert answered.value.json() == {"seconds": SESSION_COOKIE_AGE}
    expect(window).to_be_hidden()
    page.clock.run_for(65_000)
    expect(window).to_be_hidden()
    assert "/overview/" in page.url


def test_a_sentence_survives_the_sign_out(be: Be) -> None:
    page = be("phantich", phone=False)
    page.clock.install()
    begin_a_sentence(page)
    form = page.url
    page.context.clear_cookies(name="sessionid")
    page.clock.fast_forward((SESSION_COOKIE_AGE + 5) * 1000)
    page.wait_for_url("**/accounts/login/?next=*")
    enter(page, "phantich")
    page.goto(form)
    expect(page.locator("main textarea").first).to_have_value(WORDS)


def test_a_sentence_that_is_sent_without_a_session_is_not_lost(be: Be) -> None:
    page = be("phantich", phone=False)
    begin_a_sentence(page)
    form = page.url
    page.context.clear_cookies(name="sessionid")
    page.locator("main form[data-draft]").evaluate("form => form.noValidate = true")
    page.locator("main form[data-draft] button.main").click()
    page.wait_for_url("**/accounts/login/?next=**")
    enter(page, "phantich")
    page.goto(form)
    expect(page.locator("main textarea").first).to_have_value(WORDS)


def test_a_note_on_the_phone_survives_the_sign_out(be: Be) -> None:
    page = be("ctv02")
    page.goto("/phone/note/")
    page.fill("#id_text", WORDS)
    page.get_by_text("Nháp tự giữ trong máy").wait_for()  # it says so once it is on the disk
    page.context.clear_cookies(name="sessionid")
    page.goto("/phone/note/")
    enter(page, "ctv02")
    page.goto("/phone/note/")
    expect(page.locator("#id_text")).to_have_value(WORDS)
