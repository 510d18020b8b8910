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

from nghe.privacy.find import AGAIN
from nghe.privacy.lexicon import OLD_TONES, Words, accented, accented_before, unaccented
from nghe.privacy.rules import RULES_VERSION, all_rules
from nghe.privacy.view import LOOKALIKES, is_mark
from nghe.privacy.words import KEPT, LONGEST_NAME, SHORT, SIGNS, WIDTH, WINDOW
from nghe.text.fold import is_hidden

BREAKS = {0x2028: "\\u2028", 0x2029: "\\u2029"}

ENGINE = Path(__file__).with_name("door.js")
NAMES = Path(__file__).with_name("words.js")
PLACE = "const TABLE = null;"


@cache
def module() -> str:
    """An ES module that exports `find(text, known)`, `scrub(text, known)` and `version`."""
    engine = ENGINE.read_text(encoding="utf-8")
    if engine.count(PLACE) != 1:
        raise ValueError(f"{ENGINE.name} must hold the line {PLACE!r} once")
    table = json.dumps(_table(), ensure_ascii=False, separators=(",", ":")).translate(BREAKS)
    return engine.replace(PLACE, f"const TABLE = {table};") + "\n" + NAMES.read_text(encoding="utf-8")


def _table() -> dict[str, object]:
    rules = [
        {"name": rule.name, "type": rule.type, "view": rule.view, "capitals": rule.capitals, "needs": rule.needs,
         "each": rule.each, "cued": rule.cued, "pattern": rule.source, "why": rule.why}
        for rule in all_rules()
    ]
    return {
        "version": RULES_VERSION,
        "rules": rules,
        "again": AGAIN,
        "words": _words(),
        "lookalikes": LOOKALIKES,
        "hidden": _ranges(is_hidden),
        "marks": _ranges(is_mark),
        "spaces": [code for code in range(sys.maxunicode + 1) if chr(code).isspace()],
        "zeros": [code for code in range(128, sys.maxunicode + 1) if unicodedata.decimal(chr(code), -1) == 0],
    }


def _words() -> dict[str, object]:
    return {
        "accented": {"roles": _by_role(accented().roles), "phrases": _by_role(_entries(accented()))},
        "unaccented": {"roles": _by_role(unaccented().roles), "phrases": _by_role(_own_entries())},
        "tones": OLD_TONES, "signs": SIGNS, "kept": "".join(sorted(KEPT)), "short": sorted(SHORT),
        "width": WIDTH, "window": WINDOW, "longest": LONGEST_NAME,
    }


def _by_role(roles: dict[str, str]) -> dict[str, str]:
    """`{"k-": "anh trai,chị gái"}`: shorter on the way than a role for each entry."""
    found: dict[str, list[str]] = {}
    for entry, role in roles.items():
        found.setdefault(role, []).append(entry)
    return {role: ",".join(entries) for role, entries in found.items()}


def _entries(words: Words) -> dict[str, str]:
    return {" ".join((first, *rest)): roles for first, phrases in words.phrases.items() for rest, roles in phrases}


def _own_entries() -> dict[str, str]:
    """The phrases without marks that do not follow from those with marks; the browser works out the others itself."""
    follow = {" ".join(entry): f"{role}-" for entry, role in accented_before().items()}
    return {entry: roles for entry, roles in _entries(unaccented()).items() if follow.get(entry) != roles}


def _ranges(holds: Callable[[str], bool]) -> list[int]:
    """The code points for which `holds`, as first, last, first, last ..."""
    ranges: list[int] = []
    inside = False
    for code in range(sys.maxunicode + 1):
        if holds(chr(code)) is not inside:
            ranges.append(code if not inside else code - 1)
            inside = not inside
    return [*ranges, sys.maxunicode] if inside else ranges
