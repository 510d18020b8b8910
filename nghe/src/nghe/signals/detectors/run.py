"""Run any detector by its settings."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nghe.errors import Fault
from nghe.signals.detectors import bayes, cusum, ears, farrington
from nghe.signals.detectors.result import Detection
from nghe.signals.detectors.settings import Settings
from nghe.signals.detectors.windows import Dates

Array = NDArray[np.float64]


def first_judged(settings: Settings, frequency: int) -> int:
    """The index of the first period with a whole baseline (without a calendar)."""
    match settings:
        case farrington.Farrington():
            return settings.b * frequency + settings.w
        case ears.Ears():
            return settings.first
        case bayes.Bayes():
            return max(settings.b * frequency + settings.w if settings.b else 0, settings.w if settings.this_year else 0)
        case _:
            return 2 * frequency


def run(settings: Settings, counts: Array, *, judged: NDArray[np.intp], frequency: int, dates: Dates | None = None,
        population: Array | None = None) -> Detection:
    """Judge periods of `counts` (T x S, nan for a gap); see the method's module for what `extra` holds."""
    counts = np.asarray(counts, dtype=np.float64)
    match settings:
        case farrington.Farrington():
            if settings.offset and population is None:
                raise Fault("signals.population", "population", "the settings ask for an offset, and there is no population")
            return farrington.detect(counts, judged=judged, frequency=frequency, settings=settings, dates=dates,
                                     population=population)
        case ears.Ears():
            return ears.detect(counts, judged=judged, settings=settings)
        case bayes.Bayes():
            return bayes.detect(counts, judged=judged, frequency=frequency, settings=settings)
        case _:
            return cusum.detect(counts, judged=judged, settings=settings, frequency=frequency)
