"""An office's own Word template: tried out on a real report before it is kept."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from langnghe.audit.domain import enter, register_actions
from langnghe.common.errors import Refusal
from langnghe.network.models import Unit
from langnghe.reports.domain.files import document_of
from langnghe.reports.models import Report, ReportTemplate
from langnghe.reports.rendering.docx import render_docx
from nghe.errors import Fault

register_actions(report__template="An office put its own template of reports in use.")


def keep_template(unit: Unit, *, name: str, content: bytes, by: Any, at: dt.datetime) -> ReportTemplate:
    """Fill it in with the office's newest report; a template with a fault is refused with what is wrong in it."""
    newest = Report.objects.filter(unit=unit).select_related("unit__network").first()
    if newest is None:
        raise Refusal("report.no_report", _("There is no report yet to try the template on."), todo=_("Build a report first."))
    try:
        render_docx(document_of(newest, "vi"), content)
    except Fault as fault:
        raise Refusal("report.template", _("The report's template cannot be filled in: %(why)s") % {"why": str(fault)},
                      todo=_("Correct the template in Word and upload it again, or go back to the shipped one.")) from fault
    with transaction.atomic():
        kept = ReportTemplate.objects.create(unit=unit, name=name[-120:], content=content,
                                             sha256=hashlib.sha256(content).hexdigest(), by=by, at=at)
        enter("report.template", f"unit:{unit.pk}", by=by, at=at, network=unit.network_id, sha256=kept.sha256)
    return kept


def template_of(unit: Unit) -> ReportTemplate | None:
    """The newest template of the office; None means the shipped one."""
    return ReportTemplate.objects.filter(unit=unit).first()
