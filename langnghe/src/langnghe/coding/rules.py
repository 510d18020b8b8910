"""When two people's codes may be relied on, and how many notes two people code: figures that other rooms quote.

Krippendorff's alpha for two coders and one code each has a closed form (Content Analysis, 4th ed., 2019, ch. 12), so that a page
can mark a topic without the numeric libraries; it equals `nghe.text.agreement`, which gives intervals and sets of codes.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from langnghe.coding.enums import Mark

LEAST_SHARE = 0.1
"""Of a week's notes, at least this share is coded by a second person; a setting can only raise it."""
RELIABLE, TENTATIVE = 0.8, 0.667
"""Krippendorff's customary marks: from 0.8 on to be relied on, from 0.667 for tentative conclusions, below not at all."""
LEAST_NOTES = 10
"""Double-coded notes that carry a topic, below which nothing is said of it."""


C = TypeVar("C", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Agreed(Generic[C]):
    """Two people's codes of the same notes, counted: notes, codings of each code by either, notes on which both agree."""

    notes: int
    given: Mapping[C, int]
    both: Mapping[C, int]
    carried: Mapping[C, int]
    """Notes to which at least one of the two gave the code."""


def count_pairs(pairs: Iterable[tuple[C, C]]) -> Agreed[C]:
    notes, given, both, carried = 0, Counter[C](), Counter[C](), Counter[C]()
    for one, other in pairs:
        notes += 1
        given.update((one, other))
        carried.update({one, other})
        if one == other:
            both[one] += 1
    return Agreed(notes, given, both, carried)


def alpha_of(agreed: Agreed[C], code: C) -> float | None:
    """Alpha of one code against all others: was it given or not; None where no note was coded twice."""
    given = agreed.given.get(code, 0)
    apart = given - 2 * agreed.both.get(code, 0)
    values = 2 * agreed.notes
    return beyond_chance(apart, 2 * given * (values - given), agreed.notes)


def alpha_of_all(agreed: Agreed[C]) -> float | None:
    """Alpha over all codes (nominal); None where no note was coded twice."""
    values = 2 * agreed.notes
    return beyond_chance(agreed.notes - sum(agreed.both.values()),
                         values * values - sum(given * given for given in agreed.given.values()), agreed.notes)


def beyond_chance(apart: int, mixed: int, notes: int) -> float | None:
    """1 - D_o / D_e from notes on which the two differ, and ordered pairs of different values among all that were given."""
    if not notes:
        return None
    values = 2 * notes
    return 1 - (apart / notes) / (mixed / (values * (values - 1))) if mixed else 1.0


def mark_of(alpha: float | None, carried: int) -> Mark:
    """By the value, as `nghe.text.agreement`; too few notes say nothing."""
    if alpha is None or math.isnan(alpha) or carried < LEAST_NOTES:
        return Mark.UNMEASURED
    if alpha < TENTATIVE:
        return Mark.UNRELIABLE
    return Mark.RELIABLE if alpha >= RELIABLE else Mark.TENTATIVE
