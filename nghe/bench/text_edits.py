"""Eight kinds of edit that a note goes through when it is told again, for measuring how many copies are found."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np

from nghe.text.fold import fold

SHORT = {"không": "ko", "được": "dc", "với": "vs", "nhiều": "nhìu", "rồi": "r", "quá": "wá", "gì": "j", "vậy": "z", "biết": "bít",
         "người": "ng", "nước": "nc", "trước": "trc", "giáo viên": "gv", "sinh viên": "sv", "cũng": "cx", "thôi": "thui"}
BEFORE = ("Theo bà con phản ánh, ", "Dạ em xin góp ý là ", "Nghe nói ", "Ý kiến của dân: ")
AFTER = (" Mong cấp trên xem xét.", " Đề nghị trả lời sớm ạ.", " Xin cảm ơn.", " Bà con nói vậy đó.")
LETTERS = "abcdeghiklmnopqrstuvxy"
Edit = Callable[[str, np.random.Generator], str]


def case(text: str, rng: np.random.Generator) -> str:
    return text.upper() if rng.random() < 0.5 else text.title()


def unmarked(text: str, _rng: np.random.Generator) -> str:
    return fold(text)


def typos(text: str, rng: np.random.Generator) -> str:
    """6 % of the characters: one dropped, doubled, replaced or swapped with the next."""
    out = list(text)
    for at in sorted(rng.choice(len(out), size=max(1, round(0.06 * len(out))), replace=False).tolist(), reverse=True):
        kind = rng.integers(4)
        letter = LETTERS[rng.integers(len(LETTERS))]
        out[at:at + 1] = [[], [out[at], out[at]], [letter], [letter, out[at]]][kind]
    return "".join(out)


def teencode(text: str, _rng: np.random.Generator) -> str:
    for word, short in SHORT.items():
        text = re.sub(rf"\b{word}\b", short, text)
    return text


def framed(text: str, rng: np.random.Generator) -> str:
    """A phrase before or after it: as long as half the note at most, so that the note stays most of what is said."""
    phrase = str(rng.choice(BEFORE)) + text if rng.random() < 0.5 else text + str(rng.choice(AFTER))
    return phrase if len(phrase) <= 1.5 * len(text) else text + " ạ"


def swapped(text: str, _rng: np.random.Generator) -> str:
    """Its two halves change places, at a comma where there is one."""
    parts = re.split(r"\s*,\s*", text, maxsplit=1)
    if len(parts) < 2:
        words = text.split()
        parts = [" ".join(words[:len(words) // 2]), " ".join(words[len(words) // 2:])]
    return f"{parts[1]} , {parts[0]}"


def cut(text: str, _rng: np.random.Generator) -> str:
    return text[:max(4, round(0.7 * len(text)))]


def dropped(text: str, rng: np.random.Generator) -> str:
    """15 % of the words left out."""
    words = text.split()
    gone = set(rng.choice(len(words), size=max(1, round(0.15 * len(words))), replace=False).tolist())
    return " ".join(word for at, word in enumerate(words) if at not in gone) or text


EDITS: dict[str, Edit] = {"case": case, "unmarked": unmarked, "typos": typos, "teencode": teencode, "framed": framed,
                          "swapped": swapped, "cut": cut, "dropped": dropped}
