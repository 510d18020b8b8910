"""One form of a text to keep, and one folding to compare by.

`nfc` is what is stored: composed letters, without the invisible format characters that hide or reorder words. `fold` is what is
searched and compared: lower case, without marks, đ as d, so that “Nước sạch”, “nuoc sach” and the decomposed form are the same.
"""

from __future__ import annotations

import unicodedata

LINE_BREAKS = str.maketrans({"\r": "\n", "\u2028": "\n", "\u2029": "\n", "\x0b": "\n", "\x0c": "\n", "\x85": "\n"})
BARRED = str.maketrans({"đ": "d", "Đ": "D", "ð": "d", "Ð": "D"})


def is_hidden(char: str) -> bool:
    """A character that has no shape but can hide or reorder others: format and control characters, no line break."""
    if char in "\n\t":
        return False
    return unicodedata.category(char) in {"Cf", "Cc", "Cs", "Cn"} or "\ufe00" <= char <= "\ufe0f"


def strip_format(text: str) -> str:
    """The text without zero-width, bidirectional and control characters; every kind of line break as one newline."""
    plain = text.replace("\r\n", "\n").translate(LINE_BREAKS)
    return "".join(char for char in plain if not is_hidden(char))


def nfc(text: str) -> str:
    """The form that is stored: without hidden characters, letters composed (Unicode NFC)."""
    return unicodedata.normalize("NFC", strip_format(text))


def bare(char: str) -> str:
    """One character without its marks and variants: `ệ` → `e`, `Đ` → `D`, `９` → `9`, `ﬁ` → `fi`; a lone mark → nothing."""
    plain = unicodedata.normalize("NFKD", char).translate(BARRED)
    return "".join(part for part in plain if not unicodedata.combining(part) and not is_hidden(part))


def fold(text: str) -> str:
    """The form to search and compare by: lower case, no marks, đ as d, runs of white space as one blank."""
    return " ".join("".join(bare(char) for char in nfc(text)).lower().split())
