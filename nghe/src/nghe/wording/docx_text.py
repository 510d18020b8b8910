"""The text of a DOCX as a reader sees it, and the claims that travel inside. Only the standard library is needed.

A paragraph, or a row of a table, is one `Stretch`; `parts` are its cells. Taken in: the body, headers, footers, notes, comments,
text boxes, and what tracked changes have put in. Left out: what they have taken out, page numbers, the second copy that Word
keeps of a text box.
"""

from __future__ import annotations

import base64
import binascii
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from nghe.errors import Fault

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
CLAIMS = "{urn:langnghe:claims:1}claims"
LARGEST = 64 * 1024 * 1024
PLACES = (("body", r"word/document\d*\.xml"), ("header", r"word/header\d*\.xml"), ("footer", r"word/footer\d*\.xml"),
          ("footnote", r"word/footnotes\.xml"), ("endnote", r"word/endnotes\.xml"), ("comment", r"word/comments\.xml"))
PAGE_FIELDS = re.compile(r"\s*(PAGE|NUMPAGES|SECTIONPAGES|TOC|PAGEREF)\b")


@dataclass(frozen=True, slots=True)
class Stretch:
    """A paragraph or a row of a table: where it stands (`body 12`), and its text in parts."""

    where: str
    parts: tuple[str, ...]

    @property
    def text(self) -> str:
        return " ".join(self.parts)


@dataclass(frozen=True, slots=True)
class DocxText:
    stretches: tuple[Stretch, ...]
    claims: bytes = b""


def read_docx(content: bytes, name: str = "report.docx") -> DocxText:
    """Raises `Fault` for what is no Word document, or unpacks to more than it should."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(part.file_size for part in archive.infolist()) > LARGEST:
                raise Fault("docx.too_large", name, f"unpacks to more than {LARGEST} bytes")
            parts = {part: archive.read(part) for part in archive.namelist() if part.endswith(".xml")}
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError) as fault:
        raise Fault("docx.damaged", name, f"is no DOCX that can be opened: {fault}") from fault
    if "word/document.xml" not in parts:
        raise Fault("docx.kind", name, "is no Word document (word/document.xml is missing)")
    return DocxText(tuple(stretches_of(parts, name)), claims_in(parts, name))


def stretches_of(parts: dict[str, bytes], name: str) -> Iterator[Stretch]:
    """Headers and footers of several sections that say the same are read once."""
    seen: set[tuple[str, tuple[str, ...]]] = set()
    for place, pattern in PLACES:
        number = 0
        for part in sorted(part for part in parts if re.fullmatch(pattern, part)):
            for block in blocks(parse(parts[part], f"{name}/{part}")):
                number += 1
                cells = tuple(cell for cell in (" ".join(text.split()) for text in block) if cell)
                if not cells or (place in ("header", "footer") and (place, cells) in seen):
                    continue
                seen.add((place, cells))
                yield Stretch(f"{place} {number}", cells)


def parse(body: bytes, where: str) -> ET.Element:
    if b"<!DOCTYPE" in body or b"<!ENTITY" in body:
        raise Fault("docx.damaged", where, "declares entities, which no Word document does")
    try:
        return ET.fromstring(body)  # noqa: S314 - no entities, and the size is bounded
    except ET.ParseError as fault:
        raise Fault("docx.damaged", where, f"is no XML: {fault}") from fault


def blocks(element: ET.Element) -> Iterator[list[str]]:
    """Rows of tables as one, other paragraphs each by itself; paragraphs of a text box after the one that holds it."""
    for child in element:
        if child.tag == f"{W}tbl":
            for row in child.iter(f"{W}tr"):
                yield [text for cell in row.findall(f"{W}tc") for paragraph in paragraphs(cell) for text in texts(paragraph)]
        elif child.tag == f"{W}p":
            for text in texts(child):
                yield [text]
        elif child.tag != FALLBACK:
            yield from blocks(child)


def paragraphs(element: ET.Element) -> Iterator[ET.Element]:
    for child in element:
        if child.tag == f"{W}p":
            yield child
        elif child.tag not in (FALLBACK, f"{W}tbl"):
            yield from paragraphs(child)


def texts(paragraph: ET.Element) -> Iterator[str]:
    """The paragraph's own text, then each paragraph of the text boxes in it."""
    inner: list[ET.Element] = []
    pieces: list[str] = []
    walk(paragraph, pieces, inner, Field())
    yield "".join(pieces)
    for other in inner:
        yield from texts(other)


class Field:
    """Where we stand in a field such as a page number: its code, then its last result."""

    def __init__(self) -> None:
        self.depth = 0
        self.code = ""
        self.result = False

    @property
    def hides(self) -> bool:
        return self.depth > 0 and (not self.result or bool(PAGE_FIELDS.match(self.code)))

    def mark(self, kind: str) -> None:
        if kind == "begin":
            self.depth, self.code, self.result = self.depth + 1, "", False
        elif kind == "separate":
            self.result = True
        elif kind == "end":
            self.depth, self.result = max(self.depth - 1, 0), True


def walk(element: ET.Element, pieces: list[str], inner: list[ET.Element], field: Field) -> None:
    for child in element:
        tag = child.tag.removeprefix(W)
        if child.tag == FALLBACK or tag in ("del", "moveFrom", "delText", "pPr", "rPr"):
            continue
        if tag == "fldSimple" and PAGE_FIELDS.match(child.get(f"{W}instr", "")):
            continue
        if tag == "fldChar":
            field.mark(child.get(f"{W}fldCharType", ""))
        elif tag == "instrText":
            field.code += child.text or ""
        elif tag == "t":
            if not field.hides:
                pieces.append(child.text or "")
        elif tag in ("tab", "br", "cr"):
            pieces.append(" ")
        elif tag == "noBreakHyphen":
            pieces.append("-")
        elif tag == "txbxContent":
            inner.extend(paragraphs(child))
        else:
            walk(child, pieces, inner, field)


def claims_in(parts: dict[str, bytes], name: str) -> bytes:
    """The claims, if the document carries them."""
    for part, body in parts.items():
        if not re.fullmatch(r"customXml/item\d+\.xml", part) or b"urn:langnghe:claims:1" not in body:
            continue
        root = parse(body, f"{name}/{part}")
        if root.tag != CLAIMS:
            continue
        try:
            opener = zlib.decompressobj()
            claims = opener.decompress(base64.b64decode(root.text or "", validate=True), LARGEST)
        except (binascii.Error, zlib.error, ValueError) as fault:
            raise Fault("docx.damaged", f"{name}/{part}", "holds claims that cannot be unpacked") from fault
        if opener.unconsumed_tail:
            raise Fault("docx.too_large", f"{name}/{part}", f"unpacks to more than {LARGEST} bytes")
        return claims
    return b""
