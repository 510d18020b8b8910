"""The door as a JavaScript module: engine (`door.js`), table of rules, and what kind each character is, in one file.

Characters are sorted into kinds here, by Python's Unicode data, and sent along: browsers of different years do not know the
same characters, and a rule that saw another text than the server's would let pass what the server then stops.
"""

from __future__ import annotations

import json
import sys
import unicodedata
from collections.abc import Callable
from functools import cache
from pathlib import Path

from nghe.privacy.rules import RULES_VERSION, all_rules
from nghe.text.fold import is_hidden

ENGINE = Path(__file__).with_name("door.js")
PLACE = "const TABLE = null;"


@cache
def module() -> str:
    """An ES module that exports `find(text)`, `scrub(text)` and `version`."""
    engine = ENGINE.read_text(encoding="utf-8")
    if engine.count(PLACE) != 1:
        raise ValueError(f"{ENGINE.name} must hold the line {PLACE!r} once")
    return engine.replace(PLACE, f"const TABLE = {json.dumps(_table(), ensure_ascii=True, separators=(',', ':'))};")


def _table() -> dict[str, object]:
    rules = [
        {"name": rule.name, "type": rule.type, "view": rule.view, "capitals": rule.capitals, "pattern": rule.source,
         "why": rule.why}
        for rule in all_rules()
    ]
    return {
        "version": RULES_VERSION,
        "rules": rules,
        "hidden": _ranges(is_hidden),
        "combining": _ranges(lambda char: unicodedata.combining(char) != 0),
        "spaces": [code for code in range(sys.maxunicode + 1) if chr(code).isspace()],
        "zeros": [code for code in range(128, sys.maxunicode + 1) if unicodedata.decimal(chr(code), -1) == 0],
    }


def _ranges(holds: Callable[[str], bool]) -> list[int]:
    """The code points for which `holds`, as first, last, first, last ..."""
    ranges: list[int] = []
    inside = False
    for code in range(sys.maxunicode + 1):
        if holds(chr(code)) is not inside:
            ranges.append(code if not inside else code - 1)
            inside = not inside
    return [*ranges, sys.maxunicode] if inside else ranges
