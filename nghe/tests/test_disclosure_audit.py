"""The attack against counting by brute force, and releases that are known to leak or to hold."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from nghe.disclosure.attack import attack
from nghe.disclosure.audit import EXPOSED_SHARE, EXPOSED_SMALL, audit_release
from nghe.disclosure.linked import joint_size, link_tables
from nghe.disclosure.merge import merge_small_levels
from nghe.disclosure.protect import hide_small_cells, protect_release
from nghe.disclosure.tables import Dimension, Table
from nghe.errors import Fault


def crossed(name: str, leaf: np.ndarray, rows: str = "row", columns: str = "column", **more: object) -> Table:
    """A table with its totals from its inner cells."""
    full = np.zeros((leaf.shape[0] + 1, leaf.shape[1] + 1), dtype=int)
    full[1:, 1:] = leaf
    full[0, 1:] = leaf.sum(axis=0)
    full[:, 0] = full[:, 1:].sum(axis=1)
    axes = []
    for axis, size in ((rows, leaf.shape[0]), (columns, leaf.shape[1])):
        levels = tuple(f"{axis}{i}" for i in range(size))
        axes.append(Dimension(axis, ("all", *levels), dict.fromkeys(levels, "all")))
    return Table(name, tuple(axes), tuple(full.ravel().tolist()), **more)  # type: ignore[arg-type]


def hide(table: Table, *positions: int) -> Table:
    return replace(table, suppressed=tuple(at in positions for at in range(len(table.counts))))


def brute_force(leaf: np.ndarray, hidden: Sequence[tuple[int, int]]) -> dict[tuple[int, int], tuple[int, int]]:
    """Every table of whole numbers with these totals and these shown cells, tried one by one."""
    found: dict[tuple[int, int], tuple[int, int]] = {}
    tops = [range(min(leaf[r].sum(), leaf[:, c].sum()) + 1) for r, c in hidden]
    for values in itertools.product(*tops):
        trial = leaf.copy()
        for (r, c), value in zip(hidden, values, strict=True):
            trial[r, c] = value
        if (trial.sum(axis=0) == leaf.sum(axis=0)).all() and (trial.sum(axis=1) == leaf.sum(axis=1)).all():
            for (r, c), value in zip(hidden, values, strict=True):
                low, high = found.get((r, c), (value, value))
                found[r, c] = min(low, value), max(high, value)
    return found


@pytest.mark.parametrize("seed", range(12))
def test_intervals_are_those_of_brute_force(seed: int) -> None:
    rng = np.random.default_rng(seed)
    leaf = rng.integers(0, 7, (3, 3))
    hidden = [cell for cell in itertools.product(range(3), range(3)) if rng.random() < 0.55][:4]
    if not hidden:
        hidden = [(0, 0)]
    table = hide(crossed("T", leaf), *((r + 1) * 4 + c + 1 for r, c in hidden))
    linked = link_tables([table])
    found = attack(linked.equations, linked.shown, linked.hidden, k=10, exact=True)
    expected = brute_force(leaf, hidden)
    for r, c in hidden:
        interval = found.intervals[linked.number[table.keys[(r + 1) * 4 + c + 1]]]
        assert (interval.low, interval.high) == expected[r, c]


@pytest.mark.parametrize("seed", range(4))
def test_the_short_way_finds_what_the_long_way_finds_with_and_without_the_hidden_counts(seed: int) -> None:
    tables = [hide_small_cells(table, k=10) for table in random_tables(np.random.default_rng(seed), 260)]
    blind = [replace(table, counts=tuple(None if hidden else count for count, hidden in zip(table.counts, table.suppressed,
                                                                                           strict=True))) for table in tables]
    linked = link_tables(tables)
    exact = attack(linked.equations, linked.shown, linked.hidden, k=10, exact=True).intervals
    narrow = {cell for cell, interval in exact.items() if interval.width < 10}
    expected = sum(linked.tables[place.table].suppressed[place.position] for cell in narrow for place in linked.places[cell])
    assert expected > 0
    assert audit_release(tables, joint=False).recoverable == audit_release(blind, joint=False).recoverable == expected


def test_a_lone_hidden_cell_falls_to_its_row_and_its_column() -> None:
    audit = audit_release([hide(crossed("T", np.array([[30, 4], [20, 50]])), 5)])
    assert [(finding.low, finding.exactly, finding.cell) for finding in audit.findings] == [
        (4, True, {"row": "row0", "column": "column1"})
    ]
    assert audit.programs == 0


def test_a_rectangle_of_hidden_cells_holds_if_it_is_wide_enough() -> None:
    table = crossed("T", np.array([[4, 30, 22], [20, 50, 13], [40, 41, 42]]))
    assert audit_release([hide(table, 5, 6, 9, 10)]).safe
    narrow = crossed("T", np.array([[4, 30, 22], [1, 50, 13], [40, 41, 42]]))
    assert audit_release([hide(narrow, 5, 6, 9, 10)]).recoverable == 4


def test_a_cell_that_an_earlier_release_showed_is_no_secret() -> None:
    table = crossed("T", np.array([[4, 30, 22], [20, 50, 13], [40, 41, 42]]))
    now, before = hide(table, 5, 6, 9, 10), replace(hide(table, 5, 6), release="before")
    assert audit_release([now]).safe
    audit = audit_release([now, before])
    assert audit.recoverable == 4 + 2
    assert all(finding.exactly for finding in audit.findings)


def test_a_month_less_three_weeks_gives_the_fourth_away() -> None:
    weeks = Dimension("week", ("month", "1", "2", "3", "4"), dict.fromkeys("1234", "month"))
    month = Table("M", (Dimension("week", ("month", "1", "2", "3"), dict.fromkeys("1234", "month")),), (61, 20, 18, 16))
    week = Table("W4", (Dimension("week", ("4",)),), (7,), (True,), release="later")
    audit = audit_release([month, week])
    assert [(finding.table, finding.low, finding.high) for finding in audit.findings] == [("W4", 7, 7)]
    covered = replace(month, dimensions=(weeks,), counts=(61, 20, 18, 16, 7), suppressed=(False, False, False, True, True))
    assert audit_release([covered, week]).safe


def test_tables_without_total_rows_are_linked_by_the_totals_they_imply() -> None:
    axes = Dimension("sex", ("f", "m")), Dimension("answer", ("y", "n"))
    inner = Table("A", axes, (30, 5, 40, 25), (False, True, False, False))
    margin = Table("B", (Dimension("answer", ("y", "n")),), (70, 30))
    assert audit_release([inner]).safe
    assert audit_release([inner, margin]).recoverable == 1
    partial = replace(inner, dimensions=(Dimension("sex", ("f", "m"), partial=True), inner.dimensions[1]))
    assert audit_release([partial, margin]).safe


def test_merged_levels_are_linked_to_what_an_earlier_release_showed_of_them() -> None:
    parents = {"young": "young + mid", "mid": "young + mid", "young + mid": "all", "old": "all"}
    merged = Table("now", (Dimension("age", ("all", "young + mid", "old"), parents),), (90, 34, 56))
    ages = {"young": "all", "mid": "all", "old": "all"}
    before = Table("before", (Dimension("age", ("all", "young", "mid", "old"), ages),), (90, 30, 4, 56),
                   (False, False, True, True))
    assert audit_release([merged, before]).recoverable == 2


def test_the_joint_table_narrows_what_margins_alone_leave_open() -> None:
    """Three two-way tables of 2 x 2 x 2 people: with two of them shown, the third is nearly known."""
    def pair(name: str, one: str, two: str, cells: Sequence[int], hidden: bool) -> Table:
        return Table(name, (Dimension(one, ("0", "1")), Dimension(two, ("0", "1"))), tuple(cells), (hidden,) * 4)

    tables = [pair("AB", "a", "b", (50, 0, 0, 50), False), pair("BC", "b", "c", (38, 12, 12, 38), False),
              pair("AC", "a", "c", (38, 12, 12, 38), True)]
    assert joint_size(tables) == 27
    assert audit_release(tables, joint=False).safe
    audit = audit_release(tables)
    assert audit.joint
    assert {finding.low for finding in audit.findings} == {12, 38}
    assert all(finding.exactly for finding in audit.findings)


def test_what_is_shown_and_may_not_be_is_found() -> None:
    table = crossed("T", np.array([[30, 0], [20, 50]]), shares="column")
    assert [(f.what, f.cell["column"]) for f in audit_release([table]).findings] == [
        (EXPOSED_SHARE, "column0"), (EXPOSED_SHARE, "column1")
    ]
    small = audit_release([crossed("T", np.array([[30, 9], [20, 50]]))])
    assert [(f.what, f.low) for f in small.findings] == [(EXPOSED_SMALL, 9)]
    assert audit_release([crossed("T", np.array([[30, 9], [20, 50]]))], k=5).safe
    assert audit_release([crossed("T", np.array([[30, 3], [20, 4]]), of="places")]).safe
    with pytest.raises(Fault, match="a floor can only be raised"):
        audit_release([table], k=2)


def random_tables(rng: np.random.Generator, size: int) -> list[Table]:
    """Two tables of the same people, linked by the answer they share."""
    answer, place, age = (rng.choice(n, size, p=rng.dirichlet(np.full(n, 1.2))) for n in (4, 5, 3))

    def table(name: str, codes: np.ndarray, levels: int) -> Table:
        leaf = np.zeros((levels, 4), dtype=int)
        np.add.at(leaf, (codes, answer), 1)
        return crossed(name, leaf, rows=name, columns="answer")

    return [table("place", place, 5), table("age", age, 3)]


@pytest.mark.parametrize("seed", range(6))
def test_a_protected_release_survives_the_attack_and_keeps_its_numbers(seed: int) -> None:
    rng = np.random.default_rng(seed)
    tables = random_tables(rng, int(rng.integers(150, 500)))
    made = protect_release(tables)
    assert not made.withdrawn
    assert audit_release(made.tables).safe
    truth = {key: count for table in tables for key, count in zip(table.keys, table.counts, strict=True)}
    for table in made.tables:
        for levels, key, count, hidden in zip(table.cells(), table.keys, table.counts, table.suppressed, strict=True):
            if not hidden and not any(" + " in level for level in levels):
                assert count == truth[key]
        assert table.counts[0] == tables[0].counts[0]
    assert made.shown >= 0.3 * made.cells


def test_hiding_small_counts_alone_is_what_the_audit_is_for() -> None:
    tables = [hide_small_cells(table, k=10) for table in random_tables(np.random.default_rng(3), 300)]
    assert audit_release(tables).recoverable > 0


def test_levels_merge_with_their_next_smallest_or_with_a_neighbour() -> None:
    ages = ("a", "b", "c", "d")
    table = Table("T", (Dimension("age", ("all", *ages), dict.fromkeys(ages, "all")),), (107, 4, 60, 13, 30))
    (free,) = merge_small_levels([table], k=10).tables
    assert free.dimensions[0].levels == ("all", "a + c", "b", "d")
    assert free.counts == (107, 17, 60, 30)
    (ordered,) = merge_small_levels([table], k=10, ordered=["age"]).tables
    assert ordered.counts == (107, 64, 13, 30)
    assert merge_small_levels([table], k=10, dimensions=[]).tables == (table,)
    two = Table("T", (Dimension("age", ("all", "a", "b"), {"a": "all", "b": "all"}),), (64, 4, 60))
    assert merge_small_levels([two], k=10).tables == (two,)


def test_a_release_is_made_safe_for_the_earlier_ones_too() -> None:
    """The earlier table holds as it went out; a total of the same people would tell its hidden count, so the total is hidden."""
    waves = Dimension("wave", ("1", "2"), partial=True)
    before = Table("B", (Dimension("sex", ("f", "m")), waves), (40, 4, 30, 50), (False, True, False, False), "before")
    assert audit_release([before]).safe
    total = Table("N", (Dimension("sex", ("all",), {"f": "all", "m": "all"}),), (54,), release="now", where={"wave": "2"})
    audit = audit_release([total, before])
    assert [(finding.table, finding.low) for finding in audit.findings] == [("B", 4)]
    made = protect_release([total], earlier=[before])
    assert made.tables[0].suppressed == (True,)
    assert made.audit.safe


def test_what_an_earlier_release_has_lost_is_not_held_against_a_new_one() -> None:
    leaky = hide(crossed("T", np.array([[30, 4], [20, 50]]), release="before"), 5)
    other = Table("A", (Dimension("age", ("all", "x", "y"), {"x": "all", "y": "all"}),), (104, 60, 44), release="now")
    made = protect_release([other], earlier=[leaky])
    assert made.withdrawn == ()
    assert {finding.release for finding in made.audit.findings} == {"before"}


def test_a_table_that_nothing_can_cover_is_withdrawn() -> None:
    alone = Table("T", (Dimension("sex", ("all", "f", "m"), {"f": "all", "m": "all"}),), (12, 4, 8))
    before = Table("B", (Dimension("sex", ("all", "f", "m"), {"f": "all", "m": "all"}),), (12, 4, 8), release="before")
    assert protect_release([alone], earlier=[before]).withdrawn == ("T",)
    assert protect_release([alone]).tables[0].suppressed == (False, True, True)
    missing = Table("T", alone.dimensions, (12, None, 8), (False, True, False))
    with pytest.raises(Fault, match="lacks a count"):
        protect_release([missing])
