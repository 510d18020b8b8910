"""Django's SQLite backend on `pysqlite3`, or on Python's own SQLite where that one is a fixed release.

SQLite before 3.50.7 and 3.51.3 can lose a committed transaction when a WAL reset races with a writer
(sqlite.org, "The WAL-reset bug"). `pysqlite3` ships a newer library in its wheel; where it has none
(Linux on ARM), Python's own library serves if it is fixed. `check_library` says so; `langnghe doctor` refuses.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.backends.sqlite3 import base
from django.db.backends.sqlite3._functions import register as register_functions
from django.utils.asyncio import async_unsafe

try:
    from pysqlite3 import dbapi2 as Database  # noqa: N812 - Django's name for it
except ImportError:  # no wheel for this machine: its own library, checked below
    from sqlite3 import dbapi2 as Database  # type: ignore[no-redef]  # noqa: N812

OWN_LIBRARY = Database is not base.Database

PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = FULL",
    "trusted_schema = OFF",
    "secure_delete = ON",
    "mmap_size = 0",
    "busy_timeout = 10000",
)


def is_fixed(version: tuple[int, ...]) -> bool:
    """Is this SQLite release past the WAL-reset fault?"""
    return version >= (3, 51, 3) or (3, 50, 7) <= version < (3, 51, 0) or (3, 44, 6) <= version < (3, 45, 0)


def check_library() -> str | None:
    """None, or what is wrong with the SQLite library that is loaded and what to do."""
    if is_fixed(Database.sqlite_version_info):
        return None
    return (
        f"SQLite {Database.sqlite_version} can lose committed data (WAL-reset fault). "
        "Install pysqlite3 0.6.1 or later, use a Python built on SQLite 3.51.3 or later, or use PostgreSQL."
    )


for _name in ("bool", "date", "datetime", "time", "timestamp", "TIMESTAMP"):
    _convert = {
        "bool": b"1".__eq__,
        "date": base.decoder(base.parse_date),
        "time": base.decoder(base.parse_time),
    }.get(_name, base.decoder(base.parse_datetime))
    if OWN_LIBRARY:
        Database.register_converter(_name, _convert)

if OWN_LIBRARY:
    Database.register_adapter(base.decimal.Decimal, str)
    Database.register_adapter(base.datetime.date, lambda value: value.isoformat())
    Database.register_adapter(base.datetime.datetime, lambda value: value.isoformat(" "))


class Cursor(Database.Cursor):  # type: ignore[misc]
    """Takes Django's `%s` and `%(name)s` and gives SQLite its `?` and `:name`."""

    def execute(self, query: str, params: Any = None) -> Any:
        if params is None:
            return super().execute(query)
        return super().execute(to_qmark(query, params), params)

    def executemany(self, query: str, param_list: Iterable[Any]) -> Any:
        rows = list(param_list)
        return super().executemany(to_qmark(query, rows[0] if rows else ()), rows)


def to_qmark(query: str, params: Any) -> str:
    if isinstance(params, Mapping):
        return query % {name: f":{name}" for name in params}
    return base.FORMAT_QMARK_REGEX.sub("?", query).replace("%%", "%")


class DatabaseWrapper(base.DatabaseWrapper):
    Database = Database

    def get_connection_params(self) -> dict[str, Any]:
        params = super().get_connection_params()
        self.transaction_mode = "IMMEDIATE"
        return params

    @async_unsafe
    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        connection = Database.connect(**conn_params)
        register_functions(connection)
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA legacy_alter_table = OFF")
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        return connection

    def create_cursor(self, name: str | None = None) -> Any:  # noqa: ARG002 - Django's signature
        return self.connection.cursor(factory=Cursor)
