"""The drawings of a report: places by week with the reach of the silent ones, where, which views, who reported."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django.utils.translation import gettext as _

from langnghe.reports.domain.facts import JOINED
from langnghe.reports.domain.names import row_name
from langnghe.reports.rendering.document import Exhibit, Language
from nghe.charts import Area, Bar, Drawing, Reach, Tile, Week, areas, bars, reaches, tiles, weeks
from nghe.charts.field import axis
from nghe.charts.marks import words
from nghe.evidence import Evidence

MOST_TILES = 60
TILES_IN_A_ROW = 6
REACH_WIDTH = 150
STATES = {"reported": "got", "nil": "got", "silent": "quiet", "excused": "miss"}


def exhibits_of(evidence: Evidence, names: Mapping[str, str], language: Language) -> tuple[Exhibit, ...]:
    """Beside a salient matter; drawn from the rows of one field indication, nothing is counted here."""
    drawn = (weeks_drawn(evidence), areas_drawn(evidence, names, language), views_drawn(evidence, names, language))
    return tuple(one for one in drawn if one)


def exhibit(evidence: Evidence, title: str, drawing: Drawing, caption: str = "") -> Exhibit:
    return Exhibit(title, drawing.svg(standalone=True), drawing.label, caption, evidence.id, round(drawing.width),
                   round(drawing.height))


def weeks_drawn(evidence: Evidence) -> Exhibit | None:
    rows = {name[1:]: row for name, row in evidence.rows.items() if name[0] == "w" and name[1:].isdigit()}
    if not rows:
        return None
    drawn = [Week(name, int(row["places"] or 0), int(row["upper"] or 0)) for name, row in rows.items()]
    title = _("Places by week, weeks %(first)s to %(last)s") % {"first": drawn[0].name, "last": drawn[-1].name}
    alt = f"{title}: " + "; ".join(f"{week.name}: {span(week.places, week.upper)}" for week in drawn)
    top = max(int(row["could"] or 0) for row in rows.values()) or 1
    return exhibit(evidence, title, weeks(drawn, label=alt, top=top, reach=span(drawn[-1].places, drawn[-1].upper)),
                   _("dot: recorded; stroke: if every silent place had recorded it too"))


def areas_drawn(evidence: Evidence, names: Mapping[str, str], language: Language) -> Exhibit | None:
    rows = [name for name in evidence.rows if name.startswith("a-")]
    if not rows:
        return None
    drawn = [Area(capital(row_name(evidence, name, names, language)), *(int(evidence.rows[name][part] or 0)
             for part in ("places", "reported", "could"))) for name in rows]
    title = _("Where, of %(could)s places") % {"could": sum(area.could for area in drawn)}
    alt = f"{title}: " + "; ".join(f"{area.name} {area.heard}/{area.reported}" for area in drawn)
    return exhibit(evidence, title, areas(drawn, label=alt), _("filled: recorded; hollow: not; dash: silent"))


def views_drawn(evidence: Evidence, names: Mapping[str, str], language: Language) -> Exhibit | None:
    rows = [name for name in evidence.rows if name.startswith("s-") and "notes" in evidence.rows[name]]
    if len(rows) < 2:
        return None
    drawn = [Bar(row_name(evidence, name, names, language), int(evidence.rows[name]["notes"] or 0), side=place > 0,
                 merged=JOINED in name) for place, name in enumerate(rows)]
    title = _("Views, by notes")
    alt = f"{title}: " + "; ".join(f"{bar.name} {bar.count}" for bar in drawn)
    return exhibit(evidence, title, bars([Bar(short(bar.name), bar.count, bar.side, bar.merged) for bar in drawn], label=alt,
                                         names=90))


def duties_drawn(evidence: Evidence, language: Language) -> Exhibit | None:
    """Every place that owes a report, in the fixed order of the network; too many to read are not drawn."""
    rows = [row for name, row in evidence.rows.items() if name.startswith("at-")]
    if not rows or len(rows) > MOST_TILES:
        return None
    said = {"reported": _("reported"), "nil": _("nothing to report"), "silent": _("silent"), "excused": _("excused")}
    called = [str(row["place" if language == "vi" else "place_en"]) for row in rows]
    drawn = [Tile(name, STATES[str(row["state"])], "0" if row["state"] == "nil" else "")  # type: ignore[arg-type]
             for name, row in zip(called, rows, strict=True)]
    alt = "; ".join(f"{name}: {said[str(row['state'])]}" for name, row in zip(called, rows, strict=True))
    return exhibit(evidence, _("Who reported"), tiles(drawn, label=alt, columns=TILES_IN_A_ROW),
                   _("filled: reported (0: nothing to report); strong dashes: silent; thin line: excused"))


def reaches_drawn(evidence: Evidence, rows: list[str]) -> tuple[Exhibit, ...]:
    """One drawing for each row of the table of fields, and the axis for its head first."""
    total = evidence.rows["total"]
    top = int(total["could"] or 0) or 1
    return tuple(exhibit(evidence, "", drawing) for drawing in (axis_drawn(top), *reach_rows(evidence, rows, top)))


def reach_rows(evidence: Evidence, rows: list[str], top: int) -> Iterator[Drawing]:
    for name in rows:
        places, upper, low, high = (int(evidence.rows[name][part] or 0) for part in ("places", "upper", "prev_min", "prev_max"))
        label = _("this week %(now)s, the four weeks before %(before)s") % {"now": span(places, upper), "before": span(low, high)}
        strong = evidence.rows[name]["change"] != "unclear"
        yield reaches([Reach(places, upper, low, high, strong)], label=label, top=top, width=REACH_WIDTH)


def axis_drawn(top: int) -> Drawing:
    ticks = axis(top)
    ends = {ticks[0]: "start", ticks[-1]: "end"}
    return Drawing(REACH_WIDTH, 14, _("places, 0 to %(top)s") % {"top": top}, tuple(
        words(str(tick), REACH_WIDTH * tick / top, 11, anchor=ends.get(tick, "middle")) for tick in ticks
    ))


def span(low: int, high: int) -> str:
    return str(low) if low == high else f"{low}–{high}"


def short(name: str, room: int = 13) -> str:
    return name if len(name) <= room else name[: room - 1].rstrip(" ,") + "…"


def capital(name: str) -> str:
    return name[:1].upper() + name[1:]
