"""Words for likelihood, each with its range, as every report with an outlook prints them.

The model is the probability yardstick of the UK's Professional Head of Intelligence Assessment (2018): words that stand apart
from each other, with gaps between.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Likelihood:
    """A word and its range in percent."""

    key: str
    vi: str
    en: str
    low: int
    high: int

    def say(self, language: str) -> str:
        return self.vi if language == "vi" else self.en


LIKELIHOODS = (
    Likelihood("almost_certain", "gần như chắc chắn", "almost certain", 95, 100),
    Likelihood("highly_likely", "rất có khả năng", "highly likely", 80, 90),
    Likelihood("likely", "có khả năng", "likely", 55, 75),
    Likelihood("realistic", "có thể", "a realistic possibility", 40, 50),
    Likelihood("unlikely", "ít khả năng", "unlikely", 25, 35),
    Likelihood("highly_unlikely", "khó xảy ra", "highly unlikely", 10, 20),
    Likelihood("remote", "gần như không", "a remote chance", 0, 5),
)


def printed_scale(language: str) -> str:
    """The scale as every report with an outlook prints it."""
    head = "Thang khả năng" if language == "vi" else "Scale of likelihood"
    return f"{head}: " + "; ".join(f"{word.say(language)} {word.low}–{word.high}%" for word in LIKELIHOODS) + "."


def likelihood_of(text: str) -> Likelihood | None:
    """The word of the scale with which an outlook begins, in either language; None where it begins with none."""
    start = text.lstrip("* ").lower()
    words = [(say, word) for word in LIKELIHOODS for say in (word.vi, word.en)]
    return next((word for say, word in sorted(words, key=lambda pair: -len(pair[0])) if start.startswith(say)), None)
