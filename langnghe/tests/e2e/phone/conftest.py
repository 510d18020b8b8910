"""A collaborator's phone at the server that an office runs, and what each side holds."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

SAVE = "Lưu ghi chép"
WAITS = """import("/static/web/js/phone/store.js").then((store) => store.waiting(document.body.dataset.owner))
  .then((items) => items.map((item) => item.body.text ?? item.body.state))"""
DRAFT = """import("/static/web/js/phone/store.js").then((store) => store.read(`draft:${document.body.dataset.owner}`))"""
NO_TIMERS = "window.setTimeout = () => 0; delete ServiceWorkerRegistration.prototype.sync"
"""Nothing happens because time went by, or the browser chose to: what a test sees then is the answer to what it did."""


@dataclass
class Phone:
    page: Page
    server: Any

    def sign_in(self, name: str) -> None:
        """From the next request on, whoever held the phone before."""
        self.page.context.add_cookies([self.server.cookie(name)])

    def write(self, text: str) -> None:
        self.page.goto("/phone/note/")
        self.save(text)

    def save(self, text: str) -> None:
        """On the page of the form."""
        self.page.locator("form[data-begun]").wait_for()  # a draft, if there is one, is in it
        self.page.fill("#id_text", text)
        self.page.get_by_role("button", name=SAVE).click()

    def said(self) -> str:
        """What the page says of the note: kept here, or sent."""
        self.page.wait_for_selector("[data-saved]:not([hidden])")
        return self.page.locator("[data-saved-title]").inner_text()

    def sent(self) -> None:
        self.page.locator("[data-saved-title]", has_text="Đã gửi").wait_for()

    def waiting(self) -> list[str]:
        """The texts of what lies in the outbox."""
        return list(self.page.evaluate(WAITS))

    def emptied(self) -> None:
        """Until nothing waits any more, and the page shows so."""
        until(lambda: not self.waiting(), "the outbox is emptied")
        self.page.wait_for_selector("[data-outbox]", state="hidden")

    def until(self, true: Callable[[], Any], what: str) -> None:
        until(true, what)

    def draft(self) -> Any:
        return self.page.evaluate(DRAFT)


def until(true: Callable[[], Any], what: str, seconds: float = 60) -> None:
    """Ask again and again; a page whose address changes meanwhile is asked again too."""
    from playwright.sync_api import Error

    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if true():
                return
        except Error as fault:
            if "context was destroyed" not in str(fault):
                raise
        time.sleep(0.05)
    raise AssertionError(f"not within {seconds} s: {what}")


@pytest.fixture
def phone(served_to: Callable[..., Page], server: Any) -> Phone:
    """Alice's phone, once its pages are kept for the time without a network."""
    return kept(Phone(served_to("alice"), server))


@pytest.fixture
def untimed(open_context: Callable[..., BrowserContext], server: Any) -> Phone:
    """Alice's phone, on which no timer ever goes off."""
    context = open_context(base_url=server.url)
    context.add_cookies([server.cookie("alice")])
    context.add_init_script(NO_TIMERS)
    return kept(Phone(context.new_page(), server))


def kept(phone: Phone) -> Phone:
    phone.page.goto("/phone/")
    phone.page.evaluate("navigator.serviceWorker.ready")
    until(lambda: phone.page.evaluate("caches.match('/phone/note/', {cacheName: 'langnghe-pages'}).then(Boolean)"),
          "the service worker keeps the pages")
    return phone


@dataclass
class Heard:
    """What the server's database holds."""

    server: Any

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        base = sqlite3.connect(f"file:{self.server.data / 'langnghe.sqlite3'}?mode=ro", uri=True)
        try:
            return base.execute(query).fetchall()
        finally:
            base.close()

    def texts(self) -> list[str]:
        return sorted(row[0] for row in self.rows("SELECT text FROM intake_observation"))

    def duty(self) -> str:
        """The state of what Alice owes this week."""
        return str(self.rows("SELECT state FROM network_dueitem ORDER BY id LIMIT 1")[0][0])

    def becomes(self, texts: list[str]) -> None:
        """Until these and no others are there."""
        until(lambda: self.texts() == sorted(texts), f"the office has {texts}")


@pytest.fixture
def heard(server: Any) -> Heard:
    return Heard(server)
