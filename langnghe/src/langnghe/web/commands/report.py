"""`langnghe report build | verify | rebuild`."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from langnghe.web.commands import BadInput, add_command


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    report = add_command(commands, "report", help="Build, verify and rebuild reports.",
                         example="langnghe report build --unit ST --kind weekly --period 2026-W46 --out reports/")
    parts = report.add_subparsers(dest="part", required=True, metavar="build|verify|rebuild")

    build = add_command(parts, "build", help="Build the report of a unit for a period: DOCX, PDF, HTML, claims.json, XLSX annex. "
                        "Of a signed report the stored files are written, and nothing is built.",
                        example="langnghe report build --unit ST --kind weekly --period 2026-W46 --out reports/")
    build.add_argument("--unit", required=True, help="code of the unit")
    build.add_argument("--kind", default="weekly", choices=["weekly"])
    build.add_argument("--period", required=True, help="for example 2026-W46")
    build.add_argument("--out", required=True, type=Path, metavar="DIR")
    build.add_argument("--lang", default="vi", choices=["vi", "en"])
    build.add_argument("--json", action="store_true")
    build.set_defaults(work=build_report)

    verify = add_command(parts, "verify", help="Recompute every statement from its evidence and list each difference.",
                         example="langnghe report verify reports/weekly.pdf")
    verify.add_argument("file", type=Path, help="claims.json, or a built DOCX, PDF or HTML")
    verify.add_argument("--json", action="store_true")
    verify.set_defaults(work=verify_report)

    rebuild = add_command(parts, "rebuild", help="Make the files again from the stored evidence and compare them byte by byte.",
                          example="langnghe report rebuild reports/claims.json --out again/")
    rebuild.add_argument("file", type=Path, help="claims.json, or a built DOCX, PDF or HTML")
    rebuild.add_argument("--out", required=True, type=Path, metavar="DIR")
    rebuild.add_argument("--json", action="store_true")
    rebuild.set_defaults(work=rebuild_report)


def build_report(words: argparse.Namespace) -> int:
    from django_scopes import scope, scopes_disabled

    from langnghe.common.clock import now
    from langnghe.network.models import Unit
    from langnghe.reports.domain.build import build_weekly, signed_weekly
    from langnghe.reports.domain.files import write_files

    with scopes_disabled():
        unit = Unit.objects.select_related("network").filter(code=words.unit).first()
    if unit is None:
        raise BadInput(f"No unit has the code {words.unit!r}. The roster page lists the codes.")
    with scope(network=unit.network):
        signed = signed_weekly(unit, period=words.period)
        report = signed or build_weekly(unit, period=words.period, by=None, at=now())
        files = write_files(report, out=words.out, language=words.lang)
    if words.json:
        answer = {"report": str(report), "built": signed is None, "files": [str(file) for file in files]}
        print(json.dumps(answer, ensure_ascii=False, indent=1))
    else:
        print("\n".join(map(str, files)))
    if signed:
        print(f"The report of week {words.period} is signed: these are its stored files, and nothing was built anew.",
              file=sys.stderr)
    return 0


def verify_report(words: argparse.Namespace) -> int:
    from langnghe.reports.domain.verify import verify_file

    if not words.file.is_file():
        raise BadInput(f"There is no file {words.file}.")
    differences = verify_file(words.file)
    if words.json:
        answer = {"file": str(words.file), "differences": [difference.to_dict() for difference in differences]}
        print(json.dumps(answer, ensure_ascii=False, indent=1))
    else:
        for difference in differences:
            print(f"✗ {difference}")
        if not differences:
            print(f"✓ {words.file.name}: every statement follows from its evidence.")
    return 1 if differences else 0


def rebuild_report(words: argparse.Namespace) -> int:
    from langnghe.reports.domain.verify import rebuild_file

    if not words.file.is_file():
        raise BadInput(f"There is no file {words.file}.")
    answer = rebuild_file(words.file, out=words.out)
    if words.json:
        print(json.dumps(answer, ensure_ascii=False, indent=1))
    else:
        for name, same in answer["files"].items():
            print(f"{'✓' if same else '✗'} {name}")
        for line in answer["versions"]:
            print(f"  {line}")
    return 0 if all(answer["files"].values()) else 1
