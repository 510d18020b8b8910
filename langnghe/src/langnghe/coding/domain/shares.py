"""Shares of topics where not every note was read: the machine's codes, put right by the random audit of the same notes.

What people confirmed is counted. For the rest the machine's probabilities are corrected by those of them that chance drew and a
second person coded blind (PPI++, `nghe.text.shares`); without these there is no share. The machine learnt from none of them,
because it learns from confirmed notes only.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import F
from django.utils.translation import gettext as _

from langnghe.coding.domain.training import extra_missing, file_of
from langnghe.coding.enums import DrawnBy
from langnghe.coding.models import CoderVersion, Drawn
from langnghe.common.errors import Refusal
from langnghe.frames.models import Topic
from langnghe.frames.queries import heirs_in_use
from langnghe.intake.models import Observation
from langnghe.network.models import Unit
from nghe.errors import Fault

if TYPE_CHECKING:
    from nghe.text.audit import Draw
    from nghe.text.shares import Share

LEAST_AUDITED = 30
"""As `nghe.text.shares`: fewer audited notes give no share."""


@dataclass(frozen=True, slots=True)
class TopicShare:
    """Share of the notes with a topic, 0 to 1, and its 95 % interval; equal where every note was confirmed."""

    topic: Topic
    share: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class CodedShares:
    """Of all notes with words: `confirmed` were counted, the other `rest` estimated from `audited` of them, by coder `digest`."""

    notes: int
    confirmed: int
    rest: int
    audited: int
    digest: str
    topics: tuple[TopicShare, ...]


def estimate_coded_shares(unit: Unit, first: dt.date, last: dt.date) -> CodedShares:
    """Shares of the topics among a unit's notes of these days (not of people: nobody is counted).

    Refusals: `shares.none` (no notes), `shares.no_audit` (nothing was drawn of what nobody read), `shares.open` (drawn and not
    coded yet), `shares.few` (under 30 of them), `shares.no_coder`, `coder.gone`, `coder.extra`.
    """
    notes = Observation.objects.filter(unit=unit, set_aside=None).heard_between(first, last).exclude(text="")
    placed = dict(notes.filter(placement__isnull=False).values_list("pk", "placement__topic"))
    rest = {str(pk): text for pk, text in notes.filter(placement=None).values_list("pk", "text")}
    if not placed and not rest:
        raise Refusal("shares.none", _("There are no notes in these days."), todo=_("Choose other weeks."))
    topics = heirs_in_use(unit.network, Topic, set(placed.values()))
    counted = Counter(topics[topic].code for topic in placed.values() if topic in topics)
    if not rest:
        return put_together(unit, counted, len(placed), (), digest="")
    audit = audited_codes(unit, first, last)
    draw = drawn_of(rest, audit)
    version = CoderVersion.objects.filter(network=unit.network).first()
    if version is None:
        raise Refusal("shares.no_coder", _("No coder has been trained here."),
                      todo=_("Train one, or confirm the notes."), status=409)
    return put_together(unit, counted, len(placed), estimated(unit, version, rest, draw, audit), digest=version.digest)


def audited_codes(unit: Unit, first: dt.date, last: dt.date) -> dict[str, str | None]:
    """What chance drew of these days and nobody confirmed: note → its blind topic, None where it is not coded yet.

    Notes that only filled a week up have not the same chance as the others, and are left out; where the share was raised
    meanwhile, what lies above the lowest one is left out too.
    """
    rows = list(
        Drawn.objects.filter(observation__unit=unit, observation__day__range=(first, last), observation__set_aside=None,
                             observation__placement=None, drawn_by=DrawnBy.CHANCE, number__lt=F("share"))
        .values_list("observation", "number", "share", "second__topic"))
    lowest = min((share for _note, _number, share, _topic in rows), default=1.0)
    heirs = heirs_in_use(unit.network, Topic, {topic for *_rest, topic in rows if topic})
    return {str(note): heirs[topic].code if topic in heirs else None
            for note, number, _share, topic in rows if number < lowest}


def drawn_of(rest: dict[str, str], audit: dict[str, str | None]) -> Draw:
    """The audit as the library takes it, once it is whole."""
    if not audit:
        raise Refusal(
            "shares.no_audit", _("Nothing was drawn at random of the %(n)d notes that nobody confirmed.") % {"n": len(rest)},
            todo=_("Draw the sample and have it coded blind, or confirm the notes: a machine's count alone is no share."),
            status=409)
    waiting = sum(topic is None for topic in audit.values())
    if waiting:
        raise Refusal(
            "shares.open", _("%(n)d of the %(all)d drawn notes are not coded blind yet.") % {"n": waiting, "all": len(audit)},
            todo=_("Code them under “second coding” first."), status=409)
    if len(audit) < LEAST_AUDITED:
        raise Refusal("shares.few", _("%(n)d audited notes are too few for a share.") % {"n": len(audit)},
                      todo=_("Take more weeks together (30 audited notes are needed), or confirm the notes."), status=409)
    try:
        from nghe.text.audit import Draw
    except ImportError as missing:
        raise extra_missing(missing) from missing
    drawn = tuple(sorted(audit))
    return Draw(tuple(sorted(rest)), drawn, drawn)


def estimated(unit: Unit, version: CoderVersion, rest: dict[str, str], draw: Draw,
              audit: dict[str, str | None]) -> tuple[Share, ...]:
    try:
        from nghe.text.audit import Audit
        from nghe.text.coder import predict
        from nghe.text.modelfile import load_coder
        from nghe.text.shares import estimate_shares
    except ImportError as missing:
        raise extra_missing(missing) from missing
    try:
        coder = load_coder(file_of(unit.network, version.digest), digest=version.digest)
    except (Fault, OSError) as fault:
        raise Refusal("coder.gone", _("The coder's file cannot be used here."), todo=_("Train it again."), status=409) from fault
    judged = predict(coder, [rest[note] for note in draw.population]).probabilities
    machine = {note: dict(zip(coder.codes, map(float, row), strict=True))
               for note, row in zip(draw.population, judged, strict=True)}
    codings = {note: (topic,) for note, topic in audit.items() if topic is not None}
    return estimate_shares(Audit.of(draw, codings, machine=machine, learnt=(), model=version.digest))


def put_together(unit: Unit, counted: Counter[str], confirmed: int, shares: Sequence[Share], *, digest: str) -> CodedShares:
    """Counted and estimated notes as one whole; only the estimated part is uncertain."""
    rest, audited = (shares[0].notes, shares[0].audited) if shares else (0, 0)
    whole = confirmed + rest
    found = {share.code: share for share in shares}
    topics = Topic.objects.filter(field__frame__network=unit.network, field__frame__in_use=True).select_related("field")
    lines = []
    for topic in topics.order_by("field__order", "order", "pk"):
        of, known = found.get(topic.code), counted[topic.code]
        if not known and of is None:
            continue
        share, low, high = (of.share, of.low, of.high) if of else (0.0, 0.0, 0.0)
        lines.append(TopicShare(topic, *((known + rest * part) / whole for part in (share, low, high))))
    lines.sort(key=lambda line: (-line.share, line.topic.code))
    return CodedShares(whole, confirmed, rest, audited, digest, tuple(lines))

