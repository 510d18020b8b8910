"""Tells the frame's page how far two people agree on each topic."""

from __future__ import annotations

from collections.abc import Callable

from langnghe.coding.queries.reliability import Measure, reliability_of
from langnghe.frames.queries import register_marker
from langnghe.network.models import Network


@register_marker
def mark_topics(network: Network) -> Callable[[int], Measure]:
    return reliability_of(network).of
