"""Draw the invented year: who reported when, and which note was heard where. The same seed draws the same year."""

from __future__ import annotations

import datetime as dt
import json
import random
import tomllib
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from langnghe.coding.enums import Source
from langnghe.coding.models import Coding, Placement, SetAside
from langnghe.common.clock import ZONE, today
from langnghe.common.periods import Period
from langnghe.frames.models import Code, Topic
from langnghe.intake import door
from langnghe.intake.enums import Origin
from langnghe.intake.models import Channel, Mood, Observation
from langnghe.network.domain import open_due_items
from langnghe.network.enums import DueState
from langnghe.network.models import DueItem, Duty, Membership, Network, Place
from langnghe.web.demo.twice import code_twice, second_topics
from nghe.text.fold import fold

HERE = Path(__file__).parent
SILENT, LATE, NIL, COULD_NOT, ON_TIME = "silent", "late", "nil", "could_not", "on_time"


@dataclass(slots=True)
class Script:
    """The storylines, moved so that their last week is the last whole week before the day of the demonstration."""

    facts: dict[str, Any]
    weeks: list[Period]
    shift: dt.timedelta
    chance: random.Random
    told: Counter[int] = field(default_factory=Counter)

    @property
    def notes(self) -> list[dict[str, Any]]:
        return read_notes()

    def weights(self, number: int, area: str) -> dict[str, float]:
        """Story → weight in this week (0 = the first) for a place of this area; `""` is for notes without a story."""
        steady = self.facts["steady"]
        answer = {slug: float(weight) for slug, weight in steady.items() if slug != "other"}
        answer[""] = float(steady.get("other", 0))
        for story in self.facts["story"]:
            reach = story.get("areas", {})
            answer[story["slug"]] = story["weights"][number] * (reach.get(area, 0) if reach else 1)
        return answer

    def first_days(self) -> dict[str, dt.date]:
        return {story["slug"]: story["first_day"] + self.shift for story in self.facts["story"] if "first_day" in story}


@cache
def read_notes() -> list[dict[str, Any]]:
    lines = (HERE / "notes.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line.strip()]


@cache
def notes_by_story() -> dict[str, list[int]]:
    answer: dict[str, list[int]] = defaultdict(list)
    for index, note in enumerate(read_notes()):
        answer[note.get("story", "")].append(index)
    return answer


def read_script(network: Network, *, at: dt.datetime) -> Script:
    facts = tomllib.loads((HERE / "storylines.toml").read_text(encoding="utf-8"))
    weeks = [Period.week_of(today(at), network.week_rule).before()]
    while len(weeks) < facts["weeks"]:
        weeks.insert(0, weeks[0].before())
    written = Period.week(facts["last_week"], network.week_rule)
    return Script(facts, weeks, weeks[-1].last_day - written.last_day, random.Random(facts["seed"]))  # noqa: S311


def write_history(network: Network, *, at: dt.datetime) -> None:
    """The whole weeks, coded by the analyst, and the days of the present week, waiting in triage."""
    script = read_script(network, at=at)
    duty = Duty.objects.get(unit__network=network)
    writer = Writer(network, script, at)
    fixed = fixed_reports(script)
    for number, week in enumerate(script.weeks):
        items = open_due_items(duty, period=week, by=None, at=at)
        for item in items:
            behave(item, script, fixed.get(week.code, {}))
            for place, topic_note, day in heard_by(item, script, number, week):
                writer.add(topic_note, place, day, coded=True)
        DueItem.objects.bulk_update(items, ["state", "submitted_hour"])
    present = script.weeks[-1].after()
    items = open_due_items(duty, period=present, by=None, at=at)
    for item in script.chance.sample(items, len(items) * 2 // 3):
        item.state, item.submitted_hour = DueState.SUBMITTED, at.replace(minute=0, second=0, microsecond=0)
        for place, topic_note, day in heard_by(item, script, len(script.weeks) - 1, present):
            writer.add(topic_note, place, min(day, today(at)), coded=False)
    DueItem.objects.bulk_update(items, ["state", "submitted_hour"])
    writer.write()
    writer.code_again(script.weeks)


def fixed_reports(script: Script) -> dict[str, dict[str, Any]]:
    """Week code → what the storylines say that each place did in it."""
    answer = {}
    rule = script.weeks[0].rule
    for row in script.facts["reporting"].get("fixed", []):
        day = Period.week(row["week"], rule).first_day + script.shift
        answer[Period.week_of(day, rule).code] = row
    return answer


def behave(item: DueItem, script: Script, fixed: dict[str, Any]) -> None:
    """Did this collaborator report in this week, when, or had she nothing?"""
    places = {place.code for place in item.membership.places.all()}
    kinds = (ON_TIME, LATE, NIL, COULD_NOT, SILENT)
    told = next((kind for kind in kinds if places & set(fixed.get(kind, ()))), fixed.get("others"))
    share = script.facts["reporting"]
    kind = told or script.chance.choices(kinds, [share[name] for name in kinds])[0]
    item.state = {NIL: DueState.NIL, COULD_NOT: DueState.COULD_NOT, SILENT: DueState.OPEN}.get(kind, DueState.SUBMITTED)
    if kind == SILENT:
        return
    hours = script.chance.randint(8, 30) if kind == LATE else -script.chance.randint(2, 40)
    item.submitted_hour = (item.due_at + dt.timedelta(hours=hours)).replace(minute=0)


def heard_by(item: DueItem, script: Script, number: int, week: Period) -> Iterator[tuple[Place, dict[str, Any], dt.date]]:
    """The notes of one collaborator in one week: stories drawn by their weight, the least told note of each first."""
    if item.state != DueState.SUBMITTED:
        return
    chance = script.chance
    places = sorted(item.membership.places.all(), key=lambda place: place.code)
    for _turn in range(script.facts["volume"]["usual"]):
        place = chance.choice(places)
        day = week.first_day + dt.timedelta(days=chance.randrange(7))
        note = draw_note(script, number, place, day)
        if note is not None:
            yield place, note, day


def draw_note(script: Script, number: int, place: Place, day: dt.date) -> dict[str, Any] | None:
    area = place.area.code if place.area else ""
    weights = script.weights(number, area)
    for slug, begins in script.first_days().items():
        if day < begins:
            weights[slug] = 0
    month = (day - script.shift).month
    while any(weights.values()):
        story = script.chance.choices(list(weights), list(weights.values()))[0]
        fitting = [
            index for index in notes_by_story()[story]
            if (not script.notes[index]["areas"] or area in script.notes[index]["areas"])
            and (not script.notes[index]["months"] or month in script.notes[index]["months"])
        ]
        if fitting:
            least = min(script.told[index] for index in fitting)
            index = script.chance.choice([index for index in fitting if script.told[index] == least])
            script.told[index] += 1
            return script.notes[index]
        weights[story] = 0  # nothing of it fits this place and month: passed over
    return None


@cache
def through_the_door(text: str) -> str:
    return door.pass_text(text).text


class Writer:
    """Collects the rows of the year and writes them in a few statements, each text having passed the door."""

    def __init__(self, network: Network, script: Script, at: dt.datetime) -> None:
        self.chance, self.at = script.chance, at
        self.topics = {topic.code: topic for topic in Topic.objects.filter(field__frame__network=network)}
        self.codes = {code.code: code for code in Code.objects.filter(topic__field__frame__network=network)}
        self.channels = {channel.code: channel for channel in Channel.objects.filter(network=network)}
        self.unit = Duty.objects.get(unit__network=network).unit
        analyst = Membership.objects.filter(unit=self.unit, role="analyst").select_related("user").first()
        assert analyst is not None, "province.toml names an analyst"
        self.analyst = analyst.user
        self.notes: list[Observation] = []
        self.moods: list[Mood] = []
        self.coded: list[tuple[Observation, dict[str, Any]]] = []

    def add(self, told: dict[str, Any], place: Place, day: dt.date, *, coded: bool) -> None:
        text = through_the_door(told["text"])
        note = Observation(
            id=uuid.UUID(int=self.chance.getrandbits(128), version=4), unit=self.unit, place=place, day=day,
            channel=self.channels[told["channel"]], setting=told["setting"], kind=told["type"], text=text, folded=fold(text),
            topic=self.topics[told["topic"]] if self.chance.random() < 0.7 else None, tendency=told["tendency"],
            intensity=told["intensity"], heard_from=told["heard_from"], origin=Origin.PHONE, door_version=door.VERSION,
            received_on=min(day + dt.timedelta(days=self.chance.randrange(2)), today(self.at)),
        )
        note.content_hash = note.id.hex * 2
        self.notes.append(note)
        self.moods += [Mood(observation=note, word=word) for word in told["moods"]]
        if coded:
            self.coded.append((note, told))

    def write(self) -> None:
        Observation.objects.bulk_create(self.notes, batch_size=500)
        Mood.objects.bulk_create(self.moods, batch_size=2000)
        aside = self.set_aside()
        codings = Coding.objects.bulk_create(
            (Coding(observation=note, topic=self.topics[told["topic"]], code=self.codes.get(told.get("code", "")),
                    source=Source.PERSON, by=self.analyst, at=self.evening(note.day))
             for note, told in self.coded if note.pk not in aside),
            batch_size=1000,
        )
        Placement.objects.bulk_create(
            (Placement(observation_id=coding.observation_id, coding=coding, topic_id=coding.topic_id, code_id=coding.code_id)
             for coding in codings),
            batch_size=1000,
        )

    def code_again(self, weeks: list[Period]) -> None:
        """A tenth of each week, by the editor, who has not seen the analyst's topics."""
        editor = Membership.objects.filter(unit=self.unit, role="editor").select_related("user").first()
        assert editor is not None, "province.toml names an editor"
        second = dict(zip((note["text"] for note in read_notes()), second_topics(), strict=True))
        told = {note.pk: second[told["text"]] for note, told in self.coded}
        code_twice(self.unit, weeks, told, topics=self.topics, by=editor.user, evening=self.evening, at=self.at)

    def set_aside(self) -> set[uuid.UUID]:
        """About one note in twenty stays out of the reports, each with its reason; a duplicate names the note kept."""
        groups: dict[tuple[str, dt.date], list[Observation]] = defaultdict(list)
        for note, _told in self.coded:
            groups[note.text, note.day].append(note)
        rows = [
            SetAside(observation=again, reason="duplicate", kept=first, by=self.analyst, at=self.evening(again.day))
            for first, *others in groups.values() for again in others
        ]
        taken = {row.observation_id for row in rows} | {row.kept_id for row in rows}
        for note, _told in self.coded:
            if note.pk not in taken and self.chance.random() < 0.04:
                reason = self.chance.choice(["outside", "unclear", "local", "local", "hold"])
                rows.append(SetAside(observation=note, reason=reason, by=self.analyst, at=self.evening(note.day)))
        SetAside.objects.bulk_create(rows, batch_size=1000)
        return {row.observation_id for row in rows}

    @staticmethod
    def evening(day: dt.date) -> dt.datetime:
        return dt.datetime.combine(day + dt.timedelta(days=1), dt.time(17), ZONE)
