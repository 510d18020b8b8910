"""Choose the notes that the coder would learn most from (`nghe.text.active`), beside the server's work: no page waits for it.

For each unit, of all its notes that wait: margin sampling with half the places for rare topics. So many notes at a time as were
measured (docs/methods/text-coder.md), and anew with each version and each day. What chance drew for the second, blind coding is
not looked at: were drawn notes left out here, the hard ones of the others would be read first, and the drawn ones would no
longer speak for what stays unread.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import QuerySet

from langnghe.audit.domain import enter, register_actions
from langnghe.coding.models import CoderVersion, Lesson, LessonNote
from langnghe.frames.models import Topic
from langnghe.intake.models import Observation
from langnghe.network.models import Network, Unit

if TYPE_CHECKING:
    from nghe.text.coder import Coder

LESSON = 100
"""Notes chosen at a time. The clock trains the next version after as many were confirmed, and then chooses anew."""
HEAT = 5_000
"""Notes that are judged at a time: 5 MB of probabilities with 129 topics."""
HOLDS = dt.timedelta(days=1)
"""After this, what came in since is to be chosen from, too."""

register_actions(lesson__chosen="Notes of a unit that a coder would learn most from were chosen.")


@dataclass(frozen=True, slots=True)
class Candidate:
    note: uuid.UUID
    text: str


def choose_lessons(network: Network, version: CoderVersion, coder: Coder, *, examples: Mapping[str, int],
                   at: dt.datetime) -> int:
    """A lesson for every unit whose lesson is due. Returns how many notes were chosen."""
    made = (choose_lesson(unit, version, coder, examples=examples, at=at) for unit in lessons_due(network, version, at=at))
    return sum(lesson.chosen for lesson in made if lesson is not None)


def lessons_due(network: Network, version: CoderVersion, *, at: dt.datetime) -> list[Unit]:
    """Units in which notes wait and whose lesson is by another version, a day old, or not there."""
    fresh = Lesson.objects.filter(unit__network=network, version=version, at__gt=at - HOLDS)
    units = Unit.objects.filter(pk__in=waiting_in(network).values("unit")).exclude(pk__in=fresh.values("unit"))
    return list(units.order_by("pk"))


def drop_done_lessons(network: Network) -> int:
    """Lessons of units in which nothing waits any more tell of a day that is over. Returns how many were dropped."""
    done = Lesson.objects.filter(unit__network=network).exclude(unit__in=waiting_in(network).values("unit"))
    with transaction.atomic():
        keys = list(done.values_list("pk", flat=True))
        if keys:
            Lesson.objects.filter(pk__in=keys).delete()
    return len(keys)


def waiting_in(network: Network) -> QuerySet[Observation]:
    """The notes with a text that nobody placed or set aside, in no order."""
    notes: QuerySet[Observation] = Observation.objects.filter(unit__network=network, placement=None, set_aside=None)
    return notes.exclude(text="").order_by()


def choose_lesson(unit: Unit, version: CoderVersion, coder: Coder, *, examples: Mapping[str, int],
                  at: dt.datetime) -> Lesson | None:
    """The notes of a unit that teach most, in the place of those chosen before; `examples` has the confirmed notes by topic.

    Of notes with the same words one can be chosen; notes without a word, and topics that left the frame, are left out. None
    where another process chose meanwhile, by this version or a newer one: its lesson stays.
    """
    waiting, candidates = candidates_of(unit)
    topics = {topic.code: topic for topic in Topic.objects.filter(field__frame__network=unit.network_id,
                                                                  field__frame__in_use=True)}
    found = most_telling(coder, candidates, topics, examples)
    with transaction.atomic():
        Unit.objects.select_for_update().get(pk=unit.pk)
        if Lesson.objects.filter(unit=unit, version_id__gte=version.pk, at__gt=at - HOLDS).exists():
            return None
        Lesson.objects.filter(unit=unit).delete()
        lesson = Lesson.objects.create(unit=unit, version=version, waiting=waiting, chosen=len(found), at=at)
        LessonNote.objects.bulk_create(
            LessonNote(observation_id=note, lesson=lesson, place=place, likeliest=first, next_likeliest=second)
            for place, (note, first, second) in enumerate(found, 1))
        enter("lesson.chosen", f"unit:{unit.pk}", by=None, at=at, network=unit.network_id, waiting=waiting, chosen=len(found),
              digest=version.digest)
    return lesson


def candidates_of(unit: Unit) -> tuple[int, list[Candidate]]:
    """How many notes with words wait in a unit, and one of each wording, the oldest first."""
    first: dict[str, Candidate] = {}
    waiting = 0
    notes = Observation.objects.filter(unit=unit, placement=None, set_aside=None).exclude(text="").order_by("day", "pk")
    for pk, text, folded in notes.values_list("pk", "text", "folded").iterator(chunk_size=5_000):
        waiting += 1
        if any(sign.isalnum() for sign in folded):
            first.setdefault(folded, Candidate(pk, text))
    return waiting, list(first.values())


Told = tuple[uuid.UUID, Topic, Topic | None]


def most_telling(coder: Coder, candidates: list[Candidate], topics: Mapping[str, Topic],
                 examples: Mapping[str, int]) -> list[Told]:
    """Note, likeliest topic, next likeliest; the most telling first.

    In heats, so that the probabilities of all notes are never held at once. The answer is that of one choice among all: twice as
    many places hold twice as many turns for rare topics and twice as many for margins, and whoever comes first among all comes
    first among fewer.
    """
    import numpy as np

    from nghe.text.active import choose_next
    from nghe.text.coder import predict

    known = [at for at, code in enumerate(coder.codes) if code in topics]
    if not candidates or not known:
        return []
    codes = [coder.codes[at] for at in known]
    heat: list[tuple[int, Any]] = []
    for start in range(0, len(candidates), HEAT):
        texts = [one.text for one in candidates[start:start + HEAT]]
        judged = predict(coder, texts).probabilities[:, known]
        best = choose_next(judged, [str(at) for at in range(len(texts))], codes, examples=examples, size=2 * LESSON)
        heat += [(start + at, judged[at]) for at in sorted(map(int, best))]
    judged = np.array([row for _at, row in heat])
    told: list[Told] = []
    for key in choose_next(judged, [str(at) for at in range(len(heat))], codes, examples=examples, size=LESSON):
        likely = [topics[codes[at]] for at in np.argsort(-judged[int(key)], kind="stable")[:2]]
        told.append((candidates[heat[int(key)][0]].note, likely[0], likely[1] if len(likely) > 1 else None))
    return told
