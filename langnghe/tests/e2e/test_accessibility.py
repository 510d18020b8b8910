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


@pytest.mark.parametrize("phone", [True, False], ids=["phone", "desk"])
def test_page_has_no_fault(open_named: Callable[..., Any], phone: bool) -> None:
    found: list[str] = []
    for lang in ("vi", "en"):
        page = open_named(phone=phone, lang=lang)
        assert page.evaluate("document.documentElement.lang") == lang
        page.evaluate(AXE)
        for light in ("light", "dark"):
            page.emulate_media(color_scheme=light, reduced_motion="reduce")
            found += [f"{light} {lang}: {fault}" for fault in page.evaluate(LOOK, TAGS)]
            wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            if wide > 0:
                found.append(f"{light} {lang}: {wide} px too wide")
        page.context.close()
    assert not found, "\n".join(found)


def test_page_does_not_scroll_sideways_at_320_pixels(open_named: Callable[..., Any]) -> None:
    for lang in ("vi", "en"):
        page = open_named(lang=lang)
        page.set_viewport_size({"width": 320, "height": 640})
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, lang
        page.context.close()
