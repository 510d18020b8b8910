"""Make the shipped template of a report, `langnghe/reports/rendering/report.docx`: the form of Decree 30/2020, annex I.

    python tools/report_template.py

A maintainer's tool. An office edits a copy of the template in Word; the names that it may use are in docs/use.md. Two runs give
the same bytes.
"""

# ruff: noqa: TID253 - a tool that only a maintainer runs
from __future__ import annotations

import datetime as dt
import io
import sys
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.section import WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from langnghe.reports.rendering.docx import packed

sys.path.insert(0, str(Path(__file__).parent))
from word_parts import HAIR, body_row, border, head_row, look, para, run, table_of, tag_row

OUT = Path(__file__).resolve().parent.parent / "langnghe/src/langnghe/reports/rendering/report.docx"
TEAL, GREY = RGBColor(0x0A, 0x5A, 0x5C), RGBColor(0x5D, 0x64, 0x68)
INSIDE = 165
"""Width between the margins of A4 under the decree: 210 - 30 - 15 mm."""


def build() -> bytes:
    document = Document()
    set_page(document)
    set_styles(document)
    letterhead(document)
    title(document)
    sections(document)
    signature(document)
    annex(document)
    head_and_foot(document)
    core = document.core_properties
    core.title, core.author, core.language, core.comments = "{{ head.title }} {{ head.number }}", "{{ head.office }}", "vi", ""
    core.created = core.modified = dt.datetime(2026, 1, 1)  # noqa: DTZ001 - the format has no zone
    core.last_modified_by = ""
    core.revision = 1
    out = io.BytesIO()
    document.save(out)
    return packed(out.getvalue())


def set_page(document: Any) -> None:
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin, page.right_margin, page.top_margin, page.bottom_margin = Mm(30), Mm(15), Mm(20), Mm(20)
    page.header_distance, page.footer_distance = Mm(10), Mm(10)
    page.different_first_page_header_footer = True


def set_styles(document: Any) -> None:
    plain = document.styles["Normal"]
    look(plain, 13)
    plain.paragraph_format.space_after, plain.paragraph_format.space_before = Pt(3), Pt(0)
    plain.paragraph_format.line_spacing = 1.0
    for name, size, before, after in (("Heading 1", 13, 12, 4), ("Heading 2", 13, 8, 3)):
        style = document.styles[name]
        look(style, size, bold=True)
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
        style.paragraph_format.keep_with_next = True
    border(document.styles["Heading 1"].element.get_or_add_pPr(), top=("0A5A5C", 8, 4))
    for name, size, colour in (("Report note", 9.5, GREY), ("Report table", 10, None), ("Report head", 13, None)):
        style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = plain
        look(style, size, colour=colour)
        style.paragraph_format.space_after = Pt(3 if name == "Report note" else 1)
        style.paragraph_format.line_spacing = 1.0
    code = document.styles.add_style("Report code", WD_STYLE_TYPE.CHARACTER)
    look(code, 8, colour=GREY)
    code.font.superscript = True
    word = document.styles.add_style("Report word", WD_STYLE_TYPE.CHARACTER)
    word.font.italic = True
    lead = document.styles.add_style("Report lead", WD_STYLE_TYPE.CHARACTER)
    lead.font.bold = True
    label = document.styles.add_style("Report label", WD_STYLE_TYPE.CHARACTER)
    label.font.bold, label.font.color.rgb = True, TEAL



def letterhead(document: Any) -> None:
    left_width, right_width = 70.0, 95.0
    table = table_of(document, [left_width, right_width])
    left, right = table.rows[0].cells
    drop(left)
    drop(right)
    para(left, "{{ head.above }}", style="Report head", align=ALIGN.CENTER, size=12)
    under(para(left, "{{ head.office }}", style="Report head", align=ALIGN.CENTER, bold=True, size=12), left_width, 0.4)
    para(left, "{{ head.number }}", style="Report head", align=ALIGN.CENTER)
    para(left, "{%p if head.stamp %}")
    stamp = para(left, "{{ head.stamp }}", style="Report head", align=ALIGN.CENTER, bold=True, size=12)
    edge = ("000000", 8, 2)
    border(stamp._p.get_or_add_pPr(), top=edge, left=edge, bottom=edge, right=edge)
    stamp.paragraph_format.left_indent = stamp.paragraph_format.right_indent = Mm(11)
    stamp.paragraph_format.space_before = Pt(6)
    para(left, "{%p endif %}")
    para(right, "{{ head.country }}", style="Report head", align=ALIGN.CENTER, bold=True, size=12)
    under(para(right, "{{ head.motto }}", style="Report head", align=ALIGN.CENTER, bold=True, size=13), right_width, 0.55)
    para(right, "{{ head.place_and_date }}", style="Report head", align=ALIGN.CENTER, italic=True)


def drop(cell: Any) -> None:
    """The empty paragraph that every new cell has."""
    cell._tc.remove(cell.paragraphs[0]._p)


def under(made: Any, width: float, share: float) -> None:
    """The decree's short line under a name: an empty paragraph with a border, as long as `share` of the width."""
    line = OxmlElement("w:p")
    made._p.addnext(line)
    properties = OxmlElement("w:pPr")
    line.append(properties)
    spacing = OxmlElement("w:spacing")
    for name, value in (("before", "0"), ("after", "60"), ("line", "40"), ("lineRule", "exact")):
        spacing.set(qn(f"w:{name}"), value)
    indent = OxmlElement("w:ind")
    for side in ("left", "right"):
        indent.set(qn(f"w:{side}"), str(int(width * (1 - share) / 2 * 56.7)))
    properties.extend([spacing, indent])
    border(properties, top=("000000", 6, 1))


def title(document: Any) -> None:
    para(document, "{{ head.title }}", align=ALIGN.CENTER, bold=True, size=14).paragraph_format.space_before = Pt(18)
    para(document, "{{ head.subtitle }}", align=ALIGN.CENTER, bold=True, size=14).paragraph_format.space_after = Pt(0)
    under(para(document, "{{ head.period }}", align=ALIGN.CENTER, bold=True, size=14), INSIDE, 0.3)
    para(document, "{%p if head.to %}")
    para(document, "{{ head.to }}", align=ALIGN.CENTER, size=14)
    para(document, "{%p endif %}")
    para(document, "{{ head.state_line }}", style="Report note", align=ALIGN.CENTER)


def sentence(made: Any) -> None:
    """The runs of one sentence: lead-ins bold, words with a rule in italics, its code small behind it."""
    run(made, "{%r for part in line.parts %}")
    for kind, style in (("lead", "Report lead"), ("word", "Report word")):
        run(made, "{%r " + ("if" if kind == "lead" else "elif") + f" part.kind == '{kind}' %}}")
        run(made, "{{ part.text }}", style=style)
    run(made, "{%r else %}")
    run(made, "{{ part.text }}")
    run(made, "{%r endif %}")
    run(made, "{%r endfor %}")
    run(made, "{%r if line.judgement %}")
    run(made, " ({{ labels.judgement }})", style="Report code")
    run(made, "{%r endif %}")
    run(made, " {{ line.code }}", style="Report code")


def sections(document: Any) -> None:
    para(document, "{%p for section in sections %}")
    for level in (1, 2):
        para(document, "{%p if section.title and section.level == " + str(level) + " %}")
        para(document, "{{ section.title }}", style=f"Heading {level}")
        para(document, "{%p endif %}")
    para(document, "{%p for line in section.lines %}")
    para(document, "{%p if section.name == 'lines' %}")
    numbered = para(document, "{{ line.number }}.\t")
    numbered.paragraph_format.left_indent, numbered.paragraph_format.first_line_indent = Mm(8), Mm(-8)
    numbered.paragraph_format.tab_stops.add_tab_stop(Mm(8))
    sentence(numbered)
    para(document, "{%p elif section.name == 'strip' %}")
    strip = para(document)
    border(strip._p.get_or_add_pPr(), top=(HAIR, 4, 3), bottom=(HAIR, 4, 3))
    sentence(strip)
    para(document, "{%p else %}")
    made = para(document)
    run(made, "{%r if line.label %}")
    run(made, "{{ line.label }}. ", style="Report label")
    run(made, "{%r endif %}")
    sentence(made)
    para(document, "{%p endif %}")
    para(document, "{%p endfor %}")
    para(document, "{%p if section.note %}")
    para(document, "{{ section.note }}", style="Report note")
    para(document, "{%p endif %}")
    drawings(document)
    para(document, "{%p if section.name == 'fields' and section.table %}")
    fields(document)
    para(document, "{{ section.table.caption }}", style="Report note")
    para(document, "{%p elif section.name == 'recommendations' and section.table %}")
    recommendations(document)
    para(document, "{%p endif %}")
    para(document, "{%p endfor %}")


def drawings(document: Any) -> None:
    para(document, "{%p for row in section.drawings|batch(3) %}")
    table = table_of(document, [55, 55, 55])
    row = table.rows[0]
    for place, cell in enumerate(row.cells):
        made = cell.paragraphs[0]
        made.style = "Report table"
        run(made, "{%p if row|length > " + str(place) + " %}")
        para(cell, "{{ row[" + str(place) + "].title }}", style="Report note", bold=True)
        para(cell, "{{ row[" + str(place) + "].image }}", style="Report table")
        para(cell, "{{ row[" + str(place) + "].caption }}", style="Report note", size=8)
        para(cell, "{%p else %}")
        para(cell, "", style="Report table")
        para(cell, "{%p endif %}")
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    para(document, "{%p endfor %}")
    para(document, "{%p for drawing in section.wide_drawings %}")
    para(document, "{{ drawing.title }}", style="Report note", bold=True).paragraph_format.keep_with_next = True
    para(document, "{{ drawing.image }}").paragraph_format.keep_with_next = True
    para(document, "{{ drawing.caption }}", style="Report note", size=8)
    para(document, "{%p endfor %}")


def fields(document: Any) -> None:
    """The drawing of the reach stands after the topic, as in the PDF; its axis in the head."""
    widths, figures, head = [23.0, 34, 38, 12, 17, 14, 27], (3, 4, 5), "section.table.head"
    table = table_of(document, widths, lines=True)
    head_row(table, ["{{ " + f"{head}[0]" + " }}", "{{ " + f"{head}[1]" + " }}", "{{ section.table.axis }}",
                     *("{{ " + f"{head}[{place}]" + " }}" for place in range(2, 6))], figures)
    tag_row(table, "{%tr for row in section.table.drawn %}")
    row = body_row(table, ["{{ row.cells[0] }}", "", "{{ row.image }}",
                           *("{{ row.cells[" + str(place) + "] }}" for place in range(2, 6))], widths, figures)
    topic = row.cells[1].paragraphs[0]
    run(topic, "{%r if row.strong %}")
    run(topic, "{{ row.cells[1] }}", bold=True)
    run(topic, "{%r else %}")
    run(topic, "{{ row.cells[1] }}")
    run(topic, "{%r endif %}")
    tag_row(table, "{%tr endfor %}")


def recommendations(document: Any) -> None:
    widths = [20.0, 65, 37, 24, 19]
    table = table_of(document, widths, lines=True)
    head_row(table, ["{{ section.table.head[" + str(place) + "] }}" for place in range(5)])
    tag_row(table, "{%tr for row in section.table.rows %}")
    body_row(table, ["{{ row[" + str(place) + "] }}" for place in range(5)], widths)
    tag_row(table, "{%tr endfor %}")


def signature(document: Any) -> None:
    para(document).paragraph_format.space_after = Pt(6)
    table = table_of(document, [85, 80])
    left, right = table.rows[0].cells
    drop(left)
    para(left, "{{ labels.recipients }}", style="Report head", bold=True, italic=True, size=12)
    para(left, "{%p for line in recipients %}")
    para(left, "{{ line }}", style="Report head", size=11)
    para(left, "{%p endfor %}")
    drop(right)
    para(right, "{{ signer }}", style="Report head", align=ALIGN.CENTER, bold=True)
    for _line in range(3):
        para(right, style="Report head")
    para(right, "{{ signed_by }}", style="Report head", align=ALIGN.CENTER, bold=True)
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def annex(document: Any) -> None:
    document.add_section(WD_SECTION.NEW_PAGE)
    para(document, "{{ labels.annex }}", align=ALIGN.CENTER, bold=True, size=14).paragraph_format.space_after = Pt(0)
    para(document, "({{ labels.annex_of }})", align=ALIGN.CENTER, italic=True)
    para(document, "I. {{ scale_title }}", style="Heading 1")
    halves = [31.0, 51, 31, 52]
    scale = table_of(document, halves, lines=True)
    head_row(scale, ["{{ labels.scale_word }}", "{{ labels.scale_rule }}"] * 2)
    tag_row(scale, "{%tr for row in scale_rows %}")
    body_row(scale, ["{{ row[0].word }}", "{{ row[0].rule }}", "{{ row[1].word }}", "{{ row[1].rule }}"], halves)
    tag_row(scale, "{%tr endfor %}")
    para(document, "II. {{ labels.evidence }}", style="Heading 1")
    widths = [13.0, 62, 40, 24, 26]
    table = table_of(document, widths, lines=True)
    head_row(table, ["{{ labels.proof_id }}", "{{ labels.proof_title }}", "{{ labels.proof_base }}", "{{ labels.proof_used }}",
                     "{{ labels.proof_hash }}"])
    tag_row(table, "{%tr for row in evidence %}")
    body_row(table, ["{{ row.id }}", "{{ row.kind_name }}. {{ row.title }}. {{ row.method }} {{ row.uncertainty }}",
                     "{{ row.base }}", "{{ row.used }}", "{{ row.short_hash }}"], widths)
    tag_row(table, "{%tr endfor %}")
    para(document, "{{ labels.digest }}: {{ digest }}", style="Report note")
    para(document, "{%p if audit_root %}")
    para(document, "{{ labels.audit_root }}: {{ audit_root }}", style="Report note")
    para(document, "{%p endif %}")
    para(document, "{{ labels.how_to_check }}", style="Report note")


def head_and_foot(document: Any) -> None:
    """The page's number above, from the second page on; number and digest of the report below."""
    for section in document.sections:
        section.header.is_linked_to_previous = section.footer.is_linked_to_previous = False
        number = section.header.paragraphs[0]
        number.alignment = ALIGN.CENTER
        field(number, "PAGE")
        for foot in (section.footer, section.first_page_footer):
            foot.is_linked_to_previous = False
            foot.paragraphs[0].style = "Report note"
            run(foot.paragraphs[0], "{{ footer }}")
            foot.paragraphs[0].alignment = ALIGN.RIGHT


def field(made: Any, code: str) -> None:
    simple = OxmlElement("w:fldSimple")
    simple.set(qn("w:instr"), code)
    piece = OxmlElement("w:r")
    text = OxmlElement("w:t")
    text.text = "2"
    piece.append(text)
    simple.append(piece)
    made._p.append(simple)


if __name__ == "__main__":
    OUT.write_bytes(build())
