"""Audits, shares and active learning: what may feed what, and how often an interval covers."""

import inspect

import numpy as np
import pytest

from nghe.errors import Fault
from nghe.text.active import choose_next
from nghe.text.audit import Audit, Draw, draw_audit
from nghe.text.shares import estimate_shares

POPULATION = [f"n{number:04}" for number in range(2_000)]


def population(seed: int) -> tuple[dict[str, dict[str, float]], dict[str, list[str]]]:
    """A machine that is right more often than not, calibrated, and leans to the common code; and the truth."""
    rng = np.random.default_rng(seed)
    raised = rng.normal([1.2, 0, -2], [2, 2, 1.5], size=(len(POPULATION), 3))
    shares = np.exp(raised) / np.exp(raised).sum(axis=1, keepdims=True)
    truth = [int(rng.choice(3, p=row)) for row in shares]
    return ({note: dict(zip("abc", row.tolist(), strict=True)) for note, row in zip(POPULATION, shares, strict=True)},
            {note: ["abc"[code]] for note, code in zip(POPULATION, truth, strict=True)})


def audit_of(draw: Draw, machine: dict[str, dict[str, float]], truth: dict[str, list[str]]) -> Audit:
    return Audit.of(draw, {note: truth[note] for note in draw.drawn}, machine=machine, learnt=(), model="0" * 64)


def test_intervals_cover_and_are_narrower_than_people_alone() -> None:
    machine, truth = population(1)
    real = {code: sum(own == [code] for own in truth.values()) / len(truth) for code in "abc"}
    rng = np.random.default_rng(2)
    covered, width, human = [], [], []
    for _ in range(75):
        for share in estimate_shares(audit_of(draw_audit(POPULATION, 200, rng=rng), machine, truth)):
            covered.append(share.low <= real[share.code] <= share.high)
            width.append(share.high - share.low)
            human.append(share.human_high - share.human_low)
    assert np.mean(covered) > 0.92
    assert np.mean(width) < 0.85 * np.mean(human)


def test_useless_machine_does_little_harm() -> None:
    _, truth = population(3)
    rng = np.random.default_rng(4)
    noise = {note: {code: float(rng.random()) for code in "abc"} for note in POPULATION}
    for share in estimate_shares(audit_of(draw_audit(POPULATION, 200, rng=rng), noise, truth)):
        assert abs(share.share - share.human) < 0.03
        assert share.high - share.low < 1.3 * (share.human_high - share.human_low)


def test_complete_count_has_no_interval() -> None:
    machine, truth = population(5)
    draw = draw_audit(POPULATION[:60], 60, rng=np.random.default_rng(0))
    for share in estimate_shares(audit_of(draw, machine, truth)):
        real = sum(truth[note] == [share.code] for note in POPULATION[:60]) / 60
        assert share.low == pytest.approx(share.high, abs=1e-9)
        assert share.share == pytest.approx(max(0.5 / 60, real), abs=1e-9)


def test_share_function_takes_an_audit_and_nothing_else() -> None:
    parameters = list(inspect.signature(estimate_shares).parameters.values())
    assert [(one.name, one.annotation) for one in parameters if one.default is one.empty] == [("audit", "Audit")]
    for other in ([("a", 0.5)], {"a": 0.5}, None, np.ones((40, 3))):
        with pytest.raises(Fault) as fault:
            estimate_shares(other)  # type: ignore[arg-type]
        assert fault.value.code == "text.no_audit"


def test_audit_is_kept_apart_from_what_was_learnt() -> None:
    machine, truth = population(6)
    learnt = POPULATION[:500]
    draw = draw_audit(POPULATION, 100, rng=np.random.default_rng(0), learnt=learnt)
    assert not set(draw.drawn) & set(learnt)
    assert len(draw.population) == 1_500
    with pytest.raises(Fault) as fault:
        Audit.of(draw, truth, machine=machine, learnt=[draw.drawn[3]], model="")
    assert fault.value.code == "text.audit_learnt"


def test_draw_depends_on_nothing_but_the_notes_and_the_generator() -> None:
    one = draw_audit(POPULATION, 50, rng=np.random.default_rng(9))
    other = draw_audit(list(reversed(POPULATION)), 50, rng=np.random.default_rng(9))
    assert one == other


def test_every_note_has_the_same_chance() -> None:
    rng = np.random.default_rng(0)
    counts = dict.fromkeys(POPULATION[:20], 0)
    for _ in range(2_000):
        for note in draw_audit(POPULATION[:20], 5, rng=rng).drawn:
            counts[note] += 1
    assert max(abs(count - 500) for count in counts.values()) < 100


def test_a_tenth_is_coded_twice() -> None:
    assert len(draw_audit(POPULATION, 300, rng=np.random.default_rng(0)).double) == 200
    assert len(draw_audit(POPULATION, 100, rng=np.random.default_rng(0)).double) == 100


def test_open_or_unjudged_notes_are_said() -> None:
    machine, truth = population(7)
    draw = draw_audit(POPULATION, 40, rng=np.random.default_rng(0))
    half = {note: truth[note] for note in draw.drawn[:20]}
    for codings, judged, code in ((half, machine, "text.audit_open"), (truth, {}, "text.audit_machine"),
                                  (truth, machine | {draw.drawn[0]: {"a": 1.5}}, "text.audit_machine")):
        with pytest.raises(Fault) as fault:
            Audit.of(draw, codings, machine=judged, learnt=(), model="")
        assert fault.value.code == code


@pytest.mark.parametrize(("notes", "size", "code"), [(POPULATION, 0, "text.audit_size"), (POPULATION[:5], 6, "text.audit_size"),
                                                     (["a", "a"], 1, "text.twice")])
def test_what_cannot_be_drawn_is_said(notes: list[str], size: int, code: str) -> None:
    with pytest.raises(Fault) as fault:
        draw_audit(notes, size, rng=np.random.default_rng(0))
    assert fault.value.code == code


def test_small_audit_gives_no_share() -> None:
    machine, truth = population(8)
    with pytest.raises(Fault) as fault:
        estimate_shares(audit_of(draw_audit(POPULATION, 29, rng=np.random.default_rng(0)), machine, truth))
    assert fault.value.code == "text.audit_size"


# Active learning


def test_wavering_notes_come_first_and_rare_codes_have_their_quota() -> None:
    probabilities = np.array([[0.98, 0.01, 0.01], [0.5, 0.49, 0.01], [0.7, 0.2, 0.1], [0.6, 0.0, 0.4], [0.4, 0.35, 0.25]])
    notes = list("vwxyz")
    examples = {"A": 200, "B": 100, "C": 3}
    assert choose_next(probabilities, notes, "ABC", examples=examples, size=4) == ["y", "w", "z", "x"]
    assert choose_next(probabilities, notes, "ABC", examples={"A": 90, "B": 90, "C": 90}, size=2) == ["w", "z"]


def test_notes_of_the_audit_are_never_chosen() -> None:
    rng = np.random.default_rng(0)
    shares = rng.dirichlet([1, 1], size=50)
    notes = [f"n{number}" for number in range(50)]
    chosen = choose_next(shares, notes, "AB", examples={}, size=50, audit=notes[:20])
    assert sorted(chosen) == sorted(notes[20:])


def test_shapes_must_fit() -> None:
    with pytest.raises(Fault) as fault:
        choose_next(np.ones((2, 2)), ["a"], "AB", examples={}, size=1)
    assert fault.value.code == "text.unequal"
