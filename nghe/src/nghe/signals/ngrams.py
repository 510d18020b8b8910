"""Words and runs of words of notes and press items, counted once an item.

Syllables are kept with their marks, lower case, composed; a run of one to four never crosses a punctuation mark, and neither
begins nor ends with a function word. What was capitalised stays known, since a proper name must pass the person filter
(`persons`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

LONGEST = 4
TOKEN = re.compile(r"[^\W_]+(?:[.,](?=\d)\d+)?|(?!(?<=\w)-(?=\w))[^\w\s]")
_FUNCTION = """
à ạ ai anh bà bao bằng bên bị bởi các cả cái cần càng có còn con của cũng chỉ cho chưa cùng cứ chị đã đang đó được đến để đều do
dù dưới đây đầu gần gì giữa hay hoặc hơn họ khi không khác kể là lại lên làm lúc mà mới mình mỗi một mọi mức nào này nên nếu ngay
nhất những nhiều như nhưng nhằm nơi nay năm ngày ngoài nhau nhé ở ông phải qua quá ra rất rằng rồi sau sẽ sao số sự ta tại theo
thêm thì trên trong trước từ từng tới tự tuy vẫn và vào vì việc với vừa về vụ xuống xong người cô em chú bác hai ba bốn bảy tám
chín mười tháng giờ phút tuần quý nhân thấy nói biết muốn thể tin theo hôm qua nay sáng chiều tối trưa thứ nhật trở đi tiếp tục
hiện nhưng tôi chúng đồng tỷ triệu nghìn trăm the of and to in a for on at is by with from as it that be this an are was
"""
FUNCTION = frozenset(_FUNCTION.split())
FOREIGN = re.compile(r"[a-z]{5,}|[a-z]+\d+")
PURE = re.compile(r"[\d.,]+")


@dataclass(frozen=True, slots=True)
class Gram:
    """One run of words in an item: the words, as written, and whether every one of them began with a capital."""

    words: str
    written: str
    capital: bool
    start: int
    end: int
    opens: bool
    """It stands at the beginning of a sentence, where a capital says nothing."""


def grams(text: str) -> Iterator[Gram]:
    """Every run of one to four words of an item."""
    text = unicodedata.normalize("NFC", text)
    piece: list[re.Match[str]] = []
    opening = True
    for match in [*TOKEN.finditer(text), None]:
        if match is not None and match.group()[0].isalnum():
            piece.append(match)
            continue
        if piece:
            yield from _runs(piece, text, opening)
            opening = False
        if match is not None and match.group() in ".!?:;…\"“”()–|":
            opening = True
        piece = []


def _runs(piece: list[re.Match[str]], text: str, opening: bool) -> Iterator[Gram]:
    plain = [match.group().lower() for match in piece]
    capital = [match.group()[0].isupper() for match in piece]
    loose = [word in FUNCTION for word in plain]
    number = [bool(PURE.fullmatch(word)) for word in plain]
    for first in range(len(piece)):
        if loose[first]:
            continue
        for last in range(first, min(first + LONGEST, len(piece))):
            if loose[last] or (last == first and not _stands_alone(plain[first])) or all(number[first : last + 1]):
                continue
            start, end = piece[first].start(), piece[last].end()
            yield Gram(" ".join(plain[first : last + 1]), text[start:end], all(capital[first : last + 1]), start, end,
                       opening and first == 0)


def _stands_alone(word: str) -> bool:
    """A syllable says little; a foreign word or a sign (`mosul`, `g20`) says enough alone."""
    return bool(FOREIGN.fullmatch(word))
