"""Tables brought in from a file: every row accounted for, the same file twice changes nothing, all or nothing."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from langnghe.audit.models import Entry
from langnghe.common.errors import Refusal
from langnghe.intake.domain.imports import Account, import_observations
from langnghe.intake.models import DoorCount, ImportBatch, Mood, Observation
from langnghe.intake.sheets.mapping import Mapping, read_mapping
from langnghe.testing import House

MAPPING = """
unit = "ST"
by = "bob"
[columns]
text = "Nội dung"
day = "Ngày"
place = "Xã"
tendency = "Ý"
moods = "Tâm trạng"
[values.tendency]
"+" = "agree"
"-" = "oppose"
[defaults]
channel = "meeting"
setting = "public_meeting"
[date]
format = "dd/mm/yyyy"
"""
HEAD = "Nội dung,Ngày,Xã,Ý,Tâm trạng\n"
ROWS = HEAD + """Nước đục từ hôm mưa,09/11/2026,An Trạch,-,lo lắng; bức xúc
"Đường xóm đã đổ bê tông, bà con vui",08/11/2026,BN,+,phấn khởi
"Hỏi thêm cứ gọi 0912 345 678",08/11/2026,CM,,
"""


def mapping(text: str = MAPPING) -> Mapping:
    return read_mapping(text.encode(), name="m.toml")


def bring(file: Path, now: dt.datetime, **more: Any) -> Account:
    plain: dict[str, Any] = {"on_hit": "stop", "dry_run": False, "at": now}
    return import_observations(file, more.pop("mapping", None) or mapping(), **plain | more)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    file = tmp_path / "ghi-chep.csv"
    file.write_text(ROWS, encoding="utf-8")
    return file


def test_every_row_is_accounted_for(table: Path, house: House, now: dt.datetime) -> None:
    account = bring(table, now)
    assert (account.rows, account.taken, account.stopped, account.masked) == (3, 2, 1, 0)
    assert account.exceptions == [{"row": 4, "outcome": "stopped", "types": ["PHONE"]}]
    first, second = Observation.objects.order_by("row")
    assert (first.row, first.text, first.day) == (2, "Nước đục từ hôm mưa", dt.date(2026, 11, 9))
    assert [note.place and note.place.code for note in (first, second)] == ["AT", "BN"]
    assert (first.tendency, first.channel.code, first.setting, first.origin) == ("oppose", "meeting", "public_meeting", "import")
    assert sorted(Mood.objects.filter(observation=first).values_list("word", flat=True)) == ["aggrieved", "worried"]
    assert (second.tendency, second.folded) == ("agree", "duong xom da do be tong, ba con vui")
    entry = Entry.objects.get(action="notes.imported")
    assert entry.details == {"sha256": account.file_hash, "rows": 3, "taken": 2, "stopped": 1, "masked": 0}


def test_masking_puts_the_type_in_place_of_the_words(table: Path, house: House, now: dt.datetime) -> None:
    account = bring(table, now, on_hit="mask")
    assert (account.rows, account.taken, account.stopped, account.masked) == (3, 2, 0, 1)
    assert Observation.objects.get(row=4).text == "Hỏi thêm cứ gọi [PHONE]"
    assert list(DoorCount.objects.values_list("type", "hits")) == [("PHONE", 1)]


def test_the_same_file_twice_changes_nothing(table: Path, house: House, now: dt.datetime) -> None:
    bring(table, now)
    before = sorted(Observation.objects.values_list("pk", flat=True))
    again = bring(table, now + dt.timedelta(days=3), on_hit="mask")
    assert (again.again, again.rows, again.taken, again.stopped) == (True, 3, 2, 1)
    assert sorted(Observation.objects.values_list("pk", flat=True)) == before
    assert ImportBatch.objects.count() == 1


def test_a_dry_run_says_the_same_and_changes_nothing(table: Path, house: House, now: dt.datetime) -> None:
    account = bring(table, now, dry_run=True)
    assert (account.dry_run, account.rows, account.taken, account.stopped) == (True, 3, 2, 1)
    assert not Observation.objects.exists()
    assert not ImportBatch.objects.exists()


def test_nothing_that_was_stopped_stays_behind(table: Path, house: House, now: dt.datetime, settings: Any) -> None:
    bring(table, now)
    assert list((settings.DATA / "staging").iterdir()) == []


def test_the_name_of_a_file_goes_through_the_door(tmp_path: Path, house: House, now: dt.datetime) -> None:
    file = tmp_path / "cua 0912345678.csv"
    file.write_text(ROWS, encoding="utf-8")
    assert bring(file, now).file_name == "cua [PHONE].csv"


def test_two_groups_leave_only_province_and_week(tmp_path: Path, house: House, now: dt.datetime) -> None:
    file = tmp_path / "t.csv"
    file.write_text("noi dung;ngay;xa;gioi;nghe\nLúa mất mùa;2026-11-09;AT;nữ;nông dân\n", encoding="utf-8")
    text = ('unit="ST"\nby="bob"\n[columns]\ntext="Nội dung"\nday="ngày"\nplace="xã"\nsex="giới"\nlivelihood="nghề"\n'
            '[values.sex]\n"nữ"="female"\n[defaults]\nchannel="meeting"')
    bring(file, now, mapping=mapping(text))
    kept = Observation.objects.get()
    assert (kept.place, kept.coarse, kept.day) == (None, True, dt.date(2026, 11, 5))


# -- encodings: the same rows in each


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1258"])
@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_a_csv_in_whatever_it_was_written(encoding: str, sign: str, tmp_path: Path, house: House, now: dt.datetime) -> None:
    file = tmp_path / "t.csv"
    text = (HEAD + "Giá phân bón tăng gấp rưỡi ở chợ huyện,09/11/2026,An Trạch,-,lo lắng\n").replace(",", sign)
    file.write_bytes(tones_apart(text).encode("cp1258") if encoding == "cp1258" else text.encode(encoding))
    account = bring(file, now)
    assert account.taken == 1
    assert Observation.objects.get().text == "Giá phân bón tăng gấp rưỡi ở chợ huyện"


def tones_apart(text: str) -> str:
    """As Windows-1258 writes it: the vowel with its shape in one sign, its tone in the next."""
    import unicodedata

    tones = "\u0300\u0301\u0303\u0309\u0323"
    plain = unicodedata.normalize("NFD", text)
    kept = "".join(char for char in plain if char in tones) and plain
    parts: list[str] = []
    for char in kept:
        if char in tones or not unicodedata.combining(char):
            parts.append(char)
            continue
        base = len(parts) - 1
        while parts[base] in tones:
            base -= 1
        parts[base] = unicodedata.normalize("NFC", parts[base] + char)
    return "".join(parts)


def test_decomposed_letters_and_hidden_signs(tmp_path: Path, house: House, now: dt.datetime) -> None:
    import unicodedata

    file = tmp_path / "t.csv"
    file.write_text(unicodedata.normalize("NFD", HEAD + "Nước \u200bđục\u202e,09/11/2026,An\u200b Trạch,,\n"), encoding="utf-8")
    assert bring(file, now).taken == 1
    assert Observation.objects.get().text == "Nước đục"


# -- rows that cannot be taken


@pytest.mark.parametrize(("row", "column", "code"), [
    ("Lúa tốt,11/11/2026,AT,,", "Ngày", "day.future"), ("Lúa tốt,30/09/2025,AT,,", "Ngày", "day.term"),
    ("Lúa tốt,2026/11/09,AT,,", "Ngày", "day.format"), ("Lúa tốt,46335,AT,,", "Ngày", "day.number"),
    ("Lúa tốt,,AT,,", "Ngày", "cell.empty"),
    ("Lúa tốt,09/11/2026,Xứ Lạ,,", "Xã", "place.unknown"), ("Lúa tốt,09/11/2026,,,", "Xã", "cell.empty"),
    (",09/11/2026,AT,,", "Nội dung", "cell.empty"), ("Lúa tốt,09/11/2026,AT,?,", "Ý", "choice.unknown"),
    ("Lúa tốt,09/11/2026,AT,,buồn", "Tâm trạng", "choice.unknown"), ("Lúa tốt, nhiều,09/11/2026,AT,,lo lắng", "", "row.cells"),
    ("Lúa\x00 tốt,09/11/2026,AT,,", "Nội dung", "cell.nul"), ("x" * 4001 + ",09/11/2026,AT,,", "Nội dung", "text.long"),
])
def test_a_fault_names_its_row_and_refuses_the_file(row: str, column: str, code: str, tmp_path: Path, house: House,
                                                   now: dt.datetime) -> None:
    file = tmp_path / "t.csv"
    file.write_text(ROWS + row + "\n", encoding="utf-8")
    with pytest.raises(Refusal) as caught:
        bring(file, now)
    assert caught.value.code == "import.rows"
    faults = [(fault["column"], fault["code"], fault["rows"]) for fault in caught.value.details["faults"]]
    assert (column, code, "5") in faults
    assert not Observation.objects.exists()


def test_a_day_is_quoted_as_the_file_has_it(tmp_path: Path, house: House, now: dt.datetime) -> None:
    file = tmp_path / "t.csv"
    file.write_text(HEAD + "Lúa tốt,11/11/2026,AT,,\n", encoding="utf-8")
    with pytest.raises(Refusal) as caught:
        bring(file, now)
    assert caught.value.details["faults"][0]["value"] == "11/11/2026"


def test_every_faulty_row_is_named(tmp_path: Path, house: House, now: dt.datetime) -> None:
    file = tmp_path / "t.csv"
    bad, good = "b,09/11/2026,Xứ Lạ,,\n", "a,09/11/2026,AT,,\n"
    file.write_text(HEAD + good + bad * 3 + good + bad, encoding="utf-8")
    with pytest.raises(Refusal) as caught:
        bring(file, now)
    assert caught.value.details["faults"] == [{"column": "Xã", "code": "place.unknown", "value": "Xứ Lạ", "rows": "3–5, 7"}]
    assert "3–5, 7" in str(caught.value.message)


def test_a_number_in_the_wrong_column_is_not_repeated(tmp_path: Path, house: House, now: dt.datetime) -> None:
    file = tmp_path / "t.csv"
    file.write_text(HEAD + "a,09/11/2026,0912 345 678,,\n", encoding="utf-8")
    with pytest.raises(Refusal) as caught:
        bring(file, now)
    assert "0912" not in json.dumps(caught.value.as_dict())


# -- the mapping


@pytest.mark.parametrize(("text", "code"), [
    ("unit = ", "mapping.toml"), ("", "mapping.columns"), ("[columns]\nwords = 'x'\n", "mapping.field"),
    ("[columns]\ntext = 'a'\n", "mapping.missing"), ("colour = 1\n" + MAPPING, "mapping.unknown"),
    (MAPPING.replace("dd/mm/yyyy", "ngay"), "mapping.date"), ("header = 0\n" + MAPPING, "mapping.header"),
    ("encoding = 'klingon'\n" + MAPPING, "mapping.encoding"),
])
def test_a_mapping_that_cannot_be_used(text: str, code: str) -> None:
    from langnghe.common.sheet_fault import SheetFault
    from langnghe.intake.domain.import_words import as_refusal

    with pytest.raises(SheetFault) as caught:
        mapping(text)
    assert caught.value.code == code
    refusal = as_refusal(caught.value)
    assert refusal.message
    assert refusal.todo


@pytest.mark.parametrize(("old", "new", "code"), [('"ST"', '"XX"', "import.unit"), ('"bob"', '"alice"', "import.by"),
                                                 ('"bob"', '"mallory"', "import.by")])
def test_the_mapping_names_a_unit_and_a_member_of_its_office(old: str, new: str, code: str, table: Path, house: House,
                                                           now: dt.datetime) -> None:
    with pytest.raises(Refusal, match=code):
        bring(table, now, mapping=mapping(MAPPING.replace(old, new)))


def test_columns_may_be_said_the_other_way_round() -> None:
    turned = read_mapping(b'[columns]\n"Noi dung" = "text"\nNgay = "date"\nXa = "place"\nKenh = "channel"', name="m.toml")
    assert turned.columns == {"text": "Noi dung", "day": "Ngay", "place": "Xa", "channel": "Kenh"}
