"""Whether two texts that look alike tell the same: one is found in the other, up to typing errors, words left out and a frame.

Short notes on one matter share their formulas (“giảng viên nhiệt tình”, “nước máy đục”), and so their 4-grams, and yet say
different things. In a retelling nearly every word of the shorter text stands in the longer one, in order, with few words between;
halves that changed places count as in order (the longer text is read twice over). A word put in the place of another, a “không”
that only one has, or another number makes another telling.

Distances are counted on whole machine words (Myers, Journal of the ACM 46, 1999; the longest common subsequence by Hyyrö, 2004):
a pair takes a tenth of a millisecond.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

LEAST_OF_THE_LONGER = 0.66
"""The shorter text is at least this long beside the longer one, in letters: more left out or put before is another telling."""
ERRORS = 0.11
"""Of the letters of the shorter text may be wrong, missing or too many, as typing errors are."""
OTHER_WORDS = 0.01
"""Of the words of the shorter text may be missing from the longer one (one letter may differ): in effect none."""
BETWEEN = 0.29
"""For each word of the shorter text, words of the longer one that stand between: two words of nine left out."""
NEGATIONS = ("khong", "chua", "chang")
LONGEST = 2_000
"""Letters from which chance likeness is no danger; the 4-grams alone decide there."""


def tells_the_same(one: str, other: str) -> bool:
    """Whether two forms (folded, letters and digits, as of `nghe.text.minhash.form`) are retellings of each other."""
    short, long = sorted((one, other), key=_letters)
    if not 0 < _letters(long) <= LONGEST:
        return True
    if _letters(short) < LEAST_OF_THE_LONGER * _letters(long):
        return False
    own, twice = short.split(), long.split() * 2
    places = _places_of_words(own, twice)
    end, off = _nearest(len(own), twice, places)
    letters = "".join(own)
    _, wrong = _nearest(len(letters), "".join(twice), _places(letters))
    close = off <= BETWEEN * len(own) and _in_order(len(own), twice, places) >= (1 - OTHER_WORDS) * len(own)
    if not close and wrong > ERRORS * len(letters):
        return False
    window = _window(own, twice, end)
    return not _denies(own, window, words=off, letters=wrong) and not _other_numbers(own, window)


def _letters(form: str) -> int:
    return len(form) - form.count(" ")


def _denies(own: Sequence[str], window: Sequence[str], *, words: int, letters: int) -> bool:
    """Whether one of two texts that lie beside each other, so many words and letters apart, denies what the other says.

    A “không” among other words that were left out or mistyped is left out like they are; alone it is a denial.
    """
    denied, in_letters = 0, 0
    for negation in NEGATIONS:
        here, there = (sum(word == negation for word in side) for side in (own, window))
        if here != there and (here > _alike(negation, window) or there > _alike(negation, own)):
            denied += abs(here - there)
            in_letters += len(negation) * abs(here - there)
    return denied > 0 and words <= denied + 1 and letters <= in_letters + 2


def _alike(wanted: str, words: Iterable[str]) -> int:
    """How many of the words are the wanted one, mistyped or run together with another."""
    letters = _places(wanted)
    return sum(_one_error(word, wanted) or (wanted[0] in word and _in_order(len(wanted), word, letters) >= len(wanted) - 1)
               for word in words)


def _other_numbers(own: Sequence[str], window: Sequence[str]) -> bool:
    """Whether each of two texts gives a number that the other does not."""
    numbers, others = (Counter(word for word in words if word.isdigit()) for words in (own, window))
    return bool(numbers - others and others - numbers)


def _window(own: Sequence[str], twice: Sequence[str], end: int) -> Sequence[str]:
    """The part of the longer text, ending before `end`, that the shorter one lies beside."""
    back = twice[:end][::-1]
    length, _ = _nearest(len(own), back, _places_of_words(own[::-1], back))
    return twice[max(0, end - length):end]


def _places(pattern: Sequence[str]) -> dict[str, int]:
    """For each sign of the pattern the bits of its places."""
    found: dict[str, int] = {}
    for at, sign in enumerate(pattern):
        found[sign] = found.get(sign, 0) | (1 << at)
    return found


def _places_of_words(pattern: Sequence[str], words: Iterable[str]) -> dict[str, int]:
    """For each of `words` the places in the pattern where it stands, or a word that one typing error makes of it."""
    exact = _places(pattern)
    found = {}
    for word in set(words):
        bits = exact.get(word, 0)
        if not bits:
            for own, at in exact.items():
                if _one_error(word, own):
                    bits |= at
        found[word] = bits
    return found


@lru_cache(maxsize=200_000)
def _one_error(one: str, other: str) -> bool:
    """Whether two words are equal up to one letter added, lost, changed or swapped with the next; words of two letters never."""
    if one == other:
        return True
    if len(one) > len(other):
        one, other = other, one
    if len(one) < 3 or len(other) - len(one) > 1 or one.isdigit() or other.isdigit():
        return False
    head = 0
    while head < len(one) and one[head] == other[head]:
        head += 1
    tail = 0
    while tail < len(one) - head and one[-1 - tail] == other[-1 - tail]:
        tail += 1
    left = one[head:len(one) - tail], other[head:len(other) - tail]
    return len(left[1]) <= 1 or (len(left[0]) == 2 and left[0] == left[1][::-1])


def _nearest(length: int, text: Sequence[str], places: Mapping[str, int]) -> tuple[int, int]:
    """Where in the text the part ends that is nearest to a pattern of `length` signs, and its edit distance to it."""
    full, top = (1 << length) - 1, 1 << (length - 1)
    up, down, distance = full, 0, length
    best = (0, length)
    for at, sign in enumerate(text, start=1):
        same = places.get(sign, 0)
        diagonal = (((same & up) + up) ^ up) | same
        rise, fall = down | (full & ~(diagonal | up)), up & diagonal
        if rise & top:
            distance += 1
        elif fall & top:
            distance -= 1
        rise, fall = (rise << 1) & full, (fall << 1) & full
        up, down = fall | (full & ~(same | down | rise)), rise & (same | down)
        if distance < best[1]:
            best = (at, distance)
    return best


def _in_order(length: int, text: Sequence[str], places: Mapping[str, int]) -> int:
    """Length of the longest common subsequence of a pattern of `length` signs and the text."""
    full = (1 << length) - 1
    open_places = full
    for sign in text:
        met = open_places & places.get(sign, 0)
        open_places = ((open_places + met) | (open_places - met)) & full
    return length - open_places.bit_count()
