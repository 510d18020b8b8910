"""Train a coder on texts that people coded, and find out how good it is.

Each view learns its lines on all texts, and on four fifths at a time to judge the rest unseen. Those unseen scores calibrate the
probabilities, set the lean towards rare codes, and measure the quality. Copies of a text stay together, so that none is judged by
a coder that had seen it. The same texts in the same order give the same coder.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from nghe.errors import Fault
from nghe.text.blend import Blend, fit_blend
from nghe.text.coder import Coder, Route, RouteName, View, choose
from nghe.text.linear import fit_lines
from nghe.text.population import Population, expected_reach, sharpen
from nghe.text.quality import FEWEST_TEXTS as ENOUGH_TEXTS
from nghe.text.quality import Quality, measure
from nghe.text.terms import learn_terms
from nghe.text.views import PLAIN_VIEWS, VIEWS, Reading, has_words, read

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.intp]

FOLDS, FOLDS_OF_MANY_CODES, MANY_CODES = 5, 3, 50
FEWEST_TEXTS = 10
ROUTES: dict[RouteName, tuple[str, ...]] = {"marked": VIEWS, "plain": PLAIN_VIEWS}
MOST_CODES = 500
"""A line for each code and view must be fitted, kept and judged several times: more would take minutes and gigabytes."""
MOST_WEIGHTS = 10_000_000
"""Terms times codes of one view: 40 MB. With 500 codes a view keeps the 20,000 terms that most texts have."""
MOST_SCORES = 1_000_000
"""Texts times codes from which the views are brought together; of more, an even part of the texts does as well."""
LEANS = np.arange(0, 0.65, 0.1)
CUTS = np.arange(0.2, 0.65, 0.05)
AS_GOOD = 0.002
CURVE = (0.125, 0.25, 0.5, 1.0)


@dataclass(frozen=True, slots=True)
class Account:
    """What was done with the texts that were given."""

    used: int
    without_words: int
    """Left out: nothing to learn from."""
    contradicting: tuple[tuple[str, tuple[str, ...]], ...]
    """Texts that came with different codes (both kept), and those codes, joined where there are several."""


def train_coder(texts: Sequence[str], codes: Sequence[Sequence[str]], *, several: bool = False,
                separator: str = ";", population: Population | None = None) -> tuple[Coder, Account]:
    """A coder from texts and their codes (one each, or with `several` any number).

    Where the texts were chosen (`nghe.text.active`) and not drawn, `population` says what from: confidence and lean are then
    those for all notes, while the quality stays that of the coded ones, which are the harder ones.

    Faults: `text.unequal`, `text.no_code` (one code to a text expected), `text.few_texts` (under 10 with words),
    `text.one_code` (nothing to tell apart), `text.many_codes` (more than 500), `text.few_drawn` (too few texts drawn at random).
    """
    if len(texts) != len(codes):
        raise Fault("text.unequal", "training", f"{len(texts)} texts and {len(codes)} codings; give one coding for each text")
    if not several and (odd := [at for at, row in enumerate(codes) if len(row) != 1]):
        raise Fault("text.no_code", f"text {odd[0] + 1}", "needs exactly one code; allow several, or leave the text out")
    if population:
        population.check(len(texts))
    everything = [read(text) for text in texts]
    kept = [at for at, reading in enumerate(everything) if has_words(reading)]
    readings, rows = [everything[at] for at in kept], [tuple(sorted(set(codes[at]))) for at in kept]
    names = tuple(sorted({code for row in rows for code in row}))
    _check(readings, rows, names, several=several)
    column = {code: at for at, code in enumerate(names)}
    carried = np.zeros((len(rows), len(names)), dtype=np.bool_)
    for at, row in enumerate(rows):
        carried[at, [column[code] for code in row]] = True
    account = Account(len(kept), len(texts) - len(kept), _contradictions([texts[at] for at in kept], readings, rows, separator))
    around = _Around([read(text) for text in population.waiting], np.array(population.drawn)[kept]) if population else None
    return _train(readings, carried, names, several=several, separator=separator if several else "", around=around), account


def without_rare(texts: Sequence[str], codes: Sequence[Sequence[str]], *,
                 least: int) -> tuple[list[str], list[tuple[str, ...]], tuple[str, ...]]:
    """Texts and codes without the codes that fewer than `least` texts carry, and those codes.

    A text is left out with its only codes; one that carried none from the start stays. Fault `text.few_texts` where none is left.
    """
    counted = Counter(code for row in codes for code in set(row))
    rare = {code for code, count in counted.items() if count < least}
    kept = [(text, tuple(code for code in row if code not in rare)) for text, row in zip(texts, codes, strict=True)
            if not row or not rare.issuperset(row)]
    if texts and not kept:
        raise Fault("text.few_texts", "training",
                    f"each of the {len(rare):,} codes is carried by fewer than {least} texts; leave out fewer codes")
    return [text for text, _ in kept], [row for _, row in kept], tuple(sorted(rare))


def learn_views(readings: Sequence[Reading], carried: Flags, *, several: bool) -> tuple[dict[str, View], dict[str, Any]]:
    """Terms and lines of each view on all texts; and the rows (texts by terms) they were fitted to."""
    most = max(1, MOST_WEIGHTS // carried.shape[1])
    terms = {view: learn_terms(view, readings, most=most) for view in VIEWS}
    rows = {view: terms[view].matrix(readings) for view in VIEWS}
    return {view: View(terms[view], fit_lines(rows[view], carried, view=view, several=several)) for view in VIEWS}, rows


@dataclass(frozen=True, slots=True)
class _Around:
    """A population, as it is read: the notes that wait, and which of the texts were drawn."""

    waiting: list[Reading]
    drawn: Flags


def _train(readings: list[Reading], carried: Flags, names: tuple[str, ...], *, several: bool, separator: str,
           around: _Around | None) -> Coder:
    views, rows = learn_views(readings, carried, several=several)
    fold = _folds(readings, carried)
    unseen = _unseen_scores(rows, carried, fold, several=several)
    some = bool(carried.any(axis=1).all())
    waiting = {view: own.lines.scores(own.terms.matrix(around.waiting)) for view, own in views.items()} if around else {}
    routes: dict[RouteName, Route] = {}
    for name, of in ROUTES.items():
        scores = [unseen[view] for view in of]
        part = slice(None, None, 1 + carried.size // MOST_SCORES)
        blend = fit_blend([own[part] for own in scores], carried[part], several=several)
        if around:
            blend = sharpen(blend, [own[around.drawn] for own in scores], carried[around.drawn],
                            chosen=1 - float(around.drawn.mean()))
            scores = [np.vstack([unseen[view], waiting[view]]) for view in of]
        routes[name] = _route(of, blend, blend.probabilities(scores), None if around else carried, several=several, some=some)
    quality = _quality(names, routes["marked"], unseen, carried, several=several, some=some,
                       curve=_curve(rows, carried, fold, names, several=several))
    return Coder(names, several, separator, some, views, routes, quality)


def _unseen_scores(rows: dict[str, Any], carried: Flags, fold: Rows, *, several: bool) -> dict[str, Floats]:
    """Scores of each text by lines that were fitted without its fold."""
    scores = {view: np.zeros(carried.shape, dtype=np.float32) for view in rows}
    for view in rows:
        for number in range(int(fold.max()) + 1):
            judged = fold == number
            lines = fit_lines(rows[view][~judged], carried[~judged], view=view, several=several)
            scores[view][judged] = lines.scores(rows[view][judged])
    return scores


def _route(of: tuple[str, ...], blend: Blend, probabilities: Doubles, carried: Flags | None, *, several: bool,
           some: bool) -> Route:
    """With the lean, or the cut, of the best F1: counted on the texts, or expected where their codes are not known."""
    level = np.ones(probabilities.shape[1])
    if several:
        tried = [Route(of, blend, level, float(cut)) for cut in CUTS]
    else:
        shares = probabilities.mean(axis=0) if carried is None else carried.mean(axis=0)
        tried = [Route(of, blend, shares ** -lean, 0.0) for lean in LEANS]
    given = [choose(route, probabilities, several=several, at_least_one=some)[0] for route in tried]
    reached = np.array([expected_reach(own, probabilities) if carried is None else _reach(own, carried) for own in given])
    good = [route for route, score in zip(tried, reached, strict=True) if score >= reached.max() - AS_GOOD]
    return good[len(good) // 2] if several else good[(len(good) - 1) // 2]


def _reach(given: Flags, carried: Flags) -> float:
    """Half the macro F1, half the weighted F1: neither the rare codes nor the many texts are given up."""
    texts = carried.sum(axis=0)
    own = 2 * (given & carried).sum(axis=0) / np.maximum(given.sum(axis=0) + texts, 1)
    return float((own.mean() + own @ texts / texts.sum()) / 2)


def _quality(names: tuple[str, ...], route: Route, unseen: dict[str, Floats], carried: Flags, *, several: bool, some: bool,
             curve: tuple[tuple[int, float, float], ...]) -> Quality:
    probabilities = route.blend.probabilities([unseen[view] for view in route.views])
    given, sure = choose(route, probabilities, several=several, at_least_one=some)
    if not several:
        return measure(names, carried, given, sure, curve=curve)
    knots = _sureness((carried == given).all(axis=1), sure)
    return measure(names, carried, given, np.interp(sure, *np.array(knots).T), curve=curve, sureness=knots)


def _sureness(right: Flags, product: Doubles) -> tuple[tuple[float, float], ...]:
    """Rising knots through bins of the product of probabilities (pool adjacent violators over twenty bins)."""
    pools: list[tuple[float, float, int]] = []
    for part in np.array_split(np.argsort(product, kind="stable"), min(20, len(product))):
        pools.append((float(product[part].mean()), float(right[part].mean()), len(part)))
        while len(pools) > 1 and pools[-2][1] >= pools[-1][1]:
            (one, low, few), (other, high, more) = pools[-2:]
            both = few + more
            pools[-2:] = [((one * few + other * more) / both, (low * few + high * more) / both, both)]
    return tuple((at, share) for at, share, _ in pools)


def _curve(rows: dict[str, Any], carried: Flags, fold: Rows, names: tuple[str, ...], *,
           several: bool) -> tuple[tuple[int, float, float], ...]:
    """Accuracy and macro F1 on one fold, by the sum of the quick views, for growing parts of the other texts."""
    judged, others = fold == 0, np.flatnonzero(fold != 0)
    quick = ("words", "bare")
    points = []
    for share in CURVE:
        part = others[:max(2, round(share * len(others)))]
        scores = sum(fit_lines(rows[view][part], carried[part], view=view, several=several).scores(rows[view][judged])
                     for view in quick)
        assert isinstance(scores, np.ndarray)
        given = scores > 0 if several else scores == scores.max(axis=1, keepdims=True)
        found = measure(names, carried[judged], given, np.ones(int(judged.sum())))
        points.append((len(part), found.accuracy, found.macro_f1))
    return tuple(points)


def _folds(readings: list[Reading], carried: Flags) -> Rows:
    """A fold for each text: the codes spread evenly, copies of a text (without marks) in the same fold."""
    first: dict[tuple[str, ...], int] = {}
    leader = np.array([first.setdefault(reading.bare, at) for at, reading in enumerate(readings)])
    leaders = np.unique(leader)
    count = min(FOLDS if carried.shape[1] <= MANY_CODES else FOLDS_OF_MANY_CODES, len(leaders))
    shuffled = np.random.default_rng(0).permutation(leaders)
    by_codes: dict[bytes, list[int]] = defaultdict(list)
    for at in shuffled:
        by_codes[carried[at].tobytes()].append(int(at))
    fold = np.zeros(len(readings), dtype=np.intp)
    for place, at in enumerate(at for key in sorted(by_codes) for at in by_codes[key]):
        fold[at] = place % count
    return np.asarray(fold[leader])


def _check(readings: list[Reading], rows: list[tuple[str, ...]], names: tuple[str, ...], *, several: bool) -> None:
    if len(readings) < FEWEST_TEXTS:
        raise Fault("text.few_texts", "training", f"{len(readings)} texts with words; at least {FEWEST_TEXTS} are needed")
    if len({reading.bare for reading in readings}) < 2:
        raise Fault("text.few_texts", "training", "all texts are copies of one; different texts are needed")
    if len(names) == 0 or (len(names) == 1 and not (several and any(not row for row in rows))):
        raise Fault("text.one_code", "training",
                    f"every text has the code {', '.join(names) or '(none)'}; there is nothing to tell apart")
    if len(names) > MOST_CODES:
        counted = Counter(code for row in rows for code in row)
        enough = sum(count >= ENOUGH_TEXTS for count in counted.values())
        way = f"Leave out the rare ones (--least {ENOUGH_TEXTS}), merge" if 2 <= enough <= MOST_CODES else "Merge"
        raise Fault("text.many_codes", "training",
                    f"{len(names):,} codes in {len(rows):,} texts; up to {MOST_CODES} can be learnt. {len(names) - enough:,} of "
                    f"them have fewer than {ENOUGH_TEXTS} texts, too few to be suggested. {way} codes (--rename), or see that "
                    "label is the column of the codes")


def _contradictions(texts: list[str], readings: list[Reading], rows: list[tuple[str, ...]],
                    separator: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    found: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
    example: dict[tuple[str, ...], str] = {}
    for text, reading, row in zip(texts, readings, rows, strict=True):
        found[reading.tokens][separator.join(row)] += 1
        example.setdefault(reading.tokens, text)
    return tuple((example[tokens], tuple(sorted(given))) for tokens, given in found.items() if len(given) > 1)
