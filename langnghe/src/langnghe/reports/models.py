from __future__ import annotations

from functools import reduce
from operator import or_
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django_scopes import ScopedManager

from langnghe.common.kept_json import KeptJSONField
from langnghe.frames.models import Topic
from langnghe.network.enums import ReportKind
from langnghe.network.models import Unit
from langnghe.reports.enums import UNCERTAINTIES, MatterReason, Outcome, RecommendationState, ReportState


def kinds_with_their_uncertainty() -> Q:
    """Each kind of evidence goes with its own sorts of uncertainty, and with no other (R7)."""
    return reduce(or_, (Q(kind=kind, uncertainty__in=sorts) for kind, sorts in UNCERTAINTIES.items()))


class ReportQuerySet(models.QuerySet["Report"]):
    def visible_to(self, user: Any) -> Self:
        return self.filter(unit__in=Unit.objects.visible_to(user))


class ReportTemplate(models.Model):
    """An office's own Word template. Append-only: the newest one is used, a signed report keeps the one it was made with."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="report_templates")
    name = models.CharField(max_length=120)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    objects = ScopedManager(network="unit__network")

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.name


class Report(models.Model):
    """One report of one unit for one period. Signed, it is its bytes: nothing in it changes any more."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="reports")
    kind = models.CharField(max_length=10, choices=ReportKind)
    period = models.CharField(max_length=10)
    period_rule = models.CharField(max_length=10)
    first_day = models.DateField()
    last_day = models.DateField()
    version = models.PositiveSmallIntegerField(default=1)
    number = models.CharField(max_length=60, blank=True)
    state = models.CharField(max_length=10, choices=ReportState, default=ReportState.DRAFT)
    made_at = models.DateTimeField()
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT,
                                  related_name="+")
    template = models.ForeignKey(ReportTemplate, null=True, blank=True, on_delete=models.PROTECT, related_name="reports")
    digest = models.CharField(max_length=71, blank=True)
    built_with = models.JSONField(default=dict)
    objects = ScopedManager(_manager_class=models.Manager.from_queryset(ReportQuerySet), network="unit__network")

    class Meta:
        ordering = ["-last_day", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "kind", "period", "version"], name="report_version"),
            models.CheckConstraint(
                name="report_signed_whole",
                condition=~Q(state__in=["signed", "archived"])
                | (Q(signed_by__isnull=False) & Q(signed_at__isnull=False) & ~Q(digest="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.period} v{self.version}"


class Evidence(models.Model):
    """A frozen, suppressed aggregate (`nghe.evidence`) with its hash, its rows in the order of the document. Append-only.

    Only an estimate from a probability survey has a margin of error, only a model a prediction limit (R7).
    """

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="evidence")
    label = models.CharField(max_length=8)
    kind = models.CharField(max_length=20)
    uncertainty = models.CharField(max_length=30, default="none")
    record = KeptJSONField()
    hash = models.CharField(max_length=71)
    frozen_at = models.DateTimeField()
    objects = ScopedManager(network="report__unit__network")

    class Meta:
        ordering = ["label"]
        constraints = [
            models.UniqueConstraint(fields=["report", "label"], name="evidence_label"),
            models.CheckConstraint(name="evidence_kind", condition=Q(kind__in=sorted(UNCERTAINTIES))),
            models.CheckConstraint(name="evidence_r7_no_margin", condition=kinds_with_their_uncertainty()),
        ]

    def __str__(self) -> str:
        return self.label


class Statement(models.Model):
    """A sentence with places for figures and words, and the evidence that earns them (R6). A change is a new version."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="statements")
    label = models.CharField(max_length=8)
    slot = models.CharField(max_length=40)
    order = models.PositiveSmallIntegerField()
    text_vi = models.TextField()
    text_en = models.TextField(blank=True)
    words = models.JSONField(default=list)
    rule_version = models.CharField(max_length=20)
    judgement = models.BooleanField(default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(null=True, blank=True)
    evidence = models.ManyToManyField(Evidence, blank=True, related_name="statements")
    replaced_by = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaces")
    objects = ScopedManager(network="report__unit__network")

    class Meta:
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.label


class Recommendation(models.Model):
    """What an office asks of another; signed text with an addressee and a day."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="recommendations")
    code = models.CharField(max_length=20)
    text_vi = models.TextField()
    text_en = models.TextField(blank=True)
    addressee = models.CharField(max_length=200)
    due_on = models.DateField()
    state = models.CharField(max_length=12, choices=RecommendationState, default=RecommendationState.MADE)
    outcome = models.TextField(blank=True)
    objects = ScopedManager(network="report__unit__network")

    class Meta:
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["report", "code"], name="recommendation_code")]

    def __str__(self) -> str:
        return self.code


class Omission(models.Model):
    """A matter that a lower office's report names and this one does not name apart, with the reason (R9).

    It goes when the matter is taken in. A duplicate names the matter that is kept.
    """

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="omissions")
    lower = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="left_out_above")
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=12, choices=MatterReason, default=MatterReason.NARROW)
    kept = models.ForeignKey(Topic, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    objects = ScopedManager(network="report__unit__network")

    class Meta:
        ordering = ["lower__unit__path", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["report", "lower", "topic"], name="omission_once"),
            models.CheckConstraint(name="omission_r9_duplicate",
                                   condition=Q(reason="duplicate", kept__isnull=False) | (~Q(reason="duplicate") & Q(kept=None))),
        ]

    def __str__(self) -> str:
        return f"{self.topic_id}: {self.reason}"


class OutlookScore(models.Model):
    """How a signed outlook turned out. Append-only: the newest one counts."""

    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="scores")
    outcome = models.CharField(max_length=10, choices=Outcome)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    objects = ScopedManager(network="statement__report__unit__network")

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return self.outcome


class ReportFile(models.Model):
    """The bytes of a built report. A signed report is these bytes."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="files")
    name = models.CharField(max_length=80)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    objects = ScopedManager(network="report__unit__network")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "name"], name="report_file_name")]

    def __str__(self) -> str:
        return self.name
