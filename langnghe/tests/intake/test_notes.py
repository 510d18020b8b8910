"""One note from a phone: taken once, stopped where it names somebody, put right where the phone's clock is wrong."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest

from langnghe.audit.models import Entry
from langnghe.common.errors import Refusal
from langnghe.common.periods import Period
from langnghe.frames.domain import merge_topic, put_to_use, start_next_version
from langnghe.frames.models import CodingFrame, Topic
from langnghe.intake.domain import Heard, Sent, answer_duty, receive_note
from langnghe.intake.models import DoorCount, Observation
from langnghe.network.domain import mark_due, open_due_items
from langnghe.network.models import DueItem, Duty
from langnghe.testing import House

DAY = dt.timedelta(days=1)


def note(now: dt.datetime, **more: Any) -> Heard:
    plain: dict[str, Any] = {"id": uuid.uuid4(), "text": "Nước đục từ hôm mưa.", "day": now.date(), "place": "AT",
                             "channel": "direct"}
    return Heard(**plain | more)


def refused(heard: Heard, house: House, now: dt.datetime, sent: Sent | None = None) -> Refusal:
    with pytest.raises(Refusal) as caught:
        receive_note(heard, member=house.members["alice"], at=now, sent=sent)
    assert not Observation.objects.filter(pk=heard.id).exists()
    return caught.value


def due_item(house: House, now: dt.datetime) -> DueItem:
    duty = Duty.objects.get(unit=house.unit)
    return open_due_items(duty, period=Period.week_of(now.date(), "thu-wed"), by=None, at=now)[0]


def test_a_note_is_taken_once(house: House, now: dt.datetime) -> None:
    heard = note(now, moods=("worried", "aggrieved"), intensity=4, topic="MT1")
    first, new = receive_note(heard, member=house.members["alice"], at=now)
    again, renewed = receive_note(heard, member=house.members["alice"], at=now + DAY)
    assert (new, renewed) == (True, False)
    assert first.pk == again.pk
    assert Observation.objects.count() == 1
    assert sorted(first.moods.values_list("word", flat=True)) == ["aggrieved", "worried"]


def test_other_content_under_the_same_number_is_refused(house: House, now: dt.datetime) -> None:
    heard = note(now)
    receive_note(heard, member=house.members["alice"], at=now)
    with pytest.raises(Refusal) as caught:
        receive_note(note(now, id=heard.id, text="Chuyện khác hẳn."), member=house.members["alice"], at=now)
    assert (caught.value.code, caught.value.status) == ("note.conflict", 409)
    assert Observation.objects.get().text == "Nước đục từ hôm mưa."


def test_the_same_note_decomposed_and_with_blanks_is_the_same_note(house: House, now: dt.datetime) -> None:
    heard = note(now, text="Nước đục.")
    receive_note(heard, member=house.members["alice"], at=now)
    decomposed = note(now, id=heard.id, text="Nu\u031bo\u031b\u0301c \u0111u\u0323c.\u200b \n")
    assert receive_note(decomposed, member=house.members["alice"], at=now)[1] is False


def test_the_door_stops_a_number_and_keeps_only_the_count(house: House, now: dt.datetime) -> None:
    refusal = refused(note(now, text="  Hỏi thêm cứ gọi 0912 345 678 nhé."), house, now)
    assert (refusal.code, refusal.status) == ("door.personal_data", 422)
    assert refusal.details == [{"start": 18, "end": 30, "type": "PHONE", "public": False}]
    assert "0912" not in str(refusal) + str(refusal.as_dict())
    assert list(DoorCount.objects.values_list("type", "hits")) == [("PHONE", 1)]


@pytest.mark.parametrize("number", ["０９１２３４５６７８", "0912.345.678", "0912\u200b345\u200b678", "09\u202e12345678"])
def test_a_number_in_disguise_is_stopped(number: str, house: House, now: dt.datetime) -> None:
    assert refused(note(now, text=f"gọi {number}"), house, now).code == "door.personal_data"


def test_hidden_and_reordering_characters_are_not_kept(house: House, now: dt.datetime) -> None:
    heard = note(now, text="Gia\u0301 ga\u0323o \u202etăng\u200b.\r\nBa tuần.")
    kept, _new = receive_note(heard, member=house.members["alice"], at=now)
    assert kept.text == "Giá gạo tăng.\nBa tuần."


@pytest.mark.parametrize(("more", "code"), [
    ({"text": " \n\u200b"}, "note.empty"), ({"text": "a" * 4001}, "note.long"), ({"place": "BN"}, "note.place"),
    ({"place": "khong-co"}, "note.place"), ({"channel": "x"}, "note.channel"), ({"topic": "ZZ9"}, "note.topic"),
    ({"setting": "secretly"}, "note.setting"), ({"kind": "x"}, "note.kind"), ({"tendency": "x"}, "note.tendency"),
    ({"heard_from": "3"}, "note.heard_from"), ({"moods": ("sad",)}, "note.mood"), ({"intensity": 6}, "note.intensity"),
    ({"age_band": "0-17"}, "note.age_band"), ({"sex": "x"}, "note.sex"), ({"livelihood": "x"}, "note.livelihood"),
    ({"setting": "overheard"}, "note.overheard"), ({"setting": "overheard", "text": ""}, "note.overheard"),
])
def test_what_cannot_be_taken(more: dict[str, Any], code: str, house: House, now: dt.datetime) -> None:
    assert refused(note(now, **more), house, now).code == code


def test_a_note_that_waited_while_the_frame_changed_goes_to_the_heir_of_its_topic(house: House, now: dt.datetime) -> None:
    """A phone may hold the page of weeks ago, with the topics of then."""
    how = {"by": house.people["bob"], "at": now}
    draft = start_next_version(CodingFrame.objects.get(in_use=True), version="2026.2", **how)
    old, heir = (Topic.objects.get(field__frame=draft, code=code) for code in ("MT1", "MT2"))
    merge_topic(old, into=heir, **how)
    put_to_use(draft, **how)
    kept, _new = receive_note(note(now, topic="MT1"), member=house.members["alice"], at=now)
    assert kept.topic == heir
    assert refused(note(now, topic="ZZ9"), house, now).code == "note.topic"


def test_what_was_overheard_is_a_topic_without_words(house: House, now: dt.datetime) -> None:
    kept, _new = receive_note(note(now, setting="overheard", text="", topic="MT1"), member=house.members["alice"], at=now)
    assert (kept.text, kept.folded, kept.topic and kept.topic.code) == ("", "", "MT1")


def test_two_groups_leave_only_province_and_week(house: House, now: dt.datetime) -> None:
    kept, _new = receive_note(note(now, sex="female", livelihood="farmer"), member=house.members["alice"], at=now)
    assert (kept.place, kept.coarse, kept.day) == (None, True, dt.date(2026, 11, 5))


def test_a_day_that_has_not_come(house: House, now: dt.datetime) -> None:
    assert refused(note(now, day=now.date() + DAY), house, now).code == "note.future"


def test_a_day_before_the_term(house: House, now: dt.datetime) -> None:
    assert refused(note(now, day=dt.date(2025, 9, 30)), house, now, Sent(day_sure=True)).code == "note.term"


def test_a_day_long_ago_is_asked_about_once(house: House, now: dt.datetime) -> None:
    heard = note(now, day=now.date() - 100 * DAY)
    refusal = refused(heard, house, now)
    assert (refusal.code, refusal.details) == ("note.old_day", {"field": "day", "confirm": "day_sure"})
    assert receive_note(heard, member=house.members["alice"], at=now, sent=Sent(day_sure=True))[1]


@pytest.mark.parametrize("wrong", [365 * DAY, -365 * DAY, DAY, -2 * DAY])
def test_a_phone_clock_that_is_wrong_is_put_right(wrong: dt.timedelta, house: House, now: dt.datetime) -> None:
    clock = now + wrong
    heard = note(now, day=clock.date() - DAY)
    kept, _new = receive_note(heard, member=house.members["alice"], at=now, sent=Sent(written=clock - DAY, clock=clock))
    assert kept.day == now.date() - DAY
    assert receive_note(heard, member=house.members["alice"], at=now + DAY)[1] is False, "sent again after the clock was mended"


def test_a_clock_that_was_mended_before_sending_asks_for_the_day(house: House, now: dt.datetime) -> None:
    heard = note(now, day=now.date() + 365 * DAY)
    assert refused(heard, house, now, Sent(written=now + 365 * DAY, clock=now)).code == "note.future"


def test_a_note_that_waited_for_a_network_is_not_late(house: House, now: dt.datetime) -> None:
    item = due_item(house, now)
    arrives = item.due_at + 2 * DAY
    receive_note(note(now, day=(now + 365 * DAY).date()), member=house.members["alice"], at=arrives,
                 sent=Sent(written=now + 365 * DAY, clock=arrives + 365 * DAY))
    item.refresh_from_db()
    assert item.state == "submitted"
    assert item.submitted_hour == now.replace(minute=0)
    assert not item.is_late(arrives)


def test_notes_may_arrive_out_of_order_and_after_the_duty_closed(house: House, now: dt.datetime) -> None:
    item = due_item(house, now)
    receive_note(note(now, day=now.date()), member=house.members["alice"], at=now)
    item.refresh_from_db()
    mark_due(item, "accepted", at=now)
    receive_note(note(now, day=now.date() - DAY), member=house.members["alice"], at=now + 5 * DAY)
    item.refresh_from_db()
    assert (item.state, Observation.objects.count()) == ("accepted", 2)


def test_nothing_to_report_is_one_step_and_on_time(house: House, now: dt.datetime) -> None:
    item = due_item(house, now)
    for _turn in range(2):
        answered = answer_duty(item, "nil", member=house.members["alice"], at=now)
    assert answered.state == "nil"
    assert not answered.is_late(item.due_at + 9 * DAY)
    assert Entry.objects.filter(action="duty.answered").count() == 1


def test_nobody_answers_for_another(house: House, now: dt.datetime) -> None:
    with pytest.raises(Refusal, match=r"duty\.none"):
        answer_duty(due_item(house, now), "nil", member=house.members["bob"], at=now)


def test_a_matter_for_other_hands_is_not_kept_and_says_where(house: House, now: dt.datetime) -> None:
    heard = note(now, text="Bà con muốn tố cáo chuyện thu tiền.")
    refusal = refused(heard, house, now)
    assert refusal.code == "note.handover"
    assert len(refusal.details["where"]) == 2
    assert receive_note(heard, member=house.members["alice"], at=now, sent=Sent(general=True))[1]


@pytest.mark.parametrize("text", ["Nhà nước phòng, chống tham nhũng là đúng.", "Cây to cao đổ xuống đường.",
                                  "Dịch bệnh đe dọa đàn lợn."])
def test_general_matters_pass(text: str, house: House, now: dt.datetime) -> None:
    assert receive_note(note(now, text=text), member=house.members["alice"], at=now)[1]


def test_the_arrival_is_entered_without_its_author(house: House, now: dt.datetime) -> None:
    receive_note(note(now), member=house.members["alice"], at=now)
    entry = Entry.objects.get(action="note.received")
    assert (entry.actor, entry.subject, entry.at.minute) == (None, f"unit:{house.unit.pk}", 0)
