"""The queue of an analyst: which notes of her own unit wait, which filters narrow it, how many stand behind each.

Notes are read and searched only inside the unit they came to (R5), and nobody can ask for them by author: there is none.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Case, CharField, Count, Prefetch, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

from langnghe.coding.enums import FAIR_FROM, SURE_FROM, Standing, Sureness
from langnghe.coding.queries.twins import Twin, group_twins
from langnghe.common.periods import Period
from langnghe.intake.models import Mood, Observation
from langnghe.network.enums import Role
from langnghe.network.models import Membership, Unit
from nghe.text.fold import fold

PAGE = 25
CODERS = frozenset({Role.ANALYST, Role.EDITOR})
FACETS = ("standing", "sureness", "field", "channel", "area", "kind")
"""Ways to narrow the queue; each is also a name in the address."""
COLUMNS = {"standing": "standing", "sureness": "sureness", "field": "at_field", "channel": "channel__code",
           "area": "place__area__code", "kind": "kind"}


def notes_to_code(user: Any) -> QuerySet[Observation]:
    """Notes of the units in which this person codes, and of those whose work these took over; not of units below or beside
    (R5).
    """
    mine = Membership.objects.active().filter(user=user, role__in=CODERS).values("unit")
    units = Unit.objects.filter(Q(pk__in=mine) | Q(successors__in=mine) | Q(successors__successors__in=mine)).values("pk")
    notes: QuerySet[Observation] = Observation.objects.filter(unit__in=units)
    return notes


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for: a week (or all), words, ticked filters."""

    period: Period | None
    words: str = ""
    ticked: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def of(self, facet: str) -> frozenset[str]:
        return self.ticked.get(facet, frozenset())

    @property
    def waits(self) -> bool:
        """Only waiting notes are asked for, so that near-duplicates are folded."""
        return self.of("standing") == {Standing.WAITING}

    @property
    def narrowed(self) -> int:
        return sum(len(values) for name, values in self.ticked.items() if name != "standing") + bool(self.words)


def read_query(query: Mapping[str, Any], period: Period | None) -> Asked:
    """From the names and values of an address. What is no filter is left out; without a standing, what waits is shown."""
    lists = getattr(query, "getlist", lambda name: [query[name]] if name in query else [])
    ticked = {name: frozenset(value for value in lists(name) if value) for name in FACETS}
    if not ticked["standing"]:
        ticked["standing"] = frozenset({str(Standing.WAITING)})
    return Asked(period, " ".join(str(query.get("q", "")).split())[:200], ticked)


def described(notes: QuerySet[Observation]) -> QuerySet[Observation]:
    """With where each stands, how sure the best suggestion is, and the field it lies in by its topic of now."""
    return notes.annotate(
        at_topic=Coalesce("placement__topic", "topic"),
        at_field=Coalesce("placement__topic__field__code", "topic__field__code"),
        standing=Case(
            When(set_aside__isnull=False, then=Value(Standing.ASIDE.value)),
            When(placement__isnull=False, then=Value(Standing.CONFIRMED.value)),
            default=Value(Standing.WAITING.value), output_field=CharField(),
        ),
        sureness=Case(
            When(suggested__confidence__gte=SURE_FROM, then=Value(Sureness.SURE.value)),
            When(suggested__confidence__gte=FAIR_FROM, then=Value(Sureness.FAIR.value)),
            When(suggested__isnull=False, then=Value(Sureness.WEAK.value)),
            When(topic__isnull=False, then=Value(Sureness.AUTHOR.value)),
            default=Value(Sureness.NONE.value), output_field=CharField(),
        ),
        rank=Coalesce("suggested__confidence", Value(0.0)),
    )


def in_reach(user: Any, asked: Asked) -> QuerySet[Observation]:
    """Notes of the week, or of all time, that hold the words; every word must be in the note, without regard to marks."""
    notes = notes_to_code(user)
    if asked.period:
        notes = notes.heard_between(asked.period.first_day, asked.period.last_day)
    for word in fold(asked.words).split():
        notes = notes.filter(folded__contains=word)
    return described(notes)


def narrow(notes: QuerySet[Observation], asked: Asked) -> QuerySet[Observation]:
    for name in FACETS:
        if values := asked.of(name):
            chosen = Q(**{f"{COLUMNS[name]}__in": values - {"-"}})
            notes = notes.filter(chosen | Q(**{COLUMNS[name]: None}) if "-" in values else chosen)
    return notes


def count_facets(user: Any, asked: Asked) -> dict[str, Counter[str]]:
    """Behind each value of a filter, the notes that would be there under all other filters. One query."""
    cube = list(in_reach(user, asked).order_by().values_list(*COLUMNS.values()).annotate(n=Count("pk")))
    counts: dict[str, Counter[str]] = {name: Counter() for name in FACETS}
    for *values, number in cube:
        row = ["-" if value is None else str(value) for value in values]
        for place, name in enumerate(FACETS):
            if all(other == name or not (chosen := asked.of(other)) or row[at] in chosen for at, other in enumerate(FACETS)):
                counts[name][row[place]] += number
    return counts


def tally(user: Any, period: Period) -> Counter[str]:
    """How many of the week's notes wait, are confirmed, were set aside."""
    rows = described(notes_to_code(user).heard_between(period.first_day, period.last_day))
    return Counter(dict(rows.order_by().values_list("standing").annotate(n=Count("pk"))))


def waiting_before(user: Any, period: Period) -> int:
    """Notes of the four weeks before that still wait."""
    first = period.before(4).first_day
    waiting = notes_to_code(user).heard_between(first, period.first_day - dt.timedelta(days=1))
    return int(waiting.filter(placement=None, set_aside=None).count())


@dataclass(slots=True)
class Leaf:
    """One page of the queue: notes in order, the near-duplicates folded under each, and where the next page begins."""

    keys: list[uuid.UUID]
    twins: dict[uuid.UUID, list[Twin]]
    all: int | None
    after: str = ""


def turn_to(user: Any, asked: Asked, after: str = "") -> Leaf:
    """The page that follows a place in the queue; places are keys, so that a page does not shift when notes come in."""
    notes = narrow(in_reach(user, asked), asked)
    if asked.period and asked.waits:
        return folded_page(notes, after)
    total = notes.count() if asked.period else None
    if place := read_place(after):
        rank, day, key = place
        later = Q(day__lt=day) | Q(day=day, pk__gt=key)
        notes = notes.filter(Q(rank__lt=rank) | Q(later, rank=rank) if asked.period else later)
    order = ("-rank", "-day", "pk") if asked.period else ("-day", "pk")
    rows = list(notes.order_by(*order).values_list("pk", "rank", "day")[: PAGE + 1])
    more = write_place(rows[PAGE - 1]) if len(rows) > PAGE else ""
    return Leaf([row[0] for row in rows[:PAGE]], {}, total, more)


def folded_page(notes: QuerySet[Observation], after: str) -> Leaf:
    """The same for a week's waiting notes: surest suggestions first, near-duplicates under the first of them."""
    rows = list(notes.order_by("-rank", "-day", "pk").values_list("pk", "rank", "day", "folded"))
    groups = group_twins((pk, folded) for pk, _rank, _day, folded in rows)
    leads = [row[:3] for row in rows if row[0] in groups]
    if place := read_place(after):
        leads = [row for row in leads if sort_key(row) > (-place[0], -place[1].toordinal(), str(place[2]))]
    shown = leads[:PAGE]
    more = write_place(shown[-1]) if len(leads) > PAGE else ""
    keys = [row[0] for row in shown]
    return Leaf(keys, {key: groups[key] for key in keys if groups[key]}, len(rows), more)


def sort_key(row: tuple[uuid.UUID, float, dt.date]) -> tuple[float, int, str]:
    return -row[1], -row[2].toordinal(), str(row[0])


def write_place(row: tuple[uuid.UUID, float, dt.date]) -> str:
    return f"{row[1]!r}_{row[2].isoformat()}_{row[0]}"


def read_place(text: str) -> tuple[float, dt.date, uuid.UUID] | None:
    """A place that was written by `write_place`; anything else begins at the front."""
    try:
        rank, day, key = text.split("_")
        return float(rank), dt.date.fromisoformat(day), uuid.UUID(key)
    except ValueError:
        return None


def notes_on(user: Any, keys: Iterable[uuid.UUID]) -> dict[uuid.UUID, Observation]:
    """The notes themselves, with all that a row of the queue shows, in two queries."""
    rows = described(notes_to_code(user).filter(pk__in=list(keys))).select_related(
        "unit__network", "place__area", "channel", "topic__field", "placement__topic__field", "placement__code", "set_aside"
    ).prefetch_related(Prefetch("moods", Mood._base_manager.all()))  # by key alone: the notes are in the scope already
    return {note.pk: note for note in rows}


def find_note(user: Any, key: str) -> Observation | None:
    try:
        pk = uuid.UUID(key)
    except ValueError:
        return None
    return notes_on(user, [pk]).get(pk)

