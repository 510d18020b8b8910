"""What an office says in its own name: the outlook for the next period, and what it asks of others.

An outlook takes its word from a printed scale of likelihood, and says what would prove it wrong.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from langnghe.audit.domain import enter, register_actions
from langnghe.common.clock import today
from langnghe.common.errors import Refusal
from langnghe.reports.domain import sentences
from langnghe.reports.domain.build import period_of
from langnghe.reports.domain.editing import add_statement, check_draft
from langnghe.reports.domain.freeze import COMPLETE, both, record_of, register_rows
from langnghe.reports.domain.likelihood import LIKELIHOODS
from langnghe.reports.domain.restating import freeze, next_number, restate
from langnghe.reports.models import Recommendation, Report, Statement

register_actions(report__asked="A recommendation was added to a draft, or taken out.")

LONGEST = 1000


def add_outlook(report: Report, *, likelihood: str, vi: str, wrong_vi: str, en: str = "", wrong_en: str = "", by: Any,
                at: dt.datetime) -> Statement:
    """A judgement for the next period: how likely, what, and what would prove it wrong."""
    word = next((word for word in LIKELIHOODS if word.key == likelihood), None)
    if word is None:
        raise Refusal("report.likelihood", _("“%(word)s” is no word of the scale of likelihood.") % {"word": likelihood},
                      todo=_("Choose one from the list."))
    if not vi.strip() or not wrong_vi.strip():
        raise Refusal("report.outlook", _("An outlook says what is expected, and what would prove it wrong."),
                      todo=_("Fill in both."))
    texts = {"vi": ("Sai nếu", vi, wrong_vi), "en": ("Wrong if", en, wrong_en)}
    said = {
        language: f"*{sentences.capital(word.say(language))}.* {end(text)} *{head}:* {end(wrong)}" if text.strip() else ""
        for language, (head, text, wrong) in texts.items()
    }
    return add_statement(report, "outlook", vi=said["vi"], en=said["en"], evidence=[], by=by, at=at)


def end(text: str) -> str:
    text = text.strip()
    return text if text.endswith((".", "!", "?", "…")) or not text else f"{text}."


def add_recommendation(report: Report, *, vi: str, en: str, addressee: str, due_on: dt.date, by: Any,
                       at: dt.datetime) -> Recommendation:
    """Signed text with an addressee and a day; the register of the report is counted again."""
    vi, en, addressee = vi.strip(), en.strip(), addressee.strip()
    if not vi or not addressee or len(vi) > LONGEST or len(addressee) > 200:
        raise Refusal("report.recommendation", _("A recommendation has a text and an addressee."), todo=_("Fill in both."))
    if due_on < today(at):
        raise Refusal("report.due", _("The day %(day)s is over.") % {"day": due_on.strftime("%d/%m/%Y")},
                      todo=_("Give a day to come."))
    with transaction.atomic():
        report = check_draft(report, by=by)
        used = [int(row.code.rpartition("-")[2]) for row in report.recommendations.all()]
        row = Recommendation.objects.create(report=report, code=f"KN-{report.period[-2:]}-{max(used, default=0) + 1:02}",
                                            text_vi=vi, text_en=en, addressee=addressee, due_on=due_on)
        count_register(report, by=by, at=at)
        enter("report.asked", f"report:{report.pk}", by=by, at=at, network=report.unit.network_id, recommendation=row.code)
    return row


def remove_recommendation(report: Report, code: str, *, by: Any, at: dt.datetime) -> None:
    with transaction.atomic():
        report = check_draft(report, by=by)
        if not report.recommendations.filter(code=code).delete()[0]:
            raise Refusal("report.no_recommendation", _("The report has no recommendation %(code)s.") % {"code": code},
                          todo=_("Reload the page: somebody may have changed it."), status=404)
        count_register(report, by=by, at=at)
        enter("report.asked", f"report:{report.pk}", by=by, at=at, network=report.unit.network_id, recommendation=code)


def count_register(report: Report, *, by: Any, at: dt.datetime) -> None:
    """Freeze the register as it stands now, and say its line of the week again over it."""
    rows = list(report.recommendations.all())
    duties = report.evidence.filter(kind="DocumentCount", record__query__from="duties").first()
    if duties is None:
        return
    register = freeze(report, register_record(report, rows, at=at), at=at) if rows else ""
    restate(report, "line", list(sentences.week_in_lines([], duties=duties.label, register=register))[-1], by=by, at=at)


def register_record(report: Report, rows: list[Recommendation], *, at: dt.datetime) -> dict[str, Any]:
    return record_of(
        report.unit, period_of(report.unit, report.period), "DocumentFact",
        both("Kiến nghị của báo cáo này", "Recommendations of this report"), number=next_number(report), at=at,
        query={"from": "recommendations"}, base=both("kiến nghị đã nêu", "recommendations made"), uncertainty=COMPLETE,
        method=both("Đếm từ sổ kiến nghị.", "Counted from the register."), rows=register_rows(rows),
    )
