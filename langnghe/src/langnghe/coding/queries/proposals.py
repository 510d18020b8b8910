"""What is suggested for a note: by a machine, the newest version first, else by whoever wrote the note down."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from langnghe.coding.enums import Source, Sureness, sureness_of
from langnghe.coding.models import Coding
from langnghe.frames.models import Code, Topic
from langnghe.frames.queries import heirs_in_use
from langnghe.intake.models import Observation

SHOWN = 3
"""So many suggestions of one machine are shown; a longer list is not read."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """`coding` is the machine's row that a confirmation refers to; the author's choice stands in the note itself."""

    topic: Topic
    code: Code | None
    confidence: float | None
    version: str = ""
    why: tuple[str, ...] = ()
    coding: Coding | None = None

    @property
    def sureness(self) -> Sureness:
        return sureness_of(self.confidence)

    @property
    def value(self) -> str:
        """As a form names it."""
        return f"c:{self.code.code}" if self.code else f"t:{self.topic.code}"


def proposals_of(notes: Sequence[Observation]) -> dict[uuid.UUID, list[Proposal]]:
    """Suggestions for each note, best first, all in the frame in use; what has no heir there is not suggested."""
    if not notes:
        return {}
    by_machine: dict[uuid.UUID, list[Coding]] = defaultdict(list)
    for coding in Coding.objects.filter(observation__in=notes, source=Source.MACHINE).order_by("-at", "pk"):
        known = by_machine[coding.observation_id]
        if not known or (known[0].at, known[0].made_by_version) == (coding.at, coding.made_by_version):
            known.append(coding)
    network = notes[0].unit.network
    shown = [coding for codings in by_machine.values() for coding in codings[:SHOWN]]
    own = {note.topic_id for note in notes if note.topic_id}
    topics = heirs_in_use(network, Topic, {coding.topic_id for coding in shown} | own)
    codes = heirs_in_use(network, Code, {coding.code_id for coding in shown if coding.code_id})
    return {note.pk: list(proposals_for(note, by_machine.get(note.pk, ()), topics, codes)) for note in notes}


def proposals_for(note: Observation, codings: Sequence[Coding], topics: dict[int, Topic],
                  codes: dict[int, Code]) -> Iterable[Proposal]:
    seen: set[tuple[int, int | None]] = set()
    for coding in codings[:SHOWN]:
        topic, code = topics.get(coding.topic_id), codes.get(coding.code_id or 0)
        if topic is None:
            continue
        if code is not None and code.topic_id != topic.pk:
            code = None
        key = (topic.pk, code.pk if code else None)
        if key not in seen:
            seen.add(key)
            words = tuple(coding.why.get("words", ()))
            yield Proposal(topic, code, coding.confidence, coding.made_by_version, words, coding)
    own = topics.get(note.topic_id or 0)
    if own is not None and not any(topic == own.pk for topic, _code in seen):
        yield Proposal(own, None, None)


def best_of(proposals: Sequence[Proposal]) -> Proposal | None:
    return proposals[0] if proposals else None
