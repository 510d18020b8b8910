"""Read a design file (TOML, or JSON by its ending) and a requests file (JSON)."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

from nghe.errors import Fault
from nghe.survey.design.words import Design
from nghe.survey.requests import check_request


def read_design(path: Path) -> Design:
    """The design of a file; raises `Fault` with the place of what cannot be read or is unknown."""
    words = _load(path)
    if not isinstance(words, dict):
        raise Fault("survey.design", path.name, "is no table of fields")
    try:
        return Design.from_dict(words)
    except TypeError as error:
        raise Fault("survey.design", path.name, f"has a field of the wrong kind: {error}") from error


def read_requests(path: Path) -> list[dict[str, Any]]:
    """The requests of a file, checked before any is carried out; each has an id of its own."""
    found = _load(path)
    if isinstance(found, dict) and set(found) == {"requests"}:
        found = found["requests"]
    if not isinstance(found, list) or not found or not all(isinstance(item, dict) for item in found):
        raise Fault("survey.request", path.name, "is a list of requests, each an object with id and stat")
    seen: set[str] = set()
    for place, item in enumerate(found, start=1):
        name = item.get("id")
        if not isinstance(name, str) or not name:
            raise Fault("survey.request", f"{path.name}, request {place}", "has no id")
        if name in seen:
            raise Fault("survey.request", f"{path.name}, request {name}", "stands twice; give each request an id of its own")
        seen.add(name)
        try:
            check_request(item)
        except Fault as fault:
            raise Fault(fault.code, f"{path.name}, request {name}, {fault.where}", fault.message) from fault
    return found


def _load(path: Path) -> Any:
    text = path.read_text(encoding="utf-8-sig")
    try:
        return tomllib.loads(text) if path.suffix.lower() == ".toml" else json.loads(text)
    except (tomllib.TOMLDecodeError, json.JSONDecodeError) as error:
        raise Fault("survey.file", path.name, f"cannot be read: {error}") from error
