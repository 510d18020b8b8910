"""Every address says who may open it, and every page of unpublished data is counted when it is read (R15)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from langnghe.accounts.access import Policy
from langnghe.network.enums import Role

WHO = {"public", "signed-in", "demo", "roles"}
UNCOUNTED = {"report_latest"}
"""Addresses for roles that show nothing themselves: they only lead on."""


def addresses(patterns: list[Any] | None = None, before: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, before + str(pattern.pattern))
        else:
            yield before + str(pattern.pattern), pattern


ADDRESSES = dict(addresses())


@pytest.mark.parametrize("address", ADDRESSES)
def test_address_declares_who_may_open_it(address: str) -> None:
    policy = getattr(ADDRESSES[address].callback, "policy", None)
    assert isinstance(policy, Policy), f"{address}: decorate its view with for_roles, signed_in, public or demo_only"
    assert policy.who in WHO
    assert policy.who != "roles" or policy.roles


def is_for_offices(pattern: URLPattern) -> bool:
    """A collaborator's own pages are not counted: they show her what her own phone holds the receipts of."""
    policy = getattr(pattern.callback, "policy", Policy(""))
    return policy.who == "roles" and policy.roles != {Role.COLLABORATOR}


@pytest.mark.parametrize("address", [address for address, pattern in ADDRESSES.items() if is_for_offices(pattern)])
def test_page_of_unpublished_data_counts_its_reads(address: str) -> None:
    pattern = ADDRESSES[address]
    only_post = takes_only_post(pattern.callback)
    assert only_post or pattern.name in UNCOUNTED or pattern.callback.policy.reads, f"{address}: say reads=… in for_roles"


def takes_only_post(view: Any) -> bool:
    """Is this view closed to GET (`require_POST`)? Read from the closure that Django's decorator keeps."""
    while view is not None:
        for cell in getattr(view, "__closure__", None) or ():
            if cell.cell_contents == ["POST"]:
                return True
        view = getattr(view, "__wrapped__", None)
    return False


def test_no_two_addresses_share_a_name() -> None:
    names = [pattern.name for pattern in ADDRESSES.values() if pattern.name]
    assert len(names) == len(set(names))
