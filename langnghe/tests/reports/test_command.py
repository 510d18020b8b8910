"""`langnghe report ...` as it is typed: what it prints, and the status with which it ends."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from langnghe.audit.models import Entry
from langnghe.common.clock import ZONE
from langnghe.reports.domain.files import KINDS, stored_name, write_files
from langnghe.reports.domain.lifecycle import move_report, sign_report
from langnghe.reports.models import Report
from langnghe.reports.rendering import render as renderers
from langnghe.web.commands import run

if TYPE_CHECKING:
    from langnghe.testing import House

AT = dt.datetime(2026, 11, 13, 10, 0, tzinfo=ZONE)
LATER = dt.datetime(2026, 11, 20, 10, 0, tzinfo=ZONE)
LANGNGHE = str(Path(sys.executable).with_name("langnghe"))


@pytest.mark.parametrize("words", [("--help",), ("report", "verify", "{claims}"), ("report", "verify", "{claims}", "--json")])
def test_an_answer_that_nobody_reads_ends_quietly(report: Report, tmp_path: Path, words: tuple[str, ...]) -> None:
    """As in `langnghe report verify FILE | head`, the reader gone before the first line."""
    write_files(report, out=tmp_path)
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = subprocess.run(
            [LANGNGHE, *(word.format(claims=tmp_path / "claims.json") for word in words)], stdout=writer, stderr=subprocess.PIPE,
            text=True, check=False, env={**os.environ, "LANGNGHE_DATA": str(tmp_path), "PYTHONUNBUFFERED": ""})
    finally:
        os.close(writer)
    assert (done.returncode, done.stderr) == (141, "")


@pytest.fixture
def signed(report: Report, house: House) -> Report:
    report = move_report(report, "review", by=house.people["bob"], at=AT)
    return sign_report(report, number="118/BC-TTDLXH", by=house.people["carol"], at=AT)


@pytest.fixture
def build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """`langnghe report build` a week later, into the folder `out`."""
    monkeypatch.setenv("LANGNGHE_CLOCK", LATER.isoformat())

    def build_week(*words: str, period: str = "2026-W46") -> int:
        return run(["report", "build", "--unit", "ST", "--period", period, "--out", str(tmp_path / "out"), *words])

    return build_week


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_signed_week_is_written_as_it_is_stored(
        signed: Report, tmp_path: Path, build: Callable[..., int], monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str], language: str) -> None:
    before = Report.objects.count(), Entry.objects.count()
    monkeypatch.setattr(renderers, "render", lambda *_args, **_named: pytest.fail("it was rendered again"))
    assert build("--lang", language) == 0
    said = capsys.readouterr()
    assert said.out.splitlines() == [str(tmp_path / "out" / name) for name in KINDS]
    assert said.err == "The report of week 2026-W46 is signed: these are its stored files, and nothing was built anew.\n"
    stored = {row.name: bytes(row.content) for row in signed.files.all()}
    for name in KINDS:
        assert (tmp_path / "out" / name).read_bytes() == stored[stored_name(name, language)]
    assert (Report.objects.count(), Entry.objects.count()) == before


def test_json_says_whether_a_week_was_built(
        report: Report, house: House, build: Callable[..., int], capsys: pytest.CaptureFixture[str]) -> None:
    assert build("--json") == 0
    assert json.loads(capsys.readouterr().out)["built"] is True
    newest = move_report(Report.objects.get(unit=report.unit, version=2), "review", by=house.people["bob"], at=LATER)
    sign_report(newest, number="1", by=house.people["carol"], at=LATER)
    assert build("--json") == 0
    assert json.loads(capsys.readouterr().out)["built"] is False
    assert Report.objects.filter(unit=report.unit).count() == 2


def test_what_names_no_week_is_refused_with_a_signed_week_there_too(
        signed: Report, build: Callable[..., int], capsys: pytest.CaptureFixture[str]) -> None:
    assert build(period="2026-W99") == 1
    assert "report.period" in capsys.readouterr().err
