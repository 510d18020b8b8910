"""The form of a note as a page without a script sends it, and as a phone sends it in JSON: both become `Heard` and `Sent`."""

from __future__ import annotations

import datetime as dt
import secrets
import uuid
from typing import Any, NoReturn

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from langnghe.common.clock import ZONE, today
from langnghe.common.errors import Refusal
from langnghe.common.language import reading_language
from langnghe.intake.domain.heard import Heard, Sent
from langnghe.intake.enums import AgeBand, HeardFrom, Kind, Livelihood, MoodWord, Setting, Sex, Tendency
from langnghe.intake.models import Channel
from langnghe.intake.queries import places_of, receipt_hash, topics_in_use
from langnghe.network.models import Membership
from nghe.charts import formats

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
EARLIER_DAYS = 7
NOT_SAID = [("", gettext_lazy("not said"))]
BANDS = [(value, label.replace("–", "\u2060–\u2060")) for value, label in HeardFrom.choices if value != HeardFrom.MANY]


def new_receipt() -> str:
    """A secret of 80 bits that can be copied by hand; the phone makes its own the same way."""
    letters = "".join(secrets.choice(ALPHABET) for _place in range(16))
    return "-".join(letters[start:start + 4] for start in range(0, 16, 4))


class NoteForm(forms.Form):
    """What the page shows; the domain checks again what matters."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    receipt = forms.CharField(widget=forms.HiddenInput, max_length=64)
    text = forms.CharField(required=False, strip=False, label=gettext_lazy("What do people say?"),
                           widget=forms.Textarea(attrs={"rows": 6, "autocomplete": "off"}))
    channel = forms.ChoiceField(label=gettext_lazy("How did you hear it?"), widget=forms.RadioSelect)
    setting = forms.ChoiceField(label=gettext_lazy("In which setting?"), choices=Setting.choices)
    place = forms.ChoiceField(label=gettext_lazy("Where?"))
    day = forms.DateField(label=gettext_lazy("Which day?"), input_formats=["%Y-%m-%d"])
    other_day = forms.DateField(required=False, label=gettext_lazy("Another day"), input_formats=["%Y-%m-%d"])
    kind = forms.ChoiceField(label=gettext_lazy("What is it?"), choices=Kind.choices, widget=forms.RadioSelect)
    topic = forms.ChoiceField(required=False, label=gettext_lazy("What is it about?"))
    tendency = forms.ChoiceField(label=gettext_lazy("Tendency"), choices=Tendency.choices, widget=forms.RadioSelect)
    moods = forms.MultipleChoiceField(required=False, label=gettext_lazy("Mood"), choices=MoodWord.choices,
                                      widget=forms.CheckboxSelectMultiple)
    intensity = forms.TypedChoiceField(required=False, coerce=int, empty_value=None, label=gettext_lazy("Intensity"),
                                       choices=[(n, str(n)) for n in range(1, 6)], widget=forms.RadioSelect)
    heard_from = forms.ChoiceField(label=gettext_lazy("From how many people?"), widget=forms.RadioSelect,
                                   choices=[*BANDS, (HeardFrom.MANY, HeardFrom.MANY.label)])
    sex = forms.ChoiceField(required=False, label=gettext_lazy("Sex"), choices=[*NOT_SAID, *Sex.choices])
    age_band = forms.ChoiceField(required=False, label=gettext_lazy("Age"), choices=[*NOT_SAID, *AgeBand.choices])
    livelihood = forms.ChoiceField(required=False, label=gettext_lazy("Livelihood"), choices=[*NOT_SAID, *Livelihood.choices])
    unsafe_to_ask = forms.BooleanField(required=False, label=gettext_lazy("It would not be safe to ask further"))
    public_case = forms.BooleanField(required=False, label=gettext_lazy("The name is of a public case"))
    general = forms.BooleanField(required=False, label=gettext_lazy("It is a general matter, no denunciation"))
    day_sure = forms.BooleanField(required=False, label=gettext_lazy("The day is right"))

    def __init__(self, *args: Any, member: Membership, at: dt.datetime, **named: Any) -> None:
        super().__init__(*args, **named)
        network = member.unit.network
        self.fields["channel"].choices = [(row.code, row.name) for row in Channel.objects.filter(network=network)]  # type: ignore[attr-defined]
        self.fields["place"].choices = [(place.code, place.name) for place in places_of(member).order_by("order", "path")  # type: ignore[attr-defined]
                                        if place.open_on(today(at))]
        self.fields["topic"].choices = [("", _("Choose a topic…")), *topic_choices(network)]  # type: ignore[attr-defined]
        self.days = [today(at) - dt.timedelta(days=back) for back in range(EARLIER_DAYS + 1)]
        self.initial = {**first_values(self, at=at), **self.initial}

    @property
    def recent_days(self) -> list[tuple[str, str]]:
        """The two days that are a tap each."""
        return [(self.days[0].isoformat(), _("Today")), (self.days[1].isoformat(), _("Yesterday"))]

    @property
    def earlier_days(self) -> list[tuple[str, str]]:
        return [(day.isoformat(), formats.day(day, reading_language(), weekday=True)) for day in self.days[2:]]

    @property
    def group_fields(self) -> list[forms.BoundField]:
        return [self["sex"], self["age_band"], self["livelihood"]]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("other_day"):
            data["day"] = data["other_day"]
        return data

    def heard(self) -> Heard:
        data = self.cleaned_data
        fields = {name: data[name] for name in Heard.__dataclass_fields__ if name in data}
        return Heard(**fields | {"moods": tuple(data["moods"]), "receipt_hash": receipt_hash(data["receipt"])})

    def sent(self) -> Sent:
        return Sent(**{name: self.cleaned_data[name] for name in ("public_case", "general", "day_sure")})


def first_values(form: NoteForm, *, at: dt.datetime) -> dict[str, Any]:
    """Day, place, channel and setting are filled in; the rest says that nothing was said."""
    fields: Any = form.fields
    return {
        "id": uuid.uuid4(), "receipt": new_receipt(), "day": today(at).isoformat(), "setting": Setting.ANNOUNCED,
        "channel": next(iter(fields["channel"].choices), ("", ""))[0], "place": next(iter(fields["place"].choices), ("", ""))[0],
        "kind": Kind.OPINION, "tendency": Tendency.UNCLEAR, "heard_from": HeardFrom.ONE,
    }


def topic_choices(network: Any) -> list[tuple[str, list[tuple[str, str]]]]:
    groups: dict[str, list[tuple[str, str]]] = {}
    for topic in topics_in_use(network):
        groups.setdefault(topic.field.name, []).append((topic.code, topic.name))
    return list(groups.items())


# -- the same from JSON

WORDS = ("text", "place", "channel", "setting", "kind", "topic", "tendency", "heard_from", "sex", "age_band", "livelihood")
SWITCHES = ("public_case", "general", "day_sure")


def read_note(data: Any) -> tuple[Heard, Sent]:
    """A note and what goes with it, from the JSON of a phone; raises `note.form` (400) that names the field."""
    if not isinstance(data, dict):
        refuse_form("note")
    given: dict[str, Any] = {name: read_words(data, name) for name in WORDS if name in data}
    for name in ("text", "place", "channel"):
        if name not in given:
            refuse_form(name)
    moods = data.get("moods", [])
    if not isinstance(moods, list) or not all(isinstance(mood, str) for mood in moods):
        refuse_form("moods")
    intensity = data.get("intensity")
    if intensity is not None and (not isinstance(intensity, int) or isinstance(intensity, bool)):
        refuse_form("intensity")
    receipt = read_words(data, "receipt_hash") if "receipt_hash" in data else ""
    if receipt and (len(receipt) != 64 or set(receipt) - set("0123456789abcdef")):
        refuse_form("receipt_hash")
    heard = Heard(id=read_id(data), day=read_day(data), moods=tuple(moods), intensity=intensity, receipt_hash=receipt,
                  unsafe_to_ask=data.get("unsafe_to_ask") is True, **given)
    return heard, read_sent(data)


def read_sent(data: dict[str, Any]) -> Sent:
    return Sent(written=read_moment(data, "written"), clock=read_moment(data, "clock"),
                **{name: data.get(name) is True for name in SWITCHES})


def read_words(data: dict[str, Any], name: str) -> str:
    value = data[name]
    if not isinstance(value, str) or any("\ud800" <= char <= "\udfff" for char in value):
        refuse_form(name)
    return str(value)


def read_id(data: dict[str, Any]) -> uuid.UUID:
    try:
        return uuid.UUID(str(data.get("id")))
    except ValueError:
        refuse_form("id")


def read_day(data: dict[str, Any]) -> dt.date:
    try:
        return dt.date.fromisoformat(str(data.get("day")))
    except ValueError:
        refuse_form("day")


def read_moment(data: dict[str, Any], name: str) -> dt.datetime | None:
    if data.get(name) is None:
        return None
    try:
        moment = dt.datetime.fromisoformat(str(data[name]))
    except ValueError:
        refuse_form(name)
    return moment if moment.tzinfo else moment.replace(tzinfo=ZONE)


def refuse_form(field: str) -> NoReturn:
    raise Refusal("note.form", _("The note cannot be read: “%(field)s” is missing or of the wrong kind.") % {"field": field},
                  todo=_("Reload the page and try again; the text is kept on the phone."), status=400, details={"field": field})
