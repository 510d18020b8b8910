"""Draws: their probabilities over many seeds, their documents, and what is refused."""

from __future__ import annotations

import copy
import math
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from nghe.errors import Fault
from nghe.survey.sampling import (
    Draw,
    Frame,
    allocate,
    compare_with_census,
    design_effect,
    draw_next_stage,
    draw_pps,
    draw_srs,
    draw_stratified,
    draw_systematic,
    expected_margin,
    minimum_detectable_change,
    plan_quotas,
    sample_size,
    sample_size_for_change,
    sample_size_of_mean,
    verify_draw,
)
from nghe.survey.sampling.chance import number_of

VILLAGES = Frame("villages", tuple(f"v{i:02}" for i in range(12)), {
    "area": ("river",) * 5 + ("hill",) * 4 + ("town",) * 3,
    "households": (120, 80, 60, 200, 40, 30, 90, 50, 20, 400, 300, 210),
})
TURNS = 3000


def shares(draw: Callable[[str], Draw]) -> dict[str, float]:
    seen: Counter[str] = Counter()
    for turn in range(TURNS):
        seen.update(draw(f"seed {turn}").ids)
    return {unit: seen[unit] / TURNS for unit in VILLAGES.ids}


@pytest.mark.parametrize("draw", [
    lambda seed: draw_srs(VILLAGES, 4, seed=seed),
    lambda seed: draw_systematic(VILLAGES, 5, seed=seed, order=["households"]),
    lambda seed: draw_stratified(VILLAGES, {"river": 2, "hill": 1, "town": 3}, by=["area"], seed=seed),
    lambda seed: draw_pps(VILLAGES, 3, size="households", seed=seed),
    lambda seed: draw_pps(VILLAGES, {"river": 3, "hill": 1, "town": 2}, size="households", by=["area"], seed=seed),
])
def test_units_are_drawn_as_often_as_the_draw_says(draw: Callable[[str], Draw]) -> None:
    said = {unit.id: unit.probability for turn in range(200) for unit in draw(f"seed {turn}").units}
    found = shares(draw)
    for unit in VILLAGES.ids:
        probability = said[unit]
        assert abs(found[unit] - probability) <= 4.5 * math.sqrt(max(probability * (1 - probability), 1e-9) / TURNS)
    sizes = {len(draw(f"seed {turn}").units) for turn in range(50)}
    assert len(sizes) == 1
    assert sum(said.values()) == pytest.approx(sizes.pop())


def test_srs_draws_every_pair_alike() -> None:
    pairs: Counter[tuple[str, ...]] = Counter()
    frame = Frame("four", ("a", "b", "c", "d"), {})
    for turn in range(6000):
        pairs[tuple(sorted(draw_srs(frame, 2, seed=str(turn)).ids))] += 1
    assert len(pairs) == 6
    assert max(abs(count - 1000) for count in pairs.values()) < 5 * math.sqrt(6000 / 6)


def test_a_draw_does_not_depend_on_how_the_list_is_sorted() -> None:
    turned = VILLAGES.part(reversed(range(12)), "turned")
    for seed in ("a", "b"):
        assert set(draw_srs(VILLAGES, 4, seed=seed).ids) == set(draw_srs(turned, 4, seed=seed).ids)
    assert number_of("seed", "ab", "c") != number_of("seed", "a", "bc")
    assert number_of("xổ số 24/11", "v01") == 0.9439315744524523


def test_a_unit_larger_than_the_step_is_certain() -> None:
    frame = Frame("f", ("big", "a", "b", "c"), {"size": (1000, 10, 20, 30)})
    draw = draw_pps(frame, 2, size="size", seed="x")
    assert draw.units[0].id == "big"
    assert draw.units[0].probability == 1.0
    assert draw.units[1].probability == pytest.approx({"a": 10, "b": 20, "c": 30}[draw.units[1].id] / 60)
    assert [unit.probability for unit in draw_pps(frame, 4, size="size", seed="x").units] == [1.0] * 4


def test_stages_multiply_and_pps_then_equal_takes_is_self_weighting() -> None:
    first = draw_pps(VILLAGES, 4, size="households", seed="x")
    listing = Frame("households", tuple(f"{v}-{h}" for v in first.ids for h in range(households(v))),
                    {"village": tuple(v for v in first.ids for _ in range(households(v)))})
    second = draw_next_stage(first, listing, 10, cluster="village", seed="y", within="systematic")
    assert len(second.units) == 40
    weights = {round(unit.weight, 9) for unit in second.units if unit.stages[0][1] < 1}
    assert len(weights) == 1
    assert second.units[0].probability == second.units[0].stages[0][1] * second.units[0].stages[1][1]
    assert verify_draw(second.record(), listing, before=first) == []
    homes = tuple(h for h in second.ids for _ in (1, 2))
    third = Frame("people", tuple(f"{home}/{at % 2}" for at, home in enumerate(homes)), {"home": homes})
    people = draw_next_stage(second, third, 1, cluster="home", seed="z")
    assert [len(unit.stages) for unit in people.units] == [3] * 40
    assert people.units[0].weight == pytest.approx(2 * second.units[0].weight)


def households(village: str) -> int:
    return int(VILLAGES.columns["households"][VILLAGES.ids.index(village)] or 0)


def test_the_document_is_drawn_again_and_a_change_is_found() -> None:
    for draw in (draw_srs(VILLAGES, 4, seed="s"), draw_systematic(VILLAGES, 4, seed="s"),
                 draw_pps(VILLAGES, 4, size="households", seed="s"),
                 draw_stratified(VILLAGES, 6, by=["area"], seed="s", rule="equal", least=1, within="systematic"),
                 draw_stratified(VILLAGES, {"river": 2, "hill": 1, "town": 1}, by=["area"], seed="s")):
        record = draw.record()
        assert verify_draw(record, VILLAGES) == []
        forged = copy.deepcopy(record)
        forged["units"][0]["id"] = next(unit for unit in VILLAGES.ids if unit not in draw.ids)
        assert verify_draw(forged, VILLAGES) == ["hash: the document was changed after it was written"]
        from nghe.evidence import sha256_of

        forged["hash"] = sha256_of({key: value for key, value in forged.items() if key != "hash"})
        assert verify_draw(forged, VILLAGES) == ["units: drawn again they are not the same"]
        assert "is not the list of the draw" in verify_draw(record, VILLAGES.part(range(11), "shorter"))[0]


def test_allocation() -> None:
    sizes = {"a": 5000, "b": 3000, "c": 2000}
    assert allocate(sizes, 100) == {"a": 50, "b": 30, "c": 20}
    assert allocate(sizes, 100, rule="equal") == {"a": 34, "b": 33, "c": 33}
    assert allocate(sizes, 100, rule="neyman", spread={"a": 1, "b": 2, "c": 4.5}) == {"a": 25, "b": 30, "c": 45}
    assert allocate(sizes, 100, rule="neyman", spread={"a": 2, "b": 2, "c": 2}, cost={"a": 4, "b": 1, "c": 1}) == {
        "a": 33, "b": 40, "c": 27}
    assert allocate(sizes, 100, least=30) == {"a": 40, "b": 30, "c": 30}
    assert allocate(sizes, 100, most={"a": 40}) == {"a": 40, "b": 36, "c": 24}
    assert allocate({"a": 3, "b": 500}, 100, least=10) == {"a": 3, "b": 97}
    assert sum(allocate({str(i): i + 1 for i in range(37)}, 101).values()) == 101


def test_sizes_against_the_known_tables() -> None:
    assert sample_size(0.05) == 385
    assert sample_size(0.03) == 1068
    assert sample_size(0.05, population=1000) == 278
    assert sample_size(0.05, deff=2) == 769
    assert sample_size(0.05, response=0.5) == 769
    assert sample_size_of_mean(1, deviation=10) == 385
    assert expected_margin(1000) == pytest.approx(0.0309898, abs=1e-6)
    assert expected_margin(500, population=500) == 0
    assert design_effect(cluster_size=20, icc=0.05, weight_cv=0.5) == pytest.approx(1.25 * 1.95)
    change = minimum_detectable_change(1000, 1000, deff=1.5)
    assert change == pytest.approx((1.959964 + 0.841621) * math.sqrt(2 * 0.25 * 1.5 / 1000), rel=1e-6)
    assert minimum_detectable_change(1000, 1000, correlation=0.5) == pytest.approx(minimum_detectable_change(2000, 2000))
    assert sample_size_for_change(change, deff=1.5) == 1000


def test_quotas_are_set_beside_the_census() -> None:
    census = {"officials": 58, "farmers": 431, "others": 511}
    assert plan_quotas(census, 300) == {"officials": 18, "farmers": 129, "others": 153}
    found = compare_with_census({"officials": 91, "farmers": 27, "others": 182}, census)
    assert found.groups[0].times == pytest.approx(91 / 300 / 0.058)
    assert found.groups[1].difference == pytest.approx(0.09 - 0.431)
    assert found.dissimilarity == pytest.approx(0.431 - 0.09)
    assert not hasattr(found, "margin_of_error")


@pytest.mark.parametrize(("make", "code"), [
    (lambda: Frame("f", (), {}), "sampling.frame"),
    (lambda: Frame("f", ("a", "a"), {}), "sampling.frame"),
    (lambda: Frame("f", ("n\u1eef", "nu\u031b\u0303"), {}), "sampling.frame"),
    (lambda: Frame("f", ("a", ""), {}), "sampling.frame"),
    (lambda: Frame("f", ("a",), {"size": (1, 2)}), "sampling.frame"),
    (lambda: Frame.from_rows("f", [{"id": "a"}], id_column="code"), "sampling.column"),
    (lambda: Frame.from_rows("f", [{"id": "a", "x": 1}, {"id": "b"}], id_column="id"), "sampling.frame"),
    (lambda: draw_srs(VILLAGES, 13, seed="s"), "sampling.n"),
    (lambda: draw_srs(VILLAGES, 0, seed="s"), "sampling.n"),
    (lambda: draw_srs(VILLAGES, 4, seed=" "), "sampling.seed"),
    (lambda: draw_srs(VILLAGES, 4, seed=4), "sampling.seed"),  # type: ignore[arg-type]
    (lambda: draw_systematic(VILLAGES, 4, seed="s", order=["height"]), "sampling.column"),
    (lambda: draw_stratified(VILLAGES, 4, by=[], seed="s"), "sampling.stratum"),
    (lambda: draw_stratified(VILLAGES, {"river": 2}, by=["area"], seed="s"), "sampling.stratum"),
    (lambda: draw_stratified(VILLAGES, {"river": 2, "hill": 1, "town": 4}, by=["area"], seed="s"), "sampling.n"),
    (lambda: draw_stratified(Frame("f", ("a", "b"), {"area": ("x", None)}), 1, by=["area"], seed="s"), "sampling.stratum"),
    (lambda: draw_pps(Frame("f", ("a", "b"), {"size": (1, 0)}), 1, size="size", seed="s"), "sampling.size"),
    (lambda: draw_pps(Frame("f", ("a", "b"), {"size": (1, None)}), 1, size="size", seed="s"), "sampling.size"),
    (lambda: draw_pps(Frame("f", ("a", "b"), {"size": (1, math.inf)}), 1, size="size", seed="s"), "sampling.size"),
    (lambda: draw_pps(VILLAGES, {"river": 1}, size="households", by=["area"], seed="s"), "sampling.stratum"),
    (lambda: allocate({"a": 5, "b": 5}, 11), "sampling.bounds"),
    (lambda: allocate({"a": 5, "b": 5}, 4, least=3), "sampling.bounds"),
    (lambda: allocate({"a": 5, "b": 5}, 4, least={"a": 3}, most={"a": 2}), "sampling.bounds"),
    (lambda: allocate({"a": 5}, 4, rule="neyman"), "sampling.spread"),
    (lambda: allocate({"a": 5}, 4, rule="neyman", spread={"a": 1}, cost={"a": 0}), "sampling.cost"),
    (lambda: allocate({"a": 5}, 4, rule="power"), "sampling.rule"),  # type: ignore[arg-type]
    (lambda: allocate({"a": 0}, 4), "sampling.size"),
    (lambda: allocate({"a": 5}, 4, least={"b": 1}), "sampling.stratum"),
    (lambda: sample_size(0), "sampling.size"),
    (lambda: sample_size(0.01, population=1000, response=0.5), "sampling.size"),
    (lambda: sample_size(0.05, deff=0), "sampling.size"),
    (lambda: expected_margin(100, population=50), "sampling.size"),
    (lambda: minimum_detectable_change(0, 100), "sampling.n"),
    (lambda: minimum_detectable_change(100, 100, correlation=1), "sampling.size"),
    (lambda: design_effect(cluster_size=10, icc=-0.5), "sampling.size"),
    (lambda: compare_with_census({"a": 1}, {"b": 1}), "sampling.group"),
    (lambda: compare_with_census({"a": -1}, {"a": 1}), "sampling.count"),
    (lambda: compare_with_census({"a": 0}, {"a": 1}), "sampling.count"),
    (lambda: compare_with_census({"a": 3}, {"a": 0}), "sampling.count"),
    (lambda: verify_draw({"schema": "x"}, VILLAGES), "sampling.draw"),
])
def test_bad_input_is_refused(make: Callable[[], Any], code: str) -> None:
    with pytest.raises(Fault) as fault:
        make()
    assert fault.value.code == code


def test_a_later_stage_refuses_what_was_not_drawn_not_listed_or_too_small() -> None:
    first = draw_srs(VILLAGES, 2, seed="s")
    one, two = first.ids
    other = next(unit for unit in VILLAGES.ids if unit not in first.ids)
    for villages, words in (((one, one, other), "was not drawn before"), ((one, one, one), "was drawn and has no list"),
                            ((one, one, two), "2 cannot be drawn of 1")):
        listing = Frame("list", ("a", "b", "c"), {"village": villages})
        with pytest.raises(Fault, match=words):
            draw_next_stage(first, listing, 2, cluster="village", seed="s")
    listing = Frame("list", ("a", "b", "c"), {"village": (one, one, two)})
    taken = draw_next_stage(first, listing, 2, cluster="village", seed="s", take_all_if_fewer=True)
    assert taken.strata == {one: (2, 2), two: (1, 1)}
    with pytest.raises(Fault, match="is needed"):
        verify_draw(taken.record(), listing)
