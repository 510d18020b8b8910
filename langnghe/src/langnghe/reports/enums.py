from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class ReportState(models.TextChoices):
    DRAFT = "draft", _("draft")
    REVIEW = "review", _("in review")
    SIGNED = "signed", _("signed")
    ARCHIVED = "archived", _("archived")


REPORT_STEPS: dict[str, frozenset[str]] = {
    ReportState.DRAFT: frozenset({ReportState.REVIEW}),
    ReportState.REVIEW: frozenset({ReportState.DRAFT, ReportState.SIGNED}),
    ReportState.SIGNED: frozenset({ReportState.ARCHIVED}),
    ReportState.ARCHIVED: frozenset(),
}


class RecommendationState(models.TextChoices):
    MADE = "made", _("made")
    ACCEPTED = "accepted", _("accepted")
    DECLINED = "declined", _("declined")
    REDIRECTED = "redirected", _("passed on")
    IN_PROGRESS = "in_progress", _("in progress")
    DONE = "done", _("done")
    CONFIRMED = "confirmed", _("done, confirmed by listening")
