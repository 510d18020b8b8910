"""Linear machines: for each code a line that parts the texts that carry it from those that do not.

L2-regularised squared-hinge support vector machines, solved in the dual by liblinear (Hsieh et al., ICML 2008). Rare codes
weigh more: a code's positives by n / (k * n_code) where a text has exactly one of k codes, by the square root of that where it
may have several.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Flags = npt.NDArray[np.bool_]

SOFTNESS = {"words": 0.5, "bare": 0.5, "pieces": 0.5}
"""C of the machines of each view. On UIT-VSFC 0.15 to 1 differ by less than a point (docs/methods/text-coder.md)."""
AT_ONCE = 50
"""Codes whose lines are fitted in one go: more take more memory than they save time. Above it, lines are found less finely."""
FINE, COARSE = 1e-3, 1e-2
ABSENT = -2.0
"""Score of a code that no training text carries: as far out as a text that speaks clearly against it."""


@dataclass(frozen=True, slots=True)
class Lines:
    """Weights (terms by codes, float32) and intercepts (codes) of one view."""

    weights: Floats
    intercepts: Floats

    def scores(self, rows: Any) -> Floats:
        """Signed distance scores, texts by codes; above 0 speaks for the code."""
        return np.asarray(rows @ self.weights + self.intercepts, dtype=np.float32)


def fit_lines(rows: Any, carried: Flags, *, view: str, several: bool) -> Lines:
    """Lines from TF-IDF rows (texts by terms) and which code each text carries (texts by codes).

    A code that no text carries, or that every text does, gets a line that says so for each text.
    """
    texts, codes = carried.shape
    weights = np.zeros((rows.shape[1], codes), dtype=np.float32)
    positives = carried.sum(axis=0)
    intercepts = np.where(positives == texts, -ABSENT, ABSENT).astype(np.float32)
    some = np.flatnonzero((positives > 0) & (positives < texts))
    balance = texts / (codes * np.maximum(positives, 1))
    fineness = FINE if codes <= AT_ONCE else COARSE
    if not several and len(some) > 2:
        own = carried.argmax(axis=1)
        for part in np.array_split(some, -(-len(some) // AT_ONCE)):
            weight = {int(code): float(balance[code]) for code in part}
            found = _machine(rows, np.where(np.isin(own, part), own, codes), weight, view, fineness)
            weights[:, part], intercepts[part] = found.coef_[:len(part)].T, found.intercept_[:len(part)]
        return Lines(weights, intercepts)
    for code in some:
        weight = {True: float(balance[code] ** 0.5 if several else balance[code])}
        found = _machine(rows, carried[:, code], weight, view, fineness)
        weights[:, code], intercepts[code] = found.coef_[0], found.intercept_[0]
    return Lines(weights, intercepts)


def _machine(rows: Any, target: Any, weight: dict[Any, float], view: str, fineness: float) -> Any:
    """Where not all codes are among the targets, the other texts stand under a number of their own, which comes last."""
    from sklearn.exceptions import ConvergenceWarning  # here, because coding needs no scikit-learn, which takes 110 MB
    from sklearn.svm import LinearSVC

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        warnings.filterwarnings("ignore", "The number of unique classes", UserWarning)
        return LinearSVC(C=SOFTNESS[view], class_weight=weight, tol=fineness, random_state=0).fit(rows, target)
