"""The table of rules (`rules.toml`), read once and compiled. Its patterns use only what Python and JavaScript both know."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

TABLE = Path(__file__).with_name("rules.toml")
TYPES = ("PERSON", "PHONE", "NATIONAL_ID", "EMAIL", "ADDRESS", "PLATE", "BANK", "HANDLE", "URL", "DOB", "OTHER_ID")
PIECE = re.compile(r"<<(\w+)>>")


@dataclass(frozen=True, slots=True)
class Rule:
    """One pattern: what it finds, in which view (`bare` or `marked`), whether capitals count, and why it is a hit, in words."""

    name: str
    type: str
    view: str
    capitals: bool
    source: str
    pattern: re.Pattern[str]
    why: dict[str, str]


@cache
def table() -> dict[str, Any]:
    return tomllib.loads(TABLE.read_text(encoding="utf-8"))


RULES_VERSION: str = str(table()["version"])


@cache
def all_rules() -> tuple[Rule, ...]:
    """Every rule in the order of the table; raises `ValueError` for one that could not run in the browser too."""
    return tuple(_rule(row) for row in table()["rule"])


def expand(source: str) -> str:
    """A pattern with its pieces `<<digit>>` put in; pieces may hold pieces."""
    pieces: dict[str, str] = table()["piece"]
    while PIECE.search(source):
        source = PIECE.sub(lambda found: pieces[found.group(1)], source)
    return source


def _rule(row: dict[str, Any]) -> Rule:
    if row["type"] not in TYPES:
        raise ValueError(f"rule {row['name']}: {row['type']} is no type of personal data")
    source = expand(row["pattern"])
    if re.search(r"\(\?P|\\[wWdDsSbBAZ]|\(\?[a-zA-Z]+\)", source):
        raise ValueError(f"rule {row['name']}: uses what Python and JavaScript read differently")
    capitals = bool(row.get("capitals", False))
    pattern = re.compile(source.replace("(?<hit>", "(?P<hit>"), re.ASCII if capitals else re.ASCII | re.IGNORECASE)
    return Rule(row["name"], row["type"], row.get("view", "bare"), capitals, source, pattern, {"vi": row["vi"], "en": row["en"]})
