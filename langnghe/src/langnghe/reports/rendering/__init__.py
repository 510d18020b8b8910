"""From a plain `ReportDocument` to DOCX, PDF, HTML and XLSX: no database, no clock; the same document gives the same bytes."""

from __future__ import annotations

from collections.abc import Callable

from langnghe.reports.rendering.document import ReportDocument
from langnghe.reports.rendering.html import render_html

RENDERERS: dict[str, tuple[str, Callable[[ReportDocument], bytes]]] = {
    "report.html": ("text/html; charset=utf-8", render_html),
}
"""File name → its media type and what renders it. Heavy libraries load inside the functions."""
