"""An empty database of a PostgreSQL that is there for one test."""

from __future__ import annotations

import importlib.util
import tempfile
from collections.abc import Iterator
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


@pytest.fixture
def address() -> Iterator[str]:
    """What LANGNGHE_POSTGRES is set to; the folder is one that the server's own user can reach."""
    if server().find_programs() is None:
        pytest.skip("needs PostgreSQL (Debian: apt-get install postgresql)")
    with tempfile.TemporaryDirectory() as folder, server().postgres(Path(folder) / "cluster") as address:
        yield address
