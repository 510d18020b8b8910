"""Tables to which rows are only ever added: the database itself refuses to change or to remove one.

A promise in code is broken by the next query; a trigger holds for every client. A correction is a new row.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.migrations import RunPython

Step = Callable[[Any, Any], None]
MESSAGE = "append-only: a correction is a new row"


def append_only(table: str, *, may_change: tuple[str, ...] = ()) -> RunPython:
    """A migration step that guards the table; `may_change` names columns that point to what came later.

    SQLite drops a table's triggers when a later migration rebuilds the table: repeat this step after such a migration
    (the safety tests find it missing).
    """

    def guard(apps: Any, editor: Any) -> None:
        unguarding(table)(apps, editor)
        for statement in statements(editor.connection, table, may_change):
            editor.execute(statement, params=None)

    return RunPython(guard, unguarding(table))


def lift_append_only(table: str) -> RunPython:
    """A step before one that changes the type of a column, which PostgreSQL refuses under a trigger; `append_only` follows it.

    There is no way back over it: what is kept in another form is not put into the old one again.
    """
    return RunPython(unguarding(table))


def unguarding(table: str) -> Step:
    def unguard(_apps: Any, editor: Any) -> None:
        where = f" ON {table}" if editor.connection.vendor == "postgresql" else ""
        for name in names(table):
            editor.execute(f"DROP TRIGGER IF EXISTS {name}{where}", params=None)

    return unguard


def names(table: str) -> tuple[str, str, str]:
    return f"keep_{table}_update", f"keep_{table}_delete", f"keep_{table}_truncate"


def statements(connection: Any, table: str, may_change: tuple[str, ...]) -> list[str]:
    on_update, on_delete, on_truncate = names(table)
    with connection.cursor() as cursor:
        columns = [column.name for column in connection.introspection.get_table_description(cursor, table)]
    if unknown := set(may_change) - set(columns):
        raise LookupError(f"{table} has no column {', '.join(sorted(unknown))}")
    kept = ", ".join(f'"{name}"' for name in columns if name not in may_change)
    if connection.vendor == "sqlite":
        refuse = f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
        return [
            f"CREATE TRIGGER {on_update} BEFORE UPDATE OF {kept} ON {table} {refuse}",
            f"CREATE TRIGGER {on_delete} BEFORE DELETE ON {table} {refuse}",
        ]
    function = (
        "CREATE OR REPLACE FUNCTION langnghe_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    call = "EXECUTE FUNCTION langnghe_append_only()"
    return [
        function,
        f"CREATE TRIGGER {on_update} BEFORE UPDATE OF {kept} ON {table} FOR EACH ROW {call}",
        f"CREATE TRIGGER {on_delete} BEFORE DELETE ON {table} FOR EACH ROW {call}",
        f"CREATE TRIGGER {on_truncate} BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {call}",
    ]
