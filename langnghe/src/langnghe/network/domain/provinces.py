"""The provinces of Viet Nam as places: the 63 until 30 June 2025, and the 34 since 1 July 2025 that took over from them.

Names, codes and mergers are public facts (data/provinces-2025-07-01.csv says where they are from). Eleven provinces went on
unchanged; the others are new places, since a province that keeps its name but takes two others in is another place.
"""

from __future__ import annotations

import csv
import datetime as dt
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.db import transaction

from langnghe.network.domain.tree import add_place, succeed_place
from langnghe.network.models import Network, Place

FILE = Path(__file__).resolve().parent.parent / "data" / "provinces-2025-07-01.csv"
DAY = dt.date(2025, 7, 1)
BEFORE = dt.date(1976, 1, 1)
"""Places need a first day; that of each province's founding is not kept here."""


@dataclass(frozen=True, slots=True)
class Merger:
    old_code: str
    old_name: str
    new_code: str
    new_name: str


@cache
def mergers() -> tuple[Merger, ...]:
    with FILE.open(encoding="utf-8", newline="") as file:
        return tuple(Merger(*row) for row in csv.reader(line for line in file if not line.startswith("#")))[1:]


def successors_by_code() -> dict[str, list[Merger]]:
    """New province → the old ones that it is made of."""
    answer: dict[str, list[Merger]] = {}
    for row in mergers():
        answer.setdefault(row.new_code, []).append(row)
    return answer


def open_provinces(network: Network, *, by: Any, at: dt.datetime) -> Place:
    """The country with its 63 provinces as they were: `63-25` is the Phú Thọ of before."""
    with transaction.atomic():
        country = add_place(network, under=None, by=by, at=at, code="VN", name_vi="Việt Nam", name_en="Viet Nam", kind="country",
                            opened=BEFORE)
        groups = successors_by_code()
        for order, row in enumerate(mergers()):
            code = row.old_code if len(groups[row.new_code]) == 1 else f"63-{row.old_code}"
            country.refresh_from_db()
            add_place(network, under=country, by=by, at=at, code=code, name_vi=row.old_name, kind="province", opened=BEFORE,
                      order=order)
    return country


def merge_provinces(country: Place, *, by: Any, at: dt.datetime) -> list[Place]:
    """What happened on 1 July 2025: the 23 new provinces, each after the two or three that it is made of."""
    network = country.network
    made = []
    with transaction.atomic():
        for order, (code, rows) in enumerate(successors_by_code().items()):
            if len(rows) == 1:
                continue
            country.refresh_from_db()
            new = add_place(network, under=country, by=by, at=at, code=code, name_vi=rows[0].new_name, kind="province",
                            opened=DAY, order=order)
            for row in rows:
                succeed_place(Place.objects.get(network=network, code=f"63-{row.old_code}"), [new], on=DAY, by=by, at=at)
            made.append(new)
    return made
