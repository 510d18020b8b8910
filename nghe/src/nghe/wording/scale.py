"""The scale of words: which word an interval, a count of places, a change or a state earns (data: `scale.json`).

Words for people are decided on the 95 % interval [low, high] of a probability survey, in percent, never on the point; from top to
bottom the first that fits; where none fits, None: the figure and its interval alone. Words for places need six reporting places.
An office may tighten the scale, never loosen it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from typing import Any

from nghe.errors import Fault
from nghe.evidence import Coverage

Number = int | float
UP = ("low_above", "low_from", "places_from")  # tightening moves these up,
DOWN = ("high_to", "high_below")  # these down


@dataclass(frozen=True, slots=True)
class Word:
    """One word of the scale: its forms by language, its rule as data, the rule as readers see it."""

    key: str
    group: str
    forms: Mapping[str, Mapping[str, str]]
    rule: Mapping[str, Any]
    reads: Mapping[str, str]

    def say(self, lang: str, form: str = "") -> str:
        forms = self.forms[lang]
        if form and form not in forms:
            raise Fault("wording.word_form", self.key, f"has no form {form!r}: {', '.join(forms)}")
        return forms[form or "word"]


@dataclass(frozen=True, slots=True)
class Week:
    """One earlier week of a topic, as the change words see it."""

    places: int
    upper: int
    reported: int
    could: int


@dataclass(frozen=True)
class Scale:
    """The words in order. A tightened scale names the `base` it was made from and the `changes`."""

    version: str
    reporting_from: int
    weeks_before: int
    words: tuple[Word, ...]
    base: str = ""
    changes: Mapping[str, Mapping[str, Number]] = field(default_factory=dict)

    def word(self, key: str) -> Word:
        for word in self.words:
            if word.key == key:
                return word
        raise Fault("wording.unknown_word", key, "no such word in the scale")

    def of_group(self, group: str) -> tuple[Word, ...]:
        return tuple(word for word in self.words if word.group == group)

    def survey_word(self, low: Number, high: Number, *, largest: bool = False) -> str | None:
        """The word for [low, high] in percent; `largest`: no other answer to the question is as large."""
        if not 0 <= low <= high <= 100:
            raise Fault("wording.interval", f"[{low}, {high}]", "is no interval of percentages")
        return next((word.key for word in self.of_group("survey") if _interval_fits(word.rule, low, high, largest)), None)

    def difference_word(self, low: Number, high: Number) -> str:
        """`rise` or `fall` only if the interval of the difference excludes 0, else `same`."""
        if low > high:
            raise Fault("wording.interval", f"[{low}, {high}]", "is no interval")
        return next(word.key for word in self.of_group("difference") if _interval_fits(word.rule, low, high, False))

    def places_word(self, heard: Coverage) -> str | None:
        """The word for k of m reporting places; None below six reporting places."""
        if heard.reported < self.reporting_from:
            return None
        return next((word.key for word in self.of_group("places") if _places_fit(word.rule, heard)), None)

    def change_word(self, now: Coverage, earlier: Sequence[Week]) -> str:
        """Against the four preceding weeks, silent places counted in: a change of reporting is never called one of opinion.

        Fewer weeks, or a week in which nobody reported, leave it unclear.
        """
        if len(earlier) < self.weeks_before or any(week.reported == 0 for week in earlier):
            return "unclear"
        floor = self.word("new").rule["places_from"]
        if now.places >= floor and all(week.places == 0 for week in earlier):
            return "new"
        if now.lower > max(week.upper for week in earlier):
            return "wider"
        if now.upper < min(week.places for week in earlier):
            return "narrower"
        return "unclear"

    def sheets_word(self, count: int, sheets: int) -> str | None:
        """For sheets or clicks: only "over half of the sheets", never a word about people."""
        for word in self.of_group("sheets"):
            part, whole = word.rule["share_above"]
            if sheets > 0 and count * whole > sheets * part:
                return word.key
        return None

    def tightened(self, changes: Mapping[str, Mapping[str, Number]], *, version: str) -> Scale:
        """An office's own scale: thresholds moved to the strict side only; raises `Fault` for one that loosens."""
        if version == self.version or self.base:
            raise Fault("wording.scale", version, "a changed scale needs its own version, and is made from the library's own")
        for key in changes:
            self.word(key)
        words = tuple(_tighten(word, changes.get(word.key, {})) for word in self.words)
        return replace(self, version=version, words=words, base=self.version, changes={k: dict(v) for k, v in changes.items()})

    def printed(self, lang: str) -> list[tuple[str, str]]:
        """The scale as every report prints it: word and rule, in order."""
        return [(word.say(lang), word.reads[lang]) for word in self.words]

    def to_dict(self) -> dict[str, Any]:
        words = [{"key": w.key, "group": w.group, **w.forms, "rule": dict(w.rule), "reads": dict(w.reads)} for w in self.words]
        return {"version": self.version, "reporting_from": self.reporting_from, "weeks_before": self.weeks_before, "words": words}


def _interval_fits(rule: Mapping[str, Any], low: Number, high: Number, largest: bool) -> bool:
    return bool(
        low > rule.get("low_above", float("-inf"))
        and low >= rule.get("low_from", float("-inf"))
        and high <= rule.get("high_to", float("inf"))
        and high < rule.get("high_below", float("inf"))
        and (largest or not rule.get("largest"))
    )


def _places_fit(rule: Mapping[str, Any], heard: Coverage) -> bool:
    part, whole = rule.get("share_from", (0, 1))
    return bool(
        heard.places * whole >= heard.reported * part
        and heard.places >= rule.get("places_from", 0)
        and heard.places == rule.get("places_is", heard.places)
    )


def _tighten(word: Word, changes: Mapping[str, Number]) -> Word:
    for name, value in changes.items():
        old = word.rule.get(name)
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        stricter = is_number and old is not None and ((name in UP and value >= old) or (name in DOWN and value <= old))
        if not stricter:
            raise Fault("wording.scale", f"{word.key}.{name}", f"{value} instead of {old}: an office may only tighten the scale")
    reads = {lang: f"{text} ({'siết' if lang == 'vi' else 'tightened'}: {_say(changes)})" for lang, text in word.reads.items()}
    return replace(word, rule={**word.rule, **changes}, reads=reads if changes else word.reads)


def _say(changes: Mapping[str, Number]) -> str:
    return ", ".join(f"{name} {value}" for name, value in sorted(changes.items()))


def read_scale(data: Mapping[str, Any]) -> Scale:
    """A scale from its record (`scale.json`)."""
    words = tuple(
        Word(row["key"], row["group"], {"vi": row["vi"], "en": row["en"]}, row["rule"], row["reads"]) for row in data["words"]
    )
    return Scale(data["version"], data["reporting_from"], data["weeks_before"], words)


@cache
def default_scale() -> Scale:
    """The scale that this version of the library carries."""
    return read_scale(json.loads(files("nghe.wording").joinpath("scale.json").read_text(encoding="utf-8")))
