import unicodedata

import pytest

from nghe.privacy import TYPES, Hit, find, scrub


@pytest.mark.parametrize("text", [
    "Giá lợn hơi 52.000 đồng/kg, cả đàn 1.250.000.000 đồng.",
    "Nghị định 168/2024/NĐ-CP có từ 1/1/2025.",
    "Hồ sơ số 004.25.H14-250612-0031 chưa có kết quả.",
    "Học sinh năm 2024 đông hơn; phát sinh ngày 5/9/2024 ở trường.",
    "Tổng đài 1022 và 19001009 không ai nghe.",
    "Trang www.chinhphu.gov.vn và https://dichvucong.gov.vn/ chậm.",
    "Lớp 9A2, phòng 12B, quốc lộ 3, km 29 bị sạt.",
    "Tài khoản bị trừ 500.000 đồng, BHXH tăng 1.500.000 đồng.",
])
def test_find_nothing_where_a_number_is_no_person(text: str) -> None:
    assert find(text) == []


@pytest.mark.parametrize(("text", "type_", "words"), [
    ("gọi 0912345678 nhé", "PHONE", "0912345678"),
    ("gọi ０９１２ ３４５ ６７８ nhé", "PHONE", "０９１２ ３４５ ６７８"),
    ("gọi 09\u200b12\u200d345678 nhé", "PHONE", "09\u200b12\u200d345678"),
    ("gọi 0.9.1.2.3.4.5.6.7.8", "PHONE", "0.9.1.2.3.4.5.6.7.8"),
    ("số là không chín một hai ba bốn năm sáu bảy tám", "PHONE", "không chín một hai ba bốn năm sáu bảy tám"),
    ("thư về an.binh(at)gmail.com", "EMAIL", "an.binh(at)gmail.com"),
    ("CCCD: 004 189 012 345", "NATIONAL_ID", "004 189 012 345"),
    ("xe 29H-123.45 đậu", "PLATE", "29H-123.45"),
    ("stk 0121 0004 56789", "BANK", "0121 0004 56789"),
    ("sinh ngày 3 tháng 9 năm 1992", "DOB", "ngày 3 tháng 9 năm 1992"),
    ("con tôi sinh năm 88", "DOB", "88"),
    ("ngày sinh của con là 7/9/2016", "DOB", "7/9/2016"),
    ("sinh mồng 5 tháng Giêng năm 1960", "DOB", "mồng 5 tháng Giêng năm 1960"),
    ("Trên phây có trang Hóng Hớt Quê Tôi", "HANDLE", "Hóng Hớt Quê Tôi"),
    ("acc thanhnien_97 chửi", "HANDLE", "thanhnien_97"),
])
def test_find_the_whole_of_each_type(text: str, type_: str, words: str) -> None:
    assert [(hit.type, text[hit.start:hit.end]) for hit in find(text)] == [(type_, words)]


def test_find_counts_places_in_the_composed_text() -> None:
    text = unicodedata.normalize("NFD", "Bà ấy ở xã, gọi 0912345678")
    composed = unicodedata.normalize("NFC", text)
    [hit] = find(text)
    assert composed[hit.start:hit.end] == "0912345678"


def test_scrub_puts_the_type_in_place() -> None:
    done = scrub("Gọi 0912345678 hoặc a@b.vn")
    assert done.text == "Gọi [PHONE] hoặc [EMAIL]"
    assert done.hits == (Hit(4, 14, "PHONE"), Hit(20, 26, "EMAIL"))
    assert {hit.type for hit in done.hits} <= set(TYPES)
    assert find(done.text) == []


def test_hit_says_why_in_both_languages() -> None:
    [hit] = find("0912345678")
    assert hit.rule == "phone-mobile"
    assert set(hit.why) == {"vi", "en"}
