"""The built files: the same bytes again, complete alone, and found out when somebody changes them."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import subprocess
import sys
import zipfile
import zlib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from langnghe.common.errors import Refusal
from langnghe.reports.domain.carried import read_carried
from langnghe.reports.domain.files import document_of, write_files
from langnghe.reports.domain.verify import verify_file
from langnghe.reports.rendering import render as renderers
from langnghe.reports.rendering.document import LABELS, Part, ReportDocument
from langnghe.reports.rendering.docx import packed
from langnghe.reports.rendering.glyphs import printable
from nghe.wording.claims import load_claims

if TYPE_CHECKING:
    from langnghe.reports.models import Report

NAMES = ["report.docx", "report.pdf", "report.html", "annex.xlsx", "claims.json"]
ALONE = ["report.docx", "report.pdf", "report.html", "claims.json"]


BUILT: dict[str, bytes] = {}
"""The files of the report that every test here has; the same report gives the same bytes, so they are made once."""


@pytest.fixture
def folder(report: Report, tmp_path: Path) -> Path:
    if not BUILT:
        BUILT.update({path.name: path.read_bytes() for path in write_files(report, out=tmp_path)})
    for name, content in BUILT.items():
        (tmp_path / name).write_bytes(content)
    return tmp_path


@pytest.fixture
def document(report: Report) -> ReportDocument:
    return document_of(report, "vi")


def edit_docx(path: Path, old: str, new: str, *, part: str = "word/document.xml") -> None:
    """As Word would: only the text of one part is another."""
    out = io.BytesIO()
    with zipfile.ZipFile(path) as before, zipfile.ZipFile(out, "w") as after:
        for name in before.namelist():
            body = before.read(name)
            if name == part:
                assert old.encode() in body, f"{old!r} is not in {part}"
                body = body.replace(old.encode(), new.encode(), 1)
            after.writestr(name, body)
    path.write_bytes(out.getvalue())


def test_every_file_is_built_and_verifies_alone(folder: Path) -> None:
    assert sorted(path.name for path in folder.iterdir()) == sorted(NAMES)
    assert {name: [str(found) for found in verify_file(folder / name)] for name in ALONE} == {name: [] for name in ALONE}


def test_claims_name_every_file_by_its_hash(folder: Path) -> None:
    files = json.loads((folder / "claims.json").read_text(encoding="utf-8"))["files"]
    assert files == {
        name: f"sha256:{hashlib.sha256((folder / name).read_bytes()).hexdigest()}" for name in NAMES if name != "claims.json"
    }


def test_file_beside_the_claims_that_was_changed_is_found(folder: Path) -> None:
    with (folder / "annex.xlsx").open("ab") as file:
        file.write(b"\0")
    assert [found.where for found in verify_file(folder / "claims.json")] == ["files.annex.xlsx"]


def test_another_process_with_another_clock_gives_the_same_bytes(document: ReportDocument, folder: Path, tmp_path: Path) -> None:
    """The document crosses over as it is; hash seeds, folders, time zone and the day are others there."""
    import pickle

    (tmp_path / "document").write_bytes(pickle.dumps(document))
    work = (
        "import pickle, sys, hashlib, pathlib, django\n"
        "from langnghe.reports.rendering import render\n"
        "if __name__ == '__main__':\n"
        "    django.setup()\n"
        "    document = pickle.loads(pathlib.Path(sys.argv[1]).read_bytes())\n"
        "    print(*[hashlib.sha256(render.render(name, document)).hexdigest() for name in render.KINDS])\n"
    )
    script = tmp_path / "again.py"
    script.write_text(work)
    environment = {**os.environ, "PYTHONHASHSEED": "7", "TZ": "America/Lima", "LANGNGHE_CLOCK": "2031-01-01T00:00",
                   "DJANGO_SETTINGS_MODULE": "langnghe.web.settings", "LANGNGHE_DATA": str(tmp_path)}
    done = subprocess.run([sys.executable, str(script), str(tmp_path / "document")], env=environment, cwd=tmp_path,
                          capture_output=True, text=True, check=True)
    assert done.stdout.split() == [hashlib.sha256(folder.joinpath(name).read_bytes()).hexdigest() for name in renderers.KINDS]


def test_eleven_changed_to_twelve_in_word_is_found(folder: Path) -> None:
    path = folder / "report.docx"
    edit_docx(path, ">3</w:t>", ">4</w:t>")
    assert [found.what for found in verify_file(path)] == ["printed"]


def test_sentence_added_in_word_is_found(folder: Path) -> None:
    path = folder / "report.docx"
    edit_docx(path, "</w:body>", "<w:p><w:r><w:t>Đa số người dân, tới 85%, không đồng tình.</w:t></w:r></w:p></w:body>")
    assert [found.got for found in verify_file(path)] == ["Đa số", "85"]


def test_claims_changed_inside_the_docx_are_found(folder: Path) -> None:
    path = folder / "report.docx"
    carried = read_carried(path.read_bytes(), path.name)
    claims = json.loads(carried.claims)
    field = next(item for item in claims["evidence"] if item["kind"] == "FieldIndication")
    field["rows"]["total"]["places"] += 1
    with zipfile.ZipFile(path) as archive:
        old = re.search(rb">([^<]+)</claims>", archive.read("customXml/item77.xml"))[1].decode()
    import base64

    edit_docx(path, old, base64.b64encode(zlib.compress(json.dumps(claims).encode())).decode(), part="customXml/item77.xml")
    assert "hash" in {found.what for found in verify_file(path)}


def test_figure_changed_in_the_html_is_found(folder: Path) -> None:
    path = folder / "report.html"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("ghi nhận ở 3/", "ghi nhận ở 4/", 1), encoding="utf-8")
    assert verify_file(path)


@pytest.mark.parametrize(("old", "new", "where"), [
    (r'(<section id="E03">.*?data-row="total">.*?data-field="places">)\d+', r"\g<1>99", "E03.total.places"),
    (r'(<section id="E03">.*?<tbody>)<tr data-row="total">.*?</tr>', r"\g<1>", "E03.total.change"),
    (r'(<section id="E03">.*?data-row="total">)', r'\g<1><td data-field="could">7</td>', "E03.total.could"),
    (r'data-field="places"', 'data-field="silent"', "E03.total.places"),
])
def test_row_of_evidence_changed_in_the_html_is_found(folder: Path, old: str, new: str, where: str) -> None:
    """On a machine that does not have the report too: the page is compared with the evidence that it carries."""
    path = folder / "report.html"
    text, count = re.subn(old, new, path.read_text(encoding="utf-8"), count=1, flags=re.DOTALL)
    assert count == 1
    path.write_text(text, encoding="utf-8")
    assert where in [found.where for found in verify_file(path)]


def test_figure_changed_in_the_pdf_is_found(document: ReportDocument, tmp_path: Path) -> None:
    """A page that says four where the claims inside the file say three."""
    section = document.sections[0]
    parts = tuple(replace(part, text="4") if part.cell.endswith("total.places") else part for part in section.said[0].parts)
    assert parts != section.said[0].parts
    said = replace(section.said[0], parts=parts)
    edited = replace(document, sections=(replace(section, said=(said, *section.said[1:])), *document.sections[1:]))
    (tmp_path / "report.pdf").write_bytes(renderers.render("report.pdf", edited))
    assert [(found.where, found.expected, found.got) for found in verify_file(tmp_path / "report.pdf")] == [("C01", "3", "4")]


@pytest.mark.parametrize(("name", "content"), [
    ("empty.json", b""), ("text.docx", b"hello"), ("zip.docx", b"PK\x03\x04 and no more"), ("cut.pdf", b"%PDF-1.7\n1 0 obj"),
    ("page.html", b"<!doctype html><p>no claims</p>"), ("list.json", b"[]"), ("other.json", b'{"schema": "x"}'),
    ("deep.json", b'{"a":' + b"[" * 100_000), ("latin.html", b"<!doctype html>\xff"), ("picture.png", b"\x89PNG"),
])
def test_file_that_is_no_report_is_refused_with_what_it_is(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(Refusal) as refused:
        verify_file(tmp_path / name)
    assert refused.value.code == "report.file"
    assert name in str(refused.value)


def test_zip_bomb_with_the_name_of_a_report_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "bomb.docx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"\0" * (65 * 1024 * 1024))
    with pytest.raises(Refusal) as refused:
        verify_file(tmp_path / "bomb.docx")
    assert "unpacks to more" in str(refused.value)


def test_word_draws_the_reach_of_each_topic_in_its_row(folder: Path, document: ReportDocument) -> None:
    """One picture a row under the axis, each with its text, none with an unsaid margin."""
    from docx import Document
    from docx.oxml.ns import qn

    (table,) = (section.table for section in document.sections if section.name == "fields" and section.table)
    word = Document(io.BytesIO((folder / "report.docx").read_bytes()))
    shown = next(one for one in word.tables if one.rows[0].cells[0].text == table.head[0])
    frames = [row.cells[2]._tc.findall(f".//{qn('wp:inline')}") for row in shown.rows]
    assert [len(inside) for inside in frames] == [1] * (len(table.rows) + 1)
    assert [frame.find(qn("wp:docPr")).get("descr") for (frame,) in frames] == [one.alt for one in table.drawings]
    assert {frame.get(f"dist{side}") for (frame,) in frames for side in "TBLR"} == {"0"}
    assert [[cell.text for place, cell in enumerate(row.cells) if place != 2] for row in shown.rows[1:]] == [
        list(row) for row in table.rows]


def test_every_label_of_a_document_is_there(document: ReportDocument) -> None:
    assert sorted(document.labels) == sorted(LABELS)


def test_character_that_no_font_has_is_replaced_and_named_in_the_pdf(document: ReportDocument) -> None:
    section = document.sections[0]
    said = replace(section.said[0], parts=(Part("Một ý 😀 và chữ 字. "), *section.said[0].parts))
    strange = replace(document, sections=(replace(section, said=(said, *section.said[1:])), *document.sections[1:]))
    carried = read_carried(renderers.render("report.pdf", strange), "report.pdf")
    text = "\n".join(" ".join(stretch.parts) for stretch in carried.stretches)
    assert "Một ý ? và chữ ?." in text
    assert "U+1F600" in text
    assert "U+5B57" in text


def test_vietnamese_in_either_form_can_be_printed() -> None:
    import unicodedata

    text = "Nghị quyết ở xã Ỷ Lăng: “được”, 60,7 % – ẵ ẫ ỗ ữ"
    assert printable(unicodedata.normalize("NFD", text)) == (text, set())


def test_formula_in_a_name_stays_text_in_the_annex(document: ReportDocument) -> None:
    from openpyxl import load_workbook

    proof = replace(document.evidence[0], rows=(("total", ('=HYPERLINK("http://x","y")', "+1", "-2", "@A1", 5)),),
                    columns=("a", "b", "c", "d", "e"), headings=("a", "b", "c", "d", "e"), row_names=("",))
    book = load_workbook(io.BytesIO(renderers.render("annex.xlsx", replace(document, evidence=(proof, *document.evidence[1:])))))
    cells = [cell for cell in book[proof.id][2] if cell.value is not None]
    assert [(cell.data_type, cell.quotePrefix) for cell in cells[1:]] == [("s", True)] * 4 + [("n", False)]


def test_docx_packed_twice_is_the_same() -> None:
    content = packed(renderers_template())
    assert packed(content) == content


def renderers_template() -> bytes:
    from langnghe.reports.rendering.docx import shipped_template

    return shipped_template()


def test_html_runs_nothing_and_loads_nothing(folder: Path) -> None:
    text = (folder / "report.html").read_text(encoding="utf-8")
    assert re.findall(r"<script(?![^>]*application/json)", text) == []
    assert re.findall(r"(?:src|href)=[\"'](?!#)", text) == []
    assert load_claims(read_carried(text.encode(), "report.html").claims)["claims"]
