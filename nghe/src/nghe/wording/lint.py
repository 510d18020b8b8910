"""Read an edited report beside its claims: which numbers and which words for how many or how it feels have no claim behind them?

A text is *covered* where it is a claim as rendered, a signed text, a line of the scale, or a fixed text (each as often as
the report prints it). A sentence that is nearly a claim is compared with it word by word: what is the same is covered, what
differs is not. Every figure, number in words, breadth, crowd or mood word that is not covered is a finding; a sentence that was
reworded or taken out without such a word is a note.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from difflib import SequenceMatcher
from typing import Any

from nghe.wording.claims import Document, scale_of
from nghe.wording.docx_text import Stretch
from nghe.wording.lexicon import Hit, find_figures, find_words

UNSEEN = dict.fromkeys(map(ord, "\u2060\u200b\u200c\u200d\ufeff\u00ad"))
TOKEN = re.compile(r"\d+(?:[.,]\d+)*|\w+|[^\w\s]")
LIST_NUMBER = re.compile(r"^\d{1,2}[.)](?=\s|$)")
SHORT = 8
"""A fixed text of fewer signs counts only where it is a whole paragraph or cell."""
NEAR = 0.6
"""From this likeness on (0 to 1) a sentence is taken for an edited claim."""
SAID = {"number": "a figure", "number_word": "a number in words", "breadth": "a word for how many",
        "crowd": "a word for everybody", "mood": "a mood word", "vague": "a vague number"}


@dataclass(frozen=True, slots=True)
class Finding:
    """`kind` of the lexicon, or `reworded`, `missing`; `expected` is what the claim says there."""

    kind: str
    where: str
    text: str
    claim: str = ""
    expected: str = ""

    @property
    def is_note(self) -> bool:
        return self.kind in ("reworded", "missing")

    def __str__(self) -> str:
        if self.kind == "missing":
            return f"{self.claim} is no longer in the document: {self.text}"
        if self.kind == "reworded":
            return f"{self.where}: {self.claim} was reworded: {self.text}"
        said = f"{self.where}: “{self.text}” is {SAID[self.kind]} without a claim"
        return f"{said}; {self.claim} says “{self.expected}” there" if self.claim and self.expected else said

    def to_dict(self) -> dict[str, Any]:
        return asdict(self) | {"note": self.is_note}


@dataclass(slots=True)
class Reading:
    """One stretch while it is read: its text, where its parts begin and end, and which signs are covered."""

    where: str
    text: str
    parts: list[tuple[int, int]]
    covered: bytearray
    near: list[tuple[int, int, str, str]] = field(default_factory=list)

    @classmethod
    def of(cls, stretch: Stretch) -> Reading:
        parts, text = [], ""
        for part in map(plain, stretch.parts):
            if part:
                text += " " if text else ""
                parts.append((len(text), len(text) + len(part)))
                text += part
        return cls(stretch.where, text, parts, bytearray(len(text)))

    def cover(self, start: int, end: int) -> None:
        self.covered[start:end] = b"\1" * (end - start)

    def is_free(self, start: int, end: int) -> bool:
        return not any(self.covered[start:end])

    def find(self, known: str) -> Iterator[tuple[int, int]]:
        """Each place, not covered yet, where a known text stands as whole words."""
        at = self.text.find(known)
        while at >= 0:
            end = at + len(known)
            before, after = self.text[at - 1 : at], self.text[end : end + 1]
            whole = not (before.isalnum() and known[:1].isalnum()) and not (after.isalnum() and known[-1:].isalnum())
            if whole and self.is_free(at, end):
                yield at, end
            at = self.text.find(known, at + 1)

    def gaps(self) -> Iterator[tuple[int, int]]:
        """Stretches that nothing covers and that hold a letter or a figure."""
        for gap in re.finditer(rb"\0+", bytes(self.covered)):
            if re.search(r"\w", self.text[gap.start() : gap.end()]):
                yield gap.start(), gap.end()


def lint(stretches: Sequence[Stretch], document: Document, lang: str = "") -> list[Finding]:
    """What has no claim behind it, in the order of the text, then notes of what was reworded or taken out.

    `lang` is the language of the text ("vi", "en"); "" takes the one that more claims are found in.
    """
    readings = [Reading.of(stretch) for stretch in stretches]
    lang = lang or language_of(readings, document)
    claims = {claim["id"]: plain(claim["rendered"].get(lang) or claim["rendered"]["vi"]) for claim in document["claims"]}
    found = cover_claims(readings, claims)
    cover_signed(readings, [plain(text) for text in document["signed"]])
    cover_fixed(readings, document, lang)
    missing = {name: text for name, text in claims.items() if name not in found}
    notes = list(cover_near(readings, missing))
    names = [*claims, *(item["id"] for item in document["evidence"])]
    findings = [finding for reading in readings for finding in uncovered(reading, lang, names)]
    flagged = {finding.claim for finding in findings}
    return [*findings, *(note for note in notes if note.claim not in flagged)]


def plain(text: str) -> str:
    """One line in NFC, without signs that only guide the breaking of lines."""
    return " ".join(unicodedata.normalize("NFC", text.translate(UNSEEN)).split())


def language_of(readings: Sequence[Reading], document: Document) -> str:
    whole = "\n".join(reading.text for reading in readings)
    hits = {lang: sum(plain(claim["rendered"][lang]) in whole for claim in document["claims"] if lang in claim["rendered"])
            for lang in ("vi", "en")}
    return "en" if hits["en"] > hits["vi"] else "vi"


def cover_claims(readings: Sequence[Reading], claims: dict[str, str]) -> set[str]:
    """Claims as they are rendered, the longest first; a claim that is printed twice is still a claim."""
    found = set()
    for text in sorted(set(claims.values()), key=lambda text: (-len(text), text)):
        for reading in readings:
            for start, end in reading.find(text):
                reading.cover(start, end)
                found.add(text)
    return {name for name, text in claims.items() if text in found}


def cover_signed(readings: Sequence[Reading], texts: Sequence[str]) -> None:
    for text in texts:
        for reading in readings:
            for start, end in reading.find(text):
                reading.cover(start, end)


def cover_fixed(readings: Sequence[Reading], document: Document, lang: str) -> None:
    """Fixed texts, each as often as the report prints it; words and rules of the scale where they are a whole cell."""
    left = Counter(plain(text) for text in document["fixed"])
    scale = {plain(text) for line in scale_of(document).printed(lang) for text in line}
    for reading in readings:
        for start, end in reading.parts:
            part = reading.text[start:end]
            if (number := LIST_NUMBER.match(part)) and reading.is_free(start, start + number.end()):
                reading.cover(start, start + number.end())
            if all(reading.covered[start:end]):
                continue
            if part in scale or left[part] > 0:
                left[part] -= 1
                reading.cover(start, end)
    for text in sorted(left, key=lambda text: (-len(text), text)):
        if len(text) < SHORT or not re.search(r"[^\W\d]", text):
            continue
        for reading in readings:
            for start, end in reading.find(text):
                if left[text] > 0:
                    left[text] -= 1
                    reading.cover(start, end)


def cover_near(readings: Sequence[Reading], missing: dict[str, str]) -> Iterator[Finding]:
    """Compare what is left with the claims that are gone; the same words are covered, the others keep what the claim says."""
    gone = dict(missing)
    for reading in readings:
        for start, end in list(reading.gaps()):
            text = reading.text[start:end]
            name = nearest(text, gone)
            if name:
                claim = gone.pop(name)
                compare(reading, start, text, name, claim)
                yield Finding("reworded", reading.where, text.strip(), name, claim)
    yield from (Finding("missing", "", text, name) for name, text in gone.items())


def nearest(text: str, claims: dict[str, str]) -> str:
    """The claim that a text looks most like; "" where none is near."""
    mine = TOKEN.findall(text)
    best, like = "", NEAR
    for name, claim in claims.items():
        matcher = SequenceMatcher(None, TOKEN.findall(claim), mine, autojunk=False)
        if matcher.real_quick_ratio() >= like and matcher.quick_ratio() >= like and (ratio := matcher.ratio()) >= like:
            best, like = name, ratio
    return best


def compare(reading: Reading, start: int, text: str, name: str, claim: str) -> None:
    """Cover what a text has in common with its claim; remember what the claim has in place of the rest."""
    old, new = list(TOKEN.finditer(claim)), list(TOKEN.finditer(text))
    matcher = SequenceMatcher(None, [token.group() for token in old], [token.group() for token in new], autojunk=False)
    for what, a, b, c, d in matcher.get_opcodes():
        if c == d:
            continue
        first, last = start + new[c].start(), start + new[d - 1].end()
        if what == "equal":
            reading.cover(first, last)
        else:
            reading.near.append((first, last, name, claim[old[a].start() : old[b - 1].end()] if b > a else ""))


def uncovered(reading: Reading, lang: str, names: Sequence[str]) -> Iterator[Finding]:
    """Figures and words of a stretch of which a sign is not covered."""
    hits: list[Hit] = sorted({*find_words(reading.text, lang), *find_figures(reading.text, allowed=names)})
    for hit in hits:
        if all(reading.covered[hit.start : hit.end]):
            continue
        there = ((name, old) for first, last, name, old in reading.near if first < hit.end and hit.start < last)
        claim, expected = next(there, ("", ""))
        yield Finding(hit.kind, reading.where, hit.text, claim, expected)
