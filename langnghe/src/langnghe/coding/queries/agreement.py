"""The page of agreement: every topic with its interval, which topics are taken for each other, and how far each week is."""

from __future__ import annotations

import zlib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from langnghe.coding.enums import Mark
from langnghe.coding.queries.reliability import Measure, Pair, Reliability, pairs_of, reliability_of, topics_in_use
from langnghe.frames.models import Topic
from langnghe.network.models import Network, Unit

DRAWS = 400
"""Times that the notes are drawn again for an interval."""
CONFUSED_SHOWN = 8
ORDER = (Mark.UNRELIABLE, Mark.TENTATIVE, Mark.RELIABLE, Mark.UNMEASURED)
"""What needs work first stands first."""


@dataclass(frozen=True, slots=True)
class Interval:
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class AgreementLine:
    """One topic with what was measured; `interval` is None where nothing can be said, or the numeric libraries are missing."""

    topic: Topic
    measure: Measure
    interval: Interval | None

    @property
    def plain(self) -> dict[str, Any]:
        """For a table that has the value in a column of its own: the word alone."""
        return {"mark": self.measure.mark, "doubtful": self.measure.doubtful, "word": str(self.measure.mark.label)}


@dataclass(frozen=True, slots=True)
class Confused:
    """Two topics that two people gave to the same note, and on how many notes."""

    one: Topic
    other: Topic
    notes: int
    examples: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class AgreementLook:
    reliability: Reliability
    topics: Sequence[AgreementLine]
    """All that somebody gave, what needs work first."""
    labels: Interval | None
    """Over all topics and codes together, sets of them compared by MASI (multi-label)."""
    confused: Sequence[Confused]

    @property
    def measured(self) -> list[AgreementLine]:
        return [line for line in self.topics if line.measure.mark != Mark.UNMEASURED]

    @property
    def unmeasured(self) -> list[AgreementLine]:
        return [line for line in self.topics if line.measure.mark == Mark.UNMEASURED]


def look_at_agreement(network: Network, unit: Unit) -> AgreementLook:
    """Of a unit and those below it. Only topics that somebody gave stand in the list, the doubtful ones first."""
    found = reliability_of(network, unit=unit)
    span: dict[str, Any] = {"path": unit.path, "since": found.since, "until": found.until, "steps": found.steps}
    pairs = pairs_of(network, **span) if found.twice else []
    named = {topic.pk: topic for topic in topics_in_use(network)}
    measured = sorted((topic for topic in found.topics if topic in named),
                      key=lambda topic: (ORDER.index(found.topics[topic].mark), -found.topics[topic].notes, named[topic].code))
    enough = [topic for topic in measured if found.topics[topic].mark != Mark.UNMEASURED]
    reach = intervals_of(tuple((pair.first, pair.second) for pair in pairs), tuple(enough)) if pairs else {}
    lines = [AgreementLine(named[topic], found.topics[topic], reach.get(topic)) for topic in measured]
    return AgreementLook(found, lines, reach.get(None), confused(pairs, named))


@lru_cache(maxsize=16)
def intervals_of(pairs: tuple[tuple[tuple[int, int | None], tuple[int, int | None]], ...],
                 topics: tuple[int, ...]) -> Mapping[int | None, Interval]:
    """Alpha with its bootstrap interval (`nghe.text.agreement`), of each topic, and under None of the sets of labels.

    The same pairs give the same interval: the generator begins at a number made from them. Empty without the numeric libraries.
    """
    try:
        import numpy as np

        from nghe.text.agreement import alpha, alpha_of_code
    except ImportError:
        return {}
    seed = zlib.crc32(repr(pairs).encode())
    codings = [[first[0], second[0]] for first, second in pairs]
    found: dict[int | None, Interval] = {}
    for topic in topics:
        one = alpha_of_code(codings, topic, draws=DRAWS, rng=np.random.default_rng(seed))
        if one.low is not None and one.high is not None:
            found[topic] = Interval(one.value, one.low, one.high)
    sets = [[labels(first), labels(second)] for first, second in pairs]
    whole = alpha(sets, "masi", draws=DRAWS, rng=np.random.default_rng(seed))
    if whole.low is not None and whole.high is not None:
        found[None] = Interval(whole.value, whole.low, whole.high)
    return found


def labels(given: tuple[int, int | None]) -> frozenset[tuple[str, int]]:
    """A topic and, where there is one, its code: two labels, of which two people may share one."""
    topic, code = given
    return frozenset({("topic", topic)} | ({("code", code)} if code else set()))


def confused(pairs: Sequence[Pair], named: Mapping[int, Topic]) -> list[Confused]:
    """Pairs of topics that were given to the same note, the most frequent first, with the newest of these notes."""
    counts: Counter[tuple[int, int]] = Counter()
    notes: dict[tuple[int, int], list[Any]] = defaultdict(list)
    for pair in pairs:
        one, other = sorted((pair.first[0], pair.second[0]))
        if one != other and one in named and other in named:
            counts[one, other] += 1
            notes[one, other].append(pair.note)
    order = sorted(counts, key=lambda key: (-counts[key], named[key[0]].code, named[key[1]].code))
    return [Confused(named[one], named[other], counts[one, other], tuple(notes[one, other][-3:]))
            for one, other in order[:CONFUSED_SHOWN]]
