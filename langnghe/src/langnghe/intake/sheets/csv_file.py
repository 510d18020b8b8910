"""Rows of a CSV file as it was written: UTF-8 with or without its mark, UTF-16, Windows-1258; comma, semicolon or tab."""

from __future__ import annotations

import codecs
import csv
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from langnghe.common.sheet_fault import SheetFault
from langnghe.intake.sheets.mapping import Mapping
from nghe.text.fold import fold

SAMPLE = 64 * 1024
LONGEST_CELL = 100_000
MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
         (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def encoding_of(path: Path, *, declared: str = "") -> str:
    """The encoding by its mark, as declared, or as the bytes show; raises `sheet.encoding` where none fits."""
    with path.open("rb") as file:
        sample = file.read(SAMPLE)
    for mark, name in MARKS:
        if sample.startswith(mark):
            return name
    if declared:
        return declared
    if guess := utf16_without_mark(sample):
        return guess
    place = first_fault(path)
    if place is None:
        return "utf-8"
    if looks_vietnamese(sample):
        return "cp1258"
    raise SheetFault("sheet.encoding", byte=place + 1)


def utf16_without_mark(sample: bytes) -> str:
    """Every other byte of a Latin text in UTF-16 is nought."""
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    half = max(len(sample) // 2, 1)
    if odd > half * 0.4 and even < half * 0.05:
        return "utf-16-le"
    return "utf-16-be" if even > half * 0.4 and odd < half * 0.05 else ""


def first_fault(path: Path) -> int | None:
    """The place of the first byte that is no UTF-8."""
    decoder, done = codecs.getincrementaldecoder("utf-8")(), 0
    with path.open("rb") as file:
        while chunk := file.read(SAMPLE):
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError as fault:
                return max(done + fault.start, 0)
            done += len(chunk)
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return done
    return None


def looks_vietnamese(sample: bytes) -> bool:
    """Windows-1258 writes tones as marks after their vowels; no other Windows code page has them there."""
    try:
        text = sample.decode("cp1258")
    except UnicodeDecodeError:
        return False
    tones = [place for place, char in enumerate(text) if unicodedata.combining(char)]
    after_vowels = sum(place > 0 and text[place - 1].lower() in "aăâeêioôơuưy" for place in tones)
    return len(tones) >= 3 and after_vowels == len(tones)


def read_csv(path: Path, mapping: Mapping, *, encoding: str) -> Iterator[tuple[int, list[str]]]:
    """(number of the record, its cells), the headings being record `mapping.header` and the first of all being 1."""
    csv.field_size_limit(LONGEST_CELL)
    delimiter = mapping.delimiter.replace("\\t", "\t") or delimiter_of(path, mapping, encoding)
    number = 0
    try:
        with path.open(encoding=encoding, newline="", errors="strict") as file:
            for number, row in enumerate(csv.reader(file, delimiter=delimiter, strict=True), start=1):
                yield number, row
    except csv.Error as fault:
        code = "sheet.long_cell" if "field larger" in str(fault) else "sheet.csv"
        raise SheetFault(code, row=number + 1, most=LONGEST_CELL) from fault
    except UnicodeError as fault:
        raise SheetFault("sheet.wrong_encoding", encoding=encoding, row=number + 1) from fault


def delimiter_of(path: Path, mapping: Mapping, encoding: str) -> str:
    """The sign that splits the row of headings into most of the columns that the mapping names."""
    wanted = {fold(name) for name in mapping.columns.values()}
    try:
        with path.open(encoding=encoding, newline="") as file:
            lines = [file.readline(LONGEST_CELL) for _row in range(mapping.header)]
    except UnicodeError as fault:
        raise SheetFault("sheet.wrong_encoding", encoding=encoding, row=1) from fault

    def fits(sign: str) -> int:
        try:
            cells = next(csv.reader(lines[-1:], delimiter=sign), [])
        except csv.Error:
            return 0
        return len({fold(cell) for cell in cells} & wanted)

    return max(",;\t|", key=fits)
