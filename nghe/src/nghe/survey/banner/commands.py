"""`nghe survey banner`: a banner book from data, a design and a spec; what R4 hides is hidden before anything is written."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nghe.errors import Fault

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]


def register(commands: Subparsers) -> None:
    parser = commands.add_parser(
        "banner",
        help="a banner book: questions by groups, with bases, intervals and letters",
        description="Write banner.html, banner.xlsx, banner.csv and claims.json. Cells under the floor, shares of 0 % and 100 % "
        "and what would give them away are hidden; a quota or opt-in design gets counts of sheets, no interval and no letter.",
        epilog="Example: nghe survey banner answers.csv --design D.toml --spec S.toml --out book     "
        "The spec's shape: nghe survey banner --schema",
    )
    parser.add_argument("data", type=Path, nargs="?", metavar="DATA", help="CSV, Parquet, Arrow, SPSS or Stata")
    parser.add_argument("--design", type=Path, metavar="D.toml")
    parser.add_argument("--spec", type=Path, metavar="S.toml", help="rows, columns, nets, means, tests, missing")
    parser.add_argument("--out", type=Path, metavar="DIR")
    parser.add_argument("--account", type=Path, metavar="FILE.json", help="write which cells are hidden and why: for the office, "
                        "never to be published")
    parser.add_argument("--at", metavar="MOMENT", help="when the figures were frozen, such as 2026-11-12T17:00:00+07:00 (now)")
    parser.add_argument("--schema", action="store_true", help="print the JSON Schema of the spec and stop")
    parser.add_argument("--json", action="store_true", help="print the account of what was done as JSON")
    parser.set_defaults(run=run_banner)


def run_banner(args: argparse.Namespace) -> int:
    from nghe.survey.banner.spec import schema_text

    if args.schema:
        sys.stdout.write(schema_text())
        return 0
    for name in ("data", "design", "spec", "out"):
        if getattr(args, name) is None:
            where = "DATA" if name == "data" else f"--{name}"
            raise Fault("banner.file", where, "is missing; see nghe survey banner --help")
    book, files, unsaid = _made(args)
    from nghe.survey.banner.hide import REASONS, summary
    from nghe.survey.banner.write import write_files

    if args.account is not None and args.out.resolve() in args.account.resolve().parents:
        raise Fault("banner.account", str(args.account), "lies in the folder that is published; write the account elsewhere")
    write_files(files, args.out)
    found = summary(book)
    if args.account is not None:
        account = json.dumps({"reasons": REASONS, "hidden": list(book.hides)}, ensure_ascii=False, indent=1)
        args.account.write_text(account + "\n", encoding="utf-8")
    if args.json:
        say: dict[str, Any] = {"kind": book.kind, "rows": book.rows, "questions": len(book.sheets), "columns": len(book.columns),
                               **found, "letters": sum(int((sheet.letters != "").sum()) for sheet in book.sheets),
                               "unsaid": list(unsaid), "warnings": list(book.warnings), "files": sorted(files)}
        _print(json.dumps(say, ensure_ascii=False))
        return 0
    _print(f"{len(book.sheets)} questions by {len(book.columns)} columns from {book.rows} rows ({book.kind}); "
           f"{found['hidden']} of {found['cells']} cells hidden")
    for reason, words in REASONS.items():
        if found[reason]:
            _print(f"  {found[reason]:6} {words}")
    for warning in book.warnings:
        _print(f"warning: {warning}")
    if unsaid:
        _print(f"no sentence in claims.json for {', '.join(unsaid)}: the words of the question or answer may not be quoted")
    return 0


def _made(args: argparse.Namespace) -> tuple[Any, dict[str, bytes], tuple[str, ...]]:
    from nghe.survey import Design, Sample, read_table
    from nghe.survey.banner.hide import protect_book
    from nghe.survey.banner.join import join_small_answers
    from nghe.survey.banner.make import make_book
    from nghe.survey.banner.spec import read_spec, read_toml
    from nghe.survey.banner.write import book_files

    spec = read_spec(args.spec)
    sample = Sample.of(read_table(args.data), Design.from_dict(read_toml(args.design)))
    book = make_book(sample, spec)
    if spec.merge:
        book = make_book(sample, join_small_answers(book))
    book = protect_book(book)
    frozen_at = args.at or dt.datetime.now().astimezone().isoformat(timespec="seconds")
    files, unsaid = book_files(book, frozen_at=frozen_at)
    return book, files, unsaid


def _print(line: str) -> None:
    sys.stdout.write(line + "\n")
