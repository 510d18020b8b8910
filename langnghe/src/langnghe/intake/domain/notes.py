"""Take in what was heard: through the door, exactly once, without its author."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import replace
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from langnghe.audit.domain import enter, register_actions
from langnghe.common.clock import today
from langnghe.common.errors import Refusal
from langnghe.common.language import reading_language
from langnghe.common.periods import Period
from langnghe.frames.models import Topic
from langnghe.frames.queries import heirs_in_use
from langnghe.intake import door
from langnghe.intake.domain.heard import Heard, Sent, check_day, check_heard, said_at, settle_day
from langnghe.intake.enums import Origin, Setting
from langnghe.intake.handover import find_matter
from langnghe.intake.models import Channel, Mood, Observation
from langnghe.intake.queries import places_of, public_names
from langnghe.network.domain import count_note_as_report
from langnghe.network.models import Membership, Place
from langnghe.network.queries import names_around
from nghe.text.fold import fold

register_actions(note__received="A note was taken in (entered without its author).")


def receive_note(heard: Heard, *, member: Membership, at: dt.datetime, sent: Sent | None = None) -> tuple[Observation, bool]:
    """Take in one note from a collaborator's phone. The same note again answers the same; returns (note, is new).

    Refuses: personal data (`door.personal_data`, 422), other content under the same id (`note.conflict`, 409), a day
    in the future or outside the member's term, a place that is not the member's, a code that is not in the frame, a matter
    that belongs in other hands (`note.handover`).
    """
    sent = sent or Sent()
    known = find_again(heard, member=member)
    if known:
        return known, False
    check_heard(heard)
    settled = replace(heard, day=settle_day(heard.day, sent, at=at))
    check_day(settled.day, term=member.term, at=at, sure=sent.day_sure)
    passed = stop_or_pass(heard, member=member, clear=sent.public_case, at=at)
    if not sent.general:
        check_hands(passed.text)
    note = build_note(settled, passed.text, member=member, at=at)
    note.content_hash = heard.content_hash()
    try:
        with transaction.atomic():
            note.save(force_insert=True)
            Mood.objects.bulk_create(Mood(observation=note, word=word) for word in sorted(set(heard.moods)))
            count_note_as_report(member, day=settled.day, at=said_at(sent, at=at))
            if passed.cleared:
                door.count_hits(member.unit, {"CLEARED": passed.cleared}, on=today(at))
            enter("note.received", f"unit:{member.unit_id}", by=None, at=at.replace(minute=0, second=0, microsecond=0),
                  network=member.unit.network_id)
    except IntegrityError:
        known = find_again(heard, member=member)  # the same note arrived twice at the same moment
        if known is None:
            raise
        return known, False
    return note, True


def find_again(heard: Heard, *, member: Membership) -> Observation | None:
    """The note that came under this number before; refuses other content under it."""
    known = Observation.objects.filter(pk=heard.id).first()
    if known and (known.content_hash != heard.content_hash() or known.unit_id != member.unit_id):
        raise Refusal("note.conflict", _("Another note was sent under this number."),
                      todo=_("Keep the text and write it as a new note."), status=409)
    return known


def stop_or_pass(heard: Heard, *, member: Membership, clear: bool, at: dt.datetime) -> door.Passed:
    """The text through the door; of what was stopped only the number of hits is kept."""
    try:
        network = member.unit.network
        around = names_around(network).near(heard.place)
        return door.pass_text(heard.text, public=public_names(network), clear=clear, around=around)
    except Refusal as refusal:
        door.count_hits(member.unit, Counter(hit["type"] for hit in refusal.details), on=today(at))
        raise


def check_hands(text: str) -> None:
    """R13: what belongs in other hands is shown where to take it, and is not kept here."""
    matter = find_matter(text)
    if matter is None:
        return
    language = reading_language()
    raise Refusal(
        "note.handover", _("This may belong in other hands: %(matter)s.") % {"matter": matter.title[language].lower()},
        todo=_("It is not kept here. Take it to one of these, never to the body accused; or say that it is a general matter."),
        details={"matter": matter.code, "where": [line[language] for line in matter.where], "confirm": "general"},
    )


def build_note(heard: Heard, text: str, *, member: Membership, at: dt.datetime) -> Observation:
    """The row for a note whose text has passed the door; R3 takes place and day away where two groups are named."""
    unit, network = member.unit, member.unit.network
    coarse = is_coarse(heard.sex, heard.age_band, heard.livelihood)
    place = find_place(member, heard.place, day=heard.day)
    words = "" if heard.setting == Setting.OVERHEARD else text
    return Observation(
        id=heard.id, unit=unit, place=None if coarse else place, coarse=coarse,
        day=Period.week_of(heard.day, network.week_rule).first_day if coarse else heard.day,
        channel=find_channel(network, heard.channel), topic=find_topic(network, heard.topic) if heard.topic else None,
        setting=heard.setting, kind=heard.kind, text=words, folded=fold(words), tendency=heard.tendency,
        intensity=heard.intensity, heard_from=heard.heard_from, sex=heard.sex, age_band=heard.age_band,
        livelihood=heard.livelihood, unsafe_to_ask=heard.unsafe_to_ask, origin=Origin.PHONE,
        receipt_hash=heard.receipt_hash, door_version=door.VERSION, received_on=today(at),
    )


def is_coarse(*groups: str) -> bool:
    """Two attributes of the speaker's group together could point at somebody (R3)."""
    return sum(map(bool, groups)) >= 2


def find_place(member: Membership, code: str, *, day: dt.date) -> Place:
    place = places_of(member).filter(code=code).first()
    if place is None:
        raise Refusal("note.place", _("The place is not one of yours."), todo=_("Choose a place from the list."),
                      details={"field": "place"})
    if not place.open_on(day):
        raise Refusal("note.place_closed", _("%(place)s did not exist on that day.") % {"place": place.name},
                      todo=_("Choose the place that took over from it."), details={"field": "place"})
    return place


def find_topic(network: Any, code: str) -> Topic:
    """The topic of the frame in use; a note that waited while the frame changed goes to the heir of the topic it was given."""
    given = Topic.objects.filter(field__frame__network=network, field__frame__used_from__isnull=False, code=code)
    newest = given.order_by("-field__frame__in_use", "-field__frame__used_from", "-pk").first()
    topic = heirs_in_use(network, Topic, [newest.pk]).get(newest.pk) if newest else None
    if topic is None:
        raise Refusal("note.topic", _("The topic is not in the frame in use."), todo=_("Choose a topic from the list."),
                      details={"field": "topic"})
    return topic


def find_channel(network: Any, code: str) -> Channel:
    channel = Channel.objects.filter(network=network, code=code).first()
    if channel is None:
        raise Refusal("note.channel", _("The channel is not one of this network's."), todo=_("Choose one from the list."),
                      details={"field": "channel"})
    return channel
