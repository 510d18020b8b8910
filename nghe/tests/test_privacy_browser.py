"""The door on the device finds what the server's finds, to the character."""

from __future__ import annotations

import gzip
import json
import os
import random
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from nghe.privacy import RULES_VERSION, find, know, scrub
from nghe.privacy.browser import module
from nghe.text.fold import fold

NODE = shutil.which("node")
CHROMIUM = Path("/usr/bin/chromium")
ROUNDS = Path(__file__).parent / "data"
NOTES = Path(__file__).parents[2] / "langnghe/src/langnghe/web/demo/notes.jsonl"
ODD = [
    "\u200b", "\u200d", "\ufeff", "\u202e", "\u00ad", "\ufe0f", "\u0301", "\u0323", "\u031b", "\u00a0", "\u3000", "\u2028",
    "\u0378", "\U0001fadf", "\ue000", "\x00", "\x1f", "\t", "\n", "９", "٣", "๕", "𝟗", "①", "½", "ﬁ", "ⅷ", "Đ", "ð", "ı", "İ",
    "ſ", "\u212a", "ß", "Ω", "а", "О", "😀", "👨\u200d👩", "𐍈", "“", "”", "–", "＠", "．", "／", "（", "ế",
    "e\u0302\u0301", "가", "각",
]
WORDS = [
    "ông", "Bà", "anh", "nguyen", "Nguyễn", "Văn", "Hùng", "số", "nhà", "ngõ", "đường", "0912", "345 687", "0987.654.213",
    "004189012345", "CCCD", "stk", "Vietcombank", "@ban_tin", "facebook", "a.b@mail.vn", "29A1-123.45", "sinh ngày", "03/09/1992",
    "https://", "không chín một hai", "H'Hen", "Y", "A", "N.V.H.", "trường", "THPT", "chợ", "xã", "BHXH", "thửa", "145",
    "tờ bản đồ", "12", ",", ".", "(", ")", " - ", ":",
]


def odd_texts(count: int) -> Iterator[str]:
    """Strings of words that rules look for, broken up by characters that hide, join or imitate."""
    chance = random.Random(2026)
    for _ in range(count):
        parts = chance.choices(WORDS, k=chance.randint(1, 9))
        text = chance.choice([" ", " ", "", "  "]).join(parts)
        for _ in range(chance.randint(0, 5)):
            place = chance.randint(0, len(text))
            text = text[:place] + chance.choice(ODD) + text[place:]
        yield text


def given_texts() -> list[str]:
    texts = ["Gọi 0912 345 678, nhà số 27, ngõ 112 đường Kim Đồng."]
    for path in (NOTES, *sorted(ROUNDS.glob("privacy_*.jsonl"))):
        texts += [json.loads(line)["text"] for line in path.read_text(encoding="utf-8").splitlines()]
    texts += [change(text) for text in texts for change in (str.lower, str.upper, fold)]
    reference = os.environ.get("LANGNGHE_REFERENCE")
    if reference:
        given = (Path(reference) / "privacy/given.jsonl").read_text(encoding="utf-8")
        texts += [json.loads(line)["text"] for line in given.splitlines()]
    return texts


@pytest.fixture(scope="module")
def ask() -> Iterator[Callable[[str, Any], Any]]:
    """Ask the module in Chromium: `ask("texts.map(door.find)", texts)`."""
    if not CHROMIUM.exists():
        pytest.skip("needs Debian's package chromium")
    playwright = pytest.importorskip("playwright.sync_api", reason="needs playwright")
    args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with playwright.sync_playwright() as player:
        browser = player.chromium.launch(executable_path=str(CHROMIUM), args=args)
        page = browser.new_page()
        source = "data:text/javascript;charset=utf-8," + "".join(f"%{byte:02x}" for byte in module().encode())
        page.evaluate("async (source) => { window.door = await import(source); }", source)
        yield lambda script, given: page.evaluate(f"(texts) => {script}", given)
        browser.close()


def in_python(text: str) -> list[dict[str, Any]]:
    return [{"start": hit.start, "end": hit.end, "type": hit.type, "rule": hit.rule, "why": hit.why} for hit in find(text)]


def in_browser(hits: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{name: hit[name] for name in ("start", "end", "type", "rule", "why")} for hit in hits]


@pytest.mark.browser
@pytest.mark.parametrize("texts", [given_texts(), list(odd_texts(6000))], ids=["notes", "odd"])
def test_browser_finds_what_python_finds(ask: Callable[[str, Any], Any], texts: list[str]) -> None:
    answers = ask("texts.map((text) => door.find(text))", texts)
    assert sum(map(len, answers)) > 0
    assert [
        (text, ours, theirs) for text, answer in zip(texts, answers, strict=True)
        if (ours := in_python(text)) != (theirs := in_browser(answer))
    ] == []


@pytest.mark.browser
def test_browser_scrubs_to_the_same_text(ask: Callable[[str, Any], Any]) -> None:
    texts = list(odd_texts(500))
    assert ask("texts.map((text) => door.scrub(text).text)", texts) == [scrub(text).text for text in texts]


@pytest.mark.browser
def test_browser_counts_utf16_units_too(ask: Callable[[str, Any], Any]) -> None:
    [hit] = ask("door.find(texts[0])", ["😀 gọi 0912345678"])
    assert (hit["start"], hit["end"], hit["start16"], hit["end16"]) == (6, 16, 7, 17)


@pytest.mark.browser
def test_browser_says_its_version(ask: Callable[[str, Any], Any]) -> None:
    assert ask("door.version", None) == RULES_VERSION


@pytest.mark.browser
def test_browser_clears_the_names_that_python_clears(ask: Callable[[str, Any], Any]) -> None:
    people, places = ["Trần Văn Xét"], ["Phạm Thị Bưởi", "Kim Đồng"]
    texts = [
        "Vụ ông TRAN VAN XET", "Kẹt xe Phạm Thị Bưởi", "Bà Phạm Thị Bưởi", "Kẹt xe  Phạm\u00a0Thị Bưởi",
        "0912345678 Trần Văn Xét",
    ]
    answers = ask("texts[0].map((text) => door.find(text, texts[1]))", [texts, {"people": people, "places": places}])
    ours = [[(hit.start, hit.end, hit.type) for hit in find(text, know(people=people, places=places))] for text in texts]
    assert [[(hit["start"], hit["end"], hit["type"]) for hit in answer] for answer in answers] == ours
    assert [len(hits) for hits in ours] == [0, 0, 1, 0, 1]


@pytest.mark.skipif(NODE is None, reason="node is not here; the browser's test asks the same")
def test_module_finds_what_python_finds_without_a_browser(tmp_path: Path) -> None:
    """The quick form of the browser's test; Node is no part of the product."""
    (tmp_path / "door.mjs").write_text(module(), encoding="utf-8")
    (tmp_path / "ask.mjs").write_text(
        'import { readFileSync } from "node:fs"; import { find } from "./door.mjs";'
        'process.stdout.write(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map((text) => find(text))));',
        encoding="utf-8",
    )
    texts = [*given_texts()[:3000], *odd_texts(1000)]
    asked = subprocess.run(
        [str(NODE), "ask.mjs"], input=json.dumps(texts), capture_output=True, encoding="utf-8", cwd=tmp_path, check=True,
    )
    answers = json.loads(asked.stdout)
    assert [text for text, answer in zip(texts, answers, strict=True) if in_python(text) != in_browser(answer)] == []


def test_module_is_small_enough_for_a_phone() -> None:
    assert len(gzip.compress(module().encode(), mtime=0)) < 60_000
