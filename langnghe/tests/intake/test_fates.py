"""What became of a note, told to whoever shows its receipt, and asked back through it; the author is nowhere."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest

from langnghe.coding.models import Coding, Placement, SetAside
from langnghe.common.errors import Refusal
from langnghe.frames.models import Topic
from langnghe.intake.domain import Heard, answer_back, ask_back, cannot_answer, receive_note
from langnghe.intake.models import Observation
from langnghe.intake.queries import fates_of, question_for, receipt_hash
from langnghe.reports.models import Report
from langnghe.testing import House

RECEIPT = "7K2M-9QXD-0000-ABCD"


def receive(house: House, now: dt.datetime, **more: Any) -> Observation:
    heard = Heard(id=uuid.uuid4(), text="Nước đục.", day=now.date(), place="AT", channel="direct",
                  receipt_hash=receipt_hash(RECEIPT), **more)
    return receive_note(heard, member=house.members["alice"], at=now)[0]


def steps(house: House) -> list[str]:
    return [step.icon for fate in fates_of([RECEIPT], network=house.network) for step in fate.steps]


def place(note: Observation, house: House, now: dt.datetime) -> None:
    topic = Topic.objects.get(code="MT1")
    coding = Coding.objects.create(observation=note, topic=topic, source="person", by=house.people["bob"], at=now)
    Placement.objects.create(observation=note, coding=coding, topic=topic)


def sign(house: House, now: dt.datetime) -> None:
    Report.objects.create(unit=house.unit, kind="weekly", period="2026-W46", period_rule="thu-wed",
                          first_day=dt.date(2026, 11, 5), last_day=dt.date(2026, 11, 11), number="12/BC", state="signed",
                          made_at=now, signed_at=now, signed_by=house.people["carol"], digest="sha256:" + "0" * 64)


def test_received_coded_in_a_report(house: House, now: dt.datetime) -> None:
    note = receive(house, now)
    assert steps(house) == ["open"]
    place(note, house, now)
    assert steps(house) == ["half", "open"]
    sign(house, now)
    assert steps(house) == ["done", "half", "open"]
    assert "12/BC" in fates_of([RECEIPT], network=house.network)[0].steps[0].words


def test_set_aside_is_said_with_its_reason_and_is_in_no_report(house: House, now: dt.datetime) -> None:
    note = receive(house, now)
    place(note, house, now)
    SetAside.objects.create(observation=note, reason="unclear", by=house.people["bob"], at=now)
    sign(house, now)
    assert steps(house)[0] == "cant"


def test_an_unknown_receipt_and_another_network_get_nothing(house: House, now: dt.datetime) -> None:
    receive(house, now)
    assert fates_of(["AAAA-BBBB-CCCC-DDDD"], network=house.network) == []
    assert fates_of([RECEIPT], network=house.members["oscar"].unit.network) == []


def test_a_question_goes_to_the_receipt_and_its_answer_comes_back(house: House, now: dt.datetime) -> None:
    note = receive(house, now)
    asked = ask_back(note, "Nước đục từ ngày nào?", by=house.people["bob"], at=now)
    assert fates_of([RECEIPT], network=house.network)[0].question == "Nước đục từ ngày nào?"
    with pytest.raises(Refusal, match=r"ask\.twice"):
        ask_back(note, "Còn gì nữa?", by=house.people["bob"], at=now)
    found = question_for(RECEIPT, network=house.network)
    assert found == asked
    with pytest.raises(Refusal, match=r"door\.personal_data"):
        answer_back(asked, "Hỏi 0912 345 678", at=now)
    answer_back(asked, "Từ thứ Hai.", at=now)
    assert fates_of([RECEIPT], network=house.network)[0].question == ""


def test_who_cannot_safely_answer_need_not(house: House, now: dt.datetime) -> None:
    asked = ask_back(receive(house, now), "Ai nói?", by=house.people["bob"], at=now)
    assert cannot_answer(asked, at=now).state == "cannot"
    with pytest.raises(Refusal, match=r"state\.step"):
        answer_back(asked, "Từ thứ Hai.", at=now)


def test_nobody_asks_back_where_it_is_not_safe(house: House, now: dt.datetime) -> None:
    with pytest.raises(Refusal, match=r"ask\.unsafe"):
        ask_back(receive(house, now, unsafe_to_ask=True), "Ở đâu?", by=house.people["bob"], at=now)


def test_ten_receipts_cost_a_fixed_number_of_queries(house: House, now: dt.datetime, django_assert_num_queries: Any) -> None:
    for number in range(3):
        heard = Heard(id=uuid.uuid4(), text=f"Nước đục {number}.", day=now.date(), place="AT", channel="direct",
                      receipt_hash=receipt_hash(f"R{number}"))
        receive_note(heard, member=house.members["alice"], at=now)
    for receipts in (["R0"], ["R0", "R1", "R2"]):
        with django_assert_num_queries(5):
            fates_of(receipts, network=house.network)
