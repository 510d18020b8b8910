"""Faults of a file in words: what, where, what to do."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from langnghe.common.errors import Refusal
from langnghe.common.limited import OverLimit
from langnghe.common.sheet_fault import SheetFault
from langnghe.common.workbook import SHEET_WORDS, in_words

FILE_WORDS: dict[str, tuple[str, str]] = SHEET_WORDS | {
    "sheet.no_rows": (gettext_noop("The file has headings, but no row below them."), gettext_noop("Fill in the rows.")),
    "sheet.csv": (gettext_noop("Row %(row)s: the quotation marks do not fit."),
                  gettext_noop("Save the table again as CSV from a spreadsheet.")),
    "sheet.encoding": (gettext_noop("Byte %(byte)s is no UTF-8, and the file does not look like Windows-1258."),
                       gettext_noop("Save it as CSV UTF-8, or say encoding = \"...\" in the mapping.")),
    "sheet.wrong_encoding": (gettext_noop("Row %(row)s is not in the encoding %(encoding)s."),
                             gettext_noop("Save it as CSV UTF-8, or correct encoding in the mapping.")),
    "sheet.columns": (gettext_noop("Row %(row)s has no heading: %(missing)s."),
                      gettext_noop("Correct [columns] in the mapping, or say header = the row of the headings.")),
    "sheet.column_twice": (gettext_noop("Row %(row)s has the heading “%(column)s” twice."), gettext_noop("Rename one of them.")),
    "sheet.second_header": (gettext_noop("Row %(row)s looks like a second row of headings."),
                            gettext_noop("Delete it, or say header = %(row)s in the mapping and use its names.")),
    "mapping.toml": (gettext_noop("%(file)s is no TOML file: %(fault)s."), gettext_noop("Correct the line that is named.")),
    "mapping.unknown": (gettext_noop("%(file)s: “%(part)s” is not known here."), gettext_noop("Known are: %(known)s.")),
    "mapping.columns": (gettext_noop("%(file)s has no [columns]."), gettext_noop("Write for example: text = \"Nội dung\".")),
    "mapping.field": (gettext_noop("%(file)s, [%(part)s]: “%(field)s” is no field of a note."),
                      gettext_noop("Known are: %(known)s.")),
    "mapping.missing": (gettext_noop("%(file)s says nothing of “%(field)s”."),
                        gettext_noop("Name its column under [columns], or one value for all under [defaults].")),
    "mapping.date": (gettext_noop("%(file)s, [date]: “%(format)s” is no form of a date."),
                     gettext_noop("Write for example format = \"dd/mm/yyyy\".")),
    "mapping.header": (gettext_noop("%(file)s: header is the number of a row, from 1 to 50."), gettext_noop("Write header = 1.")),
    "mapping.encoding": (gettext_noop("%(file)s: there is no encoding “%(encoding)s”."),
                         gettext_noop("Write for example encoding = \"cp1258\".")),
    "import.memory": (gettext_noop("Reading the file took more memory than is allowed."),
                      gettext_noop("Split it into smaller files.")),
    "import.time": (gettext_noop("Reading the file took too long."), gettext_noop("Split it into smaller files.")),
    "import.crash": (gettext_noop("Reading the file ended in a crash."),
                     gettext_noop("Open it in a spreadsheet and save it again.")),
    "import.unit": (gettext_noop("No unit has the code “%(unit)s”."), gettext_noop("Write unit = the code of your unit.")),
    "import.by": (gettext_noop("“%(by)s” is nobody in the office “%(unit)s”."),
                  gettext_noop("Write by = the name with which somebody of that office signs in.")),
}

ROW_WORDS: dict[str, str] = {
    "cell.empty": gettext_noop("is empty"), "cell.nul": gettext_noop("holds a NUL sign"),
    "cell.broken": gettext_noop("holds a broken sign"),
    "cell.formula": gettext_noop("holds a formula; paste its value instead"),
    "cell.error": gettext_noop("holds an error such as #REF!"),
    "row.cells": gettext_noop("has more cells than there are headings; a comma without quotation marks?"),
    "text.long": gettext_noop("is too long for one note"),
    "day.future": gettext_noop("has not come yet"), "day.term": gettext_noop("is before or after every term of the roster"),
    "day.format": gettext_noop("is no date in the form of the mapping ([date] format)"),
    "day.number": gettext_noop("is a number, not a date; format the column as a date"),
    "place.unknown": gettext_noop("is no place of this unit"), "place.closed": gettext_noop("did not exist on that day"),
    "topic.unknown": gettext_noop("is not in the coding frame in use"), "choice.unknown": gettext_noop("is not in the list"),
    "intensity": gettext_noop("must be a number from 1 to 5"),
    "overheard.text": gettext_noop("must be empty: what was overheard is a topic without words"),
    "overheard.topic": gettext_noop("is needed for what was overheard"),
}


def as_refusal(fault: SheetFault) -> Refusal:
    return in_words(fault, FILE_WORDS)


def over_limit(fault: OverLimit) -> Refusal:
    return as_refusal(SheetFault(f"import.{fault.what}"))


def rows_refused(file: str, faults: Iterable[dict[str, Any]], *, rows: int) -> Refusal:
    """One refusal for all faulty rows of a file; rows with the same fault stand in one line, every row is named."""
    groups = group_faults(faults)
    what = {code: _(words) for code, words in ROW_WORDS.items()}
    lines = [_("Column “%(column)s”, rows %(rows)s: %(value)s%(what)s.") % {
        "column": group["column"], "rows": group["rows"], "value": f"“{group['value']}” " if group["value"] else "",
        "what": what[group["code"]]} for group in groups]
    return Refusal(
        "import.rows", _("%(file)s was not taken: %(n)d things are wrong in %(rows)d rows.\n%(lines)s") % {
            "file": file, "n": len(groups), "rows": rows, "lines": "\n".join(lines)},
        todo=_("Correct them and bring the file in again; nothing was changed."), details={"faults": groups},
    )


def group_faults(faults: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    key = ("column", "code", "value")
    rows: dict[tuple[str, ...], list[int]] = {}
    for fault in faults:
        rows.setdefault(tuple(fault[name] for name in key), []).append(fault["row"])
    return [dict(zip(key, found, strict=True)) | {"rows": spans(numbers)} for found, numbers in rows.items()]


def spans(numbers: list[int]) -> str:
    """`3, 5–9`."""
    parts = []
    for _offset, run in groupby(enumerate(sorted(set(numbers))), key=lambda pair: pair[1] - pair[0]):
        block = [number for _place, number in run]
        parts.append(str(block[0]) if len(block) == 1 else f"{block[0]}–{block[-1]}")
    return ", ".join(parts)
