"""Train the weights of words (`nghe/privacy/weights.json`) on the invented sentences of the tests, and say how good they are.

    python nghe/bench/privacy_weights.py            leave one round of sentences out at a time; print recall and precision
    python nghe/bench/privacy_weights.py --write    train on all rounds that are learned from, and write the weights

Notes of the demonstration, which name nobody, are learned too. The sentences are varied by chance with a fixed seed: other
names in place of the names, lower case, no marks. Logistic regression with an L1 penalty; weights are rounded to 1/16 of a
log-odds. Same sentences, same seed, same file.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections import Counter
from dataclasses import astuple
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from nghe.privacy.find import Hit, find, settle
from nghe.privacy.lexicon import accented, plain
from nghe.privacy.tagger import find_names
from nghe.privacy.view import unmarked
from nghe.privacy.weigh import FORMAT, UNIT, WEIGHTS, Bar, Weights, digest, evidence
from nghe.privacy.words import read_words

DATA = Path(__file__).resolve().parents[1] / "tests" / "data"
ROUNDS = tuple(range(1, 19))
NEVER_LEARNED = (19, 20)
"""Rounds that only measure: nothing is learned from them, by weights or by rules."""
NOTES = Path(__file__).resolve().parents[2] / "langnghe/src/langnghe/web/demo/notes.jsonl"
"""Invented notes (CC0) that name nobody: what is found in them is wrong."""
PENALTY, VARIANTS, SEED, LEAST = 0.5, 4, 2026, 2
BAR = Bar(-16, 0, 24)
"""Chosen on rounds 16 to 18, each left out."""

Sentence = tuple[str, list[tuple[int, int]]]


def read_round(number: int) -> list[dict[str, object]]:
    return [json.loads(line) for line in (DATA / f"privacy_{number}.jsonl").read_text(encoding="utf-8").splitlines()]


def names_of(row: dict[str, object]) -> Sentence:
    return row["text"], [(span["start"], span["end"]) for span in row["spans"] if span["type"] == "PERSON"]


def vary(sentence: Sentence, chance: random.Random, pool: dict[int, list[str]]) -> Sentence:
    """The sentence with other names of as many words, and now and then in lower case or without marks."""
    text, spans = sentence
    parts, moved, done, length = [], [], 0, 0
    small, bare = chance.random() < 0.3, chance.random() < 0.25
    for start, end in spans:
        own = text[start:end]
        name = own if "." in own or chance.random() < 0.3 else chance.choice(pool[min(4, own.count(" ") + 1)])
        name = name.lower() if own.islower() else name.upper() if own.isupper() and len(own) > 3 else name
        before = text[done:start]
        moved.append((length + len(before), length + len(before) + len(name)))
        parts += [before, name]
        length += len(before) + len(name)
        done = end
    varied = "".join([*parts, text[done:]])
    varied = varied.lower() if small else varied
    return "".join(plain(char) if char.islower() else plain(char).upper() for char in varied) if bare else varied, moved


def name_pool(chance: random.Random) -> dict[int, list[str]]:
    """Names of one to four words, drawn from the lists."""
    roles = accented().roles
    surnames = [word for word, role in roles.items() if role[0] in "ST"]
    others = [word for word, role in roles.items() if role[0] in "WV"]
    given = [word for word, role in roles.items() if role[0] in "GV"]
    rare = [word for word, role in roles.items() if role[0] in "gn"]
    common = ("nguyễn", "trần", "lê", "phạm", "hoàng", "vũ", "đặng", "bùi", "đỗ", "nông", "lò", "giàng")

    def first() -> str:
        return chance.choice(common if chance.random() < 0.5 else surnames if chance.random() < 0.7 else others)

    def last() -> str:
        return chance.choice(given if chance.random() < 0.75 else rare)

    def name(length: int) -> str:
        if length == 1:
            return last()
        if length == 2:
            return f"{last()} {last()}" if chance.random() < 0.6 else f"{first()} {last()}"
        middle = [chance.choice(("văn", "thị", last(), last())) for _ in range(length - 2)]
        return " ".join([first(), *middle, last()])

    return {length: [name(length).title() for _ in range(2000)] for length in (1, 2, 3, 4)}


Example = tuple[list[str], bool]


def examples(sentences: list[Sentence]) -> list[Example]:
    found = []
    for text, spans in sentences:
        bare = unmarked(text)
        words = read_words(bare, text)
        for word, holds in zip(words, evidence(words, bare), strict=True):
            if holds:
                start = bare.places[word.start]
                found.append((holds, any(low <= start < high for low, high in spans)))
    return found


def train(sentences: list[Sentence]) -> Weights:
    chance = random.Random(SEED)
    pool = name_pool(chance)
    quiet = [(json.loads(line)["text"], []) for line in NOTES.read_text(encoding="utf-8").splitlines()]
    everything = [*sentences, *quiet]
    everything += [(hasty, names) for text, names in [*quiet, *sentences] if len(hasty := plain(text)) == len(text)]
    everything += [vary(sentence, chance, pool) for sentence in sentences for _ in range(VARIANTS)]
    return fit(examples(everything))


def fit(rows: list[Example]) -> Weights:
    seen = Counter(one for holds, _is_name in rows for one in holds)
    column = {one: at for at, one in enumerate(sorted(one for one, count in seen.items() if count >= LEAST))}
    held = [[column[one] for one in holds if one in column] for holds, _is_name in rows]
    ends = np.cumsum([0, *map(len, held)])
    table = csr_matrix((np.ones(ends[-1]), [at for row in held for at in row], ends), shape=(len(rows), len(column)))
    model = LogisticRegression(C=PENALTY, l1_ratio=1, solver="liblinear", random_state=SEED)
    model.fit(table, [is_name for _holds, is_name in rows])
    whole = {one: round(UNIT * model.coef_[0][at]) for one, at in column.items()}
    return Weights(round(UNIT * model.intercept_[0]), BAR, {one: weight for one, weight in whole.items() if weight})


def judge(rows: list[dict[str, object]], finders: dict[str, object]) -> None:
    for name, finder in finders.items():
        count: Counter[str] = Counter()
        for row in rows:
            text, names = names_of(row)
            hits = finder(text)
            covered = {place for start, end in hits for place in range(start, end)}
            count["names"] += len(names)
            count["full"] += sum(set(range(*span)) <= covered for span in names)
            count["hits"] += len(hits)
            count["good"] += sum(any(s["start"] < end and start < s["end"] for s in row["spans"]) for start, end in hits)
        recall, precision = count["full"] / max(1, count["names"]), count["good"] / max(1, count["hits"])
        print(f"  {name:<16} names {count['full']:>3}/{count['names']:<3} {recall:6.1%}   "
              f"hits {count['hits']:>3}, right {precision:6.1%}", flush=True)


def patterns(text: str) -> list[tuple[int, int]]:
    return [(hit.start, hit.end) for hit in find(text)]


def both(text: str, by: Weights) -> list[tuple[int, int]]:
    hits = [*find(text), *(Hit(start, end, "PERSON") for start, end in find_names(text, by))]
    return [(hit.start, hit.end) for hit in settle(hits)]


def judged(rows: list[dict[str, object]], by: Weights) -> None:
    judge(rows, {
        "door": patterns, "second reader": lambda text: find_names(text, by), "both": lambda text: both(text, by),
    })


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--round", type=int, action="append", help="leave out only this one; may be repeated")
    args = parser.parse_args()
    rounds = {number: read_round(number) for number in ROUNDS}
    if not args.write:
        for number in args.round or ROUNDS:
            found = train([names_of(row) for other, rows in rounds.items() if other != number for row in rows])
            print(f"round {number} left out; {len(found.table)} weights")
            judged(rounds[number], found)
        return 0
    found = train([names_of(row) for rows in rounds.values() for row in rows])
    data = {"format": FORMAT, "sha256": digest(found), "base": found.base, "bar": astuple(found.bar),
            "table": found.table}
    WEIGHTS.write_text(json.dumps(data, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
    for number in NEVER_LEARNED:
        print(f"round {number}, never learned from; {len(found.table)} weights")
        judged(read_round(number), found)
    return 0


if __name__ == "__main__":
    sys.exit(main())
