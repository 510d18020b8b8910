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

from django.db.models import Case, CharField, Count, F, FloatField, Prefetch, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

from langnghe.coding.enums import FAIR_FROM, SURE_FROM, Order, Standing, Sureness
from langnghe.coding.models import Lesson, LessonNote
from langnghe.coding.queries.twins import Twin, group_twins
from langnghe.common.clock import today
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


def units_to_code(user: Any) -> QuerySet[Unit]:
    """The units in which this person codes, and those whose work these took over."""
    mine = Membership.objects.active().filter(user=user, role__in=CODERS).values("unit")
    units: QuerySet[Unit] = Unit.objects.filter(Q(pk__in=mine) | Q(successors__in=mine) | Q(successors__successors__in=mine))
    return units


def notes_to_code(user: Any) -> QuerySet[Observation]:
    """Notes of the units in which this person codes; not of units below or beside (R5)."""
    notes: QuerySet[Observation] = Observation.objects.filter(unit__in=units_to_code(user).values("pk"))
    return notes


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for: a week (or all), words, ticked filters, an order."""

    period: Period | None
    words: str = ""
    ticked: Mapping[str, frozenset[str]] = field(default_factory=dict)
    order: Order = Order.SURE

    def of(self, facet: str) -> frozenset[str]:
        return self.ticked.get(facet, frozenset())

    @property
    def waits(self) -> bool:
        """Only waiting notes are asked for, so that near-duplicates are folded."""
        return self.of("standing") == {Standing.WAITING}

    @property
    def teaches(self) -> bool:
        """What the coder learns most from comes first; there is such an order of waiting notes alone."""
        return self.waits and self.order == Order.LESSON

    @property
    def narrowed(self) -> int:
        return sum(len(values) for name, values in self.ticked.items() if name != "standing") + bool(self.words)


def read_query(query: Mapping[str, Any], period: Period | None) -> Asked:
    """From the names and values of an address. What is no filter is left out; without a standing, what waits is shown."""
    lists = getattr(query, "getlist", lambda name: [query[name]] if name in query else [])
    ticked = {name: frozenset(value for value in lists(name) if value) for name in FACETS}
    if not ticked["standing"]:
        ticked["standing"] = frozenset({str(Standing.WAITING)})
    order = Order.LESSON if query.get("order") == Order.LESSON else Order.SURE
    return Asked(period, " ".join(str(query.get("q", "")).split())[:200], ticked, order)


SAID: dict[str, Any] = {
    "at_field": Coalesce("placement__topic__field__code", "topic__field__code"),
    "standing": Case(
        When(set_aside__isnull=False, then=Value(Standing.ASIDE.value)),
        When(placement__isnull=False, then=Value(Standing.CONFIRMED.value)),
        default=Value(Standing.WAITING.value), output_field=CharField(),
    ),
    "sureness": Case(
        When(suggested__confidence__gte=SURE_FROM, then=Value(Sureness.SURE.value)),
        When(suggested__confidence__gte=FAIR_FROM, then=Value(Sureness.FAIR.value)),
        When(suggested__isnull=False, then=Value(Sureness.WEAK.value)),
        When(topic__isnull=False, then=Value(Sureness.AUTHOR.value)),
        default=Value(Sureness.NONE.value), output_field=CharField(),
    ),
    "rank": Coalesce("suggested__confidence", Value(0.0)),
}
"""What can be said of a note: the field of its topic of now, where it stands, how sure the best suggestion is. Each joins other
tables, so a question takes only what it needs.
"""
LESSON_RANK = Case(When(lesson__isnull=False, then=Value(1.0) + Value(1.0) / F("lesson__place")), default=SAID["rank"],
                   output_field=FloatField())
"""What the coder learns most from stands before any suggestion, which is 1 sure at most."""


def described(notes: QuerySet[Observation], *only: str) -> QuerySet[Observation]:
    """With all of `SAID`, or these parts alone."""
    return notes.annotate(**{name: SAID[name] for name in only or SAID})


def in_reach(user: Any, asked: Asked) -> QuerySet[Observation]:
    """Notes of the week, or of all time, that hold the words; every word must be in the note, without regard to marks."""
    notes = notes_to_code(user)
    if asked.period:
        notes = notes.heard_between(asked.period.first_day, asked.period.last_day)
    for word in fold(asked.words).split():
        notes = notes.filter(folded__contains=word)
    return notes


def narrow(notes: QuerySet[Observation], asked: Asked) -> QuerySet[Observation]:
    """Only what the ticked filters let through."""
    if used := [COLUMNS[name] for name in FACETS if asked.of(name) and COLUMNS[name] in SAID]:
        notes = described(notes, *used)
    for name in FACETS:
        if values := asked.of(name):
            chosen = Q(**{f"{COLUMNS[name]}__in": values - {"-"}})
            notes = notes.filter(chosen | Q(**{COLUMNS[name]: None}) if "-" in values else chosen)
    return notes


def count_facets(user: Any, asked: Asked) -> dict[str, Counter[str]]:
    """Behind each value of a filter, the notes that would be there under all other filters. One query."""
    cube = list(described(in_reach(user, asked)).order_by().values_list(*COLUMNS.values()).annotate(n=Count("pk")))
    counts: dict[str, Counter[str]] = {name: Counter() for name in FACETS}
    ticked = [asked.of(name) for name in FACETS]
    for *values, number in cube:
        row = ["-" if value is None else str(value) for value in values]
        outside = [at for at, chosen in enumerate(ticked) if chosen and row[at] not in chosen]
        if len(outside) < 2:  # what one filter alone keeps out is still behind the other values of that filter
            for at in outside or range(len(FACETS)):
                counts[FACETS[at]][row[at]] += number
    return counts


def tally(user: Any, period: Period) -> Counter[str]:
    """How many of the week's notes wait, are confirmed, were set aside."""
    rows = described(notes_to_code(user).heard_between(period.first_day, period.last_day), "standing")
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
    places: dict[uuid.UUID, int | None] = field(default_factory=dict)
    """Where each of the folded notes was heard."""


def turn_to(user: Any, asked: Asked, after: str = "") -> Leaf:
    """The page that follows a place in the queue; places are keys, so that a page does not shift when notes come in."""
    notes = narrow(in_reach(user, asked), asked)
    if asked.period is None:
        return lesson_page(user, notes, after) if asked.teaches else newest_page(notes, after)
    notes = notes.annotate(rank=LESSON_RANK if asked.teaches else SAID["rank"])
    if asked.waits:
        return folded_page(notes, after)
    total = notes.count()
    if place := read_place(after):
        rank, day, key = place
        notes = notes.filter(Q(rank__lt=rank) | Q(Q(day__lt=day) | Q(day=day, pk__gt=key), rank=rank))
    rows = list(notes.order_by("-rank", "-day", "pk").values_list("pk", "rank", "day")[: PAGE + 1])
    more = write_place(rows[PAGE - 1]) if len(rows) > PAGE else ""
    return Leaf([row[0] for row in rows[:PAGE]], {}, total, more)


def lesson_page(user: Any, notes: QuerySet[Observation], after: str) -> Leaf:
    """Over all weeks only what was chosen, and still waits: a hundred notes of each unit, the most telling first. By their keys,
    since to join a hundred thousand waiting notes for them takes a twentieth of a second.
    """
    keys = LessonNote.objects.filter(lesson__unit__in=units_to_code(user).values("pk")).values_list("pk", flat=True)
    chosen = notes.filter(pk__in=list(keys)).annotate(rank=LESSON_RANK)
    rows = list(chosen.order_by("-rank", "-day", "pk").values_list("pk", "rank", "day"))
    place = read_place(after)
    left = [row for row in rows if sort_key(row) > (-place[0], -place[1].toordinal(), str(place[2]))] if place else rows
    more = write_place(left[PAGE - 1]) if len(left) > PAGE else ""
    return Leaf([row[0] for row in left[:PAGE]], {}, len(rows), more)


SPANS = (2, 10)
"""So many of the newest weeks are looked through first; then all."""


def newest_page(notes: QuerySet[Observation], after: str) -> Leaf:
    """Over all weeks, newest first. What is asked for mostly lies near, and to sort a hundred thousand notes for twenty-five
    takes a fifth of a second: so the newest weeks are tried first.
    """
    last = today()
    if place := read_place(after):
        last = min(last, place[1])
        notes = notes.filter(Q(day__lt=place[1]) | Q(day=place[1], pk__gt=place[2]), day__lte=place[1])
    rows: list[tuple[uuid.UUID, dt.date]] = []
    for weeks in (*SPANS, None):
        near = notes.filter(day__gt=last - dt.timedelta(days=7 * weeks)) if weeks else notes
        rows = list(near.order_by("-day", "pk").values_list("pk", "day")[: PAGE + 1])
        if len(rows) > PAGE:
            break
    more = write_place((rows[PAGE - 1][0], 0.0, rows[PAGE - 1][1])) if len(rows) > PAGE else ""
    return Leaf([pk for pk, _day in rows[:PAGE]], {}, None, more)


def folded_page(notes: QuerySet[Observation], after: str) -> Leaf:
    """The same for a week's waiting notes: by their rank, near-duplicates under the first of them."""
    rows = list(notes.order_by("-rank", "-day", "pk").values_list("pk", "rank", "day", "folded", "place"))
    groups = group_twins((pk, folded) for pk, _rank, _day, folded, _place in rows)
    leads = [row[:3] for row in rows if row[0] in groups]
    if place := read_place(after):
        leads = [row for row in leads if sort_key(row) > (-place[0], -place[1].toordinal(), str(place[2]))]
    shown = leads[:PAGE]
    more = write_place(shown[-1]) if len(leads) > PAGE else ""
    keys = [row[0] for row in shown]
    twins = {key: groups[key] for key in keys if groups[key]}
    inside = {twin.note for group in twins.values() for twin in group}
    return Leaf(keys, twins, len(rows), more, {row[0]: row[4] for row in rows if row[0] in inside})


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
    rows = described(notes_to_code(user).filter(pk__in=list(keys)), "standing").select_related(
        "unit__network", "place__area", "channel", "topic__field", "placement__topic__field", "placement__code", "set_aside"
    ).prefetch_related(Prefetch("moods", Mood._base_manager.all()))  # by key alone: the notes are in the scope already
    return {note.pk: note for note in rows}


def words_on(user: Any, keys: Iterable[uuid.UUID]) -> dict[uuid.UUID, Observation]:
    """Notes of which only the words and the place are shown."""
    rows = notes_to_code(user).filter(pk__in=list(keys)).select_related("place").only("text", "place__name_vi", "place__name_en")
    return {note.pk: note for note in rows}


def find_note(user: Any, key: str) -> Observation | None:
    try:
        pk = uuid.UUID(key)
    except ValueError:
        return None
    return notes_on(user, [pk]).get(pk)


def lessons_for(user: Any) -> list[Lesson]:
    """What was chosen to learn from in the units in which this person codes."""
    return list(Lesson.objects.filter(unit__in=units_to_code(user).values("pk")).select_related("version"))


def anything_waits(user: Any) -> bool:
    """Whether notes of any week wait that a coder could learn from."""
    return notes_to_code(user).filter(placement=None, set_aside=None).exclude(text="").exists()


def lesson_notes(keys: Iterable[uuid.UUID]) -> dict[uuid.UUID, LessonNote]:
    """Which of these notes were chosen, and between which topics the coder wavers about each."""
    rows = LessonNote.objects.filter(pk__in=list(keys)).select_related("likeliest", "next_likeliest")
    return {row.pk: row for row in rows}
