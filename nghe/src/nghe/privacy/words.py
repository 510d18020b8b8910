"""A text as a string of roles: one word in six letters, so that rules for names are patterns.

The letters: a blank, shape, role in a name, role before, role after (`lexicon.py`), `x` inside the name of a thing. “Bà Lò Thị
Pản kể” → ` C-r-- CV--- CM--- Cn--- l--w-`. Shapes: `C` Capitalised, `U` CAPITALS, `I` one capital, `l` lower case (and every
word of a text that is all capitals), `z` a phrase, `m` letters with digits, `0` digits; signs stand for themselves or are `*`.
Python and the browser (`words.js`) need nothing but this view and their regular expressions. Time is linear in the length.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from itertools import accumulate

from nghe.privacy.lexicon import NONE, Words, accented, key, unaccented
from nghe.privacy.view import View
from nghe.text.fold import is_hidden

WORD = re.compile("[0-9A-Za-z]+(?:['’ʼ`´][0-9A-Za-z]+)*|\n|[^ ]", re.ASCII)
SIGNS = {"\n": "!", "–": "-", "—": "-", "“": '"', "”": '"', "«": '"', "»": '"', "?": "!", ";": "!", "[": "(", "]": ")"}
KEPT = frozenset("!.,:()-\"/&@+'")
SHORT = frozenset(["tr", "th", "ph", "ng", "nh", "kh", "gi", "qu", "ch"])
"""First letters that initials keep together: “Tr. V. Ph.”."""
WINDOW = 8
"""So many words to each side say whether marks or capitals mean anything here."""
WIDTH = 6
LONGEST_NAME = 5
"""A named thing takes at most so many capitalised words."""
SURNAMES = "SWTV"
GIVEN = "GTV"
INITIALS = "ahpq"
THI = ("thị", "thi")
MIDDLE = ("thị", "thi", "văn", "van")
LETTERS = "SWTVMmGgnY"


@dataclass(slots=True)
class Word:
    """One word or sign: its stretch in the bare view, shape, key in the lists, and roles; `hasty`: among words without marks."""

    start: int
    end: int
    shape: str
    key: str
    marks: bool = False
    roles: str = NONE
    state: str = "-"
    hasty: bool = False


def words_view(bare: View, text: str) -> View:
    """The view `words` of a text, made from its bare view."""
    words = read_words(bare, text)
    letters, places, ends = [], [], []
    for word in words:
        letters.append(f" {word.shape}{word.roles}{word.state}")
        places += [bare.places[word.start]] * WIDTH
        ends += [bare.places[word.end - 1]] * WIDTH
    return View("".join(letters), places, ends)


def read_words(bare: View, text: str) -> list[Word]:
    """The words and signs of a text with their roles; places are those of the bare view."""
    words = [_word(found, bare, text) for found in WORD.finditer(bare.text)]
    _quiet_capitals(words)
    words = _give_roles(words, _unmarked(words), bare)
    _mark_things(words)
    return words


def _word(found: re.Match[str], bare: View, text: str) -> Word:
    start, end = found.span()
    plain = found.group()
    first = plain[0]
    if not (first.isascii() and first.isalnum()):
        sign = SIGNS.get(plain, plain)
        return Word(start, end, sign if sign in KEPT else "*", "")
    if plain.isdigit():
        return Word(start, end, "0", plain)
    if not plain.isalpha() and any("0" <= char <= "9" for char in plain):
        return Word(start, end, "m", plain.lower())
    own = text[bare.places[start] : bare.places[end - 1] + 1]
    if len(own) != end - start:
        own = unicodedata.normalize("NFC", "".join(char for char in own if not is_hidden(char)))
    shape = "l"
    if first.isupper():
        shape = "I" if end - start == 1 or plain.lower() in SHORT else "U" if plain.isupper() else "C"
    return Word(start, end, shape, key(own) if own != plain else plain.lower(), own != plain)


def _quiet_capitals(words: list[Word]) -> None:
    """Where nearly all words are in capitals, capitals say nothing: the words count as lower case."""
    loud, small = _sums(words, lambda word: word.shape == "U"), _sums(words, lambda word: word.shape in "lC")
    if not loud[-1]:
        return
    for at, word in enumerate(words):
        low, high = max(0, at - WINDOW), min(len(words), at + WINDOW + 1)
        capitals = loud[high] - loud[low]
        if word.shape in "UI" and capitals >= 4 and (small[high] - small[low]) * 6 < capitals:
            word.shape = "l"


def _unmarked(words: list[Word]) -> list[bool]:
    """For each word, whether it stands in text typed without marks."""
    marked, letters = _sums(words, lambda word: word.marks), _sums(words, lambda word: word.shape in "lCUI")
    bounds = [(max(0, at - WINDOW), min(len(words), at + WINDOW + 1)) for at in range(len(words))]
    return [(marked[high] - marked[low]) * 6 < letters[high] - letters[low] for low, high in bounds]


def _sums(words: list[Word], holds: Callable[[Word], bool]) -> list[int]:
    return list(accumulate((holds(word) for word in words), initial=0))


def _give_roles(words: list[Word], unmarked: list[bool], bare: View) -> list[Word]:
    """Words with their roles; a phrase becomes one word."""
    with_marks, without = accented(), unaccented()
    given: list[Word] = []
    at = 0
    while at < len(words):
        word = words[at]
        word.hasty = unmarked[at]
        if word.shape not in "lCUI":
            given.append(word)
            at += 1
            continue
        lists = without if word.hasty else with_marks
        length, roles = _phrase(words, at, lists, given, marked=not word.hasty)
        if length:
            last = words[at + length - 1]
            shape = word.shape if roles[0] in "PH" else "z"
            first = _of_phrase(roles[0], lists.roles.get(word.key, NONE)[0], lists.roles.get(last.key, NONE)[0])
            given.append(Word(word.start, last.end, shape, "", roles=first + roles))
            at += length
            continue
        word.roles = lists.roles.get(word.key, NONE)
        if word.roles[0] == "-" and not word.marks and word.shape in "CU":
            word.roles = without.roles.get(word.key, NONE)[0] + word.roles[1:]
        if "'" in bare.text[word.start : word.end] and word.shape == "C" and bare.text[word.start] in "HKY":
            word.roles = "A" + word.roles[1:] if word.roles[1] != "J" else word.roles
        elif word.shape == "I" and word.key in INITIALS:
            word.roles = _initial(word, words[at + 1 : at + 2])
        elif word.shape == "C" and _is_before_thi(word, given, words[at + 1 : at + 3]):
            word.roles = "S-" + word.roles[2]
        elif word.shape in "CUl" and word.roles[1] in "ouJfP" and _is_in_name(word, given, words[at + 1 : at + 2]):
            word.roles = word.roles[0] + "-" + word.roles[2]
        given.append(word)
        at += 1
    return given


def _of_phrase(role: str, first: str, last: str) -> str:
    """What a known name may be besides: that of a person of today, with a surname (`S`) or without (`G`: “Hòa Bình”)."""
    if role == "H" and first in SURNAMES:
        return "S"
    return "G" if role == "P" and first in GIVEN + "g" and last in GIVEN else "-"


def _initial(word: Word, after: list[Word]) -> str:
    """`A` of Giàng A Páo and of Ba Na names, `H` of H Blui; P., Q. and H. of a place want their stop or a number."""
    if word.key == "a":
        return "g--"
    if after and after[0].shape in ".0":
        return word.roles
    return "Y--" if word.key == "h" and after and after[0].shape == "C" else NONE


def _is_before_thi(word: Word, before: list[Word], after: list[Word]) -> bool:
    """A capitalised word, a capitalised “Thị” and another: a woman's name, whatever her surname."""
    if len(after) < 2 or after[0].key not in THI or after[0].shape != "C" or after[1].shape != "C":
        return False
    role = before[-1].roles[1] if before else "-"
    if word.roles[1] in "krKq" and (word.roles[0] not in SURNAMES or not before or before[-1].shape == "."):
        return False
    return word.roles[1] not in "ouf" or role in "krqtbBpc"


def _is_in_name(word: Word, before: list[Word], after: list[Word]) -> bool:
    """Whether a capitalised word that could be a thing's (“Đình”, “Khoa”, “Vinh”, “Đức”) is a name's here."""
    last = before[-1] if before else None
    capital = bool(after) and after[0].shape == "C"
    if word.roles[1] == "J" and word.roles[0] != "-" and capital and accented().roles.get(after[0].key, NONE)[0] in "GgnMTV":
        return True
    if last and last.roles[1] in "krq" and word.shape == "C" and word.roles[1] in "ou" and not capital:
        return True
    if last and last.shape == "." and len(before) > 1 and before[-2].shape == "I":
        return word.roles[0] != "-"
    if last and len(before) > 1 and word.shape == "C" and word.roles[0] in "GTVg" and (last.shape == "," or last.roles[1] == "a"):
        other = before[-2]
        if other.shape == "C" and other.roles[0] in GIVEN and other.roles[1] in "-n":
            return True
    if word.roles[0] == "-":
        return word.shape == "C" and word.roles[1] == "o" and last is not None and last.shape == "C" and last.roles[0] != "-"
    if word.shape == "l":
        return word.roles[1] == "P"
    if last and last.shape == "C" and len(before) > 1 and before[-2].roles[1] in "krq":
        return True
    if last and (last.roles[1] in "krKqtbB" or (last.shape in "CUI" and last.roles[0] != "-")):
        return True
    if word.roles[1] in "ou" and last is None:
        return word.roles[0] in SURNAMES and bool(after) and accented().roles.get(after[0].key, NONE)[0] == "M"
    return word.roles[0] in SURNAMES and word.roles[1] not in "PJ"


def _phrase(words: list[Word], at: int, lists: Words, before: list[Word], *, marked: bool) -> tuple[int, str]:
    for rest, roles in lists.phrases.get(words[at].key, ()):
        end = at + 1 + len(rest)
        if end > len(words):
            continue
        others = words[at + 1 : end]
        if tuple(word.key for word in others) != rest:
            continue
        if _is_phrase(words[at], others, roles[0], words[end : end + 1], before, marked=marked):
            return end - at, roles
    return 0, NONE


def _is_phrase(
    first: Word, others: list[Word], role: str, after: list[Word], before: list[Word], *, marked: bool,
) -> bool:
    """Names are capitalised throughout or not at all; what is no name begins with a capital at most."""
    small = all(word.shape == "l" for word in others)
    addressed = first.shape == "l" and accented().roles.get(first.key, NONE)[1] in "krq"
    if role not in "PH":
        if role == "h" and before and _is_called(before[-1], first):
            return False
        return small or (role in "tuobB" and all(word.shape in "lCU" for word in others))
    if small and first.shape == "l":
        return marked and not addressed
    if (first.shape not in "CUI" and not addressed) or any(word.shape not in "CUI" for word in others):
        return False
    if others[-1].key in MIDDLE and after and after[0].shape == "C":
        return False
    last = before[-1] if before else None
    if len(others) == 1 and last and last.shape in "CU" and last.roles[0] != "-" and last.roles[1] in "-dDn":
        return False
    return not (after and after[0].shape == "C" and after[0].roles[1] != "o" and _goes_on(after[0]))


def _is_called(last: Word, first: Word) -> bool:
    """Whether a word that opens an everyday phrase is the name of whom the word before addresses: “Thằng Đông con nhà ai”."""
    if last.shape == "l" and last.roles[0] in "STM":
        return True
    return last.roles[1] in "krq" and first.shape == "C" and accented().roles.get(first.key, NONE)[0] in GIVEN


def _goes_on(word: Word) -> bool:
    return accented().roles.get(word.key, NONE)[0] in "GgnM"


def _mark_things(words: list[Word]) -> None:
    """`x` on every word of the name after “đường”, “trường”, “xã”; what is in one is no person."""
    at = 0
    while at < len(words):
        word = words[at]
        if word.roles[1] not in "ou" or not _is_cue(words, at):
            at += 1
            continue
        start = at + 1
        while start < len(words) and start <= at + 4 and _fills(words[start]):
            start += 1
        end = _mark(words, start)
        while start < end < len(words) - 1 and _joins(words[end]):
            start, last = end + 1, end
            end = _mark(words, start, pair=words[last].shape not in "-/")
        at = max(end, at + 1)


def _is_cue(words: list[Word], at: int) -> bool:
    """A cue after a name's word belongs to the name: “Nguyễn Văn Trường”."""
    word = words[at]
    before = words[at - 1] if at else None
    if before is None or word.roles[0] == "-":
        return True
    if word.shape not in "CU":
        return before.shape != "l" or before.roles[0] not in "STWVM"
    return before.shape not in "CI" and before.roles[1] not in "krqtb"


def _fills(word: Word) -> bool:
    if word.shape in "U0":
        return word.roles[0] == "-" or word.roles[1] in "fous"
    return (word.roles[1] in "fous" and word.shape not in "CI") or word.shape == '"'


def _joins(word: Word) -> bool:
    return word.shape in "-/," or word.roles[1] == "a"


def _mark(words: list[Word], start: int, *, pair: bool = False) -> int:
    """Mark a run of capitalised words, or a name in lower case; answer its end. With `pair` only a known name or two words."""
    end = start
    limit = min(len(words), start + LONGEST_NAME)
    if start < len(words) and words[start].shape == "l":
        if words[start].roles[0] in SURNAMES and not pair:
            while end < limit and words[end].shape == "l" and words[end].roles[0] in LETTERS and words[end].roles[1] not in "kr":
                end += 1
        if end - start < 2:
            return start
    else:
        while end < limit and words[end].shape in "CUI0m" and (words[end].roles[1] not in "krt" or end == start):
            end += 1
        if pair and not (end - start == 2 or (end - start == 1 and words[start].roles[1] in "PH")):
            return start
    for word in words[start:end]:
        word.state = "x"
    return end
