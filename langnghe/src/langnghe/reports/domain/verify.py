"""Check a file of a report alone, against the report that is stored here, and against its own making anew.

    verify_file(Path("report.pdf"))                      # every Difference; an empty list where all holds
    rebuild_file(Path("claims.json"), out=Path("again")) # {"files": {name: same bytes?}, "versions": [what differs]}
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _
from django_scopes import scope, scopes_disabled

from langnghe.common.errors import Refusal
from langnghe.reports.domain.carried import Carried, read_carried
from langnghe.reports.domain.claims import versions
from langnghe.reports.domain.files import CLAIMS, KEPT, KINDS, all_files, stored_name
from langnghe.reports.models import Report, ReportFile
from nghe.errors import Fault
from nghe.wording.claims import Document, load_claims
from nghe.wording.verify import Difference, verify_claims, verify_files

LARGEST = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Opened:
    """A file of a report, what it carries, and its claims."""

    path: Path
    content: bytes
    carried: Carried
    document: Document


def open_file(path: Path) -> Opened:
    """Refuses what is no file of a report: says what it is and what would be one."""
    if path.stat().st_size > LARGEST:
        raise Refusal("report.file", _("%(name)s has more than %(size)s megabytes; no report is that large.")
                      % {"name": path.name, "size": LARGEST // 1024**2}, todo=_("Give a file that this product built."))
    content = path.read_bytes()
    try:
        carried = read_carried(content, path.name)
        return Opened(path, content, carried, load_claims(carried.claims))
    except Fault as fault:
        raise Refusal("report.file", _("%(name)s is no report that can be checked: %(why)s")
                      % {"name": path.name, "why": str(fault)},
                      todo=_("Give claims.json, or a DOCX, PDF or HTML that this product built.")) from fault


def verify_file(path: Path) -> list[Difference]:
    """Recompute every statement from its evidence; compare what is printed, the files beside it, and what was signed."""
    opened = open_file(path)
    return [*verify_claims(opened.document), *opened.carried.compare(opened.document), *beside(opened), *signed(opened)]


def beside(opened: Opened) -> list[Difference]:
    """The files that stand beside `claims.json` against the hashes it names; one that was not passed on is no difference."""
    if opened.carried.kind != "claims":
        return []
    paths = {name: opened.path.parent / name for name in opened.document["files"]}
    there = {name: path.read_bytes() for name, path in paths.items() if Path(name).name == name and path.is_file()}
    named = {name: opened.document["files"][name] for name in there}
    return verify_files({**opened.document, "files": named}, there)


def signed(opened: Opened) -> list[Difference]:
    """A report that is signed in this installation is its stored bytes, and no others."""
    report = report_of(opened.document)
    if report is None or report.state not in KEPT:
        return []
    with scope(network=report.unit.network):
        stored = {row.name: row.sha256 for row in ReportFile.objects.filter(report=report)}
    mine = hashlib.sha256(opened.content).hexdigest()
    if mine in stored.values():
        return []
    name = next((name for name in stored if name.endswith(f".{opened.carried.suffix}")), opened.path.name)
    return [Difference("signed", opened.path.name, f"the signed bytes, sha256:{stored.get(name, '')}", f"sha256:{mine}")]


def report_of(document: Document) -> Report | None:
    """The stored report that a document of claims speaks of; none on a machine without an installation."""
    if Report._meta.db_table not in connection.introspection.table_names():
        return None
    unit, period = document["unit"], document["period"]
    if not isinstance(unit, dict) or not isinstance(period, dict):
        return None
    with scopes_disabled():
        return (
            Report.objects.select_related("unit__network").filter(
                unit__code=unit.get("code"), unit__network__code=unit.get("network"), period=period.get("code"),
                kind=document["report"].get("kind"), version=document["report"].get("version"),
            ).first()
        )


def rebuild_file(path: Path, *, out: Path) -> dict[str, Any]:
    """Make every file again from the stored evidence and compare byte by byte with this one and with those that were stored."""
    opened = open_file(path)
    report = report_of(opened.document)
    if report is None:
        raise Refusal("report.unknown", _("The report that %(name)s speaks of is not stored here.") % {"name": path.name},
                      todo=_("Rebuild it where it was built: the evidence is in that installation."), status=404)
    language = opened.document["built_with"].get("language", "vi")
    with scope(network=report.unit.network):
        made = dict(all_files(report, language, anew=True))
        wanted = expected(opened, report, language)
    out.mkdir(parents=True, exist_ok=True)
    for name, content in made.items():
        (out / name).write_bytes(content)
    same = {name: f"sha256:{hashlib.sha256(made[name]).hexdigest()}" == hash_ for name, hash_ in wanted.items() if name in made}
    return {"files": same, "versions": changed_versions(opened.document, report, language)}


def expected(opened: Opened, report: Report, language: str) -> dict[str, str]:
    """Name → hash of what must come out: the stored bytes of a signed report, the hashes it names, and the file itself."""
    wanted = dict(opened.document["files"])
    if report.state in KEPT:
        stored = {row.name: f"sha256:{row.sha256}" for row in ReportFile.objects.filter(report=report)}
        wanted |= {name: stored[stored_name(name, language)] for name in KINDS if stored_name(name, language) in stored}
    own = next((name for name in KINDS if name.endswith(f".{opened.carried.suffix}")), CLAIMS)
    return wanted | {own: f"sha256:{hashlib.sha256(opened.content).hexdigest()}"}


def changed_versions(document: Document, report: Report, language: str) -> list[str]:
    """What the report was built with that is another version now."""
    then, today = document["built_with"], versions(report, language)
    return [f"{name}: {then.get(name, '–')} → {today.get(name, '–')}" for name in sorted({*then, *today})
            if then.get(name) != today.get(name)]


