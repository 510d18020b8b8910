"""What is wrong with a survey is said: what, where, and what to do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nghe.errors import Fault
from nghe.survey import (
    Design,
    Margin,
    NoMarginOfError,
    Sample,
    Table,
    calibrate,
    carry_out,
    mean,
    poststratify,
    proportion,
    rake,
    read_table,
    trim,
)
from nghe.survey.data.column import Column

ROWS = 12


def table(**more: Any) -> Table:
    columns: dict[str, Any] = {
        "stratum": ["a"] * 6 + ["b"] * 6,
        "unit": [1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6],
        "w": [1.0, 2.0, 1.5, 1.0, 2.0, 1.0, 1.0, 2.0, 1.5, 1.0, 2.0, 1.0],
        "y": [3.0, 5.0, 4.0, 6.0, 8.0, 1.0, 2.0, 4.0, 7.0, 7.0, 5.0, 6.0],
        "sex": ["f", "m"] * 6,
        "age": ["young", "young", "old"] * 4,
    }
    return Table.from_columns({**columns, **more})


DESIGN = Design(ids=("unit",), strata=("stratum",), weights="w")


def refused(code: str, work: Callable[[], Any]) -> Fault:
    with pytest.raises(Fault) as fault:
        work()
    assert fault.value.code == code
    return fault.value


# weights


def test_negative_weight() -> None:
    fault = refused("survey.weight_negative", lambda: Sample.of(table(w=[-1.0, *[1.0] * 11]), DESIGN))
    assert fault.where == "w, row 1"


def test_missing_weight() -> None:
    fault = refused("survey.weight_missing", lambda: Sample.of(table(w=[1.0, None, *[1.0] * 10]), DESIGN))
    assert fault.where == "w, row 2"


def test_all_weights_zero() -> None:
    refused("survey.weight_zero", lambda: Sample.of(table(w=[0.0] * ROWS), DESIGN))


def test_text_as_weight() -> None:
    refused("survey.not_a_number", lambda: Sample.of(table(w=["x"] * ROWS), DESIGN))


def test_a_row_of_weight_zero_does_not_count() -> None:
    sample = Sample.of(table(w=[0.0, 0.0, *[1.0] * 10]), DESIGN)
    assert mean(sample, ["y"]).estimate[0] == np.mean(table()["y"].numbers[2:])
    assert sample.df == 3


def test_equal_weights_are_as_none() -> None:
    equal, none = (mean(Sample.of(table(w=[w] * ROWS), DESIGN), ["y"]) for w in (1.0, 7.5))
    assert np.abs(equal.se / none.se - 1).max() < 1e-13


# units and strata

LONELY = {"unit": [1, 1, 1, 1, 1, 1, 4, 4, 5, 5, 6, 6]}


def test_a_stratum_with_one_unit_fails_by_default() -> None:
    sample = Sample.of(table(**LONELY), DESIGN)
    fault = refused("survey.lonely", lambda: mean(sample, ["y"]))
    assert fault.where == "stratum stratum = a"
    assert "certainty" in fault.message


@pytest.mark.parametrize(("rule", "wider"), [("remove", 1.0), ("certainty", 1.0), ("average", 2**0.5)])
def test_a_stratum_with_one_unit_under_each_rule(rule: Any, wider: float) -> None:
    made = mean(Sample.of(table(**LONELY), Design(ids=("unit",), strata=("stratum",), weights="w", lonely_psu=rule)), ["y"])
    zero = mean(
        Sample.of(table(**LONELY), Design(ids=("unit",), strata=("stratum",), weights="w", lonely_psu="certainty")), ["y"]
    )
    assert made.se[0] == pytest.approx(zero.se[0] * wider, rel=1e-12)


def test_adjust_adds_the_square_of_the_only_unit() -> None:
    adjusted = mean(
        Sample.of(table(**LONELY), Design(ids=("unit",), strata=("stratum",), weights="w", lonely_psu="adjust")), ["y"]
    )
    zero = mean(
        Sample.of(table(**LONELY), Design(ids=("unit",), strata=("stratum",), weights="w", lonely_psu="certainty")), ["y"]
    )
    w, y = table()["w"].numbers, table()["y"].numbers
    alone = (w[:6] @ (y[:6] - adjusted.estimate[0])) / w.sum()
    assert adjusted.se[0] ** 2 - zero.se[0] ** 2 == pytest.approx(alone**2, rel=1e-12)


def test_every_stratum_with_one_unit_has_no_average() -> None:
    sample = Sample.of(
        table(unit=[1] * 6 + [2] * 6), Design(ids=("unit",), strata=("stratum",), weights="w", lonely_psu="average")
    )
    refused("survey.lonely", lambda: mean(sample, ["y"]))


def test_a_unit_in_two_strata() -> None:
    fault = refused("survey.not_nested", lambda: Sample.of(table(unit=[1, 1, 2, 2, 3, 3] * 2), DESIGN))
    assert "nest = true" in fault.message
    assert (
        Sample.of(table(unit=[1, 1, 2, 2, 3, 3] * 2), Design(ids=("unit",), strata=("stratum",), weights="w", nest=True)).df == 4
    )


def test_a_row_without_a_unit() -> None:
    refused("survey.design_missing", lambda: Sample.of(table(unit=[None, *range(11)]), DESIGN))


# population sizes


@pytest.mark.parametrize(
    ("sizes", "words"),
    [
        ([2.0] * ROWS, "3 units were drawn of a population of 2"),
        ([0.25] * ROWS, "population sizes, not fractions"),
        ([9.0, *[8.0] * 11], "differs within one stratum"),
        ([None, *[8.0] * 11], "no population size"),
    ],
)
def test_population_sizes_that_cannot_be(sizes: list[Any], words: str) -> None:
    fault = refused(
        "survey.fpc", lambda: Sample.of(table(size=sizes), Design(ids=("unit",), strata=("stratum",), weights="w", fpc=("size",)))
    )
    assert words in fault.message


# margins


def test_margins_that_contradict_each_other() -> None:
    sample = Sample.of(table(), DESIGN)
    margins = [Margin.of("sex", {"f": 50, "m": 50}), Margin.of("age", {"young": 80, "old": 40})]
    for work in (rake, lambda sample, margins: calibrate(sample, margins=margins)):
        fault = refused("survey.margins_contradict", lambda work=work: work(sample, margins))
        assert fault.where == "sex; age"
        assert "100" in fault.message
        assert "120" in fault.message


def test_a_category_without_respondents_says_what_to_merge() -> None:
    sample = Sample.of(table(), DESIGN)
    fault = refused("survey.margin_empty", lambda: poststratify(sample, Margin.of("age", {"young": 60, "old": 30, "oldest": 10})))
    assert fault.where == "age = oldest"
    assert "10 (10.0%)" in fault.message
    assert "merge it with age = old" in fault.message


def test_a_cell_without_respondents_says_what_to_merge() -> None:
    sample = Sample.of(table(age=["young", "old"] * 6), DESIGN)
    cells = {("f", "young"): 40, ("f", "old"): 10, ("m", "old"): 40, ("m", "young"): 10}
    fault = refused("survey.margin_empty", lambda: poststratify(sample, Margin.of(["sex", "age"], cells)))
    assert fault.where == "sex * age = f x old"
    assert "merge it with sex * age = f x young" in fault.message


def test_an_answer_that_the_targets_do_not_list() -> None:
    fault = refused("survey.margin_level", lambda: rake(Sample.of(table(), DESIGN), [Margin.of("sex", {"f": 100})]))
    assert fault.where == "sex = m"


def test_a_missing_value_of_a_margin() -> None:
    refused(
        "survey.margin_missing",
        lambda: rake(Sample.of(table(sex=[None, *["f", "m"] * 5, "f"]), DESIGN), [Margin.of("sex", {"f": 1, "m": 1})]),
    )


def test_raking_that_cannot_converge_names_the_margin() -> None:
    sample = Sample.of(table(age=["young", "old"] * 6), DESIGN)
    fault = refused(
        "survey.no_convergence",
        lambda: rake(sample, [Margin.of("sex", {"f": 60, "m": 40}), Margin.of("age", {"young": 40, "old": 60})]),
    )
    assert "merge" in fault.message


def test_calibration_that_its_bounds_forbid() -> None:
    sample = Sample.of(table(), DESIGN)
    total = [{"intercept": True, "total": 17.0}, {"column": "y", "total": 200.0}]
    fault = refused("survey.no_convergence", lambda: calibrate(sample, totals=total, bounds=(0.9, 1.1)))
    assert "widen them" in fault.message


def test_trimming_that_leaves_nobody() -> None:
    refused("survey.trim", lambda: trim(Sample.of(table(), DESIGN), upper=0.5))


# answers


def test_an_answer_outside_the_code_list() -> None:
    fault = refused("survey.outside_codes", lambda: Sample.of(table(), Design(weights="w", codes={"age": ("young",)})))
    assert fault.where == "age, row 3"


def test_a_question_nobody_answered() -> None:
    sample = Sample.of(table(q=[None] * ROWS), DESIGN)
    refused("survey.empty", lambda: mean(sample, ["q"], na_rm=True))
    refused("survey.empty", lambda: mean(sample, ["q"]))  # leaving the missing out would not help


def test_a_missing_answer_is_said_unless_left_out() -> None:
    sample = Sample.of(table(y=[None, *[1.0] * 11]), DESIGN)
    fault = refused("survey.missing", lambda: mean(sample, ["y"]))
    assert "row 1" in fault.where
    assert mean(sample, ["y"], na_rm=True).n[0] == 11


def test_no_rows_and_one_row(tmp_path: Path) -> None:
    refused("survey.no_rows", lambda: Sample.of(Table.from_columns({"w": np.zeros(0)}), Design(weights="w")))
    (tmp_path / "empty.csv").write_text("a,b\n", encoding="utf-8")
    refused("survey.no_rows", lambda: read_table(tmp_path / "empty.csv"))
    one = Sample.of(Table.from_columns({"w": [1.0], "y": [3.0]}), Design(weights="w"))
    assert "two at least" in refused("survey.lonely", lambda: mean(one, ["y"])).message


def test_a_domain_without_rows() -> None:
    sample = Sample.of(table(), DESIGN).subset([{"column": "sex", "op": "==", "value": "x"}])
    refused("survey.empty", lambda: mean(sample, ["y"]))


def test_duplicate_column_names(tmp_path: Path) -> None:
    (tmp_path / "twice.csv").write_text("a,b,a\n1,2,3\n", encoding="utf-8")
    assert refused("survey.duplicate_column", lambda: read_table(tmp_path / "twice.csv")).where == "a"
    refused("survey.duplicate_column", lambda: Table.of([Column.of_texts("Hà", ["x"]), Column.of_texts("Ha\u0300", ["x"])]))


def test_spellings_that_differ_in_unicode_form_are_one_category(tmp_path: Path) -> None:
    (tmp_path / "hue.csv").write_text("tinh,w\nHuế,1\nHue\u0302\u0301,1\nVinh,1\n", encoding="utf-8")
    column = read_table(tmp_path / "hue.csv")["tinh"]
    assert column.levels == ("Huế", "Vinh")
    assert column.codes.tolist() == [0, 0, 1]
    assert column.joined == 1


@pytest.mark.parametrize("kind", ["quota", "opt-in"])
@pytest.mark.parametrize(
    "request_",
    [
        {"stat": "mean", "vars": ["y"]},
        {"stat": "total", "vars": ["y"]},
        {"stat": "proportion", "vars": ["sex"]},
        {"stat": "proportion", "cross": ["sex", "age"]},
        {"stat": "ratio", "numerator": "y", "denominator": "w"},
        {"stat": "variance", "vars": ["y"]},
        {"stat": "quantile", "vars": ["y"], "p": [0.5]},
        {"stat": "chisq", "vars": ["sex", "age"]},
        {"stat": "degf"},
        {"stat": "ttest", "y": "y", "group": "sex", "levels": ["f", "m"]},
        {"stat": "glm", "y": {"column": "y"}, "terms": [{"columns": ["w"], "categorical": False}]},
        {"stat": "proportion_ci", "indicator": {"where": [{"column": "sex", "op": "==", "value": "f"}], "missing": "na"}},
    ],
    ids=lambda request: request["stat"],
)
def test_a_quota_design_has_no_margin_of_error(kind: Any, request_: dict[str, Any]) -> None:
    sample = Sample.of(table(), Design(weights="w", kind=kind))
    with pytest.raises(NoMarginOfError) as fault:
        carry_out(sample, request_)
    assert (fault.value.code, kind in str(fault.value)) == ("survey.no_margin_of_error", True)


def test_a_quota_design_can_be_counted_and_weighted() -> None:
    sample = Sample.of(table(), Design(weights="w", kind="quota"))
    counted: Any = carry_out(sample, {"stat": "tally", "vars": ["sex"]})
    assert [(row[1], row[2]) for row in counted.rows] == [(6, 12), (6, 12)]
    assert rake(sample, [Margin.of("sex", {"f": 10, "m": 10})]).weights.sum() == pytest.approx(20)


def test_replicates_need_what_they_rest_on() -> None:
    refused("survey.replicates", lambda: Design.from_dict({"replicates": {"type": "bootstrap"}}))
    refused("survey.replicates", lambda: Design.from_dict({"replicates": {"type": "JK1", "columns": ["r"], "combined": True}}))
    refused(
        "survey.replicates",
        lambda: Sample.of(table(), Design.from_dict({"ids": ["unit"], "strata": ["stratum"], "replicates": {"type": "BRR"}})),
    )


@pytest.mark.parametrize(
    ("words", "where"),
    [
        ({"psu": ["unit"]}, "psu"),
        ({"lonely_psu": "ignore"}, "lonely_psu"),
        ({"kind": "random"}, "kind"),
        ({"weights_from": "prob"}, "weights_from"),
        ({"weights": "w", "weights_from": "ones"}, "weights_from"),
        ({"fpc": ["a", "b"]}, "fpc"),
        ({"nest": "yes"}, "nest"),
        ({"ids": [3]}, "ids"),
    ],
)
def test_words_that_no_design_has(words: dict[str, Any], where: str) -> None:
    assert refused("survey.design", lambda: Design.from_dict(words)).where == where


def test_a_share_of_all_is_between_nought_and_one_with_an_exact_end() -> None:
    found = proportion(Sample.of(table(q=["yes"] * ROWS), DESIGN), ["q"])
    low, high = found.share_interval()
    assert found.estimate[0] == 1.0
    assert high[0] == 1.0
    assert 0.5 < low[0] < 1.0


def test_a_header_as_r_writes_it_is_read(tmp_path: Path) -> None:
    from nghe.survey.files.read import read_table

    (tmp_path / "r.csv").write_text('"","q1"\n"1",3\n"2",4\n', encoding="utf-8")
    assert list(read_table(tmp_path / "r.csv").columns) == ["row", "q1"]
