"""The second, blind coding of the invented year: drawn as in an office, and given by the editor what `codings.jsonl` says."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Callable, Mapping
from pathlib import Path

from langnghe.accounts.models import User
from langnghe.coding.domain import draw_notes
from langnghe.coding.models import Drawn, SecondCoding
from langnghe.common.clock import ZONE
from langnghe.common.periods import Period
from langnghe.frames.models import Topic
from langnghe.network.models import Unit

CODINGS = Path(__file__).parent / "codings.jsonl"
WEEKS_LEFT_OPEN = 1
"""The newest whole weeks are drawn and wait for the visitor's own second coding."""


def second_topics() -> list[str]:
    """The topic that the second coder gave, by the line of `notes.jsonl` (from 0)."""
    rows = [json.loads(line) for line in CODINGS.read_text(encoding="utf-8").splitlines()]
    return [row["second"] for row in sorted(rows, key=lambda row: row["note"])]


def code_twice(unit: Unit, weeks: list[Period], told: Mapping[uuid.UUID, str], *, topics: Mapping[str, Topic], by: User,
               evening: Callable[[dt.date], dt.datetime], at: dt.datetime) -> None:
    """Draw every week; of all but the newest, keep the second topic (`told`, by note) beside the first; where both gave the same
    topic, its code too.
    """
    for week in weeks:
        draw_notes(unit, week, by=None, at=min(at, dt.datetime.combine(week.last_day + dt.timedelta(days=1), dt.time(6), ZONE)))
    until = weeks[-WEEKS_LEFT_OPEN - 1].last_day
    rows = Drawn.objects.filter(observation__unit=unit, observation__day__lte=until, observation__placement__isnull=False)
    rows = rows.select_related("observation__placement__coding").order_by("observation__day", "number")
    again = []
    for row in rows:
        first, topic = row.observation.placement.coding, topics[told[row.pk]]
        again.append(SecondCoding(drawn=row, topic=topic, code_id=first.code_id if first.topic_id == topic.pk else None, by=by,
                                  at=evening(row.observation.day) + dt.timedelta(days=1), first=first, first_by_id=first.by_id))
    SecondCoding.objects.bulk_create(again, batch_size=1000)
