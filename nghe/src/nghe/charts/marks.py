"""What a chart is made of: shapes with a kind, set as classes in a page and as literal colours in a document."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

INK, INK_2, INK_3, EDGE, GRID, SHEET = "#1c1a16", "#474239", "#625b4f", "#857b6a", "#e7e0d3", "#ffffff"
TEAL, TEAL_MID, BAND, MUTED = "#0a5558", "#5b908e", "#d5e5e1", "#c4baa8"
FONT = "Be Vietnam Pro"
SIZE = 12
"""Height of the letters of a chart in a page, px."""

Style = Mapping[str, str]
STYLES: dict[str, Style] = {
    "c-band": {"fill": BAND},
    "c-line": {"fill": "none", "stroke": TEAL, "stroke-width": "1.75", "stroke-linejoin": "round"},
    "c-mid": {"fill": "none", "stroke": TEAL_MID, "stroke-width": "1", "stroke-dasharray": "3 3"},
    "c-dot": {"fill": TEAL, "stroke": SHEET, "stroke-width": "1.25"},
    "c-old": {"fill": INK_3, "stroke": SHEET, "stroke-width": "1.25"},
    "c-ci": {"stroke": TEAL, "stroke-width": "2.5"},
    "c-ci old": {"stroke": INK_3, "stroke-width": "1.75"},
    "c-cap": {"stroke": TEAL, "stroke-width": "1.25"},
    "c-cap old": {"stroke": INK_3, "stroke-width": "1.25"},
    "c-model": {"stroke": TEAL, "stroke-width": "1.75", "stroke-dasharray": "4 2"},
    "c-ref": {"stroke": INK_2, "stroke-width": "1"},
    "c-grid": {"stroke": GRID, "stroke-width": "1"},
    "c-axis": {"stroke": EDGE, "stroke-width": "1"},
    "c-on": {"fill": TEAL},
    "c-off": {"fill": SHEET, "stroke": EDGE},
    "c-miss": {"stroke": EDGE, "stroke-width": "1.25"},
    "c-ink": {"fill": INK_2, "stroke": INK_2},
    "c-mut": {"fill": MUTED},
    "c-side": {"fill": TEAL_MID},
    "c-box": {"fill": "none", "stroke": EDGE},
    "c-merged": {"fill": BAND, "stroke": EDGE, "stroke-dasharray": "1.5 1.5"},
    "c-quiet": {"fill": "none", "stroke": INK_2, "stroke-width": "1.5", "stroke-dasharray": "1.5 2"},
    "c-paper": {"fill": SHEET},
    "c-hatch": {"stroke": INK_2},
    "c-dots": {"stroke": INK_2},
    "c-hatching": {"stroke": INK_2, "stroke-width": "2.6"},
    "": {"fill": INK_3},
    "strong": {"fill": INK, "font-weight": "600"},
    "name": {"fill": INK_2},
}
"""Kind of a shape → its literal look in a document; in a page the style sheet of the house gives it (and its dark form)."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One shape or text. `fill`: a pattern that stands in for the colour ("hatch" or "dots")."""

    tag: str
    kind: str
    attributes: tuple[tuple[str, str], ...]
    text: str = ""
    fill: str = ""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart of a fixed size in px, with the text that stands in for it; without one it is an ornament, hidden from a reader.

    A `fluid` one is as wide as the page lets it: its marks stand in percent of the width, and no document can take it.
    """

    width: float
    height: float
    label: str
    marks: tuple[Mark, ...]
    fluid: bool = False

    def svg(self, *, standalone: bool = False) -> str:
        """As SVG text; `standalone` needs no style sheet and is what documents take."""
        if self.fluid and standalone:
            raise ValueError("a fluid drawing has no width of its own: a document cannot take it")
        size = f'width="{plain(self.width)}" height="{plain(self.height)}" viewBox="0 0 {plain(self.width)} {plain(self.height)}"'
        if self.fluid:
            size = f'width="100%" height="{plain(self.height)}"'
        if standalone:
            head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="{FONT}" font-size="{SIZE}">'
        else:
            says = f'role="img" aria-label={quoteattr(self.label)}' if self.label else 'aria-hidden="true"'
            head = f'<svg class="chart" {size} {says}>'
        own = hashlib.sha256(repr((self.label, self.marks)).encode()).hexdigest()[:8]
        return head + self._patterns(own, standalone) + "".join(draw(mark, own, standalone) for mark in self.marks) + "</svg>"

    def _patterns(self, own: str, standalone: bool) -> str:
        used = sorted({mark.fill for mark in self.marks if mark.fill})
        return f"<defs>{''.join(PATTERNS[name](f'{name}-{own}', standalone) for name in used)}</defs>" if used else ""


def draw(mark: Mark, own: str, standalone: bool) -> str:
    look = dict(STYLES[mark.kind]) if standalone else {"class": mark.kind} if mark.kind else {}
    if mark.fill:
        look["fill"] = f"url(#{mark.fill}-{own})"
    words = " ".join(f"{name}={quoteattr(value)}" for name, value in (*look.items(), *mark.attributes))
    return f"<{mark.tag} {words}>{escape(mark.text)}</{mark.tag}>" if mark.text else f"<{mark.tag} {words}/>"


def _look(kind: str, standalone: bool) -> str:
    return " ".join(f'{name}="{value}"' for name, value in STYLES[kind].items()) if standalone else f'class="{kind}"'


PATTERNS = {
    "hatch": lambda name, alone: (
        f'<pattern id="{name}" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        f'<rect width="6" height="6" {_look("c-paper", alone)}/><path d="M0 0v6" {_look("c-hatching", alone)}/></pattern>'
    ),
    "dots": lambda name, alone: (
        f'<pattern id="{name}" width="4" height="4" patternUnits="userSpaceOnUse"><rect width="4" height="4" '
        f'{_look("c-paper", alone)}/><rect x="1" y="1" width="1.4" height="1.4" {_look("c-ink", alone)}/></pattern>'
    ),
}


def plain(value: float) -> str:
    """A coordinate with one decimal at most."""
    return f"{value:.1f}".rstrip("0").rstrip(".") if value != int(value) else str(int(value))


def mark(tag: str, kind: str, *, text: str = "", fill: str = "", **attributes: float | str) -> Mark:
    return Mark(
        tag,
        kind,
        tuple(
            (name.rstrip("_").replace("_", "-"), value if isinstance(value, str) else plain(value))
            for name, value in attributes.items()
        ),
        text,
        fill,
    )


def line(kind: str, x1: float, y1: float, x2: float, y2: float) -> Mark:
    return mark("line", kind, x1=x1, y1=y1, x2=x2, y2=y2)


def rect(kind: str, x: float, y: float, width: float, height: float, *, fill: str = "") -> Mark:
    return mark("rect", kind, fill=fill, x=x, y=y, width=width, height=height)


def circle(kind: str, x: float, y: float, r: float) -> Mark:
    return mark("circle", kind, cx=x, cy=y, r=r)


def percent(share: float) -> str:
    return f"{plain(100 * share)}%"


def line_at(kind: str, x1: float, y1: float, x2: float, y2: float) -> Mark:
    """A line of a fluid drawing: across in shares of the width, down in px."""
    return mark("line", kind, x1=percent(x1), y1=y1, x2=percent(x2), y2=y2)


def rect_at(kind: str, x: float, width: float, y: float, height: float, *, fill: str = "") -> Mark:
    return mark("rect", kind, fill=fill, x=percent(x), y=y, width=percent(width), height=height)


def circle_at(kind: str, x: float, y: float, r: float) -> Mark:
    return mark("circle", kind, cx=percent(x), cy=y, r=r)


def words(text: str, x: float, y: float, kind: str = "", *, anchor: str = "") -> Mark:
    return mark("text", kind, text=text, x=x, y=y, **({"text_anchor": anchor} if anchor else {}))


def points(pairs: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{plain(x)},{plain(y)}" for x, y in pairs)
