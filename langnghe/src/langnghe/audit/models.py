from __future__ import annotations

from django.conf import settings
from django.db import models


class Entry(models.Model):
    """One named action, chained to the one before it by HMAC-SHA-256. Never changed, never deleted (triggers)."""

    at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    network = models.PositiveBigIntegerField(null=True)
    action = models.CharField(max_length=60)
    subject = models.CharField(max_length=120)
    details = models.JSONField(default=dict)
    previous = models.CharField(max_length=64)
    mac = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action} {self.subject}"


class ReadCount(models.Model):
    """How often a person opened one kind of unpublished page in one hour; no list of what was read."""

    reader = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=60)
    hour = models.DateTimeField()
    times = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reader", "kind", "hour"], name="audit_read_once")]

    def __str__(self) -> str:
        return f"{self.hour:%Y-%m-%d %H} {self.kind}: {self.times}"
