"""`nghe signals ...`: judge counts, score alarms, and show what late reports may still bring, on CSV files."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nghe.errors import Fault

if TYPE_CHECKING:
    from nghe.signals.judge import Judged, Printable

    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]

METHODS = ("default", "farringtonFlexible", "farrington", "earsC", "cusum", "bayes")


def register(subparsers: Subparsers) -> None:
    area = subparsers.add_parser("signals", help="find what rises or falls silent in counts over time")
    commands = area.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _register_detect(commands)
    _register_evaluate(commands)
    _register_nowcast(commands)


def _register_detect(commands: Subparsers) -> None:
    parser = commands.add_parser(
        "detect", help="judge counts by one method",
        description="Read series,period,count[,population][,reports][,sources]; write series,period,count,expected,upper,p,q,"
        "judged,alarm,why. With sources (how many distinct ones a count comes from) a cell is judged from 5 mentions in 4 "
        "periods and 3 sources on, and a count under 5 is kept back. A period is an ISO week (2026-W46), a month (2026-11), a "
        "day (2026-11-09: the first of each week) or a number. A series without a row for a period has a gap there, unless "
        "--missing zero.",
        epilog="Example: nghe signals detect counts.csv --method default --out alarms.csv --plots plots",
    )
    parser.add_argument("counts", type=Path, metavar="COUNTS.csv")
    parser.add_argument("--method", choices=METHODS, help="default: two-week negative binomial, or the settings' own")
    parser.add_argument("--settings", type=Path, metavar="S.json", help="a control object in R's words, with the method as fun")
    parser.add_argument("--compat", action="store_true", help="as R surveillance computes it, faults included")
    parser.add_argument("--frequency", type=int, metavar="N", help="periods a year, where periods are numbers")
    parser.add_argument("--missing", choices=("gap", "zero"), default="gap", help="what a missing row is")
    parser.add_argument("--small", choices=("hide", "show"),
                        help='counts of 1 to 4: "< 5" without p and q, or as they are (default: hide with sources, else show)')
    parser.add_argument("--merge", type=Path, metavar="MERGES.csv",
                        help="series,into: places that became one; the history goes on under the successor's name")
    parser.add_argument("--split", type=Path, metavar="SPLITS.csv",
                        help="parent,part,since: topics that a new frame version cut in parts; the parent goes on as their sum")
    parser.add_argument("--totals", type=Path, metavar="TOTALS.csv",
                        help="whole,part: which series are sums of others, so that no total gives a small count away; sums that "
                        "names tell (A of A / B and A / C) are found")
    parser.add_argument("--out", type=Path, required=True, metavar="ALARMS.csv")
    parser.add_argument("--plots", type=Path, metavar="DIR", help="an SVG for each series with an alarm")
    parser.add_argument("--lang", choices=("vi", "en"), default="vi", help="language of plots and sentences")
    parser.add_argument("--json", action="store_true", help="print the account as JSON")
    parser.set_defaults(run=run_detect)


def _register_evaluate(commands: Subparsers) -> None:
    parser = commands.add_parser(
        "evaluate", help="score alarms against known episodes",
        description="Read alarms as detect writes them and episodes as series,first,last; print false-alarm rate, detection, "
        "delay, and what each dial would have shown.",
        epilog="Example: nghe signals evaluate alarms.csv episodes.csv --rate 0.1 --budget 5",
    )
    parser.add_argument("alarms", type=Path, metavar="ALARMS.csv")
    parser.add_argument("episodes", type=Path, metavar="EPISODES.csv")
    parser.add_argument("--rate", type=float, default=0.1, help="false-discovery rate q")
    parser.add_argument("--budget", type=int, default=5, help="signals a period")
    parser.add_argument("--json", action="store_true", help="print the scores as JSON")
    parser.set_defaults(run=run_evaluate)


def _register_nowcast(commands: Subparsers) -> None:
    parser = commands.add_parser(
        "nowcast", help="what late reports may still bring, as a band",
        description="Read period,received,change (received: the period in which it came; change: 1 came, -1 withdrawn; a count "
        "may stand for several); write period,known,expected,low,high,maturity,basis.",
        epilog="Example: nghe signals nowcast items.csv --delays 8 --out nowcast.csv",
    )
    parser.add_argument("items", type=Path, metavar="ITEMS.csv")
    parser.add_argument("--delays", type=int, default=8, help="periods after which a count is taken for complete")
    parser.add_argument("--level", type=float, default=0.95, help="of the band")
    parser.add_argument("--out", type=Path, required=True, metavar="OUT.csv")
    parser.add_argument("--plot", type=Path, metavar="FILE.svg")
    parser.add_argument("--lang", choices=("vi", "en"), default="vi")
    parser.add_argument("--json", action="store_true", help="print the account as JSON")
    parser.set_defaults(run=run_nowcast)


def run_detect(args: argparse.Namespace) -> int:
    import numpy as np

    from nghe.signals.changes import apply_changes, ended_and_begun
    from nghe.signals.judge import judge_panel, printable, read_plan, rows
    from nghe.signals.panel import fill_gaps
    from nghe.signals.table import read_counts, write_rows
    from nghe.signals.totals import check_totals, read_totals, totals_by_name

    plan = read_plan(args.method, args.settings, compat=args.compat)
    panel = apply_changes(read_counts(args.counts, frequency=args.frequency), args.merge, args.split)
    ended, begun = ended_and_begun(panel)
    gaps = panel.gaps()
    if args.missing == "zero":
        panel = fill_gaps(panel)
    judged = judge_panel(panel, plan)
    hide = panel.sources is not None if args.small is None else args.small == "hide"
    totals = totals_by_name(panel.series, panel.counts)
    if args.totals:
        told = read_totals(args.totals, panel.series)
        check_totals(told, panel.series, panel.time.labels, panel.counts)
        totals = [*told, *(total for total in totals if total.whole not in {each.whole for each in told})]
    shown = printable(judged, totals) if hide else None
    written = write_rows(args.out, rows(judged, shown))
    say: dict[str, Any] = {
        "method": plan.method, "series": len(panel.series), "periods": len(panel.time), "gaps": gaps, "rows": written,
        "judged": int(judged.found.judged_cells.sum()), "alarms": int(judged.found.alarm.sum()),
        "not_judged": {str(why): int(many) for why, many in zip(
            *np.unique(judged.why[~judged.found.judged_cells], return_counts=True), strict=True)},
        "ended": ended, "begun": begun,
    }
    text = (f"{say['series']} series x {say['periods']} periods by {say['method']}: {say['judged']} cells judged, "
            f"{say['alarms']} signals, {gaps} gaps ({'taken as 0' if args.missing == 'zero' else 'not judged'})")
    if say["not_judged"]:
        text += "; not judged: " + ", ".join(f"{many} {why}" for why, many in say["not_judged"].items())
    if shown:
        say |= {"small": int(shown.kept.small.sum()), "cover": int(shown.kept.cover.sum()), "totals": len(totals)}
        text += f"; kept back: {say['small']} counts under 5"
        text += f", and {say['cover']} larger ones since {say['totals']} totals would give those away" if totals else ""
    if args.plots:
        say["plots"] = _plots(judged, shown, args.plots, args.lang)
    if ended and begun:
        text += (f"\n{len(ended)} series end before the last periods and {len(begun)} begin after the first ones (as "
                 f"{ended[0]!r} and {begun[0]!r}): if places merged or a topic was split, say so with --merge or --split")
    _print(json.dumps(say, ensure_ascii=False) if args.json else text)
    return 0


def _plots(judged: Judged, shown: Printable | None, folder: Path, language: Any) -> int:
    from dataclasses import replace

    from nghe.signals.drawing import draw_series

    folder.mkdir(parents=True, exist_ok=True)
    drawn = 0
    alarm = judged.found.alarm
    if shown:
        judged = replace(shown.judged, found=shown.judged.found.with_alarm(alarm))
    for column, name in enumerate(judged.panel.series):
        if alarm[:, column].any():
            safe = "".join(char if char.isalnum() else "-" for char in name)[:80]
            text = draw_series(judged, name, language=language, hide_small=shown is not None)
            (folder / f"{column:04}-{safe}.svg").write_text(text, encoding="utf-8")
            drawn += 1
    return drawn


def run_evaluate(args: argparse.Namespace) -> int:
    from nghe.signals.evaluate import evaluate

    told = evaluate(args.alarms, args.episodes, rate=args.rate, budget=args.budget)
    if args.json:
        _print(json.dumps(told))
        return 0

    def share(value: float | None) -> str:
        return "-" if value is None else f"{100 * value:.2f} %"

    delay = "-" if told["mean_delay"] is None else f"{told['mean_delay']:.2f}"
    _print(f"false alarms {share(told['false_alarm_rate'])} of calm cells; episodes found {told['found']} of {told['episodes']} "
           f"({share(told['detection'])}), mean delay {delay} periods")
    for name, dial in (("FDR", f"q = {told['rate']:g}"), ("budget", f"{told['a_period']} a period")):
        one = told["fdr" if name == "FDR" else "budget"]
        _print(f"{name} {dial}: {one['signals']} signals, {share(one['false_share'])} of them false (mean over periods "
               f"{share(one['mean_false_share'])}), {share(one['power'])} of raised cells shown")
    return 0


def run_nowcast(args: argparse.Namespace) -> int:
    from nghe.signals.late import read_items, write_nowcast

    if not 0 < args.level < 1:
        raise Fault("signals.level", "--level", f"{args.level} is not between 0 and 1")
    labels, triangle = read_items(args.items, delays=args.delays)
    say = write_nowcast(labels, triangle, level=args.level, out=args.out, plot=args.plot, language=args.lang)
    text = (f"{say['periods']} periods, {say['open']} not yet complete, {say['without_band']} of them without a band "
            "(too few earlier periods)")
    _print(json.dumps(say) if args.json else text)
    return 0


def _print(line: str) -> None:
    sys.stdout.write(line + "\n")
