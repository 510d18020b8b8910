"""Take in what was heard: through the door, exactly once, without its author."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import uuid
from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from langnghe.audit.domain import enter, register_actions
from langnghe.common.clock import today
from langnghe.common.errors import Refusal
from langnghe.common.periods import Period
from langnghe.frames.models import Topic
from langnghe.intake import door
from langnghe.intake.enums import HeardFrom, Kind, MoodWord, Origin, Setting, Tendency
from langnghe.intake.models import Channel, ImportBatch, Mood, Observation
from langnghe.network.domain import count_note_as_report
from langnghe.network.models import Membership, Place, Unit
from nghe.text.fold import fold

register_actions(note__received="A note was taken in (entered without its author).")


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What a note says, in the words of the form, before the door."""

    id: uuid.UUID
    text: str
    day: dt.date
    place: str
    channel: str
    setting: str = Setting.ANNOUNCED
    kind: str = Kind.OPINION
    topic: str = ""
    tendency: str = Tendency.UNCLEAR
    moods: tuple[str, ...] = ()
    intensity: int | None = None
    heard_from: str = HeardFrom.ONE
    sex: str = ""
    age_band: str = ""
    livelihood: str = ""
    unsafe_to_ask: bool = False
    receipt_hash: str = field(default="", compare=False)

    def content_hash(self) -> str:
        body = json.dumps(asdict(self) | {"receipt_hash": ""}, default=str, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(body.encode()).hexdigest()


def receive_note(heard: Heard, *, member: Membership, at: dt.datetime) -> tuple[Observation, bool]:
    """Take in one note from a collaborator's phone. The same note again answers the same; returns (note, is new).

    Refuses: personal data (`door.personal_data`, 422), other content under the same id (`note.conflict`, 409), a day
    in the future or outside the member's term, a place that is not the member's, a code that is not in the frame.
    """
    known = Observation.objects.filter(pk=heard.id).first()
    if known:
        if known.content_hash != heard.content_hash() or known.unit_id != member.unit_id:
            raise Refusal("note.conflict", _("Another note was sent under this number."),
                          todo=_("Keep the text and write it as a new note."), status=409)
        return known, False
    check_day(heard.day, member=member, at=at)
    try:
        passed = door.pass_text(heard.text)
    except Refusal as refusal:
        door.count_hits(member.unit, Counter(hit["type"] for hit in refusal.details), on=today(at))
        raise
    with transaction.atomic():
        note = build_note(heard, passed.text, unit=member.unit, at=at, origin=Origin.PHONE)
        note.save(force_insert=True)
        Mood.objects.bulk_create(Mood(observation=note, word=word) for word in heard.moods)
        count_note_as_report(member, day=heard.day, at=at)
        enter("note.received", f"unit:{member.unit_id}", by=None, at=at.replace(minute=0, second=0, microsecond=0),
              network=member.unit.network_id)
    return note, True


def check_day(day: dt.date, *, member: Membership, at: dt.datetime) -> None:
    if day > today(at):
        raise Refusal("note.future", _("The day %(day)s has not come yet.") % {"day": day.strftime("%d/%m/%Y")},
                      todo=_("Check the date of the note and the clock of the phone."))
    if not member.term.first_day <= day <= member.term.last_day:
        raise Refusal("note.term", _("The day %(day)s is outside your term.") % {"day": day.strftime("%d/%m/%Y")},
                      todo=_("Choose a day of the current term."))


def build_note(heard: Heard, text: str, *, unit: Unit, at: dt.datetime, origin: str, batch: ImportBatch | None = None,
               row: int | None = None) -> Observation:
    """The row for a note whose text has passed the door; R3 takes place and day away where two groups are named."""
    network = unit.network
    coarse = sum(map(bool, (heard.sex, heard.age_band, heard.livelihood))) >= 2
    place = find_place(network, heard.place, day=heard.day)
    return Observation(
        id=heard.id, unit=unit, place=None if coarse else place, coarse=coarse,
        day=Period.week_of(heard.day, network.week_rule).first_day if coarse else heard.day,
        channel=find_one(Channel, network=network, code=heard.channel, name="channel"),
        topic=find_topic(network, heard.topic) if heard.topic else None,
        setting=heard.setting, kind=heard.kind, text=text, folded=fold(text), tendency=heard.tendency,
        intensity=heard.intensity, heard_from=heard.heard_from, sex=heard.sex, age_band=heard.age_band,
        livelihood=heard.livelihood, unsafe_to_ask=heard.unsafe_to_ask, origin=origin, batch=batch, row=row,
        content_hash=heard.content_hash(), receipt_hash=heard.receipt_hash, door_version=door.VERSION,
        received_on=today(at),
    )


def find_place(network: Any, code: str, *, day: dt.date) -> Place:
    place = Place.objects.filter(network=network, code=code).first()
    if place is None:
        raise Refusal("note.place", _("The place “%(code)s” is not in this network.") % {"code": code},
                      todo=_("Choose a place from the list."))
    if not place.open_on(day):
        raise Refusal("note.place_closed", _("The place “%(code)s” did not exist on that day.") % {"code": code},
                      todo=_("Choose the place that took over from it."))
    return place


def find_topic(network: Any, code: str) -> Topic:
    topic = Topic.objects.filter(field__frame__network=network, field__frame__in_use=True, code=code).first()
    if topic is None:
        raise Refusal("note.topic", _("The topic “%(code)s” is not in the frame in use.") % {"code": code},
                      todo=_("Choose a topic from the list."))
    return topic


def find_one(model: Any, *, network: Any, code: str, name: str) -> Any:
    row = model.objects.filter(network=network, code=code).first()
    if row is None:
        raise Refusal(f"note.{name}", _("“%(code)s” is not known here (%(name)s).") % {"code": code, "name": name},
                      todo=_("Choose one from the list."))
    return row


def check_words(heard: Heard) -> None:
    """Values from closed lists, checked before the database does, so that the message can name the field."""
    lists: dict[str, tuple[Any, Any]] = {
        "setting": (heard.setting, Setting.values), "kind": (heard.kind, Kind.values),
        "tendency": (heard.tendency, Tendency.values), "heard_from": (heard.heard_from, HeardFrom.values),
    }
    for name, (value, allowed) in lists.items():
        if value not in allowed:
            raise Refusal(f"note.{name}", _("“%(value)s” is not one of %(allowed)s.") % {
                "value": value, "allowed": ", ".join(allowed)}, todo=_("Choose one from the list."))
    for mood in heard.moods:
        if mood not in MoodWord.values:
            raise Refusal("note.mood", _("“%(value)s” is not one of %(allowed)s.") % {
                "value": mood, "allowed": ", ".join(MoodWord.values)}, todo=_("Choose one from the list."))
