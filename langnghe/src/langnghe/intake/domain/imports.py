"""Bring in a table of notes: all or nothing, the same file twice changes nothing, personal data stopped or masked.

Reading, checking and scrubbing happen in a child process before anything is stored; the rows then go in within one short
transaction, so that a phone that sends a note meanwhile waits no longer than for another phone.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django_scopes import scope, scopes_disabled

from langnghe.audit.domain import enter, register_actions
from langnghe.common.clock import today
from langnghe.common.errors import Refusal
from langnghe.common.limited import Limits, OverLimit, run_limited
from langnghe.common.sheet_fault import SheetFault
from langnghe.intake import door
from langnghe.intake.domain.import_rows import read_lines, spool_rows, write_rows
from langnghe.intake.domain.import_words import as_refusal, over_limit, rows_refused
from langnghe.intake.models import ImportBatch
from langnghe.intake.queries import checklist_for
from langnghe.intake.sheets.mapping import Mapping
from langnghe.intake.sheets.work import Summary, scrub_table
from langnghe.network.enums import Role
from langnghe.network.models import Membership, Unit

register_actions(notes__imported="Notes were brought in from a file; its SHA-256 and the counts are entered, not its words.")

IMPORTERS = frozenset({Role.ANALYST, Role.EDITOR, Role.ADMINISTRATOR})
LIMITS = Limits(memory_mb=512, cpu_seconds=900, wall_seconds=1800)
MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Account:
    """What became of a file, row by row: `exceptions` are the rows that were stopped or masked; the others were taken."""

    file_name: str
    file_hash: str
    rows: int
    taken: int
    stopped: int
    masked: int
    hits: dict[str, int] = field(default_factory=dict)
    exceptions: list[dict[str, Any]] = field(default_factory=list)
    encoding: str = ""
    dry_run: bool = False
    again: bool = False

    def as_dict(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


def import_observations(source: Path, mapping: Mapping, *, on_hit: str, dry_run: bool, at: dt.datetime) -> Account:
    """Bring in the file for the unit and in the name of the person that the mapping names."""
    unit, by = unit_and_person(mapping)
    with scope(network=unit.network), staging() as folder:
        account = stage_file(source, folder, mapping, unit=unit, on_hit=on_hit, name=source.name, at=at)
        if dry_run or account.again:
            return replace_account(account, dry_run=dry_run)
        return take_in(account, folder, unit=unit, on_hit=on_hit, by=by, at=at)


def unit_and_person(mapping: Mapping) -> tuple[Unit, Any]:
    """The unit that the notes come to, and the member of its office who brings them in."""
    with scopes_disabled():
        units = list(Unit.objects.select_related("network").filter(code=mapping.unit)[:2])
        if len(units) != 1:
            raise as_refusal(SheetFault("import.unit", unit=mapping.unit))
        member = Membership.objects.active().filter(user__username=mapping.by, role__in=IMPORTERS, unit=units[0]).first()
        if member is None:
            raise as_refusal(SheetFault("import.by", by=mapping.by, unit=mapping.unit))
        return units[0], member.user


@contextmanager
def staging() -> Iterator[Path]:
    """A folder for what has passed the door and is not taken in yet."""
    base = settings.DATA / "staging"
    base.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder = Path(tempfile.mkdtemp(dir=base))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def stage_file(source: Path, folder: Path, mapping: Mapping, *, unit: Unit, on_hit: str, name: str, at: dt.datetime) -> Account:
    """Read the file into the folder; refuses it with all that is wrong. The same file again is told from its hash alone."""
    check_size(source)
    digest, shown = hash_of(source), door.without_personal_data(name)[:200]
    known = ImportBatch.objects.filter(unit=unit, file_hash=digest).first()
    if known:
        return account_of(known)
    try:
        checklist = checklist_for(unit, on=today(at))
        summary: Summary = run_limited(scrub_table, source, folder, mapping, checklist, mask=on_hit == "mask", limits=LIMITS)
    except SheetFault as fault:
        raise as_refusal(fault) from fault
    except OverLimit as fault:
        raise over_limit(fault) from fault
    if summary.faults:
        raise rows_refused(shown, read_lines(folder / "faults.jsonl"), rows=summary.rows)
    return Account(shown, digest, summary.rows, summary.taken, summary.stopped, summary.masked, dict(summary.hits),
                   list(read_lines(folder / "hits.jsonl")), summary.encoding)


def check_size(source: Path) -> None:
    """The same most for every file, uploaded or named on the command line: a copy of what passed the door waits on the disk."""
    size = source.stat().st_size
    if size > settings.UPLOAD_MAX_BYTES:
        raise too_large(size)


def too_large(size: int) -> Refusal:
    """Megabytes are rounded up: one byte too many is not said to be as many as may be."""
    return as_refusal(SheetFault("sheet.too_large", megabytes=-(-size // MEGABYTE), most=settings.UPLOAD_MAX_BYTES // MEGABYTE))


def take_in(account: Account, folder: Path, *, unit: Unit, on_hit: str, by: Any, at: dt.datetime) -> Account:
    """The staged rows into the database, in one short transaction."""
    spooled = spool_rows(folder, unit=unit, file_hash=account.file_hash, at=at)
    try:
        with transaction.atomic():
            batch = ImportBatch.objects.create(
                unit=unit, file_hash=account.file_hash, file_name=account.file_name, on_hit=on_hit, rows=account.rows,
                taken=account.taken, stopped=account.stopped, masked=account.masked, hits=account.hits, by=by, at=at,
            )
            write_rows(spooled, batch)
            door.count_hits(unit, Counter(account.hits), on=today(at))
            enter("notes.imported", f"import:{batch.pk}", by=by, at=at, network=unit.network_id, sha256=account.file_hash,
                  rows=account.rows, taken=account.taken, stopped=account.stopped, masked=account.masked)
    except IntegrityError:
        known = ImportBatch.objects.filter(unit=unit, file_hash=account.file_hash).first()
        if known is None:
            raise
        return account_of(known)  # somebody brought the same file in at the same moment
    return account


def hash_of(source: Path) -> str:
    with source.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def account_of(batch: ImportBatch) -> Account:
    return Account(batch.file_name, batch.file_hash, batch.rows, batch.taken, batch.stopped, batch.masked, dict(batch.hits),
                   again=True)


def replace_account(account: Account, **changed: Any) -> Account:
    return Account(**{name: getattr(account, name) for name in account.__dataclass_fields__} | changed)

