"""Draw notes of a week for a second, blind coding: the same draw whoever draws it, and nobody chooses.

A note's number comes from SHA-256 of the unit, the week and its id. `chance`: all notes whose number lies below the share, the
same chance for each, so that weeks can be put together. `filled`: where these are fewer than the share of the week, or were only
coded in bulk (which is no reading, R11), the next numbers, among notes that were coded one by one.
"""

from __future__ import annotations

import datetime as dt
import math
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from langnghe.audit.domain import enter, register_actions
from langnghe.coding.enums import DrawnBy
from langnghe.coding.models import Draw, Drawn
from langnghe.coding.rules import LEAST_SHARE
from langnghe.common.clock import today
from langnghe.common.errors import Refusal
from langnghe.common.periods import Period
from langnghe.intake.models import Observation
from langnghe.network.models import Network, Unit
from nghe.survey.sampling.chance import number_of

WEEKS_KEPT_UP = 4
"""The clock draws for the present week and as many before it; notes that came later are drawn when somebody asks."""

register_actions(notes__drawn="Notes of a week were drawn at random for a second, blind coding.")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A note of the week: was it drawn before, and can its codings count as two readings?"""

    note: uuid.UUID
    number: float
    drawn: bool
    counts: bool


def share_in_force() -> float:
    """The share of notes that two people code (`LANGNGHE_DOUBLE_CODING`), at least a tenth."""
    said = settings.DOUBLE_CODING
    try:
        share = float(said)
    except ValueError:
        share = math.nan
    if not LEAST_SHARE <= share <= 1:
        raise Refusal("draw.share", _("LANGNGHE_DOUBLE_CODING is “%(said)s”; it is a share from 0.1 to 1.") % {"said": said},
                      todo=_("Set it to 0.1 or more, or leave it away."), status=500)
    return share


def seed_of(unit: Unit, period: Period) -> str:
    return f"{unit.code}/{period.code}"


def draw_notes(unit: Unit, period: Period, *, by: Any, at: dt.datetime) -> Draw | None:
    """Draw what is to be drawn of a week by now; None where nothing is. A week that runs is filled up only when it is over."""
    share, seed = share_in_force(), seed_of(unit, period)
    with transaction.atomic():
        known = candidates_of(unit, period, seed)
        chosen = choose_notes(known, share, fill=period.last_day < today(at))
        if not chosen:
            return None
        draw = Draw.objects.create(unit=unit, period=period.code, seed=seed, share=share, notes=len(known),
                                   drawn=len(chosen), at=at)
        Drawn.objects.bulk_create(
            Drawn(observation_id=one.note, draw=draw, number=one.number, share=share,
                  drawn_by=DrawnBy.CHANCE if one.number < share else DrawnBy.FILLED)
            for one in chosen
        )
        enter("notes.drawn", f"unit:{unit.pk}", by=by, at=at, network=unit.network_id, period=period.code, share=share,
              notes=len(known), drawn=len(chosen))
    return draw


def candidates_of(unit: Unit, period: Period, seed: str) -> list[Candidate]:
    """The week's notes with words that were not set aside, by their numbers."""
    rows = (
        Observation.objects.filter(unit=unit, set_aside=None).heard_between(period.first_day, period.last_day).exclude(text="")
        .annotate(in_draw=F("drawn__number"), in_bulk=F("placement__coding__bulk"), second=F("drawn__second__by"),
                  first=F("placement__coding__by"))
        .values_list("pk", "in_draw", "in_bulk", "second", "first")
    )
    found = [
        Candidate(pk, number_of(seed, str(pk)), in_draw is not None, in_bulk is None and (second is None or second != first))
        for pk, in_draw, in_bulk, second, first in rows
    ]
    return sorted(found, key=lambda one: (one.number, one.note))


def choose_notes(known: Collection[Candidate], share: float, *, fill: bool) -> list[Candidate]:
    """Those not drawn yet: every number below the share; with `fill`, the next ones that count until the share is reached."""
    chosen = [one for one in known if one.number < share and not one.drawn]
    if fill:
        counted = sum(one.counts for one in known if one.drawn or one.number < share)
        missing = math.ceil(share * len(known)) - counted
        rest = [one for one in known if one.counts and not one.drawn and one.number >= share]
        chosen += rest[: max(0, missing)]
    return chosen


def draw_when_due(network: Network, *, at: dt.datetime) -> int:
    """The clock's part: the present week and the four before it, of every unit. Returns how many notes were drawn."""
    present = Period.week_of(today(at), network.week_rule)
    drawn = 0
    for unit in Unit.objects.filter(network=network).open_on(today(at)):
        for period in [present, *(present.before(steps) for steps in range(1, WEEKS_KEPT_UP + 1))]:
            if (draw := draw_notes(unit, period, by=None, at=at)) is not None:
                drawn += draw.drawn
    return drawn
