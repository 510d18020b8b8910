"""`langnghe report ...` as it is typed: what it prints, and the status with which it ends."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from langnghe.reports.domain.files import write_files

if TYPE_CHECKING:
    from langnghe.reports.models import Report

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
