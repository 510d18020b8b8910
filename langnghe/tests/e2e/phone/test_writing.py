"""A collaborator writes a note on a phone: nobody is named, nothing that was typed is lost, in under two minutes."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

TEXT = "Nước máy đục từ hôm mưa to, để lắng qua đêm vẫn vàng, không dám nấu cơm."
LONG = ("Nước máy đục từ hôm mưa to đến nay, để lắng qua đêm vẫn vàng, bà con không dám nấu cơm, phải mua nước bình mỗi tuần "
        "tốn thêm gần trăm nghìn. Mong công ty báo trước khi súc ống và nói rõ bao giờ làm xong.")
SAVE = "Lưu ghi chép"


def test_a_note_is_written_sent_and_its_fate_is_told(phone: Any, heard: Any) -> None:
    page = phone.page
    phone.write(TEXT)
    phone.sent()
    receipt = page.locator("[data-saved-receipt]").inner_text()
    assert re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}", receipt)
    assert heard.texts() == [TEXT]
    page.goto("/phone/")
    page.get_by_text("Đã nhận, chờ đọc").wait_for()
    assert receipt in page.locator("[data-fates] li").first.inner_text()
    assert receipt not in json.dumps(heard.rows("SELECT receipt_hash FROM intake_observation"))


def test_the_phone_stops_a_number_and_one_tap_takes_it_out(phone: Any, heard: Any) -> None:
    page = phone.page
    bodies: list[str] = []
    page.on("request", lambda request: bodies.append(request.post_data or ""))
    phone.write(f"{TEXT} Hỏi thêm cứ gọi 0912 345 678.")
    box = page.get_by_role("alert")
    box.wait_for()
    assert "1 số điện thoại" in box.inner_text()
    assert box.locator("mark").inner_text() == "0912 345 678"
    assert page.locator("[data-under] mark").inner_text() == "0912 345 678"
    page.get_by_role("button", name="Bỏ số này").click()
    expect(page.get_by_role("alert")).to_have_count(0)
    page.get_by_role("button", name=SAVE).click()
    assert phone.said() in {"Đã cất trong máy", "Đã gửi"}
    assert "1 số điện thoại" in page.locator("[data-saved-out]").inner_text()
    phone.sent()
    assert heard.texts() == [f"{TEXT} Hỏi thêm cứ gọi."]
    assert not any("0912" in body for body in bodies)


def test_one_tap_puts_a_resident_in_place_of_a_name(phone: Any, heard: Any) -> None:
    page = phone.page
    phone.write("Ông Nguyễn Văn Thắng bảo nước đục cả tuần.")
    page.get_by_role("button", name="Thay bằng “một người dân”").click()
    page.get_by_role("button", name=SAVE).click()
    phone.sent()
    assert "Thắng" not in heard.texts()[0]
    assert "một người dân" in heard.texts()[0].lower()


BLIND_DOOR = """(async () => {
  const files = (await caches.keys()).find((name) => name.startsWith("langnghe-files-"));
  const blind = "export const version = 'old'; export const find = () => [];";
  await (await caches.open(files)).put("/phone/door.js", new Response(blind, { headers: { "Content-Type": "text/javascript" } }));
})()"""


def test_the_door_of_the_server_sends_a_note_back_to_be_rewritten(phone: Any, heard: Any) -> None:
    page = phone.page
    page.evaluate(BLIND_DOOR)
    phone.write("Cứ gọi 0912 345 678.")
    page.wait_for_url("**/phone/note/?edit=*")
    page.get_by_role("alert").wait_for()
    page.goto("/phone/")
    page.get_by_text("Cần viết lại").wait_for()
    page.get_by_role("link", name="Viết lại…").click()
    expect(page.locator("#id_text")).to_have_value("Cứ gọi 0912 345 678.")
    page.fill("#id_text", "Cứ gọi cho xã.")
    page.get_by_role("button", name=SAVE).click()
    phone.sent()
    assert heard.texts() == ["Cứ gọi cho xã."]
    page.goto("/phone/")
    phone.emptied()


def test_what_is_typed_while_the_page_loads_comes_after_what_is_put_in(
    open_context: Callable[..., BrowserContext], server: Any,
) -> None:
    context = open_context(base_url=server.url, service_workers="block")
    context.add_cookies([server.cookie("alice")])
    page = context.new_page()
    page.goto("/phone/where/")
    page.evaluate("""import("/static/web/js/phone/store.js").then((store) => store.write("shared", "Chợ vắng."))""")
    held: list[Any] = []
    context.route("**/js/phone/capture.js", lambda route: held.append(route))  # noqa: PLW0108
    page.goto("/phone/note/?shared=1", wait_until="commit")
    page.fill("#id_text", "Nước đục.")
    while not held:
        page.wait_for_timeout(20)
    held[0].continue_()
    expect(page.locator("#id_text")).to_have_value("Chợ vắng.\nNước đục.")


def test_a_draft_survives_a_reload(phone: Any, heard: Any) -> None:
    page = phone.page
    page.goto("/phone/note/")
    page.fill("#id_text", TEXT)
    page.get_by_label("Lo lắng").check()
    page.get_by_text("Nháp tự giữ trong máy").wait_for()
    phone.until(lambda: phone.draft()["values"]["moods"] == ["worried"], "the draft holds the mood")
    page.reload()
    expect(page.locator("#id_text")).to_have_value(TEXT)
    expect(page.get_by_label("Lo lắng")).to_be_checked()
    assert heard.texts() == []


@pytest.mark.parametrize("days", [365, -365])
def test_a_phone_clock_wrong_by_a_year_is_put_right(
    days: int, open_context: Callable[..., BrowserContext], server: Any, heard: Any, today: dt.date,
) -> None:
    context = open_context(base_url=server.url, service_workers="block")  # the worker's clock cannot be set from here
    context.add_cookies([server.cookie("alice")])
    page = context.new_page()
    page.clock.set_system_time(dt.datetime.now(dt.UTC) + dt.timedelta(days=days))
    page.goto("/phone/note/")
    page.fill("#id_text", TEXT)
    page.get_by_role("button", name=SAVE).click()
    page.locator("[data-saved-title]", has_text="Đã gửi").wait_for()
    assert heard.rows("SELECT day FROM intake_observation") == [(today.isoformat(),)]


def test_words_shared_from_another_app_reach_no_server_before_the_door(phone: Any, server: Any) -> None:
    page = phone.page
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


def test_it_works_without_a_script(open_context: Callable[..., BrowserContext], server: Any, heard: Any) -> None:
    context = open_context(base_url=server.url, javascript=False)
    context.add_cookies([server.cookie("alice")])
    page = context.new_page()
    page.goto("/phone/")
    page.get_by_role("button", name="Tôi không thực hiện được").click()
    page.get_by_text("Đã ghi: bạn không thực hiện được").wait_for()
    assert heard.duty() == "could_not"
    page.goto("/phone/note/")
    page.fill("#id_text", f"{TEXT} Hỏi thêm cứ gọi 0912 345 678.")
    page.get_by_role("button", name=SAVE).click()
    expect(page.get_by_role("alert")).to_contain_text("1 số điện thoại")
    with page.expect_navigation():  # the page before has a place for a receipt too
        page.get_by_role("button", name="Bỏ ra và lưu").click()
    receipt = page.locator("samp").inner_text()
    assert heard.texts() == [f"{TEXT} Hỏi thêm cứ gọi."]
    page.goto("/phone/")
    page.get_by_text("Hỏi bằng biên nhận").click()
    page.fill("#receipt", receipt.lower())
    page.get_by_role("button", name="Đã đi đến đâu?").click()
    expect(page.locator("[data-fates]")).to_contain_text("Đã nhận, chờ đọc")


# -- under two minutes: three characters a second, a second and a half to find and make a tap


CHARACTERS_A_SECOND = 3.0
SECONDS_A_TAP = 1.5


def test_two_hundred_characters_in_under_two_minutes(phone: Any, heard: Any) -> None:
    page = phone.page
    taps = 0

    def tap(target: Any) -> None:
        nonlocal taps
        target.scroll_into_view_if_needed()
        target.tap()
        taps += 1

    tap(page.get_by_role("link", name="Ghi điều nghe được"))
    tap(page.locator("#id_text"))
    expect(page.locator("#id_text")).to_be_focused()
    page.keyboard.type(LONG)
    tap(page.locator("[data-suggest] .pick").first)
    tap(page.locator("label.pick", has_text="Không đồng tình"))
    tap(page.locator("label.pick", has_text="Lo lắng"))
    tap(page.locator(".scale .pick").nth(3))
    tap(page.locator("label.pick", has_text="5\u2060–\u20609"))
    tap(page.get_by_role("button", name=SAVE))
    phone.sent()
    seconds = len(LONG) / CHARACTERS_A_SECOND + taps * SECONDS_A_TAP
    assert len(LONG) >= 200
    assert taps <= 15
    assert seconds <= 120
    kept = heard.rows("SELECT tendency, intensity, heard_from, topic_id > 0, place_id > 0 FROM intake_observation")
    assert kept == [("oppose", 4, "5-9", 1, 1)]


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_no_page_scrolls_sideways_at_320_pixels(lang: str, open_context: Callable[..., BrowserContext], server: Any) -> None:
    context = open_context(base_url=server.url, lang=lang)
    context.add_cookies([server.cookie("alice"), {"name": "lang", "value": lang, "url": server.url}])
    page = context.new_page()
    page.set_viewport_size({"width": 320, "height": 640})
    for address in ("/phone/", "/phone/note/", "/phone/where/", "/phone/offline/"):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, address
