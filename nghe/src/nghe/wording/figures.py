"""How a figure is printed in Vietnamese and in English.

Forms: none (whole numbers with thousands, texts as they are), `p1` one decimal, `d2` two decimals, `dm` day and month, `dmy`
day, month and year.
"""

from __future__ import annotations

import datetime as dt
import re

from nghe.errors import Fault
from nghe.evidence import Value

FORMS = ("", "p1", "d2", "dm", "dmy")
LANGUAGES = ("vi", "en")
MINUS = "−"
WORD_JOINER = "\u2060"
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
INTERVAL = re.compile(r"(?<=\d)–(?=[−\d])")
SLASH = re.compile(r"(?<=\d)/(?=\d)")
UNIT = re.compile(r"(?<=\d) (?=%)")


def format_figure(value: Value, form: str, lang: str, *, where: str = "figure") -> str:
    """The printed figure; raises `Fault` where the form does not go with the value."""
    if lang not in LANGUAGES:
        raise Fault("wording.language", where, f"{lang!r} is none of {', '.join(LANGUAGES)}")
    if form in ("dm", "dmy"):
        return format_day(value, form, lang, where)
    if form in ("p1", "d2"):
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise Fault("wording.form", where, f"{value!r} is no number, so |{form} does not fit")
        return format_number(value, {"p1": 1, "d2": 2}[form], lang)
    if form:
        raise Fault("wording.form", where, f"|{form} is none of {', '.join(FORMS[1:])}, cap")
    if isinstance(value, bool) or value is None:
        raise Fault("wording.form", where, f"{value!r} cannot be printed as a figure")
    if isinstance(value, float):
        raise Fault("wording.form", where, f"{value!r} has decimals: say how many, |p1 or |d2")
    return format_number(value, 0, lang) if isinstance(value, int) else value


def format_number(value: float, decimals: int, lang: str) -> str:
    """Thousands and decimals by language; a true minus sign; never a negative zero."""
    text = f"{abs(value):,.{decimals}f}"
    if lang == "vi":
        text = text.translate(str.maketrans(",.", ".,"))
    return (MINUS if value < 0 and re.search("[1-9]", text) else "") + text


def format_day(value: Value, form: str, lang: str, where: str) -> str:
    try:
        day = dt.date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        day = None
    if day is None:
        raise Fault("wording.form", where, f"{value!r} is no day such as 2026-11-12, so |{form} does not fit")
    if lang == "vi":
        return f"{day.day:02}/{day.month:02}" + (f"/{day.year}" if form == "dmy" else "")
    return f"{day.day} {MONTHS[day.month - 1]}" + (f" {day.year}" if form == "dmy" else "")


def glue_intervals(text: str) -> str:
    """The same text with word joiners, so that no line breaks inside 55,1–66,1% or 11/15.

    For a renderer whose fonts have the sign; `verify` and `lint` read the text with or without it.
    """
    for break_at in (INTERVAL, SLASH):
        text = break_at.sub(lambda hit: f"{WORD_JOINER}{hit.group()}{WORD_JOINER}", text)
    return UNIT.sub("\u00a0", text)
