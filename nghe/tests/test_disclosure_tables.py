"""Tables as they are read: every bad input says which table, which cell, what to do."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from nghe.cli import run
from nghe.disclosure.audit import audit_release
from nghe.disclosure.files import read_tables, schema_text, table_to, tables_from
from nghe.errors import Fault

SEX = {"female": "total", "male": "total"}
ANSWER = ["total", "yes", "no"]


def record(**changes: Any) -> dict[str, Any]:
    base: dict[str, Any] = {
        "id": "T1", "release": "W46", "dimensions": {"sex": ["total", "female", "male"], "answer": ANSWER},
        "parents": {"sex": SEX, "answer": {"yes": "total", "no": "total"}},
        "counts": [[60, 40, 20], [35, 20, 15], [25, 20, 5]],
        "suppressed": [[False, False, False], [False, False, False], [False, False, True]],
    }
    return {**base, **changes}


@pytest.mark.parametrize(
    ("changes", "code", "words"),
    [
        ({"counts": [[60, 40, 20], [35, 20, 15]]}, "disclosure.shape", "2 entries where the dimension has 3 levels"),
        ({"counts": [[60, 40, 20], [35, 20, 15], [25, 20, -5]]}, "disclosure.count", "-5 is no count"),
        ({"counts": [[60, 40, 20], [35, 20, 15], [25, 20, 4.5]]}, "disclosure.count", "4.5 is no count"),
        ({"counts": [[60, 40, 20], [35, 20, 15], [25, 20, True]]}, "disclosure.count", "True is no count"),
        ({"counts": [[60, 40, 20], [35, 20, None], [25, 20, 5]]}, "disclosure.count", "has no count and is not marked"),
        ({"counts": [[60, 40, 20], [35, 21, 15], [25, 20, 5]]}, "disclosure.contradiction", "parts come to"),
        ({"suppressed": [[0, 0, 0]] * 3}, "disclosure.count", "flag: true or false"),
        ({"dimensions": {"sex": ["total", "female", "female"], "answer": ANSWER}}, "disclosure.level", "stands twice"),
        ({"dimensions": {"sex": ["total", "n\u1eef", "nu\u031b\u0303"], "answer": ANSWER}}, "disclosure.level", "NFC"),
        ({"dimensions": {"sex": ["total", "female", 3], "answer": ANSWER}}, "disclosure.level", "is no level"),
        ({"dimensions": {"sex": "total", "answer": ["yes"]}}, "disclosure.dimension", "object of lists"),
        ({"dimensions": {"sex": [], "answer": ["yes"]}}, "disclosure.dimension", "at least one level"),
        ({"parents": {"gender": SEX}}, "disclosure.parents", "none of its dimensions"),
        ({"parents": {"sex": {"female": "male", "male": "female"}}}, "disclosure.parents", "its own ancestor"),
        ({"where": {"sex": "female"}}, "disclosure.where", "keep one"),
        ({"of": "persons"}, "disclosure.of", "people, places"),
        ({"shares": "age"}, "disclosure.shares", "none of its dimensions"),
        ({"count": 3}, "disclosure.field", "unknown fields count"),
        ({"release": 46}, "disclosure.field", "must be a text"),
    ],
)
def test_a_bad_table_is_refused_with_its_place(changes: dict[str, Any], code: str, words: str) -> None:
    with pytest.raises(Fault) as fault:
        audit_release(tables_from([record(**changes)]))
    assert fault.value.code == code
    assert words in str(fault.value)


def test_a_table_without_counts_or_a_file_without_tables_is_refused() -> None:
    bare = record()
    del bare["counts"]
    for data, words in (([bare], "lacks counts"), ([], "no tables"), ({"tables": 3}, "no tables"), ([3], "no object"),
                        ({"tables": [record()], "k": 10}, "unknown fields k"), ([record(), record()], "stands twice")):
        with pytest.raises(Fault, match=words):
            tables_from(data)


def test_two_tables_that_count_the_same_people_differently_contradict() -> None:
    later = record(id="T2", dimensions={"answer": ["total", "yes", "no"]}, parents={"answer": {"yes": "total", "no": "total"}},
                   counts=[61, 41, 20], suppressed=[False] * 3)
    with pytest.raises(Fault, match="the same people counted twice must agree"):
        audit_release(tables_from([record(), later]))
    assert audit_release(tables_from([record(), {**later, "population": "recount"}])).recoverable == 1


def test_what_is_shown_must_fit_some_counts_even_where_hidden_counts_are_not_given() -> None:
    hidden = [[False, False, False], [False, True, True], [False, True, True]]
    counts = [[60, 40, 20], [35, None, None], [20, None, None]]
    with pytest.raises(Fault) as fault:
        audit_release(tables_from([record(counts=counts, suppressed=hidden)]))
    assert fault.value.code == "disclosure.contradiction"


def test_a_table_survives_writing_and_reading() -> None:
    (table,) = tables_from([record(where={"wave": "2"}, partial=["answer"], parents={"sex": SEX}, shares="answer")])
    (again,) = tables_from([table_to(table, with_hidden=True)])
    assert again == table
    assert table_to(table)["counts"][2][2] is None


def test_the_command_reads_flat_and_nested_counts_and_answers_by_exit_status(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "tables.json"
    flat = record(counts=[60, 40, 20, 35, 20, 15, 25, 20, 5], suppressed=[False] * 8 + [True])
    source.write_text(json.dumps({"tables": [flat]}), encoding="utf-8")
    assert run(["disclosure", "audit", str(source)]) == 1
    assert "the hidden count is exactly 5" in capsys.readouterr().out
    assert run(["disclosure", "audit", str(source), "--json"]) == 1
    account = json.loads(capsys.readouterr().out)
    assert account["recoverable"] == 1
    assert account["findings"][0]["cell"] == {"sex": "male", "answer": "no"}

    safe = tmp_path / "safe.json"
    assert run(["disclosure", "protect", str(source), str(safe)]) == 0
    capsys.readouterr()
    assert run(["disclosure", "audit", str(safe), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["safe"] is True
    assert read_tables(safe)[0].counts[0] == 60


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"[", "disclosure.no_json"), (b"\xff\xfe[\x00", "disclosure.no_json"), (b'[{"id": "a", "id": "b"}]', "disclosure.no_json"),
     (b"[]", "disclosure.tables")],
)
def test_a_file_that_cannot_be_read_ends_with_status_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes, code: str
) -> None:
    source = tmp_path / "tables.json"
    source.write_bytes(content)
    assert run(["disclosure", "audit", str(source), "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["fault"]["code"] == code
    assert run(["disclosure", "audit", str(tmp_path / "none.json")]) == 2
    assert run(["disclosure", "audit"]) == 2
    assert run(["disclosure", "audit", str(source), "--k", "2"]) == 2


def test_the_schema_names_exactly_the_fields_that_are_read(capsys: pytest.CaptureFixture[str]) -> None:
    from nghe.disclosure.files import TABLE_KEYS

    assert run(["disclosure", "audit", "--schema"]) == 0
    schema = json.loads(capsys.readouterr().out)
    assert schema == json.loads(schema_text())
    assert set(schema["$defs"]["table"]["properties"]) == set(TABLE_KEYS)
