"""The upload page at a desk: preview, progress, taken in; refusals that say what is wrong; without a script too."""

from __future__ import annotations

import csv
import datetime as dt
import json
import sqlite3
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

    Served = Callable[..., Page]

DAY = dt.date.today() - dt.timedelta(days=3)
ROWS = f"""Nội dung,Ngày,Địa bàn,Kênh,Khuynh hướng
Nước đục từ hôm mưa,{DAY:%d/%m/%Y},An Trạch,Họp,không đồng tình
"Hỏi thêm cứ gọi 0912 345 678",{DAY:%d/%m/%Y},Bến Ngọc,Gặp trực tiếp,
"""


def texts(server: Any) -> list[str]:
    base = sqlite3.connect(f"file:{server.data / 'langnghe.sqlite3'}?mode=ro", uri=True)
    try:
        return [row[0] for row in base.execute("SELECT text FROM intake_observation ORDER BY row")]
    finally:
        base.close()


@pytest.fixture
def table(tmp_path: Path) -> Path:
    file = tmp_path / "t.csv"
    file.write_text(ROWS.replace("Họp,", "meeting,"), encoding="utf-8")
    return file


def choose(page: Page, table: Path, mapping: Path | None = None) -> None:
    page.goto("/notes/import/")
    page.set_input_files("#table", table)
    if mapping:
        page.set_input_files("#mapping", mapping)
    page.get_by_role("button", name="Đọc tệp").click()


def headed(page: Page, heading: str) -> None:
    """Wait for the page of that heading, all of it."""
    page.get_by_role("heading", name=heading).wait_for()
    page.wait_for_load_state()


def tally(page: Page) -> dict[str, int]:
    rows = page.locator(".tally div").all()
    return {row.locator("dt").inner_text(): int(row.locator("dd").inner_text().replace(".", "")) for row in rows}


def test_a_table_is_shown_then_taken_in(served_to: Served, server: Any, table: Path) -> None:
    page = served_to("bob", phone=False)
    choose(page, table)
    headed(page, "Có thể nhận 1 ghi chép")
    assert tally(page) == {"dòng": 2, "nhận": 1, "chặn": 1, "che": 0}
    assert "Nước đục từ hôm mưa" in page.locator("main").inner_text()
    assert "0912" not in page.content()
    assert texts(server) == []
    page.get_by_role("button", name="Nhận vào").click()
    headed(page, "Đã nhận 1 ghi chép")
    assert texts(server) == ["Nước đục từ hôm mưa"]
    choose(page, table)
    headed(page, "Tệp này đã được nhận trước đây")
    assert texts(server) == ["Nước đục từ hôm mưa"]


def test_what_was_stopped_is_nowhere(served_to: Served, server: Any, table: Path) -> None:
    page = served_to("bob", phone=False)
    choose(page, table)
    headed(page, "Có thể nhận")
    assert [path for path in server.data.rglob("*") if path.is_file() and holds(path, b"0912 345 678")] == []
    page.get_by_role("button", name="Bỏ tệp").click()
    page.get_by_role("button", name="Đọc tệp").wait_for()
    assert list((server.data / "staging").iterdir()) == []


def holds(path: Path, words: bytes) -> bool:
    """A file that is gone by now, as the database's journal is with its last reader, holds nothing."""
    try:
        return words in path.read_bytes()
    except FileNotFoundError:
        return False


def test_a_fault_is_named_with_its_rows(served_to: Served, server: Any, tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    file.write_text(ROWS.replace("Họp,", "meeting,").replace("An Trạch", "Xứ Lạ"), encoding="utf-8")
    page = served_to("bob", phone=False)
    choose(page, file)
    said = page.get_by_role("alert").filter(has_text="Tệp chưa được nhận")
    expect(said).to_contain_text("Xứ Lạ")
    expect(said).to_contain_text("không phải địa bàn của đơn vị")


def test_a_table_of_200_megabytes_is_refused_by_page_and_server(served_to: Served, server: Any, tmp_path: Path) -> None:
    file = tmp_path / "large.csv"
    with file.open("wb") as made:
        made.truncate(200 << 20)
    page = served_to("bob", phone=False)
    page.goto("/notes/import/")
    assert page.evaluate("""async () => {
      const body = new FormData();
      body.append("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]").value);
      body.append("table", new Blob([new Uint8Array(60 << 20)]), "t.csv");
      try { return (await fetch(location.href, {method: "POST", body})).status; } catch { return "cut off"; }
    }""") in {413, "cut off"}
    page.set_input_files("#table", file)
    expect(page.locator("[data-says]")).to_contain_text("lớn hơn 50 MB")


def test_it_works_without_a_script(open_context: Callable[..., BrowserContext], server: Any, table: Path) -> None:
    context = open_context(base_url=server.url, phone=False, javascript=False)
    context.add_cookies([server.cookie("bob")])
    page = context.new_page()
    choose(page, table)
    headed(page, "Có thể nhận 1 ghi chép")
    page.get_by_role("button", name="Nhận vào").click()
    headed(page, "Đã nhận 1 ghi chép")
    assert texts(server) == ["Nước đục từ hôm mưa"]


def test_nobody_sees_the_upload_of_another(served_to: Served, server: Any, table: Path) -> None:
    page = served_to("bob", phone=False)
    choose(page, table)
    headed(page, "Có thể nhận")
    address = page.url
    for name in ("eve", "mallory", "alice"):
        answer = served_to(name, phone=False).goto(address)
        assert answer is not None
        assert answer.status == 404


@pytest.mark.reference
def test_eleven_thousand_sentences_by_the_upload_page(served_to: Served, server: Any, tmp_path: Path, reference: Path) -> None:
    """The 11,426 sentences of UIT-VSFC's train split, with invented days and places by row number; recounted from the file."""
    folder = reference / "vi_text" / "uit-vsfc" / "train"
    sentences = [line.strip() for line in (folder / "sents.txt").read_text(encoding="utf-8").splitlines()]
    feelings = (folder / "sentiments.txt").read_text(encoding="utf-8").split()
    table, mapping = tmp_path / "train.csv", tmp_path / "m.toml"
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["sent", "day", "place", "feeling"])
        for number, (said, feeling) in enumerate(zip(sentences, feelings, strict=True)):
            day, place = DAY - dt.timedelta(days=number % 56), ["AT", "BN", "CM", "DL"][number % 4]
            writer.writerow([said, day.isoformat(), place, feeling])
    mapping.write_text(
        'unit = "ST"\n[columns]\ntext = "sent"\nday = "day"\nplace = "place"\ntendency = "feeling"\n'
        '[values.tendency]\n"0" = "oppose"\n"1" = "unclear"\n"2" = "agree"\n[defaults]\nchannel = "meeting"\n', encoding="utf-8")
    page = served_to("bob", phone=False)
    page.set_default_timeout(180000)
    page.goto("/notes/import/")
    page.locator("[value=mask]").check()
    page.set_input_files("#table", table)
    page.set_input_files("#mapping", mapping)
    page.get_by_role("button", name="Đọc tệp").click()
    headed(page, "Có thể nhận")
    counted = tally(page)
    assert counted["dòng"] == 11426
    assert counted["nhận"] + counted["chặn"] + counted["che"] == 11426
    page.get_by_role("button", name="Nhận vào").click()
    headed(page, "Đã nhận")
    base = sqlite3.connect(server.data / "langnghe.sqlite3")
    kept = dict(base.execute("SELECT tendency, count(*) FROM intake_observation GROUP BY tendency"))
    masked = base.execute("SELECT count(*) FROM intake_observation WHERE text LIKE '%[%]%'").fetchone()[0]
    base.close()
    assert kept == {{"0": "oppose", "1": "unclear", "2": "agree"}[code]: n for code, n in Counter(feelings).items()}
    assert masked >= counted["che"]
    print(json.dumps(counted, ensure_ascii=False))
