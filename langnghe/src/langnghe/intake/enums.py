from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Setting(models.TextChoices):
    """How a note was heard (R16): always in the open."""

    ANNOUNCED = "announced", _("announced conversation")
    PUBLIC_MEETING = "public_meeting", _("public meeting")
    SHEET = "sheet", _("questionnaire sheet")
    LETTER = "letter", _("letter or petition")
    PUBLIC_TEXT = "public_text", _("public text")
    OVERHEARD = "overheard", _("overheard: topic only, no text")


class Kind(models.TextChoices):
    OPINION = "opinion", _("opinion")
    QUESTION = "question", _("question")
    SUGGESTION = "suggestion", _("suggestion")
    COMPLAINT = "complaint", _("complaint")
    THANKS = "thanks", _("thanks")
    REQUEST = "request", _("request")
    RUMOUR = "rumour", _("rumour")


class Tendency(models.TextChoices):
    AGREE = "agree", _("agrees")
    OPPOSE = "oppose", _("does not agree")
    WAVERING = "wavering", _("wavering")
    UNCLEAR = "unclear", _("unclear")


class MoodWord(models.TextChoices):
    ELATED = "elated", _("elated")
    TRUSTING = "trusting", _("trusting")
    CALM = "calm", _("calm")
    UNEASY = "uneasy", _("uneasy")
    WORRIED = "worried", _("worried")
    AGGRIEVED = "aggrieved", _("aggrieved")


class HeardFrom(models.TextChoices):
    """From how many people, in bands; bands are never summed."""

    ONE = "1", "1"
    FEW = "2-4", "2–4"
    SEVERAL = "5-9", "5–9"
    TEN = "10-19", "10–19"
    TWENTY = "20-49", "20–49"
    MANY = "50+", _("50 or more")


class Sex(models.TextChoices):
    FEMALE = "female", _("women")
    MALE = "male", _("men")


class AgeBand(models.TextChoices):
    YOUNG = "18-34", "18–34"
    MIDDLE = "35-59", "35–59"
    OLD = "60+", _("60 and over")


class Livelihood(models.TextChoices):
    FARMER = "farmer", _("farmers")
    WORKER = "worker", _("workers")
    TRADE = "trade", _("trade and services")
    OFFICIAL = "official", _("officials")
    FORCES = "forces", _("armed forces")
    RETIRED = "retired", _("retired people")
    STUDENT = "student", _("students")
    HOME = "home", _("home makers")
    OTHER = "other", _("other livelihoods")


class Origin(models.TextChoices):
    PHONE = "phone", _("phone")
    IMPORT = "import", _("import")


class ClarificationState(models.TextChoices):
    ASKED = "asked", _("asked back")
    ANSWERED = "answered", _("answered")
    CANNOT = "cannot", _("cannot safely")


CLARIFICATION_STEPS: dict[str, frozenset[str]] = {
    ClarificationState.ASKED: frozenset({ClarificationState.ANSWERED, ClarificationState.CANNOT}),
    ClarificationState.ANSWERED: frozenset(),
    ClarificationState.CANNOT: frozenset(),
}
