"""Take a matter that a report below names into a draft, or say why it is left out (R9)."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from langnghe.audit.domain import enter, register_actions
from langnghe.coding.queries.reliability import reliability_of
from langnghe.common.errors import Refusal
from langnghe.reports.domain import sentences
from langnghe.reports.domain.build import period_of, read_weeks
from langnghe.reports.domain.editing import check_draft, finish, write
from langnghe.reports.domain.freeze import topic_record
from langnghe.reports.domain.matters import SLOT, lower_reports, matters_of, matters_record, say_matters
from langnghe.reports.domain.names import names_of
from langnghe.reports.domain.restating import freeze, next_code, next_number, restate
from langnghe.reports.enums import MatterReason
from langnghe.reports.models import Omission, Report

register_actions(
    report__matter_taken_in="A matter of a report below was taken into a draft.",
    report__matter_left="A reason was given for leaving a matter of a report below out.",
)


def take_in(report: Report, omission: int, *, by: Any, at: dt.datetime) -> Report:
    """Freeze what was heard of it here, and say it as the other matters are said."""
    with transaction.atomic():
        report = check_draft(report, by=by)
        row = omission_of(report, omission)
        weeks = read_weeks(report.unit, period_of(report.unit, report.period))
        agreed = reliability_of(report.unit.network, unit=report.unit, until=report.last_day).of(row.topic_id)
        record = topic_record(report.unit, weeks, row.topic, agreed, number=next_number(report), at=at)
        label = freeze(report, record, at=at)
        said = report.statements.filter(replaced_by=None, slot__regex=r"^i[0-9]+\.")
        number = max((int(found[1]) for one in said if (found := re.match(r"i(\d+)\.", one.slot))), default=0) + 1
        place = max((one.order for one in said), default=0)
        for draft in sentences.salient(sentences.Item(label, record["rows"]), number, names_of(report.unit)):
            made = write(report, next_code(report), draft.slot, place, vi=draft.vi, en=draft.en, evidence=draft.evidence,
                         judgement=False, by=by, at=at)
        Omission.objects.filter(report=report, topic=row.topic).delete()
        count_matters(report, by=by, at=at)
        finish(report, made, "report.matter_taken_in", by=by, at=at)
    return report


def give_reason(report: Report, omission: int, *, reason: str, kept: str = "", by: Any, at: dt.datetime) -> Omission:
    """Why it is left out; a duplicate names the matter that is kept by its code."""
    if reason not in MatterReason.values:
        raise Refusal("report.matter_reason", _("“%(reason)s” is no reason.") % {"reason": reason},
                      todo=_("Choose a reason from the list."))
    with transaction.atomic():
        report = check_draft(report, by=by)
        row = omission_of(report, omission)
        named = {matter.topic.code: matter.topic for matter in matters_of([report], report.unit.network)}
        if (kept in named) != (reason == MatterReason.DUPLICATE):
            raise Refusal("report.matter_kept", _("A duplicate names the matter that is kept, and no other reason does."),
                          todo=_("Choose the matter that is kept, or another reason."))
        row.reason, row.kept, row.by, row.at = reason, named.get(kept), by, at
        row.save(update_fields=["reason", "kept", "by", "at"])
        count_matters(report, by=by, at=at)
        enter("report.matter_left", f"report:{report.pk}", by=by, at=at, network=report.unit.network_id, topic=row.topic.code,
              reason=reason)
    return row


def omission_of(report: Report, pk: int) -> Omission:
    row = Omission.objects.select_related("topic__field", "lower__unit").filter(report=report, pk=pk).first()
    if row is None:
        raise Refusal("report.no_matter", _("This matter is not left out any more."),
                      todo=_("Reload the page: somebody may have taken it in."), status=404)
    return row


def count_matters(report: Report, *, by: Any, at: dt.datetime) -> None:
    """Freeze the count of matters as it stands now, and say its sentence again over it."""
    left = list(report.omissions.select_related("topic__field", "lower__unit"))
    lower = [one for one in lower_reports(report) if one.signed_at and one.signed_at <= report.made_at]
    record = matters_record(report, period_of(report.unit, report.period), matters_of(lower, report.unit.network), left,
                            number=next_number(report), at=at)
    restate(report, SLOT, say_matters(freeze(report, record, at=at), record["rows"], names_of(report.unit)), by=by, at=at)
