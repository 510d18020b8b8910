"""Count again what a draft rests on: one more piece of evidence, and the sentence over it in place of the old one."""

from __future__ import annotations

import datetime as dt
from typing import Any

from langnghe.reports.domain.editing import finish, write
from langnghe.reports.domain.sentences import Draft
from langnghe.reports.models import Evidence, Report
from nghe.evidence import Evidence as Frozen


def next_number(report: Report) -> int:
    """Of the next piece of evidence; those that are cited no more keep theirs."""
    return max((int(row.label[1:]) for row in report.evidence.all()), default=0) + 1


def next_code(report: Report) -> str:
    """Of the next sentence."""
    return f"C{max((int(row.label[1:]) for row in report.statements.all()), default=0) + 1:02}"


def freeze(report: Report, record: dict[str, Any], *, at: dt.datetime) -> str:
    """Store one record as evidence of the report; its label."""
    frozen = Frozen.from_dict(record)
    Evidence.objects.create(report=report, label=frozen.id, kind=frozen.kind, uncertainty=frozen.uncertainty["type"],
                            record=frozen.to_dict(), hash=frozen.hash, frozen_at=at)
    return frozen.id


def restate(report: Report, slot: str, draft: Draft, *, by: Any, at: dt.datetime) -> None:
    """Say the one sentence of a slot again over its new evidence. Where the report has none there, nothing is said."""
    old = report.statements.filter(replaced_by=None, slot=slot).order_by("-order", "-pk").first()
    if old is None:
        return
    made = write(report, old.label, slot, old.order, vi=draft.vi, en=draft.en, evidence=draft.evidence, judgement=False, by=by,
                 at=at)
    old.replaced_by = made
    old.save(update_fields=["replaced_by"])
    finish(report, made, "report.sentence_written", by=by, at=at)
