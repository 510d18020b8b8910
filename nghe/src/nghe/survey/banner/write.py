"""A book as the files of a folder: `banner.html`, `banner.xlsx`, `banner.csv`, and `claims.json` with the hash of each."""

from __future__ import annotations

import hashlib
from pathlib import Path

from nghe.errors import Fault
from nghe.survey.banner.book import Book
from nghe.survey.banner.claims import book_claims
from nghe.survey.banner.long import csv_bytes
from nghe.survey.banner.page import page_bytes
from nghe.survey.banner.workbook import workbook_bytes

VERSION = "nghe.banner/1"


def book_files(book: Book, *, frozen_at: str) -> tuple[dict[str, bytes], tuple[str, ...]]:
    """The files by name, and the questions without a sentence. The same book and moment give the same bytes."""
    files = {"banner.html": page_bytes(book), "banner.xlsx": workbook_bytes(book), "banner.csv": csv_bytes(book)}
    hashes = {name: "sha256:" + hashlib.sha256(content).hexdigest() for name, content in files.items()}
    claims = book_claims(book, frozen_at=frozen_at, built_with={"nghe": VERSION}, files=hashes)
    return {**files, "claims.json": claims.content}, claims.unsaid


def write_files(files: dict[str, bytes], folder: Path) -> None:
    """All files or, where the folder cannot be made, none."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (folder / name).write_bytes(content)
    except OSError as error:
        raise Fault("banner.file", str(folder), f"cannot be written: {error.strerror}") from error
