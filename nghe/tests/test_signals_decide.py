"""Dials, floors, late reports, silence, zones, records and the scorecard."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from itertools import pairwise

import numpy as np
import pytest

from nghe.cli import run
from nghe.errors import Fault
from nghe.signals import cells, dials
from nghe.signals.drawing import draw_series
from nghe.signals.holidays import is_tet, tet_weeks
from nghe.signals.judge import judge_panel, plan_of
from nghe.signals.recalibration import learn, shipped
from nghe.signals.record import explain
from nghe.signals.scan import scan, zones_of
from nghe.signals.scorecard import Issue, Shown, make_scorecard
from nghe.signals.silence import judge_topics, judge_units
from nghe.signals.table import panel_of
from nghe.signals.triangle import at_same_maturity, build_triangle, nowcast, panel_at_maturity


def test_q_values_against_the_definition():
    p = np.array([0.01, 0.04, np.nan, 0.03, 0.5])
    plain = np.array([0.04, 0.16 / 3, 0.16 / 3, 0.5])
    assert dials.q_values(p)[[0, 1, 3, 4]] == pytest.approx(plain / dials.MARGIN)
    assert np.isnan(dials.q_values(p)[2])
    assert dials.within_rate(p, 0.05).tolist() == [True, False, False, False, False]
    with pytest.raises(Fault, match="is no rate"):
        dials.within_rate(p, 1.5)


def test_budget_shows_the_rarest_and_no_part_of_a_tie():
    p = np.array([0.001, 0.002, 0.002, 0.03, np.nan, 0.9])
    assert dials.within_budget(p, 1).sum() == 1
    assert dials.within_budget(p, 2).sum() == 1
    assert dials.within_budget(p, 10).sum() == 4
    assert not dials.within_budget(p, 0).any()


def test_rate_holds_over_topics_and_places():
    """Null cells everywhere but in three topics: the mean share of false cells over the chosen topics stays under q."""
    rng = np.random.default_rng(11)
    topics = [f"t{i // 50}" for i in range(2000)]
    shares = []
    for _ in range(300):
        p = rng.uniform(size=2000)
        raised = np.zeros(2000, bool)
        raised[:150:10] = True
        p[raised] = rng.uniform(0, 1e-5, raised.sum())
        chosen = dials.by_topic_and_place(p, topics, 0.1)
        names = np.array(topics)
        shares += [np.mean([(chosen.cells & ~raised & (names == t)).sum() / max((chosen.cells & (names == t)).sum(), 1)
                            for t in chosen.topics])]
    assert np.mean(shares) <= 0.1
    assert {"t0", "t1", "t2"} <= set(chosen.topics)


def test_cells_too_thin_to_judge_count_among_those_looked_at():
    p = np.array([0.01, 0.001, 0.6, np.nan])
    judged = np.array([True, False, True, False])
    assert dials.q_values(p, judged)[[0, 2]] == pytest.approx([0.03 / dials.MARGIN, 1.0])
    assert np.isnan(dials.q_values(p, judged)[[1, 3]]).all()
    assert dials.within_rate(p, 0.02, judged).sum() == 0
    assert dials.within_rate(p, 0.034, judged).tolist() == [True, False, False, False]
    assert dials.within_budget(p, 5, judged).tolist() == [True, False, False, False]
    assert dials.by_topic_and_place(p, ["a"] * 4, 0.034, judged).cells.tolist() == [True, False, False, False]
    assert not dials.by_topic_and_place(p, ["a"] * 4, 0.02, judged).cells.any()


def test_dials_and_the_judged_panel_agree_on_q():
    judged = judged_example(thin=True)
    found = judged.found
    for p, able, q in zip(found.p, found.judged_cells, judged.q, strict=True):
        assert (dials.within_rate(p, 0.1, able) == (np.nan_to_num(q, nan=1) <= 0.1)).all()
    p, able, q = found.p[-1], found.judged_cells[-1], judged.q[-1]
    assert able.tolist() == [True, True, False]
    assert q[0] == pytest.approx(p[0] * 3 / dials.MARGIN)


def test_parent_explains_a_child_that_is_a_part_of_it():
    cells_ = [("giá", "tỉnh"), ("giá", "xã A"), ("giá", "xã B")]
    told = dials.explained(cells_, np.array([True, True, True]), {"xã A": "tỉnh", "xã B": "tỉnh"}, np.array([40.0, 6.0, 30.0]))
    assert told == {1: 0}


def test_recalibrated_p_of_null_cells_is_true():
    rng = np.random.default_rng(6)
    expected = rng.choice([0.8, 3.0, 30.0], 200_000)
    table = learn(rng.uniform(size=200_000) ** 1.4, expected, source="test")
    fresh = table.true_p(rng.uniform(size=100_000) ** 1.4, rng.choice([0.8, 3.0, 30.0], 100_000))
    for level in (0.2, 0.05, 0.005):
        assert (fresh <= level).mean() == pytest.approx(level, rel=0.15)
    assert table.true_p(table.raw_for(0.005, expected[:50]), expected[:50]) == pytest.approx(0.005, rel=1e-6)
    with pytest.raises(Fault, match="too few"):
        learn(np.array([0.1]), np.array([1.0]), source="test")


def test_far_tail_of_a_thin_class_is_the_more_cautious():
    """In the far tail p is the upper limit on the cells of its own class: one with few null cells promises less."""
    rng = np.random.default_rng(8)
    table = learn(rng.uniform(size=400_000), np.where(np.arange(400_000) < 40_000, 0.1, 3.0), source="test")
    thin, thick = table.true_p(np.full(2, 0.001), np.array([0.1, 3.0]))
    assert thin > thick > 0.00105
    assert table.true_p(np.full(2, 0.01), np.array([0.1, 3.0])) == pytest.approx(0.01, rel=0.15)


def test_shipped_table_falls_in_every_class():
    table = shipped()
    assert table is not None
    assert all(all(a > b for a, b in pairwise(row)) for row in table.raw)
    assert table.cells > 1_000_000


def test_cells_are_judged_from_five_mentions_of_three_sources_on():
    counts = np.array([[0, 2, 1], [1, 1, 2], [2, 1, 1], [1, 1, 1]], dtype=float)
    sources = np.array([[0, 1, 1], [1, 1, 1], [2, 1, 3], [1, 1, 1]], dtype=float)
    mentions, many = cells.may_judge(counts, sources, 3)
    assert mentions.tolist() == [False, True, True]
    assert many.tolist() == [False, False, True]
    for low in ({"mentions": 4}, {"sources": 2}, {"small": 3}, {"periods": 9}):
        with pytest.raises(Fault):
            cells.Floor(**low)
    assert cells.Floor(mentions=10).mentions == 10


def test_small_counts_are_printed_by_their_bound():
    assert [cells.printed(n) for n in (0, 1, 4, 5, 12)] == ["0", "< 5", "< 5", "5", "12"]


def read(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def flow(periods: int = 40, *, seed: int = 1) -> list[tuple[int, int, int]]:
    rng = np.random.default_rng(seed)
    return [(t, t + d, 1) for t in range(periods) for d in rng.choice(4, 30 + t % 3, p=[0.5, 0.3, 0.15, 0.05]) if t + d < periods]


def test_counts_are_held_against_counts_of_the_same_maturity():
    triangle = build_triangle(flow(), periods=40, delays=4)
    now, past = at_same_maturity(triangle, 39)
    assert triangle.maturity(39) == 0
    assert 5 < now < 30
    assert past == pytest.approx(np.full(39, now), abs=14)
    assert np.isnan(panel_at_maturity([triangle], 2)[-2:]).all()


def test_nowcast_band_holds_what_came():
    inside = total = 0
    for seed in range(12):
        rng = np.random.default_rng(seed)
        final = 60 + 10 * rng.standard_normal(40)
        items = [(t, t + int(d), 1) for t in range(40) for d in rng.choice(4, int(final[t]), p=[0.5, 0.3, 0.15, 0.05])]
        done = np.bincount([t for t, _, _ in items], minlength=40)
        triangle = build_triangle([item for item in items if item[1] < 40], periods=40, delays=4)
        for band in nowcast(triangle):
            total += 1
            inside += band.low <= done[band.period] <= band.high
            assert band.known <= band.expected
    assert inside / total >= 0.85


def test_counts_revised_downwards():
    items = [(t, t, 1) for t in range(12) for _ in range(10)] + [(t, t + 1, -1) for t in range(11) for _ in range(2)]
    triangle = build_triangle(items, periods=12, delays=3)
    assert triangle.known[3].tolist() == [10, 8, 8]
    last = nowcast(triangle)[-1]
    assert last.expected == pytest.approx(8)
    assert last.low < 10
    with pytest.raises(Fault, match="more was withdrawn"):
        build_triangle([(0, 0, 1), (0, 1, -2)], periods=3, delays=2)
    with pytest.raises(Fault, match="in its own or a later one"):
        build_triangle([(2, 1, 1)], periods=3, delays=2)


def test_too_young_a_triangle_has_no_band():
    assert all(np.isnan(band.expected) for band in nowcast(build_triangle([(0, 0, 5), (1, 1, 5)], periods=3, delays=3)))


def test_nowcast_on_the_command_line(tmp_path, capsys):
    path, out, plot = tmp_path / "i.csv", tmp_path / "o.csv", tmp_path / "p.svg"
    path.write_text("period,received,change\n" + "".join(f"{a},{r},{c}\n" for a, r, c in flow()), encoding="utf-8")
    assert run(["signals", "nowcast", str(path), "--delays", "4", "--out", str(out), "--plot", str(plot), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"periods": 40, "open": 3, "without_band": 0}
    rows = read(out)
    assert [row["period"] for row in rows] == ["37", "38", "39"]
    assert all(float(row["low"]) <= float(row["high"]) for row in rows)
    assert 'class="band"' in plot.read_text(encoding="utf-8")
    path.write_text("period,received\n2026-W10,2026-W09\n", encoding="utf-8")
    assert run(["signals", "nowcast", str(path), "--out", str(out)]) == 2


def test_silence_is_told_from_holiday_and_from_no_duty():
    received = np.ones((30, 6))
    due = np.ones((30, 6), bool)
    holiday = np.zeros(30, bool)
    received[26:, 0] = 0                       # stopped
    received[26:, 1] = 0
    due[26:, 1] = False                        # nothing due
    received[::2, 2] = 0                       # reports every other week anyway
    received[:, 3] = 0                         # never reported
    received[:25, 4] = 0
    due[:25, 4] = False                        # new unit
    received[29, 5] = 0
    states = {s.name: s.state for s in judge_units(list("abcdef"), received, due, holiday=holiday)}
    assert states == {"a": "silent", "b": "not_due", "c": "reporting", "d": "never_reported", "e": "reporting", "f": "quiet"}
    holiday[26:] = True
    assert judge_units(list("abcdef"), received, due, holiday=holiday)[0].state == "holiday"
    with pytest.raises(Fault, match="shapes differ"):
        judge_units(["a"], received, due, holiday=holiday)


def test_topic_that_stops_is_silent_unless_nobody_reported():
    rng = np.random.default_rng(1)
    reports = np.full((120, 2), 40.0)
    counts = rng.poisson(8, (120, 2)).astype(float)
    counts[116:, 0] = 0
    counts[116:, 1] = 1
    reports[116:, 1] = 5
    found = judge_topics(["a", "b"], counts, at=119, frequency=52, reports=reports, holiday=np.zeros(120, bool))
    assert [one.state for one in found] == ["silent", "reporting"]


def test_tet_moves():
    assert is_tet(dt.date(2026, 2, 16), dt.date(2026, 2, 22))
    assert not is_tet(dt.date(2026, 1, 26), dt.date(2026, 2, 1))
    weeks = tet_weeks(np.array(["2025-01-27", "2025-02-10", "2026-02-16"], dtype="datetime64[D]"))
    assert weeks is not None
    assert weeks.tolist() == [True, False, True]


def test_neighbours_together_are_found_where_none_is_alone():
    rng = np.random.default_rng(3)
    places = [f"p{i}" for i in range(16)]
    adjacent = {f"p{i}": [f"p{j}" for j in (i + 1, i + 4) if j < 16 and (j != i + 1 or j % 4)] for i in range(16)}
    zones = zones_of(places, adjacent, {"tỉnh": places[:8]}, largest=6)
    expected = np.full((6, 16), 5.0)
    counts = rng.poisson(expected).astype(float)
    quiet = scan(counts, expected, np.full(16, 1.2), places, zones, rng=np.random.default_rng(0), simulations=199)
    counts[-1, [0, 1, 4, 5]] = 11
    found = scan(counts, expected, np.full(16, 1.2), places, zones, rng=np.random.default_rng(0), simulations=199)
    assert quiet == []
    assert len(set(found[0].places) & {"p0", "p1", "p4", "p5"}) >= 3
    assert found[0].p <= 0.02
    assert found == scan(counts, expected, np.full(16, 1.2), places, zones, rng=np.random.default_rng(0), simulations=199)
    with pytest.raises(Fault, match="not among the places"):
        zones_of(places, {"p0": ["x"]})


def judged_example(*, thin: bool = False):
    """Two topics, the first of which rises; `thin` adds one with next to no mentions."""
    rng = np.random.default_rng(1)
    counts = rng.poisson(6, (150, 2))
    counts[149] = [25, 3]
    counts = np.column_stack([counts, np.arange(150) % 10 == 0])
    names = ("giá", "nước", "rác")[: 3 if thin else 2]
    rows = [f"{name},{t},{counts[t, s]:d}\n" for t in range(150) for s, name in enumerate(names)]
    text = "series,period,count\n" + "".join(rows)
    return judge_panel(panel_of(csv.DictReader(io.StringIO(text)), frequency=52), plan_of("default", {}))


def test_record_says_what_was_seen_and_how_sure_it_is():
    judged = judged_example()
    record = explain(judged, "giá", "149", maturity={"149": 0.8})
    assert record.signal
    assert record.low is not None
    assert record.expected is not None
    assert record.high is not None
    assert record.low <= record.expected <= record.high < 25
    assert "25 ý kiến" in record.sentence("vi")
    assert "80% of the reports are in" in record.sentence("en")
    assert record.data()["why"] == "above_bound"
    small = explain(judged, "nước", "149")
    assert small.observed == "< 5"
    assert "3" not in small.sentence("vi").split(";")[0]
    assert [name for name, _ in small.also] == ["giá"]
    with pytest.raises(Fault, match="was not judged"):
        explain(judged, "giá", "1")


def test_drawing_keeps_small_counts_to_itself():
    svg = draw_series(judged_example(), "nước", language="en")
    assert svg.count("<svg") == 1
    assert 'class="small"' in svg
    assert "<title>149: 3" not in svg


def test_scorecard_counts_what_became_of_signals():
    day = dt.date(2026, 3, 2)
    signals = [Shown("giá", day), Shown("nước", day, "dismissed", "campaign"), Shown("điện", day, "confirmed")]
    issues = [Issue("giá tăng", frozenset({"giá"}), day + dt.timedelta(days=12)), Issue("rác", frozenset({"rác"}), day)]
    card = make_scorecard(signals, issues)
    assert card.lead == {"giá tăng": 12}
    assert card.issues_without_signal == ("rác",)
    assert card.dismissed == {"campaign": 1}
    assert card.precision == pytest.approx(2 / 3)
    assert card.recall == pytest.approx(0.5)
    with pytest.raises(Fault, match="has a reason"):
        Shown("a", day, "dismissed")
    with pytest.raises(Fault, match="no state"):
        Shown("a", day, "gone")
