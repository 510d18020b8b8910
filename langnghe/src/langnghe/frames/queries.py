"""Questions about frames: what is in use, what took over from what, what changed between two versions."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from django.utils.translation import gettext_lazy as _

from langnghe.frames.models import Code, CodeHeir, CodingFrame, Field, Topic, TopicHeir
from langnghe.network.models import Network

WORDS = {
    "added": _("added"), "renamed": _("renamed"), "moved": _("moved to another field"), "merged": _("taken into another"),
    "gone": _("gone"), "whole": _("whole province only"), "by_place": _("shown by place"),
}

Line = TypeVar("Line", Topic, Code)


class Mark(Protocol):
    """What is known of a topic's use: a word that is shown beside its name, and a stable name for it."""

    @property
    def word(self) -> str: ...

    @property
    def mark(self) -> str: ...


Marker = Callable[[Network], Callable[[int], Mark]]
_markers: list[Marker] = []


def register_marker(marker: Marker) -> Marker:
    """A room above says how far a topic's codings may be relied on; this one only shows it."""
    _markers.append(marker)
    return marker


def marks_of(network: Network, topics: Iterable[int]) -> dict[int, Mark]:
    """By topic of any version; empty where no room has registered."""
    found = _markers[-1](network) if _markers else None
    return {topic: found(topic) for topic in topics} if found else {}


def frame_in_use(network: Network) -> CodingFrame | None:
    return CodingFrame.objects.filter(network=network, in_use=True).first()


def heirs_in_use(network: Network, kind: type[Line], keys: Iterable[int]) -> dict[int, Line]:
    """For topics or codes of any version, what stands for each in the version in use; those without an heir are left out."""
    wanted = set(keys)
    if not wanted:
        return {}
    here = in_use(network, kind)
    found = here.in_bulk(wanted)
    old = wanted - set(found)
    if not old:
        return found
    heir = TopicHeir if kind is Topic else CodeHeir
    steps = steps_of(network, heir)
    ends = {key: last_of(key, steps) for key in old}
    late = here.in_bulk(set(ends.values()))
    return found | {key: late[end] for key, end in ends.items() if end in late}


def in_use(network: Network, kind: type[Line]) -> object:
    if kind is Topic:
        return Topic.objects.filter(field__frame__network=network, field__frame__in_use=True).select_related("field")
    return Code.objects.filter(topic__field__frame__network=network, topic__field__frame__in_use=True).select_related("topic")


def steps_of(network: Network, heir: type[TopicHeir | CodeHeir]) -> dict[int, int]:
    """What took over from what, one version at a time, in the versions that were put to use."""
    return dict(heir.objects.filter(frame__network=network, frame__used_from__isnull=False).values_list("old", "new"))


def topic_steps(network: Network) -> dict[int, int]:
    """For `last_of`: to read a topic that a note was given long ago as the topic of today."""
    return steps_of(network, TopicHeir)


def last_of(key: int, steps: dict[int, int]) -> int:
    """The end of a chain of heirs. Each step leads to a newer version, so it ends."""
    while key in steps:
        key = steps[key]
    return key


def ancestors_of(network: Network, topics: Iterable[int]) -> dict[int, set[int]]:
    """Each of these topics with all that it took over from, in every version that was in use: what to count as it."""
    before: dict[int, list[int]] = {}
    for old, new in topic_steps(network).items():
        before.setdefault(new, []).append(old)
    answer = {}
    for topic in topics:
        found, waiting = {topic}, [topic]
        while waiting:
            for old in before.get(waiting.pop(), ()):
                if old not in found:
                    found.add(old)
                    waiting.append(old)
        answer[topic] = found
    return answer


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between two versions; `what` is a key of `WORDS`."""

    what: str
    code: str
    old: str
    new: str

    @property
    def word(self) -> str:
        return str(WORDS[self.what])


@dataclass(slots=True)
class Comparison:
    before: CodingFrame
    after: CodingFrame
    changes: list[Change] = field(default_factory=list)


def compare_versions(before: CodingFrame, after: CodingFrame) -> Comparison:
    """What the later of two neighbouring versions changed, in the order of its fields."""
    heirs = dict(after.topic_heirs.values_list("old", "new")) if after.based_on_id == before.pk else {}
    olds = list(lines_of(before))
    news = {topic.pk: topic for topic in lines_of(after)}
    by_code = {topic.code: topic for topic in news.values()}
    answer = Comparison(before, after)
    answer.changes += field_changes(before, after)
    taken: set[int] = set()
    for old in olds:
        new = news.get(heirs.get(old.pk, 0)) or by_code.get(old.code)
        if new is None:
            answer.changes.append(Change("gone", old.code, old.name, ""))
            continue
        taken.add(new.pk)
        answer.changes += topic_changes(old, new)
    known = {old.code for old in olds}
    answer.changes += [Change("added", topic.code, "", topic.name) for topic in news.values()
                       if topic.code not in known and topic.pk not in taken]
    return answer


def lines_of(frame: CodingFrame) -> Iterable[Topic]:
    return Topic.objects.filter(field__frame=frame).select_related("field").order_by("field__order", "order", "pk")


def field_changes(before: CodingFrame, after: CodingFrame) -> list[Change]:
    olds = {row.code: row for row in Field.objects.filter(frame=before)}
    changes = []
    for row in Field.objects.filter(frame=after):
        old = olds.get(row.code)
        if old is None:
            changes.append(Change("added", row.code, "", row.name))
        elif (old.name_vi, old.name_en) != (row.name_vi, row.name_en):
            changes.append(Change("renamed", row.code, old.name, row.name))
        if old is not None and old.province_only != row.province_only:
            changes.append(Change("whole" if row.province_only else "by_place", row.code, old.name, row.name))
    return changes


def topic_changes(old: Topic, new: Topic) -> Iterable[Change]:
    if old.code != new.code:
        yield Change("merged", old.code, old.name, f"{new.code} {new.name}")
        return
    if (old.name_vi, old.name_en) != (new.name_vi, new.name_en):
        yield Change("renamed", new.code, old.name, new.name)
    if old.field.code != new.field.code:
        yield Change("moved", new.code, old.field.name, new.field.name)
    if old.province_only != new.province_only:
        yield Change("whole" if new.province_only else "by_place", new.code, old.name, new.name)
