"""Canaries: invented personal data of every type, to be sent through a system and then searched for wherever it keeps anything.

A test puts `canary.text` through every entrance and looks for `leaks` in tables, logs, indexes, exports, error pages and backups.
All of it is invented; secrets are long and odd enough not to turn up by chance.
"""

from __future__ import annotations

import html
import json
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote

from nghe.privacy.lexicon import plain


@dataclass(frozen=True, slots=True)
class Canary:
    """A sentence and the part of it that must never be kept."""

    type: str
    text: str
    secret: str


def canaries() -> tuple[Canary, ...]:
    """At least one of each type, some of them in disguise."""
    return tuple(Canary(kind, text.replace("#", secret), secret) for kind, text, secret in (
        ("PERSON", "Bà # ở thôn Đông báo mất nước.", "Quách Thị Huyền Xuyến"),
        ("PERSON", "anh # noi nuoc duc", "khuat van quyen"),
        ("PERSON", "Chị # kể giếng cạn.", "H'Nguôr Kbuôr"),
        ("PHONE", "Gọi # để biết thêm.", "0397 418 265"),
        ("PHONE", "Số là # nhé.", "không ba chín bảy bốn một tám hai sáu năm"),
        ("PHONE", "Số là # nhé.", "０３９７４１８２６５"),
        ("NATIONAL_ID", "CCCD # bị sai.", "004197418265"),
        ("EMAIL", "Thư về # giúp tôi.", "xuyen.quach.418265@example.com"),
        ("ADDRESS", "Nhà tôi ở # hay ngập.", "số 418, ngõ 265 đường Kim Đồng"),
        ("PLATE", "Xe # đỗ chắn lối.", "11C-418.26"),
        ("BANK", "Tài khoản # Vietcombank chưa nhận được tiền.", "0041974182653"),
        ("HANDLE", "Tài khoản # đăng tin sai.", "@xuyen.quach.418265"),
        ("URL", "Xem # thì rõ.", "https://example.com/u/418265"),
        ("DOB", "Bà sinh ngày # chưa có trợ cấp.", "14/08/1965"),
        ("OTHER_ID", "Mã số BHXH # bị treo.", "0441826539"),
    ))


def leaks(kept: str | bytes, looked_for: Iterable[Canary] | None = None) -> list[Canary]:
    """The canaries whose secret is in what was kept, however it is written: any case, composed or not, without marks, escaped."""
    text = kept.decode("utf-8", "replace") if isinstance(kept, bytes) else kept
    seen = [text, html.unescape(text), _unescaped(text)]
    bare = [_bare(one) for one in seen]
    return [
        canary for canary in (canaries() if looked_for is None else looked_for)
        if any(_bare(canary.secret) in one for one in bare) or quote(canary.secret) in text
    ]


def _bare(text: str) -> str:
    return " ".join(plain(unicodedata.normalize("NFC", text)).split())


def _unescaped(text: str) -> str:
    """The text with the escapes of JSON undone, a broken one left as it is."""

    def letter(found: re.Match[str]) -> str:
        return str(json.loads(f'"{found[0]}"'))

    return re.sub(r"(?:\\u[0-9a-fA-F]{4})+", letter, text)
