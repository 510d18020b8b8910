"""`langnghe tick`: what is due by the clock. `langnghe serve` does the same every ten minutes by itself."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import threading
from dataclasses import dataclass, field

from langnghe.web.commands import add_command

EVERY = 600.0
"""Seconds between two ticks of a server."""


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = add_command(
        commands,
        "tick",
        help="Do what is due by the clock: open what is owed, draw notes for a second coding, train the next coder, "
        "choose the notes that it would learn most from.",
        example="langnghe --data /srv/langnghe tick",
    )
    command.add_argument("--json", action="store_true")
    command.set_defaults(work=work)


def work(words: argparse.Namespace) -> int:
    from langnghe.common.clock import now

    opened, drawn, coders = open_present_items(at=now()), draw_due_notes(at=now()), train_due_coders(at=now())
    if words.json:
        print(json.dumps({"opened": opened, "drawn": drawn, "trained": coders.trained, "chosen": coders.chosen,
                          "failed": coders.failed}))
    else:
        print(f"Reports opened: {opened}. Notes drawn for a second coding: {drawn}. Coders trained: {coders.trained}. "
              f"Notes chosen to learn from: {coders.chosen}.")
        if coders.failed:
            print(f"Failed for {', '.join(coders.failed)}: see the log.")
    return 1 if coders.failed else 0


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


@dataclass(slots=True)
class Coders:
    """How many coders were trained and notes chosen, and the codes of the networks in which that failed."""

    trained: int = 0
    chosen: int = 0
    failed: list[str] = field(default_factory=list)


def train_due_coders(*, at: dt.datetime) -> Coders:
    """The next version of each coder for which enough was confirmed since the last one, and the notes to learn from.

    What fails in one network stands in the log, and the others have their turn.
    """
    import logging

    from django_scopes import scope, scopes_disabled

    from langnghe.coding.domain import train_when_due
    from langnghe.network.models import Network

    with scopes_disabled():
        networks = list(Network.objects.all())
    coders = Coders()
    for network in networks:
        try:
            with scope(network=network):
                done = train_when_due(network, at=at)
        except Exception:
            logging.getLogger("langnghe").exception("the coder of network %s: the clock's work failed", network.code)
            coders.failed.append(network.code)
        else:
            coders.trained += done.version is not None
            coders.chosen += done.chosen
    return coders


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
