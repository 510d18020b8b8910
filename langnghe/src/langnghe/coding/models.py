from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django_scopes import ScopedManager

from langnghe.coding.enums import BulkKind, DrawnBy, Reason, Source
from langnghe.frames.models import Code, Topic
from langnghe.intake.models import Observation
from langnghe.network.models import Network, Unit


class BulkAction(models.Model):
    """One act on many notes at once, remembered as such (R11)."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="bulk_actions")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    kind = models.CharField(max_length=10, choices=BulkKind, default=BulkKind.CONFIRM)
    notes = models.PositiveIntegerField()
    objects = ScopedManager(network="unit__network")

    def __str__(self) -> str:
        return f"{self.notes}, {self.at:%Y-%m-%d %H:%M}"


class Coding(models.Model):
    """One label given to one note, by its author, an analyst or a machine. Append-only; a machine only suggests.

    `why` holds the words of the note that a machine went by, as `{"words": [...]}`.
    """

    observation = models.ForeignKey(Observation, on_delete=models.PROTECT, related_name="codings")
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="codings")
    code = models.ForeignKey(Code, null=True, blank=True, on_delete=models.PROTECT, related_name="codings")
    source = models.CharField(max_length=10, choices=Source)
    made_by_version = models.CharField(max_length=60, blank=True)
    confidence = models.FloatField(null=True, blank=True)
    why = models.JSONField(default=dict, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    bulk = models.ForeignKey(BulkAction, null=True, blank=True, on_delete=models.PROTECT, related_name="codings")
    confirms = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="confirmations")
    at = models.DateTimeField()
    objects = ScopedManager(network="observation__unit__network")

    class Meta:
        constraints = [
            models.CheckConstraint(name="coding_r11_machine",
                                   condition=~Q(source=Source.MACHINE) | (Q(by=None) & ~Q(made_by_version=""))),
            models.CheckConstraint(name="coding_r11_person", condition=~Q(source=Source.PERSON) | Q(by__isnull=False)),
            models.CheckConstraint(name="coding_confidence",
                                   condition=Q(confidence=None) | Q(confidence__range=(0, 1))),
        ]

    def __str__(self) -> str:
        return f"{self.topic_id} by {self.source}"


class Placement(models.Model):
    """Where a note stands now: its newest confirmed coding. A projection of `Coding`, never edited by hand."""

    observation = models.OneToOneField(Observation, on_delete=models.PROTECT, related_name="placement", primary_key=True)
    coding = models.ForeignKey(Coding, on_delete=models.PROTECT, related_name="+")
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="placements")
    code = models.ForeignKey(Code, null=True, blank=True, on_delete=models.PROTECT, related_name="placements")
    objects = ScopedManager(network="observation__unit__network")

    class Meta:
        indexes = [models.Index(fields=["observation", "topic"], name="placement_counted")]

    def __str__(self) -> str:
        return str(self.topic_id)


class Suggested(models.Model):
    """The best suggestion that a machine has for a note: a projection of `Coding`, by which the queue is ordered."""

    observation = models.OneToOneField(Observation, on_delete=models.PROTECT, related_name="suggested", primary_key=True)
    coding = models.ForeignKey(Coding, on_delete=models.PROTECT, related_name="+")
    confidence = models.FloatField()
    objects = ScopedManager(network="observation__unit__network")

    class Meta:
        constraints = [models.CheckConstraint(name="suggested_confidence", condition=Q(confidence__range=(0, 1)))]

    def __str__(self) -> str:
        return f"{self.coding} ({self.confidence:.2f})"


class SetAside(models.Model):
    """A note left out of what is used, with its reason; it stays counted and may be put back."""

    observation = models.OneToOneField(Observation, on_delete=models.PROTECT, related_name="set_aside", primary_key=True)
    reason = models.CharField(max_length=10, choices=Reason)
    kept = models.ForeignKey(Observation, null=True, blank=True, on_delete=models.PROTECT, related_name="kept_for")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    bulk = models.ForeignKey(BulkAction, null=True, blank=True, on_delete=models.PROTECT, related_name="set_aside")
    at = models.DateTimeField()
    objects = ScopedManager(network="observation__unit__network")

    class Meta:
        constraints = [
            models.CheckConstraint(name="set_aside_r9_duplicate",
                                   condition=Q(reason=Reason.DUPLICATE, kept__isnull=False) | ~Q(reason=Reason.DUPLICATE)),
            models.CheckConstraint(name="set_aside_not_itself", condition=Q(kept=None) | ~Q(kept=F("observation"))),
        ]

    def __str__(self) -> str:
        return self.reason


class Draw(models.Model):
    """One act of drawing notes of a week for a second, blind coding. Anybody can draw again: a note's number is that of
    `nghe.survey.sampling.chance.number_of(seed, id)`. Append-only.
    """

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="draws")
    period = models.CharField(max_length=10)
    seed = models.CharField(max_length=80)
    share = models.FloatField()
    notes = models.PositiveIntegerField()
    drawn = models.PositiveIntegerField()
    at = models.DateTimeField()
    objects = ScopedManager(network="unit__network")

    class Meta:
        indexes = [models.Index(fields=["unit", "period"], name="draw_of_week")]
        constraints = [models.CheckConstraint(name="draw_share_floor", condition=Q(share__gte=0.1, share__lte=1))]

    def __str__(self) -> str:
        return f"{self.period}: {self.drawn}"


class Drawn(models.Model):
    """A note that a second person codes. What `chance` drew has a number below the share, the same chance for every note:
    only it feeds shares. Append-only.
    """

    observation = models.OneToOneField(Observation, on_delete=models.PROTECT, related_name="drawn", primary_key=True)
    draw = models.ForeignKey(Draw, on_delete=models.PROTECT, related_name="rows")
    number = models.FloatField()
    share = models.FloatField()
    drawn_by = models.CharField(max_length=6, choices=DrawnBy)
    objects = ScopedManager(network="observation__unit__network")

    class Meta:
        constraints = [
            models.CheckConstraint(name="drawn_by_chance", condition=Q(drawn_by=DrawnBy.FILLED) | Q(number__lt=F("share"))),
            models.CheckConstraint(name="drawn_share_floor", condition=Q(share__gte=0.1, share__lte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.drawn_by} {self.number:.3f}"


class SecondCoding(models.Model):
    """What a second person gave a drawn note, having seen neither the first one's topic nor a machine's. Append-only.

    `first` is the coding that stood then, None where nobody had coded the note. It moves no placement, and there is no bulk:
    many at once were not read (R11).
    """

    drawn = models.OneToOneField(Drawn, on_delete=models.PROTECT, related_name="second")
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="+")
    code = models.ForeignKey(Code, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    first = models.ForeignKey(Coding, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    first_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    objects = ScopedManager(network="drawn__observation__unit__network")

    class Meta:
        constraints = [
            models.CheckConstraint(name="second_by_another", condition=Q(first_by=None) | ~Q(first_by=F("by"))),
            models.CheckConstraint(name="second_first_and_who", condition=Q(first=None, first_by=None)
                                   | Q(first__isnull=False, first_by__isnull=False)),
        ]

    def __str__(self) -> str:
        return str(self.topic_id)


class CoderVersion(models.Model):
    """A coder trained on confirmed codings: its file's digest, what it learned from, how good it is here. Append-only."""

    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="coders")
    digest = models.CharField(max_length=64)
    notes = models.PositiveIntegerField()
    quality = models.JSONField(default=dict)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    objects = ScopedManager(network="network")

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.digest[:12]


class Lesson(models.Model):
    """Which of a unit's waiting notes a version of the coder would learn most from; a projection, made anew with each version.

    It knows nothing of what was drawn (`Drawn`): a note is as likely to be chosen whether chance drew it or not, so that what
    stays unread is still spoken for by what was drawn of it.
    """

    unit = models.OneToOneField(Unit, on_delete=models.PROTECT, related_name="lesson", primary_key=True)
    version = models.ForeignKey(CoderVersion, on_delete=models.PROTECT, related_name="+")
    waiting = models.PositiveIntegerField()
    chosen = models.PositiveIntegerField()
    at = models.DateTimeField()
    objects = ScopedManager(network="unit__network")

    def __str__(self) -> str:
        return f"{self.chosen}/{self.waiting}"


class LessonNote(models.Model):
    """A chosen note, the most telling at place 1, and the two topics between which the coder wavers most about it."""

    observation = models.OneToOneField(Observation, on_delete=models.PROTECT, related_name="lesson", primary_key=True)
    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="notes")
    place = models.PositiveIntegerField()
    likeliest = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="+")
    next_likeliest = models.ForeignKey(Topic, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    objects = ScopedManager(network="observation__unit__network")

    class Meta:
        constraints = [
            models.UniqueConstraint(name="lesson_place", fields=["lesson", "place"]),
            models.CheckConstraint(name="lesson_place_from_one", condition=Q(place__gte=1)),
            models.CheckConstraint(name="lesson_two_topics",
                                   condition=Q(next_likeliest=None) | ~Q(next_likeliest=F("likeliest"))),
        ]

    def __str__(self) -> str:
        return str(self.place)
