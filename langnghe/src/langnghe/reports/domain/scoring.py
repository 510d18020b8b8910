"""Say in a draft how the last outlook turned out; the count in the draft follows."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from langnghe.audit.domain import enter, register_actions
from langnghe.common.errors import Refusal
from langnghe.reports.domain.build import period_of
from langnghe.reports.domain.editing import check_draft
from langnghe.reports.domain.outlooks import SLOT, last_outlooks, outlook_record, say_outlook
from langnghe.reports.domain.restating import freeze, next_number, restate
from langnghe.reports.enums import Outcome
from langnghe.reports.models import OutlookScore, Report

register_actions(report__outlook_scored="It was said how an outlook of the last report turned out.")


def score_outlook(report: Report, statement: int, *, outcome: str, by: Any, at: dt.datetime) -> OutlookScore:
    """`report` is the draft of the period after; `statement` an outlook of the signed report before it."""
    if outcome not in Outcome.values:
        raise Refusal("report.outcome", _("“%(word)s” says not how an outlook turned out.") % {"word": outcome},
                      todo=_("Choose one from the list."))
    with transaction.atomic():
        report = check_draft(report, by=by)
        period = period_of(report.unit, report.period)
        judged = {one.statement.pk: one for one in last_outlooks(report.unit, report.kind, period, at=at)}
        if statement not in judged:
            raise Refusal("report.no_outlook", _("The signed report of the period before has no such outlook."),
                          todo=_("Reload the page."), status=404)
        row = OutlookScore.objects.create(statement=judged[statement].statement, outcome=outcome, by=by, at=at)
        if record := outlook_record(report.unit, report.kind, period, number=next_number(report), at=at):
            restate(report, SLOT, say_outlook(freeze(report, record, at=at)), by=by, at=at)
        enter("report.outlook_scored", f"report:{report.pk}", by=by, at=at, network=report.unit.network_id,
              sentence=row.statement.label, outcome=outcome)
    return row
