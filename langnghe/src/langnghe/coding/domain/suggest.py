"""Let a machine suggest topics. It only suggests (R11): its label, its version, how sure it is and why are kept beside the note.

A coder is registered by whoever brings one; without one, the author's own choice is all that is suggested.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from langnghe.audit.domain import enter, register_actions
from langnghe.coding.enums import Source
from langnghe.coding.models import Coding, Suggested
from langnghe.coding.queries.queue import notes_to_code
from langnghe.common.errors import Refusal
from langnghe.common.periods import Period
from langnghe.frames.models import Code, Topic
from langnghe.intake.models import Observation
from langnghe.network.models import Unit

register_actions(note__suggested="A machine suggested topics for notes that were waiting.")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One topic that a coder suggests, by its code in the frame in use; `why` holds words of the note that it went by."""

    topic: str
    confidence: float
    version: str
    code: str = ""
    why: tuple[str, ...] = ()


Coder = Callable[[Unit, Sequence[Observation]], Sequence[Sequence[Suggestion]]]
"""Takes the notes of one unit; answers one row of suggestions for each, in the same order, the best first."""

_coders: list[Coder] = []


def register_coder(coder: Coder) -> Coder:
    """The coder that was registered last is the one in use."""
    _coders.append(coder)
    return coder


def coder_in_use() -> Coder | None:
    return _coders[-1] if _coders else None


def suggest_topics(notes: Sequence[Observation], *, coder: Coder, by: Any, at: dt.datetime) -> int:
    """Keep what the coder suggests for these notes of one unit. Returns for how many it suggested anything.

    Every record in is a record out: a coder that answers for more or fewer notes than it was given is refused
    (`coder.count`), and so is one that answers outside the frame or outside 0 to 1 (`coder.answer`). Nothing is kept then.
    """
    if not notes:
        return 0
    unit = notes[0].unit
    answers = coder(unit, notes)
    if len(answers) != len(notes):
        raise Refusal("coder.count", _("The coder answered for %(got)d of %(given)d notes.") % {
            "got": len(answers), "given": len(notes)}, todo=_("Nothing was kept. Tell who looks after the coder."), status=502)
    topics = {topic.code: topic for topic in Topic.objects.filter(field__frame__network=unit.network, field__frame__in_use=True)}
    codes = {code.code: code for code in Code.objects.filter(topic__in=topics.values())}
    rows = [
        coding_of(note, suggestion, topics, codes, at=at)
        for note, given in zip(notes, answers, strict=True) for suggestion in given
    ]
    with transaction.atomic():
        made = Coding.objects.bulk_create(rows)
        best: dict[Any, Coding] = {}
        for coding in made:
            best.setdefault(coding.observation_id, coding)
        Suggested.objects.bulk_create(
            (Suggested(observation_id=note, coding=coding, confidence=coding.confidence) for note, coding in best.items()),
            update_conflicts=True, unique_fields=["observation"], update_fields=["coding", "confidence"],
        )
        enter("note.suggested", f"unit:{unit.pk}", by=by, at=at, network=unit.network_id, notes=len(notes), suggested=len(best),
              versions=sorted({coding.made_by_version for coding in made}))
    return len(best)


def coding_of(note: Observation, suggestion: Suggestion, topics: dict[str, Topic], codes: dict[str, Code], *,
              at: dt.datetime) -> Coding:
    topic = topics.get(suggestion.topic)
    code = codes.get(suggestion.code) if suggestion.code else None
    known = topic is not None and (not suggestion.code or (code is not None and code.topic_id == topic.pk))
    if not known or not suggestion.version or not math.isfinite(suggestion.confidence) or not 0 <= suggestion.confidence <= 1:
        raise Refusal("coder.answer", _("The coder answered “%(topic)s %(code)s” (%(confidence)s), which cannot be kept.") % {
            "topic": suggestion.topic, "code": suggestion.code, "confidence": suggestion.confidence},
            todo=_("Nothing was kept. Tell who looks after the coder."), status=502)
    return Coding(observation=note, topic=topic, code=code, source=Source.MACHINE, made_by_version=suggestion.version,
                  confidence=suggestion.confidence, why={"words": list(suggestion.why)}, at=at)


def suggest_waiting(user: Any, period: Period, *, coder: Coder, at: dt.datetime) -> int:
    """Suggest for what waits in a week and has no machine's suggestion yet, unit by unit; returns for how many."""
    waiting = notes_to_code(user).heard_between(period.first_day, period.last_day).filter(
        placement=None, set_aside=None, suggested=None).exclude(text="")
    by_unit: dict[int, list[Observation]] = {}
    for note in waiting.select_related("unit__network").order_by("day", "pk"):
        by_unit.setdefault(note.unit_id, []).append(note)
    return sum(suggest_topics(notes, coder=coder, by=user, at=at) for notes in by_unit.values())
