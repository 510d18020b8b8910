"""A collaborator learns what became of her note by its receipt: coded under a topic, or set aside and why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.utils import translation

from langnghe.coding.domain import confirm_topic, find_choice, put_back, set_aside
from langnghe.intake.models import Observation
from langnghe.intake.queries import fates_of, receipt_hash
from langnghe.testing import House

Write = Callable[..., Observation]


def words(house: House) -> list[str]:
    with translation.override("en"):
        (fate,) = fates_of(["bí mật"], network=house.network)
        return [step.words for step in fate.steps]


def test_fate_follows_the_work_of_the_office(house: House, write: Write, now: dt.datetime) -> None:
    note, bob = write("Giá gạo tăng", receipt_hash=receipt_hash("bí mật")), house.people["bob"]
    assert words(house) == ["Received, waiting to be read"]
    confirm_topic(note, topic=find_choice(house.network, "t:KT1")[0], by=bob, at=now)
    assert words(house)[0] == "Coded: Prices of daily goods"
    set_aside(note, "local", by=bob, at=now)
    assert words(house)[0] == "Set aside: settled on the spot"
    put_back(note, by=bob, at=now)
    assert words(house)[0] == "Coded: Prices of daily goods"
