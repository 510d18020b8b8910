"""A coder learns from what people confirmed, is kept as a version, and only suggests."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from langnghe.coding.domain import coder_for, confirm_topic, train_network_coder, train_when_due
from langnghe.coding.domain.training import LEAST_NEW, confirmed, file_of
from langnghe.coding.models import CoderVersion, Coding
from langnghe.common.errors import Refusal
from langnghe.frames.models import Topic
from langnghe.intake.domain import Heard, receive_note
from langnghe.testing import House

pytest.importorskip("sklearn", reason="needs the text extra")
WORDS = {
    "MT1": ("nước đục", "vòi nước yếu", "đồng hồ nước", "giá nước mới"),
    "GT1": ("đường hỏng", "ổ gà", "cầu tạm", "xe tải chạy đêm"),
}


def hear(house: House, now: dt.datetime, text: str) -> Any:
    heard = Heard(id=uuid.uuid4(), text=text, day=dt.date(2026, 11, 9), place="AT", channel="direct")
    return receive_note(heard, member=house.members["alice"], at=now)[0]


def teach(house: House, now: dt.datetime, notes: int, topics: tuple[str, ...] = ("MT1", "GT1")) -> None:
    for number in range(notes):
        topic = topics[number % len(topics)]
        words = WORDS[topic]
        note = hear(
            house, now, f"Bà con nói chuyện {words[number // 2 % 4]} và {words[number // 3 % 4]}, lần thứ {number} trong xóm."
        )
        confirm_topic(note, topic=Topic.objects.get(code=topic, field__frame__in_use=True), by=house.people["bob"], at=now)


def test_a_coder_learns_from_confirmed_topics_and_suggests_in_the_queue(house: House, now: dt.datetime, client: Any) -> None:
    teach(house, now, 60)
    version = train_network_coder(house.network, by=house.people["eve"], at=now)
    assert version.notes == 60
    assert set(version.quality["codes"]) == {"MT1", "GT1"}
    note = hear(house, now, "Vòi nước yếu, nước đục từ sáng đến chiều.")
    client.force_login(house.people["bob"])
    assert client.post(reverse("triage_suggest", args=["2026-W46"]), {"period": "2026-W46", "query": ""}).status_code == 302
    made = Coding.objects.get(observation=note, source="machine")
    assert (made.topic.code, made.by) == ("MT1", None)
    assert made.made_by_version.startswith("nghe.text ")
    assert not hasattr(note, "placement"), "a machine only suggests"
    assert len(confirmed(house.network)) == 60, "what a machine suggested teaches nothing"


@pytest.mark.parametrize(("notes", "topics"), [(4, ("MT1", "GT1")), (40, ("MT1",))])
def test_too_little_to_learn_from_is_refused(house: House, now: dt.datetime, notes: int, topics: tuple[str, ...]) -> None:
    teach(house, now, notes, topics)
    with pytest.raises(Refusal, match=r"coder\.few"):
        train_network_coder(house.network, by=None, at=now)
    assert not CoderVersion.objects.exists()
    assert coder_for(house.network) is None


def test_a_file_that_was_changed_is_not_used(house: House, now: dt.datetime) -> None:
    teach(house, now, 40)
    version = train_network_coder(house.network, by=None, at=now)
    file = file_of(house.network, version.digest)
    body = bytearray(file.read_bytes())
    body[len(body) // 2] ^= 255
    file.write_bytes(bytes(body))
    coder = coder_for(house.network)
    assert coder is not None
    with pytest.raises(Refusal, match=r"coder\.gone"):
        coder(house.unit, [hear(house, now, "Nước đục.")])


def test_a_file_that_is_gone_is_said(house: House, now: dt.datetime, client: Any) -> None:
    teach(house, now, 40)
    file_of(house.network, train_network_coder(house.network, by=None, at=now).digest).unlink()
    hear(house, now, "Nước đục.")
    client.force_login(house.people["bob"])
    assert client.post(reverse("triage_suggest", args=["2026-W46"]), {"period": "2026-W46", "query": ""}).status_code == 409


def test_the_clock_trains_only_after_enough_was_confirmed(house: House, now: dt.datetime) -> None:
    teach(house, now, 40)
    assert train_when_due(house.network, at=now).version is None, "the first version is an office's own act"
    train_network_coder(house.network, by=None, at=now)
    assert train_when_due(house.network, at=now).version is None
    teach(house, now, LEAST_NEW)
    second = train_when_due(house.network, at=now).version
    assert second is not None
    assert second.notes == 40 + LEAST_NEW


def test_a_version_never_changes(house: House, now: dt.datetime) -> None:
    teach(house, now, 40)
    version = train_network_coder(house.network, by=None, at=now)
    version.notes = 1
    with pytest.raises(IntegrityError), transaction.atomic():
        version.save()
