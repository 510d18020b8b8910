"""`nghe privacy ...`: the door on files, for analysts.

`register` adds the area to the command line of `nghe`; each command sets `run`, a function of the arguments that answers the exit
status. A `Fault` is printed by the command line and ends with status 2.
"""

from __future__ import annotations

import argparse
import json
import shlex
import sys
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

from nghe.errors import Fault
from nghe.privacy.files import scrub_file
from nghe.privacy.find import find
from nghe.privacy.known import Known, know
from nghe.privacy.rules import RULES_VERSION
from nghe.privacy.second import BUILT_IN, SECONDS, second_opinion

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]


def register(subparsers: Subparsers) -> None:
    area = subparsers.add_parser("privacy", help="find and take out personal data in text")
    commands = area.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _register_scrub(commands)
    _register_explain(commands)


def _register_scrub(commands: Subparsers) -> None:
    parser = commands.add_parser(
        "scrub",
        help="write records again with personal data taken out",
        description='Read {"id", "text"} on each line, write {"id", "text", "hits"}: the text with [TYPE] in place of each '
        "hit; hits as start, end (code points of the NFC text that came in) and type. The whole file, or nothing.",
        epilog="Example: nghe privacy scrub notes.jsonl clean.jsonl",
    )
    parser.add_argument("source", type=Path, metavar="IN.jsonl")
    parser.add_argument("target", type=Path, metavar="OUT.jsonl")
    _add_lists(parser)
    parser.add_argument("--second-opinion", action="store_true", help="ask a second reader too; if it fails, nothing passes")
    parser.add_argument("--second-command", metavar="COMMAND", help="that reader: a program and its arguments (or built in)")
    parser.add_argument("--second-seconds", type=float, default=SECONDS, metavar="N", help="its time for a record (%(default)g)")
    parser.add_argument("--json", action="store_true", help="print the account as JSON")
    parser.set_defaults(run=run_scrub)


def _register_explain(commands: Subparsers) -> None:
    parser = commands.add_parser(
        "explain",
        help="say what in a text is personal data, and why",
        description="Print each hit with its place, type, rule and reason. Without TEXT the text is read from standard input, "
        "which keeps it out of the history of the shell.",
        epilog='Example: nghe privacy explain "Gọi 0912 345 687 nhé"',
    )
    parser.add_argument("text", nargs="?", metavar="TEXT")
    _add_lists(parser)
    parser.add_argument("--lang", choices=("vi", "en"), default="vi", help="language of the reason")
    parser.add_argument("--json", action="store_true", help="print the hits as JSON")
    parser.set_defaults(run=run_explain)


def _add_lists(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--people", type=Path, metavar="FILE", help="public cases and history, one name a line: no hits")
    parser.add_argument("--places", type=Path, metavar="FILE", help="streets and schools here, one name a line: no people")


def _known(args: argparse.Namespace) -> Known:
    return know(people=_lines(args.people), places=_lines(args.places))


def _lines(path: Path | None) -> list[str]:
    try:
        return [line for line in path.read_text(encoding="utf-8-sig").splitlines() if line.strip()] if path else []
    except OSError as error:
        raise Fault("privacy.file", str(path), str(error.strerror)) from error
    except UnicodeDecodeError as error:
        raise Fault("privacy.encoding", str(path), "is no UTF-8; save the file as UTF-8") from error


def run_scrub(args: argparse.Namespace) -> int:
    known = _known(args)
    if args.second_opinion or args.second_command:
        command = shlex.split(args.second_command) if args.second_command else BUILT_IN
        with second_opinion(command, seconds=args.second_seconds) as second:
            account = scrub_file(args.source, args.target, lambda text: second.find(text, known))
    else:
        account = scrub_file(args.source, args.target, lambda text: find(text, known))
    if args.json:
        say = {"records": account.records, "with_hits": account.with_hits, "hits": dict(sorted(account.hits.items())),
               "rules": RULES_VERSION}
        _print(json.dumps(say))
    else:
        kinds = ", ".join(f"{kind} {count}" for kind, count in sorted(account.hits.items())) or "none"
        _print(f"{account.records} records, {account.with_hits} with personal data taken out: {kinds} (rules {RULES_VERSION})")
    return 0


def run_explain(args: argparse.Namespace) -> int:
    """Status 1 where there is personal data, so that a script can ask."""
    text = unicodedata.normalize("NFC", args.text if args.text is not None else sys.stdin.read())
    hits = find(text, _known(args))
    if args.json:
        _print(json.dumps([
            {"start": hit.start, "end": hit.end, "type": hit.type, "words": text[hit.start:hit.end], "rule": hit.rule,
             "why": hit.why[args.lang]} for hit in hits
        ], ensure_ascii=False))
    for hit in [] if args.json else hits:
        _print(f"{hit.start}-{hit.end}\t{hit.type}\t{text[hit.start:hit.end]}\t{hit.why[args.lang]} ({hit.rule})")
    return 1 if hits else 0


def _print(line: str) -> None:
    sys.stdout.write(line + "\n")
