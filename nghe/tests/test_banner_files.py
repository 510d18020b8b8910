"""A book as it leaves the office: nothing hidden in any file, nothing a spreadsheet runs, the same bytes twice; and bad input."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nghe.cli import run
from nghe.disclosure.audit import audit_release
from nghe.errors import Fault
from nghe.survey import Design, Sample, Table
from nghe.survey.banner.book import Book
from nghe.survey.banner.hide import REASONS, hidden_in, protect_book, summary
from nghe.survey.banner.join import join_small_answers
from nghe.survey.banner.make import make_book
from nghe.survey.banner.safe import STARTS, safe_text
from nghe.survey.banner.spec import FIELDS, schema_text, spec_from
from nghe.survey.banner.tables import systems_of
from nghe.survey.banner.write import book_files
from nghe.wording.claims import load_claims
from nghe.wording.verify import verify_claims, verify_files

MOMENT = "2026-11-12T17:00:00+07:00"
EVIL = "=HYPERLINK(\"http://x\")"


def table(seed: int = 3, n: int = 600) -> Table:
    rng = np.random.default_rng(seed)
    answer = rng.choice(["Đồng ý", "Không đồng ý", EVIL, "<b>khác</b>"], n, p=[0.55, 0.38, 0.05, 0.02]).astype(object)
    answer[rng.random(n) < 0.02] = None
    return Table.from_columns({
        "psu": np.repeat(np.arange(30), n // 30), "w": rng.gamma(5, size=n), "q": list(answer),
        "sex": list(rng.choice(["nữ", "nam"], n)), "area": list(rng.choice(["a", "b", "c", "-d"], n, p=[0.5, 0.3, 0.17, 0.03])),
    })


def spec(**more: Any) -> dict[str, Any]:
    return {"rows": [{"name": "q", "label": "Ông/bà có đồng ý không?"}], "columns": ["sex", "area"], "title": "+Sách", **more}


@pytest.fixture(scope="module")
def book() -> Book:
    return make_book(Sample.of(table(), Design(ids=("psu",), weights="w")), spec_from(spec(
        nets={"q": {"Có ý kiến": ["Đồng ý", "Không đồng ý"]}}, means={"q": {"Đồng ý": 1, "Không đồng ý": 0, EVIL: 0.5}})))


@pytest.fixture(scope="module")
def safe(book: Book) -> Book:
    return protect_book(book)


def test_what_is_hidden_is_small_or_none_or_all_or_covers_another(book: Book, safe: Book) -> None:
    before, after = book.sheets[0], safe.sheets[0]
    counted = np.array([[row.kind != "mean"] for row in before.rows])
    small = counted & ((before.count < 10) | (before.n - before.count < 10) | (before.n < 10))
    assert small.any()
    assert after.hidden[small].all()
    assert len(safe.hides) == after.hidden.sum() == summary(safe)["hidden"]
    assert {entry["reason"] for entry in safe.hides} <= set(REASONS)
    assert "cover" in {entry["reason"] for entry in safe.hides}
    assert np.array_equal(before.estimate[~after.hidden], after.estimate[~after.hidden])
    mean = next(at for at, _ in after.rows_of("mean"))
    answers = [at for at, _ in after.rows_of("answer")]
    assert after.hidden[mean].tolist() == after.hidden[answers].any(axis=0).tolist()
    assert (after.n[mean] == -1).tolist() == after.hidden[mean].tolist()


def test_no_attacker_can_narrow_what_is_hidden(book: Book) -> None:
    sheet = book.sheets[0]
    reasons = hidden_in(book, sheet).reasons
    shown_small = 0
    for system in systems_of(book, sheet, reasons != ""):
        assert audit_release([drawn.table for drawn in system], k=10).safe
        shown_small += len(system)
    assert shown_small
    bare = systems_of(book, sheet, (sheet.count < 10) & np.array([[row.kind == "answer"] for row in sheet.rows]))
    assert audit_release([drawn.table for drawn in bare[0]], k=10).recoverable > 0


def test_nothing_hidden_is_in_any_file(book: Book, safe: Book) -> None:
    files, _ = book_files(safe, frozen_at=MOMENT)
    records = list(csv.DictReader(io.StringIO(files["banner.csv"].decode("utf-8-sig"))))
    hidden = [record for record in records if record["hidden"] == "1"]
    assert len(hidden) == len(safe.hides)
    for record in hidden:
        assert not any(record[name] for name in ("estimate", "ci_low", "ci_high", "se", "deff", "df", "letters", "n_psu"))
    document = json.loads(files["claims.json"])
    for item in document["evidence"]:
        assert item["suppressed"]["k"] == 10
    figures = {name for item in document["evidence"] for name, row in item["rows"].items() if "estimate" in row}
    after = safe.sheets[0]
    for row, column in zip(*np.nonzero(after.hidden), strict=True):
        name = f"r{row}" if column == 0 else f"r{row}-c{column}"
        assert name not in figures
    secret = float(book.sheets[0].estimate[after.hidden & np.isfinite(book.sheets[0].estimate)][0])
    assert f"{100 * secret:.4f}".encode() not in files["banner.csv"] + files["claims.json"]
    assert sum(page.count("⋯") for page in [files["banner.html"].decode()]) >= len(hidden)


def test_small_answers_are_merged_first_where_the_spec_says_so() -> None:
    sample = Sample.of(table(), Design(ids=("psu",), weights="w"))
    words = spec(columns=["sex"], missing={"show": "none"})
    plain = make_book(sample, spec_from(words))
    joined = join_small_answers(make_book(sample, spec_from({**words, "disclosure": {"merge": ["q"]}})))
    merged = make_book(sample, joined)
    assert [row.name for row in plain.sheets[0].rows] == ["<b>khác</b>", EVIL, "Không đồng ý", "Đồng ý"]
    assert [row.label for row in merged.sheets[0].rows] == [f"<b>khác</b> + {EVIL}", "Không đồng ý", "Đồng ý"]
    assert merged.sheets[0].count[0].tolist() == plain.sheets[0].count[:2].sum(axis=0).tolist()
    assert merged.sheets[0].estimate[0] == pytest.approx(plain.sheets[0].estimate[:2].sum(axis=0))
    assert len(protect_book(merged).hides) < len(protect_book(plain).hides)
    ordered = {**words, "rows": [{"name": "q", "order": [EVIL, "Đồng ý", "<b>khác</b>", "Không đồng ý"]}],
               "disclosure": {"merge": ["q"]}}
    assert [len(group) for group in join_small_answers(make_book(sample, spec_from(ordered))).joined["q"]] == [1, 1, 2]
    with pytest.raises(Fault, match="merge none there"):
        join_small_answers(make_book(sample, spec_from({**ordered, "nets": {"q": {"n": ["Đồng ý"]}}})))
    with pytest.raises(Fault, match="is none of the rows"):
        spec_from({**words, "disclosure": {"merge": ["x"]}})


def test_letters_never_speak_of_a_hidden_cell(book: Book, safe: Book) -> None:
    sheet = safe.sheets[0]
    letters = {column.letter: at for at, column in enumerate(safe.columns) if column.letter}
    for row, column in zip(*np.nonzero(sheet.letters != ""), strict=True):
        assert not sheet.hidden[row, column]
        for letter in sheet.letters[row, column].upper().split():
            assert not sheet.hidden[row, letters[letter]]


def test_the_same_book_gives_the_same_bytes_and_its_claims_verify(safe: Book) -> None:
    files, unsaid = book_files(safe, frozen_at=MOMENT)
    again, _ = book_files(safe, frozen_at=MOMENT)
    assert files == again
    assert unsaid == ()
    document = load_claims(files["claims.json"])
    assert verify_claims(document) == []
    assert verify_files(document, {name: content for name, content in files.items() if name != "claims.json"}) == []
    assert document["claims"][0]["rendered"]["vi"].startswith("Ông/bà có đồng ý không? “Đồng ý”: ")
    assert {item["kind"] for item in document["evidence"]} == {"SurveyEstimate"}


def test_a_question_whose_words_only_a_rule_may_say_gets_no_sentence() -> None:
    data = Table.from_columns({"q": ["đa số ủng hộ"] * 40 + ["ít hơn"] * 30, "g": ["x", "y"] * 35})
    made = protect_book(make_book(Sample.of(data, Design()), spec_from({"rows": ["q"], "columns": ["g"]})))
    files, unsaid = book_files(made, frozen_at=MOMENT)
    assert unsaid == ("q",)
    assert json.loads(files["claims.json"])["evidence"]


def test_a_quota_book_speaks_of_sheets_in_every_file() -> None:
    data = table()
    made = protect_book(make_book(Sample.of(data, Design(kind="quota", weights="w")), spec_from(spec())))
    files, _ = book_files(made, frozen_at=MOMENT)
    document = load_claims(files["claims.json"])
    assert {item["kind"] for item in document["evidence"]} == {"QuotaTally"}
    assert verify_claims(document) == []
    assert "phiếu hợp lệ" in document["claims"][0]["rendered"]["vi"]
    page = files["banner.html"].decode()
    assert "không suy ra người dân" in page
    assert "Khoảng 95%" not in page
    assert "<svg" not in page
    assert "Cơ sở có quyền số" not in page
    for record in csv.DictReader(io.StringIO(files["banner.csv"].decode("utf-8-sig"))):
        assert not any(record[name] for name in ("ci_low", "ci_high", "se", "deff", "letters", "weighted_base"))
        assert record["basis"] == "% số phiếu theo cột, không quyền số"


def test_a_spreadsheet_runs_nothing(safe: Book) -> None:
    files, _ = book_files(safe, frozen_at=MOMENT)
    openpyxl = pytest.importorskip("openpyxl")
    pages = openpyxl.load_workbook(io.BytesIO(files["banner.xlsx"]))
    cells = [cell for page in pages for line in page.iter_rows() for cell in line if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s", "n"}
    texts = [cell.value for cell in cells if cell.data_type == "s"]
    assert not any(text.startswith(STARTS) for text in texts)
    assert f"'{EVIL}" in texts
    assert "'-d" in texts
    for record in csv.reader(io.StringIO(files["banner.csv"].decode("utf-8-sig"))):
        for value in record:
            assert not value.startswith(STARTS) or value.lstrip("-").replace(".", "").isdigit()
    assert [safe_text(text) for text in ("=1", " +1", "a=1", "\t1", "＝1")] == ["'=1", "' +1", "a=1", "'\t1", "'＝1"]
    page = files["banner.html"].decode()
    assert "<b>khác</b>" not in page
    assert "&lt;b&gt;khác&lt;/b&gt;" in page


def test_small_bases_are_marked_and_the_basis_is_said(safe: Book) -> None:
    page = book_files(safe, frozen_at=MOMENT)[0]["banner.html"].decode()
    small = [int(n) for n in safe.sheets[0].n[0] if 0 <= n < 100]
    assert small
    for n in small:
        assert f">{n}*</td>" in page
    assert "% theo cột, có quyền số" in page


def test_inside_the_office_the_floor_is_five_and_a_floor_is_only_raised(book: Book) -> None:
    sample = Sample.of(table(), Design(ids=("psu",), weights="w"))
    inside = protect_book(make_book(sample, spec_from(spec(disclosure={"published": False}))))
    strict = protect_book(make_book(sample, spec_from(spec(disclosure={"k": 25}))))
    assert inside.spec.k == 5
    assert len(inside.hides) < len(strict.hides)
    for disclosure in ({"k": 9}, {"published": False, "k": 4}):
        with pytest.raises(Fault, match="it can only be raised"):
            spec_from(spec(disclosure=disclosure))


@pytest.mark.parametrize(("change", "words"), [
    ({"rows": []}, "rows: is a list of at least one"),
    ({"columns": "sex"}, "columns: is a list"),
    ({"rows": ["q", "q"]}, "rows.q: stands twice"),
    ({"rows": [{"label": "x"}]}, "neither a column"),
    ({"rows": [{"name": "q", "lable": "x"}]}, "lable: is no field"),
    ({"rows": [{"name": "q", "order": "a"}]}, "is a list of levels"),
    ({"rows": [{"name": "q", "where": "x"}]}, "is a list of predicates"),
    ({"row": ["q"]}, "row: is no field"),
    ({"nets": {"x": {"a": ["b"]}}}, "nets.x: is none of the rows"),
    ({"nets": {"q": ["a"]}}, "is a table of names"),
    ({"means": {"q": "yes"}}, "true (the numbers themselves) or a table of scores"),
    ({"tests": {"against": "all"}}, "say one of columns, total"),
    ({"tests": {"correction": "bonferroni"}}, "say one of bh, by, none"),
    ({"tests": {"level": 5}}, "not between 0 and 1"),
    ({"tests": {"least_base": -1}}, "no count of people"),
    ({"tests": {"batteries": {"b": ["x"]}}}, "is none of the rows"),
    ({"missing": {"show": "yes"}}, "say one of row, answer, none"),
    ({"missing": {"codes": {"x": ["9"]}}}, "is none of the rows"),
    ({"language": "fr"}, "say one of vi, en"),
    ({"title": 3}, "is no text"),
    ({"disclosure": {"published": "no"}}, "is true (floor 10) or false"),
    ({"disclosure": {"k": "10"}}, "no whole number"),
])
def test_a_bad_spec_is_refused_with_its_field(change: dict[str, Any], words: str) -> None:
    with pytest.raises(Fault) as fault:
        spec_from({**spec(), **change})
    assert words in str(fault.value)


@pytest.mark.parametrize(("change", "words"), [
    ({"rows": ["x"]}, "no such column"),
    ({"columns": ["x"]}, "no such column"),
    ({"rows": ["w"]}, "different answers; band it"),
    ({"columns": ["w"]}, "groups; band it"),
    ({"rows": [{"name": "q", "order": ["Đồng ý", "Vâng"]}]}, "'Vâng' is no answer of it"),
    ({"columns": [{"name": "sex", "levels": ["nữ", "khác"]}]}, "'khác' is no answer of it"),
    ({"nets": {"q": {"n": ["Vâng"]}}}, "'Vâng' is no answer"),
    ({"nets": {"q": {"n": []}}}, "has no members"),
    ({"means": {"q": True}}, "answers that are no numbers"),
    ({"means": {"q": {"Vâng": 1}}}, "'Vâng' is no answer"),
    ({"rows": [{"name": "m", "multiple": ["q"]}]}, "name the unticked ones"),
    ({"rows": ["gone"]}, "every row is missing"),
    ({"columns": ["gone"]}, "every row is missing"),
    ({"rows": [{"name": "q", "where": [{"column": "psu", "op": ">", "value": 99}]}]}, "nobody gave an answer"),
])
def test_a_spec_that_does_not_fit_the_data_is_refused(change: dict[str, Any], words: str) -> None:
    data = table().with_columns(*Table.from_columns({"gone": [None] * 600}).columns.values())
    with pytest.raises(Fault) as fault:
        make_book(Sample.of(data, Design(ids=("psu",), weights="w")), spec_from({**spec(), **change}))
    assert words in str(fault.value)


def test_one_row_a_hidden_total_and_twin_spellings() -> None:
    one, small = Table.from_columns({"q": ["a"], "g": ["x"]}), spec_from({"rows": ["q"], "columns": ["g"]})
    with pytest.raises(Fault, match="two at least"):
        make_book(Sample.of(one, Design()), small)
    made = protect_book(make_book(Sample.of(one, Design(kind="quota")), small))
    assert made.sheets[0].hidden.all()
    files, unsaid = book_files(made, frozen_at=MOMENT)
    assert unsaid == ("q",)
    assert json.loads(files["claims.json"])["evidence"] == []
    twins = Table.from_columns({"q": ["n\u1eef", "nu\u031b\u0303"] * 30, "g": ["x", "y"] * 30})
    assert [row.name for row in make_book(Sample.of(twins, Design()), small).sheets[0].rows] == ["n\u1eef"]


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rng = np.random.default_rng(1)
    with (tmp_path / "d.csv").open("w", encoding="utf-8") as out:
        out.write("psu,q,sex\n")
        out.writelines(f"{i // 20},{rng.choice(['có', 'không'])},{rng.choice(['nữ', 'nam'])}\n" for i in range(400))
    (tmp_path / "D.toml").write_text('ids = ["psu"]\n', encoding="utf-8")
    (tmp_path / "S.toml").write_text('rows = ["q"]\ncolumns = ["sex"]\n', encoding="utf-8")
    words = ["survey", "banner", str(tmp_path / "d.csv"), "--design", str(tmp_path / "D.toml"), "--spec",
             str(tmp_path / "S.toml"), "--out", str(tmp_path / "book"), "--at", MOMENT]
    assert run([*words, "--account", str(tmp_path / "hidden.json"), "--json"]) == 0
    account = json.loads(capsys.readouterr().out)
    assert account["rows"] == 400
    assert sorted(path.name for path in (tmp_path / "book").iterdir()) == account["files"]
    assert json.loads((tmp_path / "hidden.json").read_text(encoding="utf-8"))["hidden"] == []
    assert run(words) == 0
    assert "0 of 6 cells hidden" in capsys.readouterr().out
    assert run([*words, "--account", str(tmp_path / "book" / "hidden.json")]) == 2
    assert run(words[:-4]) == 2
    (tmp_path / "S.toml").write_text("rows = [", encoding="utf-8")
    assert run(words) == 2
    assert "is no TOML" in capsys.readouterr().err
    assert run(["survey", "banner", "--schema"]) == 0
    schema = json.loads(capsys.readouterr().out)
    assert schema == json.loads(schema_text())
    assert set(schema["properties"]) == set(FIELDS)
