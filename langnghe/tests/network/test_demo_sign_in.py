"""One click signs in on invented data, and nowhere else."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from langnghe.accounts.models import User
from langnghe.network.models import Network
from langnghe.testing import House, body_of


def enter(client: Client, username: str, to: str = "") -> tuple[int, str]:
    answer = client.post(reverse("demo_sign_in", args=[username]), {"next": to})
    return answer.status_code, answer.headers.get("Location", "")


def invent(house: House, *, network: bool, user: bool) -> None:
    Network.objects.filter(pk=house.network.pk).update(from_demo=network)
    User.objects.filter(username="alice").update(from_demo=user)


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


@pytest.mark.parametrize(("network", "user"), [(False, False), (False, True), (True, False)])
def test_demo_sign_in_on_anything_real_is_absent(house: House, client: Client, network: bool, user: bool) -> None:
    invent(house, network=network, user=user)
    assert enter(client, "alice") == (404, "")
    assert not signed_in(client)


def test_demo_sign_in_of_somebody_who_is_also_in_a_real_network_is_absent(house: House, client: Client) -> None:
    invent(house, network=True, user=True)
    member = house.members["oscar"]
    member.user = house.people["alice"]
    member.save()
    assert enter(client, "alice") == (404, "")


def test_demo_sign_in_of_nobody_answers_like_a_real_one(house: House, client: Client) -> None:
    real = client.post(reverse("demo_sign_in", args=["alice"]))
    absent = client.post(reverse("demo_sign_in", args=["nobody"]))
    assert real.status_code == absent.status_code == 404
    assert body_of(real) == body_of(absent)


def test_demo_sign_in_by_a_link_is_refused(house: House, client: Client) -> None:
    invent(house, network=True, user=True)
    assert client.get(reverse("demo_sign_in", args=["alice"])).status_code == 405
    assert not signed_in(client)


def test_demo_sign_in_on_demo_data_goes_where_the_tour_says(house: House, client: Client) -> None:
    invent(house, network=True, user=True)
    assert enter(client, "alice", "/tour/") == (302, "/tour/")
    assert signed_in(client)


@pytest.mark.parametrize("to", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)", ""])
def test_demo_sign_in_with_an_unsafe_address_goes_to_the_start(house: House, client: Client, to: str) -> None:
    invent(house, network=True, user=True)
    assert enter(client, "alice", to) == (302, reverse("start"))


def test_demo_sign_in_without_a_form_token_is_refused(house: House) -> None:
    invent(house, network=True, user=True)
    assert enter(Client(enforce_csrf_checks=True), "alice")[0] == 403
