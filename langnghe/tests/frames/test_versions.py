"""Versions of a frame: what is in use is never edited, and what was coded follows to the next version."""

from __future__ import annotations

import datetime as dt

import pytest

from langnghe.audit.models import Entry
from langnghe.common.errors import Refusal
from langnghe.frames.domain import (
    add_code,
    add_field,
    add_topic,
    change_field,
    change_topic,
    choose_heir,
    drop_draft,
    merge_code,
    merge_topic,
    outline_of,
    put_to_use,
    start_next_version,
)
from langnghe.frames.models import Code, CodingFrame, Field, Topic
from langnghe.testing import House


def refused(call: object, *args: object, **named: object) -> Refusal:
    with pytest.raises(Refusal) as caught:
        call(*args, **named)  # type: ignore[operator]
    return caught.value


@pytest.fixture
def draft(house: House, now: dt.datetime) -> CodingFrame:
    return start_next_version(CodingFrame.objects.get(in_use=True), version="2026.2", by=house.people["bob"], at=now)


def topic_of(frame: CodingFrame, code: str) -> Topic:
    return Topic.objects.get(field__frame=frame, code=code)


def test_next_version_begins_as_a_copy_with_every_line_mapped(house: House, draft: CodingFrame) -> None:
    used = CodingFrame.objects.get(in_use=True)
    assert outline_of(draft).fields == outline_of(used).fields
    assert draft.topic_heirs.count() == Topic.objects.filter(field__frame=used).count()
    assert draft.code_heirs.count() == Code.objects.filter(topic__field__frame=used).count()
    assert draft.is_draft
    assert not used.is_draft


@pytest.mark.parametrize("edit", [
    "add_field", "change_field", "add_topic", "change_topic", "add_code", "merge_topic", "merge_code",
])
def test_version_in_use_refuses_every_edit(house: House, now: dt.datetime, edit: str) -> None:
    frame = CodingFrame.objects.get(in_use=True)
    one, two = topic_of(frame, "KT1"), topic_of(frame, "KT2")
    how = {"by": house.people["bob"], "at": now}
    calls = {
        "add_field": lambda: add_field(frame, code="ZZ", name_vi="Mới", **how),
        "change_field": lambda: change_field(one.field, name_vi="Mới", name_en="", province_only=False, **how),
        "add_topic": lambda: add_topic(one.field, code="ZZ1", name_vi="Mới", **how),
        "change_topic": lambda: change_topic(one, field=one.field, name_vi="Mới", name_en="", province_only=False, **how),
        "add_code": lambda: add_code(one, code="ZZ1.1", name_vi="Mới", **how),
        "merge_topic": lambda: merge_topic(one, into=two, **how),
        "merge_code": lambda: merge_code(one.codes.first(), into=None, **how),
    }
    assert refused(calls[edit]).code == "frame.in_use"
    assert not Entry.objects.filter(action="frame.edited").exists()


def test_merged_topic_hands_its_notes_and_codes_on(house: House, draft: CodingFrame, now: dt.datetime) -> None:
    used = CodingFrame.objects.get(in_use=True)
    codes = set(topic_of(draft, "KT1").codes.values_list("code", flat=True))
    merge_topic(topic_of(draft, "KT1"), into=topic_of(draft, "KT2"), by=house.people["bob"], at=now)
    assert draft.topic_heirs.get(old=topic_of(used, "KT1")).new.code == "KT2"
    assert codes <= set(topic_of(draft, "KT2").codes.values_list("code", flat=True))
    assert put_to_use(draft, by=house.people["bob"], at=now).in_use
    assert not CodingFrame.objects.get(pk=used.pk).in_use


def test_merging_twice_follows_the_chain(house: House, draft: CodingFrame, now: dt.datetime) -> None:
    how = {"by": house.people["bob"], "at": now}
    merge_topic(topic_of(draft, "KT1"), into=topic_of(draft, "KT2"), **how)
    merge_topic(topic_of(draft, "KT2"), into=topic_of(draft, "KT3"), **how)
    used = CodingFrame.objects.get(in_use=True)
    assert {draft.topic_heirs.get(old=topic_of(used, code)).new.code for code in ("KT1", "KT2", "KT3")} == {"KT3"}


def test_merge_with_itself_or_with_another_version_is_refused(house: House, draft: CodingFrame, now: dt.datetime) -> None:
    how = {"by": house.people["bob"], "at": now}
    one = topic_of(draft, "KT1")
    assert refused(merge_topic, one, into=one, **how).code == "frame.merge"
    assert refused(merge_topic, one, into=topic_of(CodingFrame.objects.get(in_use=True), "KT2"), **how).code == "frame.merge"
    code, strange = one.codes.first(), topic_of(draft, "KT2").codes.first()
    assert refused(merge_code, code, into=strange, **how).code == "frame.merge"


def test_renamed_and_moved_topic_keeps_its_code_and_its_heir(house: House, draft: CodingFrame, now: dt.datetime) -> None:
    topic, farming = topic_of(draft, "KT1"), Field.objects.get(frame=draft, code="NN")
    change_topic(topic, field=farming, name_vi="Giá hàng", name_en="Prices", province_only=False, by=house.people["bob"], at=now)
    again = topic_of(draft, "KT1")
    assert (again.field.code, again.name_vi) == ("NN", "Giá hàng")
    assert draft.topic_heirs.get(new=again).old.code == "KT1"


def test_topic_without_an_heir_keeps_the_draft_out_of_use(house: House, draft: CodingFrame, now: dt.datetime) -> None:
    how = {"by": house.people["bob"], "at": now}
    used = CodingFrame.objects.get(in_use=True)
    draft.topic_heirs.get(old__code="KT1").delete()
    refusal = refused(put_to_use, draft, **how)
    assert (refusal.code, [row["where"] for row in refusal.details]) == ("frame.unmapped", ["KT1"])
    assert refused(choose_heir, draft, topic_of(used, "KT1"), new=topic_of(used, "KT2"), **how).code == "frame.elsewhere"
    choose_heir(draft, topic_of(used, "KT1"), new=topic_of(draft, "KT2"), **how)
    assert put_to_use(draft, **how).in_use


def test_second_draft_is_overtaken_by_the_first(house: House, draft: CodingFrame, now: dt.datetime) -> None:
    other = start_next_version(CodingFrame.objects.get(in_use=True), version="2026.3", by=None, at=now)
    put_to_use(draft, by=None, at=now)
    assert refused(put_to_use, other, by=None, at=now).code == "frame.overtaken"
    assert refused(put_to_use, draft, by=None, at=now).code == "frame.used"


def test_same_version_twice_and_too_many_drafts_are_refused(house: House, draft: CodingFrame, now: dt.datetime) -> None:
    used = CodingFrame.objects.get(in_use=True)
    assert refused(start_next_version, used, version="2026.2", by=None, at=now).code == "frame.version"
    assert refused(start_next_version, used, version="bản hai", by=None, at=now).code == "frame.file"
    for number in range(3, 7):
        start_next_version(used, version=f"2026.{number}", by=None, at=now)
    assert refused(start_next_version, used, version="2026.9", by=None, at=now).code == "frame.drafts"


def test_draft_can_be_thrown_away_and_a_used_version_cannot(house: House, draft: CodingFrame, now: dt.datetime) -> None:
    drop_draft(draft, by=house.people["bob"], at=now)
    used = CodingFrame.objects.get()
    assert refused(drop_draft, used, by=None, at=now).code == "frame.in_use"
    assert Entry.objects.filter(action="frame.dropped").count() == 1


def test_field_that_becomes_province_only_takes_its_topics_along(house: House, draft: CodingFrame, now: dt.datetime) -> None:
    field = Field.objects.get(frame=draft, code="KT")
    change_field(field, name_vi="Kinh tế", name_en="Economy", province_only=True, by=None, at=now)
    assert set(field.topics.values_list("province_only", flat=True)) == {True}
    assert add_topic(field, code="KT8", name_vi="Mới", by=None, at=now).province_only


@pytest.mark.parametrize(("code", "name", "answer"), [
    ("KT1", "Mới", "frame.code_taken"), ("KT 1", "Mới", "frame.code"), ("KT8", " ", "frame.name"),
    ("KT8", "x" * 201, "frame.name"),
])
def test_new_topic_with_a_bad_code_or_name_is_refused(house: House, draft: CodingFrame, now: dt.datetime, code: str, name: str,
                                                      answer: str) -> None:
    field = Field.objects.get(frame=draft, code="KT")
    assert refused(add_topic, field, code=code, name_vi=name, by=None, at=now).code == answer
