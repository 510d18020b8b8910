"""An answer that nobody asked for comes late on a slow network: it may not change who is signed in by then."""

from __future__ import annotations

from django.test import Client
from django.urls import reverse

from langnghe.testing import House

UNASKED = {"X-Unasked": "1"}


def test_what_the_worker_fetches_leaves_the_cookies_as_they_are(house: House) -> None:
    phone = Client()
    phone.force_login(house.people["alice"])
    asked = phone.get(reverse("phone_home"))
    assert set(asked.cookies) == {"sessionid", "csrftoken"}, "a page that was asked for renews both"
    unasked = phone.get(reverse("phone_home"), headers=UNASKED)
    assert unasked.status_code == 200
    assert not unasked.cookies
    phone.session.flush()
    ended = phone.get(reverse("phone_home"), headers=UNASKED)
    assert ended.status_code == 302
    assert not ended.cookies, "the session that is over takes no other along"


def test_a_cookie_that_was_not_there_is_set(house: House) -> None:
    phone = Client()
    phone.force_login(house.people["alice"])
    assert set(phone.get(reverse("phone_home"), headers=UNASKED).cookies) == {"csrftoken"}
