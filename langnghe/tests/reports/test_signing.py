"""Draft, review, signed, archived: who may, what is stored, and that nothing changes any more."""

from __future__ import annotations

import datetime as dt
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.db import DatabaseError, transaction

from langnghe.common.errors import Refusal
from langnghe.network.enums import Role
from langnghe.reports.domain.build import build_weekly
from langnghe.reports.domain.files import file_of, write_files
from langnghe.reports.domain.lifecycle import WHO_MAY, move_report, sign_report
from langnghe.reports.domain.verify import rebuild_file, verify_file
from langnghe.reports.enums import REPORT_STEPS, ReportState
from langnghe.reports.models import Report, ReportFile

if TYPE_CHECKING:
    from langnghe.testing import House

AT = dt.datetime.fromisoformat("2026-11-13T10:00+07:00")
NUMBER = "118/BC-TTDLXH"


@pytest.fixture
def signed(report: Report, house: House) -> Report:
    move_report(report, ReportState.REVIEW, by=house.people["bob"], at=AT)
    return sign_report(report, number=NUMBER, by=house.people["carol"], at=AT)


PAIRS = [pair for pair in product(ReportState.values, ReportState.values) if pair != ("review", "signed")]
"""Signing renders and stores every file: `signed` does it, and what comes of it is tested below."""
ASKERS = [pair for pair in product(["alice", "bob", "carol", "dan", "erin", "eve", "mallory"],
                                   [ReportState.REVIEW, ReportState.DRAFT, ReportState.SIGNED])
          if pair != ("carol", ReportState.SIGNED)]


@pytest.mark.parametrize(("old", "new"), PAIRS)
def test_every_pair_of_states(report: Report, house: House, old: str, new: str) -> None:
    """Only the steps of the table, whoever asks: Carol signs, Erin edits, Bob analyses."""
    fields = {"state": old}
    if old in ("signed", "archived"):
        fields |= {"signed_by": house.people["carol"], "signed_at": AT}
    Report.objects.filter(pk=report.pk).update(**fields)
    report.refresh_from_db()
    by = house.people[{"review": "bob", "draft": "erin", "signed": "carol", "archived": "erin"}[new]]
    allowed = new in REPORT_STEPS[old]
    try:
        if new == ReportState.SIGNED:
            moved = sign_report(report, number=NUMBER, by=by, at=AT)
        else:
            moved = move_report(report, new, by=by, at=AT)
    except Refusal as refusal:
        answer = refusal.code
    else:
        answer = moved.state
    assert answer == (new if allowed else "state.step")


@pytest.mark.parametrize(("role", "state"), ASKERS)
def test_only_the_roles_that_may(report: Report, house: House, role: str, state: str) -> None:
    if state != ReportState.REVIEW:
        move_report(report, ReportState.REVIEW, by=house.people["bob"], at=AT)
        report.refresh_from_db()
    member = house.members[role]
    may = Role(member.role) in WHO_MAY[state] and member.unit == report.unit
    try:
        if state == ReportState.SIGNED:
            sign_report(report, number=NUMBER, by=house.people[role], at=AT)
        else:
            move_report(report, state, by=house.people[role], at=AT)
    except Refusal as refusal:
        answer = refusal.code
    else:
        answer = "moved"
    assert answer == ("moved" if may else "report.role")


@pytest.mark.parametrize("number", ["", "   ", "1" * 61])
def test_signing_asks_for_a_number(report: Report, house: House, number: str) -> None:
    move_report(report, ReportState.REVIEW, by=house.people["bob"], at=AT)
    with pytest.raises(Refusal) as refused:
        sign_report(report, number=number, by=house.people["carol"], at=AT)
    assert refused.value.code == "report.number"
    report.refresh_from_db()
    assert report.state == ReportState.REVIEW


def test_signed_report_is_its_bytes(signed: Report, tmp_path: Path) -> None:
    """Carol, who signs, may; stored in both languages, with number and signer; the same when made again; an edit is found."""
    assert signed.state == ReportState.SIGNED
    assert sorted(row.name for row in ReportFile.objects.filter(report=signed)) == [
        "annex.en.xlsx", "annex.xlsx", "claims.en.json", "claims.json", "report.docx", "report.en.docx", "report.en.html",
        "report.en.pdf", "report.html", "report.pdf",
    ]
    content, kind = file_of(signed, "report.pdf", language="vi")
    assert kind == "application/pdf"
    assert content == bytes(ReportFile.objects.get(report=signed, name="report.pdf").content)

    write_files(signed, out=tmp_path / "first")
    page = tmp_path / "first" / "report.html"
    assert NUMBER in page.read_text(encoding="utf-8")
    assert "Carol" in page.read_text(encoding="utf-8")
    assert verify_file(tmp_path / "first" / "report.pdf") == []
    assert verify_file(tmp_path / "first" / "report.docx") == []

    answer = rebuild_file(tmp_path / "first" / "report.docx", out=tmp_path / "again")
    assert answer["versions"] == []
    assert answer["files"] == dict.fromkeys(["report.docx", "report.pdf", "report.html", "annex.xlsx", "claims.json"], True)
    assert (tmp_path / "again" / "report.pdf").read_bytes() == (tmp_path / "first" / "report.pdf").read_bytes()

    page.write_text(page.read_text(encoding="utf-8").replace("</body>", "<p>Đính kèm.</p></body>"), encoding="utf-8")
    assert [found.what for found in verify_file(page)] == ["signed"]


def test_signed_report_never_changes(signed: Report, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not built again, its bytes kept by the database; made again after an upgrade, the version that differs is named."""
    from langnghe.reports.domain import claims

    with pytest.raises(Refusal) as refused:
        build_weekly(signed.unit, period=signed.period, by=None, at=AT)
    assert refused.value.code == "report.signed"

    write_files(signed, out=tmp_path / "first")
    real = claims.version
    monkeypatch.setattr(claims, "version", lambda name: "9.9" if name == "typst" else real(name))
    answer = rebuild_file(tmp_path / "first" / "claims.json", out=tmp_path / "again")
    assert [line.split(":")[0] for line in answer["versions"]] == ["typst"]
    assert not answer["files"]["claims.json"]

    for change in (lambda rows: rows.update(content=b""), lambda rows: rows.delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change(ReportFile.objects.filter(report=signed))


def test_what_changed_while_it_was_rendered_is_not_signed(report: Report, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rendering takes seconds and holds no lock; a second one sends the report back and changes a sentence meanwhile."""
    from langnghe.reports.domain import files
    from langnghe.reports.domain.editing import withdraw_statement

    move_report(report, ReportState.REVIEW, by=house.people["bob"], at=AT)

    def meanwhile(_report: Report) -> dict[str, bytes]:
        move_report(report, ReportState.DRAFT, by=house.people["carol"], at=AT)
        withdraw_statement(report, report.statements.get(slot="i1.breadth").label, by=house.people["bob"], at=AT)
        move_report(report, ReportState.REVIEW, by=house.people["bob"], at=AT)
        return {}

    monkeypatch.setattr(files, "rendered_files", meanwhile)
    with pytest.raises(Refusal) as refused:
        sign_report(report, number=NUMBER, by=house.people["carol"], at=AT)
    assert refused.value.code == "report.changed"
    report.refresh_from_db()
    assert (report.state, report.number, ReportFile.objects.exists()) == (ReportState.REVIEW, "", False)
