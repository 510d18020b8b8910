"""A collaborator's phone in a real browser, at the server that an office runs: nothing lost, nothing twice, nobody named."""

from __future__ import annotations

import json
import re
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

    Served = Callable[..., Page]

TEXT = "Nước máy đục từ hôm mưa to, để lắng qua đêm vẫn vàng, không dám nấu cơm."
LONG = ("Nước máy đục từ hôm mưa to đến nay, để lắng qua đêm vẫn vàng, bà con không dám nấu cơm, phải mua nước bình mỗi tuần "
        "tốn thêm gần trăm nghìn. Mong công ty báo trước khi súc ống và nói rõ bao giờ làm xong.")
SAVE = "Lưu ghi chép"


def rows(server: Any, query: str) -> list[tuple[Any, ...]]:
    base = sqlite3.connect(f"file:{server.data / 'langnghe.sqlite3'}?mode=ro", uri=True)
    try:
        return base.execute(query).fetchall()
    finally:
        base.close()


def texts(server: Any) -> list[str]:
    return sorted(row[0] for row in rows(server, "SELECT text FROM intake_observation"))


def ready(page: Page) -> Page:
    """The phone once its pages are kept for the time without a network."""
    page.goto("/phone/")
    page.evaluate("navigator.serviceWorker.ready")
    deadline = time.monotonic() + 15
    while not page.evaluate("caches.match('/phone/note/', {cacheName: 'langnghe-pages'}).then(Boolean)"):
        assert time.monotonic() < deadline, "the service worker keeps the pages"
        page.wait_for_timeout(50)
    return page


def sent(page: Page) -> None:
    page.locator("[data-saved-title]", has_text="Đã gửi").wait_for()


def write(page: Page, text: str) -> None:
    page.goto("/phone/note/")
    page.fill("#id_text", text)
    page.get_by_role("button", name=SAVE).click()


def said(page: Page) -> str:
    page.wait_for_selector("[data-saved]:not([hidden])")
    return page.locator("[data-saved-title]").inner_text()


def test_a_note_is_written_sent_and_its_fate_is_told(served_to: Served, server: Any) -> None:
    page = ready(served_to("alice"))
    write(page, TEXT)
    sent(page)
    receipt = page.locator("[data-saved-receipt]").inner_text()
    assert re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}", receipt)
    assert texts(server) == [TEXT]
    page.goto("/phone/")
    page.get_by_text("Đã nhận, chờ đọc").wait_for()
    assert receipt in page.locator("[data-fates] li").first.inner_text()
    assert receipt not in json.dumps(rows(server, "SELECT receipt_hash FROM intake_observation"))


def test_server_stopped_page_reloaded_server_back(served_to: Served, server: Any) -> None:
    page = ready(served_to("alice"))
    server.stop()
    write(page, TEXT)
    assert said(page) == "Đã cất trong máy"
    write(page, "Chợ vắng từ đầu tháng.")
    assert said(page) == "Đã cất trong máy"
    page.goto("/phone/")
    page.reload()
    page.get_by_text("2 ghi chép chờ gửi").wait_for()
    page.locator("[data-outbox-show]").click()
    assert [row.strip() for row in page.locator("[data-outbox-list] .clip").all_inner_texts()] == [TEXT, "Chợ vắng từ đầu tháng."]
    server.start()
    page.get_by_role("button", name="Gửi thử ngay").click()
    page.wait_for_selector("[data-outbox]", state="hidden")
    page.reload()
    page.get_by_role("button", name="Gửi thử ngay").wait_for(state="hidden")
    assert texts(server) == sorted([TEXT, "Chợ vắng từ đầu tháng."])


def test_a_network_that_comes_back_during_a_try_is_used_at_once(served_to: Served, server: Any) -> None:
    page = ready(served_to("alice"))
    tries: list[str] = []

    def fail_first(route: Any) -> None:
        tries.append(route.request.method)
        if len(tries) > 1:
            return route.continue_()
        page.evaluate("dispatchEvent(new Event('online'))")
        return route.abort()

    page.route("**/phone/send/note", fail_first)
    write(page, TEXT)
    page.locator("[data-saved-title]", has_text="Đã gửi").wait_for(timeout=3500)  # a first retry by the clock comes after 4 s
    assert (len(tries), texts(server)) == (2, [TEXT])


def test_an_answer_that_was_lost_on_its_way_makes_no_second_note(served_to: Served, server: Any) -> None:
    page = ready(served_to("alice"))
    lost = []

    def lose(route: Any) -> None:
        if not lost:
            lost.append(route.fetch().status)  # the server has it; the phone never hears of it
            route.abort()
        else:
            route.continue_()

    page.route("**/phone/send/note", lose)
    write(page, TEXT)
    assert said(page) == "Đã cất trong máy"
    page.goto("/phone/")
    page.wait_for_selector("[data-outbox]", state="hidden")
    assert (lost, texts(server)) == ([201], [TEXT])


def test_the_phone_stops_a_number_and_one_tap_takes_it_out(served_to: Served, server: Any) -> None:
    page = ready(served_to("alice"))
    bodies: list[str] = []
    page.on("request", lambda request: bodies.append(request.post_data or ""))
    write(page, f"{TEXT} Hỏi thêm cứ gọi 0912 345 678.")
    box = page.get_by_role("alert")
    box.wait_for()
    assert "1 số điện thoại" in box.inner_text()
    assert box.locator("mark").inner_text() == "0912 345 678"
    assert page.locator("[data-under] mark").inner_text() == "0912 345 678"
    page.get_by_role("button", name="Bỏ số này").click()
    assert page.get_by_role("alert").count() == 0
    page.get_by_role("button", name=SAVE).click()
    assert said(page) in {"Đã cất trong máy", "Đã gửi"}
    assert "1 số điện thoại" in page.locator("[data-saved-out]").inner_text()
    sent(page)
    assert texts(server) == [f"{TEXT} Hỏi thêm cứ gọi."]
    assert not any("0912" in body for body in bodies)


def test_one_tap_puts_a_resident_in_place_of_a_name(served_to: Served, server: Any) -> None:
    page = ready(served_to("alice"))
    write(page, "Ông Nguyễn Văn Thắng bảo nước đục cả tuần.")
    page.get_by_role("button", name="Thay bằng “một người dân”").click()
    page.get_by_role("button", name=SAVE).click()
    sent(page)
    assert "Thắng" not in texts(server)[0]
    assert "một người dân" in texts(server)[0].lower()


def test_the_door_of_the_server_sends_a_note_back_to_be_rewritten(served_to: Served, server: Any) -> None:
    page = ready(served_to("alice"))
    page.context.route("**/phone/door.js", lambda route: route.fulfill(
        content_type="text/javascript", body="export const version = 'old'; export const find = () => [];"))
    page.evaluate("caches.keys().then((names) => Promise.all(names.map((name) => caches.delete(name))))")
    write(page, "Cứ gọi 0912 345 678.")
    page.wait_for_url("**/phone/note/?edit=*")
    page.get_by_role("alert").wait_for()
    page.goto("/phone/")
    page.get_by_text("Cần viết lại").wait_for()
    page.get_by_role("link", name="Viết lại…").click()
    page.fill("#id_text", "Cứ gọi cho xã.")
    page.get_by_role("button", name=SAVE).click()
    sent(page)
    assert texts(server) == ["Cứ gọi cho xã."]
    page.goto("/phone/")
    page.wait_for_selector("[data-outbox]", state="hidden")


def test_a_draft_survives_a_reload(served_to: Served, server: Any) -> None:
    page = ready(served_to("alice"))
    page.goto("/phone/note/")
    page.fill("#id_text", TEXT)
    page.get_by_label("Lo lắng").check()
    page.get_by_text("Nháp tự giữ trong máy").wait_for()
    page.wait_for_timeout(500)
    page.reload()
    expect(page.locator("#id_text")).to_have_value(TEXT)
    assert page.get_by_label("Lo lắng").is_checked()
    assert texts(server) == []


def test_nothing_to_report_is_one_tap_and_waits_for_a_network_too(served_to: Served, server: Any) -> None:
    page = ready(served_to("alice"))
    server.stop()
    page.get_by_role("button", name="Không phát sinh").click()
    page.get_by_text("1 ghi chép chờ gửi").wait_for()
    server.start()
    page.reload()
    page.wait_for_selector("[data-outbox]", state="hidden")
    assert rows(server, "SELECT state FROM network_dueitem") == [("nil",)]


def test_words_shared_from_another_app_reach_no_server_before_the_door(served_to: Served, server: Any) -> None:
    page = ready(served_to("alice"))
    server.stop()
    page.evaluate("""() => {
      const form = document.createElement("form");
      Object.assign(form, {method: "post", action: "/phone/share/", enctype: "multipart/form-data"});
      form.append(Object.assign(document.createElement("textarea"), {name: "text", value: "Chợ vắng, gọi 0912 345 678"}));
      document.body.append(form);
      form.submit();
    }""")
    page.wait_for_url("**/phone/note/?shared=1")
    expect(page.locator("#id_text")).to_have_value("Chợ vắng, gọi 0912 345 678")
    assert page.get_by_role("alert").locator("mark").inner_text() == "0912 345 678"


def test_a_sign_in_that_ran_out_keeps_the_notes(served_to: Served, server: Any) -> None:
    page = ready(served_to("alice"))
    page.context.set_offline(True)
    write(page, TEXT)
    assert said(page) == "Đã cất trong máy"
    page.goto("/phone/")
    page.context.clear_cookies()
    page.context.set_offline(False)
    page.get_by_text("chờ bạn đăng nhập").wait_for(timeout=40000)
    page.context.add_cookies([server.cookie("alice")])
    page.goto("/phone/")
    page.wait_for_selector("[data-outbox]", state="hidden")
    deadline = time.monotonic() + 20
    while texts(server) != [TEXT] and time.monotonic() < deadline:
        page.wait_for_timeout(200)
    assert texts(server) == [TEXT]


def test_what_one_person_wrote_is_not_sent_in_the_name_of_another(served_to: Served, server: Any) -> None:
    page = ready(served_to("alice"))
    page.context.set_offline(True)
    write(page, TEXT)
    said(page)
    page.goto("/phone/")
    page.evaluate("document.body.dataset.owner = 'somebody-else'")
    assert page.evaluate("import('/static/web/js/phone/store.js').then((store) => store.waiting('somebody-else'))") == []


def test_it_works_without_a_script(open_context: Callable[..., BrowserContext], server: Any) -> None:
    context = open_context(base_url=server.url, javascript=False)
    context.add_cookies([server.cookie("alice")])
    page = context.new_page()
    page.goto("/phone/")
    page.get_by_role("button", name="Tôi không thực hiện được").click()
    assert rows(server, "SELECT state FROM network_dueitem") == [("could_not",)]
    write(page, f"{TEXT} Hỏi thêm cứ gọi 0912 345 678.")
    assert "1 số điện thoại" in page.get_by_role("alert").inner_text()
    page.get_by_role("button", name="Bỏ ra và lưu").click()
    receipt = page.locator("samp").inner_text()
    assert texts(server) == [f"{TEXT} Hỏi thêm cứ gọi."]
    page.goto("/phone/")
    page.get_by_text("Hỏi bằng biên nhận").click()
    page.fill("#receipt", receipt.lower())
    page.get_by_role("button", name="Đã đi đến đâu?").click()
    assert "Đã nhận, chờ đọc" in page.locator("[data-fates]").inner_text()


# -- under two minutes: three characters a second, a second and a half to find and make a tap


CHARACTERS_A_SECOND = 3.0
SECONDS_A_TAP = 1.5


def test_two_hundred_characters_in_under_two_minutes(served_to: Served, server: Any) -> None:
    page = ready(served_to("alice"))
    taps = 0

    def tap(target: Any) -> None:
        nonlocal taps
        target.scroll_into_view_if_needed()
        target.tap()
        taps += 1

    tap(page.get_by_role("link", name="Ghi điều nghe được"))
    tap(page.locator("#id_text"))
    page.keyboard.type(LONG)
    tap(page.locator("[data-suggest] .pick").first)
    tap(page.locator("label.pick", has_text="Không đồng tình"))
    tap(page.locator("label.pick", has_text="Lo lắng"))
    tap(page.locator(".scale .pick").nth(3))
    tap(page.locator("label.pick", has_text="5\u2060–\u20609"))
    tap(page.get_by_role("button", name=SAVE))
    sent(page)
    seconds = len(LONG) / CHARACTERS_A_SECOND + taps * SECONDS_A_TAP
    assert len(LONG) >= 200
    assert taps <= 15
    assert seconds <= 120
    kept = rows(server, "SELECT tendency, intensity, heard_from, topic_id > 0, place_id > 0 FROM intake_observation")
    assert kept == [("oppose", 4, "5-9", 1, 1)]


# -- nothing that names anybody is left behind, whichever way it came


CANARY_NUMBER, CANARY_NAME = "0987 654 329", "Nguyễn Thị Hoài Thương"


def test_a_canary_sent_through_every_way_in_is_found_nowhere(open_context: Callable[..., BrowserContext], server: Any) -> None:
    text = f"Bà {CANARY_NAME} kể nước đục, gọi {CANARY_NUMBER}."
    context = open_context(base_url=server.url)
    context.add_cookies([server.cookie("alice")])
    page = context.new_page()
    page.goto("/phone/note/")
    token = next(cookie["value"] for cookie in context.cookies() if cookie["name"] == "csrftoken")
    heads = {"X-CSRFToken": token, "Referer": server.url}
    body = {"id": "6ba7b810-9dad-41d1-80b4-00c04fd430c8", "text": text, "day": "2026-11-09", "place": "AT", "channel": "direct"}
    statuses = []

    def send(path: str, **more: Any) -> None:
        answer = context.request.post(path, headers=heads, **more)
        statuses.append(answer.status)

    send("/phone/send/note", data=body)
    send("/phone/send/note", data=body | {"day": text})
    send("/phone/send/note", data=body | {"place": text, "text": "Nước đục."})
    send("/phone/send/note", data=body | {"topic": text, "setting": text})
    send("/phone/send/note", data=f'{{"text": "{text}"')
    send("/phone/send/answer", data={"receipt": text, "answer": text})
    send("/phone/send/nothing", data={"item": text, "state": text})
    send("/phone/fates", data={"receipts": [text]})
    send("/phone/note/", form={"text": text, "day": text, "csrfmiddlewaretoken": token})
    send("/phone/share/", multipart={"text": text})
    send("/phone/", form={"receipt": text, "csrfmiddlewaretoken": token})
    context.request.post("/phone/send/note", data=body)
    assert statuses == [422, 400, 422, 422, 400, 404, 400, 200, 422, 200, 200]
    server.stop()
    found = [path.name for path in server.data.rglob("*") if path.is_file() and holds_canary(path)]
    assert found == []
    assert rows(server, "SELECT type, hits FROM intake_doorcount ORDER BY type") == [("PERSON", 1), ("PHONE", 1)]


def holds_canary(path: Path) -> bool:
    body = path.read_bytes()
    signs = [CANARY_NUMBER, CANARY_NUMBER.replace(" ", ""), CANARY_NAME, "Hoai Thuong", json.dumps(CANARY_NAME)[1:-1]]
    return any(sign.encode(coding) in body for sign in signs for coding in ("utf-8", "utf-16-le"))


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_no_page_scrolls_sideways_at_320_pixels(lang: str, open_context: Callable[..., BrowserContext], server: Any) -> None:
    context = open_context(base_url=server.url, lang=lang)
    context.add_cookies([server.cookie("alice"), {"name": "lang", "value": lang, "url": server.url}])
    page = context.new_page()
    page.set_viewport_size({"width": 320, "height": 640})
    for address in ("/phone/", "/phone/note/", "/phone/where/", "/phone/offline/"):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, address
