"""The coder's page: who may read it, what it says of a version, training beside the server, shares only with an audit."""

from __future__ import annotations

import csv
import datetime as dt
import io
import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from langnghe.coding.domain import confirm_topic, train_network_coder
from langnghe.coding.models import CoderVersion
from langnghe.coding.tasks import _trainings, begin_training, training_of
from langnghe.common.errors import Refusal
from langnghe.frames.models import Topic
from langnghe.intake.models import Observation
from langnghe.testing import House

Write = Callable[..., Observation]
PAGE = "/coding/coder/"
WORDS = {"KT1": ("giá gạo", "giá thịt", "giá xăng", "giá gas"), "GT1": ("đường hỏng", "ổ gà", "cầu tạm", "xe tải")}
QUALITY = {
    "texts": 60, "accuracy": 0.9, "weighted_f1": 0.9, "macro_f1": 0.85, "micro_f1": 0.9, "calibration_error": 0.021,
    "fill_from": 0.7, "confident": {"0.7": 0.95}, "sureness": [], "bins": [[0.5, 0.6, 30], [0.9, 0.95, 30]],
    "curve": [[12, 0.6, 0.5], [48, 0.9, 0.85]],
    "codes": {"KT1": {"texts": 40, "given": 41, "right": 38, "precision": 0.93, "recall": 0.95, "f1": 0.94, "silent_because": ""},
              "GT1": {"texts": 20, "given": 19, "right": 8, "precision": 0.42, "recall": 0.4, "f1": 0.41,
                      "silent_because": "imprecise"},
              "MT1": {"texts": 4, "given": 0, "right": 0, "precision": 0.0, "recall": 0.0, "f1": 0.0,
                      "silent_because": "few_texts"}},
}


@pytest.fixture(autouse=True)
def no_training() -> Iterator[None]:
    yield
    _trainings.clear()


@pytest.fixture
def as_(house: House, client: Client, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Client]:
    monkeypatch.setenv("LANGNGHE_CLOCK", "2026-11-10T16:00+07:00")

    def sign_in(name: str) -> Client:
        client.force_login(house.people[name])
        return client

    return sign_in


@pytest.fixture
def version(house: House, now: dt.datetime) -> CoderVersion:
    return CoderVersion.objects.create(network=house.network, digest="a1b2c3" * 10, notes=60, quality=QUALITY, made_at=now)


@pytest.mark.parametrize(("who", "status"), [("bob", 200), ("erin", 200), ("eve", 200), ("alice", 404), ("carol", 404),
                                             ("dan", 404)])
def test_analysts_editors_and_administrators_read_it(as_: Callable[[str], Client], who: str, status: int) -> None:
    client = as_(who)
    assert {client.get(address).status_code for address in (PAGE, "/coding/coder.csv")} == {status}
    if status == 404:
        assert client.post("/coding/coder/train/").status_code == 404


@pytest.mark.parametrize(("who", "shown"), [("eve", True), ("erin", True), ("bob", False), ("carol", False)])
def test_who_keeps_the_frame_finds_the_way_to_it(as_: Callable[[str], Client], who: str, shown: bool) -> None:
    assert (f'href="{PAGE}"' in as_(who).get("/frames/").content.decode()) is shown


def test_without_a_version_it_says_so_and_offers_to_train(as_: Callable[[str], Client]) -> None:
    page = as_("bob").get(PAGE).content.decode()
    assert "Ở đây chưa huấn luyện máy mã hóa" in page
    assert "Huấn luyện phiên bản đầu" in page
    assert "<svg class=\"chart\"" not in page


@pytest.mark.parametrize(("lang", "said"), [
    ("vi", ("Máy mã hóa", "Giá cả hàng thiết yếu", "chưa đến 6 trong 10 gợi ý là đúng", "dưới 10 phản ánh đã xác nhận",
            "chưa có phản ánh xác nhận nào khi huấn luyện", "chưa đo được", "Từ 12 lên 48 phản ánh", "a1b2c3a1b2c3", "0,94")),
    ("en", ("The coder", "of its suggestions fewer than 6 in 10 were right", "fewer than 10 confirmed notes",
            "no confirmed note when it was trained", "not measured yet", "From 12 to 48 notes", "0.94")),
])
def test_it_says_how_good_the_coder_is_and_where_it_keeps_silent(as_: Callable[[str], Client], version: CoderVersion, lang: str,
                                                                 said: tuple[str, ...]) -> None:
    client = as_("eve")
    client.cookies["lang"] = lang
    page = client.get(PAGE).content.decode()
    assert [word for word in said if word not in page] == []
    assert page.count('<svg class="chart"') == 2
    assert "style=" not in page


def test_the_table_as_csv(as_: Callable[[str], Client], version: CoderVersion) -> None:
    answer = as_("bob").get("/coding/coder.csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    by_code = {row["code"]: row for row in rows}
    assert (by_code["KT1"]["f1"], by_code["KT1"]["silent_because"], by_code["KT1"]["mark"]) == ("0.94", "", "unmeasured")
    assert by_code["GT1"]["silent_because"] == "imprecise"
    assert by_code["YT1"] == {**by_code["YT1"], "f1": "", "silent_because": "never_seen"}
    assert len(rows) == Topic.objects.filter(field__frame__in_use=True).count()


@pytest.mark.parametrize("rows", [1, 3])
def test_page_asks_the_database_as_often_for_three_versions_as_for_one(as_: Callable[[str], Client], house: House, rows: int,
                                                                      now: dt.datetime) -> None:
    for number in range(rows):
        CoderVersion.objects.create(network=house.network, digest=f"{number:060}", notes=60, quality=QUALITY, made_at=now,
                                    made_by=house.people["bob"])
    client = as_("bob")
    client.get(PAGE)
    with CaptureQueriesContext(connection) as queries:
        client.get(PAGE)
    assert len(queries) == 14, [query["sql"][:90] for query in queries]


def test_another_networks_coder_is_not_shown(as_: Callable[[str], Client], version: CoderVersion) -> None:
    assert "a1b2c3" not in as_("oscar").get(PAGE).content.decode()


@pytest.mark.parametrize("weeks", ["", "3", "999999999999999999999", "-4", "vier", "4;52"])
def test_an_odd_number_of_weeks_asks_for_nothing(as_: Callable[[str], Client], weeks: str) -> None:
    page = as_("bob").get(PAGE, {"weeks": weeks})
    assert page.status_code == 200
    assert "shares." not in page.content.decode()


def test_shares_without_notes_or_without_an_audit_are_refused_on_the_page(as_: Callable[[str], Client], write: Write) -> None:
    client = as_("bob")
    assert "shares.none" in client.get(PAGE, {"weeks": "4"}).content.decode()
    write("Giá gạo tăng")
    page = client.get(PAGE, {"weeks": "4"}).content.decode()
    assert "shares.no_audit" in page
    assert "Chưa rút mẫu ngẫu nhiên nào trong 1 phản ánh chưa ai xác nhận." in page


# -- training


def teach(house: House, write: Write, now: dt.datetime, notes: int = 60) -> None:
    chance = random.Random(3)
    for number in range(notes):
        code = ("KT1", "GT1")[number % 2]
        note = write(f"Bà con nói {chance.choice(WORDS[code])}, {chance.choice(WORDS[code])} lần {number}")
        confirm_topic(note, topic=Topic.objects.get(code=code, field__frame__in_use=True), by=house.people["bob"], at=now)


def test_a_trained_version_has_curve_and_calibration_on_the_page(as_: Callable[[str], Client], house: House, write: Write,
                                                                 now: dt.datetime) -> None:
    pytest.importorskip("sklearn", reason="needs the text extra")
    teach(house, write, now)
    version = train_network_coder(house.network, by=house.people["eve"], at=now)
    assert len(version.quality["curve"]) == 4
    assert sum(texts for _sure, _right, texts in version.quality["bins"]) == 60
    page = as_("bob").get(PAGE).content.decode()
    assert page.count('<svg class="chart"') == 2
    assert "Eve" in page


@pytest.mark.sqlite  # it empties the tables, which the triggers of append-only tables refuse
def test_training_goes_on_beside_the_page_one_at_a_time(transactional_db: None, settings: Any) -> None:
    pytest.importorskip("sklearn", reason="needs the text extra")
    from django_scopes import scope

    from langnghe.testing import build_house

    at = dt.datetime(2026, 11, 10, 9, tzinfo=dt.UTC)
    house = build_house(at)
    with scope(network=house.network):
        training = begin_training(house.network, by=house.people["eve"], at=at)
        assert training.thread is not None
        training.thread.join(60)
        assert training_of(house.network) is training
        assert not training.runs
        assert training.refused is not None
        assert training.refused.code == "coder.few"
        assert not CoderVersion.objects.exists()


def test_a_second_training_at_once_is_refused(house: House, now: dt.datetime) -> None:
    pytest.importorskip("sklearn", reason="needs the text extra")
    import threading

    from langnghe.coding.tasks import Training

    end = threading.Event()
    busy = Training(now, threading.Thread(target=end.wait, daemon=True))
    assert busy.thread is not None
    busy.thread.start()
    _trainings[house.network.pk] = busy
    try:
        with pytest.raises(Refusal, match=r"coder\.busy"):
            begin_training(house.network, by=None, at=now)
    finally:
        end.set()
