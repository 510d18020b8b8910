"""Which file is made by what. Heavy libraries load inside the functions, so that a page needs none of them."""

from __future__ import annotations

from collections.abc import Callable

from langnghe.reports.rendering.document import ReportDocument

KINDS = {
    "report.docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "report.pdf": "application/pdf",
    "report.html": "text/html; charset=utf-8",
    "annex.xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
"""File name → media type, in the order in which they are made."""


def render(name: str, document: ReportDocument, *, template: bytes | None = None) -> bytes:
    """One file of the report; `template` is an office's own for the DOCX."""
    if name == "report.docx":
        from langnghe.reports.rendering.docx import render_docx

        return render_docx(document, template)
    makers: dict[str, Callable[[ReportDocument], bytes]] = {"report.pdf": pdf, "report.html": html, "annex.xlsx": xlsx}
    return makers[name](document)


def pdf(document: ReportDocument) -> bytes:
    from langnghe.reports.rendering.pdf import render_pdf

    return render_pdf(document)


def html(document: ReportDocument) -> bytes:
    from langnghe.reports.rendering.html import render_html

    return render_html(document)


def xlsx(document: ReportDocument) -> bytes:
    from langnghe.reports.rendering.xlsx import render_xlsx

    return render_xlsx(document)
