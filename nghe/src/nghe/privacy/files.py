"""Scrub a file of records, one JSON object a line: the whole file or nothing, and memory does not grow with it."""

from __future__ import annotations

import json
import os
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from nghe.errors import Fault
from nghe.privacy.find import Hit, find, mask

LONGEST_LINE = 32 * 1024 * 1024
"""A line of more bytes is refused, so that one record cannot take the machine's memory."""


@dataclass(slots=True)
class Account:
    """What was done to a file: every record in is a record out."""

    records: int = 0
    with_hits: int = 0
    hits: Counter[str] = field(default_factory=Counter)


def scrub_file(source: Path, target: Path, finder: Callable[[str], list[Hit]] = find) -> Account:
    """Write `target` with `{"id", "text", "hits"}` for each `{"id", "text"}` of `source`; a fault leaves no file behind.

    `finder` says what the hits are: the rules, or the rules with a second opinion, or with lists of known names.
    """
    try:
        if target.exists() and target.samefile(source):
            raise Fault("privacy.same_file", str(target), "would overwrite what is read; name another file for the result")
        with source.open("rb") as lines, _whole_or_nothing(target) as out:
            return _scrub_lines(lines, out, source, finder)
    except OSError as error:
        raise Fault("privacy.file", str(error.filename or source), str(error.strerror)) from error


def _scrub_lines(lines: IO[bytes], out: IO[str], source: Path, finder: Callable[[str], list[Hit]]) -> Account:
    account = Account()
    for record in _records(lines, source):
        done = mask(record["text"], finder(record["text"]))
        hits = [{"start": hit.start, "end": hit.end, "type": hit.type} for hit in done.hits]
        out.write(json.dumps({"id": record["id"], "text": done.text, "hits": hits}, ensure_ascii=False) + "\n")
        account.records += 1
        account.with_hits += bool(hits)
        account.hits.update(hit.type for hit in done.hits)
    return account


@contextmanager
def _whole_or_nothing(target: Path) -> Iterator[IO[str]]:
    """A file beside `target` that takes its place when all went well, and else is removed."""
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    part = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def _records(lines: IO[bytes], source: Path) -> Iterator[dict[str, Any]]:
    number = 0
    while line := lines.readline(LONGEST_LINE + 1):
        number += 1
        if line.strip():
            yield _record(line, f"{source.name}, line {number}", first=number == 1)


def _record(line: bytes, where: str, *, first: bool) -> dict[str, Any]:
    if len(line) > LONGEST_LINE:
        raise Fault("privacy.long_line", where, f"is longer than {LONGEST_LINE // 2**20} MB; write one record on each line")
    if first and line.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Fault("privacy.encoding", where, "is UTF-16; save the file as UTF-8")
    try:
        record = json.loads(line.decode("utf-8-sig" if first else "utf-8"))
    except UnicodeDecodeError as error:
        raise Fault("privacy.encoding", where, f"is no UTF-8 (byte {error.start + 1}); save the file as UTF-8") from error
    except (ValueError, RecursionError) as error:
        raise Fault("privacy.no_json", where, f"is no JSON object: {error}") from error
    if not isinstance(record, dict):
        raise Fault("privacy.no_json", where, 'is no JSON object; write {"id": ..., "text": "..."}')
    for name in ("id", "text"):
        if name not in record:
            raise Fault("privacy.missing", where, f'has no "{name}"; write {{"id": ..., "text": "..."}}')
    if not isinstance(record["id"], str | int):
        raise Fault("privacy.missing", where, '"id" must be words or a whole number')
    if not isinstance(record["text"], str):
        raise Fault("privacy.missing", where, '"text" must be words in quotation marks')
    if "\x00" in record["text"] or any("\ud800" <= char <= "\udfff" for char in f"{record['id']}{record['text']}"):
        raise Fault("privacy.broken_text", where, "holds a NUL or half a character; the file was damaged or cut on its way")
    return record
