"""What templates draw with: signs, states, numbers and days in the reader's language, charts."""

from __future__ import annotations

import datetime as dt
import re
from functools import cache
from pathlib import Path
from typing import Any, Protocol, cast

from django import template
from django.forms import BoundField
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import is_aware, localtime
from django.utils.translation import get_language

from nghe.charts import formats

register = template.Library()
SPRITE = Path(__file__).resolve().parent.parent / "static" / "web" / "icons.svg"


@cache
def icon_names() -> frozenset[str]:
    return frozenset(re.findall(r'<symbol id="([^"]+)"', SPRITE.read_text(encoding="utf-8")))


def language() -> formats.Language:
    return "en" if (get_language() or "vi").startswith("en") else "vi"


# -- signs


@register.simple_tag
def icon(name: str, label: str = "", extra: str = "") -> SafeString:
    """One sign of the sprite: `{% icon "done" %}`. Hidden from a screen reader unless `label` says what it means."""
    if name not in icon_names():
        raise template.TemplateSyntaxError(f"no sign {name!r} in {SPRITE.name}")
    says = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    kind = f"i {extra}" if extra else "i"
    return format_html('<svg class="{}" {}><use href="{}#{}"/></svg>', kind, says, static("web/icons.svg"), name)


@register.inclusion_tag("web/components/state.html")
def state(icon: str, word: str, kind: str = "") -> dict[str, Any]:
    """A state is a shape and a word, always both; `kind` is "", "dim", "ok" or "red" (overdue and refused only)."""
    return {"icon": icon, "word": word, "kind": kind}


@register.inclusion_tag("web/components/sure.html")
def sure(share: float, word: str) -> dict[str, Any]:
    """How sure a machine is: the word first, a bar second, never a bare percentage."""
    return {"word": word, "width": round(min(max(share, 0.0), 1.0) * 40)}


@register.inclusion_tag("web/components/sup.html")
def sup(reason: str = "") -> dict[str, Any]:
    """A cell that is kept back, with its reason for a screen reader."""
    return {"reason": reason}


@register.simple_tag
def control(field: BoundField) -> SafeString:
    """The control of a form field in the look of the house; Django itself ties its hint and its errors to it."""
    given = field.field.widget.attrs.get("class", "")
    return field.as_widget(attrs={"class": f"input {given}".strip()})


# -- numbers and days


@register.filter
def num(value: float | None, digits: int | None = None) -> str:
    return "" if value is None else formats.number(value, language(), digits=digits)


@register.filter
def pct(value: float | None, digits: int = 0) -> str:
    return "" if value is None else formats.percent(value, language(), digits=digits)


@register.filter
def upto(low: float, high: float) -> str:
    """An interval that never breaks: `{{ low|upto:high }}`."""
    return formats.interval(low, high, language())


@register.filter
def day(value: dt.date | dt.datetime | None, how: str = "") -> str:
    """`12/11`; `"year"` adds the year, `"weekday"` the day of the week, `"full"` both."""
    if value is None:
        return ""
    date = here(value).date() if isinstance(value, dt.datetime) else value
    return formats.day(date, language(), year=how in {"year", "full"}, weekday=how in {"weekday", "full"})


@register.filter
def month(value: dt.datetime) -> str:
    """`Th 11`, `Nov`: short, to stand under the number of a day."""
    return f"Th {here(value).month}" if language() == "vi" else here(value).strftime("%b")


@register.filter
def clock(value: dt.datetime | dt.time | None) -> str:
    if value is None:
        return ""
    return formats.clock(here(value) if isinstance(value, dt.datetime) else value)


def here(value: dt.datetime) -> dt.datetime:
    return localtime(value) if is_aware(value) else value


@register.filter
def page_address(number: int, query: str) -> str:
    """The address of another page of the same list: `{{ 3|page_address:request.GET.urlencode }}`."""
    kept = [part for part in query.split("&") if part and not part.startswith("page=")]
    return "?" + "&".join([*kept, f"page={number}"])


# -- charts


class Drawing(Protocol):
    def svg(self, *, standalone: bool = False) -> str: ...


@register.simple_tag
def chart(drawing: Drawing | None, extra: str = "") -> SafeString:
    """A chart of `nghe.charts` as inline SVG: its own code escapes every text in it. `extra` adds a class ("wide-only")."""
    if drawing is None:
        return mark_safe("")
    text = cast(str, drawing.svg())
    if extra:
        text = text.replace('class="chart', f'class="chart {extra}', 1)
    return mark_safe(text)  # noqa: S308
