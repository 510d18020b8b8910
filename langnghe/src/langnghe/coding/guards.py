"""A note stands only where a person put it: the database refuses a placement that rests on a machine's coding (R11)."""

from __future__ import annotations

from typing import Any

from django.db.migrations import RunPython

NAME, TABLE = "persons_place", "coding_placement"
MESSAGE = "a machine only suggests: a placement rests on a coding that a person made"
RESTS_ON_NO_PERSON = "(SELECT source FROM coding_coding WHERE id = NEW.coding_id) <> 'person'"


def persons_place() -> RunPython:
    """A migration step. Every count of a report goes by placements, so none can go by a machine's word."""
    return RunPython(guard, unguard)


def guard(_apps: Any, editor: Any) -> None:
    unguard(_apps, editor)
    for statement in statements(editor.connection.vendor):
        editor.execute(statement, params=None)


def unguard(_apps: Any, editor: Any) -> None:
    for event in ("insert", "update"):
        where = f" ON {TABLE}" if editor.connection.vendor == "postgresql" else ""
        editor.execute(f"DROP TRIGGER IF EXISTS {NAME}_{event}{where}", params=None)


def statements(vendor: str) -> list[str]:
    if vendor == "sqlite":
        refuse = f"WHEN {RESTS_ON_NO_PERSON} BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
        return [
            f"CREATE TRIGGER {NAME}_insert BEFORE INSERT ON {TABLE} {refuse}",
            f"CREATE TRIGGER {NAME}_update BEFORE UPDATE OF coding_id ON {TABLE} {refuse}",
        ]
    function = (
        f"CREATE OR REPLACE FUNCTION langnghe_{NAME}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {RESTS_ON_NO_PERSON} THEN RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation'; END IF; "
        "RETURN NEW; END $$"
    )
    call = f"FOR EACH ROW EXECUTE FUNCTION langnghe_{NAME}()"
    return [
        function,
        f"CREATE TRIGGER {NAME}_insert BEFORE INSERT ON {TABLE} {call}",
        f"CREATE TRIGGER {NAME}_update BEFORE UPDATE OF coding_id ON {TABLE} {call}",
    ]
