"""`langnghe import observations`: notes from a table, each through the door."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from langnghe.web.commands import BadInput, add_command

if TYPE_CHECKING:
    from langnghe.intake.domain.imports import Account


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    top = add_command(commands, "import", help="Bring in what was written down elsewhere.",
                      example="langnghe import observations notes.csv --mapping notes.toml --dry-run")
    parts = top.add_subparsers(dest="part", required=True, metavar="observations")
    notes = add_command(parts, "observations", help="Bring in notes from a CSV or XLSX file, all or nothing.",
                        example="langnghe import observations notes.xlsx --mapping notes.toml --on-hit mask")
    notes.add_argument("file", type=Path, metavar="FILE", help="CSV or XLSX")
    notes.add_argument("--mapping", required=True, type=Path, metavar="M.toml", help="which column is what (docs/import.md)")
    notes.add_argument("--dry-run", action="store_true", help="say what would be taken, and change nothing")
    notes.add_argument("--on-hit", default="stop", choices=["stop", "mask"],
                       help="personal data: leave the row out, or put [TYPE] in its place (default stop)")
    notes.add_argument("--json", action="store_true")
    notes.set_defaults(work=import_notes)


def import_notes(words: argparse.Namespace) -> int:
    from langnghe.common.clock import now
    from langnghe.common.errors import Refusal
    from langnghe.common.sheet_fault import SheetFault
    from langnghe.intake.domain.import_words import as_refusal
    from langnghe.intake.domain.imports import import_observations
    from langnghe.intake.sheets.mapping import read_mapping

    for file in (words.file, words.mapping):
        if not file.is_file():
            raise BadInput(f"There is no file {file}.")
    try:
        mapping = read_mapping(words.mapping.read_bytes(), name=words.mapping.name)
        account = import_observations(words.file, mapping, on_hit=words.on_hit, dry_run=words.dry_run, at=now())
    except SheetFault as fault:
        raise BadInput(str(as_refusal(fault))) from fault
    except Refusal as refusal:
        if refusal.code == "import.rows":
            raise
        raise BadInput(str(refusal)) from refusal
    if words.json:
        print(json.dumps(account.as_dict(), ensure_ascii=False, indent=1))
    else:
        say(account)
    return 0


def say(account: Account) -> None:
    for row in account.exceptions:
        print(f"  row {row['row']}: {row['outcome']} ({', '.join(row['types'])})")
    verb = "would be taken" if account.dry_run else "were taken before" if account.again else "taken"
    print(f"{account.file_name}: {account.rows} rows: {account.taken} {verb}, {account.masked} masked, {account.stopped} stopped "
          "at the door")
