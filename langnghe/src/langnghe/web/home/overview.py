"""What the leader's page says: where something was heard, how that moved, who is silent, what is late."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from langnghe.audit.queries import last_link
from langnghe.coding.queries.reliability import Measure, reliability_of
from langnghe.common.clock import today
from langnghe.common.periods import Period
from langnghe.frames.models import Topic
from langnghe.network.models import Unit
from langnghe.reports.domain.facts import WEEKS_BEFORE, change
from langnghe.reports.models import Recommendation, Report
from langnghe.reports.queries import Coverage, coverages
from langnghe.web.home.counts import TopicCount, counts_of_week, places_by_week
from nghe.disclosure import suppress

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
    moods: list[tuple[tuple[str, ...], int]]
    trend: Trend
    agreed: Measure


@dataclass(frozen=True, slots=True)
class Overview:
    unit: Unit
    period: Period
    notes: int
    channels: int
    salient: list[Salient]
    few: list[Topic]
    coverage: Coverage
    report: Report | None
    recommendations: list[Recommendation]


def weeks_up_to(period: Period, number: int) -> list[Period]:
    weeks = [period]
    while len(weeks) < number:
        weeks.insert(0, weeks[0].before())
    return weeks


def last_whole_week(unit: Unit, *, at: dt.datetime) -> Period:
    return Period.week_of(today(at), unit.network.week_rule).before()


@lru_cache(maxsize=64)
def look_at_state(unit: int, period: Period, link: str) -> Overview:  # noqa: ARG001 - the link names the state
    return look_over(Unit.objects.select_related("network").get(pk=unit), period)


def look_again(unit: Unit, period: Period) -> Overview:
    """The overview, counted anew only when something has changed: every change is an entry of the audit log (R15)."""
    return look_at_state(unit.pk, period, last_link())


def look_over(unit: Unit, period: Period) -> Overview:
    """Count the week of a unit and those below it; figures are the same that its report gives.

    A topic with too few notes or places is named without a count, and small moods are merged (R4).
    """
    weeks = weeks_up_to(period, WEEKS_DRAWN)
    covered = list(coverages(unit, weeks).values())
    heard, counts = places_by_week(unit, weeks), counts_of_week(unit, period)
    order = sorted(
        (topic for topic in counts if topic is not None), key=lambda topic: (-len(heard[topic][-1]), -counts[topic].notes, topic)
    )
    topics = Topic.objects.select_related("field").in_bulk(order)
    network = unit.network
    shown = [
        topic for topic in order
        if counts[topic].notes >= network.k_inside and len(heard[topic][-1]) >= network.places_floor
    ]
    agreed = reliability_of(network, unit=unit, until=period.last_day)
    report = Report.objects.filter(unit=unit, kind="weekly", period=period.code).order_by("-version").first()
    return Overview(
        unit,
        period,
        sum(count.notes for count in counts.values()),
        len(set().union(*(count.channels for count in counts.values()))),
        [salient(topics[topic], counts[topic], heard[topic], covered, agreed.of(topic), k=network.k_inside)
         for topic in shown[:SALIENT]],
        [topics[topic] for topic in order if topic not in shown],
        covered[-1],
        report,
        list(Recommendation.objects.filter(report__unit=unit).select_related("report").order_by("due_on")[:10]),
    )


def salient(topic: Topic, count: TopicCount, heard: list[set[int]], covered: list[Coverage], agreed: Measure, *,
            k: int) -> Salient:
    weeks = [breadth(places, coverage) for places, coverage in zip(heard, covered, strict=True)]
    recent = weeks[-WEEKS_BEFORE - 1 :]
    return Salient(
        topic,
        weeks[-1],
        count.notes,
        len(count.channels),
        change(recent[-1], recent[:-1]),
        [(group.names, group.count) for group in suppress(count.moods, k=k).groups if group.count >= k],
        Trend(
            [str(coverage.period.number) for coverage in covered],
            [week["places"] for week in weeks],
            [week["upper"] for week in weeks],
        ),
        agreed,
    )


def breadth(places: set[int], coverage: Coverage) -> dict[str, int]:
    """Places that heard it, of those that reported, of those that could; `upper` adds every silent place."""
    silent = len(coverage.silent)
    return {
        "places": len(places),
        "reported": coverage.reported,
        "could": coverage.could,
        "silent": silent,
        "upper": len(places) + silent,
    }


def table_of(overview: Overview) -> tuple[list[str], list[list[Any]]]:
    """The table behind the list of salient topics: what a reader without pictures gets, and the CSV."""
    head = ["topic", "places", "reported", "could", "upper", "notes", "channels", "change", "agreement"]
    rows = [
        [
            item.topic.name,
            item.breadth["places"],
            item.breadth["reported"],
            item.breadth["could"],
            item.breadth["upper"],
            item.notes,
            item.channels,
            item.change,
            item.agreed.mark.value,
        ]
        for item in overview.salient
    ]
    rows += [[topic.name, *[""] * (len(head) - 1)] for topic in overview.few]
    return head, rows
