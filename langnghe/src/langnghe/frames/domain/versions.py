"""Versions of a frame: the next one starts as a copy, and notes follow to it when it is put to use."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from langnghe.audit.domain import enter, register_actions
from langnghe.common.clock import today
from langnghe.common.errors import Refusal
from langnghe.frames.domain.files import checked, outline_from_toml
from langnghe.frames.domain.outline import Outline, outline_of
from langnghe.frames.models import Code, CodeHeir, CodingFrame, Field, Topic, TopicHeir
from langnghe.frames.queries import frame_in_use
from langnghe.network.models import Network

GENERAL = Path(__file__).resolve().parent.parent / "data" / "general.toml"
DRAFTS = 5
"""So many unfinished versions of one network may stand side by side."""

register_actions(
    frame__drafted="The next version of the coding frame was begun.",
    frame__dropped="A draft of the coding frame was thrown away.",
    frame__put_to_use="A version of the coding frame was put to use, and what was coded went along.",
)

Carrier = Callable[[CodingFrame, dict[int, int], dict[int, int]], int]
_carriers: list[Carrier] = []


def register_carrier(carrier: Carrier) -> Carrier:
    """A higher room's way of moving what it keeps by topic: called with old topic → new topic and old code → new code.

    Returns how many rows it moved.
    """
    _carriers.append(carrier)
    return carrier


def load_frame(network: Network, *, source: Path = GENERAL, by: Any, at: dt.datetime) -> CodingFrame:
    """Write the frame of a TOML file and put it to use. Codes are stable across versions."""
    with transaction.atomic():
        frame = write_draft(network, outline_from_toml(source.read_bytes()), based_on=frame_in_use(network), by=by, at=at)
        return put_to_use(frame, by=by, at=at)


def write_draft(network: Network, outline: Outline, *, based_on: CodingFrame | None, by: Any, at: dt.datetime) -> CodingFrame:
    """A draft with these fields; topics take over from those of the same code, and from those they say they replace."""
    if CodingFrame.objects.filter(network=network, code=outline.code, version=outline.version).exists():
        raise Refusal("frame.version", _("There is a version %(version)s already.") % {"version": outline.version},
                      todo=_("Give the next version another number."), status=409)
    if CodingFrame.objects.filter(network=network, used_from=None).count() >= DRAFTS:
        raise Refusal("frame.drafts", _("There are %(n)d drafts already.") % {"n": DRAFTS},
                      todo=_("Put one to use, or throw one away."), status=409)
    with transaction.atomic():
        frame = CodingFrame.objects.create(network=network, code=outline.code, version=outline.version, made_on=today(at),
                                           based_on=based_on)
        write_lines(frame, outline)
        if based_on:
            draw_heirs(frame, outline, based_on)
        enter("frame.drafted", f"frame:{frame.pk}", by=by, at=at, network=network.pk, version=frame.version,
              topics=sum(len(line.topics) for line in outline.fields))
    return frame


def write_lines(frame: CodingFrame, outline: Outline) -> None:
    fields = Field.objects.bulk_create(
        Field(frame=frame, code=line.code, name_vi=line.name_vi, name_en=line.name_en, order=order,
              province_only=line.province_only)
        for order, line in enumerate(outline.fields)
    )
    topics = Topic.objects.bulk_create(
        Topic(field=field, code=topic.code, name_vi=topic.name_vi, name_en=topic.name_en, order=order,
              province_only=topic.province_only)
        for field, line in zip(fields, outline.fields, strict=True) for order, topic in enumerate(line.topics)
    )
    Code.objects.bulk_create(
        Code(topic=topic, code=code.code, name_vi=code.name_vi, name_en=code.name_en, order=order)
        for topic, (_line, written) in zip(topics, outline.topics(), strict=True) for order, code in enumerate(written.codes)
    )


def draw_heirs(frame: CodingFrame, outline: Outline, based_on: CodingFrame) -> None:
    """Same code, same matter; else as `replaces` says; what is left has no heir yet, and the draft cannot be used."""
    lines = [topic for _line, topic in outline.topics()]
    wanted = {old: line.code for line in lines for old in line.replaces} | {line.code: line.code for line in lines}
    new = {topic.code: topic for topic in Topic.objects.filter(field__frame=frame)}
    TopicHeir.objects.bulk_create(
        TopicHeir(frame=frame, old=old, new=new[wanted[old.code]])
        for old in Topic.objects.filter(field__frame=based_on) if old.code in wanted
    )
    codes = [code for line in lines for code in line.codes]
    wanted_codes = {old: code.code for code in codes for old in code.replaces} | {code.code: code.code for code in codes}
    new_codes = {code.code: code for code in Code.objects.filter(topic__field__frame=frame)}
    CodeHeir.objects.bulk_create(
        CodeHeir(frame=frame, old=old, new=new_codes[wanted_codes[old.code]])
        for old in Code.objects.filter(topic__field__frame=based_on) if old.code in wanted_codes
    )


def start_next_version(frame: CodingFrame, *, version: str, by: Any, at: dt.datetime) -> CodingFrame:
    """A draft that begins as a copy of this version."""
    copy = checked(Outline(frame.code, version.strip(), outline_of(frame).fields), [])
    return write_draft(frame.network, copy, based_on=frame, by=by, at=at)


def topics_without_heir(frame: CodingFrame) -> list[Topic]:
    """Topics of the version before whose notes would not know where to go."""
    if frame.based_on_id is None:
        return []
    return list(Topic.objects.filter(field__frame=frame.based_on_id).exclude(heirs__frame=frame)
                .select_related("field").order_by("field__order", "order"))


def put_to_use(frame: CodingFrame, *, by: Any, at: dt.datetime) -> CodingFrame:
    """From now on notes are coded by this version; placements of the version before go to the topics that took over.

    Refuses a draft that is not based on the version in use (`frame.overtaken`), or in which a topic has no heir
    (`frame.unmapped`), and a version that was in use before (`frame.used`).
    """
    before = frame_in_use(frame.network)
    if frame.used_from is not None:
        raise Refusal("frame.used", _("Version %(version)s was in use before.") % {"version": frame.version},
                      todo=_("Begin the next version from it."), status=409)
    if frame.based_on_id != (before.pk if before else None):
        raise Refusal("frame.overtaken", _("Another version was put to use after this draft was begun."),
                      todo=_("Begin a new draft from the version in use and bring this one's file into it."), status=409)
    if lost := topics_without_heir(frame):
        raise Refusal("frame.unmapped", _("For %(n)d topics nothing says where their notes go.") % {"n": len(lost)},
                      todo=_("Choose for each of them the topic that takes over."), status=409,
                      details=[{"where": topic.code, "what": topic.name} for topic in lost])
    with transaction.atomic():
        CodingFrame.objects.filter(network=frame.network, in_use=True).update(in_use=False)
        frame.in_use, frame.used_from = True, today(at)
        frame.save(update_fields=["in_use", "used_from"])
        topics = dict(frame.topic_heirs.values_list("old", "new"))
        codes = dict(frame.code_heirs.values_list("old", "new"))
        moved = sum(carrier(frame, topics, codes) for carrier in _carriers) if before else 0
        enter("frame.put_to_use", f"frame:{frame.pk}", by=by, at=at, network=frame.network_id, version=frame.version, moved=moved)
    return frame


def drop_draft(frame: CodingFrame, *, by: Any, at: dt.datetime) -> None:
    """Throw a draft away. A version that was in use stays for ever."""
    if not frame.is_draft:
        raise Refusal("frame.in_use", _("Version %(version)s has been in use and is kept.") % {"version": frame.version},
                      todo=_("Only a draft can be thrown away."), status=409)
    with transaction.atomic():
        key, version = frame.pk, frame.version
        frame.topic_heirs.all().delete()
        frame.code_heirs.all().delete()
        Code.objects.filter(topic__field__frame=frame).delete()
        Topic.objects.filter(field__frame=frame).delete()
        Field.objects.filter(frame=frame).delete()
        frame.delete()
        enter("frame.dropped", f"frame:{key}", by=by, at=at, network=frame.network_id, version=version)
