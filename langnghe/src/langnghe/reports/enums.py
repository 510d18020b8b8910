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


UNCERTAINTIES: dict[str, list[str]] = {
    "SurveyEstimate": ["ci95_korn_graubard", "ci95_linearised", "ci95_logit", "ci95_replicates"],
    "ModelEstimate": ["prediction_limit", "credible_interval"],
    "QuotaTally": ["fixed_label"],
    "PollTally": ["fixed_label"],
    "FieldIndication": ["coverage_bounds"],
    "DocumentCount": ["none"],
    "DocumentFact": ["none"],
    "Judgement": ["judgement"],
}
"""Kind of evidence → how it may be unsure (`nghe.evidence` knows the same; a test compares)."""
