"""The same week, kept in SQLite and in PostgreSQL, is the same report to the byte; evidence from before is carried over."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
FILES = ["annex.xlsx", "claims.json", "report.docx", "report.html", "report.pdf"]


def build(out: Path, **where: str) -> dict[str, bytes]:
    """The files that a process of its own builds over an empty database."""
    data = out.with_suffix(".data")
    data.mkdir()
    kept = {name: value for name, value in os.environ.items() if name != "LANGNGHE_POSTGRES"}
    done = subprocess.run([sys.executable, str(HERE / "build_week.py"), str(out)], capture_output=True, text=True, check=False,
                          env={**kept, "LANGNGHE_SECRET_KEY": "tests", "LANGNGHE_AUDIT_KEY": "tests",
                               "LANGNGHE_DATA": str(data), **where})
    assert done.returncode == 0, done.stderr[-4000:]
    return {path.name: path.read_bytes() for path in out.iterdir()}


@pytest.mark.postgresql
def test_a_week_is_the_same_bytes_on_both_databases(tmp_path: Path, address: str) -> None:
    plain = build(tmp_path / "sqlite")
    served = build(tmp_path / "postgresql", LANGNGHE_POSTGRES=address)
    carried = [json.loads(files.pop("carried.json")) for files in (plain, served)]
    assert carried == [{"same": True, "whole": True, "guarded": True}] * 2
    assert sorted(plain) == FILES
    assert {name: served[name] == content for name, content in plain.items()} == dict.fromkeys(FILES, True)
