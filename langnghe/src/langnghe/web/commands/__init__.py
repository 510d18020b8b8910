"""The commands behind `langnghe ...`, one module each. Exit status: 0 good, 1 refused by a rule or a check, 2 bad input or
output that could not be written, 141 when its output is no longer read (`langnghe ... | head`)."""

from __future__ import annotations

import argparse
import importlib
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

MODULES = ("demo", "setup", "serve", "import_", "report", "coder", "tick", "backup", "doctor")


class BadInput(Exception):
    """What was given cannot be used: says what, where, and what to do."""


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="langnghe", description="Lắng Nghe: from a note heard to a signed report.")
    top.add_argument("--data", metavar="DIR", help="the folder of this installation (default: LANGNGHE_DATA, else langnghe-data)")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name in MODULES:
        importlib.import_module(f"langnghe.web.commands.{name}").register(commands)
    return top


def run(argv: Sequence[str]) -> int:
    """Run one command; refusals and bad input become a message on stderr and an exit status, never a traceback."""
    words = parser().parse_args(argv)
    data = getattr(words, "data_here", None) or words.data
    if data:
        os.environ["LANGNGHE_DATA"] = str(Path(data).resolve())
    import django

    django.setup()
    from langnghe.common.errors import Refusal

    try:
        return int(words.work(words) or 0)
    except Refusal as refusal:
        say_no(words, refusal.as_dict(), str(refusal))
        return 1
    except BadInput as fault:
        say_no(words, {"code": "input", "message": str(fault)}, str(fault))
        return 2


def say_no(words: argparse.Namespace, answer: dict[str, object], text: str) -> None:
    if getattr(words, "json", False):
        print(json.dumps({"refused": answer}, ensure_ascii=False, indent=1))
    print(text, file=sys.stderr)


def add_command(commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str, *, help: str,  # noqa: A002
                example: str) -> argparse.ArgumentParser:
    """A subcommand whose --help ends with an example."""
    return commands.add_parser(name, help=help, description=help, epilog=f"Example:\n  {example}",
                               formatter_class=argparse.RawDescriptionHelpFormatter)
