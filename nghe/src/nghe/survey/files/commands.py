"""`nghe survey estimate` and `nghe survey weight`. `--help` prints the schema of the files that a command reads."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nghe import schemas

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]

METHODS = ("rake", "poststratify", "calibrate")


def register(commands: Subparsers) -> None:
    _register_estimate(commands)
    _register_weight(commands)
    _register_export(commands)


class HelpWithSchemas(argparse.Action):
    """Prints the help, then the schemas named in `const`."""

    def __init__(self, option_strings: Sequence[str], dest: str, const: Any = None, **_: Any) -> None:
        super().__init__(option_strings, dest, nargs=0, const=const, help="print this, and the schemas of the files")

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> None:
        parser.print_help()
        for name in self.const:
            sys.stdout.write(f"\n{name}.json\n{schemas.text(name)}")
        parser.exit()


def _register_estimate(commands: Subparsers) -> None:
    parser = commands.add_parser(
        "estimate",
        add_help=False,
        help="estimates with standard errors and intervals",
        description="Carry out the requests of R.json on DATA (csv, parquet, arrow, sav, dta) under the design of D.toml. "
        "Status 1 where a request is refused: a quota sample asked for a margin of error, margins that contradict each other.",
        epilog="Example: nghe survey estimate survey.csv --design design.toml --requests requests.json --out answer.json",
    )
    parser.add_argument("-h", "--help", action=HelpWithSchemas, const=("survey-design", "survey-requests", "survey-answer"))
    parser.add_argument("data", type=Path, metavar="DATA")
    parser.add_argument("--design", type=Path, required=True, metavar="D.toml")
    parser.add_argument("--requests", type=Path, required=True, metavar="R.json")
    parser.add_argument("--out", type=Path, required=True, metavar="O.json")
    parser.add_argument("--json", action="store_true", help="print the account as JSON")
    parser.set_defaults(run=run_estimate)


def _register_weight(commands: Subparsers) -> None:
    parser = commands.add_parser(
        "weight",
        add_help=False,
        help="weights to population margins, and their diagnostics",
        description="Weight DATA to the margins of T.csv (columns variable,level,count; several variables joined by *). "
        "W.csv has the columns row, weight; the account says what it cost and the margins before and after.",
        epilog="Example: nghe survey weight survey.csv --design design.toml --targets targets.csv --method rake --out "
        "weights.csv",
    )
    parser.add_argument("-h", "--help", action=HelpWithSchemas, const=("survey-design",))
    parser.add_argument("data", type=Path, metavar="DATA")
    parser.add_argument("--design", type=Path, required=True, metavar="D.toml")
    parser.add_argument("--targets", type=Path, required=True, metavar="T.csv")
    parser.add_argument("--method", required=True, choices=METHODS)
    parser.add_argument(
        "--bounds", nargs=2, type=float, metavar=("LOW", "HIGH"), help="calibrate: limits of new weight / old weight"
    )
    parser.add_argument("--calfun", choices=("linear", "raking", "logit"), default="linear", help="calibrate: distance")
    parser.add_argument("--trim", nargs=2, type=float, metavar=("LOW", "HIGH"), help="then trim weights to these limits")
    parser.add_argument("--out", type=Path, required=True, metavar="W.csv")
    parser.add_argument("--json", action="store_true", help="print the account as JSON")
    parser.set_defaults(run=run_weight)


def _register_export(commands: Subparsers) -> None:
    parser = commands.add_parser(
        "export",
        help="data and an R script that computes the published numbers again",
        description="Write DIR with data.csv, estimates.csv and recompute.R: R's survey package over the same data, its "
        "answers beside ours.",
        epilog="Example: nghe survey export survey.csv --design design.toml --requests requests.json --out check",
    )
    parser.add_argument("data", type=Path, metavar="DATA")
    parser.add_argument("--design", type=Path, required=True, metavar="D.toml")
    parser.add_argument("--requests", type=Path, required=True, metavar="R.json")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    parser.add_argument("--json", action="store_true", help="print the account as JSON")
    parser.set_defaults(run=run_export)


def run_estimate(args: argparse.Namespace) -> int:
    from nghe.survey.files.answers import answer
    from nghe.survey.files.design import read_design, read_requests
    from nghe.survey.files.read import read_table
    from nghe.survey.sample import Sample

    design, requests = read_design(args.design), read_requests(args.requests)
    made = answer(Sample.of(read_table(args.data), design), requests)
    args.out.write_text(json.dumps(made, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    account = {"estimates": len(made["estimates"]), "refused": made["refused"], "warnings": made["design"]["warnings"]}
    if args.json:
        _print(json.dumps(account, ensure_ascii=False))
    else:
        _print(f"{account['estimates']} estimates, {len(made['refused'])} requests refused, in {args.out}")
        for refusal in made["refused"]:
            _print(f"refused {refusal['request']}: {refusal['where']}: {refusal['message']}")
        for warning in made["design"]["warnings"]:
            _print(f"warning: {warning}")
    return 1 if made["refused"] else 0


def run_weight(args: argparse.Namespace) -> int:
    from nghe.survey.files.design import read_design
    from nghe.survey.files.read import read_table
    from nghe.survey.files.targets import read_targets
    from nghe.survey.files.write import write_weights
    from nghe.survey.sample import Sample
    from nghe.survey.weights.account import weigh

    sample = Sample.of(read_table(args.data), read_design(args.design))
    margins = read_targets(args.targets, sample.table, population=float(sample.weights.sum()))
    weighted, account = weigh(sample, margins, method=args.method, calfun=args.calfun, bounds=args.bounds, limits=args.trim)
    write_weights(args.out, weighted)
    if args.json:
        _print(json.dumps(account, ensure_ascii=False))
        return 0
    after = account["after"]
    _print(
        f"{after['rows']} weights in {args.out}: Kish design effect {after['kish_deff']:.3f}, effective n "
        f"{after['effective_n']:.0f}, "
        f"largest / smallest {after['ratio']:.1f}, trimmed {100 * after['trimmed_share']:.1f} %"
    )
    for line in account["margins"]:
        _print(
            f"{line['margin']} = {line['level']}: target {100 * line['target']:.1f} %, before {100 * line['before']:.1f} %, "
            f"after {100 * line['after']:.1f} % ({line['rows']} rows)"
        )
    return 0


def run_export(args: argparse.Namespace) -> int:
    from nghe.survey.files.design import read_design, read_requests
    from nghe.survey.files.r_script import export_for_r
    from nghe.survey.files.read import read_table
    from nghe.survey.sample import Sample

    account = export_for_r(Sample.of(read_table(args.data), read_design(args.design)), read_requests(args.requests), args.out)
    _print(
        json.dumps(account, ensure_ascii=False)
        if args.json
        else f"{account['checked']} requests in {args.out}/recompute.R"
        + "".join(f"\nnot in the script: {name}" for name in account["left_out"])
    )
    return 0


def _print(line: str) -> None:
    sys.stdout.write(line + "\n")
