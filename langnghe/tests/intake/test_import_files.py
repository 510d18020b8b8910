"""Files that should not be read as they are: each is refused with what is wrong and what to do, and harms nothing."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from langnghe.common.errors import Refusal
from langnghe.common.safe_csv import safe_row
from langnghe.intake.domain.imports import import_observations
from langnghe.intake.models import Observation
from langnghe.intake.sheets.mapping import read_mapping
from langnghe.testing import House

MAPPING = b"""
unit = "ST"
by = "bob"
[columns]
text = "text"
day = "day"
place = "place"
[defaults]
channel = "meeting"
[date]
format = "%d/%m/%Y"
"""
HEAD = ["text", "day", "place"]
GOOD = ["Nước đục", dt.date(2026, 11, 9), "AT"]


def bring(file: Path, now: dt.datetime, more: bytes = b"") -> Any:
    return import_observations(file, read_mapping(more + MAPPING, name="m.toml"), on_hit="stop", dry_run=False, at=now)


def refusal_of(file: Path, now: dt.datetime, more: bytes = b"") -> Refusal:
    with pytest.raises(Refusal) as caught:
        bring(file, now, more)
    assert caught.value.message
    assert caught.value.todo
    assert not Observation.objects.exists()
    return caught.value


def book(path: Path, *rows: list[Any]) -> Path:
    import openpyxl

    made = openpyxl.Workbook()
    for row in rows:
        made.active.append(row)
    made.save(path)
    return path


def rewritten(path: Path, change: Callable[[str, bytes], bytes | None], **more: bytes) -> Path:
    """The workbook with its parts changed, and some added."""
    out = path.with_name("changed.xlsx")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            body = change(name, old.read(name))
            if body is not None:
                new.writestr(name, body)
        for name, body in more.items():
            new.writestr(name, body)
    return out


def same(_name: str, body: bytes) -> bytes:
    return body


def laughing(name: str, body: bytes) -> bytes:
    """Entities that unfold without end."""
    laugh = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
    return laugh + body if name.endswith("sheet1.xml") else body


def test_a_workbook_is_read(tmp_path: Path, house: House, now: dt.datetime) -> None:
    file = book(tmp_path / "t.xlsx", HEAD, GOOD, ["Giá gạo tăng", "08/11/2026", "Bến Ngọc"])
    assert bring(file, now).taken == 2
    assert [(row.day, row.place and row.place.code) for row in Observation.objects.order_by("row")] == [
        (dt.date(2026, 11, 9), "AT"), (dt.date(2026, 11, 8), "BN")]


def test_dates_as_text_need_their_form_in_the_mapping(tmp_path: Path, house: House, now: dt.datetime) -> None:
    file = book(tmp_path / "t.xlsx", HEAD, ["Nước đục", "11/09/26", "AT"])
    fault = refusal_of(file, now).details["faults"][0]
    assert (fault["code"], fault["value"], fault["rows"]) == ("day.format", "11/09/26", "2")


def test_days_as_bare_numbers(tmp_path: Path, house: House, now: dt.datetime) -> None:
    file = book(tmp_path / "t.xlsx", HEAD, ["Nước đục", 46335, "AT"])
    assert refusal_of(file, now).details["faults"][0]["code"] == "day.number"


def test_a_formula_is_not_taken_for_its_value(tmp_path: Path, house: House, now: dt.datetime) -> None:
    file = book(tmp_path / "t.xlsx", HEAD, ['=HYPERLINK("http://x","Nước đục")', GOOD[1], "AT"])
    assert refusal_of(file, now).details["faults"][0] == {"column": "text", "code": "cell.formula", "value": "", "rows": "2"}


def test_a_formula_in_a_column_that_is_not_used_does_no_harm(tmp_path: Path, house: House, now: dt.datetime) -> None:
    assert bring(book(tmp_path / "t.xlsx", [*HEAD, "sum"], [*GOOD, "=1+1"]), now).taken == 1


def test_two_rows_of_headings(tmp_path: Path, house: House, now: dt.datetime) -> None:
    file = book(tmp_path / "t.xlsx", HEAD, ["nội dung", "ngày", "xã"], GOOD)
    assert (refusal_of(file, now).code, refusal_of(file, now).details["row"]) == ("sheet.second_header", 2)


def test_headings_below_a_title(tmp_path: Path, house: House, now: dt.datetime) -> None:
    file = book(tmp_path / "t.xlsx", ["Tổng hợp tháng 11"], [], HEAD, GOOD)
    assert refusal_of(file, now).code == "sheet.columns"
    assert bring(file, now, b"header = 3\n").taken == 1


@pytest.mark.parametrize("cell", ["XFD3", "A1048576"])
def test_a_far_cell(cell: str, tmp_path: Path, house: House, now: dt.datetime) -> None:
    import openpyxl

    made = openpyxl.Workbook()
    made.active.append(HEAD)
    made.active.append(GOOD)
    made.active[cell] = "x"
    made.save(tmp_path / "t.xlsx")
    assert refusal_of(tmp_path / "t.xlsx", now).code == "sheet.far_cell"


def test_a_zip_bomb(tmp_path: Path, house: House, now: dt.datetime) -> None:
    file = rewritten(book(tmp_path / "t.xlsx", HEAD, GOOD), same, **{"xl/sharedStrings.xml2": b"0" * (64 << 20)})
    assert file.stat().st_size < 200_000
    assert refusal_of(file, now).code == "sheet.bomb"


def test_billion_laughs(tmp_path: Path, house: House, now: dt.datetime) -> None:
    file = rewritten(book(tmp_path / "t.xlsx", HEAD, GOOD), laughing)
    assert refusal_of(file, now).code == "sheet.entities"


def test_macros(tmp_path: Path, house: House, now: dt.datetime) -> None:
    file = rewritten(book(tmp_path / "t.xlsx", HEAD, GOOD), same, **{"xl/vbaProject.bin": b"x"})
    assert refusal_of(file, now).code == "sheet.macros"


@pytest.mark.parametrize(("body", "code"), [
    (b"", "sheet.empty"), (b"   \n", "sheet.empty"), (b"text,day,place\n", "sheet.no_rows"),
    (b"a,b,c\n1,2,3\n", "sheet.columns"),
    (b"text,day,place,text\nx,09/11/2026,AT,y\n", "sheet.column_twice"), (b"%PDF-1.7 ....", "sheet.kind"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "sheet.old_excel"), (b"PK\x03\x04broken", "sheet.damaged"),
    (b'text,day,place\n"x,09/11/2026,AT\n', "sheet.csv"),
    (b"text,day,place\n\xff\xfe\x81\x8d\x8f,09/11/2026,AT\n", "sheet.encoding"),
    ("text,day,place\nNước,09/11/2026,AT\n".encode("utf-16")[:-1], "sheet.wrong_encoding"),
    (b"text,day,place\n" + b"x" * 100_001 + b",09/11/2026,AT\n", "sheet.long_cell"),
])
def test_a_file_that_is_no_table(body: bytes, code: str, tmp_path: Path, house: House, now: dt.datetime) -> None:
    file = tmp_path / "t.csv"
    file.write_bytes(body)
    assert refusal_of(file, now).code == code


def test_an_empty_workbook_and_another_kind_of_office_file(tmp_path: Path, house: House, now: dt.datetime) -> None:
    assert refusal_of(book(tmp_path / "t.xlsx"), now).code == "sheet.empty"
    with zipfile.ZipFile(tmp_path / "t.docx", "w") as made:
        made.writestr("word/document.xml", "<x/>")
    assert refusal_of(tmp_path / "t.docx", now).code == "sheet.kind"


def test_a_workbook_of_200_megabytes(tmp_path: Path, house: House, now: dt.datetime) -> None:
    file = tmp_path / "t.xlsx"
    with file.open("wb") as made:
        made.write(b"PK\x03\x04")
        made.truncate(200 << 20)
    refusal = refusal_of(file, now)
    assert (refusal.code, refusal.details) == ("sheet.too_large", {"megabytes": 200, "most": 50})


def test_a_csv_has_the_same_most_as_an_upload(tmp_path: Path, house: House, now: dt.datetime, settings: Any) -> None:
    """One byte more is refused before anything of it is read; exactly as many are taken."""
    file = tmp_path / "t.csv"
    file.write_text("text,day,place\nNước đục,09/11/2026,AT\n", encoding="utf-8")
    settings.UPLOAD_MAX_BYTES = file.stat().st_size - 1
    assert refusal_of(file, now).code == "sheet.too_large"
    settings.UPLOAD_MAX_BYTES += 1
    assert bring(file, now).taken == 1


@pytest.mark.parametrize(("size", "said"), [(200 << 20, 200), ((50 << 20) + 1, 51)])
def test_a_csv_of_too_many_megabytes(tmp_path: Path, house: House, now: dt.datetime, size: int, said: int) -> None:
    file = tmp_path / "t.csv"
    with file.open("wb") as made:
        made.write(b"text,day,place\n")
        made.truncate(size)
    refusal = refusal_of(file, now)
    assert (refusal.code, refusal.details) == ("sheet.too_large", {"megabytes": said, "most": 50})


def test_more_rows_than_a_phone_should_wait_for(tmp_path: Path, house: House, now: dt.datetime) -> None:
    file = tmp_path / "t.csv"
    file.write_text("text,day,place\n" + "Lúa,09/11/2026,XX\n" * 40_001, encoding="utf-8")
    assert refusal_of(file, now).code == "sheet.too_many"


def test_windows_1258_may_be_declared(tmp_path: Path, house: House, now: dt.datetime) -> None:
    file = tmp_path / "t.csv"
    file.write_bytes("text,day,place\nĐê,09/11/2026,AT\n".encode("cp1258"))
    assert refusal_of(file, now).code == "sheet.encoding"
    assert bring(file, now, b'encoding = "windows-1258"\n').taken == 1
    assert Observation.objects.get().text == "Đê"


@pytest.mark.parametrize("cell", ["=1+1", "+84", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_what_we_export_is_no_formula(cell: str) -> None:
    assert safe_row([cell, 1, "Nước"]) == [f"'{cell}", 1, "Nước"]
