"""Count the week: plain notes and coverage in, the rows of evidence out. No database, no words.

A field indication says in how many places something was heard, out of those that reported, and what the silent places
could add; it never says a share of people (R7). Places count from three: areas are merged until each shows none or at
least the floor (R4), and what may be shown for the whole province only has no rows by area (R17).
"""

from __future__ import annotations

import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from langnghe.common.periods import Period
from langnghe.reports.queries import Coverage as PeriodCoverage
from langnghe.reports.queries import Note
from nghe.evidence import Coverage
from nghe.wording import Week as EarlierWeek
from nghe.wording import default_scale, history_of

Rows = dict[str, dict[str, Any]]
WEEKS_BEFORE = 4


@dataclass(frozen=True, slots=True)
class Week:
    """One period with its coverage and its notes."""

    period: Period
    coverage: PeriodCoverage
    notes: tuple[Note, ...]

    def of_topic(self, topic: int) -> list[Note]:
        return [note for note in self.notes if note.topic == topic]


def split_weeks(periods: Sequence[Period], coverages: dict[str, PeriodCoverage], notes: Iterable[Note]) -> list[Week]:
    """The notes of each period, oldest period first."""
    heard: dict[str, list[Note]] = defaultdict(list)
    for note in notes:
        for period in periods:
            if note.day in period:
                heard[period.code].append(note)
    return [Week(period, coverages[period.code], tuple(heard[period.code])) for period in periods]


def places_of(notes: Iterable[Note]) -> set[int]:
    return {note.place for note in notes if note.place is not None}


def breadth(notes: Sequence[Note], coverage: PeriodCoverage) -> dict[str, int]:
    """Places that heard it, of those that reported, of those that could; `upper` adds every silent place."""
    heard = len(places_of(notes))
    silent = len(coverage.silent)
    return {"places": heard, "reported": coverage.reported, "could": coverage.could, "silent": silent, "upper": heard + silent}


def earlier(history: Sequence[dict[str, int]]) -> list[EarlierWeek]:
    """The weeks before, as the scale of words reads them."""
    return [EarlierWeek(week["places"], week["upper"], week["reported"], week["could"]) for week in history]


def change(now: dict[str, int], before: Sequence[dict[str, int]]) -> str:
    """`new`, `wider`, `narrower` or `unclear`, by the rule of the scale (`nghe.wording`): silent places counted in."""
    return default_scale().change_word(Coverage(now["places"], now["reported"], now["could"]), earlier(before))


def indication(weeks: Sequence[Week], topic: int, *, floor: int, by_area: bool) -> Rows:
    """The rows of one field indication: total, weeks, areas, channels, streams, moods, kinds, codes."""
    this = weeks[-1]
    notes = this.of_topic(topic)
    history = [breadth(week.of_topic(topic), week.coverage) for week in weeks]
    total: dict[str, Any] = {
        **history[-1],
        "notes": len(notes),
        "channels": len({note.channel for note in notes}),
        "change": change(history[-1], history[:-1]),
        **history_of(earlier(history[:-1])),
    }
    rows: Rows = {"total": total}
    for week, row in zip(weeks, history, strict=True):
        rows[f"w{week.period.number}"] = {name: row[name] for name in ("places", "upper", "reported", "could")}
    if by_area:
        rows.update(area_rows(notes, this.coverage, floor=floor))
    rows.update({f"c-{name}": {"notes": number} for name, number in counted(note.channel for note in notes)})
    rows.update(stream_rows(notes))
    rows.update({f"m-{name}": {"notes": number} for name, number in counted(word for note in notes for word in note.moods)})
    rows.update({f"t-{name}": {"notes": number} for name, number in counted(note.kind for note in notes)})
    return rows


def area_rows(notes: Sequence[Note], coverage: PeriodCoverage, *, floor: int) -> Rows:
    """Places by area, areas merged until each has none or at least `floor` places; none where all would be one."""
    heard = places_of(notes)
    groups: list[dict[str, Any]] = []
    for area in dict.fromkeys(place.area for place in coverage.places):
        inside = [place for place in coverage.places if place.area == area and place.could]
        groups.append({
            "areas": [area], "places": sum(place.place in heard for place in inside),
            "reported": sum(place.reported for place in inside), "could": len(inside),
        })
    while small := [group for group in groups if 0 < group["places"] < floor]:
        if len(groups) == 1:
            return {}
        least = min(small, key=lambda group: (group["places"], group["could"]))
        groups.remove(least)
        partner = min((group for group in groups if group["places"]), default=groups[0], key=lambda group: group["places"])
        partner["areas"] = sorted(partner["areas"] + least["areas"])
        for name in ("places", "reported", "could"):
            partner[name] += least[name]
    if len(groups) < 2:
        return {}
    return {"a-" + "+".join(group["areas"]): {name: group[name] for name in ("places", "reported", "could")} for group in groups}


def stream_rows(notes: Sequence[Note]) -> Rows:
    """Each tendency with its notes, its places and its median intensity (with the range); a view held by one is kept."""
    rows: Rows = {}
    for tendency, number in counted(note.tendency for note in notes):
        mine = [note for note in notes if note.tendency == tendency]
        row: dict[str, Any] = {"notes": number, "places": len(places_of(mine))}
        strong = sorted(note.intensity for note in mine if note.intensity is not None)
        if strong:
            row |= {"intensity": statistics.median_low(strong), "low": strong[0], "high": strong[-1]}
        rows[f"s-{tendency}"] = row
    return rows


def counted(values: Iterable[str]) -> list[tuple[str, int]]:
    """Values with how often they came, most often first, then by name."""
    return sorted(Counter(values).items(), key=lambda item: (-item[1], item[0]))


def duty_rows(weeks: Sequence[Week]) -> Rows:
    """Who could report, who did, and for how long the silent places have been silent."""
    this = weeks[-1].coverage
    rows: Rows = {
        "total": {
            "could": this.could, "reported": this.reported, "silent": len(this.silent),
            "nil": sum(place.nil for place in this.places), "members": this.members, "sent": this.sent, "late": this.late,
            "on_time": this.sent - this.late, "excused": this.excused, "notes": len(weeks[-1].notes),
        }
    }
    for week in weeks:
        rows[f"w{week.period.number}"] = {"reported": week.coverage.reported, "could": week.coverage.could,
                                          "notes": len(week.notes)}
    for number, place in enumerate(this.silent, 1):
        rows[f"p-{number:02}"] = {"place": place.name_vi, "place_en": place.name_en, "run": silent_run(weeks, place.place)}
    return rows


def silent_run(weeks: Sequence[Week], place: int) -> int:
    """For how many weeks up to the last one a place that could report did not (at most the weeks that were given)."""
    run = 0
    for week in reversed(weeks):
        if place not in {row.place for row in week.coverage.silent}:
            break
        run += 1
    return run


def topic_rows(weeks: Sequence[Week]) -> dict[int, dict[str, Any]]:
    """For each topic of the last week: notes, places and the change against the weeks before, widest first."""
    notes: dict[int, list[Note]] = defaultdict(list)
    for note in weeks[-1].notes:
        if note.topic is not None:
            notes[note.topic].append(note)
    before = {id(week): group_by_topic(week) for week in weeks[:-1]}
    rows: dict[int, dict[str, Any]] = {}
    for topic, mine in notes.items():
        now = breadth(mine, weeks[-1].coverage)
        history = [breadth(before[id(week)].get(topic, ()), week.coverage) for week in weeks[:-1]]
        rows[topic] = {"notes": len(mine), "places": now["places"], "upper": now["upper"], "change": change(now, history),
                       **history_of(earlier(history))}
    return dict(sorted(rows.items(), key=lambda item: (-item[1]["places"], -item[1]["notes"], item[0])))


def group_by_topic(week: Week) -> dict[int, list[Note]]:
    groups: dict[int, list[Note]] = defaultdict(list)
    for note in week.notes:
        if note.topic is not None:
            groups[note.topic].append(note)
    return groups
