"""Survey files: data with labels, commands and their formats, and what goes out to other programs."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nghe import schemas
from nghe.cli import run
from nghe.errors import Fault
from nghe.survey import Design, Margin, Sample, Table, count, rake, read_table
from nghe.survey.data.column import Column
from nghe.survey.data.predicates import holds
from nghe.survey.files.answers import answer
from nghe.survey.files.design import read_design, read_requests
from nghe.survey.files.write import write_table

DATA = Path(__file__).parent / "data" / "opinion_a.csv"
DESIGN = 'ids = ["wpsu"]\nstrata = ["wstratum"]\nweights = "w"\nlonely_psu = "certainty"\n'
REQUESTS = [
    {"id": "trust", "stat": "mean", "vars": ["trust"], "by": ["wave"], "na_rm": True, "deff": "wor"},
    {"id": "problem", "stat": "proportion", "vars": ["problem"], "domain": [{"column": "sex", "op": "==", "value": "female"}]},
    {"id": "median", "stat": "quantile", "vars": ["trust"], "p": [0.5], "na_rm": True},
    {"id": "sex", "stat": "chisq", "vars": ["problem", "sex"]},
    {
        "id": "heard",
        "stat": "glm",
        "y": {"column": "heard"},
        "terms": [{"columns": ["visits"], "categorical": False}],
        "family": "quasibinomial",
        "link": "logit",
    },
    {"id": "sheets", "stat": "tally", "vars": ["problem"]},
]
FIELDS = [
    "request",
    "statistic",
    "variable",
    "level",
    "domain",
    "estimate",
    "se",
    "ci_low",
    "ci_high",
    "ci_method",
    "df",
    "deff",
    "n",
    "n_psu",
    "basis",
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "design.toml").write_text(DESIGN, encoding="utf-8")
    (tmp_path / "requests.json").write_text(json.dumps(REQUESTS), encoding="utf-8")
    (tmp_path / "targets.csv").write_text(
        "variable,level,count\nsex,female,5100\nsex,male,4900\nsex*age,female*18-29,1300\nsex*age,female*30-44,1600\n"
        "sex*age,female*45-59,1200\nsex*age,female*60+,1000\nsex*age,male*18-29,1200\nsex*age,male*30-44,1500\n"
        "sex*age,male*45-59,1200\nsex*age,male*60+,1000\n",
        encoding="utf-8",
    )
    return tmp_path


def estimate(folder: Path, *more: str) -> tuple[int, dict[str, Any]]:
    status = run(
        [
            "survey",
            "estimate",
            str(DATA),
            "--design",
            str(folder / "design.toml"),
            "--requests",
            str(folder / "requests.json"),
            "--out",
            str(folder / "answer.json"),
            *more,
        ]
    )
    return status, json.loads((folder / "answer.json").read_text(encoding="utf-8"))


def test_estimates_from_the_command_line(folder: Path) -> None:
    status, answer = estimate(folder)
    assert status == 0
    assert sorted(answer) == ["design", "estimates", "refused"]
    assert answer["refused"] == []
    for row in answer["estimates"]:
        assert list(row)[: len(FIELDS)] == FIELDS
        assert row["basis"] == ("unweighted" if row["request"] == "sheets" else "weighted")
    trust = [row for row in answer["estimates"] if row["request"] == "trust"]
    assert [row["domain"] for row in trust] == [[{"column": "wave", "op": "==", "value": float(wave)}] for wave in (1, 2, 3)]
    assert all(row["ci_low"] < row["estimate"] < row["ci_high"] and row["ci_method"] == "t" and row["deff"] > 0 for row in trust)
    problem = [row for row in answer["estimates"] if row["request"] == "problem"]
    assert sum(row["estimate"] for row in problem) == pytest.approx(1)
    assert {(row["ci_method"], row["verdict"]) for row in problem} == {("korn-graubard", "show")}
    assert answer["design"]["kind"] == "probability"


def test_a_refused_request_ends_with_status_1_and_stops_no_other(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "requests.json").write_text(
        json.dumps([*REQUESTS, {"id": "gone", "stat": "mean", "vars": ["trust"]}]), encoding="utf-8"
    )
    status, answer = estimate(folder, "--json")
    assert status == 1
    assert [(refusal["request"], refusal["code"]) for refusal in answer["refused"]] == [("gone", "survey.missing")]
    assert len(answer["estimates"]) > 10
    assert json.loads(capsys.readouterr().out)["refused"][0]["request"] == "gone"


def test_a_quota_design_is_refused_every_margin_of_error(folder: Path) -> None:
    (folder / "design.toml").write_text('weights = "w"\nkind = "quota"\n', encoding="utf-8")
    status, answer = estimate(folder)
    assert status == 1
    assert {refusal["code"] for refusal in answer["refused"]} == {"survey.no_margin_of_error"}
    assert len(answer["refused"]) == len(REQUESTS) - 1
    assert {(row["statistic"], row["se"], row["ci_low"]) for row in answer["estimates"]} == {("tally", None, None)}


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("design.toml", "ids = [", "cannot be read"),
        ("design.toml", 'psu = "x"', "no field of a design"),
        ("requests.json", "{}", "list of requests"),
        ("requests.json", '[{"stat": "mean"}]', "has no id"),
        ("requests.json", '[{"id": "a", "stat": "mode"}]', "say one of"),
        ("requests.json", '[{"id": "a", "stat": "mean"}]', "needs vars"),
        ("requests.json", '[{"id": "a", "stat": "mean", "vars": ["trust"], "colour": 1}]', "no field of mean"),
        ("requests.json", '[{"id": "a", "stat": "degf"}, {"id": "a", "stat": "degf"}]', "stands twice"),
    ],
)
def test_files_that_cannot_be_read_end_with_status_2(
    folder: Path, capsys: pytest.CaptureFixture[str], name: str, text: str, words: str
) -> None:
    (folder / name).write_text(text, encoding="utf-8")
    status = run(
        [
            "survey",
            "estimate",
            str(DATA),
            "--design",
            str(folder / "design.toml"),
            "--requests",
            str(folder / "requests.json"),
            "--out",
            str(folder / "answer.json"),
        ]
    )
    assert status == 2
    assert words in capsys.readouterr().err
    assert not (folder / "answer.json").exists()


def weight(folder: Path, method: str, *more: str) -> int:
    return run(
        [
            "survey",
            "weight",
            str(DATA),
            "--design",
            str(folder / "design.toml"),
            "--targets",
            str(folder / "targets.csv"),
            "--method",
            method,
            "--out",
            str(folder / "weights.csv"),
            *more,
        ]
    )


@pytest.mark.parametrize("method", ["rake", "calibrate"])
def test_weights_from_the_command_line_reach_their_margins(folder: Path, capsys: pytest.CaptureFixture[str], method: str) -> None:
    assert weight(folder, method, "--json") == 0
    account = json.loads(capsys.readouterr().out)
    lines = (folder / "weights.csv").read_text(encoding="utf-8").splitlines()
    weights = np.array([float(line.split(",")[1]) for line in lines[1:]])
    assert (lines[0], len(weights)) == ("row,weight", 1385)
    assert weights.sum() == pytest.approx(10_000, rel=1e-9)
    assert all(margin["after"] == pytest.approx(margin["target"], abs=1e-9) for margin in account["margins"])
    assert account["after"]["kish_deff"] == pytest.approx(len(weights) * (weights**2).sum() / weights.sum() ** 2)
    assert account["after"]["effective_n"] == pytest.approx(len(weights) / account["after"]["kish_deff"])


def test_trimming_says_what_it_moved(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert weight(folder, "rake", "--trim", "2", "15", "--json") == 0
    account = json.loads(capsys.readouterr().out)
    assert 0 < account["after"]["trimmed_share"] < 0.2
    assert (account["after"]["smallest"], account["after"]["largest"]) == (pytest.approx(2), pytest.approx(15))


def test_post_stratification_takes_one_margin(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert weight(folder, "poststratify") == 2
    assert "takes one" in capsys.readouterr().err


def test_shares_as_targets_keep_the_sum_of_weights(folder: Path) -> None:
    (folder / "targets.csv").write_text("variable,level,count\nsex,female,51\nsex,male,49\n", encoding="utf-8")
    assert weight(folder, "poststratify") == 0
    weights = [float(line.split(",")[1]) for line in (folder / "weights.csv").read_text(encoding="utf-8").splitlines()[1:]]
    assert sum(weights) == pytest.approx(read_table(DATA)["w"].numbers.sum())


def test_margins_that_contradict_are_told_in_the_numbers_of_the_file(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    counts = "sex,female,51\nsex,male,49\nage,18-29,30\nage,30-44,30\nage,45-59,30\nage,60+,30\n"
    (folder / "targets.csv").write_text(f"variable,level,count\n{counts}", encoding="utf-8")
    assert weight(folder, "rake") == 2
    assert "the first adds to 100, the second to 120" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a,b\n", "has the header"),
        ("variable,level,count\n", "no targets"),
        ("variable,level,count\nsex,female,x\n", "is no number"),
        ("variable,level,count\nsex,female,1\nsex,female,1\n", "stands twice"),
        ("variable,level,count\nsex*age,female,1\n", "join both by"),
        ("variable,level,count\nsex,female,-1\nsex,male,3\n", "0 or more"),
        ("variable,level,count\nplace,x,1\n", "no such column"),
    ],
)
def test_targets_that_cannot_be_read(folder: Path, capsys: pytest.CaptureFixture[str], text: str, words: str) -> None:
    (folder / "targets.csv").write_text(text, encoding="utf-8")
    assert weight(folder, "rake") == 2
    assert words in capsys.readouterr().err


def test_help_prints_the_schemas(capsys: pytest.CaptureFixture[str]) -> None:
    for command in ("estimate", "weight"):
        with pytest.raises(SystemExit) as end:
            run(["survey", command, "--help"])
        assert end.value.code == 0
        text = capsys.readouterr().out
        assert "Example: nghe survey" in text.replace("\n", " ")
        assert '"lonely_psu"' in text


def test_schemas_know_every_field_that_the_code_takes() -> None:
    from dataclasses import fields

    from nghe.survey.requests import COMMON, FIELDS

    design = json.loads(schemas.text("survey-design"))
    assert set(design["properties"]) == {field.name for field in fields(Design)}
    requests = json.loads(schemas.text("survey-requests"))
    known: dict[str, set[str]] = {}
    for name, operation in requests["$defs"].items():
        if name.startswith("op_"):
            known.setdefault(operation["properties"]["stat"]["const"], set()).update(operation["properties"])
    assert {stat: needed | more for stat, (needed, more) in FIELDS.items()} == {
        stat: names - COMMON for stat, names in known.items()
    }


def labelled() -> Table:
    return Table.of(
        [
            Column.of_numbers(
                "q1", np.array([1.0, 2.0, np.nan, 2.0]), label="Mức độ hài lòng", value_labels={1.0: "Không", 2.0: "Có"}
            ),
            Column.of_texts("tinh", ["Huế", None, "Vinh", "Huế"], label="Tỉnh"),
            Column.of_numbers("w", np.array([1.5, 2.0, 0.25, 1.0])),
        ]
    )


@pytest.mark.parametrize("ending", [".csv", ".parquet", ".arrow", ".sav", ".dta"])
def test_a_table_comes_back_as_it_was_written(tmp_path: Path, ending: str) -> None:
    wanted, path = labelled(), tmp_path / f"survey{ending}"
    write_table(wanted, path)
    back = read_table(path)
    assert list(back.columns) == list(wanted.columns)
    for name in wanted.columns:
        assert back[name].levels == wanted[name].levels
        assert back[name].codes.tolist() == wanted[name].codes.tolist()
    if ending in {".sav", ".dta"}:
        assert (back["q1"].label, dict(back["q1"].value_labels)) == ("Mức độ hài lòng", {1.0: "Không", 2.0: "Có"})


def test_answers_carry_the_labels_of_the_data() -> None:
    made = answer(Sample.of(labelled(), Design()), [{"id": "a", "stat": "proportion", "vars": ["q1"], "na_rm": True}])
    assert {(row["variable_label"], row["level_label"]) for row in made["estimates"]} >= {("Mức độ hài lòng", "Có")}


def test_numbers_and_texts_of_a_csv(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text('n,t,mixed,empty,"quo""ted"\n01,x,1,,"a\nb"\n2.5,,x,,c\n', encoding="utf-8")
    table = read_table(tmp_path / "a.csv")
    assert [table[name].kind for name in ("n", "t", "mixed", "empty", 'quo"ted')] == ["number", "text", "text", "number", "text"]
    assert table["n"].numbers.tolist() == [1.0, 2.5]
    assert table["t"].codes.tolist() == [0, -1]
    assert table["empty"].missing.all()
    assert table['quo"ted'].levels == ("a\nb", "c")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("a,b\n1,2\n".encode("utf-16"), "survey.csv"),
        ("a\n\xe9\n".encode("latin-1"), "survey.csv"),
        (b"", "survey.csv"),
        (b"a,\n1,2\n", "survey.csv"),
        (b"a,b\n1\n", "survey.csv"),
    ],
)
def test_a_csv_that_cannot_be_read(tmp_path: Path, content: bytes, code: str) -> None:
    (tmp_path / "a.csv").write_bytes(content)
    with pytest.raises(Fault) as fault:
        read_table(tmp_path / "a.csv")
    assert fault.value.code == code


def test_other_files_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.xls").write_bytes(b"")
    for path in (tmp_path / "a.xls", tmp_path / "gone.csv"):
        with pytest.raises(Fault):
            read_table(path)


def test_designs_in_json_are_read_too(tmp_path: Path) -> None:
    (tmp_path / "d.json").write_text('{"ids": ["a"], "nest": true}', encoding="utf-8")
    assert read_design(tmp_path / "d.json") == Design(ids=("a",), nest=True)
    (tmp_path / "r.json").write_text('{"requests": [{"id": "df", "stat": "degf"}]}', encoding="utf-8")
    assert read_requests(tmp_path / "r.json") == [{"id": "df", "stat": "degf"}]


def test_a_table_of_cells_is_one_margin(folder: Path) -> None:
    (folder / "targets.csv").write_text(
        "sex,age,count\n"
        + "".join(
            f"{sex},{age},{1000 + place}\n"
            for sex in ("female", "male")
            for place, age in enumerate(("18-29", "30-44", "45-59", "60+"))
        ),
        encoding="utf-8",
    )
    assert weight(folder, "poststratify") == 0
    weights = [float(line.split(",")[1]) for line in (folder / "weights.csv").read_text(encoding="utf-8").splitlines()[1:]]
    assert sum(weights) == pytest.approx(2 * (4 * 1000 + 6))


@pytest.mark.reference
def test_the_margins_of_the_provinces_work_as_targets() -> None:
    path = Path(os.environ.get("LANGNGHE_REFERENCE", Path(__file__).parents[3] / "shared" / "reference")) / "margins"
    if not path.exists():
        pytest.skip(f"no reference data in {path}; set LANGNGHE_REFERENCE")
    people = read_table(path / "vn_province34_sex_age_2019_2024_from_gso_projection.csv")
    here = people.take(
        holds(people, [{"column": "province34", "op": "==", "value": "Hà Nội"}, {"column": "year", "op": "==", "value": 2024}])
    )
    margins = [Margin.from_cells(here, names, "persons") for names in (["sex"], ["age_group"])]
    random = np.random.default_rng(1)
    ages = here["age_group"].levels
    table = Table.of(
        [
            Column.of_codes("sex", random.integers(0, 2, 2000), ["female", "male"]),
            Column.of_codes("age_group", random.integers(0, len(ages), 2000), [str(age) for age in ages]),
        ]
    )
    raked = rake(Sample.of(table, Design()), margins)
    assert raked.weights.sum() == pytest.approx(here["persons"].numbers.sum())
    assert count(raked, ["age_group"]).estimate == pytest.approx([margins[1].counts[age,] for age in ages])


@pytest.mark.r_parity
def test_the_exported_script_recomputes_the_numbers(folder: Path) -> None:
    import shutil
    import subprocess

    if shutil.which("Rscript") is None:
        pytest.skip("Rscript is not installed (apt-get install r-cran-survey)")
    assert (
        run(
            [
                "survey",
                "export",
                str(DATA),
                "--design",
                str(folder / "design.toml"),
                "--requests",
                str(folder / "requests.json"),
                "--out",
                str(folder / "check"),
            ]
        )
        == 0
    )
    done = subprocess.run(["Rscript", "recompute.R"], cwd=folder / "check", capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "largest relative difference of all" in done.stdout
