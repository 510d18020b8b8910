"""An office's own template: what is wrong in it is said by name, and it cannot harm."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from django_scopes import scopes_disabled

from langnghe.common.limited import Limits
from langnghe.reports.domain.files import document_of
from langnghe.reports.rendering.docx import fill_template, render_docx, shipped_template
from nghe.errors import Fault

if TYPE_CHECKING:
    from langnghe.reports.models import Report
    from langnghe.reports.rendering.document import ReportDocument

QUICK = Limits(memory_mb=700, cpu_seconds=2, wall_seconds=60)


@pytest.fixture(scope="module")
def document(written_report: int, django_db_blocker: Any) -> ReportDocument:
    """The report as every template here is filled in with it."""
    from langnghe.reports.models import Report

    with django_db_blocker.unblock(), scopes_disabled():
        return document_of(Report.objects.select_related("unit__network").get(pk=written_report), "vi")


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
])
def test_fault_of_a_template_is_named(document: ReportDocument, template_with: Any, text: str, code: str, named: str) -> None:
    with pytest.raises(Fault) as fault:
        fill_template(document, template_with(text))
    assert (fault.value.code, named in str(fault.value)) == (code, True)


@pytest.mark.parametrize(("text", "code", "named"), [
    ("{{ head.nmber }}", "template.field", "nmber"),
    ("{{ 'x' * 10**9 }}", "template.limits", "memory"),
    ("{% for a in range(9999) %}{% for b in range(9999) %}{% for c in range(9999) %}{% endfor %}{% endfor %}{% endfor %}",
     "template.limits", "end"),
])
def test_template_is_filled_in_where_it_cannot_harm(document: ReportDocument, template_with: Any, text: str, code: str,
                                                    named: str) -> None:
    """In the child with its limits; a fault comes back out of it with its name."""
    with pytest.raises(Fault) as fault:
        render_docx(document, template_with(text), limits=QUICK)
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
    content = fill_template(document_of(report, "vi"), shipped_template())
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert b"A &amp; B &lt;w:p/&gt; {{ 7*7 }}" in archive.read("word/document.xml")
