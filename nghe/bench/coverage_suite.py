"""Coverage of the default interval for shares: how often it holds the truth, over finite populations of unequal clusters.

    make bench SUITE=coverage            2,000 samples a setting (COVERAGE_SAMPLES to change), and more where these cannot
                                         tell on which side of 94 % the coverage lies, up to five times as many

Populations: eight kinds of clusters, 600 each. Samples: n clusters with equal probability or by size, of each all people up to
40; weights 1/probability. Wanted: the default (Korn-Graubard) covers 94 % or more, or the estimate carries the warning of few or
unequal units; and the warning falls on at most 20 % of the settings that cover. Every sample goes through the public API.
"""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Callable

import numpy as np

from nghe.survey import Design, Sample, Table, proportion
from nghe.survey.data.column import Column
from nghe.survey.presentation import estimate_warnings, unit_warnings

SAMPLES = int(os.environ.get("COVERAGE_SAMPLES", "2000"))
AGAIN, WANTED, SURE = 5, 0.94, 3.0
"""Batches of samples at most; coverage wanted; standard errors from it at which no more samples are needed."""
CLUSTERS, UNITS, MOST = 600, (10, 25, 50, 100), 40
SHARES = (0.08, 0.45)
METHODS = ("korn-graubard", "logit", "wilson", "mean")
DESIGN = Design(ids=("cluster",), weights="w")
Sizes = Callable[[np.random.Generator], np.ndarray]

KINDS: dict[str, tuple[Sizes, float, float, bool]] = {
    "equal clusters, answers alike": (lambda _: np.full(CLUSTERS, 40), 0.02, 0.0, False),
    "equal clusters, answers cluster": (lambda _: np.full(CLUSTERS, 40), 0.15, 0.0, False),
    "gamma sizes": (lambda r: 10 + r.gamma(2, 30, CLUSTERS), 0.08, 0.0, False),
    "gamma sizes, large ones differ": (lambda r: 10 + r.gamma(2, 30, CLUSTERS), 0.08, 0.5, False),
    "lognormal sizes": (lambda r: 10 + r.lognormal(3.5, 1.0, CLUSTERS), 0.08, 0.0, False),
    "lognormal sizes, drawn by size": (lambda r: 10 + r.lognormal(3.5, 1.0, CLUSTERS), 0.08, 0.0, True),
    "lognormal, by size, large ones differ": (lambda r: 10 + r.lognormal(3.5, 1.0, CLUSTERS), 0.08, 0.5, True),
    "half of one mind": (lambda r: 20 + r.gamma(2, 20, CLUSTERS), 0.45, 0.0, False),
}
"""Sizes of clusters, intra-cluster correlation, how the share moves with the logarithm of the size, and whether clusters are
drawn with probability proportional to size (with replacement) rather than with equal probability."""


def population(kind: str, share: float, random: np.random.Generator) -> tuple[np.ndarray, list[np.ndarray]]:
    """Sizes of the clusters, and the answers of the people of each."""
    sizes_of, correlation, slope, _ = KINDS[kind]
    sizes = np.rint(sizes_of(random)).astype(int)
    tilt = slope * (np.log(sizes) - np.log(sizes).mean())
    mean = 1 / (1 + np.exp(-(np.log(share / (1 - share)) + tilt)))
    spread = (1 - correlation) / correlation
    chance = random.beta(mean * spread, (1 - mean) * spread)
    return sizes, [random.random(size) < p for size, p in zip(sizes, chance, strict=True)]


def draw(sizes: np.ndarray, answers: list[np.ndarray], n: int, random: np.random.Generator, *, by_size: bool) -> Sample:
    chance = sizes / sizes.sum() if by_size else np.full(CLUSTERS, 1 / CLUSTERS)
    chosen = random.choice(CLUSTERS, n, replace=by_size, p=chance)
    people = [random.permutation(answers[cluster])[:MOST] for cluster in chosen]
    cluster = np.repeat(np.arange(n), [len(part) for part in people])
    weights = np.repeat(
        [sizes[at] / len(part) / (n * chance[at]) for at, part in zip(chosen, people, strict=True)],
        [len(part) for part in people],
    )
    table = Table.of(
        [
            Column.of_numbers("cluster", cluster),
            Column.of_numbers("w", weights),
            Column.of_codes("yes", np.concatenate(people).astype(np.int8), [False, True]),
        ]
    )
    return Sample.of(table, DESIGN)


def cover(kind: str, share: float, n: int) -> tuple[dict[str, float], float, int]:
    """Share of samples whose interval holds the truth, by method; share of samples that carry the warning; samples taken."""
    random = np.random.default_rng([list(KINDS).index(kind), int(100 * share), n])
    sizes, answers = population(kind, share, random)
    truth = sum(int(part.sum()) for part in answers) / sizes.sum()
    held, warned, taken = dict.fromkeys(METHODS, 0), 0, 0
    while taken < AGAIN * SAMPLES:
        if taken and taken % SAMPLES == 0:
            error = math.sqrt(WANTED * (1 - WANTED) / taken)
            if abs(held[METHODS[0]] / taken - WANTED) > SURE * error:
                break
        taken += 1
        sample = draw(sizes, answers, n, random, by_size=KINDS[kind][3])
        found = proportion(sample, ["yes"]).where(lambda label: label.level is True)
        warned += bool(unit_warnings(sample) or estimate_warnings(found)[0])
        for method in METHODS:
            low, high = found.share_interval(method)
            held[method] += bool(low[0] - 1e-12 <= truth <= high[0] + 1e-12)
    return {method: count / taken for method, count in held.items()}, warned / taken, taken


def main() -> int:
    print(f"| population | share | clusters | {' | '.join(METHODS)} | warned | samples |")
    print("|---|---|---|" + "---|" * (len(METHODS) + 2))
    short, covering, warned_though = 0, 0, 0
    for kind in KINDS:
        for share in SHARES:
            for n in UNITS:
                held, warned, taken = cover(kind, share, n)
                covers = held["korn-graubard"] >= WANTED
                covering += covers
                warned_though += covers and warned >= 0.5
                short += not covers and warned < 0.5
                mark = "" if covers else " (short)"
                print(
                    f"| {kind} | {share:.2f} | {n} | {held['korn-graubard']:.3f}{mark} | "
                    + " | ".join(f"{held[method]:.3f}" for method in METHODS[1:])
                    + f" | {warned:.2f} | {taken} |",
                    flush=True,
                )
    settings = len(KINDS) * len(SHARES) * len(UNITS)
    print(
        f"\n{settings} settings, {SAMPLES} samples each and up to {AGAIN * SAMPLES} where they were needed: "
        f"{covering} cover 94 % or more; {short} neither cover nor warn; "
        f"of those that cover {warned_though / max(covering, 1):.0%} carry the warning (at most 20 % wanted)."
    )
    return 0 if not short and warned_though <= 0.2 * covering else 1


if __name__ == "__main__":
    sys.exit(main())
