from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Source(models.TextChoices):
    AUTHOR = "author", _("the note's author")
    PERSON = "person", _("an analyst")
    MACHINE = "machine", _("a machine")


class Standing(models.TextChoices):
    """Where a note stands in the work of the office."""

    WAITING = "waiting", _("waiting to be confirmed")
    CONFIRMED = "confirmed", _("confirmed")
    ASIDE = "aside", _("set aside")


class Sureness(models.TextChoices):
    """How sure the best suggestion is: a machine's in three bands, the author's own choice, or none."""

    SURE = "sure", _("sure")
    FAIR = "fair", _("fair")
    WEAK = "weak", _("weak")
    AUTHOR = "author", _("chosen by the author")
    NONE = "none", _("no suggestion")


class Order(models.TextChoices):
    """In which order waiting notes are shown."""

    SURE = "sure", _("surest suggestions first")
    LESSON = "lesson", _("what the coder learns most from")


class BulkKind(models.TextChoices):
    """What was done to many notes at once."""

    CONFIRM = "confirm", _("suggestions confirmed")
    FOLD = "fold", _("near-duplicates coded together")
    ASIDE = "aside", _("set aside together")


class Reason(models.TextChoices):
    """Why a note was set aside (R9)."""

    DUPLICATE = "duplicate", _("the same thing is already kept")
    OUTSIDE = "outside", _("outside the scope of this work")
    UNCLEAR = "unclear", _("not clear enough to use")
    LOCAL = "local", _("settled on the spot")
    HOLD = "hold", _("kept for later")
    OTHER = "other", _("another reason")


class DrawnBy(models.TextChoices):
    """Why a note is coded by a second person. Only what chance drew may speak for the notes that nobody looked at."""

    CHANCE = "chance", _("its number lies below the share")
    FILLED = "filled", _("the next number, so that the share is reached")


class Mark(models.TextChoices):
    """How far the codes of two people agree on a topic, beyond chance."""

    RELIABLE = "reliable", _("reliable")
    TENTATIVE = "tentative", _("tentative")
    UNRELIABLE = "unreliable", _("unreliable")
    UNMEASURED = "unmeasured", _("not measured yet")


SURE_FROM, FAIR_FROM = 0.85, 0.6
"""From these confidences on, a suggestion is called sure, or fair."""


def sureness_of(confidence: float | None) -> Sureness:
    """The word for a machine's confidence; without one, the suggestion is its author's."""
    if confidence is None:
        return Sureness.AUTHOR
    return Sureness.SURE if confidence >= SURE_FROM else Sureness.FAIR if confidence >= FAIR_FROM else Sureness.WEAK
