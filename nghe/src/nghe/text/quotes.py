"""Quotes: the exact words of a stored note, by their place in it.

A quote holds the note's id, where it begins and ends (code points of the stored NFC text), its words, and a hash over all of
these. It can only be made from a stored note; it is verified against the note again whenever a report is built, and one edited
character fails. No spelling is corrected, nothing is left out within a quote.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from nghe.errors import Fault

SENTENCE = re.compile(r"[^.!?…\n]+(?:[.!?…]+[”\"')]*|$)")


@dataclass(frozen=True, slots=True)
class Quote:
    """A span of a stored note."""

    note: str
    start: int
    end: int
    text: str
    seal: str
    """SHA-256 over note, start, end and text."""


def quote(notes: Mapping[str, str], note: str, start: int, end: int) -> Quote:
    """The quote of a span. Faults: `text.no_note`, `text.no_span` (empty, or outside the note)."""
    text = _stored(notes, note)
    if not (0 <= start < end <= len(text)) or not text[start:end].strip():
        raise Fault("text.no_span", note, f"has no span {start} to {end}; it has {len(text)} characters")
    return Quote(note, start, end, text[start:end], seal(note, start, end, text[start:end]))


def verify_quotes(quotes: Iterable[Quote], notes: Mapping[str, str]) -> None:
    """Every quote equals the span it names, character by character.

    Faults: `text.no_note`, `text.quote_edited` (the words are not those of the note), `text.quote_seal`.
    """
    for one in quotes:
        text = _stored(notes, one.note)
        if not (0 <= one.start < one.end <= len(text)) or text[one.start:one.end] != one.text:
            raise Fault("text.quote_edited", one.note, f"does not say “{one.text[:60]}” at {one.start}; quote its own words")
        if one.seal != seal(one.note, one.start, one.end, one.text):
            raise Fault("text.quote_seal", one.note, f"the seal of “{one.text[:60]}” is not its own; make the quote anew")


def find_quote(notes: Mapping[str, str], note: str, words: str) -> Quote:
    """The first place where a note says exactly these words. Fault `text.quote_edited` where it does not."""
    text = _stored(notes, note)
    start = text.find(words) if words else -1
    if start < 0:
        raise Fault("text.quote_edited", note, f"does not say “{words[:60]}”; quote its own words")
    return quote(notes, note, start, start + len(words))


def sentences(text: str) -> list[tuple[int, int]]:
    """Start and end of each sentence, without the blanks around it."""
    found = []
    for match in SENTENCE.finditer(text):
        start, end = match.span()
        while start < end and text[start].isspace():
            start += 1
        while end > start and text[end - 1].isspace():
            end -= 1
        if any(char.isalnum() for char in text[start:end]):
            found.append((start, end))
    return found


def seal(note: str, start: int, end: int, text: str) -> str:
    return hashlib.sha256(f"{len(note)}:{note}:{start}:{end}:{text}".encode()).hexdigest()


def _stored(notes: Mapping[str, str], note: str) -> str:
    if note not in notes:
        raise Fault("text.no_note", note, "is no stored note; a quote is taken from one")
    return notes[note]
