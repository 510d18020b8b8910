"""A note as it comes to the door: what it says, and what the phone says about itself."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import uuid
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _

from langnghe.common.clock import today
from langnghe.common.errors import Refusal
from langnghe.intake.enums import HeardFrom, Kind, MoodWord, Setting, Tendency
from langnghe.intake.queries import LISTS
from nghe.text.fold import nfc

LONGEST = 4000
"""Letters of one note; a longer text is several things heard."""
CLOCK_WRONG = dt.timedelta(hours=20)
"""A phone whose clock differs by more has the wrong day."""
LONG_AGO = dt.timedelta(days=60)
WAITED = dt.timedelta(days=14)
"""So long may a note lie in a phone without a network and still count from when it was written."""

MAY_BE_EMPTY = frozenset({"sex", "age_band", "livelihood"})


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
        """Of the text as it is kept: a hash over what the door took out could be tried out number by number."""
        said = asdict(replace(self, text=nfc(self.text).strip(), moods=tuple(sorted(self.moods)), receipt_hash=""))
        body = json.dumps(said, default=str, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(body.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What goes with a note and is not kept: the clock of the phone, and what its owner answered to questions.

    `written` and `clock` are the phone's own time when the note was written and now; `public_case`: the names in it are on the
    office's list; `general`: it is no denunciation; `day_sure`: the day is as long ago as it says.
    """

    written: dt.datetime | None = None
    clock: dt.datetime | None = None
    public_case: bool = False
    general: bool = False
    day_sure: bool = False


def settle_day(day: dt.date, sent: Sent, *, at: dt.datetime) -> dt.date:
    """The day by the server's clock, where the clock of the phone is wrong by a day or by a year."""
    if sent.clock is None:
        return day
    wrong = at - sent.clock
    if abs(wrong) < CLOCK_WRONG:
        return day
    return day + dt.timedelta(days=(today(at) - today(sent.clock)).days)


def said_at(sent: Sent, *, at: dt.datetime) -> dt.datetime:
    """When it was written, by the server's clock: a note that waited for a network is not late because of it."""
    if sent.clock is None or sent.written is None:
        return at
    waited = sent.clock - sent.written
    return at - waited if dt.timedelta(0) <= waited <= WAITED else at


def check_heard(heard: Heard) -> None:
    """What can be seen without asking the database; raises a Refusal that names the field."""
    check_words(heard)
    if heard.intensity is not None and not 1 <= heard.intensity <= 5:
        raise Refusal("note.intensity", _("The intensity is a number from 1 to 5."), todo=_("Choose one from the list."))
    text = nfc(heard.text).strip()
    if heard.setting == Setting.OVERHEARD:
        if text:
            raise Refusal("note.overheard", _("What was overheard is kept as a topic only, without its words."),
                          todo=_("Take the text out, or choose another setting."), details={"field": "text"})
        if not heard.topic:
            raise Refusal("note.overheard", _("What was overheard needs a topic."), todo=_("Choose a topic from the list."),
                          details={"field": "topic"})
    elif not text:
        raise Refusal("note.empty", _("The note has no text."), todo=_("Write what people said, in a sentence or two."),
                      details={"field": "text"})
    if len(text) > LONGEST:
        raise Refusal("note.long", _("The note has %(n)d letters; %(most)d is the most.") % {"n": len(text), "most": LONGEST},
                      todo=_("Write each matter as a note of its own."), details={"field": "text"})


def check_words(heard: Heard) -> None:
    """Values from closed lists, checked before the database does, so that the message can name the field."""
    for name, choices in LISTS.items():
        value = getattr(heard, name)
        if value not in choices.values and not (name in MAY_BE_EMPTY and value == ""):
            refuse_word(name, value, choices.values)
    for mood in heard.moods:
        if mood not in MoodWord.values:
            refuse_word("mood", mood, MoodWord.values)


def refuse_word(name: str, value: str, allowed: list[str]) -> None:
    """The value itself is not repeated: it may be anything that somebody typed."""
    raise Refusal(f"note.{name}", _("“%(field)s” must be one of: %(allowed)s.") % {"field": name, "allowed": ", ".join(allowed)},
                  todo=_("Choose one from the list."), details={"field": name, "length": len(str(value))})


def check_day(day: dt.date, *, term: Any, at: dt.datetime, sure: bool = False) -> None:
    shown = day.strftime("%d/%m/%Y")
    if day > today(at):
        raise Refusal("note.future", _("The day %(day)s has not come yet.") % {"day": shown},
                      todo=_("Check the date of the note and the clock of the phone."), details={"field": "day"})
    if not term.first_day <= day <= term.last_day:
        raise Refusal("note.term", _("The day %(day)s is outside your term.") % {"day": shown},
                      todo=_("Choose a day of the current term."), details={"field": "day"})
    if not sure and today(at) - day > LONG_AGO:
        raise Refusal("note.old_day",
                      _("The day %(day)s is long ago. The clock of the phone may have been wrong.") % {"day": shown},
                      todo=_("Choose the right day, or confirm this one."), details={"field": "day", "confirm": "day_sure"})
