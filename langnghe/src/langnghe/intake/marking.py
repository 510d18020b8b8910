"""Hits quoted and marked for the person who just wrote them; it goes back to her own page and nowhere else."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from langnghe.common.errors import Refusal
from langnghe.intake.phone_words import hit_words
from nghe.text.fold import nfc

BEFORE, AFTER = 24, 12
"""Letters around a hit that are quoted with it."""


def hits_of(refusal: Refusal | None) -> list[dict[str, Any]]:
    return list(refusal.details) if refusal and refusal.code == "door.personal_data" else []


def quote_hits(text: str, refusal: Refusal | None) -> list[SafeString]:
    """Each hit with a few words around it."""
    return [quote(text, hit["start"], hit["end"]) for hit in hits_of(refusal)]


def quote(text: str, start: int, end: int) -> SafeString:
    before = text[max(0, start - BEFORE):start].rpartition("\n")[2]
    after = text[end:end + AFTER].partition("\n")[0]
    return format_html("“{}{}<mark>{}</mark>{}{}”", "… " if start > BEFORE else "", before, text[start:end], after,
                       " …" if end + AFTER < len(text) else "")


def mark_hits(text: str, refusal: Refusal | None) -> SafeString:
    """The whole text with each hit marked."""
    parts, done = [], 0
    for hit in hits_of(refusal):
        parts.append((text[done:hit["start"]], text[hit["start"]:hit["end"]]))
        done = hit["end"]
    return format_html("{}{}", format_html_join("", "{}<mark>{}</mark>", parts), text[done:]) if parts else SafeString("")


def mend(text: str, refusal: Refusal | None) -> dict[str, Any]:
    """The text as one tap makes it: “a resident” for a name, nothing for a number; and how many of what were found."""
    hits = hits_of(refusal)
    parts, done = [], 0
    for hit in hits:
        parts += [text[done:hit["start"]], _("a resident") if hit["type"] == "PERSON" else ""]
        done = hit["end"]
    return {"text": tidy(nfc("".join([*parts, text[done:]]))), "counts": hit_words(Counter(hit["type"] for hit in hits)),
            "clearable": any(hit["public"] for hit in hits)}


def tidy(text: str) -> str:
    """Without the blanks that a number leaves behind."""
    return re.sub(r" +([.,;:!?])", r"\1", re.sub(r" {2,}", " ", text)).rstrip()
