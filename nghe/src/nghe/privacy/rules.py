"""The tables of rules (`rules.toml`, `names.toml`), compiled. Patterns use only what Python and JavaScript both know."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
TABLES = ("rules.toml", "names.toml")
TYPES = ("PERSON", "PHONE", "NATIONAL_ID", "EMAIL", "ADDRESS", "PLATE", "BANK", "HANDLE", "URL", "DOB", "OTHER_ID")
PIECE = re.compile(r"<<(\w+)>>")
GROUP = re.compile(r"\(\?<(hit[0-9]*)>")
VIEWS = ("bare", "marked", "words")


@dataclass(frozen=True, slots=True)
class Rule:
    """One pattern: what it finds, in which view, whether capitals count, and why it is a hit, in words.

    `needs` is a character class without which there can be no match (`""`: none); `each` makes one hit of each part of a list;
    `cued` says that a person was addressed.
    """

    name: str
    type: str
    view: str
    capitals: bool
    needs: str
    each: bool
    cued: bool
    source: str
    pattern: re.Pattern[str]
    why: dict[str, str]


@cache
def table(name: str) -> dict[str, Any]:
    return tomllib.loads((HERE / name).read_text(encoding="utf-8"))


RULES_VERSION: str = str(table("rules.toml")["version"])


@cache
def all_rules() -> tuple[Rule, ...]:
    """Every rule in the order of the tables; raises `ValueError` for one that could not run in the browser too."""
    return tuple(_rule(row, table(name)["piece"]) for name in TABLES for row in table(name)["rule"])


def expand(source: str, pieces: dict[str, str]) -> str:
    """A pattern with its pieces `<<digit>>` put in; pieces may hold pieces."""
    while PIECE.search(source):
        source = PIECE.sub(lambda found: pieces[found.group(1)], source)
    return source


def _rule(row: dict[str, Any], pieces: dict[str, str]) -> Rule:
    name = row["name"]
    if row["type"] not in TYPES:
        raise ValueError(f"rule {name}: {row['type']} is no type of personal data")
    source = expand(row["pattern"], pieces)
    if re.search(r"\(\?P|\\[wWdDsSbBAZ]|\(\?[a-zA-Z]+\)", source):
        raise ValueError(f"rule {name}: uses what Python and JavaScript read differently")
    view = row.get("view", "bare")
    if view not in VIEWS:
        raise ValueError(f"rule {name}: {view} is no view")
    capitals = bool(row.get("capitals", view == "words"))
    pattern = re.compile(GROUP.sub(r"(?P<\1>", source), re.ASCII if capitals else re.ASCII | re.IGNORECASE)
    return Rule(
        name, row["type"], view, capitals, row.get("needs", ""), bool(row.get("each")), bool(row.get("cued")), source, pattern,
        {"vi": row["vi"], "en": row["en"]},
    )
