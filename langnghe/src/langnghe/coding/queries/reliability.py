"""How far two people agree on each topic, from notes that were drawn at random and coded by both, each blind to the other.

Agreement is that of topics, never of people (R12): who coded is not asked for here. Bulk codings do not count (R11).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from django.db.models import Count, F, Max, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from langnghe.coding.enums import Mark, Source
from langnghe.coding.models import Coding, SecondCoding
from langnghe.coding.rules import alpha_of, alpha_of_all, count_pairs, mark_of
from langnghe.frames.models import CodingFrame, Topic
from langnghe.frames.queries import last_of, topic_steps
from langnghe.network.models import Network, Unit
from nghe.charts import formats

__all__ = ["LOOKED_BACK", "Mark", "Measure", "Pair", "Reliability", "pairs_of", "reliability_of", "second_codings"]

LOOKED_BACK = dt.timedelta(weeks=52)


@dataclass(frozen=True, slots=True)
class Measure:
    """Krippendorff's alpha of one topic against all others (or over all), and the double-coded notes that carry it."""

    alpha: float | None
    notes: int
    mark: Mark

    @property
    def doubtful(self) -> bool:
        """To be marked wherever the topic is shown: unreliable, or not measured yet."""
        return self.mark in {Mark.UNRELIABLE, Mark.UNMEASURED}

    @property
    def word(self) -> str:
        """Short, in the reader's language."""
        if self.mark == Mark.UNMEASURED or self.alpha is None:
            return str(Mark.UNMEASURED.label)
        language: formats.Language = "en" if (get_language() or "vi").startswith("en") else "vi"
        return _("%(word)s (α %(alpha)s)") % {"word": self.mark.label, "alpha": formats.number(self.alpha, language, digits=2)}


UNMEASURED = Measure(None, 0, Mark.UNMEASURED)


@dataclass(frozen=True, slots=True)
class Reliability:
    """What two people's codings of the same notes say of each topic, over a year at most."""

    twice: int
    """Notes that two people coded one by one."""
    overall: Measure
    topics: Mapping[int, Measure]
    """By the topic of today's frame."""
    since: dt.date | None
    until: dt.date | None
    steps: dict[int, int] = field(default_factory=dict)

    def of(self, topic: int | None) -> Measure:
        """A topic of any version of the frame, by its key."""
        return UNMEASURED if topic is None else self.topics.get(last_of(topic, self.steps), UNMEASURED)

    @property
    def unreliable(self) -> frozenset[int]:
        """Topics of today's frame that were measured and are unreliable."""
        return frozenset(topic for topic, measure in self.topics.items() if measure.mark == Mark.UNRELIABLE)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two people's topic and code of one note (keys of today's frame); first comes who coded it in the queue."""

    note: object
    first: tuple[int, int | None]
    second: tuple[int, int | None]


def reliability_of(network: Network, *, unit: Unit | None = None, until: dt.date | None = None) -> Reliability:
    """Of a unit and those below it, or of the whole network; of the 52 weeks up to a day, or of the last 52 weeks of notes."""
    path = unit.path if unit else ""
    found = second_codings(network, path=path)
    frame = CodingFrame.objects.filter(network=network, in_use=True).values("pk")[:1]
    state = found.annotate(frame=Subquery(frame)).aggregate(
        newest=Max("pk"), all=Count("pk"), last=Max("drawn__observation__day"), frame_in_use=Max("frame"),
        met=Count("pk", filter=Q(first=None, drawn__observation__placement__isnull=False)))
    return measured(network.pk, path, until or state["last"],
                    (state["newest"], state["all"], state["met"], state["frame_in_use"]))


@lru_cache(maxsize=256)
def measured(network: int, path: str, until: dt.date | None, state: object) -> Reliability:  # noqa: ARG001 - the state names it
    owner = Network.objects.get(pk=network)
    since = until - LOOKED_BACK + dt.timedelta(days=1) if until else None
    steps = topic_steps(owner)
    pairs = pairs_of(owner, path=path, since=since, until=until, steps=steps)
    agreed = count_pairs((pair.first[0], pair.second[0]) for pair in pairs)
    topics = {topic: measure(alpha_of(agreed, topic), agreed.carried[topic]) for topic in agreed.carried}
    overall = measure(alpha_of_all(agreed), agreed.notes)
    return Reliability(agreed.notes, overall, topics, since, until, steps)


def measure(alpha: float | None, notes: int) -> Measure:
    return Measure(alpha, notes, mark_of(alpha, notes))


def second_codings(network: Network, *, path: str = "") -> QuerySet[SecondCoding]:
    return SecondCoding.objects.filter(drawn__observation__unit__network=network,
                                       drawn__observation__unit__path__startswith=path)


def pairs_of(network: Network, *, path: str = "", since: dt.date | None = None, until: dt.date | None = None,
             steps: dict[int, int] | None = None) -> list[Pair]:
    """Every note that two people coded one by one, each without the other's topic; in today's topics, by the note's day.

    Where the second coding came before any other, the first that somebody else made afterwards is its counterpart: she did not
    see it. Codings that were made after both were known do not count.
    """
    rows = second_codings(network, path=path)
    if since and until:
        rows = rows.filter(drawn__observation__day__range=(since, until))
    mine = ("drawn__observation__day", "drawn__number", "drawn", "topic", "code")
    after = rows.filter(first__bulk=None, first__isnull=False).values_list(*mine, "first__topic", "first__code")
    others = Coding.objects.filter(observation=OuterRef("drawn__observation"), source=Source.PERSON).order_by("pk")
    before = (
        rows.filter(first=None)
        .annotate(**{f"met_{name}": Subquery(others.values(name)[:1]) for name in ("topic", "code", "bulk", "by")})
        .filter(met_topic__isnull=False, met_bulk=None).exclude(met_by=F("by"))
        .values_list(*mine, "met_topic", "met_code")
    )
    steps = topic_steps(network) if steps is None else steps
    return [
        Pair(note, (last_of(first_topic, steps), first_code), (last_of(topic, steps), code))
        for _day, _number, note, topic, code, first_topic, first_code in sorted([*after, *before], key=lambda row: row[:3])
    ]


def topics_in_use(network: Network) -> list[Topic]:
    """Every topic of the frame in use, in its order."""
    return list(Topic.objects.filter(field__frame__network=network, field__frame__in_use=True).select_related("field")
                .order_by("field__order", "order", "pk"))
