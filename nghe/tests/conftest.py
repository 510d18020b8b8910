"""An invented report for the tests of evidence and wording: `data/example.json`."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nghe.evidence import Evidence
from nghe.wording import Statement, default_scale

EXAMPLE = json.loads((Path(__file__).parent / "data" / "example.json").read_text(encoding="utf-8"))
Say = Callable[..., Statement]


@pytest.fixture
def records() -> dict[str, dict[str, Any]]:
    """The records of evidence as plain data, to be spoilt."""
    return {data["id"]: copy.deepcopy(data) for data in EXAMPLE["evidence"]}


@pytest.fixture
def evidence(records: dict[str, dict[str, Any]]) -> dict[str, Evidence]:
    return {name: Evidence.from_dict(data) for name, data in records.items()}


@pytest.fixture
def statements() -> list[Statement]:
    return [
        Statement(rule_version=default_scale().version, **{**data, "evidence": tuple(data["evidence"])})
        for data in copy.deepcopy(EXAMPLE["statements"])
    ]


@pytest.fixture
def say() -> Say:
    """A sentence of one's own: `say("Ghi nhận ở {E02.total.places} nơi.", "E02")`."""

    def make(vi: str, cites: str = "E02", **more: Any) -> Statement:
        values: dict[str, Any] = {"id": "X01", "slot": "line", "rule_version": default_scale().version, **more}
        return Statement(text={"vi": vi}, evidence=tuple(cites.split()), **values)

    return make
