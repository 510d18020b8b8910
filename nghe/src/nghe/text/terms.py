"""Terms and what they weigh: TF-IDF over each view of a text, as sparse rows of length one.

Sublinear term frequency 1 + ln(tf), smoothed inverse document frequency ln((1 + n) / (1 + df)) + 1, rows scaled to Euclidean
length 1 (Salton and Buckley, Information Processing & Management 24, 1988; the smoothing as in scikit-learn's documentation).
Terms that were never seen count in the length as the rarest ones: a text of mostly new words gets a short row, and so an unsure
answer.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from nghe.text.views import Reading, pieces, words

Floats = npt.NDArray[np.float32]

LONGEST_RUN = {"words": 2, "bare": 2}
ONCE_IS_ENOUGH = 30_000
"""Up to this many texts a run of words counts from its first occurrence, above from its second."""


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of one view, each with its column, and their inverse document frequencies (float32, one per column)."""

    view: str
    columns: dict[str, int]
    idf: Floats
    rarest: float
    """The inverse document frequency of a term that no text had."""

    def __len__(self) -> int:
        return len(self.columns)

    def matrix(self, readings: Sequence[Reading]) -> Any:
        """A sparse row (CSR, float32) for each reading; a text without a known term is a row of zeros."""
        if self.view == "pieces":
            counts, unseen = _pieces_counted(readings, self.columns)
        else:
            counts, unseen = _counted((_runs(self.view, reading) for reading in readings), self.columns)
        return _weighed(counts, unseen, self.idf, self.rarest)

    def known(self, reading: Reading) -> float:
        """Share of the words of a text that were seen in training, 0 to 1; of no words, 0."""
        own = [token for token in (reading.tokens if self.view == "words" else reading.bare) if token[0].isalnum()]
        return sum(token in self.columns for token in own) / len(own) if own else 0.0


def learn_terms(view: str, readings: Sequence[Reading], *, most: int) -> Terms:
    """The terms of these readings for one view; where there are more than `most`, those in the most texts (ties by spelling)."""
    if view == "pieces":
        found = _piece_frequencies(readings)
        least = 2 if len(readings) >= 50 else 1
    else:
        found = Counter(term for reading in readings for term in set(_runs(view, reading)))
        least = 2 if len(readings) > ONCE_IS_ENOUGH else 1
    kept = [term for term, texts in found.items() if texts >= least]
    if len(kept) > most:
        kept = sorted(kept, key=lambda term: (-found[term], term))[:most]
    kept.sort()
    frequency = np.fromiter((found[term] for term in kept), dtype=np.float64, count=len(kept))
    idf = np.log((1 + len(readings)) / (1 + frequency)) + 1
    rarest = float(np.log(1 + len(readings)) + 1)
    return Terms(view, {term: at for at, term in enumerate(kept)}, idf.astype(np.float32), rarest)


def _runs(view: str, reading: Reading) -> Iterable[str]:
    return words(reading.tokens if view == "words" else reading.bare, LONGEST_RUN[view])


def _piece_frequencies(readings: Sequence[Reading]) -> Counter[str]:
    found: Counter[str] = Counter()
    for reading in readings:
        found.update({piece for word in set(reading.bare) for piece in pieces(word)})
    return found


def _counted(texts: Iterable[Iterable[str]], columns: dict[str, int]) -> tuple[Any, Floats]:
    """Counts of known terms, texts by columns; and for each text, how many of its terms are not known."""
    indices, counts, starts, unseen = array("i"), array("f"), array("q", [0]), array("f")
    for terms in texts:
        seen: dict[int, int] = {}
        missed = 0
        for term in terms:
            at = columns.get(term)
            if at is None:
                missed += 1
            else:
                seen[at] = seen.get(at, 0) + 1
        indices.extend(seen)
        counts.extend(seen.values())
        starts.append(len(indices))
        unseen.append(missed)
    return _csr(counts, indices, starts, len(columns)), np.array(unseen, dtype=np.float32)


def _pieces_counted(readings: Sequence[Reading], columns: dict[str, int]) -> tuple[Any, Floats]:
    """As `_counted` for pieces of words: words are counted, then each spread over its pieces in one product."""
    distinct = {word: at for at, word in enumerate({word: None for reading in readings for word in reading.bare})}
    by_word, _ = _counted((reading.bare for reading in readings), distinct)
    spread, missed = _counted((pieces(word) for word in distinct), columns)
    product = by_word @ spread
    product.sort_indices()
    return product, np.asarray(by_word @ missed, dtype=np.float32)


def _csr(counts: array[float], indices: array[int], starts: array[int], width: int) -> Any:
    found = sparse.csr_matrix((np.frombuffer(counts, dtype=np.float32) if counts else np.zeros(0, np.float32),
                               np.frombuffer(indices, dtype=np.int32) if indices else np.zeros(0, np.int32),
                               np.frombuffer(starts, dtype=np.int64)), shape=(len(starts) - 1, width))
    found.sort_indices()
    return found


def _weighed(counts: Any, unseen: Floats, idf: Floats, rarest: float) -> Any:
    counts.data = (1 + np.log(counts.data)) * idf[counts.indices]
    squares = np.asarray(counts.multiply(counts).sum(axis=1)).ravel() + unseen * rarest ** 2
    lengths = np.sqrt(squares, out=np.ones_like(squares), where=squares > 0)
    counts.data /= np.repeat(lengths, np.diff(counts.indptr)).astype(np.float32)
    return counts
