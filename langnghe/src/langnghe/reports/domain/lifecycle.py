"""A report's way: draft, review, signed, archived. Signed, it is its bytes."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from langnghe.audit.domain import enter, register_actions
from langnghe.common.errors import Refusal
from langnghe.common.states import check_transition
from langnghe.network.enums import Role
from langnghe.network.models import Membership
from langnghe.reports.enums import REPORT_STEPS, ReportState
from langnghe.reports.models import Report

register_actions(
    report__reviewed="A draft was handed over for review.",
    report__returned="A report in review went back to draft.",
    report__signed="A report was signed; its bytes were stored.",
    report__archived="A signed report was archived.",
)

LONGEST_NUMBER = 60

WHO_MAY: dict[str, frozenset[str]] = {
    ReportState.REVIEW: frozenset({Role.ANALYST, Role.EDITOR}),
    ReportState.DRAFT: frozenset({Role.EDITOR, Role.SIGNER}),
    ReportState.SIGNED: frozenset({Role.SIGNER}),
    ReportState.ARCHIVED: frozenset({Role.EDITOR, Role.SIGNER}),
}


def check_role(report: Report, state: str, *, by: Any) -> None:
    """Only a member of the report's own unit, in a role that may take this step."""
    if not Membership.objects.active().filter(user=by, unit=report.unit, role__in=WHO_MAY[state]).exists():
        raise Refusal("report.role", _("Your role does not take this step."), todo=_("Ask somebody whose role it is."),
                      status=403)


def move_report(report: Report, state: str, *, by: Any, at: dt.datetime) -> Report:
    """Hand over, send back or archive. Signing has its own function: it stores the bytes."""
    if state == ReportState.SIGNED:
        raise ValueError("sign_report signs")
    return _step(report, state, by=by, at=at)


def sign_report(report: Report, *, number: str, by: Any, at: dt.datetime) -> Report:
    """Sign: number it, render every file with the number on it, store the bytes, and never change it again.

    Rendering takes seconds, so it is done before the transaction: others go on writing meanwhile. What was rendered is stored
    only if the report still says the same.
    """
    from langnghe.reports.domain.files import rendered_files, sealed, store_files

    number = number.strip()
    if not 1 <= len(number) <= LONGEST_NUMBER:
        raise Refusal("report.number", _("A signed report carries its number and symbol."),
                      todo=_("Write the number and symbol of the document, for example 118/BC-TTDLXH."))
    seen = as_signed(Report.objects.select_related("unit__network", "template").get(pk=report.pk), number, by=by, at=at)
    files = rendered_files(sealed(seen))
    with transaction.atomic():
        report = sealed(as_signed(lock(report), number, by=by, at=at))
        if report.digest != seen.digest:
            raise Refusal("report.changed", _("Somebody changed the report while it was being signed."),
                          todo=_("Read it again, then sign."), status=409)
        report.save(update_fields=["number", "signed_by", "signed_at", "state", "digest", "built_with"])
        store_files(report, files)
        enter_step(report, by=by, at=at)
    return report


def as_signed(report: Report, number: str, *, by: Any, at: dt.datetime) -> Report:
    """The report as it will be once it is signed; nothing is stored."""
    check_step(report, ReportState.SIGNED, by=by)
    report.number, report.signed_by, report.signed_at, report.state = number, by, at, ReportState.SIGNED
    return report


def lock(report: Report) -> Report:
    """The row as it stands now, held until the end of the transaction."""
    return Report.objects.select_for_update(of=("self",)).select_related("unit__network").get(pk=report.pk)


def check_step(report: Report, state: str, *, by: Any) -> None:
    check_transition(REPORT_STEPS, report.state, state)
    check_role(report, state, by=by)


def _step(report: Report, state: str, *, by: Any, at: dt.datetime) -> Report:
    with transaction.atomic():
        report = lock(report)
        check_step(report, state, by=by)
        if state == ReportState.REVIEW:
            check_earned(report)
        report.state = state
        report.save(update_fields=["state"])
        enter_step(report, by=by, at=at)
    return report


def check_earned(report: Report) -> None:
    """A draft with a sentence that its evidence does not earn is not handed over (R6)."""
    from langnghe.reports.domain.files import seal

    seal(report)


def enter_step(report: Report, *, by: Any, at: dt.datetime) -> None:
    action = {ReportState.REVIEW: "report.reviewed", ReportState.DRAFT: "report.returned", ReportState.SIGNED: "report.signed",
              ReportState.ARCHIVED: "report.archived"}[ReportState(report.state)]
    enter(action, f"report:{report.pk}", by=by, at=at, network=report.unit.network_id, digest=report.digest)
