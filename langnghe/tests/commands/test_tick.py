"""The clock opens what is owed for the present period, once, and one network's trouble with its coder is not another's."""

from __future__ import annotations

import argparse
import datetime as dt
import json

import pytest
from django_scopes import scopes_disabled

from langnghe.coding import domain
from langnghe.coding.domain.training import Trained
from langnghe.coding.models import CoderVersion
from langnghe.common.errors import Refusal
from langnghe.network.models import DueItem, Duty, Network
from langnghe.testing import House
from langnghe.web.commands.tick import Coders, open_present_items, train_due_coders, work


def test_a_tick_opens_what_is_owed_for_the_present_period_once(house: House, now: dt.datetime) -> None:
    assert open_present_items(at=now) == 1
    assert open_present_items(at=now) == 0
    item = DueItem.objects.get()
    assert (item.period, item.membership) == ("2026-W46", house.members["alice"])
    assert open_present_items(at=now + dt.timedelta(days=7)) == 1


def test_a_duty_that_ended_opens_nothing(house: House, now: dt.datetime) -> None:
    Duty.objects.update(closed=dt.date(2026, 1, 1))
    assert open_present_items(at=now) == 0


@pytest.fixture
def broken_first(house: House, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Two networks: of the first nothing comes, for the second a coder is trained and 7 notes are chosen. The codes asked for."""
    with scopes_disabled():
        assert Network.objects.count() == 2
    asked: list[str] = []

    def train(network: Network, *, at: dt.datetime) -> Trained:
        asked.append(network.code)
        if network.code == asked[0]:
            raise Refusal("coder.extra", "not installed", todo="install it")
        return Trained(CoderVersion(digest="d" * 64), chosen=7)

    monkeypatch.setattr(domain, "train_when_due", train)
    return asked


def test_what_fails_in_one_network_is_logged_and_the_next_has_its_turn(
        now: dt.datetime, broken_first: list[str], caplog: pytest.LogCaptureFixture) -> None:
    coders = train_due_coders(at=now)
    assert len(set(broken_first)) == 2
    assert coders == Coders(trained=1, chosen=7, failed=broken_first[:1])
    assert "coder.extra" in caplog.text
    assert f"network {broken_first[0]}" in caplog.text


def test_the_command_says_how_many_were_chosen_and_what_failed(broken_first: list[str],
                                                               capsys: pytest.CaptureFixture[str]) -> None:
    assert work(argparse.Namespace(json=False)) == 1
    said = capsys.readouterr().out
    assert "Coders trained: 1. Notes chosen to learn from: 7." in said
    assert f"Failed for {broken_first[0]}:" in said
    assert work(argparse.Namespace(json=True)) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["trained"], told["chosen"], told["failed"]) == (1, 7, broken_first[:1])


def test_without_anything_due_the_command_ends_well(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    assert work(argparse.Namespace(json=True)) == 0
    assert json.loads(capsys.readouterr().out)["chosen"] == 0
