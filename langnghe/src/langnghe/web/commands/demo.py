"""`langnghe demo`: from an empty machine to a running invented province with a year of history."""

from __future__ import annotations

import argparse
import json
import os
import time
from pathlib import Path

from langnghe.web.commands import add_command
from langnghe.web.commands.serve import add_serving, refresh_statistics, refuse_faulty_sqlite, serve


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = add_command(commands, "demo",
                          help="Make an invented province with a year of history and this week's report; serve it.",
                          example="langnghe demo --data demo-data --no-serve")
    command.add_argument("--data", dest="data_here", metavar="DIR", default="demo-data", help="default demo-data")
    command.add_argument("--no-serve", action="store_true", help="do everything but serve")
    command.add_argument("--json", action="store_true", help="answer as JSON: folder, seconds, the report's files")
    add_serving(command)
    command.set_defaults(work=work)


def work(words: argparse.Namespace) -> int:
    from django.core.management import call_command

    from langnghe.common.clock import now
    from langnghe.web.demo.province import build_province

    refuse_faulty_sqlite()
    started = time.monotonic()
    call_command("migrate", verbosity=0)
    files = build_province(at=now(), out=Path(os.environ["LANGNGHE_DATA"]) / "reports")
    refresh_statistics()
    seconds = round(time.monotonic() - started, 1)
    if words.json:
        told = {"data": os.environ["LANGNGHE_DATA"], "seconds": seconds, "files": [str(file) for file in files]}
        print(json.dumps(told, ensure_ascii=False, indent=1), flush=True)
    else:
        print(f"The invented province of Sông Thao is ready ({seconds} s). This week's report:")
        for file in files:
            print(f"  {file}")
    if not words.no_serve:
        serve(words)
    return 0
