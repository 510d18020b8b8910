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
ROUNDS, ROUNDS_OF_R, EPSILON_OF_R, ALPHA_OF_R = 50, 25, 1e-8, 0.1
LIMIT = 30.0


@dataclass(frozen=True, slots=True)
class Cusum:
    """`expected`: None for the mean of all counts before the first judged period, "glm" for a trend and one yearly wave fitted to
    them (half a count in all where there was none), or a number for each judged period (one number stands for all). `alpha`:
    variance = m + alpha m^2 (NegBin transforms).
    """

    k: float = 1.04
    h: float = 2.26
    expected: Literal["glm"] | tuple[float, ...] | None = None
    transform: Transform = "standard"
    alpha: float | None = None
    compat: bool = False
    """As R `surveillance` 1.20: see `_bound_of_r`, `_tabled` and `_wave`; what cannot be computed (an expected count of 0, a gap)
    makes the sum unknown from there on, under a bound of 0.
    """


def detect(counts: Array, *, judged: NDArray[np.intp], settings: Cusum, frequency: int = 52) -> Detection:
    """Judge successive periods of `counts` (T x S). A gap leaves the sum as it is. `extra`: `score`, the sum S."""
    if len(judged) > 1 and (np.diff(judged) != 1).any() and not settings.compat:
        raise Fault("signals.range", "range", "CUSUM adds up over successive periods; the judged periods have a hole")
    answer = empty(judged, counts)
    score = answer.extra["score"] = np.full(answer.count.shape, np.nan)
    mean = _expected(counts, judged, settings, frequency)
    total = np.zeros(counts.shape[1])
    for row in range(len(judged)):
        m, y = mean[row], answer.count[row]
        answer.expected[row] = m
        value = np.maximum(0, total + transform(y, m, settings) - settings.k)
        if settings.compat:
            answer.upper[row] = _bound_of_r(total, value, m, settings)
            total = score[row] = value
            continue
        answer.upper[row] = _count_for(settings.h + settings.k - total, m, settings)
        total = np.where(np.isfinite(value), value, total)
        score[row] = np.where(np.isfinite(y), total, np.nan)
    answer.judged_cells[:] = np.isfinite(answer.upper) if settings.compat else np.isfinite(answer.count) & np.isfinite(mean)
    answer.alarm[:] = answer.judged_cells & (score >= settings.h)
    return answer


def transform(y: Array, m: Array, settings: Cusum) -> Array:
    """The count on the scale that is added up."""
    a = ALPHA_OF_R if settings.compat and settings.alpha is None else settings.alpha
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
                scale = _tabled if settings.compat else _anscombe_negbin
                x = (scale(y, a) - scale(m, a)) / (m + a * m**2) ** (1 / 6)
            case _:
                x = np.asarray(y, dtype=np.float64)
    return np.asarray(x)


def _anscombe_negbin(y: Array, a: float) -> Array:
    """The integral of (t + a t^2)^(-1/3) from 0 to y: the scale on which such counts are near normal (Hilbe, Negative Binomial
    Regression, section 8.5)."""
    return np.asarray(1.5 * np.cbrt(y) ** 2 * special.hyp2f1(1 / 3, 2 / 3, 5 / 3, -a * y))


def _tabled(y: Array, a: float) -> Array:
    """The same as R reads it from a table: at steps of 0.01 up to a y = 10, linear between whole numbers up to 100, then unknown.
    """
    z = a * y
    under = np.floor(z * 100)
    near = 0.01 * np.where(np.abs(z - 0.01 * under) <= np.abs(z - 0.01 * (under + 1)), under, under + 1)
    low = np.floor(z)
    at_near, at_low, at_high = (special.hyp2f1(1 / 3, 2 / 3, 5 / 3, -each) for each in (near, low, low + 1))
    read = np.where(z <= 10, at_near, np.where(z <= 100, at_low + (at_high - at_low) * (z - low), np.nan))
    return np.asarray(1.5 * np.cbrt(y) ** 2 * read)


def _bound_of_r(before: Array, after: Array, m: Array, settings: Cusum) -> Array:
    """As R prints it, from the sums before and after the period: rounded up for `standard`; for `none` and `anscombeNegBin` what
    the sum still lacks after the period, on its own scale; `anscombe2nd` with the wrong power in its correction; Rossi's the
    square of a negative root where any count would signal. What is unknown is 0.
    """
    wanted = settings.h + settings.k - before
    with np.errstate(invalid="ignore"):
        match settings.transform:
            case "none" | "anscombeNegBin":
                bound = settings.h - after
            case "standard":
                bound = np.ceil(m + wanted * np.sqrt(m))
            case "anscombe2nd":
                bound = np.maximum(2 / 3 * m ** (1 / 6) * wanted + np.cbrt(m) ** 2 - np.cbrt(m) / 9, 0) ** 1.5
            case _:
                bound = _count_for(wanted, m, settings)
    return np.maximum(np.nan_to_num(bound, nan=0.0, posinf=np.inf), 0)


def _count_for(wanted: Array, m: Array, settings: Cusum) -> Array:
    """The count, not rounded, whose transform is `wanted`; 0 where any count reaches it."""
    with np.errstate(invalid="ignore", divide="ignore"):
        match settings.transform:
            case "rossi":
                inside = 4 * m + 2 * np.sqrt(m) * wanted
                root = -np.sqrt(m) + np.sqrt(np.maximum(inside, 0))
                return np.where(inside < 0, 0.0, (root if settings.compat else np.maximum(root, 0)) ** 2)
            case "standard":
                return np.maximum(m + wanted * np.sqrt(m), 0)
            case "anscombe" | "anscombe2nd":
                shift = 1 / (9 * np.cbrt(m)) if settings.transform == "anscombe2nd" else 0.0
                return np.asarray(np.maximum(2 / 3 * m ** (1 / 6) * wanted + np.cbrt(m) ** 2 - shift, 0) ** 1.5)
            case "pearsonNegBin":
                a = ALPHA_OF_R if settings.alpha is None else settings.alpha
                return np.maximum(m + wanted * np.sqrt(m + a * m**2), 0)
            case "none":
                return np.maximum(wanted, 0)
            case _:
                return _bisect(wanted, m, settings)


def _bisect(wanted: Array, m: Array, settings: Cusum) -> Array:
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
    past = counts[: max(judged[0], int(settings.compat))] if len(judged) else counts
    if isinstance(settings.expected, tuple):
        if len(settings.expected) not in {1, len(judged)}:
            raise Fault("signals.expected", "m", f"{len(settings.expected)} expected counts for {len(judged)} judged periods")
        return np.broadcast_to(np.asarray(settings.expected, dtype=np.float64).reshape(-1, 1), shape).copy()
    seen = np.isfinite(past).sum(axis=0)
    if settings.compat and settings.expected is None and len(past):
        return np.broadcast_to(past.mean(axis=0), shape).copy()
    if not len(past) or (seen == 0).any():
        raise Fault("signals.history", "range",
                    "CUSUM takes its expected count from the periods before the first judged one: there are none")
    if settings.compat:
        return np.column_stack([_wave(series, judged, frequency, as_r=True) for series in past.T])
    total = np.nansum(past, axis=0)
    level = np.where(total > 0, total, 0.5) / seen
    if settings.expected is None:
        return np.broadcast_to(level, shape).copy()
    return np.column_stack([_wave(series, judged, frequency, as_r=False) if some else np.full(len(judged), mean)
                            for series, some, mean in zip(past.T, total > 0, level, strict=True)])


def _wave(past: Array, judged: NDArray[np.intp], frequency: int, *, as_r: bool) -> Array:
    """log m(t) = intercept + slope t + one yearly sine and cosine, fitted to the past by iterated weighted least squares.

    `as_r`: without the slope, which R documents and leaves out, and ended where R's `glm` ends.
    """
    def columns(t: NDArray[Any]) -> Array:
        angle = 2 * np.pi * t / frequency
        return np.column_stack([np.ones(len(t)), np.sin(angle), np.cos(angle), *([] if as_r else [t])])

    known = np.isfinite(past)
    x, y = columns(np.flatnonzero(known) + 1.0), past[known]
    mean = y + 0.1
    target = np.log(mean) + (y - mean) / mean
    last, new = np.inf, np.zeros(x.shape[1])
    for _ in range(ROUNDS_OF_R if as_r else ROUNDS):
        root = np.sqrt(mean)
        new = np.asarray(np.linalg.lstsq(x * root[:, None], target * root, rcond=None)[0], dtype=np.float64)
        eta = np.clip(x @ new, -LIMIT, LIMIT)
        mean = np.exp(eta)
        target = eta + (y - mean) / mean
        deviance = 2 * float((special.xlogy(y, y) - y * eta - y + mean).sum())
        if abs(deviance - last) < (EPSILON_OF_R if as_r else 1e-13) * (abs(deviance) + 0.1):
            break
        last = deviance
    return np.asarray(np.exp(np.clip(columns(judged + 1.0) @ new, -LIMIT, LIMIT)))
