"""Staged notes as rows of the database: made ready outside the transaction, written in a few statements inside it."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import pickle
import uuid
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import connection

from langnghe.common.clock import today
from langnghe.common.periods import Period
from langnghe.intake import door
from langnghe.intake.domain.notes import is_coarse
from langnghe.intake.enums import Origin
from langnghe.intake.models import Channel, ImportBatch, Mood, Observation
from langnghe.intake.queries import topics_in_use
from langnghe.network.models import Place, Unit
from nghe.text.fold import fold

CHUNK = 2_000
NAMES = uuid.UUID("6f7c1a3e-3f0f-5c5b-9d2a-7f6f0c1d2e4b")
"""The space in which the number of a row becomes the number of a note."""


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def note_id(unit: Unit, file_hash: str, row: int) -> uuid.UUID:
    """The identity of a row: its unit, the hash of its file, its number."""
    return uuid.uuid5(NAMES, f"{unit.pk}:{file_hash}:{row}")


def spool_rows(folder: Path, *, unit: Unit, file_hash: str, at: dt.datetime) -> Path:
    """The staged notes as parameters of statements, in chunks; all but the batch, which is not known yet."""
    network = unit.network
    places = dict(Place.objects.filter(network=network).values_list("code", "pk"))
    channels = dict(Channel.objects.filter(network=network).values_list("code", "pk"))
    topics = dict(topics_in_use(network).values_list("code", "pk"))
    spool = folder / "spool"
    notes = read_lines(folder / "rows.jsonl")
    with spool.open("wb") as file:
        while chunk := list(islice(notes, CHUNK)):
            rows = []
            moods = []
            for said in chunk:
                key = note_id(unit, file_hash, said["row"])
                rows.append(parameters(row_of(said, key, unit, places, channels, topics, at)))
                moods += [parameters(Mood(observation_id=key, word=word)) for word in said["moods"]]
            pickle.dump((rows, moods), file, protocol=pickle.HIGHEST_PROTOCOL)
    return spool


def row_of(said: dict[str, Any], key: uuid.UUID, unit: Unit, places: dict[str, int], channels: dict[str, int],
           topics: dict[str, int], at: dt.datetime) -> Observation:
    """R3 takes place and day away where two groups are named, as for a note from a phone."""
    day = dt.date.fromisoformat(said["day"])
    groups = [said.get(name, "") for name in ("sex", "age_band", "livelihood")]
    coarse = is_coarse(*groups)
    topic = said.get("topic", "")
    body = json.dumps(said, sort_keys=True, ensure_ascii=False)
    return Observation(
        id=key, unit_id=unit.pk, place_id=None if coarse else places[said["place"]], coarse=coarse,
        day=Period.week_of(day, unit.network.week_rule).first_day if coarse else day, channel_id=channels[said["channel"]],
        setting=said["setting"], kind=said["kind"], text=said["text"], folded=fold(said["text"]),
        topic_id=topics[topic] if topic else None, tendency=said["tendency"], intensity=said["intensity"],
        heard_from=said["heard_from"], sex=groups[0], age_band=groups[1], livelihood=groups[2],
        unsafe_to_ask=said["unsafe_to_ask"], origin=Origin.IMPORT, row=said["row"],
        content_hash=hashlib.sha256(body.encode()).hexdigest(), door_version=door.VERSION, received_on=today(at),
    )


def columns_of(model: type[Observation | Mood]) -> list[Any]:
    """The columns that a statement fills; the batch comes last, where the model has one."""
    fields = [one for one in model._meta.concrete_fields if not one.generated and one.name != "batch"]
    return [one for one in fields if not (one.primary_key and one.get_internal_type().endswith("AutoField"))]


def parameters(row: Any) -> tuple[Any, ...]:
    return tuple(one.get_db_prep_save(getattr(row, one.attname), connection) for one in columns_of(type(row)))


def statement(model: type[Observation | Mood], *more: str) -> str:
    quote = connection.ops.quote_name
    names = [quote(one.column) for one in columns_of(model)] + [quote(name) for name in more]
    return f"INSERT INTO {quote(model._meta.db_table)} ({', '.join(names)}) VALUES ({', '.join(['%s'] * len(names))})"  # noqa: S608


def write_rows(spool: Path, batch: ImportBatch) -> None:
    """Inside the caller's transaction."""
    notes, moods = statement(Observation, "batch_id"), statement(Mood)
    with spool.open("rb") as file, connection.cursor() as cursor:
        while chunk := load(file):
            cursor.executemany(notes, [(*row, batch.pk) for row in chunk[0]])
            if chunk[1]:
                cursor.executemany(moods, chunk[1])


def load(file: Any) -> Any:
    """Our own file of the moment before, in a folder that only we can read."""
    try:
        return pickle.load(file)  # noqa: S301
    except EOFError:
        return None
