"""Why a code was suggested: the words of the text that weigh for it, and those that weigh against.

A line's score is a sum over terms, so each term's part is exact; a piece of a word counts for the word it is in. The parts are
put together over views as the code's own calibration weighs them.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from nghe.text.coder import Coder
from nghe.text.views import Reading, pieces, read

MOST_REASONS = 5


@dataclass(frozen=True, slots=True)
class Reason:
    """Words as they stand in the text (lower case), and their part of the log-odds: above 0 for the code."""

    words: str
    weight: float


def explain(coder: Coder, text: str, code: str, *, most: int = MOST_REASONS) -> tuple[Reason, ...]:
    """The words that weigh most for `code` in this text, the strongest first; words without weight are left out."""
    reading = read(text)
    at = coder.codes.index(code)
    route = coder.routes["plain" if reading.plain else "marked"]
    weights: dict[str, float] = defaultdict(float)
    for place, name in enumerate(route.views):
        view = coder.views[name]
        row = view.terms.matrix([reading])
        slope = float(route.blend.slopes[place * len(coder.codes) + at, at])
        own = dict(zip(row.indices.tolist(), (row.data * view.lines.weights[row.indices, at] * slope).tolist(), strict=True))
        for words, columns in _terms_of(name, reading, view.terms.columns):
            weights[words] += sum(own.get(column, 0.0) / share for column, share in columns)
    strongest = sorted(((weight, words) for words, weight in weights.items() if weight > 0), key=lambda pair: (-pair[0], pair[1]))
    return tuple(Reason(words, round(weight, 3)) for weight, words in strongest[:most])


def _terms_of(view: str, reading: Reading, columns: dict[str, int]) -> list[tuple[str, list[tuple[int, int]]]]:
    """Each run of words, with the columns of its terms and how often each term occurs in the whole text."""
    runs = [(at, size) for size in (1, 2) for at in range(len(reading.tokens) - size + 1)]
    found: list[tuple[str, list[int]]] = []
    for at, size in runs:
        if not all(token[0].isalnum() for token in reading.tokens[at:at + size]):
            continue
        shown = " ".join(reading.tokens[at:at + size])
        if view == "pieces":
            terms = list(pieces(reading.bare[at])) if size == 1 else []
        else:
            terms = [" ".join((reading.tokens if view == "words" else reading.bare)[at:at + size])]
        found.append((shown, [columns[term] for term in terms if term in columns]))
    times: dict[int, int] = defaultdict(int)
    for _, own in found:
        for column in own:
            times[column] += 1
    return [(shown, [(column, times[column]) for column in own]) for shown, own in found]
