"""Coefficients of agreement against worked examples that their authors, or textbooks after them, printed."""

import numpy as np
import pytest

from nghe.errors import Fault
from nghe.text.agreement import alpha, alpha_of_code, cohen, fleiss, jaccard_distance, masi_distance

Row = list[int | None]


def units(*coders: str) -> list[Row]:
    """Rows of coders, one character a unit, as rows of units; a dot is missing."""
    return [[None if mark == "." else int(mark) for mark in unit] for unit in zip(*coders, strict=True)]


# Krippendorff, "Computing Krippendorff's alpha-reliability" (2011), example C: four observers, twelve units, missing data.
FOUR = units("123321412...", "1233224125.3", ".3332342251.", "12332441251.")
# The same page, example A: two observers, a yes or no; its matrix of coincidences is 10, 4, 4, 2.
BINARY = units("0100000000", "1110010010")
# The example of the encyclopedia's article: three coders, fifteen units.
THREE = units(".....34121133.3", "1.213343.......", "..21344.21133.4")
# Fleiss' kappa: ten subjects, fourteen raters, five codes (the textbook table of counts).
TABLE = [[0, 0, 0, 0, 14], [0, 2, 6, 4, 2], [0, 0, 3, 5, 6], [0, 3, 9, 2, 0], [2, 2, 8, 1, 1],
         [7, 7, 0, 0, 0], [3, 2, 6, 3, 0], [2, 5, 3, 2, 2], [6, 5, 2, 1, 0], [0, 2, 2, 3, 7]]


def test_alpha_of_four_observers_with_missing_values_is_the_published_one() -> None:
    assert alpha(FOUR).value == pytest.approx(0.743421, abs=1e-6)
    assert alpha(FOUR, "ordinal").value == pytest.approx(0.815388, abs=1e-6)
    assert alpha(FOUR, "interval").value == pytest.approx(0.849107, abs=1e-6)
    assert (alpha(FOUR).units, alpha(FOUR).pairs) == (11, 40)


def test_alpha_of_two_observers_of_a_yes_or_no_is_the_published_one() -> None:
    assert alpha(BINARY).value == pytest.approx(0.095238, abs=1e-6)


def test_alpha_of_the_three_coders_is_the_published_one() -> None:
    assert alpha(THREE).value == pytest.approx(0.691358, abs=1e-6)
    assert alpha(THREE, "interval").value == pytest.approx(0.810845, abs=1e-6)


def test_fleiss_kappa_is_the_textbook_value() -> None:
    codings = [[code for code, times in enumerate(row) for _ in range(times)] for row in TABLE]
    assert fleiss(codings).value == pytest.approx(0.209931, abs=1e-6)


def test_cohens_kappa_is_the_textbook_value() -> None:
    """Fifty proposals, two readers: both yes 20, both no 15, yes-no 5, no-yes 10: kappa 0.4 exactly."""
    first = ["yes"] * 25 + ["no"] * 25
    second = ["yes"] * 20 + ["no"] * 5 + ["yes"] * 10 + ["no"] * 15
    assert cohen(first, second).value == pytest.approx(0.4, abs=1e-12)


def test_distances_of_sets_are_the_published_ones() -> None:
    """Passonneau 2006: 1 for identity, 2/3 for a subset, 1/3 for overlap, 0 for none, each times Jaccard's coefficient."""
    a, ab, abc, bd = (frozenset(codes) for codes in ("a", "ab", "abc", "bd"))
    assert masi_distance(a, a) == 0
    assert masi_distance(ab, abc) == pytest.approx(1 - 2 / 3 * 2 / 3)
    assert masi_distance(ab, bd) == pytest.approx(1 - 1 / 3 * 1 / 3)
    assert masi_distance(a, bd) == 1
    assert jaccard_distance(ab, abc) == pytest.approx(1 / 3)
    assert jaccard_distance(frozenset(), frozenset()) == 0


def test_alpha_of_sets_by_hand() -> None:
    """Units {a}{a}, {ab}{a}, {b}{b}. Jaccard: D_o = (1/2 + 1/2) / 6, D_e = 2 * (3 * 1/2 + 3 * 2 * 1 + 1/2 * 2) / 30."""
    sets = [[{"a"}, {"a"}], [{"a", "b"}, {"a"}], [{"b"}, {"b"}]]
    assert alpha(sets, "jaccard").value == pytest.approx(1 - (1 / 6) / (17 / 30))
    assert alpha(sets, "masi").value == pytest.approx(1 - (2 * 2 / 3 / 6) / (2 * (3 * 2 / 3 + 6 + 2 * 2 / 3) / 30))


def test_alpha_of_a_code_sees_single_codes_and_sets_alike() -> None:
    single = [["x", "x"], ["y", "x"], ["y", "y"], [None, "x"]]
    several = [[{"x"}, {"x"}], [{"y"}, {"x"}], [{"y"}, {"y"}], [None, {"x"}]]
    assert alpha_of_code(single, "x") == alpha_of_code(several, "x")


def test_interval_covers_the_value_and_is_the_same_for_the_same_draws() -> None:
    found = [alpha(FOUR, draws=300, rng=np.random.default_rng(5)) for _ in range(2)]
    assert found[0] == found[1]
    assert found[0].low is not None
    assert found[0].high is not None
    assert found[0].low < found[0].value <= found[0].high <= 1


def test_interval_of_alpha_covers_what_it_should() -> None:
    """Two coders who agree by copying with a known share: the interval of 95 % covers alpha = 0.7 about that often."""
    rng = np.random.default_rng(1)
    hits = 0
    for _ in range(60):
        one = rng.integers(4, size=150)
        two = np.where(rng.random(150) < 0.7, one, rng.integers(4, size=150))
        found = alpha(list(zip(one.tolist(), two.tolist(), strict=True)), draws=150, rng=rng)
        assert found.low is not None
        assert found.high is not None
        hits += found.low <= 0.7 <= found.high
    assert hits >= 52


@pytest.mark.parametrize(("value", "mark"), [(0.9, "reliable"), (0.8, "reliable"), (0.7, "tentative"), (0.5, "unreliable")])
def test_marks_follow_the_customary_values(value: float, mark: str) -> None:
    from nghe.text.agreement import Agreement

    assert Agreement(value, None, None, 10, 20).mark == mark


def test_full_agreement_on_one_value_is_full_agreement() -> None:
    assert alpha([["x", "x"], ["x", "x"]]).value == 1
    assert cohen(["x"], ["x"]).value == 1


@pytest.mark.parametrize(("call", "code"), [
    (lambda: alpha([["x", None], [None, "y"]]), "text.no_pairs"),
    (lambda: alpha([]), "text.no_pairs"),
    (lambda: alpha([["x", "y"]], "ordinal"), "text.not_a_number"),
    (lambda: alpha([[1.0, float("nan")]], "interval"), "text.not_a_number"),
    (lambda: alpha([["x", "y"]], draws=10), "text.no_generator"),
    (lambda: cohen(["x"], ["x", "y"]), "text.unequal"),
    (lambda: cohen([], []), "text.unequal"),
    (lambda: fleiss([["x", "y"], ["x", "y", "y"]]), "text.unequal"),
])
def test_bad_codings_are_said(call, code: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(Fault) as fault:
        call()
    assert fault.value.code == code
