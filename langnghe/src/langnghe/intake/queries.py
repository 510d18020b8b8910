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
from django.utils.translation import override

from langnghe.frames.models import Topic
from langnghe.intake.enums import (
    AgeBand,
    ClarificationState,
    HeardFrom,
    Kind,
    Livelihood,
    MoodWord,
    Setting,
    Sex,
    Tendency,
)
from langnghe.intake.models import Channel, Clarification, Observation, PublicCase
from langnghe.intake.sheets.checking import Checklist
from langnghe.intake.sheets.checking import Place as KnownPlace
from langnghe.network.enums import DueState
from langnghe.network.models import DueItem, Membership, Place, Term, Unit
from langnghe.network.queries import names_around
from nghe.text.fold import fold

LAST_NOTES = 10
LISTS: dict[str, Any] = {
    "setting": Setting, "kind": Kind, "tendency": Tendency, "heard_from": HeardFrom, "sex": Sex, "age_band": AgeBand,
    "livelihood": Livelihood,
}


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


def public_names(network: Any) -> frozenset[str]:
    """The folded names of the office's list of public cases."""
    return frozenset(PublicCase.objects.filter(network=network, removed_on=None).values_list("folded", flat=True))


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
        for note in Observation.objects.exclude(receipt_hash="").filter(receipt_hash__in=by_hash, unit__network=network)
        .select_related("topic")
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


# -- what a table is checked against


def checklist_for(unit: Unit, *, on: dt.date) -> Checklist:
    """Places, terms and lists as plain values; each may be said by its code or by its name in either language."""
    network = unit.network
    lists: dict[str, Iterable[Any]] = {"channel": Channel.objects.filter(network=network), "topic": topics_in_use(network)}
    choices = {name: keyed((row.code, row.name_vi, row.name_en) for row in rows) for name, rows in lists.items()}
    choices |= {name: keyed(labels_of(value, label) for value, label in words.choices) for name, words in LISTS.items()}
    return Checklist(
        today=on, terms=tuple(Term.objects.filter(network=network).values_list("first_day", "last_day")),
        places={key: KnownPlace(place.code, place.opened, place.closed) for place in territory_of(unit)
                for key in (fold(place.code), fold(place.name_vi), fold(place.name_en)) if key},
        choices=choices, moods=keyed(labels_of(value, label) for value, label in MoodWord.choices),
        near=names_around(network).by_code(),
    )


def names_for(unit: Unit) -> dict[str, dict[str, str]]:
    """Code → name, for showing a row of a table in words."""
    network = unit.network
    return {
        "place": {place.code: place.name for place in Place.objects.filter(network=network)},
        "channel": {row.code: row.name for row in Channel.objects.filter(network=network)},
        "topic": {row.code: row.name for row in topics_in_use(network)},
        "tendency": {value: str(label) for value, label in Tendency.choices},
    }


def keyed(rows: Iterable[tuple[str, ...]]) -> dict[str, str]:
    """Folded code or name → code. A code beats a name that reads the same."""
    listed = [row for row in rows if row[0]]
    names = {fold(name): row[0] for row in listed for name in row[1:] if name}
    return names | {fold(row[0]): row[0] for row in listed}


def labels_of(value: str, label: Any) -> tuple[str, ...]:
    names = []
    for language in ("vi", "en"):
        with override(language):
            names.append(str(label))
    return (value, *names)


def territory_of(unit: Unit) -> QuerySet[Place]:
    """The places of a unit: of one at the top all of the network's, of one below those that its members cover, if they do."""
    every = Place.objects.filter(network=unit.network)
    if unit.is_root():
        return every
    covered = every.filter(memberships__unit__path__startswith=unit.path).distinct()
    return covered if covered.exists() else every
