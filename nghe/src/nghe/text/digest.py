"""A digest: some sentences that stand for many notes, in their own words, with the few who see it otherwise among them.

Extractive. Every code that is asked for gets its turn, and within a code every tendency that was heard, the rarest too: a
minority view is never crowded out. Among the sentences of one tendency the most central is taken (closest to the others by
folded TF-IDF), less what it repeats of those taken before (maximal marginal relevance: Carbonell and Goldstein, SIGIR 1998),
and places that have not been heard yet come first. Copies of one story count once.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from nghe.errors import Fault
from nghe.text.quotes import Quote, quote, sentences
from nghe.text.terms import learn_terms
from nghe.text.views import read

SHORTEST, LONGEST = 20, 300
"""Characters of a sentence that can stand alone; where a note has none, its whole text is taken."""
REPEATS = 0.5
"""How much a sentence loses for what was said already."""
NEW_PLACE = 0.2


@dataclass(frozen=True, slots=True)
class Note:
    """A stored note, as far as a digest looks at it. Tendency and place may be empty."""

    id: str
    text: str
    code: str
    tendency: str = ""
    place: str = ""
    story: str = ""
    """The same for retellings of one story."""


@dataclass(frozen=True, slots=True)
class Line:
    """One quote, what it stands for, and how many notes and places say so."""

    quote: Quote
    code: str
    tendency: str
    notes: int
    """Notes with this code and tendency."""
    stories: int
    """Different stories among them."""
    places: int


def make_digest(notes: Sequence[Note], *, lines: int) -> list[Line]:
    """At most `lines` quotes. Turns go to codes by their notes, and within a code to each tendency once before any gets a second.

    Where there are more codes and tendencies than lines, those with more stories come first, except that of each code that
    speaks, its most common tendency and its rarest do. Faults: `text.twice` (an id twice), `text.no_lines`.
    """
    if lines < 1:
        raise Fault("text.no_lines", "digest", f"{lines} lines; ask for at least one")
    stored = {note.id: note.text for note in notes}
    if len(stored) != len(notes):
        raise Fault("text.twice", "digest", "two notes have the same id")
    candidates = [(note, span) for note in notes for span in _spans(note.text)]
    if not candidates:
        return []
    readings = [read(note.text[start:end]) for note, (start, end) in candidates]
    rows = learn_terms("bare", readings, most=100_000).matrix(readings)
    views: dict[tuple[str, str], list[int]] = defaultdict(list)
    for at, (note, _) in enumerate(candidates):
        views[note.code, note.tendency].append(at)
    taken: list[int] = []
    for view in _turns(notes, set(views), lines):
        best = _best(views[view], candidates, rows, taken)
        if best is not None:
            taken.append(best)
    return [_line(notes, stored, *candidates[at]) for at in taken]


def _spans(text: str) -> list[tuple[int, int]]:
    found = [span for span in sentences(text) if SHORTEST <= span[1] - span[0] <= LONGEST]
    whole = text.strip()
    start = len(text) - len(text.lstrip())
    return found or ([(start, start + len(whole))] if any(char.isalnum() for char in whole) else [])


def _turns(notes: Sequence[Note], views: set[tuple[str, str]], lines: int) -> list[tuple[str, str]]:
    """Which code and tendency speaks, line by line."""
    stories: dict[tuple[str, str], set[str]] = defaultdict(set)
    for note in notes:
        stories[note.code, note.tendency].add(note.story or note.id)
    weight = {view: len(stories[view]) for view in views}
    by_code: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for view in sorted(views, key=lambda view: (-weight[view], view)):
        by_code[view[0]].append(view)
    codes = sorted(by_code, key=lambda code: (-sum(weight[view] for view in by_code[code]), code))
    for code, own in by_code.items():
        if len(own) > 2:
            by_code[code] = [own[0], own[-1], *own[1:-1]]
    most = max(map(len, by_code.values()))
    turns = [by_code[code][turn] for turn in range(most) for code in codes if turn < len(by_code[code])][:lines]
    said = Counter(turns)
    while len(turns) < lines:
        view = max(sorted(views), key=lambda view: weight[view] / (1 + said[view]))
        if said[view] > weight[view]:
            break
        said[view] += 1
        turns.append(view)
    return turns


def _best(own: list[int], candidates: list[tuple[Note, tuple[int, int]]], rows: Any, taken: list[int]) -> int | None:
    told = {candidates[at][0].story or candidates[at][0].id for at in taken}
    heard = {candidates[at][0].place for at in taken}
    free = [at for at in own if (candidates[at][0].story or candidates[at][0].id) not in told]
    if not free:
        return None
    middle = np.asarray(rows[own].mean(axis=0)).ravel()
    central = np.asarray(rows[free] @ middle).ravel()
    central /= max(float(central.max()), 1e-12)
    repeated = np.asarray((rows[free] @ rows[taken].T).max(axis=1).todense()).ravel() if taken else np.zeros(len(free))
    fresh = np.array([NEW_PLACE if candidates[at][0].place and candidates[at][0].place not in heard else 0.0 for at in free])
    return free[int(np.argmax(central - REPEATS * repeated + fresh))]


def _line(notes: Sequence[Note], stored: Mapping[str, str], note: Note, span: tuple[int, int]) -> Line:
    same = [one for one in notes if (one.code, one.tendency) == (note.code, note.tendency)]
    return Line(quote(stored, note.id, *span), note.code, note.tendency, len(same), len({one.story or one.id for one in same}),
                len({one.place for one in same if one.place}))
