"""The clock opens what is owed for the present period, once."""

from __future__ import annotations

import datetime as dt

from langnghe.network.models import DueItem, Duty
from langnghe.testing import House
from langnghe.web.commands.tick import open_present_items


def test_a_tick_opens_what_is_owed_for_the_present_period_once(house: House, now: dt.datetime) -> None:
    assert open_present_items(at=now) == 1
    assert open_present_items(at=now) == 0
    item = DueItem.objects.get()
    assert (item.period, item.membership) == ("2026-W46", house.members["alice"])
    assert open_present_items(at=now + dt.timedelta(days=7)) == 1


def test_a_duty_that_ended_opens_nothing(house: House, now: dt.datetime) -> None:
    Duty.objects.update(closed=dt.date(2026, 1, 1))
    assert open_present_items(at=now) == 0
