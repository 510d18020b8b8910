from __future__ import annotations

import datetime as dt
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django_scopes import ScopedManager

from langnghe.frames.models import Topic
from langnghe.intake.enums import (
    AgeBand,
    ClarificationState,
    HeardFrom,
    Kind,
    Livelihood,
    MoodWord,
    Origin,
    Setting,
    Sex,
    Tendency,
)
from langnghe.network.models import Named, Network, Place, Unit


class Channel(Named):
    """A way in which a note reached the network; a list of the network's own."""

    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="channels")
    code = models.SlugField(max_length=30)
    order = models.PositiveSmallIntegerField(default=0)
    objects = ScopedManager(network="network")

    class Meta:
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["network", "code"], name="channel_code")]


class ImportBatch(models.Model):
    """One file that was brought in, by its hash; the same file again changes nothing."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="imports")
    file_hash = models.CharField(max_length=64)
    file_name = models.CharField(max_length=200)
    on_hit = models.CharField(max_length=4, choices=[("stop", "stop"), ("mask", "mask")])
    rows = models.PositiveIntegerField()
    taken = models.PositiveIntegerField()
    stopped = models.PositiveIntegerField()
    masked = models.PositiveIntegerField()
    hits = models.JSONField(default=dict)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    objects = ScopedManager(network="unit__network")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "file_hash"], name="import_once"),
            models.CheckConstraint(name="import_adds_up", condition=Q(rows=F("taken") + F("stopped") + F("masked"))),
        ]

    def __str__(self) -> str:
        return self.file_name


class ObservationQuerySet(models.QuerySet["Observation"]):
    def visible_to(self, user: Any) -> Self:
        """Raw notes are read only in the unit they came to (R5)."""
        from langnghe.network.models import Membership

        mine = Membership.objects.active().filter(user=user).values("unit")
        return self.filter(unit__in=mine)

    def under(self, unit: Unit) -> Self:
        return self.filter(unit__path__startswith=unit.path)

    def heard_between(self, first: dt.date, last: dt.date) -> Self:
        return self.filter(day__range=(first, last))


class Observation(models.Model):
    """One thing heard, on one day, through one channel, in one setting. Append-only. It holds nobody: neither who
    spoke (R1) nor who wrote it down (R12); the author's phone keeps a receipt, of which the hash is here."""

    id = models.UUIDField(primary_key=True, editable=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="observations", db_index=False)
    place = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT, related_name="observations")
    day = models.DateField()
    coarse = models.BooleanField(default=False)
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="observations", db_index=False)
    setting = models.CharField(max_length=20, choices=Setting)
    kind = models.CharField(max_length=20, choices=Kind)
    text = models.TextField(blank=True)
    folded = models.TextField(blank=True, editable=False)
    topic = models.ForeignKey(Topic, null=True, blank=True, on_delete=models.PROTECT, related_name="observations")
    tendency = models.CharField(max_length=10, choices=Tendency, default=Tendency.UNCLEAR)
    intensity = models.PositiveSmallIntegerField(null=True, blank=True)
    heard_from = models.CharField(max_length=5, choices=HeardFrom, default=HeardFrom.ONE)
    sex = models.CharField(max_length=6, choices=Sex, blank=True)
    age_band = models.CharField(max_length=5, choices=AgeBand, blank=True)
    livelihood = models.CharField(max_length=10, choices=Livelihood, blank=True)
    unsafe_to_ask = models.BooleanField(default=False)
    origin = models.CharField(max_length=6, choices=Origin)
    batch = models.ForeignKey(ImportBatch, null=True, blank=True, on_delete=models.PROTECT, related_name="observations",
                              db_index=False)
    row = models.PositiveIntegerField(null=True, blank=True)
    content_hash = models.CharField(max_length=64)
    receipt_hash = models.CharField(max_length=64, blank=True)
    door_version = models.CharField(max_length=40)
    received_on = models.DateField()
    objects = ScopedManager(_manager_class=models.Manager.from_queryset(ObservationQuerySet), network="unit__network")

    class Meta:
        indexes = [  # few, since each is written for every row of a table that is brought in
            models.Index(fields=["unit", "day", "id", "topic", "place"], name="observation_counted"),  # all that counting reads
            models.Index(fields=["receipt_hash"], condition=~Q(receipt_hash=""), name="observation_receipt"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["batch", "row"], name="observation_row_once", condition=Q(batch__isnull=False)),
            models.CheckConstraint(name="observation_intensity",
                                   condition=Q(intensity=None) | Q(intensity__range=(1, 5))),
            models.CheckConstraint(name="observation_r16_overheard",
                                   condition=~Q(setting=Setting.OVERHEARD) | Q(text="", topic__isnull=False)),
            models.CheckConstraint(name="observation_r16_text",
                                   condition=Q(setting=Setting.OVERHEARD) | ~Q(text="")),
            models.CheckConstraint(name="observation_r16_setting", condition=Q(setting__in=Setting.values)),
            models.CheckConstraint(name="observation_r3_coarse_place", condition=Q(coarse=False) | Q(place=None)),
            models.CheckConstraint(
                name="observation_r3_two_attributes",
                condition=Q(coarse=True) | Q(sex="", age_band="") | Q(sex="", livelihood="") | Q(age_band="", livelihood=""),
            ),
            models.CheckConstraint(name="observation_r3_place", condition=Q(coarse=True) | Q(place__isnull=False)),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Mood(models.Model):
    observation = models.ForeignKey(Observation, on_delete=models.CASCADE, related_name="moods")
    word = models.CharField(max_length=10, choices=MoodWord)
    objects = ScopedManager(network="observation__unit__network")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["observation", "word"], name="mood_once")]

    def __str__(self) -> str:
        return self.word


class PublicCase(models.Model):
    """A name that everybody may read: of a case tried in public, or of history. A note may keep it (R2)."""

    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="public_cases")
    name = models.CharField(max_length=120)
    folded = models.CharField(max_length=120, editable=False)
    source = models.CharField(max_length=200)
    listed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    listed_on = models.DateField()
    removed_on = models.DateField(null=True, blank=True)
    objects = ScopedManager(network="network")

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["network", "folded"], condition=Q(removed_on=None), name="public_case_once"),
            models.CheckConstraint(name="public_case_source", condition=~Q(source="")),
        ]

    def __str__(self) -> str:
        return self.name


class ClarificationQuerySet(models.QuerySet["Clarification"]):
    def visible_to(self, user: Any) -> Self:
        return self.filter(observation__in=Observation.objects.visible_to(user))


class Clarification(models.Model):
    """A question back to whoever wrote a note; relayed by the receipt, so that neither side sees the other."""

    observation = models.ForeignKey(Observation, on_delete=models.PROTECT, related_name="clarifications")
    question = models.CharField(max_length=300)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_on = models.DateField()
    state = models.CharField(max_length=12, choices=ClarificationState, default=ClarificationState.ASKED)
    answer = models.TextField(blank=True)
    answered_on = models.DateField(null=True, blank=True)
    objects = ScopedManager(_manager_class=models.Manager.from_queryset(ClarificationQuerySet),
                            network="observation__unit__network")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["observation"], condition=Q(state="asked"), name="clarification_one_open"),
            models.CheckConstraint(name="clarification_answer", condition=Q(state="answered") ^ Q(answer="")),
        ]

    def __str__(self) -> str:
        return f"{self.observation_id}: {self.state}"


class DoorCount(models.Model):
    """How often the door stopped one type of personal data in a unit on a day. Counts only (R2)."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="door_counts")
    day = models.DateField()
    type = models.CharField(max_length=20)
    hits = models.PositiveIntegerField(default=0)
    objects = ScopedManager(network="unit__network")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "day", "type"], name="door_count_once")]

    def __str__(self) -> str:
        return f"{self.type} {self.day}: {self.hits}"
