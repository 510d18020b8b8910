"""Pages in Debian's Chromium, at the width of a phone and at a desk.

`live` is Django's own server in this process: tests read and write the same database as the pages do.
`server` is `langnghe serve` as an office runs it, with its own folder; it can be stopped and started again at the same port.
"""

from __future__ import annotations

import datetime as dt
import os
import random
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # playwright runs an event loop in the thread of the tests

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

    from langnghe.testing import House

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 900}
PATIENCE = 60000  # milliseconds for what a page or a server does: a slow machine is no fault
# Each named page of the demonstration: who opens it, at which address, and by which link from there.
PAGES = {
    "tour": ("", "/tour/", ""),
    "login": ("", "/accounts/login/?password", ""),
    "overview": ("lanhdao", "/overview/", ""),
    "table of the overview": ("lanhdao", "/overview/", "main a[href*='/table/']"),
    "triage": ("phantich", "/triage/", ""),
    "duties": ("phantich", "/network/duties/", ""),
    "due items": ("phantich", "/network/duties/", "main a[href*='/items/']"),
    "plan": ("quantri", "/network/plan/", ""),
    "terms": ("quantri", "/network/terms/", ""),
    "roster": ("quantri", "/network/", ""),
    "member": ("quantri", "/network/", "main a[href*='/members/']:not([href*='new'])"),
    "roster file": ("quantri", "/network/roster-file/", ""),
    "frames": ("bientap", "/frames/", ""),
    "import": ("phantich", "/notes/import/", ""),
    "public cases": ("bientap", "/notes/cases/", ""),
    "streets and schools": ("quantri", "/network/names/", ""),
    "streets of a place": ("quantri", "/network/names/", "main .quiet-list a"),
    "reports": ("lanhdao", "/reports/", ""),
    "report": ("lanhdao", "/reports/latest/", ""),
    "left out": ("bientap", "/reports/latest/", "main a[href*='left-out']"),
    "phone": ("ctv01", "/phone/", ""),
    "note": ("ctv01", "/phone/note/", ""),
    "where to take it": ("ctv01", "/phone/where/", ""),
    "offline": ("", "/phone/offline/", ""),
    "second factor": ("phantich", "/accounts/2fa/", ""),
    "sessions": ("phantich", "/accounts/sessions/", ""),
    "not there": ("lanhdao", "/nothing-here/", ""),
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that asks for `named_page` is run for each of them."""
    if "named_page" in metafunc.fixturenames:
        metafunc.parametrize("named_page", PAGES)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE)
    if not Path(CHROMIUM).exists():
        pytest.skip("Chromium is not installed: apt-get install chromium")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture
def open_context(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Open a browser of its own: `open_context(phone=True, dark=True, lang="en", javascript=False)`."""
    opened = []

    def open_one(*, phone: bool = True, dark: bool = False, lang: str = "vi", javascript: bool = True,
                 **more: Any) -> BrowserContext:
        context = browser.new_context(
            viewport=PHONE if phone else DESK, has_touch=phone, is_mobile=phone, device_scale_factor=2 if phone else 1,
            color_scheme="dark" if dark else "light", locale="vi-VN" if lang == "vi" else "en-GB",
            timezone_id="Asia/Ho_Chi_Minh", java_script_enabled=javascript, **more,
        )
        context.set_default_timeout(PATIENCE)
        opened.append(context)
        return context

    yield open_one
    for context in opened:
        context.close()


# -- a server in this process


@dataclass
class Live:
    url: str
    house: House

    def cookie(self, name: str) -> dict[str, Any]:
        from django.test import Client

        client = Client()
        client.force_login(self.house.people[name], backend="allauth.account.auth_backends.AuthenticationBackend")
        return {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": self.url}


@pytest.fixture
def live(transactional_db: None, live_server: Any) -> Iterator[Live]:
    """The house of `langnghe.testing` on Django's live server, at the clock of the machine, with this network's scope open."""
    from django_scopes import scope

    from langnghe.common.clock import now
    from langnghe.testing import build_house

    house = build_house(now())
    with scope(network=house.network):
        yield Live(live_server.url, house)


@pytest.fixture
def signed_in_as(open_context: Callable[..., BrowserContext], live: Live) -> Callable[..., Page]:
    """A page of somebody who is signed in: `signed_in_as("alice", phone=True)`; go to `live.url + address`."""

    def sign_in(name: str, **how: Any) -> Page:
        context = open_context(base_url=live.url, **how)
        context.add_cookies([live.cookie(name)])
        return context.new_page()

    return sign_in


# -- the server that an office runs


def free_port() -> int:
    """Below those that the system gives to whoever calls out: a server that is stopped for a while must get its port again."""
    for port in random.sample(range(20000, 32000), 50):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError("no free port between 20000 and 32000")


@dataclass
class Server:
    """`langnghe serve` in a process of its own; `sessions` holds a signed-in session for each person of the house."""

    data: Path
    port: int
    sessions: dict[str, str]
    process: subprocess.Popen[bytes] | None = field(default=None)

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def log(self) -> Path:
        return self.data / "server.log"

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "langnghe", "--data", str(self.data), "serve", "--port", str(self.port)],
                stdout=log, stderr=log, env=environment(self.data), start_new_session=True,
            )
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                urllib.request.urlopen(f"{self.url}/phone/offline/", timeout=5).close()
                return
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(0.1)
        raise AssertionError(self.log.read_text())

    def stop(self) -> None:
        if self.process is None:
            return
        os.killpg(self.process.pid, 15)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, 9)
            self.process.wait(5)
        self.process = None

    def cookie(self, name: str) -> dict[str, Any]:
        return {"name": "sessionid", "value": self.sessions[name], "url": self.url}

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """A command of `langnghe` on this server's folder."""
        return subprocess.run([sys.executable, "-m", "langnghe", *words], env=environment(self.data), capture_output=True,
                              text=True, check=False)


def environment(data: Path) -> dict[str, str]:
    plain = {key: value for key, value in os.environ.items() if key not in {"LANGNGHE_CLOCK", "LANGNGHE_POSTGRES"}}
    return plain | {"LANGNGHE_DATA": str(data), "DJANGO_SETTINGS_MODULE": "langnghe.web.settings",
                    "LANGNGHE_REQUIRE_SECOND_FACTOR": "0"}


BUILD = """
import json, django
django.setup()
from django.conf import settings
from django.core.management import call_command
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
call_command("migrate", verbosity=0)
from django.test import Client
from langnghe.common.clock import now
from langnghe.testing import build_house
house = build_house(now())
from django_scopes import scope
from langnghe.common.clock import today
from langnghe.common.periods import Period
from langnghe.accounts.models import User
from langnghe.network.domain import add_member, open_due_items
from langnghe.network.models import Duty
with scope(network=house.network):
    open_due_items(Duty.objects.get(unit=house.unit), period=Period.week_of(today(), "thu-wed"), by=None, at=now())
    anna = house.people["anna"] = User.objects.create_user("anna", password="a long enough word", display_name="Anna")
    add_member(anna, unit=house.unit, term=house.members["alice"].term, role="collaborator", by=None, at=now(),
               places=[house.places["BN"]])
sessions = {}
for name, user in house.people.items():
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    sessions[name] = client.cookies["sessionid"].value
print(json.dumps(sessions))
"""


@pytest.fixture(scope="session")
def built_data(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """A data folder with the house in it, made once and copied for each test."""
    import json

    data = tmp_path_factory.mktemp("built")
    answer = subprocess.run([sys.executable, "-c", BUILD], env=environment(data), capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr
    return data, json.loads(answer.stdout.splitlines()[-1])


@pytest.fixture
def server(built_data: tuple[Path, dict[str, str]], tmp_path: Path) -> Iterator[Server]:
    built, sessions = built_data
    data = tmp_path / "data"
    shutil.copytree(built, data)
    running = Server(data, free_port(), sessions)
    try:
        running.start()
        yield running
    finally:
        running.stop()


@pytest.fixture
def served_to(open_context: Callable[..., BrowserContext], server: Server) -> Callable[..., Page]:
    """Like `signed_in_as`, on the server that an office runs."""

    def sign_in(name: str, **how: Any) -> Page:
        context = open_context(base_url=server.url, **how)
        context.add_cookies([server.cookie(name)])
        return context.new_page()

    return sign_in


@pytest.fixture
def today() -> dt.date:
    from langnghe.common.clock import today

    return today()


# -- the demonstration


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """`langnghe demo` in a folder of its own, served: what a newcomer gets. Nobody is signed in; the tour's buttons do that."""
    data = tmp_path_factory.mktemp("demo")
    if built := os.environ.get("LANGNGHE_TEST_DEMO"):  # a demonstration made before: its folder is copied
        shutil.copytree(built, data, dirs_exist_ok=True)
    else:
        done = subprocess.run([sys.executable, "-m", "langnghe", "demo", "--data", str(data), "--no-serve"],
                              env=environment(data), capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    running = Server(data, free_port(), {})
    running.start()
    yield running
    running.stop()


@pytest.fixture
def be(demo: Server, open_context: Callable[..., BrowserContext]) -> Callable[..., Page]:
    """A page of an invented person of the demonstration: `be("phantich", phone=False)`; `be("")` is nobody."""

    def enter(name: str, **how: Any) -> Page:
        page = open_context(base_url=demo.url, **how).new_page()
        page.goto("/tour/")
        if name:
            token = page.locator("input[name=csrfmiddlewaretoken]").first.input_value()
            answer = page.request.post(f"{demo.url}/demo/enter/{name}", form={"csrfmiddlewaretoken": token},
                                       headers={"Referer": demo.url})
            assert answer.ok, answer.status
        return page

    return enter


@pytest.fixture
def open_named(be: Callable[..., Page], named_page: str) -> Callable[..., Page]:
    """The named page, looked at thus: `open_named(phone=True, dark=True, lang="en")`; without the worker, which may keep it."""

    def open_one(*, lang: str = "vi", **how: Any) -> Page:
        who, address, link = PAGES[named_page]
        page = be(who, lang=lang, service_workers="block", **how)
        page.context.add_cookies([{"name": "lang", "value": lang, "url": page.url}])
        page.emulate_media(reduced_motion="reduce")
        page.goto(address)
        if link:
            page.goto(str(page.locator(link).first.get_attribute("href")))
        page.evaluate("document.fonts.ready.then(() => true)")
        return page

    return open_one
