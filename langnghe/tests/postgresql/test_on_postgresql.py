"""The application's tests once more, on PostgreSQL."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent


@pytest.mark.postgresql
def test_every_test_of_the_application_passes_on_postgresql(address: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-m",
         "not browser and not postgresql and not r_parity and not spark and not reference and not sqlite",
         "--ignore", str(HERE.parent / "docs"), str(HERE.parent)],
        cwd=HERE.parents[2], env={**os.environ, "LANGNGHE_POSTGRES": address}, capture_output=True, text=True, check=False,
    )
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
    assert " passed" in done.stdout
