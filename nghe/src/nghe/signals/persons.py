"""The person filter for words: what may be a person's name is not shown. It fails closed: unsure is dropped.

A run of words passes only if both hold:
- `nghe.privacy.find` sees no personal data over it in the items it came from (a hit in one of twenty drops it), and no name of a
  person in any part of it read by itself (`phủ nguyễn xuân phúc`, cut out of a title that ran into a name);
- it is no proper name (capitals inside sentences), or its words say that it is none: a known place, a word for a place or body
before
  or in it, a place preposition before it in a good part of its uses, figures or an all-capital abbreviation.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from importlib import resources

from nghe.privacy.find import find
from nghe.text.fold import fold

PLACE_BEFORE = re.compile(
    r"(?:\b(?:ở|tại|thuộc|gần|tỉnh|huyện|quận|xã|phường|thị trấn|thị xã|thành phố|tp|tp\.|thôn|làng|vùng|đảo|bán đảo|biển|"
    r"sông|núi|cầu|hồ|đèo|cảng|sân bay|nước|thủ đô|bang|eo biển|in|at|near))\s*$", re.IGNORECASE)
_BODIES = """tỉnh huyện quận xã phường thành thị trấn thôn làng đảo sông cầu hồ bệnh viện công ty trường đại học ngân
hàng bộ sở ủy ban quốc hội chính phủ hội đồng nghị tòa án viện quân đội hải đoàn giải cúp thpt đường dự án chung cư nhà máy khu
tàu bão tên lửa"""
BODY_WORDS = frozenset(_BODIES.split())
LOOKED_AT, CUED, CAPITAL, HIT = 40, 0.2, 0.6, 0.05


def may_show(words: str, uses: Sequence[tuple[str, int, int, bool]]) -> bool:
    """May this run be shown? `uses`: (text of an item, start, end, opens a sentence) of its occurrences; none of them, no."""
    seen = uses[:LOOKED_AT]
    if not seen or (holds_name(words) and not _is_known(words)):
        return False
    hits = sum(_is_hit(text, start, end) for text, start, end, _ in seen)
    if hits > HIT * len(seen):
        return False
    inside = [(text, _second(text, start, end) if opens else start, end) for text, start, end, opens in seen]
    inside = [(text, start, end) for text, start, end in inside if start < end]
    if not inside:
        return _is_known(words)
    capital = [_is_capital(text[start:end]) for text, start, end in inside]
    if sum(capital) < CAPITAL * len(inside) and not _has_name_inside(inside):
        return True
    return _is_known(words) or _is_body(words, inside) or _is_abbreviation(inside) or _is_cued(inside)


def holds_name(words: str) -> bool:
    """Is any part of it, of two words or more, a person's name by itself?"""
    parts = words.split()
    runs = (" ".join(parts[first:last]) for first in range(len(parts)) for last in range(first + 2, len(parts) + 1))
    return any(hit.type == "PERSON" and hit.end - hit.start == len(run) for run in runs for hit in find(run))


def _second(text: str, start: int, end: int) -> int:
    """Where the second word of a run begins (its end if there is none): the first, opening a sentence, has its capital from
    there.
    """
    blank = re.search(r"[\s-]", text[start:end])
    return start + blank.end() if blank else end


def _is_hit(text: str, start: int, end: int) -> bool:
    lo, hi = max(0, start - 120), min(len(text), end + 120)
    return any(hit.start < end - lo and hit.end > start - lo for hit in find(text[lo:hi]))


def _is_capital(written: str) -> bool:
    parts = written.split()
    return all(part[0].isupper() or part[0].isdigit() for part in parts) and any(part[0].isupper() for part in parts)


def _has_name_inside(inside: Sequence[tuple[str, int, int]]) -> bool:
    """A capital in most uses on some word of it: part of it may be a name."""
    some = sum(any(part[0].isupper() for part in text[start:end].split()) for text, start, end in inside)
    return some >= CAPITAL * len(inside)


def _is_body(words: str, inside: Sequence[tuple[str, int, int]]) -> bool:
    first = words.split(maxsplit=1)[0]
    return first in BODY_WORDS and any(not part[0].isupper() for part in inside[0][0][inside[0][1] : inside[0][2]].split()[:1])


def _is_abbreviation(inside: Sequence[tuple[str, int, int]]) -> bool:
    """ICBM, G20, Su-22: capitals only, or a figure in it, and no other word with a capital."""
    def sign(part: str) -> bool:
        return bool(re.search(r"\d", part)) or (part.isupper() and 2 <= len(part) <= 6 and part.isascii())

    written = [text[start:end] for text, start, end in inside]
    parts = [re.split(r"[\s-]+", each) for each in written]
    plain = all(sign(part) or not part[0].isupper() for each in parts for part in each if len(part) > 2)
    return plain and sum(any(sign(part) for part in each) for each in parts) >= CAPITAL * len(written)


def _is_cued(inside: Sequence[tuple[str, int, int]]) -> bool:
    return sum(bool(PLACE_BEFORE.search(text[max(0, start - 14) : start])) for text, start, _ in inside) >= CUED * len(inside)


def _is_known(words: str) -> bool:
    return fold(words) in known_places()


@cache
def known_places() -> frozenset[str]:
    """Countries, large cities, provinces: folded. A list of its own, since a name on it is let through."""
    text = (resources.files("nghe.signals") / "places.txt").read_text(encoding="utf-8")
    lines = [line.strip() for line in unicodedata.normalize("NFC", text).splitlines()]
    return frozenset(fold(line) for line in lines if line and not line.startswith("#"))
