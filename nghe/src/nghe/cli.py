"""`nghe ...`: the library's work on files, for analysts. Exit status: 0 good, 1 refused by a rule or a check, 2 bad input,
141 when its output is no longer read (`nghe ... | head`).

Each area that has commands keeps them in its own `commands` module with a `register`; heavy libraries load only when their
command runs, and an area whose extra is not installed says which one to install.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import json
import sys
from collections.abc import Sequence

from nghe.closed_pipe import UNREAD, is_unread, until_unread
from nghe.errors import Fault

AREAS = ("privacy", "text", "survey", "disclosure", "signals", "wording")


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="nghe", description="Opinion evidence on files: privacy, text, surveys, signals, wording.")
    areas = top.add_subparsers(dest="area", required=True, metavar="AREA")
    for area in AREAS:
        if importlib.util.find_spec(f"nghe.{area}") and importlib.util.find_spec(f"nghe.{area}.commands"):
            importlib.import_module(f"nghe.{area}.commands").register(areas)
    return top


def main(argv: Sequence[str] | None = None) -> None:
    sys.exit(until_unread(lambda: run(sys.argv[1:] if argv is None else argv)))


def run(argv: Sequence[str]) -> int:
    words = parser().parse_args(argv)
    try:
        return int(words.run(words))
    except Fault as fault:
        if getattr(words, "json", False):
            sys.stdout.write(json.dumps({"fault": {"code": fault.code, "where": fault.where, "message": fault.message}},
                                        ensure_ascii=False) + "\n")
        sys.stderr.write(f"{fault}\n")
        return 2
    except ModuleNotFoundError as missing:
        if missing.name and missing.name.partition(".")[0] != "nghe":
            sys.stderr.write(f"This command needs {missing.name}, which is not installed: pip install 'nghe[{words.area}]'\n")
            return 2
        raise
    except OSError as fault:
        if isinstance(fault, BrokenPipeError) and is_unread():
            return UNREAD
        sys.stderr.write(f"{fault.filename or ''}: {fault.strerror or fault}\n")
        return 2


if __name__ == "__main__":
    main()
