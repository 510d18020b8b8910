"""Which texts may be copies: MinHash signatures of the character 4-grams of folded texts, and bands that meet.

Broder, "On the resemblance and containment of documents" (1997): two sets have the same smallest hash with a probability equal to
their Jaccard coefficient J. 255 hashes in 85 bands of three: a pair with J = 0.35 meets in some band with 97.6 %, with J = 0.5
with 99.999 %, with J = 0.03 with 0.2 % (Leskovec, Rajaraman and Ullman, Mining of Massive Datasets, ch. 3).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from nghe.text.fold import fold

Numbers = npt.NDArray[np.uint32]
Keys = npt.NDArray[np.uint64]
Rows = npt.NDArray[np.int64]

GRAM = 4
BANDS, IN_A_BAND = 85, 3
HASHES = BANDS * IN_A_BAND
TEXTS_AT_ONCE = 4_000
SEED = 20_261_119
"""Signatures must be the same from run to run: stored ones are compared with new ones."""

_random = np.random.default_rng(SEED)
_FACTORS = _random.integers(1, 2**63, size=HASHES, dtype=np.uint64) | np.uint64(1)
_TERMS = _random.integers(0, 2**63, size=HASHES, dtype=np.uint64)
_PLACES = _random.integers(1, 2**63, size=GRAM, dtype=np.uint64) | np.uint64(1)
_MIX = np.uint64(0x9E3779B97F4A7C15)
_HALF = np.uint64(32)


def form(text: str) -> str:
    """What is compared: folded, short forms spelled out, letters and digits only; a text of signs alone as it is."""
    folded = fold(text, short_forms=True)
    return " ".join("".join(char if char.isalnum() else " " for char in folded).split()) or folded


def shingles(forms: Sequence[str]) -> tuple[Numbers, Rows]:
    """The distinct hashed 4-grams of each form, sorted, one after the other; and where each form's begin (one more entry than
    forms). A form shorter than four characters counts as one gram, an empty one has none."""
    padded = [one if len(one) >= GRAM or not one else one.ljust(GRAM, "\x00") for one in forms]
    points = np.frombuffer("".join(padded).encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
    lengths = np.array([len(one) for one in padded], dtype=np.int64)
    if not len(points):
        return np.zeros(0, np.uint32), np.zeros(len(forms) + 1, np.int64)
    owner = np.repeat(np.arange(len(forms), dtype=np.uint64), lengths)
    last = len(points) - GRAM + 1
    mixed = np.zeros(last, dtype=np.uint64)
    for place in range(GRAM):
        mixed += points[place:place + last] * _PLACES[place]
    mixed ^= mixed >> _HALF
    hashed = (mixed * _MIX) >> _HALF
    whole = owner[:last] == owner[GRAM - 1:]
    both = distinct((owner[:last][whole] << _HALF) | hashed[whole])
    starts = np.searchsorted(both >> _HALF, np.arange(len(forms) + 1, dtype=np.uint64))
    return (both & np.uint64(0xFFFFFFFF)).astype(np.uint32), starts.astype(np.int64)


def signatures(grams: Numbers, starts: Rows) -> Numbers:
    """Texts by hashes: the smallest value of each hash over the grams of each text; the largest number for a text without
    grams."""
    texts = len(starts) - 1
    found = np.full((texts, HASHES), 0xFFFFFFFF, dtype=np.uint32)
    filled = np.flatnonzero(np.diff(starts) > 0)
    for at in range(0, len(filled), TEXTS_AT_ONCE):
        chunk = filled[at:at + TEXTS_AT_ONCE]
        own = grams[starts[chunk[0]]:starts[chunk[-1] + 1]].astype(np.uint64)
        begin = (starts[chunk] - starts[chunk[0]]).astype(np.intp)
        for number in range(HASHES):
            values = ((own * _FACTORS[number] + _TERMS[number]) >> _HALF).astype(np.uint32)
            found[chunk, number] = np.minimum.reduceat(values, begin)
    return found


def band_keys(signature: Numbers, band: int) -> Keys:
    """One key for each text: texts with the same key meet in this band."""
    own = signature[:, band * IN_A_BAND:(band + 1) * IN_A_BAND].astype(np.uint64)
    key = np.zeros(len(own), dtype=np.uint64)
    for column in range(IN_A_BAND):
        key = (key ^ own[:, column]) * _MIX
        key ^= key >> _HALF
    return key


def distinct(values: Keys) -> Keys:
    """Each value once, rising. Sorting takes a third of the time of `np.unique`, which hashes."""
    found = np.sort(values)
    return found[np.concatenate([[True], found[1:] != found[:-1]])] if len(found) else found
