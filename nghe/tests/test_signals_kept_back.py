"""Small counts are kept back with whatever would give them away: totals, figures, drawings - tried by attacking the answer."""

from __future__ import annotations

import csv
import itertools
import random

import numpy as np
import pytest

from nghe.cli import run
from nghe.errors import Fault
from nghe.signals.judge import judge_panel, plan_of, printable
from nghe.signals.kept_back import keep_back, narrowed
from nghe.signals.periods import label_of, number_of
from nghe.signals.record import explain
from nghe.signals.table import read_counts
from nghe.signals.totals import Total, check_totals, read_totals, totals_by_name

FIRST = number_of("2023-W01", "week", "")
ONE = [Total(0, (1, 2, 3))]


def fitting(counts, kept, totals):
    """Every table that fits what is shown of one period, by trying all: small parts 1 to 4, covers 5 to 12, totals what they add
    up to (more, if not all their parts are listed), the rest as it is.
    """
    small, cover, wholes = kept.small[0], kept.cover[0], {total.whole: total for total in totals}
    ranges = [(0,) if i in wholes else range(1, 5) if small[i] else range(5, 13) if cover[i] else (int(n),)
              for i, n in enumerate(counts)]
    for cells in itertools.product(*ranges):
        table, fits = list(cells), True
        for whole, total in wholes.items():
            most = counts[whole] - sum(counts[part] for part in total.parts)
            table[whole] = sum(table[part] for part in total.parts)
            if not kept.all[0, whole]:
                fits &= table[whole] == counts[whole] or (most > 0 and table[whole] < counts[whole])
        if fits:
            yield tuple(table)


@pytest.mark.parametrize("seed", range(25))
def test_an_attacker_who_tries_everything_learns_no_more_than_one_to_four(seed):
    """Rows and columns with totals (2 x 2 places by topics, or a total over three), parts missing or not."""
    rng = random.Random(seed)
    if seed % 2:
        inner = [rng.choice((0, 1, 2, 3, 5, 6, 7)) for _ in range(4)]
        rows, columns = [inner[0] + inner[1], inner[2] + inner[3]], [inner[0] + inner[2], inner[1] + inner[3]]
        counts = [*inner, *rows, *columns]
        totals = [Total(4, (0, 1)), Total(5, (2, 3)), Total(6, (0, 2)), Total(7, (1, 3))]
    else:
        parts = [rng.choice((0, 1, 2, 4, 5, 6, 8)) for _ in range(3)]
        counts, totals = [sum(parts) + rng.choice((0, 0, 1, 3)), *parts], ONE
    kept = keep_back(np.array([counts], dtype=float), totals)
    tables = list(fitting(counts, kept, totals))
    assert tables
    for column in set(np.flatnonzero(kept.small[0])) - {total.whole for total in totals}:
        assert {table[column] for table in tables} == {1, 2, 3, 4}


def test_a_small_total_does_not_say_that_it_is_small():
    """Four parts of "< 5" under a total of "< 5" would each be 1."""
    kept = keep_back(np.array([[4.0, 1, 1, 1, 1]]), [Total(0, (1, 2, 3, 4))])
    assert [kept.text(0, column) for column in range(5)] == ["x", "< 5", "< 5", "< 5", "< 5"]
    assert not kept.cover.any()


def test_arithmetic_of_one_total_agrees_with_the_attack():
    """The same total told twice is the same system, tried by programs."""
    rng = np.random.default_rng(5)
    for _ in range(60):
        parts = rng.integers(0, 9, 3).astype(float)
        counts = np.array([parts.sum() + rng.choice([0, 2]), *parts])
        small, cover = (counts > 0) & (counts < 5), (counts >= 5) & (rng.random(4) < 0.4)
        if small.any():
            assert narrowed(counts, small, cover, ONE) == narrowed(counts, small, cover, [*ONE, *ONE])


def test_a_part_alone_in_its_total_takes_another_with_it():
    kept = keep_back(np.array([[32.0, 3, 20, 9]]), ONE)
    assert kept.small[0].tolist() == [False, True, False, False]
    assert kept.cover[0].tolist() == [False, False, False, True]
    assert narrowed(np.array([32.0, 3, 20, 9]), kept.small[0], np.zeros(4, bool), ONE) == [1]


def test_nothing_is_kept_back_where_nothing_is_small_or_nothing_is_known():
    assert not keep_back(np.array([[36.0, 7, 20, 9]]), ONE).all.any()
    assert keep_back(np.array([[np.nan, 3, 20, 9]]), ONE).all.sum() == 1
    assert keep_back(np.array([[32.0, 3, 20, 9]]), []).all.sum() == 1


def test_totals_are_found_by_name_only_where_counts_bear_them_out():
    names = ["giá", "giá / A", "giá / B", "nước", "nước / A", "nước / B"]
    counts = np.array([[5.0, 2, 3, 9, 4, 4], [4, 4, 0, 8, 4, 4]])
    assert totals_by_name(names, counts) == [Total(0, (1, 2))]


@pytest.mark.parametrize(("lines", "says"), [
    (["giá,cát"], "line 2: there is no series 'cát'"),
    (["giá,giá"], "counted twice"),
    (["giá,giá / A", "giá,giá / A"], "line 3: 'giá / A' is counted twice"),
])
def test_told_totals_are_checked(tmp_path, lines, says):
    path = tmp_path / "t.csv"
    path.write_text("\n".join(["whole,part", *lines]) + "\n", encoding="utf-8")
    with pytest.raises(Fault, match=says):
        read_totals(path, ["giá", "giá / A"])


def test_a_total_that_is_less_than_its_parts_is_none():
    with pytest.raises(Fault, match="giá, 2026-W02: counts 4, its parts 7 in all"):
        check_totals([Total(0, (1, 2))], ["giá", "A", "B"], ["2026-W01", "2026-W02"], np.array([[5.0, 2, 3], [4, 4, 3]]))


def table(tmp_path, *, weeks=80):
    rng = random.Random(3)
    lines = []
    for t in range(weeks):
        parts = {"giá / A": rng.choice((1, 2, 3, 4)), "giá / B": rng.randint(6, 14), "giá / C": rng.randint(5, 30)}
        for name, count in {"giá": sum(parts.values()), **parts}.items():
            lines.append(f"{name},{label_of(FIRST + t, 'week')},{count},{min(count, 3)}")
    path = tmp_path / "c.csv"
    path.write_text("\n".join(["series,period,count,sources", *lines]) + "\n", encoding="utf-8")
    return path


def answer(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_answer_says_what_it_kept_back(tmp_path, capsys):
    out = tmp_path / "o.csv"
    assert run(["signals", "detect", str(table(tmp_path)), "--out", str(out)]) == 0
    rows = answer(out)
    small, cover = (sum(row["count"] == sign for row in rows) for sign in ("< 5", ">= 5"))
    assert small == len(rows) / 4
    assert cover >= small
    assert f"kept back: {small} counts under 5, and {cover} larger ones" in capsys.readouterr().out
    assert not any(row["p"] or row["q"] for row in rows if row["count"][0] in "<>")


def test_figures_printed_do_not_depend_on_what_small_counts_are(tmp_path):
    """EARS prints a moving mean: with true counts in it, two successive ones would give the count that came in. Two tables that
    differ in a small count only (and in the cover that makes up for it) give the same figures.
    """
    path = table(tmp_path)
    text = path.read_text(encoding="utf-8")
    other = tmp_path / "other.csv"
    lines = text.splitlines()
    at = next(i for i, line in enumerate(lines) if line.startswith("giá / A,2023-W20,"))
    count = int(lines[at].split(",")[2])
    fresh = 1 if count != 1 else 2
    shift = {"giá / A": fresh - count, "giá": fresh - count}
    for i, line in enumerate(lines):
        name, period, n, sources = line.split(",") if i else ("", "", "0", "")
        if i and period == "2023-W20" and name in shift:
            lines[i] = f"{name},{period},{int(n) + shift[name]},{sources if name == 'giá' else min(3, fresh)}"
    other.write_text("\n".join(lines) + "\n", encoding="utf-8")
    for method in ("earsC", "bayes", "default"):
        told = []
        for source in (path, other):
            out = tmp_path / "o.csv"
            assert run(["signals", "detect", str(source), "--method", method, "--out", str(out)]) == 0
            told.append([row for row in answer(out) if row["series"] == "giá / A"])
        assert told[0] == told[1]


def test_a_record_of_a_small_count_has_no_p_that_would_tell_it(tmp_path):
    judged = judge_panel(read_counts(table(tmp_path)), plan_of("default", {}))
    shown = printable(judged, totals_by_name(judged.panel.series, judged.panel.counts))
    record = explain(judged, "giá / A", judged.panel.time.labels[-1], shown=shown)
    assert (record.observed, record.p, record.q) == ("< 5", None, None)
    cover = int(np.flatnonzero(shown.kept.cover[-1])[0])
    record = explain(judged, judged.panel.series[cover], judged.panel.time.labels[-1], shown=shown)
    assert (record.observed, record.p) == (">= 5", None)
