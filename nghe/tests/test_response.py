"""Response rates against the Standard Definitions worked by hand."""

from __future__ import annotations

import pytest

from nghe.errors import Fault
from nghe.survey.response import Dispositions, classify, eligibility, response_rates

BOOK = Dispositions(complete=500, partial=50, refusal=200, non_contact=100, other=50, unknown_household=60, unknown_other=40,
                    not_eligible=300)


def test_every_rate_by_hand() -> None:
    rates = response_rates(BOOK, e=0.5, e_from="a check of 20 addresses")
    expected = {
        "RR1": 500 / 1000, "RR2": 550 / 1000, "RR3": 500 / 950, "RR4": 550 / 950, "RR5": 500 / 900, "RR6": 550 / 900,
        "COOP1": 500 / 800, "COOP2": 550 / 800, "COOP3": 500 / 750, "COOP4": 550 / 750,
        "REF1": 200 / 1000, "REF2": 200 / 950, "REF3": 200 / 900, "CON1": 800 / 1000, "CON2": 800 / 950, "CON3": 800 / 900,
    }
    assert dict(rates.values) == pytest.approx(expected, rel=1e-15)
    assert rates.says("RR3") == "RR3 52.6 % (e = 0.500, a check of 20 addresses)"
    assert rates.says("RR1") == "RR1 50.0 %"


def test_e_is_worked_out_among_the_known_and_stated() -> None:
    assert eligibility(BOOK) == 900 / 1200
    rates = response_rates(BOOK)
    assert rates.e == 0.75
    assert rates["RR3"] == 500 / (900 + 0.75 * 100)
    assert "known eligibility" in rates.says("RR3")
    assert response_rates(Dispositions(complete=5, refusal=5))["RR3"] == 0.5


def test_rates_keep_their_order() -> None:
    rates = response_rates(BOOK)
    assert rates["RR1"] <= rates["RR3"] <= rates["RR5"]
    assert rates["REF1"] <= rates["REF2"] <= rates["REF3"]
    assert rates["RR1"] <= rates["CON1"]


def test_outcomes_are_counted_by_word_code_or_an_offices_own_name() -> None:
    counted = classify(["1.1", "complete", "1.2", "2.11", "2.20", "2.3", "3.11", "3.21", "4.70", "đi vắng"],
                       names={"đi vắng": "non_contact"})
    assert counted == Dispositions(complete=2, partial=1, refusal=1, non_contact=2, other=1, unknown_household=1, unknown_other=1,
                                   not_eligible=1)
    assert classify({"complete": 3, "2.1": 2}) == Dispositions(complete=3, refusal=2)


def test_bad_input_is_refused() -> None:
    for make, words in (
        (lambda: classify(["1.1", "gone"]), "is no outcome"),
        (lambda: classify(["1.1", ""]), "is no outcome"),
        (lambda: classify(["1.1x"]), "is no outcome"),
        (lambda: Dispositions(complete=-1), "is no count"),
        (lambda: Dispositions(complete=float("nan")), "is no count"),
        (lambda: Dispositions(complete=0, not_eligible=4), "nothing to rate"),
        (lambda: response_rates(BOOK, e=1.2, e_from="x"), "not between 0 and 1"),
        (lambda: response_rates(BOOK, e=0.5), "where e comes from"),
        (lambda: response_rates(Dispositions(complete=0, unknown_other=4)), "cannot be worked out"),
        (lambda: response_rates(BOOK)["RR7"], "is no rate"),
        (lambda: response_rates(Dispositions(complete=0, unknown_other=4), e=1, e_from="all")["COOP1"], "has nobody"),
    ):
        with pytest.raises(Fault, match=words):
            make()
