"""The overview counts as the report does, asks little of the database, and is counted anew after every change."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.test import Client
from django.urls import reverse

from langnghe.common.periods import Period
from langnghe.intake.domain import Heard, receive_note
from langnghe.reports.domain.build import read_weeks
from langnghe.reports.domain.facts import topic_rows
from langnghe.testing import House
from langnghe.web.home.overview import look_again, look_over

WEEK = Period.week("2026-W45", "thu-wed")


def hear(
    house: House,
    now: dt.datetime,
    *,
    topic: str,
    place: str = "AT",
    day: dt.date = WEEK.first_day,
    moods: tuple[str, ...] = (),
    times: int = 1,
) -> None:
    for _ in range(times):
        heard = Heard(
            id=uuid.uuid4(), text="Nước chảy yếu về chiều.", day=day, place=place, channel="direct", topic=topic, moods=moods
        )
        receive_note(heard, member=house.members["alice"], at=now)


@pytest.fixture
def topics(house: House) -> list[str]:
    from langnghe.frames.models import Topic

    house.members["alice"].places.set(house.places.values())
    return list(Topic.objects.filter(field__frame__in_use=True).values_list("code", flat=True)[:3])


def test_the_overview_and_the_report_give_the_same_figures(house: House, topics: list[str], now: dt.datetime) -> None:
    for number, topic in enumerate(topics):
        for place in ("AT", "BN", "CM"):
            for back in range(number + 1):
                hear(house, now, topic=topic, place=place, day=WEEK.first_day - dt.timedelta(days=7 * back), times=2)
    seen = look_over(house.unit, WEEK)
    weeks = read_weeks(house.unit, WEEK)
    reported = topic_rows(weeks)
    assert len(seen.salient) == 3
    assert {item.topic.pk: (item.breadth["places"], item.notes, item.change) for item in seen.salient} == {
        topic: (row["places"], row["notes"], row["change"]) for topic, row in reported.items()
    }
    assert seen.notes == len(weeks[-1].notes)


def put_next_version_to_use(house: House, now: dt.datetime, *, merged: str, into: str, renamed: str) -> dict[str, int]:
    """A version of the frame with one topic taken into another and one renamed; the keys of its topics by code."""
    from langnghe.frames.domain import change_topic, merge_topic, put_to_use, start_next_version
    from langnghe.frames.models import CodingFrame, Topic

    by = house.people["bob"]
    draft = start_next_version(CodingFrame.objects.get(in_use=True), version="next", by=by, at=now)
    topics = {topic.code: topic for topic in Topic.objects.filter(field__frame=draft)}
    change_topic(topics[renamed], field=topics[renamed].field, name_vi="Tên khác", name_en="Another name", province_only=False,
                 by=by, at=now)
    merge_topic(topics[merged], into=topics[into], by=by, at=now)
    put_to_use(draft, by=by, at=now)
    return {code: topic.pk for code, topic in topics.items() if code != merged}


def test_history_goes_on_across_a_new_version_of_the_frame(house: House, topics: list[str], now: dt.datetime) -> None:
    """Four weeks under two topics, then one is taken into the other: neither is newly recorded, and both pages agree."""
    kept, gone, renamed = topics
    for back in range(1, 5):
        for topic, place in ((kept, "AT"), (gone, "BN"), (gone, "CM"), (renamed, "AT"), (renamed, "BN"), (renamed, "CM")):
            hear(house, now, topic=topic, place=place, day=WEEK.first_day - dt.timedelta(days=7 * back), times=2)
    hear(house, now, topic=gone, place="BN", moods=("worried",), times=3)
    now_keys = put_next_version_to_use(house, now, merged=gone, into=kept, renamed=renamed)
    for place in ("AT", "BN", "CM"):
        hear(house, now, topic=kept, place=place, moods=("worried",), times=2)
        hear(house, now, topic=renamed, place=place, times=2)
    seen = {item.topic.pk: item for item in look_over(house.unit, WEEK).salient}
    assert set(seen) == {now_keys[kept], now_keys[renamed]}
    assert seen[now_keys[kept]].notes == 9
    assert seen[now_keys[kept]].moods == [(("worried",), 9)]
    assert [item.trend.heard[-5:] for item in seen.values()] == [[3] * 5, [3] * 5]
    reported = topic_rows(read_weeks(house.unit, WEEK))
    assert {key: (item.breadth["places"], item.notes, item.change) for key, item in seen.items()} == {
        key: (row["places"], row["notes"], row["change"]) for key, row in reported.items()
    }
    assert {row["change"] for row in reported.values()} == {"unclear"}
    assert {row["prev_most"] for row in reported.values()} == {3}


def test_small_counts_are_named_without_a_figure_and_small_moods_merged(
    house: House, topics: list[str], now: dt.datetime
) -> None:
    for place in ("AT", "BN", "CM"):
        hear(house, now, topic=topics[0], place=place, moods=("worried",), times=2)
    hear(house, now, topic=topics[0], moods=("uneasy",))
    hear(house, now, topic=topics[1], place="BN", times=9)
    hear(house, now, topic=topics[2])
    seen = look_over(house.unit, WEEK)
    assert [item.topic.code for item in seen.salient] == [topics[0]]
    assert {topic.code for topic in seen.few} == set(topics[1:])
    assert [(set(names), number) for names, number in seen.salient[0].moods] == [({"worried", "uneasy"}, 7)]


def test_the_overview_is_counted_anew_after_a_change(house: House, topics: list[str], now: dt.datetime) -> None:
    assert look_again(house.unit, WEEK).notes == 0
    hear(house, now, topic=topics[0])
    assert look_again(house.unit, WEEK).notes == 1


@pytest.mark.parametrize("notes", [1, 3])
def test_the_overview_asks_the_database_the_same_number_of_questions(
    house: House, topics: list[str], client: Client, now: dt.datetime, notes: int, django_assert_num_queries: object
) -> None:
    for number in range(notes):
        for place in ("AT", "BN", "CM"):
            hear(house, now, topic=topics[number], place=place, times=2)
    client.force_login(house.people["dan"])
    with django_assert_num_queries(39):  # type: ignore[operator]
        assert client.get(reverse("home_period", args=[WEEK.code])).status_code == 200


@pytest.mark.parametrize("who", ["alice", "mallory", "oscar"])
def test_figures_of_a_unit_are_not_shown_to_others(
    house: House, topics: list[str], client: Client, now: dt.datetime, who: str
) -> None:
    hear(house, now, topic=topics[0])
    client.force_login(house.people[who])
    answer = client.get(reverse("home_period", args=[WEEK.code]))
    assert answer.status_code == 404 or "0/" in answer.content.decode() or "iss-name" not in answer.content.decode()


def test_a_week_that_is_none_is_absent(house: House, client: Client) -> None:
    client.force_login(house.people["dan"])
    assert client.get(reverse("home_period", args=["2026-W60"])).status_code == 404


def test_the_table_and_the_csv_hold_what_the_page_shows(
    house: House, topics: list[str], client: Client, now: dt.datetime
) -> None:
    for place in ("AT", "BN", "CM"):
        hear(house, now, topic=topics[0], place=place, times=2)
    client.force_login(house.people["dan"])
    page = client.get(reverse("home_table", args=[WEEK.code])).content.decode()
    rows = client.get(reverse("home_csv", args=[WEEK.code])).content.decode("utf-8-sig").splitlines()
    assert len(rows) == 2
    assert all(cell in page for cell in rows[1].split(",")[:3])
