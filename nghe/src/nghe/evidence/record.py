"""Evidence: a frozen, suppressed aggregate under a sentence. Each kind is a type, and kinds never mix.

Shape (schema `langnghe.claims/1`, key `evidence[]`):

    {"id": "E03", "kind": "FieldIndication", "title": {"vi", "en"?}, "query": {...}, "base": {"vi", "en"?},
     "method": {"vi", "en"?}, "uncertainty": {"type", "text": {"vi", "en"?}}, "suppressed": {"k", "cells", "how"},
     "rows": {name: {field: number | text | bool | null}}, "frozen_at": "2026-11-12T17:00:00+07:00", "hash": "sha256:..."}

`hash` covers the record without `hash`, as canonical JSON. `base`, `method` and `uncertainty.text` may quote their own rows:
`{@.total.reported}`. Only a `SurveyEstimate` has a margin of error (R7); every other kind that carries one is refused.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, NoReturn

from nghe.errors import Fault
from nghe.evidence.canonical import canonical_json, sha256_of

Value = int | float | str | bool | None
Text = Mapping[str, str]

FIELDS = ("id", "kind", "title", "query", "base", "method", "uncertainty", "suppressed", "rows", "frozen_at")
MARGIN_FIELDS = frozenset(
    {"se", "standard_error", "moe", "margin", "margin_of_error", "ci_low", "ci_high", "ci_method", "deff"}
)
RANGE_FIELDS = frozenset({"low", "high"})
SUPPRESSED_KEYS = frozenset({"k", "cells", "how"})
ID = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
ROW = re.compile(r"[^\s{}|.][^\s{}|]*")
FIELD = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


class MixedKindsError(TypeError):
    """Evidence was added. Kinds stand side by side in a report and are never summed."""


@dataclass(frozen=True)
class Evidence:
    """What every kind has. Made by a kind's own class, or from a record by `Evidence.from_dict`."""

    id: str
    title: Text
    query: Mapping[str, Any]
    base: Text
    method: Text
    uncertainty: Mapping[str, Any]
    rows: Mapping[str, Mapping[str, Value]]
    frozen_at: str
    suppressed: Mapping[str, Any] = field(default_factory=lambda: {"k": 0, "cells": 0, "how": "none"})

    kind: ClassVar[str] = ""
    uncertainties: ClassVar[tuple[str, ...]] = ()
    needs_rows: ClassVar[bool] = True

    def __post_init__(self) -> None:
        if type(self) is Evidence:
            raise Fault("evidence.kind", str(self.id), f"evidence is of one kind: {', '.join(sorted(KINDS))}")
        check_record(self)
        object.__setattr__(self, "rows", {name: dict(row) for name, row in self.rows.items()})
        for name, row in self.rows.items():
            self.check_row(name, row)
        canonical_json(self.record(), where=self.id)

    def check_row(self, name: str, row: Mapping[str, Value]) -> None:
        """A kind's own rule for its rows; this one is for every kind without a margin of error."""
        for wrong in sorted(MARGIN_FIELDS & row.keys()):
            raise Fault(
                "evidence.margin", f"{self.id}.{name}.{wrong}",
                f"a {self.kind} has no margin of error; only a SurveyEstimate has one (R7)",
            )

    def record(self) -> dict[str, Any]:
        """The record without its hash: what the hash covers."""
        values: dict[str, Any] = {name: getattr(self, name) for name in FIELDS if name != "kind"}
        return {"kind": self.kind, **values}

    @property
    def hash(self) -> str:
        return sha256_of(self.record(), where=self.id)

    def to_dict(self) -> dict[str, Any]:
        record = self.record()
        return {**{name: _plain(record[name]) for name in FIELDS}, "hash": self.hash}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Evidence:
        """Evidence of the record's kind; raises `Fault` that names the record and the field. A `hash` must be right."""
        where = str(data.get("id", "evidence")) if isinstance(data, Mapping) else "evidence"
        if not isinstance(data, Mapping):
            raise Fault("evidence.shape", where, "a record is an object with named fields")
        kind = KINDS.get(str(data.get("kind")))
        if kind is None:
            raise Fault("evidence.kind", f"{where}.kind", f"{data.get('kind')!r} is none of {', '.join(sorted(KINDS))}")
        if missing := [name for name in FIELDS if name not in data]:
            raise Fault("evidence.missing", where, f"lacks {', '.join(missing)}")
        if unknown := sorted(set(data) - set(FIELDS) - {"hash"}):
            raise Fault("evidence.unknown_field", where, f"has unknown fields {', '.join(map(str, unknown))}")
        made = kind(**{name: data[name] for name in FIELDS if name != "kind"})
        if "hash" in data and data["hash"] != made.hash:
            raise Fault("evidence.hash", f"{where}.hash", f"is {data['hash']}, but the record gives {made.hash}")
        return made

    def value(self, row: str, name: str) -> Value:
        """One figure; raises `Fault` with the row or field that is not there."""
        if row not in self.rows:
            raise Fault("evidence.no_row", f"{self.id}.{row}", "no such row in this evidence")
        if name not in self.rows[row]:
            raise Fault("evidence.no_field", f"{self.id}.{row}.{name}", "no such field in this row")
        return self.rows[row][name]

    def __add__(self, other: object) -> NoReturn:
        kind = other.kind if isinstance(other, Evidence) else type(other).__name__
        raise MixedKindsError(f"a {self.kind} and a {kind} are never added; count again from the source")

    __radd__ = __add__


@dataclass(frozen=True)
class SurveyEstimate(Evidence):
    """From a probability sample: rows `estimate, ci_low, ci_high, n, ...` in percent, or `difference, ci_low, ci_high`."""

    kind: ClassVar[str] = "SurveyEstimate"
    uncertainties: ClassVar[tuple[str, ...]] = ("ci95_korn_graubard", "ci95_linearised", "ci95_logit", "ci95_replicates")

    def check_row(self, name: str, row: Mapping[str, Value]) -> None:
        point = "estimate" if "estimate" in row else "difference" if "difference" in row else ""
        if not point:
            return
        low, middle, high = (number_at(self, name, key) for key in ("ci_low", point, "ci_high"))
        if not low <= middle <= high:
            raise Fault("evidence.interval", f"{self.id}.{name}", f"{point} {middle} lies outside {low} to {high}")


@dataclass(frozen=True)
class ModelEstimate(Evidence):
    """What a model expects: a prediction limit or a credible interval, never a margin of error."""

    kind: ClassVar[str] = "ModelEstimate"
    uncertainties: ClassVar[tuple[str, ...]] = ("prediction_limit", "credible_interval")


class _Tally(Evidence):
    """A count that carries a fixed label and nothing like an interval."""

    def check_row(self, name: str, row: Mapping[str, Value]) -> None:
        super().check_row(name, row)
        for wrong in sorted(RANGE_FIELDS & row.keys()):
            raise Fault("evidence.margin", f"{self.id}.{name}.{wrong}", f"a {self.kind} counts; it has no interval (R7)")


@dataclass(frozen=True)
class QuotaTally(_Tally):
    """Sheets of a quota or opt-in sample: rows `sheets`, counts of them. Speaks of its sheets only."""

    kind: ClassVar[str] = "QuotaTally"
    uncertainties: ClassVar[tuple[str, ...]] = ("fixed_label",)


@dataclass(frozen=True)
class PollTally(_Tally):
    """Clicks of a web poll, under the fixed label that says what they are not."""

    kind: ClassVar[str] = "PollTally"
    uncertainties: ClassVar[tuple[str, ...]] = ("fixed_label",)


@dataclass(frozen=True)
class FieldIndication(Evidence):
    """What collaborators noted: `places` of `reported` of `could`, `silent`, `upper`, `channels`, `notes`, `change`."""

    kind: ClassVar[str] = "FieldIndication"
    uncertainties: ClassVar[tuple[str, ...]] = ("coverage_bounds",)

    def check_row(self, name: str, row: Mapping[str, Value]) -> None:
        super().check_row(name, row)
        if RANGE_FIELDS & row.keys() and "intensity" not in row:
            raise Fault("evidence.margin", f"{self.id}.{name}", "low and high belong to an intensity; notes have no interval")


@dataclass(frozen=True)
class DocumentCount(Evidence):
    """A complete count of a stated source: duties, press items, recommendations, omissions."""

    kind: ClassVar[str] = "DocumentCount"
    uncertainties: ClassVar[tuple[str, ...]] = ("none",)


@dataclass(frozen=True)
class DocumentFact(Evidence):
    """A figure or date quoted from a document; a row holds the document's `number`, `date` and what it says."""

    kind: ClassVar[str] = "DocumentFact"
    uncertainties: ClassVar[tuple[str, ...]] = ("none",)


@dataclass(frozen=True)
class Judgement(Evidence):
    """An office's own judgement, marked as one: outlook or recommendation. It has a maker and a day, and needs no rows."""

    kind: ClassVar[str] = "Judgement"
    uncertainties: ClassVar[tuple[str, ...]] = ("judgement",)
    needs_rows: ClassVar[bool] = False


KINDS: dict[str, type[Evidence]] = {
    kind.kind: kind
    for kind in (
        SurveyEstimate, ModelEstimate, QuotaTally, PollTally, FieldIndication, DocumentCount, DocumentFact, Judgement,
    )
}


def number_at(evidence: Evidence, row: str, name: str) -> int | float:
    """A figure that must be a number; raises `Fault` otherwise."""
    value = evidence.value(row, name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Fault("evidence.not_number", f"{evidence.id}.{row}.{name}", f"{value!r} is not a number")
    return value


def check_record(evidence: Evidence) -> None:
    """What every record must have, whatever its kind."""
    if not (isinstance(evidence.id, str) and ID.fullmatch(evidence.id)):
        raise Fault("evidence.id", f"{evidence.id!r}", "an id is a letter, then letters, digits, hyphens")
    for name in ("title", "base", "method"):
        check_text(getattr(evidence, name), f"{evidence.id}.{name}")
    if not isinstance(evidence.query, Mapping):
        raise Fault("evidence.shape", f"{evidence.id}.query", "must be an object that says what was counted")
    check_uncertainty(evidence)
    check_suppressed(evidence)
    check_rows(evidence)
    check_moment(evidence.frozen_at, f"{evidence.id}.frozen_at")


def check_text(text: object, where: str) -> None:
    if not isinstance(text, Mapping) or not set(text) <= {"vi", "en"}:
        raise Fault("evidence.text", where, "must be text in `vi`, and in `en` if there is English")
    if not isinstance(text.get("vi"), str) or not text["vi"].strip():
        raise Fault("evidence.text", f"{where}.vi", "the Vietnamese text is missing")
    if not isinstance(text.get("en", ""), str):
        raise Fault("evidence.text", f"{where}.en", "must be text")


def check_uncertainty(evidence: Evidence) -> None:
    where, given = f"{evidence.id}.uncertainty", evidence.uncertainty
    if not isinstance(given, Mapping) or set(given) != {"type", "text"}:
        raise Fault("evidence.uncertainty", where, "must hold exactly `type` and `text`")
    if given["type"] not in evidence.uncertainties:
        raise Fault(
            "evidence.uncertainty", f"{where}.type",
            f"{given['type']!r} does not go with a {evidence.kind}: {', '.join(evidence.uncertainties)}",
        )
    check_text(given["text"], f"{where}.text")


def check_suppressed(evidence: Evidence) -> None:
    where, given = f"{evidence.id}.suppressed", evidence.suppressed
    if not isinstance(given, Mapping) or set(given) != SUPPRESSED_KEYS:
        raise Fault("evidence.suppressed", where, "must hold exactly `k`, `cells` and `how`")
    for name in ("k", "cells"):
        value = given[name]
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise Fault("evidence.suppressed", f"{where}.{name}", f"{value!r} is no count")
    if not isinstance(given["how"], str):
        raise Fault("evidence.suppressed", f"{where}.how", "must be a word such as none or merged")


def check_rows(evidence: Evidence) -> None:
    if not isinstance(evidence.rows, Mapping) or not all(isinstance(row, Mapping) for row in evidence.rows.values()):
        raise Fault("evidence.rows", f"{evidence.id}.rows", "rows are objects of figures, by name")
    if evidence.needs_rows and not evidence.rows:
        raise Fault("evidence.rows", f"{evidence.id}.rows", f"a {evidence.kind} without a row holds nothing up")
    for name, row in evidence.rows.items():
        if not (isinstance(name, str) and ROW.fullmatch(name)):
            raise Fault("evidence.rows", f"{evidence.id}.rows", f"{name!r} is no name of a row")
        for key, value in row.items():
            if not (isinstance(key, str) and FIELD.fullmatch(key)):
                raise Fault("evidence.rows", f"{evidence.id}.{name}", f"{key!r} is no name of a field")
            if value is not None and not isinstance(value, int | float | str | bool):
                raise Fault("evidence.rows", f"{evidence.id}.{name}.{key}", "a cell is a number, a text, true, false or null")


def check_moment(moment: object, where: str) -> None:
    try:
        zone = dt.datetime.fromisoformat(str(moment)).tzinfo
    except ValueError:
        zone = None
    if not isinstance(moment, str) or zone is None:
        raise Fault("evidence.frozen_at", where, f"{moment!r} is no moment with a zone, such as 2026-11-12T17:00:00+07:00")


def _plain(value: Any) -> Any:
    """A copy in plain dicts and lists, for JSON."""
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value
