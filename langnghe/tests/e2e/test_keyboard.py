"""Each named page without a mouse: Tab reaches all that can be used, the focus is seen, windows hold it and give it back."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Page

    Be = Callable[..., Page]

REACHABLE = """() => {
  const may = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']";
  const groups = new Set();
  return [...document.querySelectorAll(may)].filter((one) => {
    if (one.disabled || one.tabIndex < 0 || !one.checkVisibility({ visibilityProperty: true })) return false;
    if (one.type !== "radio") return true;
    const group = `${one.form ? [...document.forms].indexOf(one.form) : ""} ${one.name}`;
    if (groups.has(group)) return false;  // Tab goes to one button of a group, arrows to the others
    groups.add(group);
    return true;
  }).map((one, number) => {
    one.dataset.reach = one.type === "radio" ? `radio ${one.name}` : String(number);
    return one.dataset.reach;
  });
}"""

HERE = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const shows = (it) => {
    const look = getComputedStyle(it);
    return (look.outlineStyle !== "none" && parseFloat(look.outlineWidth) >= 2) || look.boxShadow !== "none";
  };
  const box = one.getBoundingClientRect();
  return {
    name: one.type === "radio" ? `radio ${one.name}` : one.dataset.reach,
    html: one.outerHTML.slice(0, 100),
    shown: shows(one) || !one.matches(":focus") // a part inside that the browser draws itself, such as the calendar of a date
      || (one.closest(".pick") !== null && shows(one.closest(".pick"))),
    seen: box.bottom > 0 && box.top < innerHeight,
  };
}"""


def walk(page: Page, most: int) -> list[dict[str, Any]]:
    """What Tab reaches from the top of the page, in its order, until it leaves the page."""
    stops: list[dict[str, Any]] = []
    for _press in range(most):
        page.keyboard.press("Tab")
        stop = page.evaluate(HERE)
        if stop is None or (stops and stop == stops[0]):
            break
        stops.append(stop)
    return stops


@pytest.mark.parametrize("how", [
    {"phone": False, "dark": False, "lang": "vi"}, {"phone": True, "dark": True, "lang": "en"},
], ids=["desk light vi", "phone dark en"])
def test_tab_reaches_all_and_shows_where_it_is(open_named: Be, how: dict[str, Any]) -> None:
    page = open_named(**how)
    page.evaluate("document.activeElement.blur()")
    wanted = page.evaluate(REACHABLE)
    assert len(wanted) > 1
    stops = walk(page, len(wanted) + 20)
    assert set(wanted) <= {stop["name"] for stop in stops}
    assert [stop["html"] for stop in stops if not stop["shown"]] == []
    assert [stop["html"] for stop in stops if not stop["seen"]] == []


@pytest.mark.parametrize(("who", "address"), [("lanhdao", "/overview/"), ("ctv01", "/phone/"), ("", "/accounts/login/?password")])
def test_the_first_tab_skips_to_the_main_content(be: Be, who: str, address: str) -> None:
    page = be(who, phone=False)
    page.goto(address)
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    assert page.locator(".skip").bounding_box()["y"] >= 0  # type: ignore[index]
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('#main') !== null")


def test_the_menu_of_the_person_opens_and_leads_out(be: Be) -> None:
    page = be("lanhdao", phone=False)
    page.goto("/overview/")
    page.locator(".menu summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.menu-open') !== null")
    page.get_by_role("button", name="Đăng xuất").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/tour/")


def press(page: Page, key: str) -> None:
    """One key, and the page that it leads to, with its scripts."""
    with page.expect_navigation():
        page.keyboard.press(key)


def test_the_queue_is_worked_by_keys(be: Be) -> None:
    page = be("phantich", phone=False)
    page.goto("/triage/")
    current = page.locator(".item[aria-current]")
    first = current.get_attribute("id")
    press(page, "j")
    second = current.get_attribute("id")
    assert second != first
    press(page, "k")
    assert current.get_attribute("id") == first
    page.keyboard.press("Space")
    expect(current.locator(".tick input")).to_be_checked()
    page.keyboard.press("/")
    expect(page.locator("#words")).to_be_focused()
    page.keyboard.press("Escape")
    press(page, "x")
    expect(page.locator("main h1")).to_contain_text("Để lại")


def test_a_window_holds_the_focus_and_gives_it_back(be: Be) -> None:
    page = be("phantich", phone=False)
    page.goto("/triage/")
    link = page.locator(".item .say").first
    link.focus()
    page.keyboard.press("?")
    window = page.locator("#keys")
    expect(window).to_be_visible()
    inside = "document.activeElement === document.body || document.activeElement.closest('#keys') !== null"
    for _press in range(4):
        page.keyboard.press("Tab")
        assert page.evaluate(inside)
    page.keyboard.press("Escape")
    expect(window).to_be_hidden()
    expect(link).to_be_focused()
