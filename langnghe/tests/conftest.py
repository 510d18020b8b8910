"""A small network for every test, always with the same people in it."""

from __future__ import annotations

import datetime as dt
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

os.environ.setdefault("LANGNGHE_DATA", tempfile.mkdtemp(prefix="langnghe-test-"))
os.environ.setdefault("LANGNGHE_SECRET_KEY", "tests")
os.environ.setdefault("LANGNGHE_AUDIT_KEY", "tests")

if TYPE_CHECKING:
    from langnghe.testing import House

NOW = dt.datetime(2026, 11, 10, 9, 0, tzinfo=dt.UTC)
REFERENCE = Path(os.environ.get("LANGNGHE_REFERENCE", Path(__file__).resolve().parents[3] / "shared" / "reference"))


@pytest.fixture(autouse=True)
def quick_passwords(settings: Any) -> None:
    """A hash that is meant to be slow would take more time than all tests."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def now() -> dt.datetime:
    """Tuesday of the week 2026-W46 that runs from Thursday the 5th to Wednesday the 11th."""
    return NOW


@pytest.fixture
def reference() -> Path:
    if not REFERENCE.is_dir():
        pytest.skip(f"reference data not found at {REFERENCE}; set LANGNGHE_REFERENCE to its folder")
    return REFERENCE


@pytest.fixture
def house(db: None) -> Iterator[House]:
    """The network `ST`, with its scope open."""
    from django_scopes import scope

    from langnghe.testing import build_house

    built = build_house(NOW)
    with scope(network=built.network):
        yield built
