"""Work on the sentences of a draft: write again, write again by the evidence, attach evidence, add one, take one out.

A sentence is append-only: a change is a new version that the old one points to. A draft may hold a sentence that its evidence
does not earn, and says so; it cannot be handed over, exported or signed until each is earned (R6).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from langnghe.audit.domain import enter, register_actions
from langnghe.common.errors import Refusal
from langnghe.network.enums import Role
from langnghe.network.models import Membership
from langnghe.reports.domain import sentences
from langnghe.reports.domain.claims import evidence_of, sentence_of
from langnghe.reports.domain.files import seal
from langnghe.reports.domain.lifecycle import lock
from langnghe.reports.domain.names import names_of
from langnghe.reports.enums import ReportState
from langnghe.reports.models import Evidence, Report, Statement
from nghe.errors import Fault
from nghe.evidence import Evidence as Frozen
from nghe.wording import Statement as Sentence
from nghe.wording import default_scale, render

register_actions(
    report__sentence_written="A sentence of a draft was written, or written again.",
    report__sentence_removed="A sentence of a draft was taken out.",
)

LONGEST = 1000
WRITERS = frozenset({Role.ANALYST, Role.EDITOR})
KEPT_SLOTS = re.compile(r"(strip|silent|left|methods|fields)\b|outlook\.before$|i\d+\.(minority|unknown)$")
"""What no draft may lose: minority views, what is not known, who was silent, what was left out, how it was done, how the last
outlook turned out."""
ADDED_SLOTS = re.compile(r"i\d+\.more$")


def problem_of(sentence: Sentence, known: dict[str, Frozen]) -> Fault | None:
    """Why a sentence cannot be exported; None where its evidence earns it."""
    try:
        for language in sentence.text:
            render(sentence, known, language)
    except Fault as fault:
        return fault
    return None


def problems(report: Report) -> dict[str, Fault]:
    """Label → why this sentence of the report cannot be exported."""
    known = evidence_of(report, cited_only=False)
    rows = report.statements.filter(replaced_by=None).prefetch_related("evidence")
    found = {row.label: problem_of(sentence_of(row, [one.label for one in row.evidence.all()]), known) for row in rows}
    return {label: fault for label, fault in found.items() if fault}


def rewrite_statement(report: Report, label: str, *, vi: str, en: str, evidence: Sequence[str], by: Any,
                      at: dt.datetime) -> Statement:
    """A new version of a sentence, with the evidence that it cites now."""
    with transaction.atomic():
        report = check_draft(report, by=by)
        old = sentence_at(report, label)
        made = write(report, label, old.slot, old.order, vi=vi, en=en, evidence=evidence, judgement=old.judgement, by=by, at=at)
        old.replaced_by = made
        old.save(update_fields=["replaced_by"])
        finish(report, made, "report.sentence_written", by=by, at=at)
    return made


def rewrite_by_evidence(report: Report, label: str, *, by: Any, at: dt.datetime) -> Statement:
    """What the evidence says, in the words of the product, in place of a sentence that it does not earn."""
    draft = suggestion(report, label)
    if draft is None:
        raise Refusal("report.no_suggestion", _("No evidence of this report speaks of this."),
                      todo=_("Attach evidence, or take the sentence out."))
    return rewrite_statement(report, label, vi=draft.vi, en=draft.en, evidence=draft.evidence, by=by, at=at)


def add_statement(report: Report, slot: str, *, vi: str, en: str, evidence: Sequence[str], by: Any, at: dt.datetime) -> Statement:
    """One more sentence under a salient matter (`i2.more`), or an office's judgement (`outlook`)."""
    judgement = slot == "outlook"
    if not judgement and not ADDED_SLOTS.match(slot):
        raise Refusal("report.slot", _("No sentence can be added here."), todo=_("Add it under a salient matter."))
    with transaction.atomic():
        report = check_draft(report, by=by)
        number = max((int(row.label[1:]) for row in report.statements.all()), default=0) + 1
        before = [row.order for row in report.statements.filter(replaced_by=None)
                  if row.slot.split(".")[0] == slot.split(".", maxsplit=1)[0]]
        order = max(before) if before else max((row.order for row in report.statements.all()), default=0)
        made = write(report, f"C{number:02}", slot, order, vi=vi, en=en, evidence=evidence, judgement=judgement, by=by, at=at)
        finish(report, made, "report.sentence_written", by=by, at=at)
    return made


def withdraw_statement(report: Report, label: str, *, by: Any, at: dt.datetime) -> None:
    """Take a sentence out of the draft. It stays stored, replaced by itself; what every report must say stays in."""
    with transaction.atomic():
        report = check_draft(report, by=by)
        row = sentence_at(report, label)
        if KEPT_SLOTS.match(row.slot):
            raise Refusal("report.kept", _("This part of a report cannot be taken out."),
                          todo=_("Write it again by its evidence: a view of few and what is not known stay in every report."))
        row.replaced_by = row
        row.save(update_fields=["replaced_by"])
        finish(report, row, "report.sentence_removed", by=by, at=at)


def suggestion(report: Report, label: str) -> sentences.Draft | None:
    """The product's own sentence nearest to this one, over the evidence that it cites or that its part of the report rests on."""
    row = sentence_at(report, label)
    drafts = [draft for draft in all_drafts(report, row) if draft.evidence]
    if not drafts:
        return None
    same = [draft for draft in drafts if draft.slot == row.slot]
    chosen = same or drafts
    return max(chosen, key=lambda draft: SequenceMatcher(None, draft.vi.lower(), row.text_vi.lower()).ratio())


def offers(report: Report, labels: Iterable[str], language: str) -> dict[str, str]:
    """Label → what the evidence says instead, as it would be printed."""
    known = evidence_of(report, cited_only=False)
    found = {label: suggestion(report, label) for label in labels}
    said = {label: Sentence(label, draft.slot, {"vi": draft.vi, "en": draft.en}, draft.evidence, default_scale().version)
            for label, draft in found.items() if draft}
    return {label: render(sentence, known, language).text for label, sentence in said.items()}


def all_drafts(report: Report, row: Statement) -> Iterable[sentences.Draft]:
    """Sentences over the evidence of one salient matter."""
    number = re.match(r"i(\d+)\.", row.slot)
    if not number:
        return
    cited = {one.label: one for one in report.evidence.filter(kind="FieldIndication")}
    beside = report.statements.filter(replaced_by=None, slot__startswith=f"i{number[1]}.").prefetch_related("evidence")
    labels = dict.fromkeys(one.label for statement in [row, *beside] for one in statement.evidence.all() if one.label in cited)
    names = names_of(report.unit)
    for label in labels:
        yield from sentences.salient(sentences.Item(label, cited[label].record["rows"]), int(number[1]), names)


# ---- parts ------------------------------------------------------------------------------------------------------------------


def check_draft(report: Report, *, by: Any) -> Report:
    """The report as it stands, held; only a draft is worked on, by an analyst or editor of its own unit."""
    report = lock(report)
    if report.state != ReportState.DRAFT:
        raise Refusal("report.no_draft", _("The report is no draft any more."),
                      todo=_("Ask its editor to send it back to draft."), status=409)
    if not Membership.objects.active().filter(user=by, unit=report.unit, role__in=WRITERS).exists():
        raise Refusal("report.role", _("Your role does not take this step."), todo=_("Ask somebody whose role it is."),
                      status=403)
    return report


def sentence_at(report: Report, label: str) -> Statement:
    row = report.statements.filter(label=label, replaced_by=None).first()
    if row is None:
        raise Refusal("report.no_sentence", _("The report has no sentence %(label)s.") % {"label": label},
                      todo=_("Reload the page: somebody may have changed it."), status=404)
    return row


def write(report: Report, label: str, slot: str, order: int, *, vi: str, en: str, evidence: Sequence[str], judgement: bool,
          by: Any, at: dt.datetime) -> Statement:
    vi, en = vi.strip(), en.strip()
    if not vi or max(len(vi), len(en)) > LONGEST:
        raise Refusal("report.sentence", _("A sentence has 1 to %(most)s letters.") % {"most": LONGEST},
                      todo=_("Say one thing in one sentence."))
    cited = list(Evidence.objects.filter(report=report, label__in=evidence))
    if unknown := set(evidence) - {one.label for one in cited}:
        raise Refusal("report.no_evidence", _("The report has no evidence %(labels)s.") % {"labels": ", ".join(sorted(unknown))},
                      todo=_("Choose from the evidence of this report."))
    texts = {"vi": vi} | ({"en": en} if en else {})
    said = Sentence(label, slot, texts, tuple(one.label for one in cited), default_scale().version, judgement=judgement)
    row = Statement.objects.create(report=report, label=label, slot=slot, order=order, text_vi=vi, text_en=en,
                                   words=list(said.words), rule_version=said.rule_version, judgement=judgement, by=by, at=at)
    row.evidence.set(cited)
    return row


def finish(report: Report, row: Statement, action: str, *, by: Any, at: dt.datetime) -> None:
    """Seal what can be sealed: a draft with a sentence that is not earned has no digest."""
    if problems(report):
        report.digest = ""
        report.save(update_fields=["digest"])
    else:
        seal(report)
    enter(action, f"report:{report.pk}", by=by, at=at, network=report.unit.network_id, sentence=row.label)
