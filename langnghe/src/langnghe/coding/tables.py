"""What the page of the queue shows, put together: filters with their counts, rows with their folds, who has not sent."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _

from langnghe.coding.enums import Standing, Sureness
from langnghe.coding.models import Lesson, LessonNote
from langnghe.coding.queries.coder import CoderLook
from langnghe.coding.queries.note import Detail
from langnghe.coding.queries.proposals import Proposal, best_of, proposals_of
from langnghe.coding.queries.queue import FACETS, Asked, Leaf, count_facets, lesson_notes, notes_on, words_on
from langnghe.coding.queries.reliability import Measure, Reliability
from langnghe.coding.queries.twins import Twin
from langnghe.common.clock import today
from langnghe.frames.models import Code, Field, Topic
from langnghe.frames.queries import frame_in_use
from langnghe.intake.enums import Kind
from langnghe.intake.models import Channel, Observation
from langnghe.network.models import Area, Network
from langnghe.network.queries.owing import Owing
from nghe.charts.judged import Bin, Step, calibration, learning

FOLD_WRITTEN = 6
"""Near-duplicates whose words are shown under a note, the most alike first; the others are counted."""


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    label: str
    count: int | None
    ticked: bool


@dataclass(frozen=True, slots=True)
class Facet:
    name: str
    label: str
    options: list[Option]
    open: bool


@dataclass(frozen=True, slots=True)
class FoldLine:
    share: float
    text: str
    place: str


@dataclass(frozen=True, slots=True)
class QueueRow:
    note: Observation
    proposal: Proposal | None
    fold: list[FoldLine]
    """The most alike of those folded under the note."""
    twins: list[uuid.UUID]
    """All that are folded under it."""
    places: int
    agreed: Measure | None
    """How far two people agree on the topic that is shown."""
    lesson: LessonNote | None = None
    """Why the coder would learn from it, in the order that asks for that."""

    @property
    def all(self) -> int:
        """The note and those folded under it."""
        return len(self.twins) + 1

    @property
    def more(self) -> int:
        """Folded notes that are counted here and not written out."""
        return len(self.twins) - len(self.fold)


def facets_of(user: Any, asked: Asked, network: Network) -> list[Facet]:
    """Each way to narrow the queue, its values in the order of the network's lists; of a week, values behind which there is
    nothing are left out.
    """
    counts = count_facets(user, asked) if asked.period else None
    lists: dict[str, list[tuple[str, str]]] = {
        "standing": [(str(value), str(label)) for value, label in Standing.choices],
        "sureness": [(str(value), str(label)) for value, label in Sureness.choices],
        "field": [(row.code, row.name) for row in Field.objects.filter(frame__network=network, frame__in_use=True)],
        "channel": [(row.code, row.name) for row in Channel.objects.filter(network=network)],
        "area": [*((row.code, row.name) for row in Area.objects.filter(network=network)), ("-", _("no place kept"))],
        "kind": [(str(value), str(label)) for value, label in Kind.choices],
    }
    labels = {"standing": _("Standing"), "sureness": _("Suggestion"), "field": _("Field"), "channel": _("Channel"),
              "area": _("Area"), "kind": _("Type")}
    return [facet(name, labels[name], lists[name], counts[name] if counts else None, asked.of(name)) for name in FACETS]


def facet(name: str, label: str, values: list[tuple[str, str]], counts: Counter[str] | None, ticked: frozenset[str]) -> Facet:
    """Over all weeks nothing is counted: it would take longer than the search."""
    options = [
        Option(value, text, None if counts is None else counts[value], value in ticked) for value, text in values
        if counts is None or counts[value] or value in ticked or name == "standing"
    ]
    return Facet(name, label, options, open=name in {"standing", "sureness"} or bool(ticked))


def rows_of(user: Any, leaf: Leaf, agreed: Reliability, *, teaches: bool = False) -> list[QueueRow]:
    """The notes of a page in its order, each with its best suggestion, what is folded under it, and what its topic is worth."""
    folds = {key: sorted(twins, key=lambda twin: -twin.share) for key, twins in leaf.twins.items()}
    notes = notes_on(user, leaf.keys)
    folded = words_on(user, (twin.note for twins in folds.values() for twin in twins[:FOLD_WRITTEN])) if folds else {}
    leads = [notes[key] for key in leaf.keys if key in notes]
    proposals = proposals_of(leads)
    chosen = lesson_notes(leaf.keys) if teaches else {}
    return [row_of(note, best_of(proposals[note.pk]), folds.get(note.pk, ()), folded, leaf.places, agreed, chosen.get(note.pk))
            for note in leads]


def row_of(note: Observation, proposal: Proposal | None, twins: Sequence[Twin], folded: Mapping[Any, Observation],
           places: Mapping[Any, int | None], agreed: Reliability, lesson: LessonNote | None) -> QueueRow:
    lines = [FoldLine(twin.share, folded[twin.note].text, place_name(folded[twin.note]))
             for twin in twins[:FOLD_WRITTEN] if twin.note in folded]
    placed = getattr(note, "placement", None)
    topic = placed.topic_id if placed else proposal.topic.pk if proposal else None
    return QueueRow(note, proposal, lines, [twin.note for twin in twins], len({places.get(twin.note) for twin in twins}),
                    agreed.of(topic) if topic else None, lesson)


@dataclass(frozen=True, slots=True)
class Taught:
    """Of so many notes that waited, so many were chosen for the coder to learn from, then, by that version."""

    waiting: int
    chosen: int
    at: dt.datetime
    version: str
    most: int


def taught_by(lessons: Sequence[Lesson], most: int) -> Taught | None:
    """Of the units in which somebody codes, those for which the newest version chose on its last day, with that day's newest
    time; `most` for each unit.
    """
    if not lessons:
        return None
    newest = max(lessons, key=lambda one: (one.version_id, one.at))
    same = [one for one in lessons if one.version_id == newest.version_id and today(one.at) == today(newest.at)]
    return Taught(sum(one.waiting for one in same), sum(one.chosen for one in same), newest.at, str(newest.version), most)


def guesses_of(detail: Detail | None, agreed: Reliability) -> list[tuple[Proposal, Measure]]:
    """What is suggested for the open note, each with how far two people agree on it."""
    return [(proposal, agreed.of(proposal.topic.pk)) for proposal in detail.proposals] if detail else []


def place_name(note: Observation) -> str:
    return note.place.name if note.place else _("place not kept")


Choices = list[tuple[Field, list[tuple[Topic, list[Code]]]]]


def choices_of(network: Network) -> Choices:
    """The frame in use as a list to choose from."""
    frame = frame_in_use(network)
    return choices_in(frame.pk) if frame else []


@lru_cache(maxsize=8)
def choices_in(frame: int) -> Choices:
    """A version that is in use is never edited, so that its list is read once, in three queries."""
    codes: dict[int, list[Code]] = {}
    for code in Code.objects.filter(topic__field__frame=frame).order_by("order"):
        codes.setdefault(code.topic_id, []).append(code)
    topics: dict[int, list[tuple[Topic, list[Code]]]] = {}
    for topic in Topic.objects.filter(field__frame=frame).order_by("order"):
        topics.setdefault(topic.field_id, []).append((topic, codes.get(topic.pk, [])))
    return [(field, topics.get(field.pk, [])) for field in Field.objects.filter(frame=frame).order_by("order")]


@dataclass(frozen=True, slots=True)
class Mark:
    """One square of the strip over the queue: a place that sent, or a dash for one that did not."""

    x: int
    y: int
    came: bool


def marks_of(owing: Owing) -> tuple[list[Mark], int]:
    """Two rows of squares, column by column, and the width of the drawing."""
    marks = [Mark(12 * (at // 2), 12 * (at % 2), at < owing.came) for at in range(owing.could)]
    return marks, 12 * ((owing.could + 1) // 2)


def charts_of(look: CoderLook) -> dict[str, Any]:
    """The two drawings of the coder's page, each with its finding in words."""
    quality = look.quality
    steps = steps_of(quality)
    bins = [Bin(said, right, texts) for said, right, texts in quality.get("bins", ())]
    drawn: dict[str, Any] = {"off": 100 * quality["calibration_error"] if quality else None}
    if len(steps) > 1:
        before, last = steps[-2], steps[-1]
        drawn["learning_said"] = _("From %(before)d to %(last)d notes it went from %(from)d to %(to)d percent right.") % {
            "before": before.learnt, "last": last.learnt, "from": round(100 * before.right), "to": round(100 * last.right)}
        drawn["learning"] = learning(steps, label=drawn["learning_said"])
    if bins:
        low, high = bins[0], bins[-1]
        drawn["sure_said"] = _(
            "Where it was least sure (%(low)d percent) it was right in %(few)d of 100, where it was surest (%(high)d percent) in "
            "%(many)d of 100."
        ) % {"low": round(100 * low.said), "few": round(100 * low.right), "high": round(100 * high.said),
             "many": round(100 * high.right)}
        drawn["calibration"] = calibration(bins, label=drawn["sure_said"])
    return drawn


def steps_of(quality: Mapping[str, Any]) -> list[Step]:
    """The learning curve; every step was judged by the same texts, which none of them had seen."""
    curve = quality.get("curve", ())
    judged = quality["texts"] - curve[-1][0] if curve else 0
    return [Step(learnt, right, judged, codes) for learnt, right, codes in curve]
