"""The word lists as roles: what a word may be in a name, before a name, after a name.

The lists are in `people.toml`, `cues.toml`, `things.toml` and `places.toml`.
A role is one letter, so that a text becomes a string of roles (`words.py`) on which the rules for names are ordinary patterns:

- in a name: `S` surname, `W` surname and a word, `T`, `V` the same and a given name too, `M` văn, thị
  (`m` in text without marks), `G` given name,
  `g` syllable that is a word as well, `n` syllable of a minority name, `Y` the Y of Y Moan, `A` H'Hen and the like, `-` none
- before a name: `k` anh, chị; `r` ông, bà; `K` more than one; `q` con, mẹ; `t` title, `b` named, `B` who: ..., `p` meet, call,
  `c` of, for; `y` the house of; `g` where one goes; `n` a name that is hardly a word;
  `o` thing, `u` unit, `f` between a thing and its name, `h` no person, `a` and, `l` at, `d` and `D` ordinals,
  `i` is, `m` many, `s` number; `P` place, `H` history, `J` group
- after a name: `w` says, `v` another verb or place, `n` a nickname, `e` what is counted, `-` none
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from nghe.privacy.view import bare_char

HERE = Path(__file__).parent
LISTS = ("people.toml", "cues.toml", "things.toml")
BEFORE = {
    "named": "b", "label": "B", "young": "k", "kin": "r", "several": "K", "ordinal": "d", "ordinal_too": "D", "kin_too": "q",
    "title": "t", "be": "i", "many": "m", "number": "s", "meets": "p", "and": "a", "asks": "c", "home": "y", "unit": "u",
    "thing": "o", "filler": "f", "generic": "h", "at": "l", "proper": "J", "goes": "g",
}
"""The lists of `cues.toml` and `things.toml` and their letters; of an entry in two lists the earlier stands."""
AFTER = {"nick": "n", "speaks": "w", "says": "v", "counted": "e"}
OLD_TONES = dict(zip(
    ("oà", "oá", "oả", "oã", "oạ", "oè", "oé", "oẻ", "oẽ", "oẹ", "uỳ", "uý", "uỷ", "uỹ", "uỵ"),
    ("òa", "óa", "ỏa", "õa", "ọa", "òe", "óe", "ỏe", "õe", "ọe", "ùy", "úy", "ủy", "ũy", "ụy"), strict=True,
))
NONE = "---"


@dataclass(frozen=True, slots=True)
class Words:
    """`roles`: three letters of a word (in, before, after); `phrases`: by first word, the longest first, with two letters."""

    roles: dict[str, str]
    phrases: dict[str, tuple[tuple[tuple[str, ...], str], ...]]


def key(word: str) -> str:
    """The word as the lists have it: lower case, the tone mark where the newer spelling puts it (`hoà` → `hòa`)."""
    word = word.lower()
    newer = OLD_TONES.get(word[-2:])
    return word if newer is None else word[:-2] + newer


def plain(word: str) -> str:
    """The word without marks, lower case."""
    return "".join(map(bare_char, word)).lower()


@cache
def accented() -> Words:
    """The lists for text with marks."""
    lists = _lists()
    names = _name_roles(lists)
    before = _entries((BEFORE[name], _commas(lists[section][name])) for section, name in _places(BEFORE, lists))
    after = _entries((AFTER[name], _commas(lists["cues"][name])) for name in AFTER)
    for name in _blanks(lists["given"]["named"]):
        before.setdefault((name,), "n")
    before.update(dict.fromkeys(_commas(_named()["places"]), "P"))
    before.update(dict.fromkeys(_commas(_named()["history"]), "H"))
    return _words(names, before, after)


@cache
def unaccented() -> Words:
    """The lists for text without marks, where most short words mean too many things to count as a cue."""
    lists = _lists()
    own = lists["plain"]
    names = {plain(name): "g" for name, role in _name_roles(lists).items() if role in "GTV"}
    names |= dict.fromkeys(own["minority"].split(), "n") | dict.fromkeys(own["given"].split(), "g")
    names |= dict.fromkeys(own["alone"].split(), "V")
    alone, weak = set(own["alone"].split()), set(own["weak"].split())
    names |= {name: ("VW" if name in weak else "TS")[name not in alone] for name in own["surnames"].split()}
    names |= {"van": "m", "thi": "m", "a": "m", "y": "Y"}
    before = {entry: role for entry, role in accented_before().items() if len(entry) > 1}
    before |= {(word,): "d" for word in own["ordinal"].split()}
    before |= {(word,): "q" for word in own["too"].split()} | {(own["home"],): "y"} | dict.fromkeys(_commas(own["and"]), "a")
    before |= {(word,): "r" for word in own["elder"].split()}
    before |= {(word,): "k" for word in own["kin"].split()} | dict.fromkeys(_commas(own["cues"]), "b")
    before |= dict.fromkeys(_commas(own["meets"]), "p")
    before |= dict.fromkeys(_commas(lists["others"]["generic_plain"]), "h")
    after = {tuple(map(plain, entry)): AFTER[name] for name in ("says", "speaks") for entry in _commas(lists["cues"][name])}
    after = dict.fromkeys(_commas(lists["cues"]["says_plain"]), "v") | after
    counted = [tuple(map(plain, entry)) for entry in _commas(lists["cues"]["counted"])]
    after = {entry: "e" for entry in counted if entry[0] not in names} | after
    after |= dict.fromkeys(_commas(own["nick"]), "n")
    return _words(names, before, after)


def accented_before() -> dict[tuple[str, ...], str]:
    """Every phrase before a name, of several words, without marks; a phrase that is two things with marks is neither."""
    roles: dict[tuple[str, ...], set[str]] = {}
    for first, phrases in accented().phrases.items():
        for rest, role in phrases:
            entry = tuple(plain(word) for word in (first, *rest))
            roles.setdefault(entry, set()).add(role[0])
    return {entry: found.pop() for entry, found in roles.items() if len(found) == 1}


def _words(names: dict[str, str], before: dict[tuple[str, ...], str], after: dict[tuple[str, ...], str]) -> Words:
    roles: dict[str, str] = {}
    phrases: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for entry in sorted({(name,) for name in names} | before.keys() | after.keys()):
        two = before.get(entry, "-") + after.get(entry, "-")
        if len(entry) == 1:
            roles[entry[0]] = names.get(entry[0], "-") + two
        else:
            phrases.setdefault(entry[0], []).append((entry[1:], two))
    by_length = {first: tuple(sorted(found, key=lambda row: (-len(row[0]), row))) for first, found in sorted(phrases.items())}
    return Words(roles, by_length)


def _name_roles(lists: dict[str, Any]) -> dict[str, str]:
    surnames, given = lists["surnames"], lists["given"]
    roles = dict.fromkeys(_blanks(given["minority"]), "n") | dict.fromkeys(_blanks(given["also"]), "g")
    roles |= dict.fromkeys(_blanks(given["sure"]), "G")
    named = set(roles)
    roles |= {name: "T" if name in named else "S" for name in _blanks(surnames["sure"])}
    roles |= {name: "V" if name in named else "W" for name in _blanks(surnames["weak"])}
    return roles | {"văn": "M", "thị": "M", "y": "Y"}


def _places(wanted: dict[str, str], lists: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name in wanted:
        yield next((section, name) for section in ("cues", "things", "others") if name in lists[section])


def _entries(rows: Any) -> dict[tuple[str, ...], str]:
    """Of an entry in two lists the earlier list stands."""
    roles: dict[tuple[str, ...], str] = {}
    for role, entries in rows:
        for entry in entries:
            roles.setdefault(entry, role)
    return roles


def _blanks(words: str) -> list[str]:
    return [key(unicodedata.normalize("NFC", word)) for word in words.split()]


def _commas(entries: str) -> list[tuple[str, ...]]:
    return [tuple(_blanks(entry)) for entry in re.split(r"[,\n]", entries) if entry.strip()]


@cache
def _lists() -> dict[str, Any]:
    lists: dict[str, Any] = {}
    for name in LISTS:
        lists |= tomllib.loads((HERE / name).read_text(encoding="utf-8"))
    return lists


@cache
def _named() -> dict[str, Any]:
    return tomllib.loads((HERE / "places.toml").read_text(encoding="utf-8"))
