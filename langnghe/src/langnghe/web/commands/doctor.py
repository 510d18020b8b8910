"""`langnghe doctor`: what is wrong with this installation, and how to mend it."""

from __future__ import annotations

import argparse
import json
import os
import stat

from langnghe.web.commands import add_command


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = add_command(commands, "doctor", help="Check this installation and say how to mend what is wrong.",
                          example="langnghe --data /srv/langnghe doctor --json")
    command.add_argument("--json", action="store_true", help="findings as JSON")
    command.set_defaults(work=work)


def work(words: argparse.Namespace) -> int:
    findings = [finding for check in CHECKS for finding in check()]
    if words.json:
        print(json.dumps({"findings": findings}, ensure_ascii=False, indent=1))
    else:
        for finding in findings:
            print(f"✗ {finding['what']}\n  {finding['todo']}")
        if not findings:
            print("✓ Nothing is wrong with this installation.")
    return 1 if findings else 0


def check_sqlite() -> list[dict[str, str]]:
    from django.db import connection

    if connection.vendor != "sqlite":
        return []
    from langnghe.common.sqlite.base import check_library

    fault = check_library()
    return [{"what": fault.split(". ")[0] + ".", "todo": fault.split(". ", 1)[1]}] if fault else []


def check_migrations() -> list[dict[str, str]]:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if not waiting:
        return []
    return [{"what": f"The database lacks {len(waiting)} changes of structure.",
             "todo": "Run `langnghe serve`, which makes them."}]


def check_chain() -> list[dict[str, str]]:
    from django.db import DatabaseError

    from langnghe.audit.domain import check_chain as faults

    try:
        return [{"what": f"The audit log is broken: {fault}.",
                 "todo": "Stop, keep a copy of the database, and compare with a backup."} for fault in faults()[:10]]
    except DatabaseError:
        return []  # no tables yet: check_migrations has said so


def check_secrets() -> list[dict[str, str]]:
    from langnghe.web.settings import DATA

    return [
        {"what": f"{path.name} can be read by other accounts of this machine.", "todo": f"chmod 600 {path}"}
        for path in DATA.glob("*.txt") if os.name == "posix" and path.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH)
    ]


CHECKS = (check_sqlite, check_migrations, check_secrets, check_chain)
