"""What belongs in other hands (R13): abuse, threats, corruption, denunciations. It is shown where to take it, and not kept here.

Patterns see lower-case letters with their marks; they prompt a question, they do not judge. `data/handover.toml` holds them.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from nghe.text.fold import nfc

TABLE = Path(__file__).parent / "data" / "handover.toml"


@dataclass(frozen=True, slots=True)
class Matter:
    """One kind of matter: what tells it, and who takes it, in the order in which to try."""

    code: str
    title: dict[str, str]
    words: tuple[str, ...]
    where: tuple[dict[str, str], ...]

    @property
    def pattern(self) -> re.Pattern[str]:
        return _compiled(self.words)


@cache
def _compiled(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(rf"(?<!\w){word}(?!\w)" for word in words))


@cache
def matters() -> tuple[Matter, ...]:
    data = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    return tuple(
        Matter(row["code"], {"vi": row["vi"], "en": row["en"]}, tuple(row["words"]), tuple(row["where"]))
        for row in data["matter"]
    )


def find_matter(text: str) -> Matter | None:
    """The first kind of matter that the words speak of."""
    plain = nfc(text).lower()
    return next((matter for matter in matters() if matter.pattern.search(plain)), None)
