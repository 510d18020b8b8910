"""Workbooks that somebody sent: each bad one is refused by its code, in a child, and says what to do."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Callable

import pytest

from langnghe.common.errors import Refusal
from langnghe.common.limited import Limits, OverLimit, run_limited
from langnghe.common.workbook import Sheet, read_workbook


def book(fill: Callable[[object], None]) -> bytes:
    from openpyxl import Workbook

    workbook = Workbook()
    fill(workbook.active)
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def table(sheet: object) -> None:
    sheet.append(["Họ và tên", "Từ ngày", "Số"])
    sheet.append(["Người thứ nhất", dt.date(2026, 1, 5), 3])
    sheet.append(["Người thứ hai", "05/01/2026", "=1+1"])


def with_part(body: bytes, name: str, content: bytes) -> bytes:
    out = io.BytesIO(body)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return out.getvalue()


def far(sheet: object) -> None:
    table(sheet)
    sheet["A1048576"] = "x"


def wide(sheet: object) -> None:
    table(sheet)
    sheet["XFD2"] = "x"


@pytest.fixture
def in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same work without a new process for each case; two tests below go through the real child."""
    monkeypatch.setattr("langnghe.common.workbook.run_limited", lambda work, *args, limits: work(*args))


def refusal_of(body: bytes) -> Refusal:
    with pytest.raises(Refusal) as caught:
        read_workbook(body, most_rows=1000, most_columns=40)
    assert caught.value.todo, "a refusal says what to do"
    return caught.value


def test_table_is_read_with_dates_as_dates_and_formulas_marked() -> None:
    sheet = read_workbook(book(table), most_rows=1000, most_columns=40)
    assert isinstance(sheet, Sheet)
    assert sheet.rows[1] == ["Người thứ nhất", dt.date(2026, 1, 5), "3"]
    assert sheet.rows[2] == ["Người thứ hai", "05/01/2026", None]
    assert sheet.formulas == {(3, 3)}


@pytest.mark.parametrize(("make", "code"), [
    (lambda: b"", "sheet.empty"),
    (lambda: b"\0" * (20 * 1024 * 1024 + 1), "sheet.too_large"),
    (lambda: b"Ho va ten;Tu ngay\n", "sheet.no_xlsx"),
    (lambda: book(table)[:-200], "sheet.damaged"),
    (lambda: b"\xd0\xcf\x11\xe0" + b"\0" * 600, "sheet.old_excel"),
    (lambda: book(lambda sheet: None), "sheet.empty"),
    (lambda: with_part(book(table), "xl/vbaProject.bin", b"x"), "sheet.macros"),
    (lambda: with_part(book(table), "xl/media/picture.png", b"\0" * 50_000_000), "sheet.bomb"),
    (lambda: book(far), "sheet.far_cell"),
    (lambda: book(wide), "sheet.far_cell"),
    (lambda: book(lambda sheet: [sheet.append(["x"]) for _row in range(1001)]), "sheet.too_many"),
], ids=["empty", "large", "text", "cut off", "old xls", "no table", "macros", "bomb", "far row", "far column", "many rows"])
@pytest.mark.usefixtures("in_this_process")
def test_bad_workbook_is_refused_by_its_code(make: Callable[[], bytes], code: str) -> None:
    assert refusal_of(make()).code == code


def test_workbook_that_takes_too_long_is_stopped_in_the_child() -> None:
    with pytest.raises(Refusal) as caught:
        read_workbook(book(table), most_rows=1000, most_columns=40, limits=Limits(wall_seconds=0.01))
    assert (caught.value.code, caught.value.details) == ("sheet.limit", {"what": "time"})


def test_child_that_takes_too_much_memory_is_stopped() -> None:
    with pytest.raises(OverLimit) as caught:
        run_limited(bytearray, 400 * 1024 * 1024, limits=Limits(memory_mb=300))
    assert caught.value.what == "memory"
