"""The annex as XLSX: every sentence, every piece of evidence, and the rows of each, to be counted again by hand.

Text is written as text and never as a formula or a link; text that begins like a formula carries the sign that keeps a
spreadsheet from reading it as one when the cell is edited.
"""

from __future__ import annotations

import io
from typing import Any

from langnghe.common.safe_csv import DANGEROUS
from langnghe.reports.rendering.document import Proof, ReportDocument

LONGEST_CELL = 32_767
"""Signs that one cell of a spreadsheet holds."""


def render_xlsx(document: ReportDocument) -> bytes:
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    head = document.letterhead
    book.set_properties({"title": f"{head.title} {head.number}", "author": head.office, "comments": document.digest,
                         "created": document.made_at.replace(tzinfo=None, microsecond=0)})
    page = Pages(book, document)
    page.sentences()
    page.evidence()
    for proof in document.evidence:
        page.rows_of(proof)
    page.scale()
    book.close()
    return out.getvalue()


class Pages:
    """The sheets of one annex, in one look."""

    def __init__(self, book: Any, document: ReportDocument) -> None:
        self.book, self.document, self.labels = book, document, document.labels
        self.head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self.plain = book.add_format({"text_wrap": True, "valign": "top"})
        self.quoted = book.add_format({"text_wrap": True, "valign": "top", "quote_prefix": True})
        self.note = book.add_format({"italic": True, "font_color": "#5d6468"})

    def sentences(self) -> None:
        rows = [(said.code, section.title, said.text, " ".join(said.evidence), self.labels["judgement"] if said.judgement else "")
                for section in self.document.sections for said in section.said]
        self.sheet(self.labels["sentences"], self.say("proof_id", "section", "sentence", "evidence", "judgement"), rows,
                   (8, 28, 90, 14, 12))

    def evidence(self) -> None:
        rows = [(proof.id, proof.kind_name, proof.title, proof.base, proof.method, proof.uncertainty, proof.suppressed,
                 proof.hash) for proof in self.document.evidence]
        head = self.say("proof_id", "kind", "proof_title", "proof_base", "proof_method", "proof_uncertainty", "proof_suppressed",
                        "proof_hash")
        sheet = self.sheet(self.labels["evidence"], head, rows, (8, 18, 34, 34, 44, 44, 12, 74))
        sheet.write_string(len(rows) + 2, 0, f"{self.labels['digest']}: {self.document.digest}", self.note)

    def say(self, *names: str) -> tuple[str, ...]:
        return tuple(self.labels[name] for name in names)

    def rows_of(self, proof: Proof) -> None:
        rows = [(key, name, *cells) for (key, cells), name in zip(proof.rows, proof.row_names, strict=True)]
        self.sheet(proof.id, (self.labels["row"], "", *proof.headings), rows, (16, 30, *[12] * len(proof.headings)))

    def scale(self) -> None:
        self.sheet(self.labels["scale"], self.say("scale_word", "scale_rule"), list(self.document.scale), (34, 90))

    def sheet(self, name: str, head: tuple[str, ...], rows: list[tuple[Any, ...]], widths: tuple[int, ...]) -> Any:
        sheet = self.book.add_worksheet(name[:31])
        for column, (title, width) in enumerate(zip(head, widths, strict=True)):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, title, self.head)
        sheet.freeze_panes(1, 0)
        for number, row in enumerate(rows, 1):
            for column, value in enumerate(row):
                self.cell(sheet, number, column, value)
        return sheet

    def cell(self, sheet: Any, row: int, column: int, value: Any) -> None:
        if isinstance(value, bool):
            sheet.write_boolean(row, column, value, self.plain)
        elif isinstance(value, int | float):
            sheet.write_number(row, column, value, self.plain)
        elif value not in (None, ""):
            text = str(value)[:LONGEST_CELL]
            sheet.write_string(row, column, text, self.quoted if text.startswith(DANGEROUS) else self.plain)
