"""New words: runs of words that suddenly stand in many items, which no code of the frame covers. They only propose; a person
confirms.

For each day the number of items that hold a run of words is held against a moving baseline of six weeks before it: an
overdispersed prediction from the share of items that held it then. Runs that stand in the same items are one story, shown with
the few runs that say it best. What may be a person's name is dropped (`persons`), and nothing is kept by writer. Compare
Kleinberg (2003), and Gnip (2013) on trends as departures from a moving rate; the prediction and the rule of merging are our own.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nghe.errors import Fault
from nghe.signals import persons
from nghe.signals.detectors import tails
from nghe.signals.ngrams import Gram, grams
from nghe.text.fold import fold

MOST_DISPERSED = 2.0
WHOLE = 0.75
GROWN = 2
UNSEEN = 0.3
"""Added to every expected count: words never seen before come up all the time."""


@dataclass(frozen=True, slots=True)
class Item:
    """A scrubbed note or a press item: its day as a whole number, its source (a unit or a publisher, never a writer) and its
    text.
    """

    day: int
    source: str
    text: str


@dataclass(frozen=True, slots=True)
class Story:
    """A proposal of a day: its words (the best first), items that hold them, and the p of the best. `ratio`: observed over
    expected.
    """

    day: int
    words: tuple[str, ...]
    items: int
    expected: float
    ratio: float
    p: float


@dataclass(frozen=True, slots=True)
class Bursting:
    """`history` days of baseline, at least `fewest_days` of it; `items` and `sources` a run must stand in; `budget` stories a
    day.

    `alpha`: largest p; `labels`: runs shown for a story; `quiet` days after a story in which the same words are no news;
    `shared`: share of common items from which two runs are one story.
    """

    history: int = 42
    fewest_days: int = 3
    items: int = 5
    sources: int = 3
    budget: int = 4
    alpha: float = 5e-3
    labels: int = 4
    quiet: int = 5
    shared: float = 0.4

    def __post_init__(self) -> None:
        if self.items < 5 or self.sources < 3:
            raise Fault("signals.floor", "items",
                        "a run of words is shown from 5 items of 3 sources on; a floor can only be raised")


def find_bursts(items: Iterable[Item], settings: Bursting | None = None, *,
                covered: Callable[[str], bool] | None = None) -> list[Story]:
    """Stories of each day, best first; items in order of their days. `covered(words)` says that a code of the frame has these
    words.
    """
    settings = settings or Bursting()
    past: deque[tuple[int, Counter[str]]] = deque()
    total: Counter[str] = Counter()
    known: dict[str, tuple[int, int]] = {}
    found = []
    for day, todays in _by_day(items):
        while past and past[0][0] < day - settings.history:
            total.subtract(past.popleft()[1])
        counts, uses = _count(todays)
        if len(past) >= settings.fewest_days:
            stories = _stories(day, todays, counts, uses, past, total, known, settings, covered)
            for story in stories:
                known.update(dict.fromkeys(story.words, (day, story.items)))
            found += stories
        counts_of_day = Counter({words: len(where) for words, where in counts.items() if len(where) > 1})
        counts_of_day[""] = len(todays)
        past.append((day, counts_of_day))
        total.update(counts_of_day)
    return found


def _by_day(items: Iterable[Item]) -> Iterator[tuple[int, list[Item]]]:
    """Days with their items; the same text again within a day counts once."""
    day, bag, seen = None, list[Item](), set[str]()
    for item in items:
        if day is not None and item.day < day:
            raise Fault("signals.order", f"day {item.day}", "items must come in the order of their days")
        if day is not None and item.day > day:
            yield day, bag
            bag, seen = [], set()
        day = item.day
        key = fold(item.text)[:80]
        if key not in seen:
            seen.add(key)
            bag.append(item)
    if day is not None:
        yield day, bag


Where = dict[str, list[int]]
Uses = dict[str, list[tuple[int, Gram]]]


def _count(todays: list[Item]) -> tuple[Where, Uses]:
    """For each run of words, the items that hold it; and its uses."""
    where: Where = defaultdict(list)
    uses: Uses = defaultdict(list)
    for number, item in enumerate(todays):
        for gram in grams(item.text):
            held = where[gram.words]
            if not held or held[-1] != number:
                held.append(number)
                uses[gram.words].append((number, gram))
    return where, uses


def _stories(day: int, todays: list[Item], counts: Where, uses: Uses, past: deque[tuple[int, Counter[str]]], total: Counter[str],
             known: dict[str, tuple[int, int]], settings: Bursting, covered: Callable[[str], bool] | None) -> list[Story]:
    wanted = [words for words, where in counts.items()
              if len(where) >= settings.items and len({todays[i].source for i in where}) >= settings.sources]
    if not wanted:
        return []
    seen = np.array([len(counts[words]) for words in wanted], dtype=np.float64)
    before = np.array([total[words] for words in wanted], dtype=np.float64)
    share = len(todays) / max(total[""], 1)
    mean = (before + 0.5) * share + UNSEEN
    phi = _dispersion(wanted, past, total)
    p = tails.at_least(seen, mean, phi + mean / (before + 0.5))
    length = np.array([words.count(" ") for words in wanted])
    order = [int(i) for i in np.lexsort((-length, -seen, p)) if p[i] <= settings.alpha and seen[i] > 2 * mean[i]]
    stories: list[dict[str, Any]] = []
    for i in order:
        words = _whole(wanted[i], counts, wanted)
        held = set(counts[words])
        if covered is not None and covered(words):
            continue
        home = next((s for s in stories if _one_story(held, s["held"], settings.shared)), None)
        if home is None and len(stories) >= 4 * settings.budget:
            continue
        if home is not None and (len(home["words"]) >= settings.labels or any(_inside(words, other) for other in home["words"])):
            home["old"] |= _is_old(words, day, len(held), known, settings)
            continue
        if not persons.may_show(words, [(todays[n].text, g.start, g.end, g.opens) for n, g in uses[words]]):
            continue
        old = _is_old(words, day, len(held), known, settings)
        if home is None:
            stories.append({"words": [words], "held": held, "seen": seen[i], "mean": mean[i], "p": p[i], "old": old})
        else:
            home["words"].append(words)
            home["held"] |= held
            home["old"] |= old
    fresh = [s for s in stories if not s["old"]]
    for story in stories:
        if story["old"]:
            known.update({words: (day, known.get(words, (day, len(story["held"])))[1]) for words in story["words"]})
    return [Story(day, tuple(s["words"]), len(s["held"]), float(s["mean"]), float(s["seen"] / s["mean"]), float(s["p"]))
            for s in fresh[: settings.budget]]


def _dispersion(wanted: list[str], past: deque[tuple[int, Counter[str]]], total: Counter[str]) -> NDArray[np.float64]:
    """Pearson dispersion of each run's daily counts over the baseline, drawn towards 1.5 and held under 2: an earlier burst of
    the same words must not hide the next."""
    sizes = np.array([counter[""] for _, counter in past], dtype=np.float64)
    table = np.array([[counter[words] for _, counter in past] for words in wanted], dtype=np.float64)
    expected = np.array([total[words] + 0.5 for words in wanted])[:, None] * sizes / sizes.sum()
    chi = ((table - expected) ** 2 / np.maximum(expected, 0.05)).sum(axis=1)
    return np.asarray(np.clip((chi + 1.5 * 10) / (len(sizes) - 1 + 10), 1.3, MOST_DISPERSED))


def _one_story(held: set[int], other: set[int], shared: float) -> bool:
    return len(held & other) >= shared * min(len(held), len(other))


def _whole(words: str, counts: Where, wanted: list[str]) -> str:
    """The longest run that holds these words in most of their items: `rừng sóc` is half of `rừng sóc sơn`."""
    enough = WHOLE * len(counts[words])
    return max((other for other in wanted if len(counts[other]) >= enough and f" {words} " in f" {other} "),
               key=lambda other: (len(other.split()), len(counts[other])), default=words)


def _inside(words: str, other: str) -> bool:
    return f" {words} " in f" {other} " or f" {other} " in f" {words} "


def _is_old(words: str, day: int, seen: int, known: dict[str, tuple[int, int]], settings: Bursting) -> bool:
    """Told within the quiet days, and not grown to twice its size since."""
    return any(day - then <= settings.quiet and seen < GROWN * size and f" {words} " in f" {other} "
               for other, (then, size) in known.items())
