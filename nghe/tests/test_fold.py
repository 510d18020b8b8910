import unicodedata

from nghe.text.fold import fold, nfc, strip_format


def test_fold_same_for_every_way_of_writing() -> None:
    written = "Nước Sạch  ở Đồng Lâm"
    ways = [written, unicodedata.normalize("NFD", written),
            "NƯỚC SẠCH ở đồng lâm", "nuoc sach o dong lam", "Nước\u200b Sạch ở Đồng\u00a0Lâm"]
    assert {fold(way) for way in ways} == {"nuoc sach o dong lam"}


def test_nfc_takes_out_what_hides_words() -> None:
    assert nfc("a\u202eb\u200dc\ufeffd\x00e\x07") == "abcde"
    assert nfc("hai\r\ndòng\u2028ba") == "hai\ndòng\nba"
    assert nfc(unicodedata.normalize("NFD", "ghế")) == "ghế"


def test_strip_format_keeps_lines_and_tabs() -> None:
    assert strip_format("a\tb\nc") == "a\tb\nc"
