"""A trained coder: reads texts, gives each a code (or several) and says how sure it is.

A text with marks is read by every view, a text typed without marks by those that need none; each way has its own calibration.
The code that is predicted leans towards rare codes by what training found best for F1; the confidence is the probability,
without that lean, that the prediction is right.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from nghe.text.blend import Blend
from nghe.text.linear import Lines
from nghe.text.quality import Quality
from nghe.text.renaming import Renaming
from nghe.text.terms import Terms
from nghe.text.views import Reading, read

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]

ROWS_AT_ONCE = 2_000
CHARACTERS_AT_ONCE = 2_000_000
RouteName = Literal["marked", "plain"]
"""How a text was typed: with marks, or without."""


@dataclass(frozen=True, slots=True)
class View:
    """What one view knows: its terms and the lines over them."""

    terms: Terms
    lines: Lines


@dataclass(frozen=True, slots=True)
class Route:
    """How the views that read one kind of text are brought together."""

    views: tuple[str, ...]
    blend: Blend
    lean: Doubles
    """One code to a text: factors on the probabilities (codes) before the largest is taken. Several: all 1."""
    cut: float
    """Several codes to a text: the probability from which a code is given."""


@dataclass(frozen=True, slots=True)
class Coder:
    """Data only: `nghe.text.training` makes it, `nghe.text.modelfile` keeps it."""

    codes: tuple[str, ...]
    several: bool
    separator: str
    """Between the codes of one text in a file; empty where a text has exactly one."""
    at_least_one: bool
    """Whether every training text carried a code."""
    views: Mapping[str, View]
    routes: Mapping[RouteName, Route]
    quality: Quality


@dataclass(frozen=True, slots=True)
class Predictions:
    """One row for each text, in order."""

    codes: list[tuple[str, ...]]
    """Exactly one code, or several; none where no word of the text was ever seen, or none reached the cut."""
    confidence: Doubles
    """Probability that exactly these codes are right; 0 where nothing is known of the text."""
    probabilities: Doubles
    """Texts by codes, in the order of `names`."""
    known: Doubles
    """Share of the words of each text that training saw."""
    names: tuple[str, ...]
    """The codes of the coder, as they are called today."""


def predict(coder: Coder, texts: Sequence[str], *, changes: Mapping[str, str] | None = None) -> Predictions:
    """Codes for any texts, also empty or of signs only: every text in is a row out.

    `changes` are codes that were renamed or merged since (old name -> new name): the probabilities of codes that became one are
    brought together before a code is given. Fault `text.frame_loop` where they lead back.
    """
    renaming = Renaming.of(coder.codes, changes or {})
    parts = [_predict_some(coder, [read(text) for text in chunk], renaming) for chunk in _chunks(texts)]
    if not parts:
        return Predictions([], np.zeros(0), np.zeros((0, len(renaming.names))), np.zeros(0), renaming.names)
    return Predictions([row for part in parts for row in part.codes], np.concatenate([part.confidence for part in parts]),
                       np.vstack([part.probabilities for part in parts]), np.concatenate([part.known for part in parts]),
                       renaming.names)


def choose(route: Route, probabilities: Doubles, *, several: bool, at_least_one: bool,
           renaming: Renaming | None = None) -> tuple[npt.NDArray[np.bool_], Doubles]:
    """Which codes are given (texts by codes, or by names of today), and how sure that is (texts).

    Several codes: the probability of the whole set is taken as the product over codes, as if they were independent;
    training corrects it (`Quality.sureness`).
    """
    texts = np.arange(len(probabilities))
    leaning = probabilities * route.lean
    if renaming:
        leaning, probabilities = (renaming.together(rows, several=several) for rows in (leaning, probabilities))
    if not several:
        best = leaning.argmax(axis=1)
        given = np.zeros(probabilities.shape, dtype=np.bool_)
        given[texts, best] = True
        return given, probabilities[texts, best]
    given = probabilities >= route.cut
    if at_least_one:
        given[texts, probabilities.argmax(axis=1)] = True
    sure = np.where(given, probabilities, 1 - probabilities)
    return given, np.exp(np.log(np.maximum(sure, 1e-12)).sum(axis=1))


def _predict_some(coder: Coder, readings: list[Reading], renaming: Renaming) -> Predictions:
    rows, names = len(readings), len(renaming.names)
    given = np.zeros((rows, names), dtype=np.bool_)
    sure, probabilities = np.zeros(rows), np.zeros((rows, names))
    for name, route in coder.routes.items():
        here = np.array([at for at, reading in enumerate(readings) if reading.plain == (name == "plain")], dtype=np.intp)
        if len(here):
            chosen = [readings[at] for at in here]
            scores = [coder.views[view].lines.scores(coder.views[view].terms.matrix(chosen)) for view in route.views]
            own = route.blend.probabilities(scores)
            probabilities[here] = renaming.together(own, several=coder.several)
            given[here], sure[here] = choose(route, own, several=coder.several, at_least_one=coder.at_least_one,
                                             renaming=renaming)
    if coder.several:
        sure = coder.quality.sureness_of_sets(sure)
    known = np.array([coder.views["bare"].terms.known(reading) for reading in readings])
    given[known == 0] = False
    codes = [tuple(renaming.names[name] for name in np.flatnonzero(row)) for row in given]
    return Predictions(codes, np.where(known > 0, np.minimum(sure, 1.0), 0.0), probabilities, known, renaming.names)


def _chunks(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    """So that memory does not grow with the file."""
    start = size = 0
    for at, text in enumerate(texts):
        if at > start and (at - start >= ROWS_AT_ONCE or size + len(text) > CHARACTERS_AT_ONCE):
            yield texts[start:at]
            start, size = at, 0
        size += len(text)
    if start < len(texts):
        yield texts[start:]
