"""Enter actions in the chain, count reads, check the chain, give the root of a day."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F

from langnghe.audit.models import Entry, ReadCount
from langnghe.common.clock import ZONE

START = "0" * 64
LINE = 0x6C61_6E67
"""The number of the advisory lock under which PostgreSQL queues writers of the chain."""

ACTIONS: dict[str, str] = {}
"""Every audit action and what it means; rooms add theirs, docs/errors.md lists them (a test compares)."""


def register_actions(**meanings: str) -> None:
    ACTIONS.update({name.replace("__", "."): meaning for name, meaning in meanings.items()})


def enter(action: str, subject: str, *, by: Any, at: dt.datetime, network: int | None = None, **details: Any) -> Entry:
    """Append one entry, inside the transaction of the change that it tells of.

    `details` must be JSON and must hold no text that people wrote and nobody's name.
    """
    if action not in ACTIONS:
        raise LookupError(f"audit action {action!r} is not registered")
    with transaction.atomic():
        stand_in_line()
        last = Entry.objects.order_by("-pk").first()
        entry = Entry(at=at, actor=by, network=network, action=action, subject=subject, details=details,
                      previous=last.mac if last else START)
        entry.mac = mac_of(entry)
        entry.save(force_insert=True)
    return entry


def stand_in_line() -> None:
    """One entry after the other, to the end of its transaction: a lock on the last row would not stop a fork of the chain.

    SQLite has one writer at a time anyway.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LINE])


def mac_of(entry: Entry) -> str:
    record = [entry.previous, entry.at.astimezone(dt.UTC).isoformat(), entry.actor_id, entry.network, entry.action,
              entry.subject, entry.details]
    body = json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hmac.new(settings.AUDIT_KEY.encode(), body.encode(), hashlib.sha256).hexdigest()


def count_read(kind: str, *, by: Any, at: dt.datetime) -> None:
    hour = at.replace(minute=0, second=0, microsecond=0)
    with transaction.atomic():
        ReadCount.objects.get_or_create(reader=by, kind=kind, hour=hour)
        ReadCount.objects.filter(reader=by, kind=kind, hour=hour).update(times=F("times") + 1)


def check_chain() -> list[str]:
    """What does not fit in the chain, as sentences; empty when it is whole."""
    faults, previous = [], START
    for entry in Entry.objects.order_by("pk").iterator():
        if entry.previous != previous:
            faults.append(f"entry {entry.pk}: the one before it is missing or was replaced")
        if not hmac.compare_digest(entry.mac, mac_of(entry)):
            faults.append(f"entry {entry.pk}: its content was changed")
        previous = entry.mac
    return faults


def day_root(day: dt.date) -> str:
    """The last link of the chain up to the end of that day in Vietnam; printed in reports."""
    end = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), ZONE)
    last = Entry.objects.filter(at__lt=end).order_by("-pk").first()
    return last.mac if last else START
