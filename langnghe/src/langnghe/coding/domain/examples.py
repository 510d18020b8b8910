"""What a coder learns from: notes whose topic a person confirmed; and the notes around them, where they were chosen."""

from __future__ import annotations

import datetime as dt
import heapq
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from langnghe.coding.enums import Source
from langnghe.coding.models import Placement
from langnghe.common.periods import Period
from langnghe.intake.models import Observation
from langnghe.network.models import Network
from nghe.survey.sampling.chance import number_of

if TYPE_CHECKING:
    from nghe.text.population import Population

MOST_WAITING = 5_000
"""Of more notes that wait, as many are drawn at random: they set one number, the lean to rare topics, by expected F1."""


class Example(NamedTuple):
    text: str
    topic: str
    unit: int
    day: dt.date


def confirmed(network: Network) -> list[Example]:
    """Every note with words whose topic a person confirmed, in the frame in use; a machine never teaches itself (R11)."""
    rows = Placement.objects.filter(
        coding__source=Source.PERSON, topic__field__frame__in_use=True, topic__field__frame__network=network
    ).exclude(observation__text="").order_by("observation_id")
    columns = ("observation__text", "topic__code", "observation__unit", "observation__day")
    return [Example(*row) for row in rows.values_list(*columns)]


def population_of(network: Network, examples: Sequence[Example]) -> Population | None:
    """The notes that wait, and which examples are no choice of anybody's: those of weeks of a unit in which no note waits.

    None where there is nothing to put right (all examples are of such weeks), or too little to put it right by.
    """
    from nghe.text.population import FEWEST_DRAWN, Population

    open_notes = Observation.objects.filter(unit__network=network, placement=None, set_aside=None).exclude(text="")
    waiting = list(open_notes.order_by().values_list("pk", "unit", "day"))
    week = weeks_by(network.week_rule)
    begun = {(unit, week(day)) for _pk, unit, day in waiting}
    drawn = [(one.unit, week(one.day)) not in begun for one in examples]
    if all(drawn) or sum(drawn) < FEWEST_DRAWN:
        return None
    some = heapq.nsmallest(MOST_WAITING, (pk for pk, *_rest in waiting), key=lambda pk: number_of("population", str(pk)))
    texts = Observation.objects.in_bulk(some)
    return Population([texts[pk].text for pk in some], drawn)


def weeks_by(rule: str) -> Callable[[dt.date], dt.date]:
    """First day of the week of a day."""
    return lru_cache(maxsize=None)(lambda day: Period.week_of(day, rule).first_day)
