"""`langnghe import observations`: what it prints, and the status with which it ends."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from langnghe.intake.models import Observation
from langnghe.testing import House
from langnghe.web.commands import run

MAPPING = """
unit = "ST"
by = "bob"
[columns]
text = "text"
day = "day"
place = "place"
[defaults]
channel = "meeting"
"""
GOOD, WITH_A_NUMBER = "Nước đục từ hôm mưa,2026-11-09,An Trạch", "Hỏi thêm cứ gọi 0912 345 678,2026-11-09,BN"


@pytest.fixture
def bring(tmp_path: Path, house: House, now: dt.datetime, monkeypatch: pytest.MonkeyPatch) -> object:
    monkeypatch.setenv("LANGNGHE_CLOCK", now.isoformat())
    (tmp_path / "m.toml").write_text(MAPPING, encoding="utf-8")

    def import_rows(*rows: str, words: tuple[str, ...] = ()) -> int:
        (tmp_path / "t.csv").write_text("\n".join(["text,day,place", *rows]) + "\n", encoding="utf-8")
        return run(["import", "observations", str(tmp_path / "t.csv"), "--mapping", str(tmp_path / "m.toml"), *words])

    return import_rows


def test_each_row_is_accounted_for_and_the_same_file_twice_changes_nothing(bring, capsys: pytest.CaptureFixture[str]) -> None:
    assert bring(GOOD, WITH_A_NUMBER) == 0
    assert capsys.readouterr().out.splitlines() == [
        "  row 3: stopped (PHONE)", "t.csv: 2 rows: 1 taken, 0 masked, 1 stopped at the door"]
    assert bring(GOOD, WITH_A_NUMBER) == 0
    assert "1 were taken before" in capsys.readouterr().out
    assert Observation.objects.count() == 1


def test_a_dry_run_changes_nothing(bring, capsys: pytest.CaptureFixture[str]) -> None:
    assert bring(GOOD, words=("--dry-run",)) == 0
    assert "1 would be taken" in capsys.readouterr().out
    assert not Observation.objects.exists()


def test_masked_rows_are_counted_in_json(bring, capsys: pytest.CaptureFixture[str]) -> None:
    assert bring(GOOD, WITH_A_NUMBER, words=("--on-hit", "mask", "--json")) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["rows"], told["taken"], told["masked"], told["stopped"]) == (2, 1, 1, 0)
    assert told["exceptions"] == [{"row": 3, "outcome": "masked", "types": ["PHONE"]}]


def test_a_faulty_row_refuses_the_file_with_status_1(bring, capsys: pytest.CaptureFixture[str]) -> None:
    assert bring(GOOD, "Lúa tốt,2026-11-12,AT", "Lúa tốt,2026-11-09,Xứ Lạ") == 1
    said = capsys.readouterr().err
    for words in ("import.rows", "t.csv", "3", "2026-11-12", "Xứ Lạ", "4"):
        assert words in said
    assert not Observation.objects.exists()


def test_what_is_no_table_ends_with_status_2(bring, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert bring() == 2
    assert "sheet.no_rows" in capsys.readouterr().err
    assert run(["import", "observations", str(tmp_path / "none.csv"), "--mapping", str(tmp_path / "m.toml"), "--json"]) == 2
    told = capsys.readouterr()
    assert json.loads(told.out)["refused"]["code"] == "input"
    assert "none.csv" in told.err
    (tmp_path / "m.toml").write_text(MAPPING.replace('"ST"', '"XX"'), encoding="utf-8")
    assert run(["import", "observations", str(tmp_path / "t.csv"), "--mapping", str(tmp_path / "m.toml")]) == 2
    assert "“XX”" in capsys.readouterr().err


def test_a_file_that_is_too_large_is_bad_input(bring, capsys: pytest.CaptureFixture[str], settings: Any) -> None:
    settings.UPLOAD_MAX_BYTES = 20
    assert bring(GOOD, words=("--json",)) == 2
    said = capsys.readouterr()
    assert "sheet.too_large" in said.err
    assert json.loads(said.out)["refused"]["code"] == "input"
    assert not Observation.objects.exists()
