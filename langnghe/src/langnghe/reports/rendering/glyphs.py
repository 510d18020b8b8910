"""Which characters the shipped fonts have; what none of them has is replaced before a page is set, and named.

Reads the `cmap` table of a TrueType file (OpenType 1.9, formats 4 and 12).
"""

from __future__ import annotations

import struct
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

FONTS = Path(__file__).parent / "fonts"
REPLACEMENT = "?"
UNSEEN = frozenset("\n\t\u00a0")


def printable(value: Any) -> tuple[Any, set[str]]:
    """The same plain value with every character that cannot be set replaced, and those characters."""
    missing: set[str] = set()
    return clean(value, missing), missing


def clean(value: Any, missing: set[str]) -> Any:
    if isinstance(value, str):
        return clean_text(value, missing)
    if isinstance(value, dict):
        return {key: clean(item, missing) for key, item in value.items()}
    return [clean(item, missing) for item in value] if isinstance(value, list | tuple) else value


def clean_text(text: str, missing: set[str]) -> str:
    """Composed letters first; signs that only guide the breaking of lines are dropped without a word."""
    out = []
    for sign in unicodedata.normalize("NFC", text):
        if ord(sign) in known_signs() or sign in UNSEEN:
            out.append(sign)
        elif unicodedata.category(sign) not in ("Cf", "Cc"):
            missing.add(sign)
            out.append(REPLACEMENT)
    return "".join(out)


def named(sign: str) -> str:
    """`U+1F600 GRINNING FACE`."""
    return f"U+{ord(sign):04X} {unicodedata.name(sign, '')}".rstrip()


@cache
def known_signs() -> frozenset[int]:
    """The characters that every shipped text font has, so that no style of a sentence lacks one."""
    return frozenset.intersection(*(frozenset(signs_of(path.read_bytes())) for path in sorted(FONTS.glob("*.ttf"))))


def signs_of(font: bytes) -> Iterator[int]:
    """Code points of a font."""
    (count,) = struct.unpack_from(">H", font, 4)
    tables = {font[12 + 16 * i: 16 + 16 * i]: struct.unpack_from(">II", font, 20 + 16 * i) for i in range(count)}
    start, _length = tables[b"cmap"]
    (subtables,) = struct.unpack_from(">H", font, start + 2)
    for number in range(subtables):
        (offset,) = struct.unpack_from(">I", font, start + 8 + 8 * number)
        at = start + offset
        (kind,) = struct.unpack_from(">H", font, at)
        if kind == 4:
            yield from segments(font, at)
        elif kind == 12:
            (groups,) = struct.unpack_from(">I", font, at + 12)
            for group in range(groups):
                first, last, _glyph = struct.unpack_from(">III", font, at + 16 + 12 * group)
                yield from range(first, last + 1)


def segments(font: bytes, at: int) -> Iterator[int]:
    """Format 4: segments of code points, each with a shift or a place in an array of glyphs."""
    (double,) = struct.unpack_from(">H", font, at + 6)
    ends, starts = at + 14, at + 16 + double
    for place in range(0, double, 2):
        (last,), (first,) = struct.unpack_from(">H", font, ends + place), struct.unpack_from(">H", font, starts + place)
        (shift,), (jump,) = (struct.unpack_from(">H", font, starts + double * step + place) for step in (1, 2))
        for sign in range(first, last + 1):
            if sign == 0xFFFF:
                continue
            where = starts + 2 * double + place + jump + 2 * (sign - first)
            glyph = struct.unpack_from(">H", font, where)[0] if jump else (sign + shift) & 0xFFFF
            if glyph:
                yield sign
