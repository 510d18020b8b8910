"""A real office begins: its network from a file, its administrator by a link, a password, a second factor."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

import langnghe
from langnghe.accounts.domain import choose_password, enrol_device, start_enrolment
from langnghe.accounts.models import Enrolment
from langnghe.common.errors import Refusal
from langnghe.network.models import Network
from langnghe.testing import House
from langnghe.web.commands import run

OFFICE = (Path(langnghe.__file__).parent / "web/demo/province.toml").read_text(encoding="utf-8")


@pytest.fixture
def office(tmp_path: Path) -> Path:
    file = tmp_path / "office.toml"
    file.write_text(OFFICE, encoding="utf-8")
    return file


@pytest.mark.django_db
def test_an_office_is_founded_and_its_administrator_let_in(office: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["setup", str(office), "--address", "https://nghe.example.vn"]) == 0
    link = next(line for line in capsys.readouterr().out.splitlines() if "/enrol/" in line).rpartition("https://nghe.example.vn")[2]
    assert not Network.objects.get().from_demo
    browser = Client()
    assert browser.get("/tour/").status_code == 404, "what the demonstration has, a real office has not"
    assert browser.post(reverse("demo_sign_in", args=["quantri"])).status_code == 404
    assert browser.post(link, {"password": "short", "again": "short"}).status_code == 422
    answer = browser.post(link, {"password": "ba con trâu trắng", "again": "ba con trâu trắng"})
    assert answer.headers["Location"] == reverse("mfa_index")
    assert browser.get(reverse("roster")).headers["Location"] == reverse("mfa_index")
    assert Client().get(link).status_code == 404, "a link works once"
    assert Client().login(username="quantri", password="ba con trâu trắng")


@pytest.mark.django_db
def test_a_second_founding_is_refused(office: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["setup", str(office), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [(one["username"], one["link"].split("/")[3]) for one in told["links"]] == [("quantri", "enrol")]
    assert run(["setup", str(office)]) == 2
    assert "has a network already" in capsys.readouterr().err


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("[duty]", "[duties]"), "[duty] is missing"),
        (('role = "administrator"', 'role = "analyst"'), "administrator"),
        (('code = "ST"', 'kode = "ST"'), "'code' is missing"),
        (("[network]", "[network"), "is no TOML"),
    ],
)
def test_a_file_that_cannot_be_used_founds_nothing(
    office: Path, capsys: pytest.CaptureFixture[str], change: tuple[str, str], said: str
) -> None:
    office.write_text(OFFICE.replace(*change, 1), encoding="utf-8")
    assert run(["setup", str(office)]) == 2
    assert said in capsys.readouterr().err
    assert not Network.objects.exists()


def test_a_code_for_a_phone_sets_no_password_and_the_other_way_round(house: House, now: dt.datetime) -> None:
    code = start_enrolment(house.people["alice"], by=house.people["eve"], at=now)
    with pytest.raises(Refusal, match=r"enrolment\.code"):
        choose_password(code, password="ba con trâu trắng", at=now)
    code = start_enrolment(house.people["bob"], by=house.people["eve"], at=now, kind=Enrolment.Kind.PASSWORD)
    with pytest.raises(Refusal, match=r"enrolment\.code"):
        enrol_device(code, pin="394817", at=now)


def test_the_office_makes_a_link_for_its_staff(house: House, client: Client) -> None:
    client.force_login(house.people["eve"])
    page = client.post(reverse("phones", args=[house.members["bob"].pk])).content.decode()
    assert "/enrol/" in page
    assert Enrolment.objects.get(user=house.people["bob"]).kind == "password"
