"""JSON Schemas of the files that the commands read and write; `text(name)` is one of them."""

from __future__ import annotations

from importlib.resources import files


def text(name: str) -> str:
    """The schema of that name, as JSON."""
    return (files("nghe.schemas") / f"{name}.json").read_text(encoding="utf-8")
