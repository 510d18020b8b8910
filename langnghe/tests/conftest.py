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


@pytest.fixture(scope="session")
def django_db_modify_db_settings_xdist_suffix(request: pytest.FixtureRequest) -> None:
    """Side by side on PostgreSQL each process has its own database; in memory, with our SQLite, it has that anyway."""
    from django.conf import settings
    from pytest_django.fixtures import _set_suffix_to_test_databases

    if settings.DATABASES["default"]["ENGINE"] != "langnghe.common.sqlite" and hasattr(request.config, "workerinput"):
        _set_suffix_to_test_databases(suffix=request.config.workerinput["workerid"])


@pytest.fixture(autouse=True)
def quick_passwords(settings: Any) -> None:
    """A hash that is meant to be slow would take more time than all tests."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    """What was counted for another test's rows, of which this one's have the numbers again."""
    from langnghe.coding.queries.reliability import measured
    from langnghe.coding.tables import choices_in
    from langnghe.web.home.overview import look_at_state

    for remembered in (look_at_state, measured, choices_in):
        remembered.cache_clear()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Tests in a real browser empty the tables between them, which the triggers of append-only tables rightly refuse."""
    with django_db_blocker.unblock():
        lift_triggers_when_emptied()


def lift_triggers_when_emptied() -> None:
    from django.db import connection

    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'keep_%'")
        triggers = cursor.fetchall()
    operations = type(connection.ops)
    plain = operations.sql_flush

    def sql_flush(*args: Any, **named: Any) -> list[str]:
        return [*(f"DROP TRIGGER {name}" for name, _sql in triggers), *plain(*args, **named), *(sql for _name, sql in triggers)]

    operations.sql_flush = sql_flush  # type: ignore[method-assign]  # the class: a browser's event loop has its own connection


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
