"""Which notes to code next, so that the coder learns most from each hour of work.

Margin sampling (Scheffer, Decomain and Wrobel, IDA 2001): notes between whose two likeliest codes the coder wavers; and a quota
for codes it has few examples of: notes for which such a code is one of the two, or failing that the likeliest to carry it. Notes
chosen here never enter an audit. What choosing bends, `nghe.text.population` puts right when the coder is trained.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from nghe.errors import Fault

Doubles = npt.NDArray[np.float64]

RARE_QUOTA = 0.5
ENOUGH = 200
"""A code with as many examples is not rare."""


def choose_next(probabilities: Doubles, notes: Sequence[str], codes: Sequence[str], *, examples: Mapping[str, int], size: int,
                audit: Collection[str] = (), several: bool = False, quota: float = RARE_QUOTA) -> list[str]:
    """The `size` notes (fewer where there are fewer) to code next, the most telling first; never one of the audit.

    `probabilities` are those of the coder, notes by codes; `examples` how many coded texts each code has. Half (`quota`) is
    for rare codes, the rarest first. Fault `text.unequal` where the shapes do not fit.
    """
    if probabilities.shape != (len(notes), len(codes)):
        raise Fault("text.unequal", "active",
                    f"{probabilities.shape} probabilities for {len(notes)} notes and {len(codes)} codes")
    free = [at for at, note in enumerate(notes) if note not in set(audit)]
    rare = sorted((code for code in range(len(codes)) if examples.get(codes[code], 0) < ENOUGH),
                  key=lambda code: (examples.get(codes[code], 0), codes[code]))
    chosen: dict[int, None] = {}
    margins = _margins(probabilities, several=several)
    turns = round(quota * size) if rare else 0
    queues = [iter(_telling(probabilities, margins, free, code, several=several)) for code in rare[:turns]]
    for turn in range(turns):
        best = next((at for at in queues[turn % len(rare)] if at not in chosen), None)
        if best is not None:
            chosen[best] = None
    for at in sorted(free, key=lambda at: (margins[at], at)):
        if len(chosen) >= size:
            break
        chosen.setdefault(at)
    return [notes[at] for at in chosen]


def _telling(probabilities: Doubles, margins: Doubles, free: Sequence[int], code: int, *, several: bool) -> list[int]:
    """Notes in the order in which they teach a rare code: those that waver about it, then those that may carry it."""
    own, at = probabilities[free, code], np.asarray(free, dtype=np.intp)
    if several:
        return list(at[np.argsort(np.abs(own - 0.5), kind="stable")].tolist())
    not_first_two = (probabilities[free] > own[:, None]).sum(axis=1) >= 2
    return list(at[np.lexsort((np.where(not_first_two, -own, margins[free]), not_first_two))].tolist())


def _margins(probabilities: Doubles, *, several: bool) -> Doubles:
    """How far the coder is from wavering: between the two likeliest codes, or from one half where codes stand alone."""
    if several:
        return np.asarray(np.abs(probabilities - 0.5).min(axis=1))
    if probabilities.shape[1] < 2:
        return np.zeros(len(probabilities))
    top = np.partition(probabilities, -2, axis=1)
    return np.asarray(top[:, -1] - top[:, -2])
