"""Suggest codes for notes, or keep silent and say why. A machine only suggests; a person confirms (R11).

The surest are filled in ahead, to be confirmed; the rest go to a person with the suggestion beside them, or with none: where the
code is one the coder is not good at here, where it is unsure, or where it knows too few of the words. In a frame of several
levels an unsure code gives way to the topic or field above it, if that is sure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from nghe.text.coder import Coder, predict
from nghe.text.quality import CodeQuality
from nghe.text.renaming import Renaming, way_up
from nghe.text.why import MOST_REASONS, Reason, explain

LEAST_CONFIDENCE = 0.5
LEAST_KNOWN = 0.3
Why = Literal["", "no_words", "unknown_words", "unsure", "few_texts", "imprecise", "nothing_fits"]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What is suggested for one text. Without a code, `silent_because` says why not."""

    codes: tuple[str, ...]
    """Codes, or a single code of a higher level (`raised`)."""
    confidence: float
    fill: bool
    """Sure enough to be filled in before a person looks."""
    raised: bool
    silent_because: Why
    reasons: tuple[Reason, ...]


def suggest(coder: Coder, texts: Sequence[str], *, parents: Mapping[str, str] | None = None,
            changes: Mapping[str, str] | None = None) -> list[Suggestion]:
    """One suggestion for each text, in order.

    `parents` gives the code above each code (topic of a code, field of a topic); `changes` the new name of each code that was
    renamed or merged since the coder learnt (old name -> new name).
    """
    above = Above(parents or {})
    renaming = Renaming.of(coder.codes, changes or {})
    quality = {name: _quality_of(coder, renaming, name) for name in renaming.names}
    predicted = predict(coder, texts, changes=changes)
    answers = []
    for at, text in enumerate(texts):
        codes, sure = predicted.codes[at], float(predicted.confidence[at])
        silent = _silent(quality, codes, sure, float(predicted.known[at]))
        if not silent:
            reasons = tuple(reason for code in codes for reason in _reasons(coder, renaming, text, code))
            fill = sure >= coder.quality.fill_from
            answers.append(Suggestion(codes, sure, fill, raised=False, silent_because="", reasons=reasons))
            continue
        raised = None
        if parents and not coder.several and silent in ("unsure", "few_texts", "imprecise"):
            raised = above.surest({code: float(p) for code, p in zip(predicted.names, predicted.probabilities[at], strict=True)})
        if raised:
            answers.append(Suggestion((raised[0],), raised[1], fill=False, raised=True, silent_because="",
                                      reasons=_reasons(coder, renaming, text, codes[0])))
        else:
            answers.append(Suggestion((), sure, fill=False, raised=False, silent_because=silent, reasons=()))
    return answers


def _quality_of(coder: Coder, renaming: Renaming, name: str) -> CodeQuality:
    """Of a code of today: that of the codes that became it, together."""
    own = [coder.quality.codes[coder.codes[at]] for at in renaming.of_name(name)]
    return CodeQuality(*(sum(counts) for counts in zip(*((code.texts, code.given, code.right) for code in own), strict=True)))


def _reasons(coder: Coder, renaming: Renaming, text: str, name: str) -> tuple[Reason, ...]:
    """Why a code of today: the words that weigh most for any of the codes that became it."""
    found = [reason for at in renaming.of_name(name) for reason in explain(coder, text, coder.codes[at])]
    strongest = {reason.words: reason for reason in sorted(found, key=lambda reason: reason.weight)}
    return tuple(sorted(strongest.values(), key=lambda reason: (-reason.weight, reason.words)))[:MOST_REASONS]


class Above:
    """The levels of a frame: from each code the way up. Fault `text.frame_loop` where a code is above itself."""

    def __init__(self, parents: Mapping[str, str]) -> None:
        self.parents = dict(parents)
        for code in self.parents:
            self.path(code)

    def path(self, code: str) -> tuple[str, ...]:
        """The codes above, nearest first."""
        return way_up(self.parents, code)

    def probabilities(self, own: Mapping[str, float]) -> dict[str, float]:
        """Of every higher code: the sum over the codes below it (and its own, where it is used itself)."""
        found: dict[str, float] = {}
        for code, probability in own.items():
            for higher in self.path(code):
                found[higher] = found.get(higher, own.get(higher, 0.0)) + probability
        return found

    def surest(self, own: Mapping[str, float]) -> tuple[str, float] | None:
        """The nearest higher code of the likeliest code that is sure enough."""
        likeliest = max(own, key=lambda code: own[code])
        higher = self.probabilities(own)
        for code in self.path(likeliest):
            if higher[code] >= LEAST_CONFIDENCE:
                return code, min(1.0, higher[code])
        return None


def _silent(quality: Mapping[str, CodeQuality], codes: tuple[str, ...], sure: float, known: float) -> Why:
    if known == 0:
        return "no_words"
    if not codes:
        return "nothing_fits"
    if known < LEAST_KNOWN:
        return "unknown_words"
    for code in codes:
        if because := quality[code].silent_because:
            return "few_texts" if because == "few_texts" else "imprecise"
    return "" if sure >= LEAST_CONFIDENCE else "unsure"
