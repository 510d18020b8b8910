"""The application's tests once more, on PostgreSQL."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from types import ModuleType

import pytest

HERE = Path(__file__).parent


def server() -> ModuleType:
    spec = importlib.util.spec_from_file_location("postgresql_server", HERE / "server.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.postgresql
def test_every_test_of_the_application_passes_on_postgresql() -> None:
    if server().find_programs() is None:
        pytest.skip("needs PostgreSQL (Debian: apt-get install postgresql)")
    with tempfile.TemporaryDirectory() as folder, server().postgres(Path(folder) / "cluster") as address:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-m",
             "not browser and not postgresql and not r_parity and not spark and not reference and not sqlite",
             "--ignore", str(HERE.parent / "docs"), str(HERE.parent)],
            cwd=HERE.parents[2], env={**os.environ, "LANGNGHE_POSTGRES": address}, capture_output=True, text=True, check=False,
        )
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
    assert " passed" in done.stdout
