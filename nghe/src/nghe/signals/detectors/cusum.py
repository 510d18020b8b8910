"""CUSUM of counts on a scale that is near normal: small, lasting rises add up until they pass the boundary.

S(t) = max(0, S(t-1) + x(t) - k), an alarm where S(t) >= h; nothing is reset after an alarm. x is the count transformed as Rossi,
Lampugnani & Marchi (Stat. Med. 18 (1999) 2111-2122) propose, or one of the others. The bound is the count that would just have
raised the alarm.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy import special

from nghe.errors import Fault
from nghe.signals.detectors.result import Detection, empty

Array = NDArray[np.float64]
Transform = Literal["rossi", "standard", "anscombe", "anscombe2nd", "pearsonNegBin", "anscombeNegBin", "none"]
BISECTIONS = 60


@dataclass(frozen=True, slots=True)
class Cusum:
    """`expected`: None for the mean of all counts before the first judged period, "glm" for a trend and one yearly wave fitted to
    them, or a number for each judged period (one number stands for all). `alpha`: variance = m + alpha m^2 (NegBin transforms).
    """

    k: float = 1.04
    h: float = 2.26
    expected: Literal["glm"] | tuple[float, ...] | None = None
    transform: Transform = "standard"
    alpha: float | None = None
    compat: bool = False
    """As R: Rossi's bound is the square of a negative root where any count would signal; see also `_bound_of_r`."""


def detect(counts: Array, *, judged: NDArray[np.intp], settings: Cusum, frequency: int = 52) -> Detection:
    """Judge successive periods of `counts` (T x S). A gap leaves the sum as it is. `extra`: `score`, the sum S."""
    if len(judged) > 1 and (np.diff(judged) != 1).any():
        raise Fault("signals.range", "range", "CUSUM adds up over successive periods; the judged periods have a hole")
    answer = empty(judged, counts)
    score = answer.extra["score"] = np.full(answer.count.shape, np.nan)
    mean = _expected(counts, judged, settings, frequency)
    total = np.zeros(counts.shape[1])
    for row in range(len(judged)):
        m, y = mean[row], answer.count[row]
        answer.expected[row] = m
        bound = _bound_of_r(total, m, settings) if settings.compat else _count_for(settings.h + settings.k - total, m, settings)
        answer.upper[row] = bound
        value = np.maximum(0, total + transform(y, m, settings) - settings.k)
        total = np.where(np.isfinite(value), value, total)
        score[row] = np.where(np.isfinite(y), total, np.nan)
    answer.judged_cells[:] = np.isfinite(answer.count) & np.isfinite(mean)
    answer.alarm[:] = answer.judged_cells & (score >= settings.h)
    return answer


def transform(y: Array, m: Array, settings: Cusum) -> Array:
    """The count on the scale that is added up."""
    a = settings.alpha
    if settings.transform.endswith("NegBin") and a is None:
        raise Fault("signals.alpha", "alpha", f"{settings.transform} needs alpha (variance = m + alpha m^2)")
    with np.errstate(divide="ignore", invalid="ignore"):
        match settings.transform:
            case "standard":
                x = (y - m) / np.sqrt(m)
            case "rossi":
                x = (y - 3 * m + 2 * np.sqrt(m * y)) / (2 * np.sqrt(m))
            case "anscombe":
                x = 1.5 * (np.cbrt(y) ** 2 - np.cbrt(m) ** 2) / m ** (1 / 6)
            case "anscombe2nd":
                x = 1.5 * (np.cbrt(y) ** 2 - (np.cbrt(m) ** 2 - 1 / (9 * np.cbrt(m)))) / m ** (1 / 6)
            case "pearsonNegBin":
                assert a is not None
                x = (y - m) / np.sqrt(m + a * m**2)
            case "anscombeNegBin":
                assert a is not None
                x = (_anscombe_negbin(y, a) - _anscombe_negbin(m, a)) / (m + a * m**2) ** (1 / 6)
            case _:
                x = np.asarray(y, dtype=np.float64)
    return np.asarray(x)


def _anscombe_negbin(y: Array, a: float) -> Array:
    """The integral of (t + a t^2)^(-1/3) from 0 to y: the scale on which such counts are near normal (Hilbe, Negative Binomial
    Regression, section 8.5)."""
    return np.asarray(1.5 * np.cbrt(y) ** 2 * special.hyp2f1(1 / 3, 2 / 3, 5 / 3, -a * y))


def _bound_of_r(total: Array, m: Array, settings: Cusum) -> Array:
    """As R prints it: rounded up for `standard`; for `none` and `anscombeNegBin` what is left of the boundary, on the scale of
    the sum.
    """
    if settings.transform in {"none", "anscombeNegBin"}:
        return np.asarray(np.maximum(settings.h - total, 0))
    bound = _count_for(settings.h + settings.k - total, m, settings)
    return np.asarray(np.ceil(bound)) if settings.transform == "standard" else bound


def _count_for(wanted: Array, m: Array, settings: Cusum) -> Array:
    """The count, not rounded, whose transform is `wanted`; 0 where any count reaches it."""
    with np.errstate(invalid="ignore"):
        if settings.transform == "rossi":
            inside = 4 * m + 2 * np.sqrt(m) * wanted
            root = -np.sqrt(m) + np.sqrt(np.maximum(inside, 0))
            return np.where(inside < 0, 0.0, (root if settings.compat else np.maximum(root, 0)) ** 2)
        if settings.transform == "none":
            return np.maximum(wanted, 0)
        if settings.transform == "standard":
            return np.maximum(m + wanted * np.sqrt(m), 0)
    low, high = np.zeros_like(m), np.maximum(m, 1.0)
    while (short := (transform(high, m, settings) < wanted) & (high < 1e15)).any():
        high[short] *= 2
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        reached = transform(middle, m, settings) >= wanted
        low, high = np.where(reached, low, middle), np.where(reached, middle, high)
    return high


def _expected(counts: Array, judged: NDArray[np.intp], settings: Cusum, frequency: int) -> Array:
    shape = (len(judged), counts.shape[1])
    past = counts[: judged[0]] if len(judged) else counts
    if isinstance(settings.expected, tuple):
        if len(settings.expected) not in {1, len(judged)}:
            raise Fault("signals.expected", "m", f"{len(settings.expected)} expected counts for {len(judged)} judged periods")
        return np.broadcast_to(np.asarray(settings.expected, dtype=np.float64).reshape(-1, 1), shape).copy()
    seen = np.isfinite(past).sum(axis=0)
    if not len(past) or (seen == 0).any():
        raise Fault("signals.history", "range",
                    "CUSUM takes its expected count from the periods before the first judged one: there are none")
    if settings.expected is None:
        return np.broadcast_to(np.nansum(past, axis=0) / seen, shape).copy()
    return np.column_stack([_wave(series, judged, frequency) for series in past.T])


def _wave(past: Array, judged: NDArray[np.intp], frequency: int) -> Array:
    """log m(t) = intercept + slope t + one yearly sine and cosine, fitted to the past by iterated weighted least squares."""
    def columns(t: NDArray[Any]) -> Array:
        angle = 2 * np.pi * t / frequency
        return np.column_stack([np.ones(len(t)), t, np.sin(angle), np.cos(angle)])

    known = np.isfinite(past)
    x, y = columns(np.flatnonzero(known) + 1.0), past[known]
    mean = y + 0.1
    beta: Array = np.zeros(4)
    new = beta
    for _ in range(50):
        target = np.log(mean) + (y - mean) / mean
        root = np.sqrt(mean)
        new = np.asarray(np.linalg.lstsq(x * root[:, None], target * root, rcond=None)[0], dtype=np.float64)
        mean = np.exp(np.clip(x @ new, -30, 30))
        if np.abs(new - beta).max() < 1e-10:
            break
        beta = new
    return np.asarray(np.exp(np.clip(columns(judged + 1.0) @ new, -30, 30)))
