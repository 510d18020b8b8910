"""What the notes under "other" speak of: candidates for new codes, each with typical notes, for a person to confirm.

Folded TF-IDF rows are brought to a few dimensions (latent semantic analysis: Deerwester et al., JASIS 41, 1990) and grouped by
k-means on the sphere; of several numbers of groups the one with the best mean silhouette (Rousseeuw, 1987) is kept,
and groups that are not tighter than the rest of the notes are left out. Themes find candidates, no more: they are never a unit of
report (R11), and most notes of a mixed bin belong to none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from nghe.text.terms import learn_terms
from nghe.text.views import Reading, has_words, read

Doubles = npt.NDArray[np.float64]

FEWEST = 5
"""Notes that make a theme."""
DIMENSIONS = 50
LOOSE = 0.35
"""Tightness below which notes have little in common; it must also exceed that of all notes together by a tenth of what is
left."""
TYPICAL = 3
WORDS = 6


@dataclass(frozen=True, slots=True)
class Theme:
    """A candidate for a code: its notes by their number, the most typical first, and the words that set it apart."""

    notes: tuple[int, ...]
    typical: tuple[int, ...]
    words: tuple[str, ...]
    tightness: float
    """Mean cosine of its notes with their middle, 0 to 1."""


def find_themes(texts: Sequence[str], *, rng: np.random.Generator, most: int = 12) -> list[Theme]:
    """Themes among notes that fit no code, the largest first; each note in one theme or in none.

    Fewer than ten notes with words give none. The same notes and generator give the same themes.
    """
    from scipy.sparse.linalg import svds

    readings = [read(text) for text in texts]
    told = [at for at, reading in enumerate(readings) if has_words(reading)]
    if len(told) < 2 * FEWEST:
        return []
    own = [readings[at] for at in told]
    terms = learn_terms("bare", own, most=50_000)
    rows = terms.matrix(own)
    rank = min(DIMENSIONS, max(2, len(told) // FEWEST), min(rows.shape) - 1)
    left, sizes, _ = svds(rows.astype(np.float64), k=rank, v0=np.ones(min(rows.shape)))
    points = left * sizes
    lengths = np.linalg.norm(points, axis=1, keepdims=True)
    points = np.divide(points, lengths, out=np.zeros_like(points), where=lengths > 1e-9)
    tried = [_spheres(points, groups, rng) for groups in range(2, min(most, len(told) // FEWEST) + 1)]
    best = max(tried, key=lambda groups: _silhouette(points, groups))
    general = float(np.linalg.norm(points.mean(axis=0)))
    themes = [_theme(points, np.flatnonzero(best == group), told, own, rows, terms.columns)
              for group in range(int(best.max()) + 1)]
    least = max(LOOSE, general + (1 - general) / 10)
    kept = [theme for theme in themes if theme and len(theme.notes) >= FEWEST and theme.tightness > least]
    return sorted(kept, key=lambda theme: (-len(theme.notes), theme.notes))


def _spheres(points: Doubles, groups: int, rng: np.random.Generator) -> npt.NDArray[np.intp]:
    """k-means by cosine; the first middles far apart (k-means++, Arthur and Vassilvitskii 2007)."""
    middles = points[[int(rng.integers(len(points)))]]
    while len(middles) < groups:
        far = np.maximum(1 - (points @ middles.T).max(axis=1), 1e-12)
        middles = np.vstack([middles, points[int(rng.choice(len(points), p=far / far.sum()))]])
    group = np.zeros(len(points), dtype=np.intp)
    for _ in range(50):
        new = (points @ middles.T).argmax(axis=1)
        if np.array_equal(new, group):
            break
        group = new
        for at in range(groups):
            if (group == at).any():
                middle = points[group == at].mean(axis=0)
                middles[at] = middle / max(float(np.linalg.norm(middle)), 1e-12)
    return group


def _silhouette(points: Doubles, group: npt.NDArray[np.intp]) -> float:
    """Mean over notes of how much nearer the middle of their own group is than that of the next (simplified silhouette)."""
    middles = np.array([points[group == at].mean(axis=0) if (group == at).any() else np.zeros(points.shape[1])
                        for at in range(int(group.max()) + 1)])
    if len(middles) < 2:
        return -1.0
    away = 1 - points @ middles.T
    own = away[np.arange(len(points)), group].copy()
    away[np.arange(len(points)), group] = np.inf
    other = away.min(axis=1)
    return float(((other - own) / np.maximum(np.maximum(own, other), 1e-12)).mean())


def _theme(points: Doubles, members: npt.NDArray[np.intp], told: list[int], readings: list[Reading], rows: Any,
           columns: dict[str, int]) -> Theme | None:
    if not len(members):
        return None
    middle = points[members].mean(axis=0)
    middle /= max(float(np.linalg.norm(middle)), 1e-12)
    near = points[members] @ middle
    order = members[np.argsort(-near, kind="stable")]
    notes = tuple(told[at] for at in order.tolist())
    apart = np.asarray(rows[members].mean(axis=0)).ravel() - np.asarray(rows.mean(axis=0)).ravel()
    names = list(columns)
    words = tuple(_as_written(names[at], [readings[own] for own in order.tolist()])
                  for at in np.argsort(-apart, kind="stable")[:WORDS].tolist())
    return Theme(notes, notes[:TYPICAL], words, float(near.mean()))


def _as_written(term: str, readings: list[Reading]) -> str:
    """A folded term as the first note writes it, with its marks where it has them."""
    wanted = tuple(term.split(" "))
    for reading in readings:
        for at in range(len(reading.bare) - len(wanted) + 1):
            if reading.bare[at:at + len(wanted)] == wanted:
                return " ".join(reading.tokens[at:at + len(wanted)])
    return term
