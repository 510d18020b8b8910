"""What is promised of a kept record holds on PostgreSQL."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]


@pytest.mark.postgresql
def test_a_kept_record_is_asked_and_refused_alike_on_postgresql(address: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(TESTS / "common" / "test_kept_json.py")],
        cwd=TESTS.parents[1], env={**os.environ, "LANGNGHE_POSTGRES": address}, capture_output=True, text=True, check=False,
    )
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
    assert " passed" in done.stdout
