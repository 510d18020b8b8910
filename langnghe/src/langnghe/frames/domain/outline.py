"""A frame as plain values: what a file holds, what a page shows, and what two versions are compared by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from langnghe.frames.models import Code, CodingFrame, Field, Topic


@dataclass(frozen=True, slots=True)
class CodeLine:
    code: str
    name_vi: str
    name_en: str = ""
    replaces: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TopicLine:
    """`replaces` names codes of topics in the version before that this one took over."""

    code: str
    name_vi: str
    name_en: str = ""
    province_only: bool = False
    replaces: tuple[str, ...] = ()
    codes: tuple[CodeLine, ...] = ()


@dataclass(frozen=True, slots=True)
class FieldLine:
    code: str
    name_vi: str
    name_en: str = ""
    province_only: bool = False
    topics: tuple[TopicLine, ...] = ()


@dataclass(frozen=True, slots=True)
class Outline:
    code: str
    version: str
    fields: tuple[FieldLine, ...] = field(default_factory=tuple)

    def topics(self) -> Iterator[tuple[FieldLine, TopicLine]]:
        for line in self.fields:
            for topic in line.topics:
                yield line, topic


def outline_of(frame: CodingFrame) -> Outline:
    """The frame that the database holds, in five queries whatever its size."""
    codes: dict[int, list[CodeLine]] = defaultdict(list)
    before = replaced_codes(frame)
    for code in Code.objects.filter(topic__field__frame=frame).order_by("order", "pk"):
        codes[code.topic_id].append(CodeLine(code.code, code.name_vi, code.name_en, before.get(("code", code.pk), ())))
    topics: dict[int, list[TopicLine]] = defaultdict(list)
    for topic in Topic.objects.filter(field__frame=frame).order_by("order", "pk"):
        topics[topic.field_id].append(TopicLine(
            topic.code, topic.name_vi, topic.name_en, topic.province_only, before.get(("topic", topic.pk), ()),
            tuple(codes[topic.pk]),
        ))
    fields = Field.objects.filter(frame=frame).order_by("order", "pk")
    return Outline(frame.code, frame.version, tuple(
        FieldLine(row.code, row.name_vi, row.name_en, row.province_only, tuple(topics[row.pk])) for row in fields
    ))


def replaced_codes(frame: CodingFrame) -> dict[tuple[str, int], tuple[str, ...]]:
    """For each topic and code, the codes of those it took over that were named otherwise."""
    found: dict[tuple[str, int], list[str]] = defaultdict(list)
    for kind, heirs in (("topic", frame.topic_heirs), ("code", frame.code_heirs)):
        for new, old_code, new_code in heirs.order_by("old__order", "old").values_list("new", "old__code", "new__code"):
            if old_code != new_code:
                found[kind, new].append(old_code)
    return {key: tuple(codes) for key, codes in found.items()}


def with_version(outline: Outline, version: str) -> Outline:
    """The same frame under another number."""
    return replace(outline, version=version.strip())
