from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page


def test_a_collaborator_opens_the_phone(signed_in_as: Callable[..., Page]) -> None:
    page = signed_in_as("alice")
    answer = page.goto("/phone/")
    assert answer is not None
    assert answer.status == 200


def test_the_same_on_the_server_that_an_office_runs(served_to: Callable[..., Page]) -> None:
    page = served_to("alice")
    answer = page.goto("/phone/")
    assert answer is not None
    assert answer.status == 200
