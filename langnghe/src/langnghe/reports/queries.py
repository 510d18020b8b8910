"""What was heard and who reported, read from the rooms below as plain values."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Q
from django.db.models.functions import Coalesce

from langnghe.coding.models import SetAside
from langnghe.common.periods import Period
from langnghe.frames.models import Topic
from langnghe.frames.queries import last_of, topic_steps
from langnghe.intake.models import Mood, Observation
from langnghe.network.enums import REPORTED, DueState
from langnghe.network.models import DueItem, Place, Unit
from langnghe.network.queries import PlacesInTime


@dataclass(frozen=True, slots=True)
class Note:
    """One note as the report counts it: nobody's words, nobody's name."""

    day: dt.date
    place: int | None
    area: str
    channel: str
    topic: int | None
    code: int | None
    tendency: str
    intensity: int | None
    kind: str
    moods: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlaceReport:
    """How one place stands in one period: could it report, did it, had it nothing, was it late."""

    place: int
    name_vi: str
    name_en: str
    area: str
    could: bool
    reported: bool
    nil: bool = False


@dataclass(frozen=True, slots=True)
class Coverage:
    """Who could report in a period, who did, and who was silent."""

    period: Period
    places: tuple[PlaceReport, ...]
    members: int = 0
    sent: int = 0
    nil: int = 0
    late: int = 0
    excused: int = 0

    @property
    def could(self) -> int:
        return sum(place.could for place in self.places)

    @property
    def reported(self) -> int:
        return sum(place.reported for place in self.places)

    @property
    def silent(self) -> tuple[PlaceReport, ...]:
        return tuple(place for place in self.places if place.could and not place.reported)


@dataclass(slots=True)
class Outcome:
    """Every note in is a note out: used, or set aside for a reason."""

    recorded: int = 0
    uncoded: int = 0
    confirmed: int = 0
    aside: Counter[str] = field(default_factory=Counter)

    @property
    def used(self) -> int:
        return self.recorded - sum(self.aside.values())


def notes_heard(unit: Unit, first: dt.date, last: dt.date) -> list[Note]:
    """The notes of a unit and those below it, without the ones set aside, in a stable order.

    The topic is the confirmed one, else the one that the author chose, in the frame of today. A place that ended by the last
    day counts under what took over from it, so that weeks on both sides of a merger can be compared.
    """
    times, steps = PlacesInTime.of(unit.network), topic_steps(unit.network)
    rows = (
        Observation.objects.under(unit).heard_between(first, last).filter(set_aside=None)
        .annotate(at_topic=Coalesce("placement__topic", "topic"))
        .order_by("day", "pk")
        .values_list("pk", "day", "place", "channel__code", "at_topic", "placement__code", "tendency", "intensity", "kind")
    )
    moods: dict[object, list[str]] = defaultdict(list)
    for note, word in (
        Mood.objects.filter(observation__unit__path__startswith=unit.path, observation__day__range=(first, last))
        .order_by("word").values_list("observation", "word")
    ):
        moods[note].append(word)
    notes = []
    for pk, day, heard_in, channel, topic, code, tendency, intensity, kind in rows:
        place = heard_in and times.one_on(heard_in, last)
        notes.append(Note(day, place, times.areas[place] if place else "", channel, topic and last_of(topic, steps), code,
                          tendency, intensity, kind, tuple(moods.get(pk, ()))))
    return notes


def outcome(unit: Unit, period: Period) -> Outcome:
    notes = Observation.objects.under(unit).heard_between(period.first_day, period.last_day)
    answer = Outcome(
        recorded=notes.count(),
        uncoded=notes.filter(set_aside=None, placement=None, topic=None).count(),
        confirmed=notes.filter(set_aside=None, placement__isnull=False).count(),
    )
    for reason in SetAside.objects.filter(observation__in=notes).values_list("reason", flat=True):
        answer.aside[reason] += 1
    return answer


def coverages(unit: Unit, periods: Iterable[Period]) -> dict[str, Coverage]:
    """Coverage of each period, from the duties; where nobody owes a report (a unit that only imports), from the notes.

    All periods are told in the places that stand on the last day of the last of them.
    """
    periods = list(periods)
    first, last = min(p.first_day for p in periods), max(p.last_day for p in periods)
    times = PlacesInTime.of(unit.network)
    items: dict[str, list[DueItem]] = defaultdict(list)
    for item in (
        DueItem.objects.filter(duty__unit__path__startswith=unit.path, period__in=[p.code for p in periods])
        .select_related("duty").prefetch_related("membership__places__area")
    ):
        items[item.period].append(item)
    heard: dict[str, set[int]] = defaultdict(set)
    for day, place in (
        Observation.objects.under(unit).heard_between(first, last).filter(place__isnull=False)
        .values_list("day", "place").distinct()
    ):
        for period in periods:
            if day in period:
                heard[period.code].add(times.one_on(place, last))
    stood = (
        Place.objects.filter(Q(closed=None) | Q(closed__gte=first), network=unit.network, numchild=0, opened__lte=last)
        .select_related("area").order_by("order", "code")
    )
    everywhere = [place for place in stood if times.on([place.pk], last) == {place.pk}]

    def owing(item: DueItem) -> set[int]:
        return times.on((place.pk for place in item.membership.places.all()), last)

    return {
        period.code: coverage(period, [(item, owing(item)) for item in items[period.code]], heard[period.code], everywhere)
        for period in periods
    }


def coverage(period: Period, owing: list[tuple[DueItem, set[int]]], heard: set[int], everywhere: list[Place]) -> Coverage:
    owed: set[int] = set()
    excused: set[int] = set()
    sent: set[int] = set()
    nil: set[int] = set()
    items = [item for item, _places in owing]
    for item, places in owing:
        if item.state == DueState.COULD_NOT:
            excused |= places
            continue
        owed |= places
        if item.state in REPORTED:
            (nil if item.state == DueState.NIL else sent).update(places)
    could = (owed | heard) if items else {place.pk for place in everywhere}
    reported = sent | nil | heard
    rows = tuple(
        PlaceReport(place.pk, place.name_vi, place.name_en or place.name_vi, place.area.code if place.area else "",
                    could=place.pk in could, reported=place.pk in reported, nil=place.pk in nil - sent - heard)
        for place in everywhere
        if place.pk in could | excused
    )
    end = dt.datetime.combine(period.last_day + dt.timedelta(days=60), dt.time(), dt.UTC)
    return Coverage(
        period, rows, members=len(items), sent=sum(item.state in REPORTED for item in items),
        nil=sum(item.state == DueState.NIL for item in items),
        late=sum(item.state in REPORTED and item.is_late(end) for item in items),
        excused=sum(item.state == DueState.COULD_NOT for item in items),
    )


def topics_by_id(unit: Unit) -> dict[int, Topic]:
    return {
        topic.pk: topic
        for topic in Topic.objects.filter(field__frame__network=unit.network).select_related("field")
    }
