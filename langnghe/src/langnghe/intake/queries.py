"""Questions about what was heard: where a member may hear something, what is on the form, what became of a note."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from langnghe.frames.models import Topic
from langnghe.intake.enums import ClarificationState
from langnghe.intake.models import Clarification, Observation
from langnghe.network.enums import DueState
from langnghe.network.models import DueItem, Membership, Place

LAST_NOTES = 10


def places_of(member: Membership) -> QuerySet[Place]:
    """The member's own places; a member without any may name every place of the network."""
    mine = member.places.all()
    return mine if mine.exists() else Place.objects.filter(network=member.unit.network)


def topics_in_use(network: Any) -> QuerySet[Topic]:
    return Topic.objects.filter(field__frame__network=network, field__frame__in_use=True).select_related("field")


def due_items_of(member: Membership, *, on: dt.date) -> list[DueItem]:
    """What the member owes: open items that have begun, the soonest first, and the last two that were answered."""
    begun = member.due_items.filter(first_day__lte=on).select_related("duty")
    waiting = {DueState.OPEN, DueState.RETURNED}
    open_items = list(begun.filter(state__in=waiting, last_day__gte=on - dt.timedelta(days=10)).order_by("due_at"))
    return open_items + list(begun.exclude(state__in=waiting).order_by("-due_at")[:2])


# -- what became of a note, told to whoever shows its receipt


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that became of a note. `rank` orders the steps; the highest is the state shown first."""

    rank: int
    icon: str
    words: str


Teller = Callable[[list[uuid.UUID]], dict[uuid.UUID, Step]]
TELLERS: list[Teller] = []
"""Rooms above add what they know of notes by `tell_fates`."""


def tell_fates(teller: Teller) -> Teller:
    if teller not in TELLERS:
        TELLERS.append(teller)
    return teller


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of one note: its steps, the last first, and an open question of the office."""

    receipt: str
    note: Observation
    steps: tuple[Step, ...]
    question: str = ""


def receipt_hash(receipt: str) -> str:
    return hashlib.sha256(receipt.encode()).hexdigest()


def fates_of(receipts: Iterable[str], *, network: Any) -> list[Fate]:
    """What became of the notes whose receipts are shown, in the order given; an unknown receipt gives nothing."""
    asked = list(dict.fromkeys(receipts))[:LAST_NOTES]
    by_hash = {receipt_hash(receipt): receipt for receipt in asked}
    notes = {
        by_hash[note.receipt_hash]: note
        for note in Observation.objects.filter(receipt_hash__in=by_hash, unit__network=network).select_related("topic")
    }
    ids = [note.pk for note in notes.values()]
    told = [teller(ids) for teller in TELLERS]
    asked_back = Clarification.objects.filter(observation__in=ids, state=ClarificationState.ASKED)
    questions = dict(asked_back.values_list("observation_id", "question"))
    return [
        Fate(receipt, notes[receipt], steps_of(notes[receipt], told), questions.get(notes[receipt].pk, ""))
        for receipt in asked if receipt in notes
    ]


def steps_of(note: Observation, told: list[dict[uuid.UUID, Step]]) -> tuple[Step, ...]:
    received = Step(0, "open", _("Received, waiting to be read"))
    more = [answer[note.pk] for answer in told if note.pk in answer]
    return tuple(sorted([received, *more], key=lambda step: -step.rank))


def question_for(receipt: str, *, network: Any) -> Clarification | None:
    """The open question about the note of this receipt."""
    return (
        Clarification.objects.filter(observation__receipt_hash=receipt_hash(receipt), observation__unit__network=network)
        .select_related("observation__unit").order_by("-pk").first()
        if receipt else None
    )
