"""Put right what choosing bends: coded notes that were picked because they are hard are no picture of all notes.

Rare codes are commoner among them, and the coder is surer of the other notes than of them. Two things follow from knowing the
notes that wait, and which of the coded ones were drawn at random. One factor on all scores, fitted to those drawn at random,
brings the confidence back to the truth (temperature scaling: Guo et al., ICML 2017). The lean towards rare codes is then the one
with the best *expected* F1 over all notes, from the probabilities themselves (plug-in F-measures: Ye et al., ICML 2012), instead
of the F1 counted on the chosen ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from nghe.errors import Fault
from nghe.text.blend import Blend, loss_of

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

FEWEST_DRAWN = 100
"""Texts drawn at random from which a factor is fitted."""
FARTHEST = 4.0
USUAL, SPREAD = 0.22, 0.15
"""Logarithm of the factor that was best over all notes where nearly all coded ones were chosen: mean over topic and sentiment
of notes held back from training, and a little more than its spread from draw to draw (docs/methods/text-coder.md)."""


@dataclass(frozen=True, slots=True)
class Population:
    """All notes that the coded ones were chosen from. `drawn` has one entry for each coded text."""

    waiting: Sequence[str]
    """Texts that are not coded."""
    drawn: Sequence[bool]
    """Whether a coded text was drawn at random (or every note of its time was coded), rather than chosen."""

    def check(self, texts: int) -> None:
        """Faults: `text.unequal` (an entry is missing), `text.few_drawn` (fewer than 100 drawn, or nothing waits)."""
        if len(self.drawn) != texts:
            raise Fault("text.unequal", "training", f"{texts} texts, and {len(self.drawn)} say whether they were drawn")
        if sum(self.drawn) < FEWEST_DRAWN or not self.waiting:
            raise Fault("text.few_drawn", "training",
                        f"{sum(self.drawn)} coded texts were drawn at random and {len(self.waiting)} wait; at least "
                        f"{FEWEST_DRAWN} drawn ones and some that wait are needed, or train without them")


def sharpen(blend: Blend, scores: list[Floats], carried: Flags, *, chosen: float) -> Blend:
    """The blend with slopes and biases times the factor that makes the codes of randomly drawn texts most likely.

    `scores` are held-out ones of those texts (texts by codes, one matrix for each view), `chosen` the share of chosen texts among
    all coded ones. From 100 drawn texts the factor is known to about 15 %, so it is held towards what is usual (a normal prior
    on its logarithm, in proportion to `chosen`); many drawn texts outweigh that. Which code is likeliest stays the same.
    """
    from scipy.optimize import minimize_scalar

    raised = blend.raised(scores)

    def loss(power: float) -> float:
        return loss_of(np.exp(power) * raised, carried, several=blend.several) + ((power - USUAL * chosen) / SPREAD) ** 2 / 2

    found = minimize_scalar(loss, bounds=(-np.log(FARTHEST), np.log(FARTHEST)), method="bounded")
    factor = np.float32(np.exp(found.x))
    return replace(blend, slopes=blend.slopes * factor, biases=blend.biases * factor)


def expected_reach(given: Flags, probabilities: Doubles) -> float:
    """Half the macro F1, half the weighted F1, as the probabilities (notes by codes) let expect them for the codes `given`."""
    texts = probabilities.sum(axis=0)
    own = 2 * (given * probabilities).sum(axis=0) / np.maximum(given.sum(axis=0) + texts, 1e-9)
    return float((own.mean() + own @ texts / texts.sum()) / 2)
