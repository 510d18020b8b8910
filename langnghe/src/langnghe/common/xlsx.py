"""Rows of an XLSX file, read as a stream: the zip is judged before it is opened, entities are refused, cells far out are refused.

A spreadsheet library builds rows up to the farthest cell and keeps every shared word in memory; both can be abused by a small
file. This reads one row at a time, and keeps shared words in a temporary file.
"""

from __future__ import annotations

import datetime as dt
import re
import tempfile
import zipfile
from array import array
from collections import deque
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import IO, Any, BinaryIO
from xml.parsers import expat

from langnghe.common.sheet_fault import SheetFault

MOST_FILES = 2_000
MOST_BYTES = 400 * 1024 * 1024
MOST_TIMES = 250
"""A part may unpack to so many times its packed size, once it is large."""
LARGE = 16 * 1024 * 1024
MOST_COLUMNS = 256
MOST_EMPTY_ROWS = 5_000
LONGEST_CELL = 100_000
CHUNK = 64 * 1024
DATE_STYLES = frozenset([*range(14, 18), 22, *range(27, 37), *range(50, 59)])
FORMULA = object()
"""Stands in a cell that holds a formula."""
BROKEN = object()
"""Stands in a cell that holds an error such as #REF!."""


def read_xlsx(path: Path | BinaryIO, *, sheet: str = "") -> Iterator[tuple[int, list[Any]]]:
    """(row number, cells as str, date, FORMULA or BROKEN) of the named sheet, else the first that is not hidden."""
    try:
        book = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError) as fault:
        raise SheetFault("sheet.damaged") from fault
    with book, tempfile.TemporaryFile() as spool:
        check_zip(book)
        try:
            target, epoch = find_sheet(book, sheet)
            styles = date_styles(book)
            strings = SharedStrings(spool)
            strings.read(book)
            yield from SheetReader(strings, styles, epoch).rows(book, target)
        except (expat.ExpatError, KeyError, zipfile.BadZipFile, EOFError, ValueError) as fault:
            raise SheetFault("sheet.damaged") from fault


def check_zip(book: zipfile.ZipFile) -> None:
    parts = book.infolist()
    names = {part.filename for part in parts}
    if any(part.flag_bits & 1 for part in parts):
        raise SheetFault("sheet.locked")
    if "xl/workbook.xml" not in names:
        raise SheetFault("sheet.kind")
    packed_well = any(part.file_size > LARGE and part.file_size > MOST_TIMES * max(part.compress_size, 1) for part in parts)
    if len(parts) > MOST_FILES or sum(part.file_size for part in parts) > MOST_BYTES or packed_well:
        raise SheetFault("sheet.bomb")
    kinds = book.read("[Content_Types].xml") if "[Content_Types].xml" in names else b""
    if any(name.lower().endswith("vbaproject.bin") for name in names) or b"macroEnabled" in kinds:
        raise SheetFault("sheet.macros")


def parse(book: zipfile.ZipFile, name: str, *, start: Callable[[str, dict[str, str]], None],
          end: Callable[[str], None] | None = None, text: Callable[[str], None] | None = None) -> Iterator[None]:
    """Run the handlers over one part of the book; yields after each chunk."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True

    def refuse(*_given: Any) -> None:
        raise SheetFault("sheet.entities")

    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = lambda tag, given: start(plain(tag), {plain(key): value for key, value in given.items()})
    parser.EndElementHandler = (lambda tag: end(plain(tag))) if end else None
    parser.CharacterDataHandler = text
    with book.open(name) as stream:
        while chunk := stream.read(CHUNK):
            parser.Parse(chunk, False)
            yield
        parser.Parse(b"", True)
        yield


def plain(tag: str) -> str:
    return tag.rpartition(" ")[2]


def find_sheet(book: zipfile.ZipFile, wanted: str) -> tuple[str, dt.datetime]:
    """The part that holds the sheet, and the day from which its dates count."""
    sheets: list[tuple[str, str, bool]] = []
    targets: dict[str, str] = {}
    epoch = [dt.datetime(1899, 12, 30)]  # noqa: DTZ001 - days of a spreadsheet have no zone

    def on_book(tag: str, given: dict[str, str]) -> None:
        if tag == "sheet":
            sheets.append((given.get("name", ""), given.get("id", ""), given.get("state", "visible") == "visible"))
        if tag == "workbookPr" and given.get("date1904") in {"1", "true"}:
            epoch[0] = dt.datetime(1904, 1, 1)  # noqa: DTZ001

    def on_relation(tag: str, given: dict[str, str]) -> None:
        if tag == "Relationship":
            targets[given.get("Id", "")] = given.get("Target", "")

    for _done in parse(book, "xl/workbook.xml", start=on_book):
        pass
    for _done in parse(book, "xl/_rels/workbook.xml.rels", start=on_relation):
        pass
    found = next((row for row in sheets if (row[0] == wanted if wanted else row[2])), None)
    if found is None:
        raise SheetFault("sheet.no_sheet", sheet=wanted, found=", ".join(name for name, _id, _seen in sheets))
    target = targets[found[1]]
    return (target.lstrip("/") if target.startswith("/") else f"xl/{target}"), epoch[0]


def date_styles(book: zipfile.ZipFile) -> frozenset[int]:
    """The numbers of the cell styles that show a number as a day."""
    if "xl/styles.xml" not in book.namelist():
        return frozenset()
    own: set[int] = set()
    styles: list[int] = []
    inside = [False]

    def start(tag: str, given: dict[str, str]) -> None:
        if tag == "numFmt" and is_date_format(given.get("formatCode", "")):
            own.add(int(given.get("numFmtId", "-1")))
        if tag == "cellXfs":
            inside[0] = True
        if tag == "xf" and inside[0]:
            styles.append(int(given.get("numFmtId", "0")))

    def end(tag: str) -> None:
        if tag == "cellXfs":
            inside[0] = False

    for _done in parse(book, "xl/styles.xml", start=start, end=end):
        pass
    return frozenset(place for place, number in enumerate(styles) if number in DATE_STYLES or number in own)


def is_date_format(code: str) -> bool:
    bare = re.sub(r'"[^"]*"|\\.|\[[^\]]*\]', "", code.lower())
    return "d" in bare and ("m" in bare or "y" in bare)


class SharedStrings:
    """The words that cells point to by number, kept in a temporary file."""

    def __init__(self, spool: IO[bytes]) -> None:
        self.spool = spool
        self.places = array("Q", [0])
        self.get = lru_cache(maxsize=4096)(self.look_up)

    def read(self, book: zipfile.ZipFile) -> None:
        if "xl/sharedStrings.xml" not in book.namelist():
            return
        parts: list[str] = []
        where: list[str] = []

        def start(tag: str, _given: dict[str, str]) -> None:
            where.append(tag)

        def end(tag: str) -> None:
            where.pop()
            if tag == "si":
                self.spool.write("".join(parts).encode("utf-8", "surrogatepass"))
                self.places.append(self.spool.tell())
                parts.clear()

        def text(words: str) -> None:
            if where and where[-1] == "t" and "rPh" not in where:
                parts.append(words)

        for _done in parse(book, "xl/sharedStrings.xml", start=start, end=end, text=text):
            pass

    def look_up(self, number: int) -> str:
        if not 0 <= number < len(self.places) - 1:
            raise SheetFault("sheet.damaged")
        self.spool.seek(self.places[number])
        return self.spool.read(self.places[number + 1] - self.places[number]).decode("utf-8", "surrogatepass")


class SheetReader:
    """Collects one row after the other from the part that holds a sheet."""

    def __init__(self, strings: SharedStrings, styles: frozenset[int], epoch: dt.datetime) -> None:
        self.strings, self.styles, self.epoch = strings, styles, epoch
        self.done: deque[tuple[int, list[Any]]] = deque()
        self.cells: dict[int, Any] = {}
        self.row = self.last = self.column = 0
        self.kind = self.style = self.collecting = ""
        self.formula = False
        self.words: list[str] = []
        self.size = 0

    def rows(self, book: zipfile.ZipFile, name: str) -> Iterator[tuple[int, list[Any]]]:
        for _chunk in parse(book, name, start=self.start, end=self.end, text=self.text):
            while self.done:
                yield self.done.popleft()

    def start(self, tag: str, given: dict[str, str]) -> None:
        if tag == "row":
            self.row = int(given.get("r", self.row + 1))
            self.cells, self.column = {}, 0
        elif tag == "c":
            self.column = column_of(given["r"]) if "r" in given else self.column + 1
            self.kind, self.style, self.formula = given.get("t", "n"), given.get("s", "0"), False
            self.words, self.size = [], 0
        elif tag == "f":
            self.formula = True
        elif tag in {"v", "t"}:
            self.collecting = tag

    def text(self, words: str) -> None:
        if self.collecting:
            self.size += len(words)
            if self.size > LONGEST_CELL:
                raise SheetFault("sheet.long_cell", row=self.row, most=LONGEST_CELL)
            self.words.append(words)

    def end(self, tag: str) -> None:
        if tag in {"v", "t"}:
            self.collecting = ""
        elif tag == "c":
            self.end_cell()
        elif tag == "row" and self.cells:
            if self.row - self.last > MOST_EMPTY_ROWS:
                raise SheetFault("sheet.far_cell", row=self.row)
            self.last = self.row
            self.done.append((self.row, [self.cells.get(place, "") for place in range(1, max(self.cells) + 1)]))

    def end_cell(self) -> None:
        value = FORMULA if self.formula else self.value_of("".join(self.words))
        if value == "":
            return
        if self.column > MOST_COLUMNS:
            raise SheetFault("sheet.far_cell", row=self.row)
        self.cells[self.column] = value

    def value_of(self, words: str) -> Any:
        if not words:
            return ""
        if self.kind == "s":
            return self.strings.get(int(words))
        if self.kind == "e":
            return BROKEN
        if self.kind == "d":
            return dt.datetime.fromisoformat(words).date()
        if self.kind != "n":
            return words
        number = float(words)
        if int(self.style) in self.styles and 0 < number < 3_000_000:
            return (self.epoch + dt.timedelta(days=number)).date()
        return str(int(number)) if number.is_integer() else words


def column_of(reference: str) -> int:
    """`B7` is 2."""
    number = 0
    for letter in reference:
        if not letter.isalpha():
            break
        number = number * 26 + ord(letter.upper()) - 64
    return number
