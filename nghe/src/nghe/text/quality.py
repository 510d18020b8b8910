"""How good a coder is *here*: on the office's own texts, each judged by a coder that had not seen it.

F1 of each code, accuracy, calibration (expected calibration error: Naeini et al., AAAI 2015, ten bins of equal numbers), how
right the confident part is, and the learning curve. From these follows where the coder keeps silent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Doubles = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

BINS = 10
SHARES = (0.3, 0.5, 0.7, 0.9, 1.0)
"""Of the texts, surest first: how many of them are right."""
FEWEST_TEXTS = 10
LEAST_PRECISION = 0.6
"""A code with fewer texts, or of whose suggestions fewer were right, is not suggested."""
RIGHT_ENOUGH = 0.93
"""What the surest texts must reach together to be filled in ahead of a person's look."""


@dataclass(frozen=True, slots=True)
class CodeQuality:
    """One code: how many texts carry it, how many were given it, and how many of those rightly."""

    texts: int
    given: int
    right: int

    @property
    def precision(self) -> float:
        return self.right / self.given if self.given else 0.0

    @property
    def recall(self) -> float:
        return self.right / self.texts if self.texts else 0.0

    @property
    def f1(self) -> float:
        return 2 * self.right / (self.texts + self.given) if self.texts + self.given else 0.0

    @property
    def silent_because(self) -> str:
        """`few_texts` or `imprecise`: why this code is not suggested; empty where it is."""
        if self.texts < FEWEST_TEXTS:
            return "few_texts"
        return "imprecise" if self.precision < LEAST_PRECISION else ""


@dataclass(frozen=True, slots=True)
class Quality:
    """Scores over texts that were judged unseen. Shares and scores run from 0 to 1."""

    texts: int
    codes: Mapping[str, CodeQuality]
    accuracy: float
    """Share of texts with exactly the right code or codes."""
    calibration_error: float
    bins: tuple[tuple[float, float, int], ...]
    """Mean confidence, share right and number of texts, by bins of rising confidence."""
    confident: Mapping[float, float]
    """Share of the surest texts -> share right among them."""
    fill_from: float
    """Confidence from which texts are `RIGHT_ENOUGH`; above 1 where there is none."""
    curve: tuple[tuple[int, float, float], ...] = ()
    """Training texts, accuracy and macro F1: what more coding would bring."""
    sureness: tuple[tuple[float, float], ...] = ()
    """Several codes to a text: product of probabilities -> share of sets that were right, at rising knots."""

    @property
    def macro_f1(self) -> float:
        """The mean over codes that some text carries or was given, each counting the same."""
        own = [code.f1 for code in self.codes.values() if code.texts or code.given]
        return sum(own) / len(own) if own else 0.0

    @property
    def weighted_f1(self) -> float:
        """The mean over codes, each counting by its texts."""
        total = sum(code.texts for code in self.codes.values())
        return sum(code.f1 * code.texts for code in self.codes.values()) / total if total else 0.0

    @property
    def micro_f1(self) -> float:
        """Over all codings at once; with one code to a text it is the accuracy."""
        both = sum(code.texts + code.given for code in self.codes.values())
        return 2 * sum(code.right for code in self.codes.values()) / both if both else 0.0

    def sureness_of_sets(self, product: Doubles) -> Doubles:
        if not self.sureness:
            return product
        knots = np.array(self.sureness)
        return np.asarray(np.interp(product, knots[:, 0], knots[:, 1]))

    def as_dict(self) -> dict[str, Any]:
        """For JSON: what is measured and what follows from it."""
        return {
            "texts": self.texts, "accuracy": self.accuracy, "weighted_f1": self.weighted_f1, "macro_f1": self.macro_f1,
            "micro_f1": self.micro_f1, "calibration_error": self.calibration_error, "fill_from": self.fill_from,
            "codes": {name: {"texts": code.texts, "given": code.given, "right": code.right, "precision": code.precision,
                             "recall": code.recall, "f1": code.f1, "silent_because": code.silent_because}
                      for name, code in self.codes.items()},
            "bins": [list(row) for row in self.bins], "confident": {str(share): right for share, right in self.confident.items()},
            "curve": [list(row) for row in self.curve], "sureness": [list(row) for row in self.sureness],
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Quality:
        return cls(
            texts=int(data["texts"]), accuracy=float(data["accuracy"]), calibration_error=float(data["calibration_error"]),
            codes={name: CodeQuality(int(code["texts"]), int(code["given"]), int(code["right"]))
                   for name, code in data["codes"].items()},
            bins=tuple((float(sure), float(right), int(texts)) for sure, right, texts in data["bins"]),
            confident={float(share): float(right) for share, right in data["confident"].items()},
            fill_from=float(data["fill_from"]),
            curve=tuple((int(texts), float(accuracy), float(macro)) for texts, accuracy, macro in data["curve"]),
            sureness=tuple((float(product), float(right)) for product, right in data["sureness"]),
        )


def measure(codes: Sequence[str], carried: Flags, given: Flags, confidence: Doubles, *,
            curve: tuple[tuple[int, float, float], ...] = (), sureness: tuple[tuple[float, float], ...] = ()) -> Quality:
    """Compare what texts carry with what they were given (both texts by codes) and how sure that was (texts)."""
    right = (carried == given).all(axis=1)
    order = np.argsort(-confidence, kind="stable")
    surest = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    return Quality(
        texts=len(carried),
        codes={code: CodeQuality(int(carried[:, at].sum()), int(given[:, at].sum()), int((carried & given)[:, at].sum()))
               for at, code in enumerate(codes)},
        accuracy=float(right.mean()), calibration_error=calibration_error(confidence, right), bins=_bins(confidence, right),
        confident={share: float(surest[max(1, round(share * len(order))) - 1]) for share in SHARES},
        fill_from=_fill_from(confidence[order], surest), curve=curve, sureness=sureness,
    )


def calibration_error(confidence: Doubles, right: Flags) -> float:
    """Mean distance of confidence from the share right, over ten bins of equal numbers of texts."""
    return sum(texts * abs(sure - share) for sure, share, texts in _bins(confidence, right)) / len(right)


def _bins(confidence: Doubles, right: Flags) -> tuple[tuple[float, float, int], ...]:
    parts = np.array_split(np.argsort(confidence, kind="stable"), min(BINS, len(right)))
    return tuple((float(confidence[part].mean()), float(right[part].mean()), len(part)) for part in parts)


def _fill_from(confidence: Doubles, surest: Doubles) -> float:
    """By falling confidence; a stretch of at least `FEWEST_TEXTS` texts must be right often enough."""
    reached = np.flatnonzero(surest >= RIGHT_ENOUGH)
    reached = reached[reached >= FEWEST_TEXTS - 1]
    return float(confidence[reached[-1]]) if len(reached) else 2.0
