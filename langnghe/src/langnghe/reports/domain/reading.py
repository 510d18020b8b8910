"""A report as a page reads it: sentences with their claims, grouped under headings, and the evidence under one of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from langnghe.reports.domain.agreement import is_signed
from langnghe.reports.domain.claims import evidence_of, sentence_of
from langnghe.reports.domain.omissions import reasons_said
from langnghe.reports.domain.problems import why
from langnghe.reports.domain.tables import field_cells, field_order, is_fields
from langnghe.reports.models import Report, Statement
from nghe.charts import squares
from nghe.errors import Fault
from nghe.evidence import Evidence as Frozen
from nghe.wording import Rendered, render, render_own

HEADINGS: tuple[tuple[str, Promise], ...] = (
    ("line", _("The week in five lines")),
    ("strip", _("What this rests on")),
    ("i", _("Salient matters")),
    ("fields", _("By field")),
    ("silent", _("Who did not report, and who had nothing")),
    ("left", _("What was left out")),
    ("outlook", _("Outlook")),
    ("methods", _("Methods and limits")),
)
LABELS: dict[str, Promise] = {
    "breadth": _("How wide"), "heard": _("Heard most"), "streams": _("Main view"), "minority": _("Other views, kept"),
    "mood": _("Moods"), "change": _("Change"), "where": _("Where"), "channels": _("Through which ways"),
    "unknown": _("Not known"), "matters": _("Reports below"), "before": _("The last one"),
}


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a sentence: plain, a claim (a figure or a word with a rule) with the cell it rests on, or its lead-in."""

    text: str
    kind: str
    cell: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    label: str
    slot: str
    parts: list[Part]
    evidence: list[str]
    kinds: list[str]
    judgement: bool
    heading: Promise | str = ""
    opened: bool = False
    problem: str = ""

    @property
    def number(self) -> str:
        return self.label[1:].lstrip("0")


@dataclass(frozen=True, slots=True)
class Section:
    """`head` is what the slots of its sentences begin with, "" for one salient matter, whose `part` is `i2`."""

    title: Promise | str
    said: list[Said]
    level: int = 2
    head: str = ""
    part: str = ""
    table: list[list[str]] = field(default_factory=list)
    signs: str = ""
    reasons: list[tuple[str, int]] = field(default_factory=list)

    @property
    def scored(self) -> bool:
        """Does it say how the last outlook turned out?"""
        return any(one.slot == "outlook.before" for one in self.said)


@dataclass(frozen=True, slots=True)
class Proof:
    """One piece of evidence in words: what was asked, of what, how, how unsure."""

    label: str
    kind: str
    title: str
    base: str
    method: str
    uncertainty: str
    hash: str
    suppressed: int
    total: dict[str, Any]
    frozen_at: str
    drawing: str = ""


@dataclass(frozen=True, slots=True)
class Read:
    sections: list[Section]
    opened: Said | None
    proofs: list[Proof]


def read_report(report: Report, *, language: str, opened: str = "") -> Read:
    frozen = evidence_of(report)
    said = [
        say(row, frozen, language, opened=row.label == opened)
        for row in report.statements.filter(replaced_by=None).prefetch_related("evidence")
    ]
    chosen = next((one for one in said if one.opened), None)
    proofs = [proof_of(frozen[label], language) for label in chosen.evidence] if chosen else []
    return Read(list(sections_of(said, frozen, language)), chosen, proofs)


def say(row: Statement, frozen: dict[str, Frozen], language: str, *, opened: bool) -> Said:
    cited = [evidence.label for evidence in row.evidence.all()]
    sentence = sentence_of(row, cited)
    shown = language if language in sentence.text else "vi"
    try:
        rendered, problem = render(sentence, frozen, shown), ""
    except Fault as fault:
        rendered, problem = Rendered(sentence.text[shown], ()), why(fault)
    parts, at = [], 0
    for span in rendered.spans:
        if span.start < at:
            continue
        if span.start > at:
            parts.append(Part(rendered.text[at: span.start], "plain"))
        parts.append(Part(rendered.text[span.start: span.end], span.kind, str(span.cell or "")))
        at = span.end
    parts.append(Part(rendered.text[at:], "plain"))
    tail = row.slot.partition(".")[2]
    return Said(row.label, row.slot, parts, cited, list(dict.fromkeys(frozen[label].kind for label in cited)), row.judgement,
                LABELS.get(tail, ""), opened, problem)


def sections_of(said: list[Said], frozen: dict[str, Frozen], language: str) -> Iterator[Section]:
    for head, title in HEADINGS:
        if head != "i":
            mine = [one for one in said if one.slot.partition(".")[0] == head]
            if mine:
                fields = fields_cited(mine, frozen) if head == "fields" else None
                yield Section(title, mine, head=head, reasons=reasons_said(frozen) if head == "left" else [],
                              table=[field_cells(fields, row, language) for row in field_order(fields)] if fields else [],
                              signs=signs_said(fields) if fields else "")
            continue
        items = list(dict.fromkeys(match[0] for one in said if (match := re.match(r"i\d+", one.slot))))
        if items:
            yield Section(title, [], head=head)
        for item in items:
            mine = [one for one in said if one.slot.partition(".")[0] == item]
            first = next((one.evidence[0] for one in mine if one.evidence), "")
            yield Section(render_own(frozen[first], "title", language).partition(": ")[2], mine, 3, part=item)


def fields_cited(said: list[Said], frozen: dict[str, Frozen]) -> Frozen | None:
    """The evidence of the table of fields."""
    return next((frozen[label] for one in said for label in one.evidence if is_fields(frozen[label])), None)


def signs_said(evidence: Frozen) -> str:
    """What the signs behind topics mean, where there are any."""
    if not is_signed(evidence):
        return ""
    return " " + gettext("#: codings of this topic do not agree enough; °: agreement not measured yet.")


def proof_of(evidence: Frozen, language: str) -> Proof:
    own = {name: render_own(evidence, name, language) for name in ("title", "base", "method", "uncertainty")}
    return Proof(evidence.id, evidence.kind, own["title"], own["base"], own["method"], own["uncertainty"],
                 evidence.hash.removeprefix("sha256:")[:12], int(evidence.suppressed["cells"]),
                 dict(evidence.rows.get("total", {})), evidence.frozen_at, drawing_of(evidence))


def drawing_of(evidence: Frozen) -> str:
    """One square a place: recorded it, reported without it, did not report. SVG of our own making, for a page."""
    total = evidence.rows.get("total", {})
    counts = [total.get(name) for name in ("places", "reported", "could")]
    if evidence.kind != "FieldIndication" or not all(isinstance(count, int) for count in counts):
        return ""
    heard, reported, could = (int(count or 0) for count in counts)
    label = ngettext(
        "Recorded in %(heard)s place; %(quiet)s reported without it; %(silent)s did not report.",
        "Recorded in %(heard)s places; %(quiet)s reported without it; %(silent)s did not report.", heard,
    ) % {"heard": heard, "quiet": reported - heard, "silent": could - reported}
    return squares(heard, reported, could, label=label, side=14).svg()
