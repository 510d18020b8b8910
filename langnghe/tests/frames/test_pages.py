"""The pages of the frame: everybody in the office reads, an editor edits drafts, and notes follow to the version put to use."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from langnghe.coding.domain import confirm_topic, find_choice
from langnghe.coding.models import Coding, Placement
from langnghe.coding.queries.proposals import proposals_of
from langnghe.frames.domain import put_to_use, start_next_version
from langnghe.frames.models import Code, CodingFrame, Topic
from langnghe.frames.queries import ancestors_of, compare_versions, heirs_in_use
from langnghe.intake.models import Channel, Observation
from langnghe.reports.queries import notes_heard
from langnghe.testing import House


@pytest.fixture
def erin(house: House, client: Client) -> Client:
    client.force_login(house.people["erin"])
    return client


def hear(house: House, topic: str = "") -> Observation:
    number = Observation.objects.count() + 1
    return Observation.objects.create(
        id=uuid.UUID(int=number), unit=house.unit, place=house.places["AT"], day=dt.date(2026, 11, 9), setting="announced",
        channel=Channel.objects.first(), kind="opinion", text=f"Điều {number}", origin="phone", content_hash=f"{number:064}",
        door_version="t", received_on=dt.date(2026, 11, 9),
        topic=Topic.objects.get(code=topic, field__frame__in_use=True) if topic else None)


def vars_of(note: Observation) -> dict[str, object]:
    return {field.name: getattr(note, field.name) for field in Observation._meta.concrete_fields}


def topic_of(frame: CodingFrame, code: str) -> Topic:
    return Topic.objects.get(field__frame=frame, code=code)


def test_version_goes_from_draft_to_use_on_pages_and_notes_follow(house: House, erin: Client, now: dt.datetime) -> None:
    bob = house.people["bob"]
    kept, merged, own = hear(house), hear(house), hear(house, "KT1")
    for note, value in ((kept, "c:KT2.1"), (merged, "c:KT1.1")):
        topic, code = find_choice(house.network, value)
        confirm_topic(note, topic=topic, code=code, by=bob, at=now)
    used = CodingFrame.objects.get()
    erin.post(reverse("frame_next", args=[used.pk]), {"version": "2026.2"})
    draft = CodingFrame.objects.get(version="2026.2")
    erin.post(reverse("topic_codes", args=[topic_of(draft, "KT1").pk, "merge"]), {"into": topic_of(draft, "KT3").pk})
    gone = Code.objects.get(topic__field__frame=draft, code="KT2.1")
    erin.post(reverse("topic_codes", args=[gone.topic_id, "code"]), {"code": gone.pk, f"code-{gone.pk}-into": ""})
    markets = topic_of(draft, "KT2")
    erin.post(reverse("topic_edit", args=[markets.pk]), {"name_vi": "Chợ", "field": markets.field_id})
    page = erin.get(reverse("frame_compare", args=[draft.pk])).content.decode()
    assert "nhập vào mục khác" in page
    assert "đổi tên" in page
    erin.post(reverse("frame_use", args=[draft.pk]))
    places = {row.observation_id: row for row in Placement.objects.select_related("topic__field", "code", "coding")}
    assert (places[merged.pk].topic, places[merged.pk].code.code) == (topic_of(draft, "KT3"), "KT1.1")
    assert (places[kept.pk].topic.name_vi, places[kept.pk].code) == ("Chợ", None)
    assert places[merged.pk].coding.topic.field.frame == used, "the coding stays as it was made"
    assert Coding.objects.count() == 2
    assert [one.topic for one in proposals_of([own])[own.pk]] == [topic_of(draft, "KT3")], "the author's choice, as of today"


def test_topics_are_followed_over_several_versions(house: House, now: dt.datetime) -> None:
    first = CodingFrame.objects.get()
    for version in ("2026.2", "2026.3"):
        put_to_use(start_next_version(CodingFrame.objects.get(in_use=True), version=version, by=None, at=now), by=None, at=now)
    last = CodingFrame.objects.get(in_use=True)
    old, new = topic_of(first, "KT1"), topic_of(last, "KT1")
    assert heirs_in_use(house.network, Topic, [old.pk]) == {old.pk: new}
    assert len(ancestors_of(house.network, [new.pk])[new.pk]) == 3
    hear(house, "KT1")
    Observation.objects.create(**{**vars_of(hear(house)), "id": uuid.UUID(int=99), "topic": old})
    assert {note.topic for note in notes_heard(house.unit, dt.date(2026, 11, 5), dt.date(2026, 11, 11))} == {new.pk, None}
    assert compare_versions(last.based_on, last).changes == []


@pytest.mark.parametrize("who", ["bob", "carol", "dan"])
def test_others_read_and_do_not_edit(house: House, client: Client, who: str) -> None:
    client.force_login(house.people[who])
    used = CodingFrame.objects.get()
    assert client.get(reverse("frame", args=[used.pk])).status_code == 200
    for name, args in (("frame_next", [used.pk]), ("frame_use", [used.pk]), ("frame_drop", [used.pk]), ("frame_bring", [])):
        assert client.post(reverse(name, args=args)).status_code == 404


def test_frame_of_another_network_is_absent(house: House, client: Client) -> None:
    client.force_login(house.people["oscar"])
    used = CodingFrame.objects.get()
    topic = topic_of(used, "KT1")
    for address in (reverse("frame", args=[used.pk]), reverse("topic_edit", args=[topic.pk]),
                    reverse("frame_file", args=[used.pk, "csv"])):
        assert client.get(address).status_code == 404


def test_version_in_use_refuses_an_edit_by_address(house: House, erin: Client) -> None:
    used = CodingFrame.objects.get()
    topic = topic_of(used, "KT1")
    answer = erin.post(reverse("topic_edit", args=[topic.pk]), {"name_vi": "Mới", "field": topic.field_id})
    assert answer.status_code == 409
    assert "frame.in_use" in answer.content.decode()


@pytest.mark.parametrize("kind", ["toml", "csv"])
def test_file_goes_out_and_comes_back_as_a_draft(house: House, erin: Client, kind: str) -> None:
    used = CodingFrame.objects.get()
    body = erin.get(reverse("frame_file", args=[used.pk, kind])).content
    answer = erin.post(reverse("frame_bring"), {"version": "2026.2", "file": SimpleUploadedFile(f"f.{kind}", body)})
    draft = CodingFrame.objects.get(version="2026.2")
    assert answer.headers["Location"] == reverse("frame", args=[draft.pk])
    assert compare_versions(used, draft).changes == []
    bad = erin.post(reverse("frame_bring"), {"version": "2026.3", "file": SimpleUploadedFile(f"f.{kind}", b"x")})
    assert bad.status_code == 422
    assert "frame.file" in bad.content.decode()
