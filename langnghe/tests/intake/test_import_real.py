"""Real Vietnamese feedback (UIT-VSFC) through a mapping file, recounted straight from the file by other code."""

from __future__ import annotations

import csv
import datetime as dt
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db.models import Count

from langnghe.intake.domain.imports import import_observations
from langnghe.intake.models import Observation
from langnghe.intake.sheets.mapping import read_mapping
from langnghe.network.domain import add_place
from langnghe.network.models import Place
from langnghe.testing import OPENED, House

PLACES = [f"N{number:02}" for number in range(12)]
FIRST = dt.date(2026, 9, 10)
FEELINGS = {"0": "oppose", "1": "unclear", "2": "agree"}
TOPICS = {"0": "GD3", "1": "GD2", "2": "GD1", "3": "GD6"}
MAPPING = b"""
unit = "ST"
by = "bob"
[columns]
text = "sentence"
day = "day"
place = "place"
tendency = "sentiment"
topic = "topic"
[values.tendency]
"0" = "oppose"
"1" = "unclear"
"2" = "agree"
[values.topic]
"0" = "GD3"
"1" = "GD2"
"2" = "GD1"
"3" = "GD6"
[defaults]
channel = "meeting"
setting = "sheet"
kind = "opinion"
[date]
format = "dd/mm/yyyy"
"""


def given(folder: Path) -> Iterator[dict[str, str]]:
    """The sentences in eight weeks and twelve places, by the number of the row."""
    files = ("sents.txt", "sentiments.txt", "topics.txt")
    columns = [(folder / name).read_text(encoding="utf-8").splitlines() for name in files]
    for number, (sentence, sentiment, topic) in enumerate(zip(*columns, strict=True)):
        day = FIRST + dt.timedelta(days=7 * (number % 8) + number % 7)
        yield {"sentence": sentence, "sentiment": sentiment.strip(), "topic": topic.strip(), "day": f"{day:%d/%m/%Y}",
               "place": PLACES[number % 12]}


@pytest.fixture
def table(house: House, now: dt.datetime, tmp_path: Path, reference: Path) -> tuple[Path, list[dict[str, str]]]:
    for code in PLACES:
        add_place(house.network, under=Place.objects.get(code="P"), by=None, at=now, code=code, name_vi=f"Xã {code}",
                  kind="commune", opened=OPENED)
    rows = list(given(reference / "vi_text" / "uit-vsfc" / "test"))
    file = tmp_path / "test.csv"
    with file.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.DictWriter(out, ["sentence", "day", "place", "sentiment", "topic"])
        writer.writeheader()
        writer.writerows(rows)
    return file, rows


@pytest.mark.reference
def test_three_thousand_sentences_are_what_the_file_says(table: tuple[Path, list[dict[str, str]]], house: House,
                                                         now: dt.datetime) -> None:
    file, rows = table
    account = import_observations(file, read_mapping(MAPPING, name="m.toml"), on_hit="stop", dry_run=False, at=now)
    assert account.rows == len(rows) == 3166
    assert account.taken + account.stopped + account.masked == 3166
    assert account.masked == 0
    left_out = {row["row"] for row in account.exceptions}
    assert len(left_out) == account.stopped
    kept = [row for number, row in enumerate(rows, start=2) if number not in left_out]
    assert counted("place__code") == Counter(row["place"] for row in kept)
    assert counted("tendency") == Counter(FEELINGS[row["sentiment"]] for row in kept)
    assert counted("topic__code") == Counter(TOPICS[row["topic"]] for row in kept)
    assert {f"{day:%d/%m/%Y}": n for day, n in counted("day").items()} == Counter(row["day"] for row in kept)
    assert sorted(Observation.objects.values_list("text", flat=True)) == sorted(row["sentence"].strip() for row in kept)


@pytest.mark.reference
def test_masked_instead_every_row_is_kept(table: tuple[Path, list[dict[str, str]]], house: House, now: dt.datetime) -> None:
    file, rows = table
    account = import_observations(file, read_mapping(MAPPING, name="m.toml"), on_hit="mask", dry_run=False, at=now)
    assert (account.rows, account.stopped) == (3166, 0)
    assert account.taken + account.masked == Observation.objects.count() == 3166
    assert counted("place__code") == Counter(row["place"] for row in rows)
    masked = {row["row"] for row in account.exceptions}
    assert set(Observation.objects.filter(row__in=masked, text__contains="[").values_list("row", flat=True)) == masked


def counted(name: str) -> Counter[Any]:
    return Counter(dict(Observation.objects.values_list(name).annotate(n=Count("pk")).order_by()))
