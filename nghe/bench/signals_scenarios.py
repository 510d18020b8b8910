"""Simulated weekly counts with and without outbreaks, after Noufaily et al. (Stat. Med. 32 (2013) 1206-1222, section 3).

Twenty-eight scenarios (seven sizes x trend x season), 624 weeks, counts with variance phi times their mean; four past outbreaks
in weeks 313-575; one outbreak of strength k in weeks 576-624. Cases of an outbreak fall in weeks start + floor(exp(z / 2)), z
normal. Independent of the reference's files: another generator of random numbers, for calibration on series nobody is judged by.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

WEEKS, TRAINING, BASELINE = 624, 312, 575
SIZES = ((0.1, 0.0025, 0.6, 0.6, 1.5), (-2.0, 0.005, 0.1, 0.3, 2.0), (1.5, 0.003, 0.2, -0.4, 1.0), (0.5, 0.002, 0.5, 0.5, 5.0),
         (2.5, 0.001, 1.0, 0.1, 3.0), (3.75, 0.001, 0.1, -0.1, 1.1), (5.0, 0.0001, 0.05, 0.01, 1.2))


@dataclass(frozen=True)
class Simulation:
    """`base` and `past` are T x S: counts, and cases of past outbreaks to add to them; `strength` k makes `current[k]`."""

    base: np.ndarray
    past: np.ndarray
    current: dict[int, np.ndarray]


def means() -> np.ndarray:
    """T x 28 expected counts."""
    t = np.arange(1, WEEKS + 1)
    angle = 2 * np.pi * t / 52
    return np.column_stack([
        np.exp(theta + slope * trend * t + season * (g1 * np.cos(angle) + g2 * np.sin(angle)))
        for theta, slope, g1, g2, _ in SIZES for trend in (0, 1) for season in (0, 1)])


def outbreak(rng: np.random.Generator, cases: int, start: int) -> np.ndarray:
    weeks = start + np.floor(np.exp(0.5 * rng.standard_normal(cases))).astype(int)
    return np.bincount(weeks[weeks < WEEKS], minlength=WEEKS)[:WEEKS]


def simulate(seed: int, reps: int, strengths: tuple[int, ...] = (3, 5, 7, 10)) -> Simulation:
    rng = np.random.default_rng([seed, 20130401])
    mean = np.repeat(means(), reps, axis=1)
    phi = np.repeat([size[4] for size in SIZES], 4 * reps)
    over = np.where(phi > 1, phi, 2.0)
    base = np.where(phi > 1, rng.negative_binomial(mean / (over - 1), 1 / over), rng.poisson(mean))
    sd = np.sqrt(phi * mean)
    past = np.zeros_like(base)
    current = {k: np.zeros_like(base) for k in strengths}
    for s in range(base.shape[1]):
        for start in rng.choice(np.arange(TRAINING, BASELINE), 4, replace=False):
            past[:, s] += outbreak(rng, max(2, rng.poisson(rng.choice([2, 3, 5, 10]) * sd[start, s])), start)
        start = int(rng.integers(BASELINE, WEEKS))
        for k in strengths:
            current[k][:, s] = outbreak(rng, max(2, rng.poisson(k * sd[start, s])), start)
    past[BASELINE:] = 0
    return Simulation(base, past, current)
