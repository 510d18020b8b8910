"""`langnghe tick`: what is due by the clock. `langnghe serve` does the same every ten minutes by itself."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import threading

from langnghe.web.commands import add_command

EVERY = 600.0
"""Seconds between two ticks of a server."""


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = add_command(
        commands,
        "tick",
        help="Do what is due by the clock: open what is owed, draw notes for a second coding, train the next coder.",
        example="langnghe --data /srv/langnghe tick",
    )
    command.add_argument("--json", action="store_true")
    command.set_defaults(work=work)


def work(words: argparse.Namespace) -> int:
    from langnghe.common.clock import now

    opened, drawn, trained = open_present_items(at=now()), draw_due_notes(at=now()), train_due_coders(at=now())
    print(
        json.dumps({"opened": opened, "drawn": drawn, "trained": trained})
        if words.json
        else f"Reports opened: {opened}. Notes drawn for a second coding: {drawn}. Coders trained: {trained}."
    )
    return 0


def draw_due_notes(*, at: dt.datetime) -> int:
    """For every network, the notes that a second person codes."""
    from django_scopes import scope, scopes_disabled

    from langnghe.coding.domain import draw_when_due
    from langnghe.network.models import Network

    with scopes_disabled():
        networks = list(Network.objects.all())
    drawn = 0
    for network in networks:
        with scope(network=network):
            drawn += draw_when_due(network, at=at)
    return drawn


def train_due_coders(*, at: dt.datetime) -> int:
    """The next version of each coder for which enough was confirmed since the last one."""
    from django_scopes import scope, scopes_disabled

    from langnghe.coding.domain import train_when_due
    from langnghe.network.models import Network

    with scopes_disabled():
        networks = list(Network.objects.all())
    trained = 0
    for network in networks:
        with scope(network=network):
            trained += train_when_due(network, at=at) is not None
    return trained


def open_present_items(*, at: dt.datetime) -> int:
    """For every duty that is open, what its members owe for the period of this day; a second call adds only who came since."""
    from django.db.models import Q
    from django_scopes import scope, scopes_disabled

    from langnghe.common.clock import today
    from langnghe.common.periods import Period
    from langnghe.network.domain import open_due_items
    from langnghe.network.models import Duty

    day, opened = today(at), 0
    with scopes_disabled():
        duties = list(
            Duty.objects.filter(opened__lte=day).filter(Q(closed=None) | Q(closed__gte=day)).select_related("unit__network")
        )
    for duty in duties:
        with scope(network=duty.unit.network):
            opened += len(open_due_items(duty, period=Period.week_of(day, duty.period_rule), by=None, at=at))
    return opened


def start_ticking() -> None:
    """Tick now and every ten minutes, beside the server; a tick that fails says so and the next one tries again.

    The first one is done before the server forks its worker, and the thread then begins by waiting: a worker that is forked
    while another thread imports or writes inherits its locks, and never answers.
    """
    import logging

    from django.db import connections

    from langnghe.common.clock import now

    def once(*, train: bool = True) -> None:
        try:
            open_present_items(at=now())
            draw_due_notes(at=now())
            if train:
                train_due_coders(at=now())
        except Exception:
            logging.getLogger("langnghe").exception("the clock's work failed; it is tried again in %d s", EVERY)
        connections.close_all()

    def run() -> None:
        while True:
            threading.Event().wait(EVERY)
            once()

    once(train=False)
    threading.Thread(target=run, name="tick", daemon=True).start()
