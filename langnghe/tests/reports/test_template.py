"""An office's own template: what is wrong in it is said by name, and it cannot harm."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import pytest

from langnghe.common.limited import Limits
from langnghe.reports.domain.files import document_of
from langnghe.reports.rendering.docx import render_docx, shipped_template
from nghe.errors import Fault

if TYPE_CHECKING:
    from langnghe.reports.models import Report

QUICK = Limits(memory_mb=700, cpu_seconds=4, wall_seconds=60)


def template_with(text: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(shipped_template())) as before, zipfile.ZipFile(out, "w") as after:
        for name in before.namelist():
            body = before.read(name)
            if name == "word/document.xml":
                body = body.replace(b"{{ head.title }}", text.encode(), 1)
            after.writestr(name, body)
    return out.getvalue()


@pytest.mark.parametrize(("text", "code", "named"), [
    ("{{ head.nmber }}", "template.field", "nmber"),
    ("{{ letterhead }}", "template.field", "letterhead"),
    ("{% frobnicate %}", "template.code", "frobnicate"),
    ("{{ head.title|shout }}", "template.code", "shout"),
    ("{{ head.title", "template.code", "not understood"),
    ("{% for line in sections %}", "template.code", "endfor"),
    ("{{ ''.__class__.__mro__ }}", "template.unsafe", "__class__"),
    ("{% for i in range(10**9) %}x{% endfor %}", "template.code", "range"),
    ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "template.code", "RecursionError"),
    ("{{ 'x' * 10**9 }}", "template.limits", "memory"),
    ("{% for a in range(9999) %}{% for b in range(9999) %}{% for c in range(9999) %}{% endfor %}{% endfor %}{% endfor %}",
     "template.limits", "end"),
])
def test_fault_of_a_template_is_named(report: Report, text: str, code: str, named: str) -> None:
    with pytest.raises(Fault) as fault:
        render_docx(document_of(report, "vi"), template_with(text), limits=QUICK)
    assert (fault.value.code, named in str(fault.value)) == (code, True)


@pytest.mark.parametrize(("content", "code"), [
    (b"", "template.kind"), (b"hello", "template.kind"), (b"PK\x03\x04", "template.kind"),
    (b"x" * (6 * 1024 * 1024), "template.size"),
])
def test_what_is_no_word_file_is_refused(content: bytes, code: str) -> None:
    from langnghe.reports.rendering.docx import check_template

    with pytest.raises(Fault) as fault:
        check_template(content)
    assert fault.value.code == code


def test_template_with_macros_is_refused() -> None:
    from langnghe.reports.rendering.docx import check_template

    out = io.BytesIO(shipped_template())
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("word/vbaProject.bin", b"x")
    with pytest.raises(Fault) as fault:
        check_template(out.getvalue())
    assert fault.value.code == "template.macros"


def test_markup_in_a_name_stays_text(report: Report) -> None:
    report.unit.letterhead = {"agency_vi": "A & B <w:p/> {{ 7*7 }}"}
    report.unit.save()
    content = render_docx(document_of(report, "vi"))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert b"A &amp; B &lt;w:p/&gt; {{ 7*7 }}" in archive.read("word/document.xml")
