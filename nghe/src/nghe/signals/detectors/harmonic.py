"""The default detector: a count and the sum of it with the one before, each against a negative-binomial prediction.

Baseline: log expected = level + trend + one yearly wave + log reports received (the offset: mentions per report that could have
carried them), quasi-Poisson, past peaks weighted down twice by their Anscombe residuals. Prediction: negative binomial with
variance (phi + M v) M, where v is the variance of the log mean M, so that a short or thin history widens the bound. The smaller
of the two tail probabilities is turned into one that is true over weeks without an issue (`recalibration`).

What a baseline holds decides what is fitted: from 3 years on trend and wave; from 1 year the wave; from 8 periods the level only,
said as "short_history"; below, nothing. An issue that lasts two weeks or longer is what the sum of two weeks is for; it costs
about 0.2 week of delay (docs/methods/signals-default.md).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy import special

from nghe.errors import Fault
from nghe.signals.detectors import loglinear, tails, waves
from nghe.signals.detectors.result import Detection, empty, recent_cases
from nghe.signals.recalibration import Table, shipped

Array = NDArray[np.float64]
CHUNK = 2048
SHORTEST = 8
CELLS = 200_000


@dataclass(frozen=True, slots=True)
class Harmonic:
    """`years` of history at most, the newest `left_out` periods not used; `limit54`: cases in the last periods that must be
    there.

    `sums`: 2 judges one- and two-period sums, 1 only the first. `alpha` is the share of false alarms per series and period.
    `table`: how raw probabilities are recalibrated; None leaves them raw.
    """

    years: float = 5
    left_out: int = 8
    reweight: bool = True
    weights_threshold: float = 2.58
    limit54: tuple[float, int] = (5, 4)
    sums: int = 2
    alpha: float = 0.005
    table: Table | None = field(default_factory=shipped)


def detect(counts: Array, *, judged: NDArray[np.intp], frequency: float, settings: Harmonic, reports: Array | None = None,
           marked: NDArray[np.bool_] | None = None) -> Detection:
    """Judge periods of `counts` (T x S; nan is a gap). `reports` (T x S, > 0 where a count stands) is the offset.

    `marked` (T): special periods (Tết) with a level of their own, where the baseline holds at least two of them. `extra`: `phi`,
    `raw` (the smaller raw p), `history` (periods used), `low` and `high` (central 95 % of the prediction of one period).
    """
    counts = np.asarray(counts, dtype=np.float64)
    if settings.sums not in {1, 2}:
        raise Fault("signals.setting", "sums", f"{settings.sums} is not 1 or 2")
    answer = empty(judged, counts)
    answer.extra.update({name: np.full(answer.count.shape, np.nan) for name in ("phi", "raw", "history", "low", "high")})
    log_reports = _log_reports(counts, reports)
    for row, now in enumerate(judged):
        used = np.arange(max(0, int(now) - round(settings.years * frequency)), max(0, int(now) - settings.left_out))
        if len(used) < SHORTEST:
            answer.extra["history"][row] = len(used)
            continue
        mark = None if marked is None or not (2 <= marked[used].sum() < len(used)) else marked
        step = max(1, CELLS // len(used))
        for start in range(0, counts.shape[1], step):
            part = slice(start, start + step)
            _judge(answer, row, part, counts[:, part], log_reports[:, part], used, int(now), frequency, settings, mark)
    return _decide(answer, counts, settings)


def _log_reports(counts: Array, reports: Array | None) -> Array:
    if reports is None:
        return np.zeros(counts.shape)
    if ((reports <= 0) & (np.nan_to_num(counts) > 0)).any():
        raise Fault("signals.reports", "reports", "a count stands where no report was received")
    return np.log(np.where(reports > 0, reports, np.nan))


def _judge(answer: Detection, row: int, part: slice, counts: Array, log_reports: Array, used: NDArray[np.intp], now: int,
           frequency: float, settings: Harmonic, marked: NDArray[np.bool_] | None) -> None:
    lags = np.array([now, now - 1] if settings.sums == 2 else [now])
    mark = None if marked is None else (marked[used].astype(np.float64), marked[lags].astype(np.float64))
    year, n = frequency, len(used)
    plan = waves.columns((used - now).astype(np.float64), (lags - now).astype(np.float64), frequency=frequency,
                         trend=n >= 3 * year - settings.left_out, wave=n >= year, marked=mark)
    y, log_off = np.ascontiguousarray(counts[used].T), np.ascontiguousarray(log_reports[used].T)
    known = np.isfinite(y) & np.isfinite(log_off)
    y, log_off, present = _capped(np.where(known, y, 0.0)), np.where(known, log_off, 0.0), known.astype(np.float64)
    model, phi = _fit(y, present, log_off, plan, settings)
    ahead = model.ahead(plan.now) * np.exp(log_reports[lags].T)
    raws = []
    for size in range(1, settings.sums + 1):
        mean, spread = _sum(model, plan, ahead[:, :size], phi)
        wide = phi + mean * spread
        total = counts[lags[:size]].sum(axis=0)
        seen = np.isfinite(total) & np.isfinite(mean)
        raws.append(np.where(seen, tails.at_least(np.nan_to_num(total), np.nan_to_num(mean), np.maximum(wide, 1.0)), np.nan))
        if size == 1:
            answer.expected[row, part], answer.extra["phi"][row, part] = mean, wide
    raw = np.fmin.reduce(raws)
    told = np.isfinite(raws[0]) & (present.sum(axis=1) >= SHORTEST)
    answer.extra["raw"][row, part] = np.where(told, raw, np.nan)
    answer.extra["history"][row, part] = present.sum(axis=1)
    answer.expected[row, part] = np.where(present.sum(axis=1) >= SHORTEST, answer.expected[row, part], np.nan)


def _capped(y: Array) -> Array:
    """Past counts, an enormous one held to what weighting down can still cope with: 5 times the count that nine of ten stay
    under, plus 20.
    """
    ninth = int(0.9 * (y.shape[1] - 1))
    return np.asarray(np.minimum(y, 5 * np.partition(y, ninth, axis=1)[:, [ninth]] + 20))


def _fit(y: Array, present: Array, log_off: Array, plan: waves.Columns, settings: Harmonic) -> tuple[waves.Waves, Array]:
    """Fit, weight past peaks down, and again; the dispersion is held to 1 or more."""
    weights, model = present, waves.fit(y, present, plan, log_off)
    for _ in range(2 if settings.reweight else 0):
        phi = np.maximum(model.phi, 1.0)[:, None]
        spare = np.maximum(1 - waves.leverages(model, weights, plan), 1e-6)
        residual = 1.5 * (np.cbrt(y) ** 2 - np.cbrt(model.mean) ** 2) / (model.mean ** (1 / 6) * np.sqrt(phi * spare))
        weights = loglinear.down_weights(residual, present, threshold=settings.weights_threshold)
        model = waves.fit(y, weights, plan, log_off, start=np.log(np.maximum(model.mean, 1e-13)))
    return model, np.maximum(model.phi, 1.0)


def _sum(model: waves.Waves, plan: waves.Columns, ahead: Array, phi: Array) -> tuple[Array, Array]:
    """Expected sum of the judged points, and the variance of its logarithm."""
    total = ahead.sum(axis=1)
    lever = (ahead / total[:, None]) @ plan.now[: ahead.shape[1]]
    return total, np.einsum("rp,rpq,rq->r", lever, model.covariance, lever, optimize=True) * phi


def _decide(answer: Detection, counts: Array, settings: Harmonic) -> Detection:
    """Recalibrate, and raise alarms where enough was mentioned of late."""
    raw, mean, wide = answer.extra["raw"], answer.expected, answer.extra["phi"]
    table = settings.table
    answer.p[:] = raw if table is None else table.true_p(raw, mean)
    cut = np.full(raw.shape, settings.alpha) if table is None else table.raw_for(settings.alpha, mean)
    answer.upper[:] = _bound(mean, wide, cut)
    answer.extra["low"][:], answer.extra["high"][:] = (_bound(mean, wide, np.full(mean.shape, tail)) for tail in (0.975, 0.025))
    cases, periods = settings.limit54
    enough = recent_cases(counts, answer.judged, int(periods)) >= cases
    answer.judged_cells[:] = enough & np.isfinite(raw)
    answer.alarm[:] = answer.judged_cells & (answer.p <= settings.alpha)
    return answer


def _bound(mean: Array, wide: Array, tail: Array) -> Array:
    """The largest count of one period that is not beyond the tail, by the normal quantile of the square-root scale and then
    exactly.
    """
    told = np.isfinite(mean) & np.isfinite(tail)
    m, f, t = np.where(told, mean, 1.0), np.where(told, np.maximum(wide, 1.0), 1.0), np.where(told, tail, 0.5)
    guess = np.maximum(np.floor((np.sqrt(m) + special.ndtri(1 - t) * np.sqrt(f) / 2) ** 2), 0.0)
    for _ in range(400):
        if not (low := tails.at_least(guess + 1, m, f) > t).any():
            break
        guess = guess + low
    for _ in range(400):
        if not (high := (guess > 0) & (tails.at_least(guess, m, f) <= t)).any():
            break
        guess = guess - high
    return np.where(told, guess, np.nan)
