"""Notes for the tests of coding, written straight to the table: the door and the phone have their own tests."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from langnghe.coding.domain.training import opened
from langnghe.frames.models import Topic
from langnghe.intake.models import Channel, Observation
from langnghe.testing import House
from nghe.text.fold import fold

Write = Callable[..., Observation]


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path) -> None:
    """Coders lie in a folder of each test's own."""
    settings.DATA = tmp_path
    opened.cache_clear()


@pytest.fixture
def write(house: House) -> Write:
    """`write("Mất nước", topic="KT1", day=…, place="AT", unit=…)`, numbered so that the order is known."""
    count = iter(range(1, 10_000))

    def make(text: str, *, topic: str = "", **fields: Any) -> Observation:
        number = next(count)
        place = fields.pop("place", "AT")
        channel = fields.pop("channel", "direct")
        values: dict[str, Any] = {
            "id": uuid.UUID(int=number), "unit": house.unit, "place": house.places[place] if place else None,
            "day": dt.date(2026, 11, 9),
            "channel": Channel.objects.get(code=channel), "setting": "announced", "kind": "opinion", "text": text,
            "folded": fold(text), "origin": "phone", "content_hash": f"{number:064}", "door_version": "test",
            "received_on": dt.date(2026, 11, 9),
            "topic": Topic.objects.get(code=topic, field__frame__in_use=True) if topic else None,
        }
        return Observation.objects.create(**values | fields)

    return make
