"""Find personal data, and take it out."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

from nghe.privacy.rules import all_rules
from nghe.privacy.view import marked, unmarked


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


def find(text: str) -> list[Hit]:
    """Every hit, by place, none overlapping another: of two that overlap the longer stays, widened over both."""
    text = unicodedata.normalize("NFC", text)
    views = {"bare": unmarked(text), "marked": marked(text)}
    found = []
    for rule in all_rules():
        view = views[rule.view]
        for match in rule.pattern.finditer(view.text):
            start, end = match.span("hit" if "hit" in rule.pattern.groupindex else 0)
            if start < end:
                found.append(Hit(*view.span(start, end), rule.type, rule.name, rule.why))
    return settle(found)


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


def scrub(text: str) -> Scrubbed:
    """The text with each hit replaced by its type in brackets."""
    text = unicodedata.normalize("NFC", text)
    hits = find(text)
    parts, done = [], 0
    for hit in hits:
        parts += [text[done : hit.start], f"[{hit.type}]"]
        done = hit.end
    return Scrubbed("".join([*parts, text[done:]]), tuple(hits))
