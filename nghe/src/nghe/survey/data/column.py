"""A column: numbers or categories, with its missing values apart from its levels.

Levels sort by number, texts by code point, false before true. Text is kept in Unicode form NFC, so that two spellings of one
word that look the same are one category; how many were joined is kept in `joined`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

import numpy as np

from nghe.errors import Fault
from nghe.survey.arrays import AnyArray, Bools, Floats

Level = str | float | int | bool
Kind = Literal["number", "text", "boolean"]
WIDEST = 1 << 16
"""Whole numbers that span less than this are coded by counting, without sorting."""


@dataclass(frozen=True, eq=False)
class Column:
    """Values of one variable: `raw` holds numbers (float with NaN, or whole numbers), or codes of categories (-1 missing)."""

    name: str
    kind: Kind
    raw: AnyArray
    given: tuple[Level, ...] = ()
    label: str = ""
    value_labels: Mapping[Level, str] = field(default_factory=dict)
    joined: int = 0

    def __len__(self) -> int:
        return len(self.raw)

    @classmethod
    def of_numbers(cls, name: str, values: AnyArray, **more: object) -> Column:
        """Numbers; NaN is missing. Whole-number arrays stay as they are."""
        array = np.asarray(values)
        if array.ndim != 1:
            raise Fault("survey.shape", name, f"a column has one dimension, not {array.ndim}")
        if array.dtype.kind not in "iu":
            array = array.astype(np.float64)
            if np.isinf(array).any():
                raise Fault(
                    "survey.infinite",
                    name,
                    f"row {int(np.flatnonzero(np.isinf(array))[0]) + 1} is infinite; write a number or leave it empty",
                )
        return cls(name, "number", array, **more)  # type: ignore[arg-type]

    @classmethod
    def of_codes(cls, name: str, codes: AnyArray, levels: Sequence[Level], **more: object) -> Column:
        """Categories by code into `levels` (ascending order is made here); -1 is missing."""
        texts = [unicodedata.normalize("NFC", level) if isinstance(level, str) else level for level in levels]
        order = sorted(set(texts), key=_order)
        place = {level: code for code, level in enumerate(order)}
        kind: Kind = "boolean" if texts and all(isinstance(level, bool) for level in texts) else "text"
        if kind == "text" and not all(isinstance(level, str) for level in texts):
            raise Fault("survey.levels", name, "the levels of a category are all texts, or false and true")
        array = np.asarray(codes)
        if len(array) and (int(array.max()) >= len(texts) or int(array.min()) < -1):
            raise Fault("survey.codes", name, f"a code lies outside -1 to {len(texts) - 1}")
        if array.dtype.kind == "u" or array.dtype.itemsize < np.dtype(_narrowest(len(texts))).itemsize:
            array = array.astype(_narrowest(len(texts)))
        if texts != order:
            array = np.append(np.array([place[text] for text in texts], dtype=np.int32), np.int32(-1))[array]
        return cls(name, kind, array, tuple(order), joined=len(texts) - len(order), **more)  # type: ignore[arg-type]

    @classmethod
    def of_texts(cls, name: str, values: Sequence[str | None], **more: object) -> Column:
        """Categories from texts; None and the empty text are missing."""
        distinct = sorted({value for value in values if value})
        place: dict[str | None, int] = {value: code for code, value in enumerate(distinct)}
        codes = np.fromiter((place.get(value, -1) for value in values), dtype=np.int32, count=len(values))
        return cls.of_codes(name, codes, distinct, **more)

    @classmethod
    def of_booleans(cls, name: str, values: Bools, missing: Bools | None = None) -> Column:
        codes = values.astype(np.int8)
        if missing is not None:
            codes[missing] = -1
        return cls(name, "boolean", codes, (False, True))

    @cached_property
    def missing(self) -> Bools:
        if self.kind != "number":
            return np.asarray(self.raw < 0)
        return np.isnan(self.raw) if self.raw.dtype.kind == "f" else np.zeros(len(self.raw), dtype=bool)

    @cached_property
    def any_missing(self) -> bool:
        return bool(self.missing.any())

    @cached_property
    def numbers(self) -> Floats:
        """As numbers (n,), NaN where missing; false and true are 0 and 1. Text has none."""
        if self.kind == "number":
            return self.raw.astype(np.float64, copy=False)
        if self.kind == "boolean":
            return np.where(self.missing, np.nan, self.raw.astype(np.float64))
        raise Fault(
            "survey.not_a_number", self.name, "holds text where numbers are needed; use it as a category, or correct the cells"
        )

    @cached_property
    def _coded(self) -> tuple[AnyArray, tuple[Level, ...]]:
        if self.kind != "number":
            return self.raw, self.given
        return _code_numbers(self.raw, self.missing, any_missing=self.any_missing)

    @property
    def codes(self) -> AnyArray:
        """Code of each row's level (n,), -1 where missing."""
        return self._coded[0]

    @property
    def levels(self) -> tuple[Level, ...]:
        """Levels in ascending order: those present of a number, those known of a category."""
        return self._coded[1]

    def code_of(self, level: Level) -> int:
        """The code of a level, -1 for one that the column does not have."""
        return _find(self.levels, level, self.kind)

    def take(self, rows: AnyArray) -> Column:
        """The column of some rows, with the levels that they have."""
        raw = self.raw[rows]
        if self.kind != "text":
            return Column(self.name, self.kind, raw, self.given, self.label, self.value_labels)
        present = np.flatnonzero(np.bincount(raw[raw >= 0], minlength=len(self.given)))
        place = np.full(len(self.given) + 1, -1, dtype=np.int32)
        place[present] = np.arange(len(present))
        return Column(
            self.name, self.kind, place[raw], tuple(self.given[code] for code in present), self.label, self.value_labels
        )


def same_level(level: Level, kind: Kind) -> Level | None:
    """A level as a column of that kind writes it; None for one that it cannot have."""
    if kind == "text":
        return unicodedata.normalize("NFC", level) if isinstance(level, str) else None
    if kind == "boolean":
        return level if isinstance(level, bool) else None
    return None if isinstance(level, bool | str) else float(level)


def _find(levels: tuple[Level, ...], level: Level, kind: Kind) -> int:
    wanted = same_level(level, kind)
    if wanted is None:
        return -1
    try:
        return levels.index(wanted)
    except ValueError:
        return -1


def _order(level: Level) -> tuple[str, float]:
    return (level, 0.0) if isinstance(level, str) else ("", float(level))


def _narrowest(largest: int) -> type[np.signedinteger[Any]]:
    """The narrowest integers that hold codes up to `largest`, one more, and -1."""
    return np.int8 if largest < 126 else np.int16 if largest < 32_766 else np.int32


def _code_numbers(raw: AnyArray, missing: Bools, *, any_missing: bool) -> tuple[AnyArray, tuple[Level, ...]]:
    if raw.dtype.kind in "iu" and len(raw):
        low, high = int(raw.min()), int(raw.max())
        if high - low < WIDEST:
            narrow = _narrowest(high - low)
            shifted = raw.astype(narrow, copy=False) if low == 0 else (raw - raw.dtype.type(low)).astype(narrow, copy=False)
            seen = np.bincount(shifted, minlength=high - low + 1) > 0
            levels: tuple[Level, ...] = tuple(float(low + value) for value in np.flatnonzero(seen))
            if seen.all():
                return shifted, levels
            place = (np.cumsum(seen) - 1).astype(narrow)
            return place[shifted], levels
    values, codes = np.unique(raw[~missing] if any_missing else raw, return_inverse=True)
    levels = tuple(float(value) for value in values)
    if not any_missing:
        return codes.astype(np.int32), levels
    spread = np.full(len(raw), -1, dtype=np.int32)
    spread[~missing] = codes
    return spread, levels
