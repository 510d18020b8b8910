"""Coding frames: load one from a file, put one to use."""

from __future__ import annotations

import datetime as dt
import tomllib
from pathlib import Path
from typing import Any

from django.db import transaction

from langnghe.audit.domain import enter, register_actions
from langnghe.frames.models import Code, CodingFrame, Field, Topic
from langnghe.network.models import Network

GENERAL = Path(__file__).parent / "data" / "general.toml"

register_actions(frame__put_to_use="A version of the coding frame was put to use.")


def load_frame(network: Network, *, source: Path = GENERAL, by: Any, at: dt.datetime) -> CodingFrame:
    """Write the frame of a TOML file and put it to use. Codes are stable across versions."""
    data = tomllib.loads(source.read_text(encoding="utf-8"))
    with transaction.atomic():
        frame = CodingFrame.objects.create(network=network, code=data["code"], version=data["version"], made_on=at.date())
        for place, field_data in enumerate(data["field"]):
            field = Field.objects.create(frame=frame, code=field_data["code"], order=place, **names(field_data),
                                         province_only=field_data.get("province_only", False))
            for rank, topic_data in enumerate(field_data["topic"]):
                topic = Topic.objects.create(
                    field=field, code=topic_data["code"], order=rank, **names(topic_data),
                    province_only=topic_data.get("province_only", field.province_only),
                )
                Code.objects.bulk_create(
                    Code(topic=topic, code=code["code"], order=number, **names(code))
                    for number, code in enumerate(topic_data.get("codes", []))
                )
        put_to_use(frame, by=by, at=at)
    return frame


def put_to_use(frame: CodingFrame, *, by: Any, at: dt.datetime) -> CodingFrame:
    with transaction.atomic():
        CodingFrame.objects.filter(network=frame.network, in_use=True).update(in_use=False)
        frame.in_use = True
        frame.save(update_fields=["in_use"])
        enter("frame.put_to_use", f"frame:{frame.pk}", by=by, at=at, network=frame.network_id, version=frame.version)
    return frame


def names(data: dict[str, Any]) -> dict[str, str]:
    return {"name_vi": data["name_vi"], "name_en": data.get("name_en", "")}
