"""A stored report as the document that every renderer takes: final texts, in one language, in the order of reading."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

from django.utils import formats, translation
from django.utils.translation import gettext as _

from langnghe.common.clock import ZONE, today
from langnghe.reports.domain import reading
from langnghe.reports.domain.claims import dated, evidence_of, facts_of
from langnghe.reports.domain.exhibits import duties_drawn, exhibits_of, reaches_drawn
from langnghe.reports.domain.labels import labels_of
from langnghe.reports.domain.likelihood import printed_scale
from langnghe.reports.domain.names import KINDS, field_name, names_of, row_name
from langnghe.reports.domain.sentences import Names
from langnghe.reports.domain.tables import field_cells, field_order
from langnghe.reports.models import Recommendation, Report
from langnghe.reports.rendering.document import (
    Exhibit,
    Language,
    Letterhead,
    Part,
    Proof,
    ReportDocument,
    Said,
    Section,
    SectionName,
    Table,
)
from nghe.evidence import Evidence as Frozen
from nghe.wording import default_scale, render_own

HASH_SHOWN = 12
NAMES: dict[str, SectionName] = {
    "line": "lines", "strip": "strip", "i": "salient", "fields": "fields", "silent": "silent", "left": "left",
    "outlook": "outlook", "methods": "methods",
}
"""First part of a slot → name of its section in documents."""


def set_in_type(report: Report, *, language: Language, claims: bytes = b"") -> ReportDocument:
    """The whole document in one language; `claims` are the bytes that travel inside the files."""
    with translation.override(language):
        frozen, names = evidence_of(report), names_of(report.unit)
        read = reading.read_report(report, language=language)
        sections = [set_section(section, frozen, names, language) for section in read.sections]
        return ReportDocument(
            language=language, letterhead=letterhead_of(report, language),
            sections=tuple(numbered(with_recommendations(sections, report, language))),
            scale=tuple(default_scale().printed(language)), scale_title=_("Words and their rules"),
            evidence=tuple(prove(row, names, language) for row in frozen.values()),
            signer=told(report.unit.letterhead, "signer", language),
            signed_by=report.signed_by.display_name if report.signed_by else "", recipients=recipients_of(report, language),
            digest=report.digest, audit_root=printed_root(report),
            made_at=dated(report).astimezone(ZONE),
            labels=labels_of(report), claims=claims,
        )


def printed_root(report: Report) -> str:
    """The root of the audit log of the day before; nothing where no log had begun."""
    root = str(facts_of(report)["audit_root"])
    return root if root.strip("0") else ""


def told(head: dict[str, str], name: str, language: str) -> str:
    """One line of an office's letterhead, in the language if there is one, else in Vietnamese."""
    return head.get(f"{name}_{language}") or head.get(f"{name}_vi", "")


def long_day(day: dt.date, language: str) -> str:
    return f"ngày {day:%d} tháng {day:%m} năm {day:%Y}" if language == "vi" else f"{day.day} {formats.date_format(day, 'F Y')}"


def letterhead_of(report: Report, language: Language) -> Letterhead:
    """Decree 30/2020, annex I; what the office has not filled in stays out."""
    head = report.unit.letterhead
    day = today(dated(report))
    own = report.unit.name_vi if language == "vi" else report.unit.name_en or report.unit.name_vi
    agency = told(head, "agency", language) or own.upper()
    number, year = report.period[6:], report.period[:4]
    first, last = report.first_day.strftime("%d/%m/%Y"), report.last_day.strftime("%d/%m/%Y")
    place = head.get("place", "")
    state = _("State: %(state)s") % {"state": report.get_state_display()}
    return Letterhead(
        above=told(head, "parent", language), office=agency,
        country="CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" if language == "vi" else "SOCIALIST REPUBLIC OF VIET NAM",
        motto="Độc lập - Tự do - Hạnh phúc" if language == "vi" else "Independence - Freedom - Happiness",
        number=_("No.: %(number)s") % {"number": report.number or f"…/{head.get('symbol', '')}".rstrip("/")},
        place_and_date=", ".join(part for part in (place, long_day(day, language)) if part),
        stamp=_("INTERNAL") if head.get("stamp", True) else "", title=_("REPORT"),
        subtitle=_("Public opinion in week %(number)s of %(year)s") % {"number": number, "year": year},
        period=_("(%(first)s to %(last)s)") % {"first": first, "last": last},
        to=_("To: %(office)s") % {"office": to} if (to := told(head, "to", language)) else "",
        state_line="  ·  ".join([
            state, _("version %(version)s") % {"version": report.version},
            _("data locked on %(day)s") % {"day": today(report.made_at).strftime("%d/%m/%Y")},
            _("digest %(digest)s") % {"digest": report.digest.removeprefix("sha256:")[:HASH_SHOWN]},
        ]),
    )


def set_section(section: reading.Section, frozen: dict[str, Frozen], names: Names, language: Language) -> Section:
    """A section with its sentences; of a salient matter also its drawings, of the fields their table."""
    slots = {one.slot for one in section.said}
    cited = [label for one in section.said for label in one.evidence]
    return Section(
        title="" if "strip" in slots else str(section.title), name=NAMES.get(section.head, "item"),
        level=2 if section.level == 3 else 1, numbered_lines="line" in slots, strip="strip" in slots,
        said=tuple(say(one) for one in section.said),
        exhibits=drawings(section, frozen, names, language),
        table=fields_table(frozen[cited[0]], language) if "fields.head" in slots and cited else None,
        note=note_of(section, language),
    )


def note_of(section: reading.Section, language: Language) -> str:
    if section.head == "outlook":
        return printed_scale(language)
    how = _("The code in the margin leads to the evidence. Italics: a word with a rule, printed in the annex.")
    return how if section.head == "strip" else ""


def drawings(section: reading.Section, frozen: dict[str, Frozen], names: Names,
             language: Language) -> tuple[Exhibit, ...]:
    """Beside a salient matter its weeks, areas and views; under the duties who reported."""
    cited = [frozen[label] for one in section.said for label in one.evidence]
    if section.level == 3 and cited:
        return exhibits_of(cited[0], names.vi if language == "vi" else names.en, language)
    if cited and section.said[0].slot.startswith("silent") and (drawn := duties_drawn(cited[0], language)):
        return (drawn,)
    return ()


def numbered(sections: list[Section]) -> Iterator[Section]:
    """Titles with their numbers: 1., 2., 2.1., 2.2., 3."""
    one = two = 0
    for section in sections:
        if not section.title:
            yield section
            continue
        one, two = (one + 1, 0) if section.level == 1 else (one, two + 1)
        yield replace(section, title=f"{one}. {section.title}" if section.level == 1 else f"{one}.{two}. {section.title}")


def with_recommendations(sections: list[Section], report: Report, language: Language) -> list[Section]:
    """What is asked stands before the methods, the last section."""
    asked = [ask(row, language) for row in report.recommendations.all()]
    if not asked:
        return sections
    head = (_("Code"), _("What is asked"), _("Of whom"), _("Due"), _("State"))
    return [*sections[:-1], Section(_("Recommendations"), "recommendations", table=Table(head, tuple(asked))), sections[-1]]


def say(one: reading.Said) -> Said:
    parts = tuple(Part(part.text, part.kind, part.cell) for part in one.parts if part.text)  # type: ignore[arg-type]
    return Said(one.label, parts, tuple(one.evidence), str(one.heading), one.judgement)


def fields_table(evidence: Frozen, language: Language) -> Table | None:
    """Topics by field: in how many places, with the reach of the silent ones, and the change by rule."""
    names = [str(evidence.rows[row]["field" if language == "vi" else "field_en"]) for row in field_order(evidence)]
    rows = [field_cells(evidence, row, language) for row in field_order(evidence)]
    if not rows:
        return None
    return Table(
        head=(_("Field"), _("Topic"), _("Places"), _("At most"), _("Notes"), _("Change")), figures=(2, 3, 4),
        rows=tuple((name if place == 0 or names[place - 1] != name else "", *cells)
                   for place, (name, cells) in enumerate(zip(names, rows, strict=True))),
        caption=_("Dot and stroke: this week, up to what the silent places could add; band: the four weeks before. Places: "
                  "recorded; at most: if every silent place had recorded it too.") + reading.signs_said(evidence),
        claimed=tuple(range(1, 6)), drawings=reaches_drawn(evidence, field_order(evidence)),
        strong=tuple(evidence.rows[row]["change"] != "unclear" for row in field_order(evidence)),
    )


def ask(row: Recommendation, language: str) -> tuple[str, ...]:
    text = row.text_vi if language == "vi" else row.text_en or row.text_vi
    return (row.code, text, row.addressee, row.due_on.strftime("%d/%m/%Y"), str(row.get_state_display()))


def prove(evidence: Frozen, names: Names, language: Language) -> Proof:
    own = {name: render_own(evidence, name, language) for name in ("title", "base", "method", "uncertainty")}
    columns = tuple(dict.fromkeys(name for cells in evidence.rows.values() for name in cells))
    hidden = int(evidence.suppressed["cells"])
    known = names.vi if language == "vi" else names.en
    return Proof(
        id=evidence.id, kind=evidence.kind, kind_name=str(KINDS[evidence.kind]), **own, suppressed=str(hidden) if hidden else "–",
        hash=evidence.hash, columns=columns, headings=tuple(field_name(column) for column in columns),
        rows=tuple((name, tuple(cells.get(column) for column in columns)) for name, cells in evidence.rows.items()),
        row_names=tuple(row_name(evidence, name, known, language) for name in evidence.rows),
    )


def recipients_of(report: Report, language: str) -> tuple[str, ...]:
    head = report.unit.letterhead
    lines = [told(head, "to", language), _("Archive: office files.")]
    return tuple(f"- {line}" for line in lines if line)
