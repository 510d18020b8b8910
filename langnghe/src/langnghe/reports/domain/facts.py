"""Count the week: plain notes and coverage in, the rows of evidence out. No database, no words.

A field indication says in how many places something was heard, out of those that reported, and what the silent places
could add; it never says a share of people (R7). Places count from three: areas are merged until each shows none or at
least the floor (R4), and what may be shown for the whole province only has no rows by area (R17). Counts of notes under the
floor for people are merged with the next smallest (`s-agree+wavering`), their names kept; where nothing but the total would be
left, the row says how many kinds there are and no count.
"""

from __future__ import annotations

import statistics
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from langnghe.common.periods import Period
from langnghe.reports.queries import Coverage as PeriodCoverage
from langnghe.reports.queries import Note, PlaceReport
from nghe.disclosure import suppress
from nghe.evidence import Coverage
from nghe.wording import Week as EarlierWeek
from nghe.wording import default_scale, history_of

Rows = dict[str, dict[str, Any]]
WEEKS_BEFORE = 4
JOINED = "+"
"""Between the names of what is counted together."""


@dataclass(frozen=True, slots=True)
class CodeName:
    code: str
    vi: str
    en: str


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


def indication(weeks: Sequence[Week], topic: int, *, floor: int, k: int, by_area: bool, codes: Mapping[int, CodeName]) -> Rows:
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
    rows.update(family("c", ((note.channel, note) for note in notes), k))
    rows.update(family("s", ((note.tendency, note) for note in notes), k, more=breadth_and_strength))
    rows.update(family("m", ((word, note) for note in notes for word in note.moods), k))
    rows.update(family("t", ((note.kind, note) for note in notes), k))
    rows.update(code_rows(notes, codes, k))
    return rows


def merged_cells(rows: Rows) -> int:
    """How many cells lost their own count: areas and values merged, and those without a count."""
    return sum(len(name[2:].split(JOINED)) for name, cells in rows.items() if JOINED in name or "kinds" in cells)


def family(prefix: str, values: Iterable[tuple[str, Note]], k: int,
           more: Callable[[Sequence[Note]], dict[str, Any]] | None = None) -> Rows:
    """Notes by value, the largest first, small values merged under a name that keeps them all."""
    mine: dict[str, list[Note]] = defaultdict(list)
    for value, note in values:
        mine[value].append(note)
    if not mine:
        return {}
    counts = dict(counted(value for value, notes in mine.items() for _note in notes))
    groups = suppress(counts, k=k).groups
    together = [(group.names, list({id(note): note for name in group.names for note in mine[name]}.values())) for group in groups]
    if any(len(notes) < k for _names, notes in together):
        return {f"{prefix}-{JOINED.join(counts)}": {"kinds": len(counts)}}
    return {f"{prefix}-{JOINED.join(names)}": {"notes": len(notes), **(more(notes) if more else {})} for names, notes in together}


def code_rows(notes: Sequence[Note], codes: Mapping[int, CodeName], k: int) -> Rows:
    """What was said most, by the codes of the topic; a row keeps the names of its codes."""
    rows = family("k", ((codes[note.code].code, note) for note in notes if note.code is not None), k)
    by_code = {code.code: code for code in codes.values()}
    for name, cells in rows.items():
        inside = [by_code[code] for code in name[2:].split(JOINED)]
        cells["name"], cells["name_en"] = ", ".join(code.vi for code in inside), ", ".join(code.en for code in inside)
    return rows


def breadth_and_strength(notes: Sequence[Note]) -> dict[str, Any]:
    """Places of a view, and its median intensity with the range."""
    row: dict[str, Any] = {"places": len(places_of(notes))}
    strong = sorted(note.intensity for note in notes if note.intensity is not None)
    if strong:
        row |= {"intensity": statistics.median_low(strong), "low": strong[0], "high": strong[-1]}
    return row


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
    return {f"a-{JOINED.join(group['areas'])}": {name: group[name] for name in ("places", "reported", "could")}
            for group in groups}


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
    for number, place in enumerate(this.places, 1):
        rows[f"at-{number:02}"] = {"place": place.name_vi, "place_en": place.name_en, "state": standing(place)}
    return rows


def standing(place: PlaceReport) -> str:
    if not place.could:
        return "excused"
    return "silent" if not place.reported else "nil" if place.nil else "reported"


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
