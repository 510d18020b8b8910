"""The door: the only place where text that has not been scrubbed exists (contract 4). Nothing here is stored or logged."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from django.utils.translation import gettext as _

from langnghe.common.errors import Refusal
from langnghe.intake.models import DoorCount
from langnghe.network.models import Unit
from nghe.privacy import RULES_VERSION, find, scrub
from nghe.text.fold import nfc

VERSION = f"nghe.privacy {RULES_VERSION}"


@dataclass(frozen=True, slots=True)
class Passed:
    """Text that the door let through, and how often it had to mask which type."""

    text: str
    masked: dict[str, int]


def pass_text(text: str, *, mask: bool = False) -> Passed:
    """Let clean text through; with `mask`, let it through with `[TYPE]` in place of each hit.

    Raises Refusal `door.personal_data` with the places and types of the hits, never their words.
    """
    clean = nfc(text).strip()
    hits = find(clean)
    if not hits:
        return Passed(clean, {})
    if mask:
        return Passed(scrub(clean).text, dict(Counter(hit.type for hit in hits)))
    raise Refusal(
        "door.personal_data",
        _("The note holds personal data and was not kept."),
        todo=_("Take the marked words out, or put “a resident” in their place, and save again."),
        details=[{"start": hit.start, "end": hit.end, "type": hit.type} for hit in hits],
    )


def count_hits(unit: Unit, types: Counter[str] | dict[str, int], *, on: dt.date) -> None:
    """Keep how many, never what."""
    for kind, number in types.items():
        row, _made = DoorCount.objects.get_or_create(unit=unit, day=on, type=kind)
        row.hits += number
        row.save(update_fields=["hits"])
