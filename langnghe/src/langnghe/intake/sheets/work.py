"""The work of the child: read a table, check each row, take each text through the door, write what may be kept.

Leaves in the folder: `rows.jsonl` (notes whose words have passed), `faults.jsonl`, `hits.jsonl` (rows that were stopped or
masked, with the types found), `progress` (rows read so far). Memory does not grow with the file.
"""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cache
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any

from langnghe.common.sheet_fault import SheetFault
from langnghe.common.xlsx import read_xlsx
from langnghe.intake.sheets.checking import Checklist, RowChecker
from langnghe.intake.sheets.csv_file import encoding_of, read_csv
from langnghe.intake.sheets.mapping import Mapping
from nghe.privacy import Known, find, know, scrub
from nghe.text.fold import nfc

EVERY = 250
"""Rows between two words about how far it is."""
MOST_ROWS = 40_000
"""Rows of one file: they go in within one transaction, and a phone that writes meanwhile waits for it, a second at most."""
KINDS = ((b"PK\x03\x04", "xlsx"), (b"PK\x05\x06", "xlsx"), (b"\xd0\xcf\x11\xe0", "xls"), (b"%PDF", "other"),
         (b"\x1f\x8b", "other"), (b"\x89PNG", "other"), (b"\xff\xd8\xff", "other"))


@dataclass(slots=True)
class Summary:
    """What was found in the file; rows = taken + stopped + masked where there is no fault."""

    rows: int = 0
    taken: int = 0
    stopped: int = 0
    masked: int = 0
    faults: int = 0
    hits: Counter[str] = field(default_factory=Counter)
    encoding: str = ""


def scrub_table(source: Path, folder: Path, mapping: Mapping, checklist: Checklist, *, mask: bool) -> Summary:
    """Read `source` into the folder; raises SheetFault where it is no table that the mapping fits."""
    summary = Summary()
    rows = open_rows(source, mapping, summary)
    checker = RowChecker(headings_of(rows, mapping), mapping, checklist)
    first, rest = look_ahead(rows)
    warn_second_header(checker, first)
    here = cache(lambda place: know(places=checklist.around(place)))
    with ExitStack() as open_files:
        kept, bad, hits = (open_files.enter_context((folder / f"{name}.jsonl").open("w", encoding="utf-8"))
                           for name in ("rows", "faults", "hits"))
        for number, cells in rest:
            if all(cell in {"", None} or (isinstance(cell, str) and not cell.strip()) for cell in cells):
                continue
            summary.rows += 1
            if summary.rows > MOST_ROWS:
                raise SheetFault("sheet.too_many", most=MOST_ROWS)
            note, faults = checker.check(number, cells)
            for fault in faults:
                write(bad, fault.as_dict())
            summary.faults += len(faults)
            if not faults:
                take(number, note, here, mask=mask, kept=kept, hits=hits, summary=summary)
            if summary.rows % EVERY == 0:
                (folder / "progress").write_text(str(summary.rows), encoding="utf-8")
    if not summary.rows:
        raise SheetFault("sheet.no_rows")
    return summary


def open_rows(source: Path, mapping: Mapping, summary: Summary) -> Iterator[tuple[int, list[Any]]]:
    with source.open("rb") as file:
        start = file.read(8)
    if not start.strip():
        raise SheetFault("sheet.empty")
    kind = next((kind for mark, kind in KINDS if start.startswith(mark)), "csv")
    if kind == "xls":
        raise SheetFault("sheet.old_excel")
    if kind == "other":
        raise SheetFault("sheet.kind")
    if kind == "xlsx":
        summary.encoding = "xlsx"
        return read_xlsx(source, sheet=mapping.sheet)
    summary.encoding = encoding_of(source, declared=mapping.encoding)
    return iter(read_csv(source, mapping, encoding=summary.encoding))


def headings_of(rows: Iterator[tuple[int, list[Any]]], mapping: Mapping) -> list[Any]:
    for number, cells in rows:
        if number == mapping.header:
            return cells
        if number > mapping.header:
            break
    raise SheetFault("sheet.empty" if mapping.header == 1 else "sheet.columns", missing=", ".join(mapping.columns.values()),
                     row=mapping.header)


def look_ahead(rows: Iterator[tuple[int, list[Any]]]) -> tuple[list[tuple[int, list[Any]]], Iterator[tuple[int, list[Any]]]]:
    first = list(islice(rows, 2))
    return first, chain(first, rows)


def warn_second_header(checker: RowChecker, first: list[tuple[int, list[Any]]]) -> None:
    """Two rows of headings: the first row below has no day, the one after it has."""
    if len(first) < 2:
        return
    days = [not any(fault.code.startswith("day.") or fault.column == checker.heading("day") for fault in checker.check(*row)[1])
            for row in first]
    if days == [False, True]:
        filled = [cell for cell in first[0][1] if isinstance(cell, str) and cell.strip()]
        if not any(char.isdigit() for cell in filled for char in cell):
            raise SheetFault("sheet.second_header", row=first[0][0])


def take(
    number: int, note: dict[str, Any], around: Callable[[str], Known], *, mask: bool, kept: IO[str], hits: IO[str],
    summary: Summary,
) -> None:
    """Through the door, as `langnghe.intake.door` does it for a single note."""
    here = around(note["place"])
    found = find(unicodedata.normalize("NFC", note["text"]), here)
    clean = nfc(note["text"]).strip()
    if found:
        types = sorted({hit.type for hit in found})
        summary.hits.update(hit.type for hit in found)
        write(hits, {"row": number, "outcome": "masked" if mask else "stopped", "types": types})
        if not mask:
            summary.stopped += 1
            return
        summary.masked += 1
        clean = scrub(clean, here).text
    else:
        summary.taken += 1
    write(kept, {"row": number, **note, "text": clean, "day": note["day"].isoformat()})


def write(file: IO[str], record: dict[str, Any]) -> None:
    file.write(json.dumps(record, ensure_ascii=False) + "\n")
