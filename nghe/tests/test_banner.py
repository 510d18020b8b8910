"""The numbers of a banner book against the library's own estimates, its letters against tests worked one by one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

from nghe.survey import Design, Margin, Replicates, Sample, Table, mean, proportion, rake
from nghe.survey.banner.book import Book, letters_for
from nghe.survey.banner.letters import corrected
from nghe.survey.banner.make import make_book
from nghe.survey.banner.spec import Spec, spec_from
from nghe.survey.sample import NoMarginOfError

LEVELS = ("a", "b", "c")


def table(rng: np.random.Generator, n: int = 900) -> Table:
    psu = np.repeat(np.arange(45), n // 45)
    sex, age = rng.choice(["f", "m"], n), rng.choice(["old", "mid", "young"], n, p=[0.2, 0.5, 0.3])
    lean = rng.normal(0, 0.5, 45)[psu] + (sex == "f") * 0.9 + rng.normal(0, 1, n)
    q = np.select([lean > 0.8, lean > -0.3], ["a", "b"], "c").astype(object)
    q[rng.random(n) < 0.04] = None
    return Table.from_columns({
        "psu": psu, "stratum": psu // 9, "w": rng.gamma(5, size=n), "sex": list(sex), "age": list(age), "q": list(q),
        "score": rng.integers(1, 6, n).astype(float), "wave": (rng.random(n) < 0.5).astype(int) + 1.0,
        "m1": (rng.random(n) < 0.4).astype(float), "m2": (rng.random(n) < 0.2).astype(float),
    })


@pytest.fixture(scope="module")
def data() -> Table:
    return table(np.random.default_rng(11))


@pytest.fixture(scope="module")
def sample(data: Table) -> Sample:
    return Sample.of(data, Design(ids=("psu",), strata=("stratum",), weights="w"))


def spec(**more: Any) -> Spec:
    return spec_from({"rows": ["q"], "columns": ["sex", "age"], "language": "en", **more})


def assert_like_proportion(book: Book, sample: Sample) -> None:
    sheet = book.sheets[0]
    answered = sample.subset([{"column": "q", "op": "notna"}])
    whole = proportion(answered, ["q"])
    assert sheet.estimate[:3, 0] == pytest.approx(whole.estimate, rel=1e-12)
    assert sheet.se[:3, 0] == pytest.approx(whole.se, rel=1e-10)
    for name, _, columns in book.variables:
        found = proportion(answered, ["q"], by=[name])
        by_group = {(label.level, label.group[name]): at for at, label in enumerate(found.labels)}
        for place in range(columns.start, columns.stop):
            group = book.columns[place].level
            for row, level in enumerate(LEVELS):
                at = by_group[level, group]
                assert sheet.estimate[row, place] == pytest.approx(found.estimate[at], rel=1e-12)
                assert sheet.se[row, place] == pytest.approx(found.se[at], rel=1e-10)
                assert sheet.n[row, place] == found.n[at]


def test_shares_and_errors_are_those_of_proportion(sample: Sample) -> None:
    book = make_book(sample, spec())
    assert_like_proportion(book, sample)
    whole = proportion(sample.subset([{"column": "q", "op": "notna"}]), ["q"])
    low, high = whole.share_interval()
    assert book.sheets[0].low[:3, 0] == pytest.approx(low, rel=1e-9)
    assert book.sheets[0].high[:3, 0] == pytest.approx(high, rel=1e-9)


def test_they_are_so_after_raking_and_with_replicates(data: Table, sample: Sample) -> None:
    raked = rake(sample, [Margin.of("sex", {"f": 3000.0, "m": 2500.0}), Margin.of("wave", {1.0: 2700.0, 2.0: 2800.0})])
    assert_like_proportion(make_book(raked, spec()), raked)
    design = Design(ids=("psu",), strata=("stratum",), weights="w", replicates=Replicates("JKn"))
    replicated = Sample.of(data, design)
    assert_like_proportion(make_book(replicated, spec()), replicated)


def test_a_domain_keeps_the_design(sample: Sample) -> None:
    young = sample.subset([{"column": "age", "op": "==", "value": "young"}])
    book = make_book(young, spec(columns=["sex"]))
    assert_like_proportion(book, young)
    question = {"name": "q", "where": [{"column": "age", "op": "==", "value": "young"}]}
    where = make_book(sample, spec(columns=["sex"], rows=[question]))
    assert where.sheets[0].estimate == pytest.approx(book.sheets[0].estimate, rel=1e-12)
    assert where.sheets[0].se == pytest.approx(book.sheets[0].se, rel=1e-10, nan_ok=True)


def test_nets_are_sums_and_means_are_means(sample: Sample) -> None:
    made = spec(rows=["q", "score"], nets={"q": {"a or b": ["a", "b"]}}, means={"q": {"a": 2, "b": 1}, "score": True},
                missing={"show": "none"})
    book = make_book(sample, made)
    q, score = book.sheets
    net = next(at for at, _ in q.rows_of("net"))
    assert q.estimate[net] == pytest.approx(q.estimate[0] + q.estimate[1], rel=1e-12)
    assert q.se[net] == pytest.approx(q.se[2], rel=1e-9)
    at = next(at for at, _ in score.rows_of("mean"))
    whole, by = mean(sample, ["score"]), mean(sample, ["score"], by=["sex"])
    assert score.estimate[at, 0] == pytest.approx(whole.estimate[0], rel=1e-12)
    assert score.se[at, 0] == pytest.approx(whole.se[0], rel=1e-10)
    assert score.se[at, 1:3] == pytest.approx(by.se, rel=1e-10)
    scored = next(at for at, _ in q.rows_of("mean"))
    two = sample.subset([{"column": "q", "op": "in", "value": ["a", "b"]}])
    share = proportion(two, ["q"])
    assert q.estimate[scored, 0] == pytest.approx(2 * share.estimate[0] + share.estimate[1], rel=1e-12)
    assert q.se[scored, 0] == pytest.approx(share.se[0], rel=1e-9)
    assert q.n[scored, 0] == share.n[0]


def test_letters_are_t_tests_from_the_covariance_corrected_by_battery(sample: Sample) -> None:
    book = make_book(sample, spec())
    answered = sample.subset([{"column": "q", "op": "notna"}])
    p: dict[tuple[int, int, int], float] = {}
    for name, _, columns in book.variables:
        found = proportion(answered, ["q"], by=[name])
        place = {(label.level, label.group[name]): at for at, label in enumerate(found.labels)}
        for row, level in enumerate(LEVELS):
            for one in range(columns.start, columns.stop):
                for other in range(one + 1, columns.stop):
                    a, b = (place[level, book.columns[column].level] for column in (one, other))
                    variance = found.covariance[a, a] + found.covariance[b, b] - 2 * found.covariance[a, b]
                    t = (found.estimate[a] - found.estimate[b]) / np.sqrt(variance)
                    p[row, one, other] = 2 * stats.t.sf(abs(t), 40)
    tests = book.tests
    assert len(tests.p) == len(p) == 3 * (1 + 3)
    expected = [p[int(row), int(one), int(other)] for row, one, other in zip(tests.row, tests.one, tests.other, strict=True)]
    assert tests.p == pytest.approx(expected, rel=1e-9)
    assert tests.q == pytest.approx(stats.false_discovery_control(tests.p, method="bh"), rel=1e-12)
    sex = book.sheets[0].letters[:3, 1:3]
    assert sex.tolist() == [["B", ""], ["", ""], ["", "A"]]
    assert [column.letter for column in book.columns] == ["", "A", "B", "C", "D", "E"]


def test_a_battery_may_hold_several_questions(sample: Sample) -> None:
    alone = make_book(sample, spec(rows=["q", "score"]))
    joined = make_book(sample, spec(rows=["q", "score"], tests={"batteries": {"all": ["q", "score"]}}))
    for book, parts in ((alone, [alone.tests.sheet == 0, alone.tests.sheet == 1]), (joined, [joined.tests.sheet >= 0])):
        for part in parts:
            assert book.tests.q[part] == pytest.approx(stats.false_discovery_control(book.tests.p[part]), rel=1e-12)
    by = make_book(sample, spec(tests={"correction": "by"}))
    assert by.tests.q == pytest.approx(stats.false_discovery_control(by.tests.p, method="by"), rel=1e-12)
    none = make_book(sample, spec(tests={"correction": "none"}))
    assert np.array_equal(none.tests.p, none.tests.q)
    assert corrected(np.zeros(0), np.zeros(0, dtype=np.int64), "bh").size == 0


def test_against_the_total_the_overlap_is_in_the_covariance(sample: Sample) -> None:
    book = make_book(sample, spec(columns=[{"name": "sex", "against": "total"}]))
    answered = sample.subset([{"column": "q", "op": "notna"}])
    values = answered.table["q"].codes
    female = answered.table["sex"].codes == 0
    w = answered.weights * answered.rows_inside

    def influence(rows: np.ndarray) -> np.ndarray:
        base = (w * rows).sum()
        share = (w * rows * (values == 0)).sum() / base
        return w * rows * ((values == 0) - share) / base

    z = influence(female) - influence(np.ones(len(w)))
    totals = np.bincount(answered.frame.unit, z)
    stratum = answered.units.stages[0].stratum
    variance = sum(9 * totals[stratum == h].var(ddof=1) for h in range(5))
    t = book.tests.difference[0] / np.sqrt(variance)
    assert book.tests.p[0] == pytest.approx(2 * stats.t.sf(abs(t), 40), rel=1e-9)
    assert book.sheets[0].letters[0, 1] == "▲▲"
    assert book.sheets[0].letters[0, 2] == "▼▼"


def test_waves_are_compared_with_the_one_before_and_share_their_clusters(sample: Sample) -> None:
    book = make_book(sample, spec(columns=[{"name": "wave", "against": "previous"}]))
    found = proportion(sample.subset([{"column": "q", "op": "notna"}]), ["q"], by=["wave"])
    covariance = found.covariance
    assert abs(covariance[0, 1]) > 1e-7
    t = (found.estimate[1] - found.estimate[0]) / np.sqrt(covariance[0, 0] + covariance[1, 1] - 2 * covariance[0, 1])
    assert book.tests.p[0] == pytest.approx(2 * stats.t.sf(abs(t), 40), rel=1e-9)
    assert [column.label for column in book.columns] == ["All", "1", "2"]


def test_small_groups_and_groups_without_spread_are_not_tested(sample: Sample) -> None:
    assert len(make_book(sample, spec(tests={"least_base": 10_000})).tests.p) == 0
    assert (make_book(sample, spec(tests={"against": "none"})).sheets[0].letters == "").all()
    flat = Sample.of(Table.from_columns({"q": ["a"] * 60, "g": ["x"] * 30 + ["y"] * 30}), Design())
    book = make_book(flat, spec_from({"rows": ["q"], "columns": ["g"]}))
    assert len(book.tests.p) == 0
    assert book.sheets[0].estimate[0].tolist() == [1.0, 1.0, 1.0]
    assert book.sheets[0].low[0, 0] < 1.0


def test_missing_answers_stand_outside_the_base_inside_or_nowhere(sample: Sample, data: Table) -> None:
    gone = int(data["q"].missing.sum())
    outside = make_book(sample, spec()).sheets[0]
    assert [row.kind for row in outside.rows] == ["answer"] * 3 + ["missing"]
    assert outside.count[3, 0] == gone
    assert outside.n[:, 0].tolist() == [900 - gone] * 3 + [900]
    assert outside.estimate[3, 0] == pytest.approx(sample.weights[data["q"].missing].sum() / sample.weights.sum())
    assert np.isnan(outside.low[3]).all()
    inside = make_book(sample, spec(missing={"show": "answer", "label": "silent"})).sheets[0]
    assert inside.rows[3].label == "silent"
    assert inside.n[:, 0].tolist() == [900] * 4
    assert inside.estimate[:, 0].sum() == pytest.approx(1.0)
    assert len(make_book(sample, spec(missing={"show": "none"})).sheets[0].rows) == 3
    coded = make_book(sample, spec(missing={"codes": {"q": ["c"]}, "show": "none"})).sheets[0]
    assert [row.name for row in coded.rows] == ["a", "b"]


def test_a_multiple_question_has_a_base_for_each_choice(sample: Sample, data: Table) -> None:
    book = make_book(sample, spec(rows=[{"name": "m", "multiple": ["m1", "m2"], "labels": {"m1": "Radio"}}]))
    sheet = book.sheets[0]
    assert [(row.name, row.label) for row in sheet.rows] == [("m1", "Radio"), ("m2", "m2")]
    assert sheet.count[0, 0] == int((data["m1"].numbers == 1).sum())
    assert sheet.estimate[0, 0] == pytest.approx(mean(sample, ["m1"]).estimate[0])
    assert sheet.se[0, 0] == pytest.approx(mean(sample, ["m1"]).se[0])


def test_a_quota_book_counts_sheets_and_has_no_interval_and_no_letter(data: Table) -> None:
    for kind in ("quota", "opt-in"):
        sample = Sample.of(data, Design(kind=kind, weights="w"))  # type: ignore[arg-type]
        book = make_book(sample, spec(means={"q": {"a": 1, "b": 2, "c": 3}}))
        sheet = book.sheets[0]
        assert sheet.estimate[0, 0] == sheet.count[0, 0] / sheet.n[0, 0]
        assert all(np.isnan(values).all() for values in (sheet.se, sheet.low, sheet.high))
        assert (sheet.letters == "").all()
        assert len(book.tests.p) == 0
        assert not book.weighted
        with pytest.raises(NoMarginOfError):
            proportion(sample, ["q"], na_rm=True)


def test_letters_go_on_after_z() -> None:
    assert letters_for(55)[24:29] == ["Y", "Z", "AA", "AB", "AC"]
    assert letters_for(55)[52:] == ["BA", "BB", "BC"]
