"""Find personal data, and take it out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from nghe.privacy.known import NOBODY, Known
from nghe.privacy.lexicon import plain
from nghe.privacy.rules import Rule, all_rules
from nghe.privacy.view import View, marked, unmarked
from nghe.privacy.words import WIDTH, words_view

DIGIT = re.compile("[0-9]")
BETWEEN = re.compile(" (?:[,/-]----|..a..)")
AGAIN = {"vi": "tên đã gặp trong cùng ghi nhận", "en": "a name met elsewhere in the same note"}


@dataclass(frozen=True, slots=True)
class Hit:
    """A stretch of personal data: half-open span in code points of the NFC text, its type, the rule, and why in words."""

    start: int
    end: int
    type: str
    rule: str = field(default="", compare=False)
    why: dict[str, str] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Scrubbed:
    """A text with `[TYPE]` in place of each hit; `hits` lie in the NFC text that was given."""

    text: str
    hits: tuple[Hit, ...]


def find(text: str, known: Known = NOBODY) -> list[Hit]:
    """Every hit, by place, none overlapping another: of two that overlap the longer stays, widened over both.

    `known` clears names, never anything else: public cases and history, streets and schools of the place.
    """
    text = unicodedata.normalize("NFC", text)
    bare = unmarked(text)
    words = words_view(bare, text)
    views = {"bare": bare, "marked": marked(text), "words": words}
    has = {"": True, "0": DIGIT.search(bare.text) is not None, "@": "@" in bare.text}
    found, names = [], []
    for rule in all_rules():
        if not has[rule.needs]:
            continue
        view = views[rule.view]
        for start, end in _matches(rule, view):
            hit = Hit(*view.span(start, end), rule.type, rule.name, rule.why)
            if rule.type == "PERSON" and known.clears(text[hit.start : hit.end], cued=rule.cued):
                continue
            found.append(hit)
            if rule.view == "words":
                names.append((start, end))
    return settle([*found, *_again(words, names, text, known)])


def _matches(rule: Rule, view: View) -> Iterator[tuple[int, int]]:
    for match in rule.pattern.finditer(view.text):
        start, end = match.span(match.lastgroup or 0)
        if rule.each:
            for part in BETWEEN.finditer(view.text, start, end):
                if start < part.start():
                    yield start, part.start()
                start = part.end()
        if start < end:
            yield start, end


def _again(words: View, names: list[tuple[int, int]], text: str, known: Known) -> Iterator[Hit]:
    """A given name that was found once is a name wherever it stands in capitals, but not in the name of a place."""

    def word_at(start: int) -> str:
        return plain(text[slice(*words.span(start, start + WIDTH))])

    met = {word_at(end - WIDTH) for _start, end in names if words.text[end - WIDTH + 1] == "C"}
    pairs = {
        (word_at(end - 2 * WIDTH), word_at(end - WIDTH)) for start, end in names
        if end - start > WIDTH and words.text[end - 2 * WIDTH + 1] == words.text[end - WIDTH + 1] == "C"
    }
    for start in range(0, len(words.text) if met else 0, WIDTH):
        shape, before, state = words.text[start + 1], words.text[start + 3], words.text[start + 5]
        if shape != "C" or state != "-" or before in "PHJtou":
            continue
        end = start + WIDTH
        if words.text[end + 1 : end + 2] == "C" and words.text[end + 5] == "-" and (word_at(start), word_at(end)) in pairs:
            end += WIDTH
        elif before in "krKqh" or word_at(start) not in met:
            continue
        span = words.span(start, end)
        if not known.clears(text[slice(*span)], cued=False):
            yield Hit(*span, "PERSON", "name-again", AGAIN)


def settle(hits: Iterable[Hit]) -> list[Hit]:
    """Overlapping hits as one: the span covers all of them, the type is that of the longest (the first of equals)."""
    settled: list[Hit] = []
    for hit in sorted(hits, key=lambda hit: (hit.start, -hit.end)):
        last = settled[-1] if settled else None
        if last is None or hit.start >= last.end:
            settled.append(hit)
            continue
        longer = hit if hit.end - hit.start > last.end - last.start else last
        settled[-1] = Hit(last.start, max(last.end, hit.end), longer.type, longer.rule, longer.why)
    return settled


def scrub(text: str, known: Known = NOBODY) -> Scrubbed:
    """The text with each hit replaced by its type in brackets."""
    return mask(text, find(text, known))


def mask(text: str, hits: Sequence[Hit]) -> Scrubbed:
    """The text with `[TYPE]` in place of each of `hits`, which lie in its NFC form, rising and apart."""
    text = unicodedata.normalize("NFC", text)
    parts, done = [], 0
    for hit in hits:
        parts += [text[done : hit.start], f"[{hit.type}]"]
        done = hit.end
    return Scrubbed("".join([*parts, text[done:]]), tuple(hits))
