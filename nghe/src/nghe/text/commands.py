"""`nghe text ...`: train a coder on coded texts, use it, judge it; find copies. Files in, files out.

Every row that comes in goes out. Exit status: 0 good, 1 refused, 2 bad input (a `Fault`, printed by the command line).
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nghe.text.tables import Table, read_changes, read_table, write_table
from nghe.text.whole import check_place

if TYPE_CHECKING:
    from nghe.text.quality import Quality

    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]

CODED = "A CSV file in UTF-8 with the columns text and label."


def register(subparsers: Subparsers) -> None:
    area = subparsers.add_parser("text", help="code texts, judge coders, find copies")
    commands = area.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _register_train(commands)
    _register_predict(commands)
    _register_evaluate(commands)
    _register_duplicates(commands)


def _register_train(commands: Subparsers) -> None:
    parser = commands.add_parser(
        "train", help="learn codes from coded texts",
        description=f"{CODED} Writes a model, and says how good it is on these texts, each judged by a coder that had not seen "
        "it.",
        epilog="Example: nghe text train coded.csv --model topics.model")
    parser.add_argument("table", type=Path, metavar="T.csv")
    parser.add_argument("--model", type=Path, required=True, metavar="M", help="where to write the model")
    parser.add_argument("--multi", default="", metavar="SIGN", help='a label holds several codes parted by this sign, e.g. ";"')
    parser.add_argument("--least", type=int, default=1, metavar="N", help="leave out codes that fewer than N texts carry")
    _add_rename(parser)
    parser.add_argument("--json", action="store_true", help="print the account as JSON")
    parser.set_defaults(run=run_train)


def _register_predict(commands: Subparsers) -> None:
    parser = commands.add_parser(
        "predict", help="code texts with a model",
        description="A CSV file with a column text. Every row in is a row out, with predicted and confidence added. Predicted is "
        "empty, and confidence 0, where no word of the text was ever seen.",
        epilog="Example: nghe text predict notes.csv --model topics.model --out coded.csv --why")
    parser.add_argument("table", type=Path, metavar="IN.csv")
    _add_model(parser)
    parser.add_argument("--out", type=Path, required=True, metavar="OUT.csv")
    parser.add_argument("--why", action="store_true", help="add suggested, silent_because and why: what the coder would suggest")
    _add_rename(parser)
    parser.add_argument("--json", action="store_true", help="print the account as JSON")
    parser.set_defaults(run=run_predict)


def _register_evaluate(commands: Subparsers) -> None:
    parser = commands.add_parser(
        "evaluate", help="compare a model with coded texts",
        description=f"{CODED} Prints scores of each code, calibration, and how right the surest texts are.",
        epilog="Example: nghe text evaluate test.csv --model topics.model --json")
    parser.add_argument("table", type=Path, metavar="T.csv")
    _add_model(parser)
    _add_rename(parser)
    parser.add_argument("--json", action="store_true", help="print the scores as JSON")
    parser.set_defaults(run=run_evaluate)


def _register_duplicates(commands: Subparsers) -> None:
    parser = commands.add_parser(
        "duplicates", help="find notes that tell the same",
        description="A CSV file with a column text, and place and channel where there are such. Every row in is a row out, with "
        "its group (1, 2, ... in order of first notes), heard (notes in the group; each group is one story), representative (yes "
        "or no), similarity to it (0 to 1), places and channels (how many the group came from).",
        epilog="Example: nghe text duplicates notes.csv --out groups.csv")
    parser.add_argument("table", type=Path, metavar="IN.csv")
    parser.add_argument("--out", type=Path, required=True, metavar="GROUPS.csv")
    parser.add_argument("--json", action="store_true", help="print the account as JSON")
    parser.set_defaults(run=run_duplicates)


def _add_model(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--model", type=Path, required=True, metavar="M")
    parser.add_argument("--digest", default="", metavar="SHA256", help="take only the model with this digest")


def _add_rename(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rename", type=Path, metavar="CHANGES.csv",
                        help="codes that were renamed or merged: a CSV file with the columns from and to")


def run_train(args: argparse.Namespace) -> int:
    from nghe.text.modelfile import save_coder
    from nghe.text.training import train_coder, without_rare

    check_place(args.model)
    table = read_table(args.table)
    texts, coded, rare = without_rare(table.texts(), _coded(table, args), least=args.least)
    coder, account = train_coder(texts, coded, several=bool(args.multi), separator=args.multi or ";")
    digest = save_coder(coder, args.model)
    if args.json:
        _print_json({"model": str(args.model), "digest": digest, "used": account.used, "without_words": account.without_words,
                     "rare_codes": list(rare), "rare_texts": len(table.rows) - len(texts),
                     "contradicting": [{"text": text, "codes": list(codes)} for text, codes in account.contradicting],
                     "quality": coder.quality.as_dict()})
        return 0
    _print(f"{account.used} texts, {len(coder.codes)} codes; {account.without_words} texts without words left out")
    if rare:
        more = ", ...; --json lists all" if len(rare) > 10 else ""
        _print(f"left out: {len(rare)} codes that fewer than {args.least} texts carry ({', '.join(rare[:10])}{more}), and "
               f"{len(table.rows) - len(texts)} texts with no other code")
    for text, codes in account.contradicting[:10]:
        _print(f"coded differently ({', '.join(codes)}): {text[:80]}")
    if len(account.contradicting) > 10:
        _print(f"... and {len(account.contradicting) - 10} more texts that were coded differently; --json lists all")
    _print_quality(coder.quality)
    for size, accuracy, macro in coder.quality.curve:
        _print(f"learning curve: {size} texts, {accuracy:.1%} right, macro F1 {macro:.1%}")
    _print(f"digest {digest}")
    return 0


def run_predict(args: argparse.Namespace) -> int:
    from nghe.text.coder import predict
    from nghe.text.modelfile import load_coder
    from nghe.text.suggest import suggest

    check_place(args.out)
    coder = load_coder(args.model, digest=args.digest)
    table = read_table(args.table)
    added = ("predicted", "confidence", *(("suggested", "silent_because", "why") if args.why else ()))
    table.refuse_columns(added)
    texts = table.texts()
    changes = _changes(args)
    predicted = predict(coder, texts, changes=changes)
    join = coder.separator or ";"
    rows = [[*row, join.join(own), f"{sure:.4f}"]
            for row, own, sure in zip(table.rows, predicted.codes, predicted.confidence.tolist(), strict=True)]
    if args.why:
        for row, one in zip(rows, suggest(coder, texts, changes=changes), strict=True):
            row += [join.join(one.codes), one.silent_because,
                    ", ".join(dict.fromkeys(reason.words for reason in one.reasons))]
    write_table(args.out, [*table.columns, *added], rows, separator=table.separator)
    empty = sum(not own for own in predicted.codes)
    if args.json:
        _print_json({"rows": len(rows), "without_code": empty, "out": str(args.out)})
    else:
        _print(f"{len(rows)} rows, {empty} without a code")
    return 0


def run_evaluate(args: argparse.Namespace) -> int:
    import numpy as np

    from nghe.text.coder import predict
    from nghe.text.modelfile import load_coder
    from nghe.text.quality import measure

    coder = load_coder(args.model, digest=args.digest)
    args.multi = coder.separator
    table = read_table(args.table)
    truth = _coded(table, args)
    predicted = predict(coder, table.texts(), changes=_changes(args))
    names = sorted({code for row in (*truth, *predicted.codes) for code in row})
    carried, given = (np.array([[name in row for name in names] for row in rows], dtype=np.bool_).reshape(len(rows), len(names))
                      for rows in (truth, predicted.codes))
    quality = measure(names, carried, given, predicted.confidence)
    unknown = [name for name in names if name not in predicted.names]
    if args.json:
        _print_json({**quality.as_dict(), "unknown_codes": unknown})
        return 0
    _print_quality(quality, training=False)
    if unknown:
        _print(f"codes that the model does not know: {', '.join(unknown)}")
    return 0


def run_duplicates(args: argparse.Namespace) -> int:
    from nghe.text.duplicates import DuplicateIndex, group_stories

    check_place(args.out)
    table = read_table(args.table)
    added = ("group", "heard", "representative", "similarity", "places", "channels")
    table.refuse_columns(added)
    index = DuplicateIndex()
    pairs = index.add(table.texts())
    spread = {name: table.column(column) if table.has(column) else []
              for name, column in (("places", "place"), ("channels", "channel"))}
    stories = group_stories(index, pairs, **spread)
    rows: list[list[str]] = [[] for _ in table.rows]
    for number, story in enumerate(stories, start=1):
        for at in story.members:
            rows[at] = [*table.rows[at], str(number), str(story.heard), "yes" if at == story.representative else "no",
                        f"{index.similarity(at, story.representative):.3f}", str(story.places), str(story.channels)]
    write_table(args.out, [*table.columns, *added], rows, separator=table.separator)
    several = [story for story in stories if story.heard > 1]
    if args.json:
        _print_json({"rows": len(rows), "stories": len(stories), "told_more_than_once": len(several),
                     "notes_in_them": sum(story.heard for story in several)})
    else:
        _print(f"{len(rows)} notes tell {len(stories)} stories; {len(several)} of them are told by more than one note "
               f"({sum(story.heard for story in several)} notes)")
    return 0


def _coded(table: Table, args: argparse.Namespace) -> list[tuple[str, ...]]:
    from nghe.text.renaming import renamed

    return renamed(table.codes(args.multi), _changes(args))


def _changes(args: argparse.Namespace) -> dict[str, str]:
    return read_changes(args.rename) if args.rename else {}


def _print_quality(quality: Quality, *, training: bool = True) -> None:
    _print(f"{quality.texts} texts: {quality.accuracy:.1%} right; F1 weighted {quality.weighted_f1:.1%}, "
           f"macro {quality.macro_f1:.1%}, micro {quality.micro_f1:.1%}; "
           f"confidence is off by {quality.calibration_error:.1%} on average")
    _print("surest: " + ", ".join(f"{share:.0%} of texts {right:.1%} right" for share, right in quality.confident.items()))
    for name, code in quality.codes.items():
        note = f"  not suggested: {code.silent_because}" if training and code.silent_because else ""
        _print(f"{name}\t{code.texts} texts\tprecision {code.precision:.1%}\trecall {code.recall:.1%}\tF1 {code.f1:.1%}{note}")


def _print_json(data: Any) -> None:
    _print(json.dumps(data, ensure_ascii=False))


def _print(line: str) -> None:
    sys.stdout.write(line + "\n")
