"""A second person codes a drawn note, having seen neither the first one's topic nor a machine's."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from langnghe.audit.domain import enter, register_actions
from langnghe.coding.enums import Source
from langnghe.coding.models import Coding, Drawn, SecondCoding, SetAside
from langnghe.common.errors import Refusal
from langnghe.frames.models import Code, Topic

register_actions(note__coded_again="A second person gave a drawn note a topic, without seeing the first one's.")


def code_again(drawn: Drawn, *, topic: Topic, code: Code | None = None, by: Any, at: dt.datetime) -> SecondCoding:
    """Keep the blind coding beside the first; the note stays where it stands.

    Refuses who coded the note before (`second.same`), a note that was set aside (`coding.set_aside`), and a second coding twice
    (`second.done`).
    """
    note = drawn.observation
    if SetAside.objects.filter(observation=note).exists():
        raise Refusal("coding.set_aside", _("This note was set aside."), todo=_("Go on with the next one."), status=409)
    if Coding.objects.filter(observation=note, source=Source.PERSON, by=by).exists():
        raise Refusal("second.same", _("You gave this note its first topic yourself."),
                      todo=_("Leave it to somebody else: two readings need two people."), status=409)
    first = Coding.objects.filter(observation=note, source=Source.PERSON).order_by("-pk").first()
    try:
        with transaction.atomic():
            second = SecondCoding.objects.create(drawn=drawn, topic=topic, code=code, by=by, at=at, first=first,
                                                 first_by=first.by if first else None)
            enter("note.coded_again", f"observation:{note.pk}", by=by, at=at, network=note.unit.network_id)
    except IntegrityError as twice:
        raise Refusal("second.done", _("This note was coded a second time already."), todo=_("Go on with the next one."),
                      status=409) from twice
    return second
