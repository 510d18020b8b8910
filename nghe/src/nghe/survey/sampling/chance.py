"""Chance that anyone can draw again: numbers from SHA-256 of the seed and a name, the same in every language and version.

A unit's number depends on the seed and its id only (a permanent random number: Ohlsson 1995, in Cox et al., Business Survey
Methods, ch. 9), so the draw does not change when the list is sorted another way, and a new unit does not disturb the others.
"""

from __future__ import annotations

import hashlib

from nghe.errors import Fault

GENERATOR = "sha256/1"
BITS = 53


def number_of(seed: str, *names: str) -> float:
    """A number in (0, 1), from the first 53 bits of SHA-256 over seed and names, each with its length in front."""
    said = b"".join(len(part.encode()).to_bytes(4, "big") + part.encode() for part in (seed, *names))
    first: int = int.from_bytes(hashlib.sha256(said).digest()[:8], "big") >> (64 - BITS)
    return (first + 0.5) * 2.0**-BITS


def check_seed(seed: str) -> str:
    """A seed is a text that stands in the record: a public number of the day, or one drawn before witnesses."""
    if not isinstance(seed, str) or not seed.strip():
        raise Fault("sampling.seed", "seed", f"{seed!r} is no seed; give a text, such as a lottery number of the day")
    return seed
