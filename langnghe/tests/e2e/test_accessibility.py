"""Each named page, in both languages, on a phone and at a desk, light and dark: no fault that axe finds, no sideways scroll."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

AXE = (Path(__file__).parent / "vendor/axe.min.js").read_text(encoding="utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LOOK = """async (tags) => (await axe.run(document, {runOnly: tags, resultTypes: ["violations"]})).violations.flatMap((fault) =>
  fault.nodes.slice(0, 3).map((node) => `${fault.id}: ${node.html.slice(0, 160)} | ${node.failureSummary.slice(0, 200)}`))"""
PAGES = {
    "tour": ("", "/tour/"),
    "login": ("", "/accounts/login/?password"),
    "overview": ("lanhdao", "/overview/"),
    "triage": ("phantich", "/triage/"),
    "duties": ("phantich", "/network/duties/"),
    "roster": ("quantri", "/network/"),
    "frames": ("bientap", "/frames/"),
    "reports": ("lanhdao", "/reports/"),
    "report": ("lanhdao", "/reports/latest/"),
    "phone": ("ctv01", "/phone/"),
    "note": ("ctv01", "/phone/note/"),
    "second factor": ("phantich", "/accounts/2fa/"),
    "sessions": ("phantich", "/accounts/sessions/"),
    "not there": ("lanhdao", "/nothing-here/"),
}


@pytest.mark.parametrize("name", PAGES)
def test_page_has_no_fault(be: Callable[..., Any], name: str) -> None:
    who, address = PAGES[name]
    found: list[str] = []
    for phone in (True, False):
        page = be(who, phone=phone)
        for lang in ("vi", "en"):
            page.context.add_cookies([{"name": "lang", "value": lang, "url": page.url}])
            page.goto(address)
            page.evaluate(AXE)
            for light in ("light", "dark"):
                page.emulate_media(color_scheme=light, reduced_motion="reduce")
                where = f"{'phone' if phone else 'desk'} {light} {lang}"
                found += [f"{where}: {fault}" for fault in page.evaluate(LOOK, TAGS)]
                wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
                if wide > 0:
                    found.append(f"{where}: {wide} px too wide")
            if page.evaluate("document.documentElement.lang") != lang:
                found.append(f"{lang}: the page is not in {lang}")
        page.context.close()
    assert not found, "\n".join(found)
