"""One form of a text to keep, and one folding to compare by.

`nfc` is what is stored: composed letters, without the invisible format characters that hide or reorder words. `fold` is what is
searched and compared: lower case, without marks, đ as d, so that “Nước sạch”, “nuoc sach” and the decomposed form are the same.
`tidy` keeps the marks but one way of writing them: lower case, “hòa” for “hoà”. `spell_out` puts words for what is typed short
(“ko dc” → “không được”); the table is data, `forms.toml`. All of it works without any other package.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache
from importlib import resources

LINE_BREAKS = str.maketrans({"\r": "\n", "\u2028": "\n", "\u2029": "\n", "\x0b": "\n", "\x0c": "\n", "\x85": "\n"})
BARRED = str.maketrans({"đ": "d", "Đ": "D", "ð": "d", "Ð": "D"})
VARIANTS = re.compile("[\ufe00-\ufe0f]")
OTHER_SCRIPT = re.compile("[\u0131\u0251\u0261\u0370-\u03ff\u0400-\u052f]")
WORD = re.compile(r"\w+")
LATIN = re.compile(r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff]")

TONES = "\u0300\u0301\u0303\u0309\u0323"
"""The five tone marks: huyền, sắc, ngã, hỏi, nặng."""


def is_hidden(char: str) -> bool:
    """A character that has no shape but can hide or reorder others: format and control characters, no line break."""
    if char in "\n\t":
        return False
    return unicodedata.category(char) in {"Cf", "Cc", "Cs", "Cn"} or "\ufe00" <= char <= "\ufe0f"


def strip_format(text: str) -> str:
    """The text without zero-width, bidirectional and control characters; every kind of line break as one newline."""
    if text.isprintable() and not VARIANTS.search(text):
        return text
    plain = text.replace("\r\n", "\n").translate(LINE_BREAKS)
    return "".join(char for char in plain if not is_hidden(char))


def nfc(text: str) -> str:
    """The form that is stored: without hidden characters, letters composed (Unicode NFC)."""
    return unicodedata.normalize("NFC", strip_format(text))


def bare(char: str) -> str:
    """One character without its marks and variants: `ệ` → `e`, `Đ` → `D`, `９` → `9`, `ﬁ` → `fi`; a lone mark → nothing."""
    plain = unicodedata.normalize("NFKD", char).translate(BARRED)
    return "".join(part for part in plain if not unicodedata.combining(part) and not is_hidden(part))


class _Bare(dict[int, str]):
    """`bare` of each character, remembered: a table for `str.translate` that fills itself."""

    def __missing__(self, code: int) -> str:
        self[code] = found = bare(chr(code))
        return found


_BARE = _Bare()


def fold(text: str, *, short_forms: bool = False) -> str:
    """The form to search and compare by: lower case, no marks, đ as d, runs of white space as one blank.

    Letters of other scripts that pose as Latin ones in a word (`tiềո`, `cһợ`) are read as what they look like. With
    `short_forms`, typed shortenings are spelled out first, so that “ko dc” is found by “không được”.
    """
    plain = unmask(nfc(text))
    if short_forms:
        plain = spell_out(plain)
    return " ".join(plain.translate(_BARE).lower().split())


def tidy(text: str) -> str:
    """The form to read words from with their marks: NFC, lower case, one place for the tone mark (`hoà` → `hòa`)."""
    return modern_tones(unmask(nfc(text)).lower())


def unmask(text: str) -> str:
    """Letters of other scripts in words that hold Latin letters too, as the Latin letters they look like."""
    if not OTHER_SCRIPT.search(text):
        return text
    table = str.maketrans(_forms()["lookalikes"])
    return WORD.sub(lambda word: word[0].translate(table) if LATIN.search(word[0]) else word[0], text)


def spell_out(text: str) -> str:
    """The text with the words that typed shortenings stand for (`forms.toml`); a number's unit (“5 tr”) is one of them."""
    table = _forms()["teencode"]
    return WORD.sub(lambda word: table.get(word[0].lower(), word[0]), text)


OPEN_PAIRS = re.compile("(?<![qg])(o[aeà-ãè-éạảẹẻẽ]|u[yỳýỹỷỵ])(?![a-zà-ỹ])")


def modern_tones(text: str) -> str:
    """Tone marks of open `oa`, `oe`, `uy` on the first vowel (`hoà` → `hòa`, `thuý` → `thúy`), for lower-case NFC text.

    Both places are taught and typed; a text that mixes them must not become two words.
    """
    return OPEN_PAIRS.sub(lambda pair: _tone_first(pair[1]), text)


@cache
def _tone_first(pair: str) -> str:
    first, second = pair[0], unicodedata.normalize("NFD", pair[1])
    tone = "".join(mark for mark in second if mark in TONES)
    rest = "".join(mark for mark in second if mark not in TONES)
    return unicodedata.normalize("NFC", first + tone + rest) if tone else pair


@cache
def _forms() -> dict[str, dict[str, str]]:
    found = tomllib.loads(resources.files("nghe.text").joinpath("forms.toml").read_text(encoding="utf-8"))
    return {name: found[name] for name in ("teencode", "lookalikes")}
