"""Check every case of a file of expected survey estimates through the public API.

    python nghe/tests/conformance.py EXPECTED.json DATA_DIR [--json]

The file is in the format of the survey reference (its schema.json says what every field means). Prints a line for each
difference and for each unsupported case, by name; exit status 0 only when all agree (a case marked optional may be unsupported).
Rows are compared by label; levels that no row has may be left out by either side.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from nghe.errors import Fault
from nghe.survey.design.words import Design
from nghe.survey.estimates.result import Estimates, Label, t_quantile
from nghe.survey.files.read import read_table
from nghe.survey.requests import carry_out
from nghe.survey.sample import Sample

RELATIVE = {"glm": 1e-7, "likelihood": 1e-4, "rake_se": 1e-6, "default": 1e-9, "interval": 1e-8}
FLOOR = 1e-12


class Case:
    """One case, the tolerances that hold for it, and the differences found."""

    def __init__(self, case: Mapping[str, Any]) -> None:
        self.op, self.expect = case["op"], case["expect"]
        self.differences: list[str] = []
        swept = any(step.get("se") == "rake" for step in self.op.get("after", ()))
        self.tolerance = RELATIVE["glm"] if self.op["stat"] == "glm" else RELATIVE["default"]
        self.se_tolerance = RELATIVE["rake_se"] if swept else self.tolerance

    def same(self, what: str, wanted: float | None, got: float | None, relative: float, floor: float = 0.0) -> None:
        if wanted is None or got is None:
            if (wanted is None) != (got is None):
                self.differences.append(f"{what}: expected {wanted}, got {got}")
            return
        gap = abs(got - wanted)
        if not (gap <= relative * abs(wanted) or gap <= floor):
            self.differences.append(
                f"{what}: expected {wanted:.15g}, got {got:.15g} (relative {gap / max(abs(wanted), 1e-300):.1e})"
            )

    def rows(self, labels: Sequence[str], found: Estimates) -> list[tuple[int, int]]:
        """Places (expected, got) of each expected row, matched by label."""
        place = {label: number for number, label in enumerate(labels)}
        pairs = []
        for number, row in enumerate(self.expect["rows"]):
            label = label_of(row)
            if label not in place:
                if (row["estimate"], row["se"]) != (0, 0):
                    self.differences.append(f"row {label}: is missing")
            else:
                pairs.append((number, place.pop(label)))
        self.differences += [f"row {label}: is not expected" for label, number in place.items() if found.estimate[number] != 0]
        return pairs

    def estimates(self, found: Estimates, labels: Sequence[str]) -> None:
        pairs = self.rows(labels, found)
        for wanted_at, got_at in pairs:
            row, what = self.expect["rows"][wanted_at], labels[got_at]
            self.estimate_row(what, row, found, got_at)
        if "vcov" in self.expect:
            self.covariance(pairs, found.covariance)
        for name, value in (("df", found.design_df), ("df_domain", found.df)):
            if name in self.expect:
                self.same(name, self.expect[name], value, self.tolerance)

    def estimate_row(self, what: str, row: Mapping[str, Any], found: Estimates, at: int) -> None:
        estimate, se = float(found.estimate[at]), float(found.se[at])
        scale = FLOOR * max(abs(estimate), 1e-300)
        self.same(f"{what} estimate", row["estimate"], estimate, self.tolerance, scale)
        self.same(f"{what} se", row["se"], se, self.se_tolerance, scale)
        if "deff" in row:
            self.same(
                f"{what} deff", row["deff"], float(found.deff[at]) if found.deff is not None else None, self.se_tolerance, FLOOR
            )
        for name, df in (("ci95", found.design_df), ("ci95_domain_df", found.df)):
            if name in row:
                half = t_quantile(0.95, df) * se
                for end, wanted, got in zip(("low", "high"), row[name], (estimate - half, estimate + half), strict=True):
                    self.same(
                        f"{what} {name} {end}", wanted, got, self.se_tolerance, self.se_tolerance * max(half, abs(estimate))
                    )

    def covariance(self, pairs: Sequence[tuple[int, int]], found: np.ndarray) -> None:
        wanted = np.array(self.expect["vcov"], dtype=float)
        rows = [row for row, _ in pairs]
        got = found[np.ix_([at for _, at in pairs], [at for _, at in pairs])]
        wanted = wanted[np.ix_(rows, rows)]
        se = np.sqrt(np.abs(np.diag(wanted)))
        floor = FLOOR * np.abs([self.expect["rows"][row]["estimate"] for row in rows])
        gap = np.abs(got - wanted)
        bad = ~(gap <= 2 * self.se_tolerance * np.outer(se, se) + np.outer(se + floor, se + floor) - np.outer(se, se))
        if bad.any():
            i, j = np.argwhere(bad)[0]
            self.differences.append(
                f"vcov[{i}, {j}]: expected {wanted[i, j]:.15g}, got {got[i, j]:.15g} ({int(bad.sum())} entries differ)"
            )


def label_of(row: Mapping[str, Any]) -> str:
    parts = (
        {"intercept": "intercept"}
        if row.get("intercept")
        else {name: row[name] for name in ("contrast", "variable", "level", "cell", "group") if name in row}
    )
    return json.dumps({name: _plain(value) for name, value in parts.items()}, sort_keys=True, ensure_ascii=False)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _plain(level) for name, level in value.items()}
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def label_text(label: Label, stat: str) -> str:
    row: dict[str, Any] = {"contrast": label.variable} if stat == "contrast" else {"variable": label.variable}
    if label.variable == "(Intercept)":
        row = {"intercept": True}
    if label.level is not None:
        row["level"] = label.level
    if label.cell:
        row = {"cell": dict(label.cell)}
    if label.group:
        row["group"] = dict(label.group)
    return label_of(row)


def check(case: Mapping[str, Any], sample: Sample) -> list[str]:
    """The differences between what the library answers and what is expected."""
    found, one = carry_out(sample, case["op"]), Case(case)
    stat, expect, op = case["op"]["stat"], case["expect"], case["op"]
    if stat in {"mean", "total", "proportion", "variance"}:
        one.estimates(found, [label_text(label, found.statistic) for label in found.labels])
    elif stat == "ratio":
        one.estimate_row("ratio", expect["rows"][0], found, 0)
        one.covariance([(0, 0)], found.covariance)
        for name, value in (("df", found.design_df), ("df_domain", found.df)):
            if name in expect:
                one.same(name, expect[name], value, one.tolerance)
    elif stat == "glm":
        one.estimates(found.coefficients, [label_text(label, stat) for label in found.coefficients.labels])
        one.same("df_residual", expect["df_residual"], found.df_residual, one.tolerance)
    elif stat == "proportion_ci":
        row = expect["rows"][0]
        one.same("estimate", row["estimate"], float(found.estimates.estimate[0]), one.tolerance)
        one.same("se", row["se"], float(found.estimates.se[0]), one.se_tolerance, FLOOR * row["estimate"])
        relative = RELATIVE[
            "likelihood" if op["method"] == "likelihood" else "rake_se" if one.se_tolerance > RELATIVE["interval"] else "interval"
        ]
        for end, wanted, got in zip(("low", "high"), row["ci95"], (found.low, found.high), strict=True):
            one.same(f"ci95 {end}", wanted, got, relative, FLOOR)
        one.same("df", expect["df"], found.df, one.tolerance)
    elif stat == "quantile":
        for row, got in zip(expect["rows"], found, strict=True):
            what = f"{got.variable} p={got.p}"
            one.same(f"{what} estimate", row["estimate"], got.estimate, 0.0 if op["qrule"] in {"math", "school"} else 1e-13)
            one.same(f"{what} se", row["se"], got.se, one.se_tolerance, FLOOR * abs(row["estimate"]))
            for end, wanted, ours in zip(("low", "high"), row["ci95"], (got.low, got.high), strict=True):
                one.same(f"{what} ci95 {end}", wanted, ours, one.se_tolerance, FLOOR)
    elif stat == "chisq":
        one.same("statistic", expect["statistic"], found.statistic, one.se_tolerance)
        wanted, got = [np.atleast_1d([] if df is None else df).astype(float) for df in (expect["df"], found.df)]
        if len(wanted) != len(got):
            one.differences.append(f"df: expected {expect['df']}, got {found.df}")
        for number, (left, right) in enumerate(zip(wanted, got, strict=False)):
            one.same(f"df[{number}]", float(left), float(right), one.se_tolerance)
        one.same("p_value", expect["p_value"], found.p_value, 1e-6, 1e-14)
    elif stat == "ttest":
        row = expect["rows"][0]
        one.same("estimate", row["estimate"], found.estimate, one.tolerance, FLOOR)
        for end, wanted, got in zip(("low", "high"), row["ci95"], (found.low, found.high), strict=True):
            one.same(f"ci95 {end}", wanted, got, one.se_tolerance, one.se_tolerance * (found.high - found.low))
        one.same("statistic", expect["statistic"], found.statistic, one.se_tolerance)
        one.same("df", expect["df"], found.df, one.tolerance)
        one.same("p_value", expect["p_value"], found.p_value, 1e-7, 1e-15)
    elif stat == "degf":
        one.same("df", expect["df"], found.df, one.tolerance)
    else:
        weights = found.weights
        if len(weights) != len(expect["weights"]):
            one.differences.append(f"weights: expected {len(expect['weights'])}, got {len(weights)}")
        for row, (wanted, got) in enumerate(zip(expect["weights"], weights, strict=False)):
            one.same(f"weight of row {row + 1}", wanted, float(got), one.tolerance, FLOOR)
        for name, value in (("sum", weights.sum()), ("min", weights.min()), ("max", weights.max())):
            one.same(name, expect[name], float(value), one.tolerance)
    return one.differences


def run(expected: Path, folder: Path) -> Iterator[tuple[str, str, list[str]]]:
    """For each case its id, how it went (agrees, differs, unsupported, optional) and the differences."""
    samples: dict[str, Sample] = {}
    tables: dict[str, Any] = {}
    for case in json.loads(expected.read_text(encoding="utf-8"))["cases"]:
        key = case["data"] + json.dumps(case["design"], sort_keys=True)
        try:
            if key not in samples:
                if case["data"] not in tables:
                    tables[case["data"]] = read_table(folder / case["data"])
                samples[key] = Sample.of(tables[case["data"]], Design.from_dict(case["design"]))
            differences = check(case, samples[key])
        except Fault as fault:
            yield case["id"], "optional" if case.get("optional") else "unsupported", [f"unsupported: {fault.code}: {fault}"]
            continue
        yield case["id"], "differs" if differences else "agrees", differences


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("expected", type=Path, metavar="EXPECTED.json")
    parser.add_argument("folder", type=Path, metavar="DATA_DIR")
    parser.add_argument("--json", action="store_true", help="print the account as JSON")
    words = parser.parse_args(argv)
    account: dict[str, Any] = {"cases": 0, "agrees": 0, "differs": {}, "unsupported": {}, "optional": {}}
    for name, how, lines in run(words.expected, words.folder):
        account["cases"] += 1
        if how == "agrees":
            account["agrees"] += 1
        else:
            account[how][name] = lines
            if not words.json:
                print("\n".join(f"{name}: {line}" for line in lines))
    if words.json:
        print(json.dumps(account, ensure_ascii=False))
    else:
        print(
            f"{account['agrees']} of {account['cases']} cases agree; {len(account['differs'])} differ, "
            f"{len(account['unsupported'])} "
            f"unsupported, {len(account['optional'])} unsupported and optional"
        )
    return 1 if account["differs"] or account["unsupported"] or not account["cases"] else 0


if __name__ == "__main__":
    sys.exit(main())
