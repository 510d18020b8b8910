"""`nghe lint`: an edited report beside its claims."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from nghe.errors import Fault

if TYPE_CHECKING:
    from nghe.wording.lint import Finding

    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]


def register(subparsers: Subparsers) -> None:
    parser = subparsers.add_parser(
        "lint",
        help="find numbers and words for how many in an edited report that have no claim behind them",
        description="Compare a DOCX with the claims it was built from. Prints each figure, number in words, breadth, crowd or "
        "mood word that no claim and no fixed text of the report covers, and notes sentences that were reworded or taken out. "
        "Exit status 1 where something has no claim; a note alone is none.",
        epilog="Example: nghe lint report.docx --claims claims.json",
    )
    parser.add_argument("report", type=Path, metavar="REPORT.docx")
    parser.add_argument("--claims", type=Path, metavar="claims.json", help="default: the claims that the DOCX carries")
    parser.add_argument("--lang", choices=["vi", "en"], default="", help="default: the language that more claims are found in")
    parser.add_argument("--json", action="store_true", help="print the findings as JSON")
    parser.set_defaults(run=run_lint)


def run_lint(words: argparse.Namespace) -> int:
    from nghe.wording.claims import load_claims
    from nghe.wording.docx_text import read_docx
    from nghe.wording.lint import lint

    text = read_docx(words.report.read_bytes(), words.report.name)
    if not words.claims and not text.claims:
        raise Fault("lint.no_claims", words.report.name, "carries no claims; name them with --claims claims.json")
    document = load_claims(words.claims or text.claims)
    findings = lint(text.stretches, document, words.lang)
    if words.json:
        answer = {"report": words.report.name, "findings": [finding.to_dict() for finding in findings]}
        sys.stdout.write(json.dumps(answer, ensure_ascii=False, indent=1) + "\n")
    else:
        sys.stdout.write("".join(f"{said(finding)}\n" for finding in findings))
        if not findings:
            sys.stdout.write(f"✓ {words.report.name}: every number and every word for how many has its claim.\n")
    return 1 if any(not finding.is_note for finding in findings) else 0


def said(finding: Finding) -> str:
    return f"{'·' if finding.is_note else '✗'} {finding}"
