"""One row of a table as a note: the columns that the mapping names, each value checked against what the network knows."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from langnghe.common.sheet_fault import SheetFault
from langnghe.common.xlsx import BROKEN, FORMULA
from langnghe.intake.sheets.faults import RowFault
from langnghe.intake.sheets.mapping import NEEDED, Mapping
from nghe.privacy import find
from nghe.text.fold import fold, nfc

MOST_TEXT = 4000
TRUE = frozenset({"1", "true", "yes", "x", "co"})
FALSE = frozenset({"", "0", "false", "no", "khong"})
CHOICES = ("channel", "setting", "kind", "topic", "tendency", "heard_from", "sex", "age_band", "livelihood")
ALL_OF_A_NOTE = {"setting": "announced", "kind": "opinion", "tendency": "unclear", "heard_from": "1"}


@dataclass(frozen=True, slots=True)
class Place:
    code: str
    opened: dt.date
    closed: dt.date | None


@dataclass(frozen=True, slots=True)
class Checklist:
    """What the network knows, as plain values. Keys are folded: a code, or a name in either language."""

    today: dt.date
    terms: tuple[tuple[dt.date, dt.date], ...]
    places: dict[str, Place]
    choices: dict[str, dict[str, str]] = field(default_factory=dict)
    moods: dict[str, str] = field(default_factory=dict)
    near: dict[str, frozenset[str]] = field(default_factory=dict)
    """By code of a place: what is called like a person there; under `""` what is called so everywhere."""

    def around(self, place: str) -> frozenset[str]:
        return self.near.get("", frozenset()) | self.near.get(place, frozenset())


class RowChecker:
    """Makes notes of rows; `faults` of a row are all of them, not the first alone."""

    def __init__(self, headings: Sequence[Any], mapping: Mapping, checklist: Checklist) -> None:
        self.mapping, self.checklist = mapping, checklist
        self.places = find_columns(headings, mapping)
        self.width = len(headings)
        self.values = {name: {fold(said): ours for said, ours in rows.items()} for name, rows in mapping.values.items()}

    def check(self, number: int, cells: Sequence[Any]) -> tuple[dict[str, Any], list[RowFault]]:
        """The note of a row (its text still as given) and what is wrong with it."""
        self.row = number
        self.faults: list[RowFault] = []
        if len(cells) > self.width and any(cell not in {"", None} for cell in cells[self.width:]):
            self.fail("", "row.cells", cells=len(cells), columns=self.width)
        note: dict[str, Any] = dict(ALL_OF_A_NOTE)
        given = {name: self.cell(name, cells) for name in {*self.mapping.columns, *self.mapping.defaults}}
        note["text"] = self.text(given)
        note["day"] = self.day(given.get("day", ""))
        note["place"] = self.place(given.get("place", ""), note["day"])
        for name in CHOICES:
            if said := self.said(name, given):
                note[name] = self.choice(name, said)
        note["moods"] = self.moods(self.said("moods", given))
        note["intensity"] = self.intensity(self.said("intensity", given))
        note["unsafe_to_ask"] = self.switch(self.said("unsafe_to_ask", given))
        self.overheard(note)
        return note, self.faults

    # -- cells

    def cell(self, name: str, cells: Sequence[Any]) -> Any:
        """What the column holds, the default where it is empty."""
        place = self.places.get(name)
        value = cells[place] if place is not None and place < len(cells) else ""
        if value is FORMULA or value is BROKEN:
            self.fail(name, "cell.formula" if value is FORMULA else "cell.error")
            return ""
        if isinstance(value, str):
            if "\x00" in value:
                self.fail(name, "cell.nul")
                return ""
            if any("\ud800" <= char <= "\udfff" for char in value):
                self.fail(name, "cell.broken")
                return ""
            value = value if name == "text" else nfc(value).strip()
        return value if value not in {"", None} else self.mapping.defaults.get(name, "")

    def said(self, name: str, given: dict[str, Any]) -> str:
        value = given.get(name, "")
        return self.mapped(name, value.isoformat() if isinstance(value, dt.date) else str(value))

    def mapped(self, name: str, value: str) -> str:
        """What the mapping says for this value, else the value itself."""
        return self.values.get(name, {}).get(fold(value), value)

    def text(self, given: dict[str, Any]) -> str:
        value = given.get("text", "")
        words = value.isoformat() if isinstance(value, dt.date) else str(value)
        if len(words) > MOST_TEXT:
            self.fail("text", "text.long", letters=len(words), most=MOST_TEXT)
            return ""
        return words

    def day(self, value: Any) -> dt.date | None:
        day = value if isinstance(value, dt.date) else self.parse_day(self.mapped("day", str(value)))
        if day is None:
            return None
        shown = day.strftime(self.mapping.date_format) if isinstance(value, dt.date) else str(value)
        if day > self.checklist.today:
            self.fail("day", "day.future", value=shown)
        elif not any(first <= day <= last for first, last in self.checklist.terms):
            self.fail("day", "day.term", value=shown)
        return day

    def parse_day(self, value: str) -> dt.date | None:
        if not value:
            self.fail("day", "cell.empty")
            return None
        try:
            return dt.datetime.strptime(value, self.mapping.date_format).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            pass
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            number = re.fullmatch(r"[2-6]\d{4}(\.\d+)?", value)
            self.fail("day", "day.number" if number else "day.format", value=value, format=self.mapping.date_format)
            return None

    def place(self, value: Any, day: dt.date | None) -> str:
        said = self.mapped("place", str(value))
        if not said:
            self.fail("place", "cell.empty")
            return ""
        place = self.checklist.places.get(fold(said))
        if place is None:
            self.fail("place", "place.unknown", value=said)
            return ""
        if day and not (place.opened <= day and (place.closed is None or day <= place.closed)):
            self.fail("place", "place.closed", value=said)
        return place.code

    def choice(self, name: str, said: str) -> str:
        code = self.checklist.choices[name].get(fold(said))
        if code is None:
            self.fail(name, "topic.unknown" if name == "topic" else "choice.unknown", value=said)
        return code or ""

    def moods(self, said: str) -> list[str]:
        found = []
        for part in re.split(r"[;,|]", said):
            if not part.strip():
                continue
            word = self.checklist.moods.get(fold(self.mapped("moods", part.strip())))
            if word is None:
                self.fail("moods", "choice.unknown", value=part.strip())
            elif word not in found:
                found.append(word)
        return found

    def intensity(self, said: str) -> int | None:
        if not said:
            return None
        if said not in {"1", "2", "3", "4", "5"}:
            self.fail("intensity", "intensity", value=said)
            return None
        return int(said)

    def switch(self, said: str) -> bool:
        if fold(said) not in TRUE | FALSE:
            self.fail("unsafe_to_ask", "choice.unknown", value=said)
        return fold(said) in TRUE

    def overheard(self, note: dict[str, Any]) -> None:
        """R16: what was overheard is a topic without words; everything else has words."""
        blank = not nfc(note["text"]).strip()
        if note["setting"] == "overheard":
            if not blank:
                self.fail("text", "overheard.text")
            if not note.get("topic"):
                self.fail("topic", "overheard.topic")
        elif blank and not any(fault.column == self.heading("text") for fault in self.faults):
            self.fail("text", "cell.empty")
        note.setdefault("channel", "")
        if not note["channel"] and not any(fault.column == self.heading("channel") for fault in self.faults):
            self.fail("channel", "cell.empty")

    # -- faults

    def heading(self, name: str) -> str:
        return self.mapping.columns.get(name, name)

    def fail(self, name: str, code: str, *, value: str = "", **particulars: Any) -> None:
        """Quote the value only where it is short and the door finds nobody in it."""
        shown = value if len(value) <= 40 and not find(value) else ""
        self.faults.append(RowFault(self.row, self.heading(name), code, shown, particulars))


def find_columns(headings: Sequence[Any], mapping: Mapping) -> dict[str, int]:
    """Our field → the place of its column; raises `sheet.columns` with those that are missing."""
    folded = [fold(str(cell)) for cell in headings]
    asked = {ours: name for ours, name in mapping.columns.items()
             if fold(name) in folded or not mapping.partly or ours in NEEDED}
    missing = [name for name in asked.values() if fold(name) not in folded]
    if missing:
        raise SheetFault("sheet.columns", missing=", ".join(missing), row=mapping.header)
    for name in asked.values():
        if folded.count(fold(name)) > 1:
            raise SheetFault("sheet.column_twice", column=name, row=mapping.header)
    return {field_name: folded.index(fold(name)) for field_name, name in asked.items()}
