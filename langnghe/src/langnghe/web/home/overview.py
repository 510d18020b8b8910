"""What the leader's page says: where something was heard, how that moved, who is silent, what is late."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from langnghe.common.clock import today
from langnghe.common.periods import Period
from langnghe.frames.models import Topic
from langnghe.network.models import Unit
from langnghe.reports.domain.facts import WEEKS_BEFORE, Week, breadth, change, counted, split_weeks, topic_rows
from langnghe.reports.models import Recommendation, Report
from langnghe.reports.queries import Coverage, coverages, notes_heard, places_by_period

WEEKS_DRAWN = 26
SALIENT = 7


@dataclass(frozen=True, slots=True)
class Trend:
    """Places per week: heard for certain, and with every silent place counted in."""

    labels: list[str]
    heard: list[int]
    upper: list[int]


@dataclass(frozen=True, slots=True)
class Salient:
    topic: Topic
    breadth: dict[str, int]
    notes: int
    channels: int
    change: str
    moods: list[tuple[str, int]]
    trend: Trend


@dataclass(frozen=True, slots=True)
class Overview:
    unit: Unit
    period: Period
    week: Week
    salient: list[Salient]
    coverage: Coverage
    report: Report | None
    recommendations: list[Recommendation]

    @property
    def channels(self) -> int:
        return len({note.channel for note in self.week.notes})


def weeks_up_to(period: Period, number: int) -> list[Period]:
    weeks = [period]
    while len(weeks) < number:
        weeks.insert(0, weeks[0].before())
    return weeks


def last_whole_week(unit: Unit, *, at: dt.datetime) -> Period:
    return Period.week_of(today(at), unit.network.week_rule).before()


def look_over(unit: Unit, period: Period) -> Overview:
    """Count the week of a unit and those below it; figures are the same that its report gives."""
    drawn = weeks_up_to(period, WEEKS_DRAWN)
    covered = coverages(unit, drawn)
    recent = drawn[-WEEKS_BEFORE - 1:]
    weeks = split_weeks(recent, covered, notes_heard(unit, recent[0].first_day, period.last_day))
    rows = dict(list(topic_rows(weeks).items())[:SALIENT])
    topics = Topic.objects.select_related("field").in_bulk(list(rows))
    heard = places_by_period(unit, rows, drawn)
    report = Report.objects.filter(unit=unit, kind="weekly", period=period.code).order_by("-version").first()
    return Overview(
        unit, period, weeks[-1],
        [salient(topics[topic], weeks, heard[topic], covered, drawn) for topic in rows],
        covered[period.code], report,
        list(Recommendation.objects.filter(report__unit=unit).select_related("report").order_by("due_on")[:10]),
    )


def salient(topic: Topic, weeks: list[Week], heard: dict[str, set[int]], covered: dict[str, Coverage],
            drawn: list[Period]) -> Salient:
    notes = weeks[-1].of_topic(topic.pk)
    history = [breadth(week.of_topic(topic.pk), week.coverage) for week in weeks]
    silent = [len(covered[period.code].silent) for period in drawn]
    places = [len(heard[period.code]) for period in drawn]
    return Salient(
        topic, history[-1], len(notes), len({note.channel for note in notes}), change(history[-1], history[:-1]),
        counted(word for note in notes for word in note.moods),
        Trend([str(period.number) for period in drawn], places, [a + b for a, b in zip(places, silent, strict=True)]),
    )


def table_of(overview: Overview) -> tuple[list[str], list[list[Any]]]:
    """The table behind the list of salient topics: what a reader without pictures gets, and the CSV."""
    head = ["topic", "places", "reported", "could", "upper", "notes", "channels", "change"]
    rows = [
        [item.topic.name, item.breadth["places"], item.breadth["reported"], item.breadth["could"], item.breadth["upper"],
         item.notes, item.channels, item.change]
        for item in overview.salient
    ]
    return head, rows
