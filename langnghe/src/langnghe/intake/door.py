"""The door: the only place where text that has not been scrubbed exists (contract 4). Nothing here is stored or logged."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from langnghe.common.errors import Refusal
from langnghe.intake.models import DoorCount
from langnghe.network.models import Unit
from nghe.privacy import RULES_VERSION, Hit, find, know, scrub
from nghe.text.fold import fold, nfc

VERSION = f"nghe.privacy {RULES_VERSION}"


@dataclass(frozen=True, slots=True)
class Passed:
    """Text that the door let through, how often it had to mask which type, and how many public names it let stand."""

    text: str
    masked: dict[str, int]
    cleared: int = 0


def pass_text(
    text: str, *, mask: bool = False, public: Iterable[str] = (), clear: bool = False, around: Iterable[str] = (),
) -> Passed:
    """Let clean text through; with `mask`, let it through with `[TYPE]` in place of each hit.

    `around` holds what is called like a person where the text was heard (streets, schools, places): those names stand where
    nobody is addressed by them. `public` holds folded names of the office's list of public cases; with `clear` those names
    stand. Structured hits never do.
    Raises Refusal `door.personal_data` with places (code points of the NFC form of what was given) and types of the hits,
    never their words; `public` in it says which could be cleared.
    """
    plain = unicodedata.normalize("NFC", text)
    known = frozenset(public)
    here = know(places=around)
    hits = find(plain, here)
    standing = [hit for hit in hits if clear and is_public(plain, hit, known)]
    hits = [hit for hit in hits if hit not in standing]
    clean = nfc(plain).strip()
    if not hits:
        return Passed(clean, {}, len(standing))
    if mask:
        return Passed(scrub(clean, here).text, dict(Counter(hit.type for hit in hits)))
    raise Refusal(
        "door.personal_data",
        _("The note holds personal data and was not kept."),
        todo=_("Take the marked words out, or put “a resident” in their place, and save again."),
        details=[describe(hit, public=is_public(plain, hit, known)) for hit in hits],
    )


def is_public(text: str, hit: Hit, known: frozenset[str]) -> bool:
    return hit.type == "PERSON" and fold(text[hit.start:hit.end]) in known


def describe(hit: Hit, *, public: bool) -> dict[str, Any]:
    return {"start": hit.start, "end": hit.end, "type": hit.type, "public": public}


def without_personal_data(words: str) -> str:
    """Short words of a person's own making (the name of a file) with `[TYPE]` in place of each hit."""
    return scrub(nfc(words)).text


def count_hits(unit: Unit, types: Counter[str] | dict[str, int], *, on: dt.date) -> None:
    """Keep how many, never what."""
    for kind, number in types.items():
        row, _made = DoorCount.objects.get_or_create(unit=unit, day=on, type=kind)
        DoorCount.objects.filter(pk=row.pk).update(hits=F("hits") + number)
