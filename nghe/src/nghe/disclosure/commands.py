"""`nghe disclosure ...`: what a release gives away, and the same release made safe."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from nghe.disclosure.primary import K_PUBLISHED
from nghe.errors import Fault

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]

PRINTED = 50


def register(subparsers: Subparsers) -> None:
    area = subparsers.add_parser("disclosure", help="small cells: audit a release by attack, or make it safe")
    commands = area.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _register_audit(commands)
    _register_protect(commands)


def _register_audit(commands: Subparsers) -> None:
    parser = commands.add_parser(
        "audit",
        help="what an attacker could recover, cell by cell",
        description="Attack all tables of a file together: this release's and earlier ones'. A hidden count that can be narrowed "
        "to fewer than k values, a shown count under k, or a subgroup shown as 0 % or 100 % refuses the release (status 1).",
        epilog="Example: nghe disclosure audit tables.json --json      The file's shape: nghe disclosure audit --schema",
    )
    parser.add_argument("tables", type=Path, nargs="?", metavar="TABLES.json")
    parser.add_argument("--k", type=int, default=K_PUBLISHED, help="the floor for people and notes (default %(default)s)")
    parser.add_argument("--joint", action=argparse.BooleanOptionalAction, default=None,
                        help="use that all tables are margins of one (default: where that one is small enough)")
    parser.add_argument("--schema", action="store_true", help="print the JSON Schema of TABLES.json and stop")
    parser.add_argument("--json", action="store_true", help="print the account as JSON")
    parser.set_defaults(run=run_audit)


def _register_protect(commands: Subparsers) -> None:
    parser = commands.add_parser(
        "protect",
        help="merge, hide and cover until nothing is recoverable",
        description="Write the tables of a file again, made safe: small levels merged, small counts hidden, further "
        "ones hidden so that none can be worked out. Totals keep their values. Tables of releases in --earlier stay as they are.",
        epilog="Example: nghe disclosure protect counts.json safe.json --merge commune --earlier 2026-W45",
    )
    parser.add_argument("tables", type=Path, metavar="TABLES.json")
    parser.add_argument("target", type=Path, metavar="OUT.json")
    parser.add_argument("--k", type=int, default=K_PUBLISHED, help="the floor for people and notes (default %(default)s)")
    parser.add_argument("--earlier", action="append", default=[], metavar="RELEASE", help="a release that is public already")
    parser.add_argument("--merge", action="append", metavar="DIMENSION", help="merge levels of these dimensions only")
    parser.add_argument("--no-merge", action="store_true", help="merge nothing")
    parser.add_argument("--ordered", action="append", default=[], metavar="DIMENSION", help="merge neighbouring levels only")
    parser.add_argument("--json", action="store_true", help="print the account as JSON")
    parser.set_defaults(run=run_protect)


def run_audit(args: argparse.Namespace) -> int:
    from nghe.disclosure.files import read_tables, schema_text

    if args.schema:
        sys.stdout.write(schema_text())
        return 0
    if args.tables is None:
        raise Fault("disclosure.file", "TABLES.json", "is missing: name the file of tables, or ask for --schema")
    from nghe.disclosure.audit import audit_release

    audit = audit_release(read_tables(args.tables), k=args.k, joint=args.joint)
    if args.json:
        _print(json.dumps(audit.record(), ensure_ascii=False))
    else:
        for finding in audit.findings[:PRINTED]:
            _print(str(finding))
        if len(audit.findings) > PRINTED:
            _print(f"... and {len(audit.findings) - PRINTED} more; --json prints all")
        verdict = "nothing is recoverable" if audit.safe else f"refused: {len(audit.findings)} cells give too much away"
        _print(f"{audit.tables} tables, {audit.cells} cells, {audit.hidden} hidden, floor {audit.k}: {verdict}")
    return 0 if audit.safe else 1


def run_protect(args: argparse.Namespace) -> int:
    from nghe.disclosure.files import read_tables, table_to
    from nghe.disclosure.protect import protect_release

    tables = read_tables(args.tables)
    if unknown := sorted(set(args.earlier) - {table.release for table in tables}):
        raise Fault("disclosure.release", args.tables.name, f"holds no release {unknown[0]!r}")
    earlier = [table for table in tables if table.release in args.earlier]
    made = protect_release(
        [table for table in tables if table.release not in args.earlier], k=args.k, earlier=earlier,
        merge=[] if args.no_merge else args.merge, ordered=args.ordered,
    )
    text = json.dumps({"tables": [table_to(table) for table in (*earlier, *made.tables)]}, ensure_ascii=False, indent=1)
    args.target.write_text(text + "\n", encoding="utf-8")
    joined = [f"{name}: {level}" for (_, name), levels in made.joined.items() for level in levels]
    account = {"cells": made.cells, "shown": made.shown, "primary": made.primary, "complementary": made.complementary,
               "joined": joined, "withdrawn": list(made.withdrawn), "safe": made.audit.safe}
    if args.json:
        _print(json.dumps(account, ensure_ascii=False))
    else:
        _print(f"{made.cells} cells in; {made.shown} shown, {made.primary} hidden as too small, {made.complementary} to cover "
               f"them; merged: {'; '.join(joined) or 'none'}; withdrawn: {', '.join(made.withdrawn) or 'none'}")
    return 0 if made.audit.safe else 1


def _print(line: str) -> None:
    sys.stdout.write(line + "\n")
