"""A second reader of names: an averaged perceptron over words and their roles, trained on invented sentences (CC0).

For each word it adds up weights of what stands there and around it; at a sum over the threshold the word is a name's (binary
perceptron with averaged weights: Freund and Schapire 1999; Collins 2002; feature hashing: Weinberger and others 2009). The
model, `tagger.json`, holds one byte for each of 2^`bits` weights, with a SHA-256 over them; it is read with the standard library
alone and refused when it was changed. `bench/privacy_tagger.py` trains it.

Run as a program (`python -m nghe.privacy.tagger`) it answers the protocol of `second.py` on its standard input and output.
"""

from __future__ import annotations

import base64
import hashlib
import json
import sys
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from zlib import crc32

from nghe.errors import Fault
from nghe.privacy.lexicon import plain
from nghe.privacy.rules import TYPES
from nghe.privacy.view import unmarked
from nghe.privacy.words import Word, read_words

MODEL = Path(__file__).with_name("tagger.json")
FORMAT = 2
EDGE = Word(0, 0, "^", "^")
NO_NAME = "PHJh"


@dataclass(frozen=True, slots=True)
class Model:
    """`weights`: 2^bits sums, each from -127 to 127; `threshold`: a word whose sum is larger is part of a name; `lower`: the same
    for a word in lower case, which is a name less often."""

    bits: int
    threshold: int
    lower: int
    weights: bytes

    def score(self, features: list[int]) -> int:
        mask = (1 << self.bits) - 1
        return sum(self.weights[feature & mask] for feature in features) - 128 * len(features)


def load_model(path: Path = MODEL) -> Model:
    """The model in a file; raises `Fault` where it is missing, of another format, or not what was trained."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        weights = base64.b64decode(data["weights"], validate=True)
        found = Model(int(data["bits"]), int(data["threshold"]), int(data["lower"]), weights)
        good = data["format"] == FORMAT and len(weights) == 1 << found.bits and data["sha256"] == digest(found)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Fault("privacy.tagger", path.name, f"is no model of the second reader: {error}") from error
    if not good:
        raise Fault("privacy.tagger", path.name, "was changed, or is of another format; install the package again")
    return found


def digest(model: Model) -> str:
    """SHA-256 over everything that decides."""
    return hashlib.sha256(f"{FORMAT} {model.bits} {model.threshold} {model.lower} ".encode() + model.weights).hexdigest()


def find_names(text: str, model: Model) -> list[tuple[int, int]]:
    """Spans of names in code points of the NFC text, half-open, rising."""
    text = unicodedata.normalize("NFC", text)
    bare = unmarked(text)
    words = read_words(bare, text)
    spans: list[tuple[int, int]] = []
    last = -2
    for at, features in enumerate(all_features(words)):
        if not features or model.score(features) <= (model.lower if words[at].shape == "l" else model.threshold):
            continue
        start, end = bare.places[words[at].start], bare.places[words[at].end - 1] + 1
        if last == at - 1 and spans:
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
        last = at
    return spans


def all_features(words: list[Word]) -> list[list[int]]:
    """For each word the numbers of what stands there and around it; none for what can be no name."""
    padded = [EDGE, EDGE, *words, EDGE, EDGE]
    roles = [word.shape + word.roles for word in padded]
    keys = [plain(word.key)[:12] or word.shape for word in padded]
    return [
        _features(roles, keys, at, padded[at]) if padded[at].shape in "lCUI" and padded[at].roles[1] not in NO_NAME
        and padded[at].state != "x" else []
        for at in range(2, len(padded) - 2)
    ]


def _features(roles: list[str], keys: list[str], at: int, word: Word) -> list[int]:
    one, two, here, next_, after = roles[at - 2 : at + 3]
    names = [
        f"b{word.state}", f"r0{here}", f"s0{here[:2]}{word.state}", f"r-1{two}", f"r+1{next_}", f"r-2{one}", f"r+2{after}",
        f"rr-{two}{here}", f"rr+{here}{next_}", f"r3{two[:3]}{here[:2]}{next_[:2]}",
        f"c3{two[0]}{two[2]}{here[0]}{next_[0]}{next_[3]}",
        f"rrr{one[2]}{two[:3]}{here[:2]}", f"k0{keys[at]}", f"k-1{keys[at - 1]}", f"k+1{keys[at + 1]}", f"k-2{keys[at - 2]}",
        f"k-1s{keys[at - 1]}{here[:2]}", f"k+1s{keys[at + 1]}{here[:2]}", f"kk{keys[at - 1]} {keys[at]}",
    ]
    return [crc32(name.encode()) for name in names]


@cache
def _model() -> Model:
    return load_model()


def answer(line: str) -> str:
    """One line of the protocol: `{"texts": [...]}` in, `{"spans": [[[start, end, type], ...], ...]}` out."""
    texts = json.loads(line)["texts"]
    return json.dumps({"spans": [[[start, end, TYPES[0]] for start, end in find_names(text, _model())] for text in texts]})


def main() -> None:
    for line in sys.stdin:
        sys.stdout.write(answer(line) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
