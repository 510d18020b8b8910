"""Train a coder on the office's own confirmed codings, keep it as a version, and let it suggest. It needs the text extra."""

from __future__ import annotations

import datetime as dt
import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from langnghe.audit.domain import enter, register_actions
from langnghe.coding.domain.coder import coder_from_file
from langnghe.coding.domain.examples import confirmed, population_of
from langnghe.coding.domain.lesson import choose_lessons, drop_done_lessons, lessons_due
from langnghe.coding.domain.suggest import Coder, Suggestion, coder_in_use
from langnghe.coding.models import CoderVersion
from langnghe.common.errors import Refusal
from langnghe.frames.models import Topic
from langnghe.intake.models import Observation
from langnghe.network.models import Network, Unit
from nghe.errors import Fault

if TYPE_CHECKING:
    from nghe.text.coder import Coder as Model

LEAST_NEW = 100
"""Confirmed codings since the newest version after which the clock trains the next one."""

register_actions(coder__trained="A coder was trained on confirmed codings and is in use.")


def extra_missing(missing: ImportError) -> Refusal:
    return Refusal("coder.extra", _("This installation cannot do it: %(name)s is not installed.") % {"name": missing.name},
                   todo=_("Install it with its text extra, or go on without suggestions."))


@dataclass(frozen=True, slots=True)
class Trained:
    """What was done: the version that was made, if one was, and how many waiting notes were chosen to learn from."""

    version: CoderVersion | None = None
    chosen: int = 0


def train_network_coder(network: Network, *, by: Any, at: dt.datetime) -> CoderVersion:
    """The next version of the network's coder, and of the waiting notes those that it would learn most from.

    Refuses where there is too little to learn from (`coder.few`).
    """
    version, _chosen = train_and_choose(network, by=by, at=at)
    return version


def train_and_choose(network: Network, *, by: Any, at: dt.datetime) -> tuple[CoderVersion, int]:
    """The version, which stands whatever becomes of the choice, and how many notes were chosen.

    A choice that fails is said in the log, and made by the clock: its lessons are still due then.
    """
    try:
        from nghe.text.modelfile import save_coder
        from nghe.text.training import train_coder
    except ImportError as missing:
        raise extra_missing(missing) from missing
    examples = confirmed(network)
    try:
        coder, _account = train_coder([one.text for one in examples], [[one.topic] for one in examples],
                                      population=population_of(network, examples))
    except Fault as fault:
        raise Refusal(
            "coder.few",
            _("There is too little to learn from: %(notes)d notes with a confirmed topic (%(code)s).")
            % {"notes": len(examples), "code": fault.code},
            todo=_("Confirm more notes, of more than one topic, and train again."),
        ) from fault
    folder = settings.DATA / "coders"
    folder.mkdir(parents=True, exist_ok=True)
    half = folder / f"network-{network.pk}.part"
    digest = save_coder(coder, half)
    half.replace(file_of(network, digest))
    with transaction.atomic():
        version = CoderVersion.objects.create(
            network=network,
            digest=digest,
            notes=len(examples),
            made_at=at,
            made_by=by,
            quality=coder.quality.as_dict(),
        )
        enter("coder.trained", f"network:{network.pk}", by=by, at=at, network=network.pk, digest=digest, notes=len(examples))
    try:
        chosen = choose_lessons(network, version, coder, examples=Counter(one.topic for one in examples), at=at)
    except Exception:
        logging.getLogger("langnghe").exception(
            "coder %s of network %s is in use, but choosing notes to learn from failed; the clock tries again",
            version, network.pk)
        chosen = 0
    return version, chosen


def train_when_due(network: Network, *, at: dt.datetime) -> Trained:
    """The clock's part: the next version once enough was confirmed since the newest; the first one is an office's own act.

    Between two versions, what came in since is chosen from each day, and lessons that are over go.
    """
    newest = CoderVersion.objects.filter(network=network).first()
    if newest is None:
        return Trained()
    drop_done_lessons(network)
    examples = confirmed(network)
    if len(examples) - newest.notes >= LEAST_NEW:
        return Trained(*train_and_choose(network, by=None, at=at))
    if lessons_due(network, newest, at=at) and (coder := model_of(network, newest)) is not None:
        return Trained(chosen=choose_lessons(network, newest, coder, examples=Counter(one.topic for one in examples), at=at))
    return Trained()


def model_of(network: Network, version: CoderVersion) -> Model | None:
    """The model of a version; where it cannot be opened (its file, or the text extra, is not there), None and a line in the log,
    since nobody waits for an answer.
    """
    try:
        from nghe.text.modelfile import load_coder

        return load_coder(file_of(network, version.digest), digest=version.digest)
    except (Fault, OSError, ImportError) as fault:
        logging.getLogger("langnghe").warning("coder %s of network %s chooses no notes: %s", version, network.pk, fault)
        return None


def file_of(network: Network, digest: str) -> Path:
    return Path(settings.DATA) / "coders" / f"network-{network.pk}-{digest[:16]}.coder"


def coder_for(network: Network) -> Coder | None:
    """The coder that was registered, else the network's own newest version; none where neither is there."""
    if (registered := coder_in_use()) is not None:
        return registered
    return network_coder if CoderVersion.objects.filter(network=network).exists() else None


def network_coder(unit: Unit, notes: Sequence[Observation]) -> list[list[Suggestion]]:
    """What the newest version suggests; topics that left the frame since are left out. Refuses where there is no version."""
    newest = CoderVersion.objects.filter(network=unit.network_id).first()
    try:
        coder = opened(str(file_of(unit.network, newest.digest)), newest.digest) if newest else None
    except (Fault, OSError):
        coder = None  # missing, damaged or another one: refused below, and nothing is suggested
    if coder is None:
        raise Refusal(
            "coder.gone",
            _("The coder's file cannot be used here."),
            todo=_("Train it again (langnghe coder train), or choose the topics yourself."),
            status=409,
        )
    known = set(
        Topic.objects.filter(field__frame__network=unit.network_id, field__frame__in_use=True).values_list("code", flat=True)
    )
    return [[one for one in given if one.topic in known] for given in coder(unit, notes)]


@lru_cache(maxsize=4)
def opened(path: str, digest: str) -> Coder | None:
    return coder_from_file(Path(path), digest=digest)
