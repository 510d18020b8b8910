"""Bring a trained model file (`nghe.text`) to the slot for coders: topics, how sure, which model, and the words that weigh.

What the model is not good enough at gets no suggestion. The core works without the text extra: then there is no coder.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from langnghe.coding.domain.suggest import Coder, Suggestion
from langnghe.intake.models import Observation
from langnghe.network.models import Unit


def coder_from_file(path: Path, *, digest: str) -> Coder | None:
    """A coder that goes by this very model; none where the text extra is not installed.

    Faults: `text.model_format`, `text.model_tampered`, `text.model_other`, as of `nghe.text.modelfile.load_coder`.
    """
    try:
        from nghe.text.modelfile import load_coder
        from nghe.text.suggest import suggest
    except ImportError:
        return None
    model, version = load_coder(path, digest=digest), f"nghe.text {digest[:12]}"

    def answer(_unit: Unit, notes: Sequence[Observation]) -> list[list[Suggestion]]:
        return [
            [Suggestion(code, given.confidence, version, why=tuple(reason.words for reason in given.reasons))
             for code in given.codes]
            for given in suggest(model, [note.text for note in notes])
        ]

    return answer
