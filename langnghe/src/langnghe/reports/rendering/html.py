"""The HTML edition: one file with its fonts, no script. A sentence is a `<details>`; opening it shows its evidence."""

from __future__ import annotations

import base64
import json
from functools import cache
from pathlib import Path
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from langnghe.reports.rendering.document import Proof, ReportDocument, Said, Section, Table
from langnghe.reports.rendering.values import say_value

HERE = Path(__file__).parent
FACES = (
    ("Tinos", "400", "normal", "Tinos-Regular"), ("Tinos", "700", "normal", "Tinos-Bold"),
    ("Tinos", "400", "italic", "Tinos-Italic"),
    ("Be Vietnam Pro", "400", "normal", "BeVietnamPro-Regular"), ("Be Vietnam Pro", "500 700", "normal", "BeVietnamPro-SemiBold"),
)


def render_html(document: ReportDocument) -> bytes:
    """UTF-8. The claims stand in a block of data, so that the file can be checked alone."""
    proofs = {proof.id: proof for proof in document.evidence}
    sections = [
        {"section": section, "lines": [open_sentence(one, number, proofs, document)
                                       for number, one in enumerate(section.said, 1)],
         "drawings": [{"exhibit": exhibit, "svg": trusted(exhibit.svg)} for exhibit in section.exhibits],
         "head": table_head(section), "rows": table_rows(section)}
        for section in document.sections
    ]
    used = {proof.id: [said.code for said in document.every_said() if proof.id in said.evidence] for proof in document.evidence}
    page = render_to_string("reports/document.html", {
        "document": document, "head": document.letterhead, "labels": document.labels, "sections": sections, "styles": styles(),
        "claims": data_block(document.claims),
        "proofs": [{"proof": proof, "used": used[proof.id], "table": rows_of(proof, document)} for proof in document.evidence],
    })
    return "\n".join(line.rstrip() for line in page.splitlines() if line.strip()).encode() + b"\n"


def open_sentence(said: Said, number: int, proofs: dict[str, Proof], document: ReportDocument) -> dict[str, Any]:
    """A sentence, and what stands under it: each piece of evidence with the figures that the sentence takes from it."""
    rules = dict(document.scale)
    words = list(dict.fromkeys(part.text for part in said.parts if part.kind == "word"))
    return {
        "said": said, "number": number,
        "proofs": [{"proof": proofs[label], "figures": figures_of(said, proofs[label])} for label in said.evidence],
        "words": [(word, rules.get(word) or rules.get(word[:1].lower() + word[1:], "")) for word in words],
    }


def figures_of(said: Said, proof: Proof) -> list[tuple[str, str]]:
    """Each figure of the sentence from this evidence: what it counts, and how it is printed."""
    mine = (part for part in said.parts if part.kind in ("figure", "text") and part.cell.startswith(f"{proof.id}."))
    cells = {part.cell: part.text for part in mine}
    return [(proof.say_cell(cell), text) for cell, text in cells.items()]


def table_head(section: Section) -> list[Any]:
    """Names of columns; in place of one, a drawing (the axis)."""
    table = section.table
    return with_drawing(list(table.head), table, 0) if table else []


def table_rows(section: Section) -> list[list[Any]]:
    """(text, is a figure) of each cell, and the drawing of the row among them."""
    table = section.table
    if not table:
        return []
    return [with_drawing([(cell, place in table.figures) for place, cell in enumerate(row)], table, number)
            for number, row in enumerate(table.rows, 1)]


def with_drawing(cells: list[Any], table: Table, number: int) -> list[Any]:
    if table.drawings:
        drawing = table.drawings[number]
        cells.insert(table.drawn_after + 1, {"svg": trusted(drawing.svg), "alt": drawing.alt})
    return cells


def rows_of(proof: Proof, document: ReportDocument) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """The key of each row, its name, and the field and the text of each of its cells: `verify` finds them by these keys."""
    return [(key, name or key, [(field, say_value(value, document.language))
                                for field, value in zip(proof.columns, cells, strict=True)])
            for (key, cells), name in zip(proof.rows, proof.row_names, strict=True)]


def trusted(svg: str) -> SafeString:
    """Drawings are made by the library from numbers and escaped names, never from a file that somebody sent."""
    return mark_safe(svg)  # noqa: S308


def data_block(claims: bytes) -> SafeString:
    """The claims as JSON that cannot end its own block: `<` is written as an escape, which JSON reads back."""
    return mark_safe(json.dumps(json.loads(claims), ensure_ascii=False, sort_keys=True, separators=(",", ":"))  # noqa: S308
                     .replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029"))


@cache
def styles() -> SafeString:
    faces = "".join(
        f'@font-face{{font-family:"{family}";font-weight:{weight};font-style:{style};'
        f"src:url(data:font/woff2;base64,{base64.b64encode((HERE / 'fonts' / f'{name}.woff2').read_bytes()).decode()})"
        ' format("woff2")}\n'
        for family, weight, style, name in FACES
    )
    return mark_safe(faces + (HERE / "report.css").read_text(encoding="utf-8"))  # noqa: S308
