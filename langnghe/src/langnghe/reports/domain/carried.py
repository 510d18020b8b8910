"""What a file of a report carries: its claims, and the text that it prints, to be compared with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html.parser import HTMLParser

from langnghe.reports.rendering.pdf_text import read_pdf
from nghe.errors import Fault
from nghe.wording.claims import Document
from nghe.wording.docx_text import Stretch, read_docx
from nghe.wording.lint import Finding, lint
from nghe.wording.verify import Difference

CLAIMS = "claims.json"
WHOLE = frozenset({"docx", "pdf"})
"""Kinds whose every figure is a claim or a fixed text; the HTML prints the rows of the evidence beside them."""


@dataclass(frozen=True, slots=True)
class Carried:
    """`kind` is claims, html, docx or pdf; `stretches` is what the file prints, nothing for `claims.json`."""

    kind: str
    claims: bytes
    stretches: tuple[Stretch, ...] = ()

    @property
    def suffix(self) -> str:
        return "json" if self.kind == "claims" else self.kind

    def compare(self, document: Document) -> list[Difference]:
        """Sentences that the file does not print as they are claimed, and figures in it that no claim holds up."""
        if self.kind == "claims":
            return []
        found = lint(self.stretches, document, document["built_with"].get("language", ""))
        return [difference_of(finding, document) for finding in found if finding.claim or self.kind in WHOLE]


def difference_of(finding: Finding, document: Document) -> Difference:
    if finding.claim:
        return Difference("printed", finding.claim, finding.expected or said_by(document, finding.claim), finding.text)
    return Difference("printed", finding.where, "a figure or word that a claim holds up", finding.text)


def said_by(document: Document, claim: str) -> str:
    language = document["built_with"].get("language", "vi")
    rendered = next(row["rendered"] for row in document["claims"] if row["id"] == claim)
    return str(rendered.get(language) or rendered["vi"])


def read_carried(content: bytes, name: str) -> Carried:
    """Recognised by its content, not by its name; a `Fault` where it is no file of a report."""
    head = content[:1024].lstrip().lower()
    if head.startswith(b"{"):
        return Carried("claims", content)
    if head.startswith(b"<!doctype html"):
        return read_html(content, name)
    if head.startswith(b"pk"):
        text = read_docx(content, name)
        if not text.claims:
            raise Fault("report.docx", name, "carries no claims")
        return Carried("docx", text.claims, text.stretches)
    if head.startswith(b"%pdf"):
        pdf = read_pdf(content, name)
        if CLAIMS not in pdf.attached:
            raise Fault("report.pdf", name, "carries no claims")
        return Carried("pdf", pdf.attached[CLAIMS], stretches(pdf.blocks))
    raise Fault("report.kind", name, "is neither claims.json nor a DOCX, PDF or HTML")


def stretches(blocks: Sequence[str]) -> tuple[Stretch, ...]:
    """A block with its cells, which tabs set apart."""
    parted = [tuple(filter(None, map(str.strip, block.split("\t")))) for block in blocks]
    return tuple(Stretch(f"block {number}", parts) for number, parts in enumerate(parted, 1) if parts)


def read_html(content: bytes, name: str) -> Carried:
    reader = _Page()
    try:
        reader.feed(content.decode())
    except UnicodeDecodeError as error:
        raise Fault("report.html", name, f"is not UTF-8 ({error.reason} at byte {error.start})") from error
    if not reader.claims:
        raise Fault("report.html", name, "carries no claims")
    return Carried("html", "".join(reader.claims).encode(), stretches(reader.said))


class _Page(HTMLParser):
    """The text of each block, a row of a table as one, and the block of data with the claims."""

    BLOCKS = frozenset({"p", "summary", "tr", "h1", "h2", "h3", "h4", "dt", "dd", "li", "div", "br", "caption", "figcaption",
                        "section"})
    CELLS = frozenset({"td", "th"})

    def __init__(self) -> None:
        super().__init__()
        self.claims: list[str] = []
        self.said: list[str] = [""]
        self.inside = ""

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        if tag in ("script", "style"):
            self.inside = "claims" if ("id", "claims") in attrs else tag
        elif tag in self.BLOCKS:
            self.said.append("")
        elif tag in self.CELLS:
            self.said[-1] += "\t"

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style"):
            self.inside = ""
        elif tag in self.BLOCKS:
            self.said.append("")

    def handle_data(self, data: str) -> None:
        if self.inside == "claims":
            self.claims.append(data)
        elif not self.inside:
            self.said[-1] += data
