"""Is what is left out of one kind more than of another? Shares of the notes left out by mood, view and topic (R9).

What an office leaves out is its act, no cell (R4). The groups are notes about people: those under the floor are merged with
the next smallest, a topic heard in fewer places than the floor goes to the others, and a breakdown that has nothing left is not
shown. Each share has its Wilson interval, wide enough for all groups of the page at once, so that small numbers are not read too
closely.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import NormalDist

from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from langnghe.frames.models import Topic
from langnghe.frames.queries import last_of, topic_steps
from langnghe.intake.enums import MoodWord, Tendency
from langnghe.intake.models import Mood, Observation
from langnghe.network.models import Network
from langnghe.reports.models import Report
from nghe.disclosure import suppress

LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Heard:
    """One note as this page counts it."""

    tendency: str
    topic: int | None
    place: int | None
    moods: tuple[str, ...]
    reason: str
    """Why it was left out; nothing where it was not."""


@dataclass(frozen=True, slots=True)
class Share:
    """Of `heard` notes of one kind `left` were left out; the interval is 0 to 1. `strong`: it lies above the common share."""

    name: str
    heard: int
    left: int
    low: float
    high: float
    strong: bool

    @property
    def share(self) -> float:
        return self.left / self.heard


@dataclass(frozen=True, slots=True)
class Breakdown:
    """`by` is "mood", "view" or "topic"."""

    by: str
    title: str
    shares: tuple[Share, ...]


@dataclass(frozen=True, slots=True)
class Shares:
    common: float
    breakdowns: tuple[Breakdown, ...]
    reasons: ReasonsByView | None = None

    @property
    def strong(self) -> list[str]:
        return [share.name for one in self.breakdowns for share in one.shares if share.strong]

    @property
    def highest(self) -> float:
        return max((share.high for one in self.breakdowns for share in one.shares), default=0.0)


@dataclass(frozen=True, slots=True)
class ReasonsByView:
    """Reasons over views; None is a cell that is kept back. Sums of rows and columns are acts of offices, and stand."""

    views: tuple[str, ...]
    rows: dict[str, tuple[int | None, ...]]
    sums: tuple[int, ...]

    def tints(self, reason: str) -> list[tuple[int | None, int]]:
        """Each cell with the strength of its ground, 1 to 4; 0 for none."""
        most = max((cell for cells in self.rows.values() for cell in cells if cell), default=1)
        return [(cell, math.ceil(4 * cell / most) if cell else 0) for cell in self.rows[reason]]


def wilson(hits: int, n: int, *, z: float) -> tuple[float, float]:
    """Interval of a share at `z` standard errors (Wilson 1927, JASA 22:209-212); n is 1 or more."""
    share, z2 = hits / n, z * z
    centre = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = z / (1 + z2 / n) * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    return max(min(centre - half, share), 0.0), min(max(centre + half, share), 1.0)


def heard_in(report: Report) -> list[Heard]:
    """Every note of the report's period and of its unit and those below, the ones left out among them."""
    steps = topic_steps(report.unit.network)
    notes = Observation.objects.under(report.unit).heard_between(report.first_day, report.last_day)
    moods: dict[object, list[str]] = defaultdict(list)
    for note, word in Mood.objects.filter(observation__in=notes.order_by().values("pk")).values_list("observation", "word"):
        moods[note].append(word)
    rows = notes.annotate(at_topic=Coalesce("placement__topic", "topic")).order_by().values_list(
        "pk", "tendency", "at_topic", "place", "set_aside__reason")
    return [Heard(tendency, topic and last_of(topic, steps), place, tuple(moods.get(pk, ())), reason or "")
            for pk, tendency, topic, place, reason in rows]


def shares_of(report: Report) -> Shares:
    """Shares left out by mood, view and topic; nothing to compare where nothing or everything was left out."""
    notes = heard_in(report)
    left = sum(bool(note.reason) for note in notes)
    if not 0 < left < len(notes):
        return Shares(left / len(notes) if notes else 0.0, ())
    network, common = report.unit.network, left / len(notes)
    topics = {topic.pk: topic.name for topic in Topic.objects.filter(pk__in={note.topic for note in notes})
              if report.unit.is_root() or not topic.province_only}
    kinds = [
        ("mood", _("By mood"), [(str(MoodWord(word).label), note) for note in notes for word in note.moods]),
        ("view", _("By view"), [(str(Tendency(note.tendency).label), note) for note in notes if note.tendency]),
        ("topic", _("By topic"), list(by_topic(notes, topics, network))),
    ]
    groups = [(by, title, grouped(pairs, network.k_inside)) for by, title, pairs in kinds]
    z = NormalDist().inv_cdf(1 - (1 - LEVEL) / (2 * max(sum(len(found) for _by, _title, found in groups), 1)))
    breakdowns = tuple(
        Breakdown(by, title, tuple(share_of(name, heard, out, common, z=z) for name, heard, out in found))
        for by, title, found in groups if len(found) > 1
    )
    return Shares(common, breakdowns, reasons_by_view(notes, network.k_inside))


def by_topic(notes: Iterable[Heard], names: Mapping[int, str], network: Network) -> Iterable[tuple[str, Heard]]:
    """Topics by name; under one name those heard in fewer places than the floor, those without a name here (R17), and notes
    without a topic.
    """
    places: dict[int | None, set[int | None]] = defaultdict(set)
    notes = list(notes)
    for note in notes:
        places[note.topic].add(note.place)
    for note in notes:
        wide = len(places[note.topic] - {None}) >= network.places_floor
        yield (names.get(note.topic or 0) if wide else None) or _("Others"), note


def grouped(pairs: Iterable[tuple[str, Heard]], k: int) -> list[tuple[str, int, int]]:
    """Name, notes heard, notes left out; small ones merged under all their names, the largest share left out first."""
    heard, left = Counter[str](), Counter[str]()
    for name, note in pairs:
        heard[name] += 1
        left[name] += bool(note.reason)
    found = [(", ".join(group.names), group.count, sum(left[name] for name in group.names))
             for group in suppress(heard, k=k).groups if group.count >= k]
    last = _("Others")
    return sorted(found, key=lambda row: (row[0] == last, -row[2] / row[1], row[0]))


def share_of(name: str, heard: int, left: int, common: float, *, z: float) -> Share:
    low, high = wilson(left, heard, z=z)
    return Share(name, heard, left, low, high, low > common)


def reasons_by_view(notes: Iterable[Heard], k: int) -> ReasonsByView | None:
    """Which reason was given for which view. A reason with a small cell keeps all its cells back, and never one reason alone.

    None where no reason has cells to show.
    """
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for note in notes:
        if note.reason:
            counts[note.reason][note.tendency or Tendency.UNCLEAR] += 1
    views = [view.value for view in Tendency if any(row[view.value] for row in counts.values())]
    table = {reason: tuple(row[view] for view in views) for reason, row in counts.items()}
    hidden = {reason for reason, cells in table.items() if any(0 < cell < k for cell in cells)}
    while hidden and hidden != table.keys() and can_be_worked_out([table[reason] for reason in hidden], k):
        hidden.add(min(table.keys() - hidden, key=lambda reason: (sum(table[reason]), reason)))
    if hidden == table.keys():
        return None
    rows = {reason: tuple(None if reason in hidden else cell for cell in cells) for reason, cells in table.items()}
    return ReasonsByView(tuple(str(Tendency(view).label) for view in views), rows,
                         tuple(sum(column) for column in zip(*table.values(), strict=True)))


def can_be_worked_out(hidden: list[tuple[int, ...]], k: int) -> bool:
    """Does the sum of a column less what is shown tell a small cell, or a cell alone?"""
    return len(hidden) < 2 or any(0 < sum(column) < k for column in zip(*hidden, strict=True))
