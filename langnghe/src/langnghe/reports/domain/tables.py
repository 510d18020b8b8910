"""Rows of printed tables as sentences over evidence, so that a cell is as bound to its evidence as a sentence is."""

from __future__ import annotations

from collections.abc import Iterable

from langnghe.reports.domain.agreement import sign_of
from nghe.evidence import Evidence as Frozen
from nghe.wording import Rendered, default_scale, render
from nghe.wording import Statement as Sentence

BETWEEN = "\t"
FIELD_COLUMNS = ("places", "upper", "notes")


def is_fields(evidence: Frozen) -> bool:
    """Is this the evidence of the table of fields?"""
    return evidence.query.get("by") == ["field", "topic"]


def field_order(evidence: Frozen) -> list[str]:
    """The rows of the table: by field, the widest topic first."""
    rows = [name for name, row in evidence.rows.items() if "field" in row]
    return sorted(rows, key=lambda name: (str(evidence.rows[name]["field"]), -int(evidence.rows[name]["places"] or 0),
                                          str(evidence.rows[name]["topic"])))


def field_sentence(evidence: Frozen, row: str) -> Sentence:
    """Topic, places, at most, notes and the change, which the row must earn; cells stand apart by a tab."""
    cell = f"{evidence.id}.{row}"
    tail = [*(f"{{{cell}.{name}}}" for name in FIELD_COLUMNS), f"{{w:{evidence.rows[row]['change']}@{cell}}}"]
    sign = sign_of(evidence.rows[row])
    return Sentence(f"T-{row}", "fields.row", {
        "vi": BETWEEN.join([f"{{{cell}.topic}}{sign}", *tail]), "en": BETWEEN.join([f"{{{cell}.topic_en}}{sign}", *tail]),
    }, (evidence.id,), default_scale().version)


def field_cells(evidence: Frozen, row: str, language: str) -> list[str]:
    return said(evidence, row, language).text.split(BETWEEN)


def said(evidence: Frozen, row: str, language: str) -> Rendered:
    return render(field_sentence(evidence, row), {evidence.id: evidence}, language)


def table_sentences(evidence: Iterable[Frozen]) -> list[Sentence]:
    return [field_sentence(one, row) for one in evidence if is_fields(one) for row in field_order(one)]
