"""Ask back: a question goes to the phone that holds the receipt of a note, and its answer comes back without a name."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from langnghe.audit.domain import enter, register_actions
from langnghe.common.clock import today
from langnghe.common.errors import Refusal
from langnghe.common.states import check_transition
from langnghe.intake import door
from langnghe.intake.enums import CLARIFICATION_STEPS, ClarificationState
from langnghe.intake.models import Clarification, Observation
from langnghe.network.queries import names_around
from nghe.text.fold import nfc

LONGEST_QUESTION = 300
LONGEST_ANSWER = 1000

register_actions(
    note__asked_back="An analyst asked back about a note; the author is not known.",
    note__answered_back="A question about a note was answered, or could not be answered safely (entered without its author).",
)


def ask_back(note: Observation, question: str, *, by: Any, at: dt.datetime) -> Clarification:
    """Send a question to whoever holds the receipt. Refused where nobody does, or where it is marked unsafe to ask."""
    question = " ".join(nfc(question).split())
    if note.unsafe_to_ask:
        raise Refusal("ask.unsafe", _("The note is marked: unsafe to ask."), todo=_("Leave it, or listen elsewhere."), status=409)
    if not note.receipt_hash:
        raise Refusal("ask.nobody", _("No phone holds a receipt of this note."), todo=_("Leave it as it is."), status=409)
    if not question or len(question) > LONGEST_QUESTION:
        raise Refusal("ask.question", _("A question has 1 to %(most)d letters.") % {"most": LONGEST_QUESTION},
                      todo=_("Write one short question."))
    door.pass_text(question)
    try:
        with transaction.atomic():
            asked = Clarification.objects.create(observation=note, question=question, asked_by=by, asked_on=today(at))
            enter("note.asked_back", f"observation:{note.pk}", by=by, at=at, network=note.unit.network_id)
    except IntegrityError as fault:
        raise Refusal("ask.twice", _("A question about this note is open."), todo=_("Wait for its answer."),
                      status=409) from fault
    return asked


def answer_back(asked: Clarification, text: str, *, at: dt.datetime) -> Clarification:
    """The answer of the phone that holds the receipt, through the door."""
    text = nfc(text).strip()
    if not text or len(text) > LONGEST_ANSWER:
        raise Refusal("ask.answer", _("An answer has 1 to %(most)d letters.") % {"most": LONGEST_ANSWER},
                      todo=_("Write it shorter, or say that you cannot."), details={"field": "answer"})
    try:
        note = asked.observation
        passed = door.pass_text(text, around=names_around(note.unit.network).near(note.place and note.place.code))
    except Refusal as refusal:
        door.count_hits(asked.observation.unit, Counter(hit["type"] for hit in refusal.details), on=today(at))
        raise
    return close(asked, ClarificationState.ANSWERED, answer=passed.text, at=at)


def cannot_answer(asked: Clarification, *, at: dt.datetime) -> Clarification:
    """“I cannot safely”: no reason is asked for."""
    return close(asked, ClarificationState.CANNOT, answer="", at=at)


def close(asked: Clarification, state: str, *, answer: str, at: dt.datetime) -> Clarification:
    if asked.state == state and asked.answer == answer:
        return asked
    check_transition(CLARIFICATION_STEPS, asked.state, state)
    with transaction.atomic():
        asked.state, asked.answer, asked.answered_on = state, answer, today(at)
        asked.save(update_fields=["state", "answer", "answered_on"])
        enter("note.answered_back", f"unit:{asked.observation.unit_id}", by=None,
              at=at.replace(minute=0, second=0, microsecond=0), network=asked.observation.unit.network_id)
    return asked
