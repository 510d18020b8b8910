"""A collaborator's phone: in by a code, opened by a PIN, shut when lost."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from langnghe.accounts.domain import DEVICE_COOKIE, device_of, enrol_device, revoke_devices, start_enrolment, unlock_device
from langnghe.accounts.domain.devices import MOST_FAILURES
from langnghe.accounts.models import Device, Enrolment
from langnghe.audit.models import Entry
from langnghe.common.errors import Refusal
from langnghe.testing import House


@pytest.fixture
def code(house: House, now: dt.datetime) -> str:
    return start_enrolment(house.people["alice"], by=house.people["eve"], at=now)


def test_a_code_lets_one_phone_in(house: House, code: str, now: dt.datetime) -> None:
    device, token = enrol_device(code, pin="394817", at=now)
    assert device.user == house.people["alice"]
    assert unlock_device(token, pin="394817", at=now) == house.people["alice"]
    with pytest.raises(Refusal, match=r"enrolment\.code"):
        enrol_device(code, pin="394817", at=now)


def test_only_hashes_of_code_token_and_pin_are_kept(code: str, now: dt.datetime) -> None:
    device, token = enrol_device(code, pin="394817", at=now)
    kept = str(list(Enrolment.objects.values())) + str(list(Device.objects.values())) + str(list(Entry.objects.values()))
    assert code not in kept
    assert token not in kept
    assert "394817" not in kept
    assert device.pin_hash


def test_a_code_of_three_days_ago_is_refused(code: str, now: dt.datetime) -> None:
    with pytest.raises(Refusal, match=r"enrolment\.code"):
        enrol_device(code, pin="394817", at=now + dt.timedelta(days=3, seconds=1))


def test_a_new_code_makes_the_one_before_void(house: House, code: str, now: dt.datetime) -> None:
    start_enrolment(house.people["alice"], by=house.people["eve"], at=now)
    with pytest.raises(Refusal, match=r"enrolment\.code"):
        enrol_device(code, pin="394817", at=now)


@pytest.mark.parametrize("pin", ["", "12345", "1234567", "12a456", "111111", "123456", "987654"])
def test_a_pin_that_is_none_or_easy_to_guess_is_refused_and_the_code_stays_good(code: str, now: dt.datetime, pin: str) -> None:
    with pytest.raises(Refusal, match=r"enrolment\.pin"):
        enrol_device(code, pin=pin, at=now)
    enrol_device(code, pin="394817", at=now)


def test_a_phone_is_shut_after_five_wrong_pins(code: str, now: dt.datetime) -> None:
    _device, token = enrol_device(code, pin="394817", at=now)
    for _ in range(MOST_FAILURES - 1):
        with pytest.raises(Refusal, match=r"device\.pin"):
            unlock_device(token, pin="000001", at=now)
    with pytest.raises(Refusal, match=r"device\.locked"):
        unlock_device(token, pin="000001", at=now)
    with pytest.raises(Refusal, match=r"device\.unknown"):
        unlock_device(token, pin="394817", at=now)
    assert Entry.objects.filter(action="device.locked").count() == 1


def test_a_right_pin_forgets_the_wrong_ones(code: str, now: dt.datetime) -> None:
    _device, token = enrol_device(code, pin="394817", at=now)
    for _ in range(3):
        for _ in range(MOST_FAILURES - 1):
            with pytest.raises(Refusal, match=r"device\.pin"):
                unlock_device(token, pin="000001", at=now)
        unlock_device(token, pin="394817", at=now)


def test_a_lost_phone_is_shut_by_the_office(house: House, code: str, now: dt.datetime) -> None:
    _device, token = enrol_device(code, pin="394817", at=now)
    assert revoke_devices(house.people["alice"], by=house.people["eve"], at=now) == 1
    assert device_of(token) is None


def test_a_phone_of_somebody_who_may_not_come_in_any_more_is_unknown(house: House, code: str, now: dt.datetime) -> None:
    _device, token = enrol_device(code, pin="394817", at=now)
    house.people["alice"].is_active = False
    house.people["alice"].save()
    assert device_of(token) is None


def test_from_the_office_to_the_phone_and_in_again_with_the_pin(house: House, client: Client, settings: Any) -> None:
    client.force_login(house.people["eve"])
    page = client.post(reverse("phones", args=[house.members["alice"].pk]))
    assert page.status_code == 200
    assert "<svg" in page.content.decode()

    code = start_enrolment(house.people["alice"], by=house.people["eve"], at=dt.datetime.now(dt.UTC))
    phone = Client()
    assert "Alice" in phone.get(reverse("enrol", args=[code])).content.decode()
    assert phone.post(reverse("enrol", args=[code]), {"pin": "394817", "again": "394818"}).status_code == 422
    answer = phone.post(reverse("enrol", args=[code]), {"pin": "394817", "again": "394817"})
    assert answer.status_code == 302
    cookie = answer.cookies[DEVICE_COOKIE]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"

    phone.cookies.pop(settings.SESSION_COOKIE_NAME)
    asked = phone.get(reverse("account_login") + "?next=/phone/")
    assert asked.headers["Location"].startswith(reverse("unlock"))
    assert phone.post(reverse("unlock"), {"pin": "000001"}).status_code == 403
    answer = phone.post(reverse("unlock"), {"pin": "394817", "next": "https://elsewhere.example/"})
    assert answer.headers["Location"] == reverse("start")
    assert phone.get(reverse("start")).status_code == 302


@pytest.mark.parametrize("who", ["bob", "carol", "dan", "alice", "mallory", "oscar"])
def test_only_an_administrator_of_the_unit_lets_phones_in(house: House, client: Client, who: str) -> None:
    client.force_login(house.people[who])
    assert client.post(reverse("phones", args=[house.members["alice"].pk])).status_code == 404
    assert not Enrolment.objects.exists()


def test_staff_without_a_second_factor_are_led_to_set_one_up(house: House, client: Client) -> None:
    from allauth.mfa.models import Authenticator

    Authenticator.objects.filter(user=house.people["bob"]).delete()
    client.force_login(house.people["bob"])
    assert client.get(reverse("roster")).headers["Location"] == reverse("mfa_index")
    assert client.get(reverse("mfa_index")).status_code == 200


def test_a_collaborator_needs_no_second_factor_beside_the_phone(house: House, client: Client) -> None:
    client.force_login(house.people["alice"])
    assert client.get(reverse("roster")).status_code == 404


def test_addresses_for_signing_up_and_forgotten_passwords_do_not_exist(house: House, client: Client) -> None:
    for name in ("account_signup", "account_email", "account_reset_password", "account_set_password"):
        assert client.get(reverse(name)).status_code == 404
