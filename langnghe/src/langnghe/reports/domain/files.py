"""The files of a report: digest, bytes, what is stored when it is signed, what is written to a folder.

A draft is rendered when it is asked for; a signed report is its stored bytes. Each file carries the claims, so that it can be
checked alone; `claims.json` beside them names the others by their hash.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from django.utils.translation import gettext as _

from langnghe.common.errors import Refusal
from langnghe.reports.domain.claims import claims_of
from langnghe.reports.domain.paper import set_in_type
from langnghe.reports.enums import ReportState
from langnghe.reports.models import Report, ReportFile
from langnghe.reports.rendering import render as renderers
from langnghe.reports.rendering.document import Language, ReportDocument
from nghe.errors import Fault
from nghe.wording.claims import Document, claims_bytes

CLAIMS = "claims.json"
KINDS = renderers.KINDS | {CLAIMS: "application/json"}
LANGUAGES: tuple[Language, ...] = ("vi", "en")
KEPT = frozenset({ReportState.SIGNED, ReportState.ARCHIVED})


def sealed(report: Report) -> Report:
    """With the digest of the sentences and the evidence as they stand, not stored. Refuses what is not earned (R6)."""
    document = earned_claims(report, fixed=[], language="vi")
    report.digest, report.built_with = document["digest"], document["built_with"]
    return report


def seal(report: Report) -> Report:
    """The same, stored."""
    sealed(report).save(update_fields=["digest", "built_with"])
    return report


def earned_claims(report: Report, *, fixed: list[str], language: Language, files: dict[str, str] | None = None) -> Document:
    """The claims of a report; refused while a sentence is not earned by its evidence (R6)."""
    try:
        return claims_of(report, fixed=fixed, language=language, files=files)
    except Fault as fault:
        raise Refusal("report.not_earned", _("The report does not follow from its evidence: %(why)s") % {"why": str(fault)},
                      todo=_("Write the sentence again from its evidence, or take it out.")) from fault


def document_of(report: Report, language: Language) -> ReportDocument:
    """The report ready to be rendered, with the claims that travel inside its files."""
    document = set_in_type(report, language=language)
    return replace(document, claims=claims_bytes(earned_claims(report, fixed=document.fixed_strings(), language=language)))


def render(report: Report, name: str, document: ReportDocument) -> bytes:
    """One file; a template that cannot be filled in is refused with what is wrong in it."""
    try:
        return renderers.render(name, document, template=bytes(report.template.content) if report.template else None)
    except Fault as fault:
        raise Refusal("report.template", _("The report's template cannot be filled in: %(why)s") % {"why": str(fault)},
                      todo=_("Correct the template in Word and upload it again, or go back to the shipped one.")) from fault


def render_files(report: Report, language: Language) -> dict[str, bytes]:
    """Every file in one language, `claims.json` last: it names the others by their hash."""
    document = document_of(report, language)
    files = {name: render(report, name, document) for name in renderers.KINDS}
    hashes = {name: f"sha256:{hashlib.sha256(content).hexdigest()}" for name, content in files.items()}
    claims = earned_claims(report, fixed=document.fixed_strings(), language=language, files=hashes)
    return {**files, CLAIMS: claims_bytes(claims)}


def stored_name(name: str, language: str) -> str:
    """`report.pdf` in Vietnamese, `report.en.pdf` in English."""
    stem, _dot, kind = name.rpartition(".")
    return name if language == "vi" else f"{stem}.{language}.{kind}"


def file_of(report: Report, name: str, *, language: str) -> tuple[bytes, str]:
    """The bytes of one file and its media type: the stored ones of a signed report, else rendered now."""
    spoken: Language = "en" if language.startswith("en") else "vi"
    if report.state in KEPT:
        row = ReportFile.objects.get(report=report, name=stored_name(name, spoken))
        return bytes(row.content), KINDS[name]
    if name == CLAIMS:
        return render_files(report, spoken)[CLAIMS], KINDS[name]
    return render(report, name, document_of(report, spoken)), KINDS[name]


def rendered_files(report: Report) -> dict[str, bytes]:
    """Every file of a report in every language, under the names by which they are stored."""
    return {stored_name(name, language): content
            for language in LANGUAGES for name, content in render_files(report, language).items()}


def store_files(report: Report, files: dict[str, bytes]) -> list[ReportFile]:
    """Keep the bytes of a report that is being signed."""
    return ReportFile.objects.bulk_create(
        ReportFile(report=report, name=name, sha256=hashlib.sha256(content).hexdigest(), content=content)
        for name, content in files.items()
    )


def all_files(report: Report, language: Language, *, anew: bool = False) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of every file: the stored ones of a signed report, unless it is to be made `anew`; else rendered now."""
    if anew or report.state not in KEPT:
        yield from render_files(report, language).items()
        return
    for name in KINDS:
        yield name, file_of(report, name, language=language)[0]


def write_files(report: Report, *, out: Path, language: Language = "vi") -> list[Path]:
    """Write every file into a folder; each is complete before it has its name."""
    out.mkdir(parents=True, exist_ok=True)
    written = []
    for name, content in all_files(report, language):
        path, part = out / name, out / f".{name}.part"
        part.write_bytes(content)
        part.replace(path)
        written.append(path)
    return written
