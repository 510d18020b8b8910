"""The counts under the overview, made by the database in a few statements, however many notes there are."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Func, IntegerField, QuerySet, Value
from django.db.models.functions import Coalesce

from langnghe.common.periods import Period
from langnghe.frames.queries import last_of, topic_steps
from langnghe.intake.models import Mood, Observation
from langnghe.network.models import Unit
from langnghe.network.queries import PlacesInTime

PlacesByWeek = dict[int, list[set[int]]]
"""Topic → for each week, oldest first, the places in which it was heard."""


class WeeksSince(Func):
    """Whole weeks from a first day to the day of a row: 0 in the first week."""

    output_field = IntegerField()

    def __init__(self, expression: str, first: dt.date) -> None:
        super().__init__(expression, Value(first))

    def as_sqlite(self, compiler: Any, connection: Any, **_extra: Any) -> Any:
        return super().as_sql(compiler, connection, template="CAST((julianday(%(expressions)s)) / 7 AS INTEGER)",
                              arg_joiner=") - julianday(")

    def as_postgresql(self, compiler: Any, connection: Any, **_extra: Any) -> Any:
        return super().as_sql(compiler, connection, template="((%(expressions)s) / 7)", arg_joiner=" - ")


@dataclass(slots=True)
class TopicCount:
    """One topic in one week."""

    notes: int = 0
    channels: set[str] = field(default_factory=set)
    moods: dict[str, int] = field(default_factory=dict)


def used_notes(unit: Unit, first: dt.date, last: dt.date) -> QuerySet[Observation]:
    """The notes of a unit and those below it that were not set aside; each at its confirmed topic, else at its author's."""
    units = list(Unit.objects.under(unit).values_list("pk", flat=True))
    return (
        Observation.objects.filter(unit__in=units, day__range=(first, last), set_aside=None)
        .annotate(at_topic=Coalesce("placement__topic", "topic")).order_by()
    )


def places_by_week(unit: Unit, weeks: Sequence[Period]) -> PlacesByWeek:
    """In which places each topic was heard in each of these consecutive weeks.

    A place that ended by the last day counts under what took over from it, and a topic of an older version of the frame under
    its heir, as in the report.
    """
    first, last = weeks[0].first_day, weeks[-1].last_day
    times, steps = PlacesInTime.of(unit.network), topic_steps(unit.network)
    now: dict[int, int] = {}
    rows = (
        used_notes(unit, first, last).filter(place__isnull=False, at_topic__isnull=False)
        .annotate(week=WeeksSince("day", first)).values_list("at_topic", "week", "place").distinct()
    )
    heard: PlacesByWeek = defaultdict(lambda: [set() for _ in weeks])
    for topic, week, place in rows:
        if place not in now:
            now[place] = times.one_on(place, last)
        heard[last_of(topic, steps)][week].add(now[place])
    return heard


def counts_of_week(unit: Unit, week: Period) -> dict[int | None, TopicCount]:
    """Notes, channels and moods of each topic, in the frame of today; under `None` what has no topic yet."""
    steps = topic_steps(unit.network)
    notes = used_notes(unit, week.first_day, week.last_day)
    counts: dict[int | None, TopicCount] = defaultdict(TopicCount)
    for topic, channel, number in notes.values_list("at_topic", "channel__code").annotate(number=Count("pk")):
        count = counts[topic and last_of(topic, steps)]
        count.notes += number
        count.channels.add(channel)
    moods = (
        Mood.objects.filter(observation__in=notes.values("pk")).order_by()
        .annotate(at_topic=Coalesce("observation__placement__topic", "observation__topic"))
        .values_list("at_topic", "word").annotate(number=Count("pk"))
    )
    for topic, word, number in moods:
        moods_here = counts[topic and last_of(topic, steps)].moods
        moods_here[word] = moods_here.get(word, 0) + number
    return counts
