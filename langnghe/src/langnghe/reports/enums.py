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


class MatterReason(models.TextChoices):
    """Why a matter of a lower office's report is not named apart in a higher one (R9)."""

    NARROW = "narrow", _("heard in fewer places than what is named")
    DUPLICATE = "duplicate", _("the same as a matter that is named")
    BEFORE = "before", _("reported before, nothing new")
    LOCAL = "local", _("settled where it came up")
    UNVERIFIED = "unverified", _("cannot be verified yet")
    OTHER = "other", _("another reason")


class Outcome(models.TextChoices):
    """How an outlook turned out, as its own office judges it in the next period."""

    RIGHT = "right", _("came true")
    WRONG = "wrong", _("proved wrong")
    OPEN = "open", _("cannot be told yet")


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
