"""Numbers and days as they are written in Vietnamese and English, the same in a chart, its table and the page around it."""

from __future__ import annotations

import datetime as dt
import math
from typing import Literal

Language = Literal["vi", "en"]
JOINER = "\u2060"
"""A word joiner, on both sides of the dash, so that an interval never breaks across lines."""


def number(value: float, language: Language = "vi", *, digits: int | None = None) -> str:
    """`1206` is "1.206" in Vietnamese and "1,206" in English; `digits` fixes the decimals, else two significant at most.

    >>> number(2.7), number(1206), number(0.536), number(-3)
    ('2,7', '1.206', '0,54', '−3')
    >>> number(2.7, "en"), number(1206, "en", digits=1)
    ('2.7', '1,206.0')
    """
    if not math.isfinite(value):
        raise ValueError(f"no number to write: {value!r}")
    if digits is None:
        digits = 0 if float(value).is_integer() or abs(value) >= 10 else 1 if abs(value) >= 1 else 2
    text = f"{abs(value):,.{digits}f}"
    if language == "vi":
        text = text.translate({ord(","): ".", ord("."): ","})
    return f"−{text}" if value < 0 and text.strip("0.,") else text


def percent(share: float, language: Language = "vi", *, digits: int = 0) -> str:
    """`0.34` is "34%"."""
    return f"{number(share * 100, language, digits=digits)}%"


def interval(low: float, high: float, language: Language = "vi", *, digits: int | None = None) -> str:
    """Both bounds with the same decimals, never broken: "1,7–4,2"."""
    if digits is None:
        digits = max(_decimals(low), _decimals(high))
    first, last = (number(x, language, digits=digits) for x in (low, high))
    return f"{first}{JOINER}–{JOINER}{last}"


def _decimals(value: float) -> int:
    return 0 if float(value).is_integer() or abs(value) >= 10 else 1 if abs(value) >= 1 else 2


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAYS = {
    "vi": ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}


def day(value: dt.date, language: Language = "vi", *, year: bool = False, weekday: bool = False) -> str:
    """`12/11` or `12/11/2026`; in English `12 Nov`, `12 Nov 2026`; with its weekday when asked.

    >>> day(dt.date(2026, 11, 12)), day(dt.date(2026, 11, 12), "en", year=True, weekday=True)
    ('12/11', 'Thursday 12 Nov 2026')
    """
    if language == "vi":
        text = f"{value.day:02}/{value.month:02}" + (f"/{value.year}" if year else "")
    else:
        text = f"{value.day} {_MONTHS[value.month - 1]}" + (f" {value.year}" if year else "")
    return f"{_DAYS[language][value.weekday()]} {text}" if weekday else text


def clock(value: dt.time | dt.datetime) -> str:
    """`16:00`, `8:12`: the hour without a zero before it."""
    return f"{value.hour}:{value.minute:02}"
