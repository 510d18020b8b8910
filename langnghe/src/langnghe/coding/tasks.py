"""Train a coder beside the server's work: many topics take a minute, and nobody waits for a page as long as that.

One training at a time for each network; what it refused stands on the coder's page until the next one. A server that is stopped
meanwhile loses nothing but the work: a version is a row only when its file is whole.
"""

from __future__ import annotations

import datetime as dt
import importlib.util
import logging
import threading
from dataclasses import dataclass
from typing import Any

from django.db import connections
from django.utils import translation
from django.utils.translation import gettext as _
from django_scopes import scope

from langnghe.coding.domain.training import extra_missing, train_network_coder
from langnghe.common.clock import now
from langnghe.common.errors import Refusal
from langnghe.network.models import Network


@dataclass(slots=True)
class Training:
    """Began then; `refused` says why nothing came of it."""

    began: dt.datetime
    thread: threading.Thread | None = None
    refused: Refusal | None = None

    @property
    def runs(self) -> bool:
        return self.thread is not None and self.thread.is_alive()


_trainings: dict[int, Training] = {}
_door = threading.Lock()


def begin_training(network: Network, *, by: Any, at: dt.datetime) -> Training:
    """Start the next version and come back at once. Refuses while one is made (`coder.busy`), and without the text extra."""
    if importlib.util.find_spec("sklearn") is None:
        raise extra_missing(ImportError("sklearn", name="scikit-learn"))
    with _door:
        known = _trainings.get(network.pk)
        if known is not None and known.runs:
            raise Refusal("coder.busy", _("A coder is being trained here already."), todo=_("Wait a minute and reload the page."),
                          status=409)
        training = _trainings[network.pk] = Training(at)
        training.thread = threading.Thread(target=run, args=(training, network, by, translation.get_language()), daemon=True)
        training.thread.start()
    return training


def training_of(network: Network) -> Training | None:
    return _trainings.get(network.pk)


def run(training: Training, network: Network, by: Any, language: str) -> None:
    try:
        with scope(network=network), translation.override(language):
            train_network_coder(network, by=by, at=now())
    except Refusal as refusal:
        training.refused = refusal
    except Exception:
        logging.getLogger("langnghe").exception("a coder could not be trained")
        with translation.override(language):
            training.refused = Refusal(
                "coder.failed", _("The training stopped with an error."),
                todo=_("Its details are in the server's log; the version before stays in use."), status=500)
    finally:
        connections.close_all()
