"""Names by weighing: a word is a name when what stands at and around it weighs enough. The second reader reads so (`tagger.py`).

Each word gets a sum: a base, and the weights of what holds of it, such as `word-:anh` (the word before) or `here:C-g--` (its
roles). Weights are whole numbers in `weights.json`, those of a logistic regression with an L1 penalty (Tibshirani 1996), which
leaves most at nought; one unit is 1/16 of a log-odds. `nghe/bench/privacy_weights.py` trains them on invented sentences (CC0).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import astuple, dataclass
from functools import cache
from itertools import repeat
from pathlib import Path

from nghe.errors import Fault
from nghe.privacy.view import View
from nghe.privacy.words import Word

WEIGHTS = Path(__file__).with_name("weights.json")
FORMAT = 1
UNIT = 16
EDGE = ("^---", "^")
LETTERS = "lCUI"
SPELT = "lCUIz"
NO_NAME = "PHJh"
LONGEST = 16
"""So many letters of a word or phrase are looked at."""


@dataclass(frozen=True, slots=True)
class Bar:
    """What a sum must exceed: for a word with a capital, for one in lower case where no marks are typed, and for one in lower
    case among marks, which is a name least often."""

    capital: int
    hasty: int
    small: int

    def of(self, word: Word) -> int:
        return self.capital if word.shape != "l" else self.hasty if word.hasty else self.small


@dataclass(frozen=True, slots=True)
class Weights:
    """`base`: where each sum begins; `bar`: what it must exceed; `table`: weight by what holds of a word."""

    base: int
    bar: Bar
    table: dict[str, int]


@cache
def weights() -> Weights:
    return load_weights(WEIGHTS)


def load_weights(path: Path) -> Weights:
    """The weights in a file; raises `Fault` where it is missing, of another format, or not what was trained."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        found = Weights(int(data["base"]), Bar(*data["bar"]), data["table"])
        good = data["format"] == FORMAT and data["sha256"] == digest(found)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Fault("privacy.weights", path.name, f"holds no weights for names: {error}; install the package again") from error
    if not good:
        raise Fault("privacy.weights", path.name, "was changed, or is of another format; install the package again")
    return found


def digest(found: Weights) -> str:
    """SHA-256 over everything that decides."""
    whole = [FORMAT, found.base, astuple(found.bar), found.table]
    return hashlib.sha256(json.dumps(whole, ensure_ascii=False).encode()).hexdigest()


def weighed_names(words: list[Word], bare: View, found: Weights) -> Iterator[tuple[int, int]]:
    """Spans of words that weigh more than the bar, those side by side as one; half-open, in code points of the text."""
    start = end = None
    for word, holds in zip(words, evidence(words, bare), strict=True):
        sum_ = found.base + sum(map(found.table.get, holds, repeat(0)))
        if holds and sum_ > found.bar.of(word):
            start = bare.places[word.start] if start is None else start
            end = bare.places[word.end - 1] + 1
        elif start is not None and end is not None:
            yield start, end
            start = end = None
    if start is not None and end is not None:
        yield start, end


def evidence(words: list[Word], bare: View) -> Iterator[list[str]]:
    """For each word what holds of it; nothing for what can be no name, such as a place or a part of a street's name."""
    roles, texts = [EDGE[0]] * 2, [EDGE[1]] * 2
    for word in words:
        roles.append(word.shape + word.roles)
        texts.append(bare.text[word.start : word.end].lower()[:LONGEST] if word.shape in SPELT else word.shape)
    roles += [EDGE[0]] * 2
    texts += [EDGE[1]] * 2
    for at, word in enumerate(words, start=2):
        if word.shape not in LETTERS or word.roles[1] in NO_NAME or word.state == "x":
            yield []
            continue
        two, one, here, next_, after = roles[at - 2 : at + 3]
        last, text, coming = texts[at - 1 : at + 2]
        kind = here[:2]
        yield [
            f"here:{here}", f"state:{kind}{word.state}", f"before:{one}", f"after:{next_}", f"before2:{two}", f"after2:{after}",
            f"pair-:{one}{here}", f"pair+:{here}{next_}", f"three:{one[:3]}{kind}{next_[:2]}", f"three-:{two[2]}{one[:3]}{kind}",
            f"shapes:{one[0]}{one[2]}{here[0]}{next_[0]}{next_[3]}", f"word:{text}", f"word-:{last}", f"word+:{coming}",
            f"word2-:{texts[at - 2]}", f"said-:{last} {kind}", f"said+:{coming} {kind}", f"words:{last} {text}",
        ]
