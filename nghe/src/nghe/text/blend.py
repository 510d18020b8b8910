"""From the scores of several views to one calibrated probability for each code.

Logistic regression on held-out scores ("stacking": Wolpert, Neural Networks 5, 1992; for one view this is Platt's calibration,
1999). Where a text has exactly one code the probabilities are a softmax and sum to 1; where it may have several, each is a
sigmoid of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

FEW_CODES = 12
"""Up to here each code's probability looks at the scores of all codes; above, at those of its own code only."""
HELD_BACK = 1.0
"""Strength of the ridge on the slopes."""


@dataclass(frozen=True, slots=True)
class Blend:
    """Slopes (views x codes, flattened, by codes) and biases (codes)."""

    slopes: Floats
    biases: Floats
    several: bool

    def probabilities(self, scores: list[Floats]) -> Doubles:
        """Texts by codes, from one matrix of scores (texts by codes) for each view."""
        raised = self.raised(scores)
        return _sigmoid(raised) if self.several else _softmax(raised)

    def raised(self, scores: list[Floats]) -> Doubles:
        """What the probabilities come from: texts by codes, on the logarithmic scale."""
        return np.asarray(np.hstack(scores).astype(np.float64) @ self.slopes + self.biases)


def fit_blend(scores: list[Floats], carried: Flags, *, several: bool) -> Blend:
    """The blend that makes held-out `scores` (one matrix for each view) most likely to have led to the codes `carried`."""
    codes = carried.shape[1]
    if several or codes > FEW_CODES:
        return _fit_own(np.stack(scores).astype(np.float64), carried, several=several)
    return _fit_all(np.hstack(scores).astype(np.float64), carried)


def loss_of(raised: Doubles, carried: Flags, *, several: bool) -> float:
    """Minus the log-likelihood of the codes `carried`, from what `Blend.raised` gives."""
    return (_sigmoid_loss if several else _softmax_loss)(raised, carried)[0]


def _fit_all(scores: Doubles, carried: Flags) -> Blend:
    wide, codes = scores.shape[1], carried.shape[1]

    def loss(flat: Doubles) -> tuple[float, Doubles]:
        slopes, biases = flat[:-codes].reshape(wide, codes), flat[-codes:]
        lost, pull = _softmax_loss(scores @ slopes + biases, carried)
        ridge = HELD_BACK * slopes
        return lost + float((ridge * slopes).sum()) / 2, np.concatenate([(scores.T @ pull + ridge).ravel(), pull.sum(axis=0)])

    found = _descend(loss, np.zeros(wide * codes + codes))
    return Blend(found[:-codes].reshape(wide, codes).astype(np.float32), found[-codes:].astype(np.float32), several=False)


def _fit_own(scores: Doubles, carried: Flags, *, several: bool) -> Blend:
    """Slopes for each code's own scores, held near the mean slope of their view; biases held near the mean bias."""
    views, _, codes = scores.shape

    def loss(flat: Doubles) -> tuple[float, Doubles]:
        slopes, biases = flat[:-codes].reshape(views, codes), flat[-codes:]
        raised = (scores * slopes[:, None, :]).sum(axis=0) + biases
        lost, pull = (_sigmoid_loss if several else _softmax_loss)(raised, carried)
        off = slopes - slopes.mean(axis=1, keepdims=True)
        off_bias = 0.1 * (biases - biases.mean())
        lost += HELD_BACK * float((off ** 2).sum()) + float((off_bias * (biases - biases.mean())).sum()) / 2
        return lost, np.concatenate([((scores * pull[None]).sum(axis=1) + 2 * HELD_BACK * off).ravel(),
                                     pull.sum(axis=0) + off_bias])

    found = _descend(loss, np.concatenate([np.ones(views * codes), np.zeros(codes)]))
    slopes = np.zeros((views, codes, codes), dtype=np.float32)
    for view in range(views):
        np.fill_diagonal(slopes[view], found[view * codes:(view + 1) * codes])
    return Blend(slopes.reshape(views * codes, codes), found[-codes:].astype(np.float32), several=several)


def _descend(loss: Any, start: Doubles) -> Doubles:
    from scipy.optimize import minimize

    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 200, "ftol": 1e-7})
    return np.asarray(found.x, dtype=np.float64)


def _softmax(raised: Doubles) -> Doubles:
    grown = np.exp(raised - raised.max(axis=1, keepdims=True))
    return np.asarray(grown / grown.sum(axis=1, keepdims=True))


def _sigmoid(raised: Doubles) -> Doubles:
    return np.asarray(1 / (1 + np.exp(-np.clip(raised, -500, 500))))


def _softmax_loss(raised: Doubles, carried: Flags) -> tuple[float, Doubles]:
    probabilities = _softmax(raised)
    return -float(np.log(np.maximum(probabilities[carried], 1e-300)).sum()), probabilities - carried


def _sigmoid_loss(raised: Doubles, carried: Flags) -> tuple[float, Doubles]:
    return float((np.logaddexp(0, raised) - raised * carried).sum()), _sigmoid(raised) - carried
