"""In which signed report a note was counted, told to whoever shows its receipt."""

from __future__ import annotations

import uuid

from django.utils.translation import gettext as _

from langnghe.coding.models import Placement, SetAside
from langnghe.intake.models import Observation
from langnghe.intake.queries import Step, tell_fates
from langnghe.reports.enums import ReportState
from langnghe.reports.models import Report

REPORTED = 30
"""Ranks above being coded (10) and being set aside (20)."""


@tell_fates
def tell_reports(notes: list[uuid.UUID]) -> dict[uuid.UUID, Step]:
    """A note is in a report that covers its day and its unit, once that is signed, if it was coded and not set aside."""
    used = Observation.objects.filter(pk__in=Placement.objects.filter(observation__in=notes).values("observation")).exclude(
        pk__in=SetAside.objects.filter(observation__in=notes).values("observation")
    ).select_related("unit")
    steps = {}
    for note in used:
        above = [note.unit.path[:end] for end in range(note.unit.steplen, len(note.unit.path) + 1, note.unit.steplen)]
        report = Report.objects.filter(
            state__in=[ReportState.SIGNED, ReportState.ARCHIVED], first_day__lte=note.day, last_day__gte=note.day,
            unit__network=note.unit.network_id, unit__path__in=above,
        ).order_by("-last_day", "unit__path", "-version").first()
        if report:
            steps[note.pk] = Step(REPORTED, "done", words_for(report))
    return steps


def words_for(report: Report) -> str:
    if report.number:
        return _("In report %(number)s, week %(week)d") % {"number": report.number, "week": int(report.period[-2:])}
    return _("In the report of week %(week)d") % {"week": int(report.period[-2:])}
