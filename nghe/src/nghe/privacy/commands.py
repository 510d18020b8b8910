"""`nghe privacy ...`: the door on files, for analysts.

`register` adds the area to the command line of `nghe`; each command sets `run`, a function of the arguments that answers the exit
status. A `Fault` is printed by the command line and ends with status 2.
"""

from __future__ import annotations

import argparse
import json
import sys
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

from nghe.privacy.files import scrub_file
from nghe.privacy.find import find
from nghe.privacy.rules import RULES_VERSION

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
    parser.add_argument("--lang", choices=("vi", "en"), default="vi", help="language of the reason")
    parser.add_argument("--json", action="store_true", help="print the hits as JSON")
    parser.set_defaults(run=run_explain)


def run_scrub(args: argparse.Namespace) -> int:
    account = scrub_file(args.source, args.target)
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
    hits = find(text)
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
