import subprocess
import sys
import unicodedata

import pytest

from nghe.text.fold import fold, modern_tones, nfc, spell_out, strip_format, tidy


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


def test_mixed_composed_and_decomposed_letters_are_one_text() -> None:
    mixed = "nước " + unicodedata.normalize("NFD", "đục") + " " + unicodedata.normalize("NFD", "quá")
    assert nfc(mixed) == "nước đục quá"
    assert fold(mixed) == "nuoc duc qua"


@pytest.mark.parametrize(("written", "read"), [
    ("nướс đụс", "nuoc duc"),  # Cyrillic es
    ("сhợ", "cho"),
    ("Hοà bình", "hoa binh"),  # Greek omicron
    ("вода", "вода"),  # a word of another language stays what it is
    ("ρ trên mỗi đơn vị", "ρ tren moi don vi"),
])
def test_look_alike_letters_are_read_as_what_they_look_like(written: str, read: str) -> None:
    assert fold(written) == read


@pytest.mark.parametrize(("old", "new"), [
    ("hoà", "hòa"), ("khoẻ", "khỏe"), ("thuỷ", "thủy"), ("thuý", "thúy"), ("loè", "lòe"), ("uỷ ban", "ủy ban"),
    ("quý", "quý"), ("toàn", "toàn"), ("khuỷu", "khuỷu"), ("quà", "quà"), ("hoa", "hoa"), ("giỏi", "giỏi"), ("hoặc", "hoặc"),
])
def test_old_and_new_places_of_the_tone_mark_are_one_word(old: str, new: str) -> None:
    assert modern_tones(old) == new
    assert tidy(old.upper()) == new


def test_typed_short_forms_are_spelled_out_as_whole_words_only() -> None:
    assert spell_out("Nc ko dc sạch, trc đó thì đc") == "nước không được sạch, trước đó thì được"
    assert spell_out("kho ncg dcx 20 kg") == "kho ncg dcx 20 kg"
    assert fold("Ko có BHYT", short_forms=True) == "khong co bao hiem y te"
    assert fold("Ko có BHYT") == "ko co bhyt"


def test_fold_takes_emoji_other_scripts_and_nothing() -> None:
    assert fold("") == fold(" \u200b\n") == ""
    assert fold("😡👍🏽") == "😡👍🏽"
    assert fold("ﬁ ９ Ærø 中文") == "fi 9 ærø 中文"


def test_folding_needs_no_other_package() -> None:
    code = "import sys, nghe.text.fold; nghe.text.fold.fold('nướс', short_forms=True); sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
