"""What waits in a phone: nothing lost, nothing twice, never in another's name, whatever the network does."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

TEXT = "Nước máy đục từ hôm mưa to, để lắng qua đêm vẫn vàng, không dám nấu cơm."
OTHER = "Chợ vắng từ đầu tháng."
SAVE = "Lưu ghi chép"
HERE, SENT = "Đã cất trong máy", "Đã gửi"


def test_server_stopped_page_reloaded_server_back(untimed: Any, heard: Any, server: Any) -> None:
    """Without timers: else the notes could be gone by themselves before the button is reached."""
    phone = untimed
    server.stop()
    phone.write(TEXT)
    assert phone.said() == HERE
    phone.write(OTHER)
    assert phone.said() == HERE
    phone.page.goto("/phone/")
    phone.page.reload()
    phone.page.get_by_text("2 ghi chép chờ gửi").wait_for()
    phone.page.locator("[data-outbox-show]").click()
    expect(phone.page.locator("[data-outbox-list] .clip")).to_have_text([TEXT, OTHER])
    server.start()
    phone.page.get_by_role("button", name="Gửi thử ngay").click()
    phone.emptied()
    phone.page.reload()
    heard.becomes([TEXT, OTHER])


def test_a_network_that_comes_back_during_a_try_is_used_at_once(untimed: Any, heard: Any) -> None:
    tries: list[str] = []

    def fail_first(route: Any) -> None:
        tries.append(route.request.method)
        if len(tries) > 1:
            return route.continue_()
        untimed.page.evaluate("dispatchEvent(new Event('online'))")
        return route.abort()

    untimed.page.context.route("**/phone/send/note", fail_first)
    untimed.write(TEXT)
    untimed.sent()
    assert heard.texts() == [TEXT]


def test_an_answer_that_was_lost_on_its_way_makes_no_second_note(untimed: Any, heard: Any) -> None:
    answers: list[int] = []

    def lose_first(route: Any) -> None:
        answer = route.fetch()
        answers.append(answer.status)
        if len(answers) == 1:
            return route.abort()  # the server has it; the phone never hears of it
        return route.fulfill(response=answer)

    untimed.page.context.route("**/phone/send/note", lose_first)
    untimed.write(TEXT)
    assert untimed.said() in {HERE, SENT}
    untimed.page.goto("/phone/")
    untimed.emptied()
    assert answers[:2] == [201, 200]
    assert heard.texts() == [TEXT]


def test_two_taps_on_save_make_one_note(phone: Any, heard: Any) -> None:
    phone.page.goto("/phone/note/")
    phone.page.fill("#id_text", TEXT)
    phone.page.get_by_role("button", name=SAVE).dblclick()
    phone.sent()
    phone.page.goto("/phone/")
    phone.emptied()
    assert heard.texts() == [TEXT]


def test_a_note_goes_out_with_no_page_open(phone: Any, heard: Any, server: Any) -> None:
    """What the browser does once it has a network: it wakes the service worker."""
    server.stop()
    phone.write(TEXT)
    assert phone.said() == HERE
    phone.until(lambda: phone.page.evaluate(TAGS) == ["outbox"], "the browser is asked to send by itself")
    context = phone.page.context
    empty = context.new_page()
    phone.page.close()
    server.start()
    wake(empty, server.url)
    heard.becomes([TEXT])
    phone.page = empty
    phone.page.goto("/phone/")
    phone.page.locator("[data-fates] li", has_text="Nước máy đục").wait_for()
    assert phone.waiting() == []


TAGS = "navigator.serviceWorker.ready.then((place) => place.sync.getTags())"


def wake(page: Page, origin: str) -> None:
    """Send the browser's word that there is a network, as Chromium's own scheduler does after a while."""
    session = page.context.new_cdp_session(page)
    found: list[str] = []

    def note(told: Any) -> None:
        found.extend(one["registrationId"] for one in told["registrations"] if one["scopeURL"].startswith(origin))

    session.on("ServiceWorker.workerRegistrationUpdated", note)
    session.send("ServiceWorker.enable")
    while not found:
        page.wait_for_timeout(50)
    session.send("ServiceWorker.dispatchSyncEvent",
                 {"origin": origin, "registrationId": found[0], "tag": "outbox", "lastChance": False})


def test_a_form_that_was_sent_before_its_script_had_come_waits_like_any_note(phone: Any, heard: Any, server: Any) -> None:
    page = phone.page
    page.context.route("**/js/phone/capture.js", lambda route: route.abort())
    page.evaluate("""caches.keys().then((names) => Promise.all(names.map((name) => caches.open(name)
      .then((cache) => cache.delete("/static/web/js/phone/capture.js")))))""")
    server.stop()
    page.goto("/phone/note/")
    page.fill("#id_text", TEXT)
    page.get_by_label("Lo lắng").check()
    page.get_by_role("button", name=SAVE).click()
    page.wait_for_url("**/phone/")
    page.get_by_text("1 ghi chép chờ gửi").wait_for()
    assert phone.waiting() == [TEXT]
    server.start()
    page.reload()
    phone.emptied()
    assert heard.texts() == [TEXT]
    assert heard.rows("SELECT word FROM intake_mood") == [("worried",)]
    page.locator("[data-fates] li", has_text="Nước máy đục").wait_for()


def test_nothing_to_report_is_one_tap_and_waits_for_a_network_too(phone: Any, heard: Any, server: Any) -> None:
    server.stop()
    phone.page.get_by_role("button", name="Không phát sinh").click()
    phone.page.get_by_text("1 ghi chép chờ gửi").wait_for()
    server.start()
    phone.page.reload()
    phone.emptied()
    assert heard.duty() == "nil"


def test_a_sign_in_that_ran_out_keeps_the_notes(phone: Any, heard: Any) -> None:
    phone.page.context.set_offline(True)
    phone.write(TEXT)
    assert phone.said() == HERE
    phone.page.goto("/phone/")
    phone.page.context.clear_cookies()
    phone.page.context.set_offline(False)
    phone.page.get_by_text("chờ bạn đăng nhập").wait_for()
    assert heard.texts() == []
    phone.sign_in("alice")
    phone.page.goto("/phone/")
    phone.emptied()
    assert heard.texts() == [TEXT]


def test_what_one_person_wrote_is_not_sent_in_the_name_of_another(phone: Any, heard: Any, server: Any) -> None:
    page = phone.page
    alice = page.evaluate(OWNER)
    server.stop()
    phone.write(TEXT)
    assert phone.said() == HERE
    phone.sign_in("anna")
    server.start()
    assert page.evaluate(SEND_ALL) == "sign_in"  # the page is still Alice's, the sign-in is not
    phone.until(lambda: page.goto("/phone/") and page.evaluate(OWNER) != alice, "the page is Anna's, not one that was kept")
    assert phone.waiting() == []
    assert heard.texts() == []

    def sent_by_alice() -> bool:
        phone.sign_in("alice")  # each time: a late answer to Anna renews her cookie, and puts it over Alice's
        page.goto("/phone/")
        return bool(page.evaluate(OWNER) == alice and page.evaluate(SEND_ALL) == "" and phone.waiting() == [])

    phone.until(sent_by_alice, "the page is Alice's again, and her note goes out")
    assert heard.texts() == [TEXT]


OWNER = "document.body.dataset.owner"
SEND_ALL = """Promise.all(["send", "shell"].map((name) => import(`/static/web/js/phone/${name}.js`)))
  .then(([send, shell]) => send.sendAll(shell.sender))"""


def test_a_browser_without_a_service_worker_keeps_notes_while_its_page_is_open(
    open_context: Callable[..., BrowserContext], server: Any, heard: Any,
) -> None:
    context = open_context(base_url=server.url)
    context.add_cookies([server.cookie("alice")])
    context.add_init_script("delete Navigator.prototype.serviceWorker")
    page = context.new_page()
    page.goto("/phone/note/")
    server.stop()
    page.fill("#id_text", TEXT)
    page.get_by_role("button", name=SAVE).click()
    expect(page.locator("[data-saved-title]")).to_have_text(HERE)
    server.start()
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("[data-saved-title]")).to_have_text(SENT)
    assert heard.texts() == [TEXT]
