"""The PDF, the form that is read: PDF/A-3a and PDF/UA-1 together, with the claims and the evidence inside.

Set by typst with the shipped fonts and the report's own time: the same document gives the same bytes. A character that no
shipped font has would fail the whole file, so it is replaced and the report says which.
"""

from __future__ import annotations

import datetime as dt
import json
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any, Literal

from langnghe.common.limited import Limits, OverLimit, run_limited
from langnghe.reports.rendering.document import Exhibit, Proof, ReportDocument, Section
from langnghe.reports.rendering.glyphs import FONTS, named, printable
from nghe.errors import Fault

SOURCE = Path(__file__).parent / "report.typ"
STANDARDS: list[Literal["a-3a", "ua-1"]] = ["a-3a", "ua-1"]
LIMITS = Limits(memory_mb=4096, cpu_seconds=60, wall_seconds=120)
"""typst reserves much address space and uses little of it."""


def render_pdf(document: ReportDocument) -> bytes:
    """The report as PDF; a `Fault` where it cannot be set."""
    facts, replaced = printable(facts_of(document))
    if replaced:
        facts["notices"] = [document.labels["replaced"] + " " + ", ".join(named(sign) for sign in sorted(replaced))]
    evidence = json.dumps(json.loads(document.claims)["evidence"], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    files = {"report.json": json.dumps(facts, ensure_ascii=False).encode(), "claims.json": document.claims,
             "evidence.json": evidence.encode() + b"\n"}
    try:
        return bytes(run_limited(set_in_type, files, fixed_offset(document.made_at), limits=LIMITS))
    except OverLimit as over:
        raise Fault("report.pdf", "report", f"the PDF took more {over.what} than it may") from over


def fixed_offset(moment: dt.datetime) -> dt.datetime:
    """The same moment without parts of a second, its zone as a plain offset: all that a PDF holds."""
    return moment.replace(microsecond=0, tzinfo=dt.timezone(moment.utcoffset() or dt.timedelta()))


def set_in_type(files: dict[str, bytes], at: dt.datetime) -> bytes:
    """Runs in the child process."""
    import typst

    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for name, content in files.items():
            (root / name).write_bytes(content)
        (root / SOURCE.name).write_bytes(SOURCE.read_bytes())
        compiler = typst.Compiler(input=root / SOURCE.name, root=root, font_paths=[FONTS], ignore_system_fonts=True)
        try:
            made = compiler.compile(format="pdf", pdf_standards=[*STANDARDS], timestamp=at)
        except typst.TypstError as fault:
            raise Fault("report.pdf", "report", "; ".join([fault.message, *fault.hints])[:500]) from None
    assert isinstance(made, bytes), "one file"
    return made


def facts_of(document: ReportDocument) -> dict[str, Any]:
    """The document as plain JSON for the page."""
    used = {proof.id: [said.code for said in document.every_said() if proof.id in said.evidence] for proof in document.evidence}
    made = document.made_at
    return {
        "language": document.language, "head": asdict(document.letterhead), "made": [made.year, made.month, made.day],
        "sections": [section_of(section) for section in document.sections],
        "scale": [{"word": word, "rule": rule} for word, rule in document.scale], "scale_title": document.scale_title,
        "kinds": kinds_of(document.evidence, used), "signer": document.signer, "signed_by": document.signed_by,
        "recipients": list(document.recipients), "digest": document.digest, "audit_root": document.audit_root,
        "footer": document.footer, "labels": dict(document.labels), "notices": [],
    }


def section_of(section: Section) -> dict[str, Any]:
    table = section.table
    return {
        "name": section.name, "title": section.title, "level": section.level, "note": section.note,
        "lines": [{"code": said.code, "label": said.label, "judgement": said.judgement, "evidence": list(said.evidence),
                   "parts": [{"text": part.text, "kind": part.kind} for part in said.parts]} for said in section.said],
        "drawings": [drawing_of(exhibit) for exhibit in section.exhibits],
        "strong": list(table.strong) if table else [],
        "table": {"head": list(table.head), "rows": [list(row) for row in table.rows], "caption": table.caption,
                  "drawings": [drawing_of(exhibit) for exhibit in table.drawings]} if table else None,
    }


def drawing_of(exhibit: Exhibit) -> dict[str, Any]:
    return {"title": exhibit.title, "svg": exhibit.svg, "alt": exhibit.alt, "caption": exhibit.caption, "width": exhibit.width}


def kinds_of(proofs: tuple[Proof, ...], used: dict[str, list[str]]) -> list[dict[str, Any]]:
    """The evidence by kind: kinds stand apart and are never summed."""
    kinds: dict[tuple[str, str], list[Proof]] = {}
    for proof in proofs:
        kinds.setdefault((proof.kind_name, proof.uncertainty), []).append(proof)
    return [
        {"name": name, "uncertainty": uncertainty,
         "evidence": [{"id": proof.id, "title": proof.title, "method": proof.method, "base": proof.base,
                       "suppressed": proof.suppressed, "used": " ".join(used[proof.id]), "short_hash": proof.short_hash}
                      for proof in mine]}
        for (name, uncertainty), mine in kinds.items()
    ]
