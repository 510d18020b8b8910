"""Names: what is one, what is none, and how the rules do on the rounds of invented sentences (`data/privacy_*.jsonl`)."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import pytest

from nghe.errors import Fault
from nghe.privacy import Hit, find, know, scrub
from nghe.privacy.canary import canaries, leaks
from nghe.privacy.rules import all_rules

DATA = Path(__file__).parent / "data"
FLOORS = {12: 0.90, 13: 0.90, 14: 0.90, 16: 0.80}
"""Names that stay found, where it is less than 95 %; round 16 is one that the rules did not learn from."""
ROUNDS = range(1, 17)


def words(text: str, **lists: list[str]) -> list[str]:
    text = unicodedata.normalize("NFC", text)
    return [text[hit.start:hit.end] for hit in find(text, know(**lists))]


@pytest.mark.parametrize(("text", "names"), [
    ("Ông Nguyễn Văn Hùng báo mất nước.", ["Nguyễn Văn Hùng"]),
    ("Theo bà Lê Thị Hường thì khác.", ["Lê Thị Hường"]),
    ("Trần Thị Mận gửi đơn.", ["Trần Thị Mận"]),
    ("Chủ tịch UBND xã Hoàng Văn Tiệp hứa.", ["Hoàng Văn Tiệp"]),
    ("chị N.T.H. có con học lớp 1", ["N.T.H."]),
    ("Nguyễn T. K. Oanh gửi đơn", ["Nguyễn T. K. Oanh"]),
    ("Anh Giàng A Páo xin vay vốn", ["Giàng A Páo"]),
    ("Liên hệ Y Bhăm Êban nhé", ["Y Bhăm Êban"]),
    ("Chị H'Linh Mlô kể", ["H'Linh Mlô"]),
    ("Lò Thị Pản kể", ["Lò Thị Pản"]),
    ("Nhà Vàng Mí Sính bị sập", ["Vàng Mí Sính"]),
    ("Rơ Châm H'Nhung kể", ["Rơ Châm H'Nhung"]),
    ("Mẹ con Hiên dắt nhau ra tỉnh", ["Hiên"]),
    ("ông lù a páo nghiện rượu", ["lù a páo"]),
    ("Chú Tư với dì Út Mén nói", ["Tư", "Út Mén"]),
    ("chị lan bán rau", ["lan"]),
    ("anh nguyen van hung o to 3", ["nguyen van hung"]),
    ("ÔNG TRẦN ĐÌNH LONG VÀ BÀ PHẠM THỊ DUNG CÙNG KÝ ĐƠN", ["TRẦN ĐÌNH LONG", "PHẠM THỊ DUNG"]),
    ("Hai anh Sơn, Thủy và Bình hiến đất", ["Sơn", "Thủy", "Bình"]),
    ("Đưa cho anh Thắng rồi mà Thắng bảo chưa", ["Thắng", "Thắng"]),
    ("Bà Ngu\u200byễn Thị\u00ad Hoa hỏi", ["Ngu\u200byễn Thị\u00ad Hoa"]),
    ("Bà Nguyễn Thị Hоa hỏi", ["Nguyễn Thị Hоa"]),
    ("Bà Hoà và bà Thuý, bà Hòa", ["Hoà", "Thuý", "Hòa"]),
    ("gap anh khai va anh trieu, ca hai deu khong ban ruong", ["khai", "trieu"]),
    ("chi hai beo ban hu tieu, co hong map cung ban", ["hai beo", "hong map"]),
    ("Tổ trưởng tổ 6 Trần Ngọc Ẩn xin từ chức", ["Trần Ngọc Ẩn"]),
    ("Nhắc Thanh Xuân bên tư pháp trả hồ sơ", ["Thanh Xuân"]),
    ("thằng đen bị đánh, Tèo trọc cho vay", ["đen", "Tèo"]),
    ("bà Trần thị Hoa nói", ["Trần thị Hoa"]),
    ("Con gái tui, Ngọc Trâm, bị lừa", ["Ngọc Trâm"]),
    (unicodedata.normalize("NFD", "Bà Đặng Thị Tuyết hỏi"), ["Đặng Thị Tuyết"]),
])
def test_find_the_whole_name(text: str, names: list[str]) -> None:
    assert words(text) == names


@pytest.mark.parametrize("text", [
    "Đường Nguyễn Huệ, trường Lê Quý Đôn, phường Trần Phú đều ngập.",
    "Quỹ học bổng Vừ A Dính và giải thưởng Kim Đồng.",
    "Học tập tư tưởng Hồ Chí Minh.",
    "Bà con, ông bà, các anh chị, cô chú và anh em công nhân.",
    "Mai mốt đỗ xe ở hồ, lý do là vũ trường, hoàng hôn, cao điểm.",
    "Hiền lành, chịu khó; Hạnh phúc; Thu hoạch; Bình quân.",
    "Công văn 1634/SGDĐT-KHTC ngày 12/9/2023, 1.250.000 đồng, 12,5 ha, km 12+500.",
    "Con gái mười lăm tuổi; cháu đậu đại học; bà bế cháu sang hàng xóm; cháu ba tuổi; cháu sáu tháng.",
    "ho van chua duoc cap so, co y kien, anh huong, chi phi, ba con",
    "", " ", "a", "😀😀", "こんにちは", "The teacher said nothing.", "Не работает.", "123", "\n\n",
])
def test_find_no_name_where_there_is_none(text: str) -> None:
    assert words(text) == []


def test_known_people_are_cleared_wherever_they_stand() -> None:
    assert words("Vụ ông Trần Văn Xét ở báo", people=["Tran Van Xet"]) == []
    assert words("Vụ ông Trần Văn Xét ở báo", people=["Trần Văn Khác"]) == ["Trần Văn Xét"]


def test_known_places_are_cleared_only_where_nobody_is_addressed() -> None:
    assert words("Kẹt xe Phạm Thị Bưởi sáng nay", places=["Phạm Thị Bưởi"]) == []
    assert words("Bà Phạm Thị Bưởi nói", places=["Phạm Thị Bưởi"]) == ["Phạm Thị Bưởi"]


def test_known_lists_clear_no_number() -> None:
    assert words("gọi 0912345678", people=["0912345678"], places=["0912345678"]) == ["0912345678"]


@pytest.mark.parametrize("entry", ["", "  ", "A", "x" * 101, 7])
def test_known_list_refuses_what_would_clear_too_much(entry: object) -> None:
    with pytest.raises(Fault, match="entry 2"):
        know(people=["Trần Văn Xét", entry])  # type: ignore[list-item]


def test_every_rule_says_why_in_both_languages() -> None:
    for rule in all_rules():
        assert all(len(rule.why[lang]) > 3 for lang in ("vi", "en")), rule.name
    assert len({rule.name for rule in all_rules()}) == len(all_rules())


@pytest.mark.parametrize("number", ROUNDS)
def test_rounds_stay_found(number: int) -> None:
    """Floors, not the goal: what a round gave before anybody looked at it is in docs/methods/privacy.md."""
    rows = [json.loads(line) for line in (DATA / f"privacy_{number}.jsonl").read_text(encoding="utf-8").splitlines()]
    names = structured = full_names = full_structured = hits = right = 0
    for row in rows:
        found = find(row["text"])
        for span in row["spans"]:
            assert row["text"][span["start"]:span["end"]] == span["text"]
            full = covers(found, span)
            names += span["type"] == "PERSON"
            structured += span["type"] != "PERSON"
            full_names += full and span["type"] == "PERSON"
            full_structured += full and span["type"] != "PERSON"
        hits += len(found)
        right += sum(any(hit.start < span["end"] and span["start"] < hit.end for span in row["spans"]) for hit in found)
    assert full_structured >= 0.95 * structured
    assert full_names >= FLOORS.get(number, 0.95) * names
    assert right >= (0.90 if number == 16 else 0.95) * hits


def covers(hits: list[Hit], span: dict[str, int]) -> bool:
    return set(range(span["start"], span["end"])) <= {place for hit in hits for place in range(hit.start, hit.end)}


def test_canaries_are_all_found_and_their_leaks_too() -> None:
    for canary in canaries():
        assert leaks(scrub(canary.text).text, [canary]) == [], canary
        assert leaks(canary.text, [canary]) == [canary]
        assert leaks(unicodedata.normalize("NFD", canary.text).upper(), [canary]) == [canary]
        assert leaks(json.dumps({"log": canary.text}), [canary]) == [canary]
    assert len({canary.type for canary in canaries()}) == 11
