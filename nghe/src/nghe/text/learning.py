"""Learn from each text that a person codes, at once; the next full training then puts everything right.

The lines of every view are fitted again to all texts, which takes a fifth of a second for 2,000; calibration and quality stay
those of the last training. Single steps along the new text alone (passive-aggressive updates) were measured and cost up to 20
points of macro F1 (docs/methods/text-coder.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from nghe.errors import Fault
from nghe.text.coder import Coder
from nghe.text.training import learn_views
from nghe.text.views import Reading, has_words, read

AT_ONCE = 5_000
"""With more texts the lines wait for the next training: fitting would take more than a second, and one text changes little."""


class Learner:
    """A coder and the texts it learns from, while a person codes."""

    def __init__(self, coder: Coder, texts: Sequence[str], codes: Sequence[Sequence[str]]) -> None:
        if len(texts) != len(codes):
            raise Fault("text.unequal", "learning", f"{len(texts)} texts and {len(codes)} codings; give one coding for each text")
        self.coder = coder
        self.waiting = 0
        """Texts that were taken in and wait for the next training."""
        self._readings: list[Reading] = []
        self._carried: list[tuple[bool, ...]] = []
        for text, own in zip(texts, codes, strict=True):
            self._take(text, own)

    def learn(self, text: str, codes: Sequence[str]) -> Coder:
        """The coder that has also learnt this text; a text that was coded before counts as it is coded now.

        Faults: `text.unknown_code` (a code the coder was not trained with: train anew), `text.no_code`, `text.no_words`.
        """
        self._take(text, codes)
        if len(self._readings) > AT_ONCE:
            self.waiting += 1
            return self.coder
        views, _ = learn_views(self._readings, np.array(self._carried, dtype=np.bool_), several=self.coder.several)
        self.coder = replace(self.coder, views=views)
        return self.coder

    def _take(self, text: str, codes: Sequence[str]) -> None:
        reading = read(text)
        if unknown := [code for code in codes if code not in self.coder.codes]:
            raise Fault("text.unknown_code", unknown[0], "is new to this coder; train it anew with a few examples of it")
        if not self.coder.several and len(set(codes)) != 1:
            raise Fault("text.no_code", "learning", f"a text needs exactly one code, not {len(set(codes))}")
        if not has_words(reading):
            raise Fault("text.no_words", "learning", "the text has no words to learn from; leave it out")
        carried = tuple(code in codes for code in self.coder.codes)
        if reading in self._readings:
            self._carried[self._readings.index(reading)] = carried
        else:
            self._readings.append(reading)
            self._carried.append(carried)
