"""Give notes their topic: one, many by their suggestions, or a fold of near-duplicates together.

A person confirms, always (R11): the coding keeps who did, which suggestion was confirmed, and whether it was done in bulk.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from langnghe.audit.domain import enter, register_actions
from langnghe.coding.enums import BulkKind, Source
from langnghe.coding.models import BulkAction, Coding, Placement, SetAside
from langnghe.coding.queries.proposals import Proposal, best_of, proposals_of
from langnghe.common.errors import Refusal
from langnghe.frames.models import Code, Topic
from langnghe.intake.models import Observation
from langnghe.network.models import Network

MOST_AT_ONCE = 500
"""So many notes may be acted on at once: what one person can be said to have looked at."""

register_actions(
    note__coded="An analyst gave a note its topic.",
    note__coded_in_bulk="An analyst confirmed the suggestions of many notes at once, or coded near-duplicates together.",
)


@dataclass(frozen=True, slots=True)
class Bulk:
    """What came of an act on many notes: done, and left as they were because nothing was suggested for them."""

    action: BulkAction | None
    done: int
    left: int


def find_choice(network: Network, value: str) -> tuple[Topic, Code | None]:
    """The topic, or the topic and code, that a form names: `t:KT1` or `c:KT1.1`, in the frame in use."""
    kind, _colon, code = value.partition(":")
    topics = Topic.objects.filter(field__frame__network=network, field__frame__in_use=True).select_related("field")
    if kind == "t" and (topic := topics.filter(code=code).first()):
        return topic, None
    if kind == "c" and (topic := topics.filter(codes__code=code).first()):
        return topic, topic.codes.get(code=code)
    raise Refusal("coding.choice", _("“%(code)s” is not in the coding frame in use.") % {"code": code or value},
                  todo=_("Choose a topic from the list."))


def confirm_topic(note: Observation, *, topic: Topic, code: Code | None = None, by: Any, at: dt.datetime) -> Coding:
    """Place a note; what it was placed under before stays in the list of its codings. The same again changes nothing."""
    (coding,) = place_notes([note], topic=topic, code=code, by=by, at=at)
    return coding


def confirm_together(notes: Sequence[Observation], *, topic: Topic, code: Code | None = None, by: Any, at: dt.datetime) -> Bulk:
    """Code near-duplicates together: read once, counted each."""
    return in_bulk(notes, BulkKind.FOLD, [(note, topic, code, None) for note in notes], by=by, at=at)


def confirm_suggestions(notes: Sequence[Observation], *, by: Any, at: dt.datetime) -> Bulk:
    """Confirm for each note the best that was suggested for it; notes without a suggestion stay as they are, counted."""
    proposals = proposals_of(notes)
    chosen = [(note, best) for note in notes if (best := best_of(proposals[note.pk])) is not None]
    wanted = [(note, best.topic, best.code, best) for note, best in chosen]
    return in_bulk(notes, BulkKind.CONFIRM, wanted, by=by, at=at)


Wanted = tuple[Observation, Topic, Code | None, Proposal | None]


def in_bulk(notes: Sequence[Observation], kind: BulkKind, wanted: Sequence[Wanted], *, by: Any, at: dt.datetime) -> Bulk:
    check_number(notes)
    if not wanted:
        return Bulk(None, 0, len(notes))
    unit = notes[0].unit
    with transaction.atomic():
        action = BulkAction.objects.create(unit=unit, by=by, at=at, kind=kind, notes=len(wanted))
        write_codings(wanted, by=by, at=at, bulk=action)
        enter("note.coded_in_bulk", f"bulk:{action.pk}", by=by, at=at, network=unit.network_id, kind=str(kind), notes=len(wanted))
    return Bulk(action, len(wanted), len(notes) - len(wanted))


def place_notes(notes: Sequence[Observation], *, topic: Topic, code: Code | None, by: Any, at: dt.datetime) -> list[Coding]:
    with transaction.atomic():
        same = [row.coding for row in Placement.objects.filter(observation__in=notes, topic=topic, code=code)
                .select_related("coding")]
        if len(same) == len(notes):
            return same
        made = write_codings([(note, topic, code, confirmed(note, topic, code)) for note in notes], by=by, at=at, bulk=None)
        for note in notes:
            enter("note.coded", f"observation:{note.pk}", by=by, at=at, network=note.unit.network_id, topic=topic.code,
                  code=code.code if code else "")
    return made


def confirmed(note: Observation, topic: Topic, code: Code | None) -> Proposal | None:
    """The suggestion that this choice agrees with, so that it can be told from a correction."""
    code_id = code.pk if code else None
    return next((one for one in proposals_of([note])[note.pk]
                 if one.topic.pk == topic.pk and (one.code.pk if one.code else None) == code_id), None)


def write_codings(wanted: Sequence[Wanted], *, by: Any, at: dt.datetime, bulk: BulkAction | None) -> list[Coding]:
    """Append a coding for each and move its placement; refuses notes that were set aside."""
    check_in_use(note for note, *_rest in wanted)
    codings = Coding.objects.bulk_create(
        Coding(observation=note, topic=topic, code=code, source=Source.PERSON, by=by, at=at, bulk=bulk,
               confirms=proposal.coding if proposal else None)
        for note, topic, code, proposal in wanted
    )
    Placement.objects.bulk_create(
        (Placement(observation_id=coding.observation_id, coding=coding, topic_id=coding.topic_id, code_id=coding.code_id)
         for coding in codings),
        update_conflicts=True, unique_fields=["observation"], update_fields=["coding", "topic", "code"],
    )
    return codings


def check_in_use(notes: Iterable[Observation]) -> None:
    aside = SetAside.objects.filter(observation__in=list(notes)).count()
    if aside:
        raise Refusal("coding.set_aside", _("%(n)d of these notes were set aside.") % {"n": aside},
                      todo=_("Put them back first."), status=409)


def check_number(notes: Sequence[Observation]) -> None:
    if not notes:
        raise Refusal("coding.none_chosen", _("No note was chosen."), todo=_("Tick the notes first."))
    if len(notes) > MOST_AT_ONCE:
        raise Refusal("coding.too_many", _("%(n)d notes at once are too many to have been looked at.") % {"n": len(notes)},
                      todo=_("Choose at most %(n)d.") % {"n": MOST_AT_ONCE})
