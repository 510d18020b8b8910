from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    COLLABORATOR = "collaborator", _("collaborator")
    ANALYST = "analyst", _("analyst")
    EDITOR = "editor", _("editor")
    SIGNER = "signer", _("signer")
    LEADER = "leader", _("leader")
    SURVEY_MANAGER = "survey_manager", _("survey manager")
    INFORMATION_OFFICER = "information_officer", _("information officer")
    SPEAKER = "speaker", _("speaker")
    ADMINISTRATOR = "administrator", _("administrator")


class MemberState(models.TextChoices):
    PROPOSED = "proposed", _("proposed")
    ACTIVE = "active", _("active")
    SUSPENDED = "suspended", _("suspended")
    ENDED = "ended", _("ended")


class RosterFileState(models.TextChoices):
    WAITING = "waiting", _("waiting to be looked through")
    TAKEN = "taken", _("taken")
    DROPPED = "dropped", _("dropped")


MEMBER_STEPS: dict[str, frozenset[str]] = {
    MemberState.PROPOSED: frozenset({MemberState.ACTIVE, MemberState.ENDED}),
    MemberState.ACTIVE: frozenset({MemberState.SUSPENDED, MemberState.ENDED}),
    MemberState.SUSPENDED: frozenset({MemberState.ACTIVE, MemberState.ENDED}),
    MemberState.ENDED: frozenset(),
}


class DueState(models.TextChoices):
    OPEN = "open", _("open")
    SUBMITTED = "submitted", _("submitted")
    NIL = "nil", _("nothing to report")
    COULD_NOT = "could_not", _("could not")
    ACCEPTED = "accepted", _("accepted")
    RETURNED = "returned", _("returned")


DUE_STEPS: dict[str, frozenset[str]] = {
    DueState.OPEN: frozenset({DueState.SUBMITTED, DueState.NIL, DueState.COULD_NOT}),
    DueState.NIL: frozenset({DueState.SUBMITTED, DueState.ACCEPTED, DueState.RETURNED}),
    DueState.SUBMITTED: frozenset({DueState.ACCEPTED, DueState.RETURNED}),
    DueState.RETURNED: frozenset({DueState.SUBMITTED, DueState.NIL, DueState.COULD_NOT}),
    DueState.COULD_NOT: frozenset({DueState.SUBMITTED, DueState.NIL}),
    DueState.ACCEPTED: frozenset(),
}

REPORTED = frozenset({DueState.SUBMITTED, DueState.NIL, DueState.ACCEPTED})
"""States in which somebody did report; COULD_NOT leaves the denominator, OPEN and RETURNED are silence."""


class ReportKind(models.TextChoices):
    WEEKLY = "weekly", _("weekly")
    MONTHLY = "monthly", _("monthly")
    QUARTERLY = "quarterly", _("quarterly")
    HALF_YEAR = "half_year", _("half-yearly")
    YEARLY = "yearly", _("yearly")
    RAPID = "rapid", _("rapid")
