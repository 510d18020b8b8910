from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Source(models.TextChoices):
    AUTHOR = "author", _("the note's author")
    PERSON = "person", _("an analyst")
    MACHINE = "machine", _("a machine")


class Reason(models.TextChoices):
    """Why a note was set aside (R9)."""

    DUPLICATE = "duplicate", _("the same thing is already kept")
    OUTSIDE = "outside", _("outside the scope of this work")
    UNCLEAR = "unclear", _("not clear enough to use")
    LOCAL = "local", _("settled on the spot")
    HOLD = "hold", _("kept for later")
    OTHER = "other", _("another reason")
