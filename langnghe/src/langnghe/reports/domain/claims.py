"""The claims of a report: its sentences, its evidence, and what is needed to check it alone (`claims.json`)."""

from __future__ import annotations

import datetime as dt
import hashlib
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from langnghe.audit.domain import day_root
from langnghe.common.clock import ZONE, today
from langnghe.reports.domain.tables import table_sentences
from langnghe.reports.models import Report, Statement
from langnghe.reports.rendering.docx import TEMPLATE
from nghe.evidence import Evidence as Frozen
from nghe.wording import Statement as Sentence
from nghe.wording import default_scale
from nghe.wording.build import build_claims
from nghe.wording.claims import Document

BUILT_WITH = ("langnghe", "nghe", "typst", "docxtpl", "python-docx", "XlsxWriter")
STYLE = ("report.typ", "report.css", "fonts/vendor.toml")
"""Files beside the template that decide how a report looks."""


def versions(report: Report, language: str) -> dict[str, str]:
    """What decides the bytes of a report beside its evidence; `rebuild` names the one that differs."""
    found = {"language": language, "scale": default_scale().version,
             "style": hash_of(*STYLE), "template": report.template.sha256[:12] if report.template else hash_of(TEMPLATE.name)}
    for name in BUILT_WITH:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found


@cache
def hash_of(*names: str) -> str:
    return hashlib.sha256(b"".join((TEMPLATE.parent / name).read_bytes() for name in names)).hexdigest()[:12]


def sentence_of(row: Statement, cited: list[str]) -> Sentence:
    """A stored sentence as the library's own, in its languages."""
    texts = {"vi": row.text_vi} | ({"en": row.text_en} if row.text_en else {})
    return Sentence(row.label, row.slot, texts, tuple(cited), row.rule_version, judgement=row.judgement)


def sentences_of(report: Report) -> list[Sentence]:
    rows = report.statements.filter(replaced_by=None).prefetch_related("evidence")
    return [sentence_of(row, [evidence.label for evidence in row.evidence.all()]) for row in rows]


def evidence_of(report: Report, *, cited_only: bool = True) -> dict[str, Frozen]:
    """The evidence of a report; what no sentence cites any more is not printed."""
    rows = report.evidence.all()
    if cited_only:
        rows = rows.filter(statements__in=report.statements.filter(replaced_by=None)).distinct()
    return {row.label: Frozen.from_dict(row.record) for row in rows}


def dated(report: Report) -> dt.datetime:
    """When a report was signed; a draft, when the newest piece of its evidence was frozen: work on it may go on for days."""
    return report.signed_at or max([report.made_at, *report.evidence.values_list("frozen_at", flat=True)])


def facts_of(report: Report) -> dict[str, Any]:
    """What the digest covers of the report itself; nothing in it changes once it is signed.

    The audit root is that of the day before, which is closed: the same on any later day.
    """
    moment = dated(report)
    return {
        "kind": report.kind, "version": report.version, "number": report.number,
        "made_at": report.made_at.astimezone(ZONE).isoformat(),
        "date": today(moment).isoformat(), "signed": report.signed_at is not None,
        "audit_root": day_root(today(moment) - dt.timedelta(days=1)),
    }


def claims_of(report: Report, *, fixed: list[str], language: str, files: dict[str, str] | None = None) -> Document:
    """The document of claims; a `Fault` where a sentence does not follow from its evidence."""
    unit, frozen = report.unit, list(evidence_of(report).values())
    recommendations = [text for row in report.recommendations.all() for text in (row.text_vi, row.text_en) if text]
    judged = report.statements.filter(slot="outlook", replaced_by=None)
    outlook = [text for row in judged for text in (row.text_vi, row.text_en) if text]
    return build_claims(
        report=facts_of(report), unit={"code": unit.code, "name": unit.name_vi, "network": unit.network.code},
        period={"code": report.period, "rule": report.period_rule, "first_day": report.first_day.isoformat(),
                "last_day": report.last_day.isoformat()},
        statements=[*sentences_of(report), *table_sentences(frozen)], evidence=frozen, built_with=versions(report, language),
        files=files or {},
        fixed=fixed, signed=recommendations + outlook,
    )
