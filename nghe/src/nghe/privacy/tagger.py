"""The built-in second reader of names: it weighs words (`weigh.py`) where the door has patterns.

Run as a program (`python -m nghe.privacy.tagger`) it answers the protocol of `second.py` on its standard input and output.
"""

from __future__ import annotations

import json
import sys
import unicodedata

from nghe.privacy.rules import TYPES
from nghe.privacy.view import unmarked
from nghe.privacy.weigh import Weights, weighed_names, weights
from nghe.privacy.words import read_words


def find_names(text: str, found: Weights) -> list[tuple[int, int]]:
    """Spans of names in code points of the NFC text, half-open, rising."""
    text = unicodedata.normalize("NFC", text)
    bare = unmarked(text)
    return list(weighed_names(read_words(bare, text), bare, found))


def answer(line: str) -> str:
    """One line of the protocol: `{"texts": [...]}` in, `{"spans": [[[start, end, type], ...], ...]}` out."""
    texts = json.loads(line)["texts"]
    return json.dumps({"spans": [[[start, end, TYPES[0]] for start, end in find_names(text, weights())] for text in texts]})


def main() -> None:
    for line in sys.stdin:
        sys.stdout.write(answer(line) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
