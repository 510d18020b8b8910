"""What a file of a report carries: its claims, and the text that it prints, to be compared with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser

from langnghe.reports.rendering.pdf_text import read_pdf
from langnghe.reports.rendering.values import say_value
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
    """`kind` is claims, html, docx or pdf; `stretches` is what the file prints, nothing for `claims.json`.

    `cells`: `E03.total.places` → the text of that cell as the HTML shows it.
    """

    kind: str
    claims: bytes
    stretches: tuple[Stretch, ...] = ()
    cells: Mapping[str, str] = field(default_factory=dict)

    @property
    def suffix(self) -> str:
        return "json" if self.kind == "claims" else self.kind

    def compare(self, document: Document) -> list[Difference]:
        """Sentences that the file does not print as they are claimed, and figures in it that no claim holds up."""
        if self.kind == "claims":
            return []
        found = lint(self.stretches, document, document["built_with"].get("language", ""))
        said = [difference_of(finding, document) for finding in found if finding.claim or self.kind in WHOLE]
        return [*said, *(self.compare_tables(document) if self.kind == "html" else ())]

    def compare_tables(self, document: Document) -> Iterator[Difference]:
        """The rows of each piece of evidence in the HTML against the evidence that the file carries, cell by cell."""
        language = document["built_with"].get("language", "vi")
        kept = {f"{record['id']}.{row}.{name}": say_value(value, language) for record in document["evidence"]
                for row, cells in record["rows"].items() for name, value in cells.items()}
        for where in sorted({*kept, *self.cells}):
            if kept.get(where, "") != self.cells.get(where, ""):
                yield Difference("printed", where, kept.get(where, ""), self.cells.get(where, ""))


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
    return Carried("html", "".join(reader.claims).encode(), stretches(reader.said), reader.cells)


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
        self.cells: dict[str, str] = {}
        self.at = {"section": "", "tr": "", "td": ""}

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        if tag in self.at:
            self.read_cell(tag, dict(attrs))
        if tag in ("script", "style"):
            self.inside = "claims" if ("id", "claims") in attrs else tag
        elif tag in self.BLOCKS:
            self.said.append("")
        elif tag in self.CELLS:
            self.said[-1] += "\t"

    def read_cell(self, tag: str, attributes: Mapping[str, str | None]) -> None:
        """A section has the label of its evidence for an id; its rows and cells name theirs. One cell twice is one text."""
        self.at[tag] = attributes.get({"section": "id", "tr": "data-row", "td": "data-field"}[tag]) or ""
        if tag == "td" and all(self.at.values()):
            self.cells.setdefault(".".join(self.at.values()), "")

    def handle_endtag(self, tag: str) -> None:
        if tag in self.at:
            self.at[tag] = ""
        if tag in ("script", "style"):
            self.inside = ""
        elif tag in self.BLOCKS:
            self.said.append("")

    def handle_data(self, data: str) -> None:
        if self.inside == "claims":
            self.claims.append(data)
        elif not self.inside:
            self.said[-1] += data
            if all(self.at.values()):
                self.cells[".".join(self.at.values())] += data
