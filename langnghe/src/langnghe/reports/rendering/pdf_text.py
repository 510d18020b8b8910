"""What a built PDF carries and says: its attached files, and its text in the order of its structure tree, cells by tabs.

A sentence that a page break cuts, or beside which a drawing stands, is whole in the structure tree (ISO 32000-1, 14.7-14.8). The
letters of a drawing are left out: its alternative text stands for them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from langnghe.reports.rendering.pdf_objects import TOKEN, Name, Objects, Ref, literal, parse_value
from nghe.errors import Fault

BLOCKS = frozenset({"P", "H1", "H2", "H3", "H4", "Title", "TR", "LI", "Caption", "Div", "Sect", "Table", "Note"})
CELLS = frozenset({"TD", "TH"})
CELL_ENDS = "\t"
MOST_STEPS = 200_000

Texts = dict[tuple[int, int], str]


@dataclass(frozen=True, slots=True)
class PdfText:
    attached: dict[str, bytes]
    blocks: tuple[str, ...]


def read_pdf(content: bytes, name: str = "report.pdf") -> PdfText:
    """Raises `Fault` for what is no PDF, or one that another program has written again."""
    objects = Objects(content, name)
    root = objects.get(objects.trailer["Root"])
    if not isinstance(root, dict):
        raise Fault("pdf.damaged", name, "has no root")
    return PdfText(dict(attachments(objects, root)), tuple(blocks_of(objects, root)))


def attachments(objects: Objects, root: dict[str, Any]) -> Iterator[tuple[str, bytes]]:
    for entry in objects.get(root.get("AF")) or []:
        about = objects.get(entry)
        inside = objects.get(about.get("EF")) if isinstance(about, dict) else None
        if isinstance(inside, dict):
            called = objects.get(about.get("UF") or about.get("F")) or b""
            yield said(called), objects.body(inside.get("F") or inside.get("UF"))


def said(text: bytes) -> str:
    return text[2:].decode("utf-16-be", "replace") if text.startswith(b"\xfe\xff") else text.decode("latin-1")


# ---- text of the pages, by marked content ---------------------------------------------------------------------------------


def texts_of(objects: Objects, root: dict[str, Any]) -> Texts:
    """(number of the page's object, mark) → the text that stands under this mark."""
    texts: Texts = defaultdict(str)
    fonts: dict[int, dict[int, str]] = {}
    for page in pages_of(objects, root.get("Pages")):
        about = objects.get(page)
        resources = objects.get(about.get("Resources")) or {}
        named = {name: letters(objects, font, fonts) for name, font in (objects.get(resources.get("Font")) or {}).items()}
        streams = objects.get(about.get("Contents"))
        content = b"\n".join(objects.body(part) for part in (streams if isinstance(streams, list) else [about["Contents"]]))
        for mark, text in marked_text(content, named):
            texts[page.number, mark] += text
    return texts


def pages_of(objects: Objects, node: Any, depth: int = 0) -> Iterator[Ref]:
    about = objects.get(node)
    if not isinstance(about, dict) or depth > 32:
        raise Fault("pdf.damaged", objects.where, "has a broken tree of pages")
    if about.get("Type") == "Page":
        yield node
    for kid in objects.get(about.get("Kids")) or []:
        yield from pages_of(objects, kid, depth + 1)


def letters(objects: Objects, font: Any, known: dict[int, dict[int, str]]) -> dict[int, str]:
    """Glyph → the text that it stands for."""
    number = font.number if isinstance(font, Ref) else id(font)
    if number not in known:
        about = objects.get(font)
        known[number] = to_unicode(objects.body(about["ToUnicode"])) if "ToUnicode" in about else {}
    return known[number]


def to_unicode(table: bytes) -> dict[int, str]:
    """`beginbfchar` and `beginbfrange` of a ToUnicode table."""
    found: dict[int, str] = {}
    for part in re.findall(rb"beginbfchar(.*?)endbfchar", table, re.DOTALL):
        for glyph, text in re.findall(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", part):
            found[int(glyph, 16)] = bytes.fromhex(text.decode()).decode("utf-16-be", "replace")
    for part in re.findall(rb"beginbfrange(.*?)endbfrange", table, re.DOTALL):
        for first, last, text in re.findall(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", part):
            start = int(text, 16)
            for step in range(min(int(last, 16) - int(first, 16), 0xFFFF) + 1):
                found[int(first, 16) + step] = chr(start + step)
    return found


def marked_text(content: bytes, fonts: dict[str, dict[int, str]]) -> Iterator[tuple[int, str]]:
    """(mark, text) of every showing of text that stands under a mark; what is an artifact has none."""
    operands: list[Any] = []
    marks: list[int | None] = []
    font: dict[int, str] = {}
    at = 0
    while found := TOKEN.match(content, at):
        token = found["token"]
        if token == b"(":
            value, at = literal(content, found.end())
            operands.append(value)
        elif token[:1] in b"<[/" or re.fullmatch(rb"[+-]?\d*\.?\d*", token):
            value, at = parse_value(content, at)
            operands.append(value)
        else:
            at = found.end()
            if token in (b"BDC", b"BMC"):
                marks.append(mark_of(operands))
            elif token == b"EMC" and marks:
                marks.pop()
            elif token == b"Tf" and operands:
                font = fonts.get(str(operands[0]), {})
            elif token in (b"Tj", b"TJ", b"'", b'"') and operands:
                mark = next((mark for mark in reversed(marks) if mark is not None), None)
                if mark is not None:
                    yield mark, shown(operands[-1], font)
            operands = []


def mark_of(operands: list[Any]) -> int | None:
    about = operands[-1] if operands else None
    if isinstance(about, dict) and isinstance(about.get("MCID"), int) and operands[0] != Name("Artifact"):
        return int(about["MCID"])
    return None


def shown(value: Any, font: dict[int, str]) -> str:
    """The text of a string of glyphs, two bytes each."""
    pieces = value if isinstance(value, list) else [value]
    return "".join(
        font.get(int.from_bytes(piece[at: at + 2], "big"), "\ufffd")
        for piece in pieces if isinstance(piece, bytes) for at in range(0, len(piece), 2)
    )


# ---- in the order of the structure ------------------------------------------------------------------------------------------


def blocks_of(objects: Objects, root: dict[str, Any]) -> Iterator[str]:
    """The text of each block of the structure tree: paragraphs, headings, rows of tables."""
    tree = objects.get(root.get("StructTreeRoot"))
    if not isinstance(tree, dict):
        raise Fault("pdf.rewritten", objects.where, "has no structure; it was written by another program")
    texts = texts_of(objects, root)
    out = [""]
    steps = 0
    stack: list[tuple[Any, int]] = [(tree.get("K"), 0)]
    while stack:
        steps += 1
        if steps > MOST_STEPS:
            raise Fault("pdf.damaged", objects.where, "has a structure that does not end")
        node, page = stack.pop()
        if isinstance(node, Ref):
            node = objects.get(node)
        if isinstance(node, list):
            stack += [(kid, page) for kid in reversed(node)]
        elif isinstance(node, int):
            out[-1] += texts.get((page, node), "")
        elif node == "":
            out.append("")
        elif node == CELL_ENDS:
            out[-1] += CELL_ENDS
        elif isinstance(node, dict):
            page = node["Pg"].number if isinstance(node.get("Pg"), Ref) else page
            if isinstance(node.get("MCID"), int):
                out[-1] += texts.get((page, node["MCID"]), "")
            elif "K" in node and node.get("S") != "Figure":
                ends = [("", page)] if node.get("S") in BLOCKS else [(CELL_ENDS, page)] if node.get("S") in CELLS else []
                stack += [*ends, (node["K"], page), *ends]
    yield from filter(None, (text.strip() for text in out))
