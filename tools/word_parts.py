"""Paragraphs, tables and borders of a Word document, as `report_template.py` sets them."""

# ruff: noqa: TID253 - a tool that only a maintainer runs
from __future__ import annotations

from typing import Any

from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

FONT = "Times New Roman"
HAIR = "C9CED0"


def look(style: Any, size: float, *, bold: bool = False, colour: RGBColor | None = None) -> None:
    style.font.name, style.font.size, style.font.bold = FONT, Pt(size), bold or None
    style.font.color.rgb = colour if colour is not None else RGBColor(0, 0, 0)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for kind in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{kind}"), FONT)
    for kind in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{kind}"), None)


# ---- small parts ----------------------------------------------------------------------------------------------------------


def border(properties: Any, **sides: tuple[str, int, int]) -> None:
    """`top=("0A5A5C", 8, 4)`: colour, width in eighths of a point, distance in points."""
    edges = OxmlElement("w:pBdr")
    for side in ("top", "left", "bottom", "right"):
        if side in sides:
            colour, width, space = sides[side]
            edge = OxmlElement(f"w:{side}")
            for name, value in (("val", "single"), ("sz", str(width)), ("space", str(space)), ("color", colour)):
                edge.set(qn(f"w:{name}"), value)
            edges.append(edge)
    before = [properties.find(qn(f"w:{name}")) for name in ("shd", "tabs", "suppressAutoHyphens", "spacing", "ind", "jc", "rPr")]
    found = next((element for element in before if element is not None), None)
    if found is None:
        properties.append(edges)
    else:
        found.addprevious(edges)


def para(where: Any, text: str = "", *, style: str = "Normal", align: Any = None, bold: bool = False, italic: bool = False,
         size: float | None = None) -> Any:
    made = where.add_paragraph(style=style)
    if align is not None:
        made.alignment = align
    if text:
        run(made, text, bold=bold, italic=italic, size=size)
    return made


def run(made: Any, text: str, *, style: str | None = None, bold: bool = False, italic: bool = False,
        size: float | None = None) -> Any:
    piece = made.add_run(text, style=style)
    piece.bold, piece.italic = bold or None, italic or None
    if size:
        piece.font.size = Pt(size)
    for text_element in piece._r.findall(qn("w:t")):
        text_element.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    return piece


def table_of(where: Any, widths: list[float], *, lines: bool = False) -> Any:
    made = where.add_table(rows=1, cols=len(widths))
    made.autofit = False
    for column, width in zip(made.columns, widths, strict=True):
        column.width = Mm(width)
    if lines:
        edges = OxmlElement("w:tblBorders")
        for side in ("top", "bottom", "insideH"):
            edge = OxmlElement(f"w:{side}")
            for name, value in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", HAIR)):
                edge.set(qn(f"w:{name}"), value)
            edges.append(edge)
        made._tbl.tblPr.find(qn("w:tblLayout")).addprevious(edges)
    fit(made.rows[0], widths)
    return made


def fit(row: Any, widths: list[float]) -> None:
    for cell, width in zip(row.cells, widths, strict=True):
        cell.width = Mm(width)


def fill(cell: Any, text: str, *, style: str = "Report table", bold: bool = False, align: Any = None) -> Any:
    made = cell.paragraphs[0]
    made.style = style
    if align is not None:
        made.alignment = align
    run(made, text, bold=bold)
    return made


def tag_row(table: Any, text: str) -> None:
    """A row that holds only a tag: it is gone when the report is made."""
    row = table.add_row()
    row.cells[0].paragraphs[0].style = "Report table"
    run(row.cells[0].paragraphs[0], text)


def head_row(table: Any, names: list[str], figures: tuple[int, ...] = ()) -> None:
    row = table.rows[0]
    for place, (cell, name) in enumerate(zip(row.cells, names, strict=True)):
        fill(cell, name, bold=True, align=ALIGN.RIGHT if place in figures else None)
    again = OxmlElement("w:tblHeader")
    row._tr.get_or_add_trPr().append(again)


def body_row(table: Any, cells: list[str], widths: list[float], figures: tuple[int, ...] = ()) -> Any:
    row = table.add_row()
    fit(row, widths)
    for place, (cell, text) in enumerate(zip(row.cells, cells, strict=True)):
        fill(cell, text, align=ALIGN.RIGHT if place in figures else None)
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    return row


# ---- the report -----------------------------------------------------------------------------------------------------------
