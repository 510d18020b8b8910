"""A random sample of notes, coded by people, kept apart from what the coder learns from.

Notes that were picked for learning are picked because they are odd; only notes drawn at random can say how common a code is, or
how far coders agree. So shares (`nghe.text.shares`) and agreement in reports take an `Audit`, and nothing else makes one.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nghe.errors import Fault

Doubles = npt.NDArray[np.float64]

DOUBLE_CODED = 0.1
"""At least this share of the notes is coded by two persons."""


@dataclass(frozen=True, slots=True)
class Draw:
    """Which notes of a population were drawn, each with the same chance and without replacement, and in which order."""

    population: tuple[str, ...]
    drawn: tuple[str, ...]
    double: tuple[str, ...]
    """Those that a second person codes too: the first of the drawn, at least a tenth of the population if so many were drawn."""


def draw_audit(population: Collection[str], size: int, *, rng: np.random.Generator, learnt: Collection[str] = ()) -> Draw:
    """Draw `size` notes by their ids. Notes that the coder learnt from (`learnt`) cannot be drawn, and are not counted: the share
    is then that of the other notes. Order and spelling of `population` do not matter, only the generator.

    Faults: `text.audit_size` (none, or more than there are), `text.twice` (an id twice).
    """
    if len(set(population)) != len(population):
        raise Fault("text.twice", "audit", "a note is in the population twice; give each note its own id")
    left = sorted(set(population) - set(learnt))
    if not 0 < size <= len(left):
        raise Fault("text.audit_size", "audit", f"{size} notes cannot be drawn of {len(left)} that the coder has not learnt from")
    drawn = tuple(left[at] for at in rng.choice(len(left), size=size, replace=False).tolist())
    return Draw(tuple(left), drawn, drawn[:min(size, math.ceil(DOUBLE_CODED * len(left)))])


@dataclass(frozen=True, slots=True)
class Audit:
    """A draw whose notes people coded, and what the coder says of every note of the population."""

    draw: Draw
    codes: tuple[str, ...]
    coded: npt.NDArray[np.bool_]
    """By people: drawn notes by codes."""
    machine: Doubles
    """Probabilities by the coder: notes of the population by codes, in the order of `draw.population`."""
    model: str
    """Digest of the model."""

    @classmethod
    def of(cls, draw: Draw, codings: Mapping[str, Sequence[str]], *, machine: Mapping[str, Mapping[str, float]],
           learnt: Collection[str], model: str) -> Audit:
        """From the codings of the drawn notes (codes by note) and the coder's probabilities (by note and code).

        Faults: `text.audit_open` (a drawn note is not coded), `text.audit_learnt` (the coder learnt from a drawn note),
        `text.audit_machine` (the coder has not judged a note, or not within 0 to 1).
        """
        if missing := [note for note in draw.drawn if note not in codings]:
            raise Fault("text.audit_open", missing[0],
                        f"was drawn and is not coded, as {len(missing)} in all; code every drawn note")
        if seen := set(draw.drawn) & set(learnt):
            raise Fault("text.audit_learnt", min(seen), "was drawn for the audit, and the coder learnt from it; train without it")
        used = {code for note in draw.drawn for code in codings[note]}
        codes = tuple(sorted(used | {code for own in machine.values() for code in own}))
        if missing := [note for note in draw.population if note not in machine]:
            raise Fault("text.audit_machine", missing[0],
                        "was not judged by the coder; let it judge every note of the population")
        judged = np.array([[machine[note].get(code, 0.0) for code in codes] for note in draw.population], dtype=np.float64)
        if not np.all((judged >= 0) & (judged <= 1)):
            raise Fault("text.audit_machine", "audit", "a probability is not within 0 to 1")
        coded = np.array([[code in codings[note] for code in codes] for note in draw.drawn], dtype=np.bool_)
        return cls(draw, codes, coded, judged, model)
