from __future__ import annotations

from django.db import models
from django.db.models import Q
from django_scopes import ScopedManager

from langnghe.network.models import Named, Network


class CodingFrame(models.Model):
    """A versioned list of fields, topics and codes. A version that has been in use is never edited: an edit makes the next one.

    Without `used_from` it is a draft; with it, and not in use, it is kept for the notes that were coded by it.
    """

    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="frames")
    code = models.SlugField(max_length=40)
    version = models.CharField(max_length=20)
    in_use = models.BooleanField(default=False)
    made_on = models.DateField()
    used_from = models.DateField(null=True, blank=True)
    based_on = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="next_versions")
    objects = ScopedManager(network="network")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["network", "code", "version"], name="frame_version"),
            models.UniqueConstraint(fields=["network"], condition=Q(in_use=True), name="frame_one_in_use"),
            models.CheckConstraint(name="frame_in_use_from", condition=Q(in_use=False) | Q(used_from__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.version}"

    @property
    def is_draft(self) -> bool:
        return self.used_from is None


class Field(Named):
    frame = models.ForeignKey(CodingFrame, on_delete=models.PROTECT, related_name="fields")
    code = models.CharField(max_length=12)
    order = models.PositiveSmallIntegerField(default=0)
    province_only = models.BooleanField(default=False)
    objects = ScopedManager(network="frame__network")

    class Meta:
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["frame", "code"], name="field_code")]


class Topic(Named):
    """One matter of a field. `province_only` (R17): shown for the whole province, never by place."""

    field = models.ForeignKey(Field, on_delete=models.PROTECT, related_name="topics")
    code = models.CharField(max_length=12)
    order = models.PositiveSmallIntegerField(default=0)
    province_only = models.BooleanField(default=False)
    objects = ScopedManager(network="field__frame__network")

    class Meta:
        ordering = ["field__order", "order"]
        constraints = [models.UniqueConstraint(fields=["field", "code"], name="topic_code")]


class Code(Named):
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="codes")
    code = models.CharField(max_length=16)
    order = models.PositiveSmallIntegerField(default=0)
    objects = ScopedManager(network="topic__field__frame__network")

    class Meta:
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["topic", "code"], name="code_code")]


class TopicHeir(models.Model):
    """Which topic of a version took over from which topic of the version that it is based on: its notes go there."""

    frame = models.ForeignKey(CodingFrame, on_delete=models.CASCADE, related_name="topic_heirs")
    old = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="heirs")
    new = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="takes_over")
    objects = ScopedManager(network="frame__network")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["frame", "old"], name="topic_heir_once")]

    def __str__(self) -> str:
        return f"{self.old} → {self.new}"


class CodeHeir(models.Model):
    """The same for a code. A code without an heir leaves its notes with their topic alone."""

    frame = models.ForeignKey(CodingFrame, on_delete=models.CASCADE, related_name="code_heirs")
    old = models.ForeignKey(Code, on_delete=models.PROTECT, related_name="heirs")
    new = models.ForeignKey(Code, on_delete=models.CASCADE, related_name="takes_over")
    objects = ScopedManager(network="frame__network")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["frame", "old"], name="code_heir_once")]

    def __str__(self) -> str:
        return f"{self.old} → {self.new}"
