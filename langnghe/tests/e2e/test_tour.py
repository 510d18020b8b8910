"""The seven steps of the tour, as a newcomer walks them: by the buttons of its page, on the demonstration."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

FIRST = "Nước máy ở xóm dưới đục vàng cả tuần, bà con hỏi bao giờ súc ống xong."
SECOND = "Đèn đường ở đầu thôn tắt mấy hôm nay, tối đi lại lo lắm."
NUMBER = "0912 345 678"
SAVE = "Lưu ghi chép"


@pytest.fixture(scope="module")
def walker(demo: Any, browser: Any) -> Iterator[Page]:
    """One newcomer, one browser, all seven steps."""
    context = browser.new_context(base_url=demo.url, viewport={"width": 1280, "height": 900}, locale="vi-VN",
                                  timezone_id="Asia/Ho_Chi_Minh", accept_downloads=True)
    context.set_default_timeout(60000)
    yield context.new_page()
    context.close()


def take_step(page: Page, number: int) -> None:
    page.context.set_offline(False)
    page.goto("/tour/")
    page.locator(f"#step-{number} button").click()
    page.wait_for_url(lambda address: "/tour/" not in address)  # and its scripts: until "load"


def notes(demo: Any, words: str) -> list[tuple[Any, ...]]:
    base = sqlite3.connect(f"file:{demo.data / 'langnghe.sqlite3'}?mode=ro", uri=True)
    try:
        return base.execute("SELECT text FROM intake_observation WHERE text LIKE ?", (f"%{words}%",)).fetchall()
    finally:
        base.close()


def write(page: Page, text: str) -> None:
    page.locator("form[data-begun]").wait_for()
    page.fill("#id_text", text)
    page.get_by_role("button", name=SAVE).click()


def test_step_1_a_number_is_stopped_and_taken_out_by_one_tap(walker: Page, demo: Any) -> None:
    take_step(walker, 1)
    write(walker, f"{FIRST} Gọi {NUMBER}.")
    box = walker.get_by_role("alert")
    expect(box.locator("mark")).to_have_text(NUMBER)
    assert notes(demo, "xóm dưới") == []
    walker.get_by_role("button", name="Bỏ số này").click()
    expect(box).to_have_count(0)
    walker.get_by_role("button", name=SAVE).click()
    walker.locator("[data-saved-title]", has_text="Đã gửi").wait_for()
    assert notes(demo, "xóm dưới") == [(f"{FIRST} Gọi.",)]
    assert notes(demo, NUMBER) == []


PAGES_ARE_KEPT = """navigator.serviceWorker.ready.then(async () => {
  const isKept = () => caches.match("/phone/note/", { cacheName: "langnghe-pages" });
  while (!(await isKept())) await new Promise((done) => setTimeout(done, 50));
})"""


def test_step_2_without_a_network_it_waits_and_arrives_once(walker: Page, demo: Any) -> None:
    take_step(walker, 2)
    walker.evaluate(PAGES_ARE_KEPT)
    walker.context.set_offline(True)
    walker.get_by_role("link", name="Ghi điều nghe được").click()
    walker.wait_for_url("**/phone/note/")
    write(walker, SECOND)
    expect(walker.locator("[data-saved-title]")).to_have_text("Đã cất trong máy")
    walker.get_by_role("link", name="Về trang chính").click()
    walker.wait_for_url("**/phone/")
    walker.reload()
    walker.get_by_text("1 ghi chép chờ gửi").wait_for()
    assert notes(demo, "Đèn đường ở đầu thôn") == []
    walker.context.set_offline(False)
    walker.locator("[data-outbox]").wait_for(state="hidden")
    walker.reload()
    walker.locator("[data-fates] li", has_text="Đèn đường").wait_for()
    assert notes(demo, "Đèn đường ở đầu thôn") == [(SECOND,)]


def test_step_3_the_analyst_finds_and_confirms_it_by_keyboard(walker: Page) -> None:
    take_step(walker, 3)
    walker.keyboard.press("/")
    walker.keyboard.type("xóm dưới đục")
    with walker.expect_navigation():
        walker.keyboard.press("Enter")
    item = walker.locator(".item", has_text="xóm dưới")
    expect(item).to_have_count(1)
    expect(walker.locator("#open blockquote")).to_contain_text(FIRST)
    assert not re.search(r"ctv01|cộng tác viên 0?1\b", walker.content(), re.IGNORECASE)
    walker.keyboard.press("e")
    walker.keyboard.type("nuoc sach")
    walker.keyboard.press("Enter")
    expect(walker.locator(".said")).to_contain_text("Đã xác nhận")


def test_step_4_a_click_on_a_sentence_opens_its_evidence(walker: Page) -> None:
    take_step(walker, 4)
    said = walker.locator(".says li:has(> a.proof)")
    said.nth(1).locator("p").click(force=True)  # the link lies over the sentence
    opened = walker.locator("#evidence")
    for word in ("Hỏi gì", "Cơ sở", "Cách tính", "Chưa chắc"):
        expect(opened.locator("dt", has_text=word).first).to_be_visible()
    expect(walker.locator(".says li[aria-current]")).to_have_count(1)


def test_step_5_who_sent_who_had_nothing_who_is_silent(walker: Page) -> None:
    take_step(walker, 5)
    table = walker.locator(".matrix")
    for word in ("đã gửi", "không phát sinh", "im lặng", "quá"):
        expect(table.get_by_text(word).first).to_be_visible()


def test_step_6_the_phone_learns_what_became_of_the_note(walker: Page) -> None:
    take_step(walker, 6)
    fate = walker.locator("[data-fates] li", has_text="xóm dưới")
    expect(fate).to_contain_text("phân loại")
    expect(fate).to_contain_text("Nước sạch")
    expect(walker.locator("[data-fates] li", has_text="Đèn đường")).to_contain_text("Đã nhận, chờ đọc")


def test_step_7_the_pdf_of_the_page_passes_the_check(walker: Page, demo: Any, tmp_path: Path) -> None:
    take_step(walker, 7)
    with walker.expect_download() as coming:
        walker.get_by_role("link", name="report.pdf").click()
    file = tmp_path / coming.value.suggested_filename
    coming.value.save_as(file)
    checked = demo.run("report", "verify", str(file))
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert file.read_bytes()[:5] == b"%PDF-"


def test_step_7_a_changed_figure_does_not_pass(walker: Page, demo: Any, tmp_path: Path) -> None:
    take_step(walker, 7)
    with walker.expect_download() as coming:
        walker.get_by_role("link", name="claims.json").click()
    file = tmp_path / "claims.json"
    coming.value.save_as(file)
    assert demo.run("report", "verify", str(file)).returncode == 0
    claims = json.loads(file.read_text(encoding="utf-8"))
    claim = next(claim for claim in claims["claims"] if re.search(r"\d", claim["text"]["vi"]))
    claim["text"]["vi"] = re.sub(r"\d+", lambda found: str(int(found.group()) + 1), claim["text"]["vi"], count=1)
    file.write_text(json.dumps(claims, ensure_ascii=False), encoding="utf-8")
    checked = demo.run("report", "verify", str(file))
    assert checked.returncode == 1, checked.stdout + checked.stderr
    assert claim["id"] in checked.stdout


def test_the_buttons_exist_on_invented_data_only(be: Callable[..., Page]) -> None:
    page = be("")
    assert page.locator(".tour-steps > li").count() == 7
