"""`make bench SUITE=disclosure`: what an attacker recovers from 200 random linked releases, and what they still show.

Each release counts 300 to 800 invented people (sizes uneven, as communes and answers are) in four tables that share their
margins: commune (6, in 2 districts) x answer (6), age (4) x answer, commune x age, answer x wave. Two thirds of them were counted
before, in an earlier release of commune x answer for the first wave, which the attacker holds as it went out.
"""

from __future__ import annotations

import sys
import time

import numpy as np

from nghe.disclosure.audit import audit_release
from nghe.disclosure.protect import hide_small_cells, protect_release
from nghe.disclosure.tables import Dimension, Table

RELEASES = 200
K = 10
SEED = 20261124
COMMUNES = {f"C{i}": f"D{1 + i // 3}" for i in range(6)}
ANSWERS, AGES = tuple(f"A{i}" for i in range(6)), ("18-34", "35-49", "50-64", "65+")


def random_release(rng: np.random.Generator) -> tuple[list[Table], list[Table]]:
    """Four linked tables of the present release, and the one of an earlier one."""
    size = int(rng.integers(300, 800))
    people = {
        "commune": rng.choice(6, size, p=rng.dirichlet(np.full(6, 3.0))),
        "answer": rng.choice(6, size, p=rng.dirichlet(np.full(6, 1.0))),
        "age": rng.choice(4, size, p=rng.dirichlet(np.full(4, 3.0))),
        "wave": (rng.random(size) < 2 / 3).astype(int),
    }
    levels = {"commune": tuple(COMMUNES), "answer": ANSWERS, "age": AGES, "wave": ("2", "1")}
    parents = {"commune": {**COMMUNES, "D1": "all", "D2": "all"}, "answer": dict.fromkeys(ANSWERS, "all"),
               "age": dict.fromkeys(AGES, "all"), "wave": {"1": "both", "2": "both"}}
    shown = {"commune": ("all", "D1", "D2", *COMMUNES), "answer": ("all", *ANSWERS), "age": ("all", *AGES), "wave": ("both", "1")}

    def table(name: str, *dimensions: str, wave: str = "") -> Table:
        leaf = np.zeros([len(levels[d]) for d in dimensions], dtype=int)
        counted = people["wave"] == 1 if wave else np.ones(size, dtype=bool)
        np.add.at(leaf, tuple(people[d][counted] for d in dimensions), 1)
        for axis, d in enumerate(dimensions):
            sums = [[leaf_level in below(level, parents[d]) for leaf_level in levels[d]] for level in shown[d]]
            leaf = np.moveaxis(np.tensordot(np.array(sums, dtype=int), leaf, (1, axis)), 0, axis)
        axes = tuple(Dimension(d, shown[d], parents[d]) for d in dimensions)
        return Table(name, axes, tuple(leaf.ravel().tolist()), release="before" if wave else "now",
                     where={"wave": wave} if wave else {})

    now = [table("commune x answer", "commune", "answer"), table("age x answer", "age", "answer"),
           table("commune x age", "commune", "age"), table("answer x wave", "answer", "wave")]
    return now, [table("commune x answer", "commune", "answer", wave="1")]


def below(level: str, parents: dict[str, str]) -> set[str]:
    """The level and all under it."""
    found = {level}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def main() -> int:
    rng = np.random.default_rng(SEED)
    rows = {"small counts hidden only": [0] * 6, "covered, nothing merged": [0] * 6, "merged, then covered (default)": [0] * 6}
    seconds = dict.fromkeys(rows, 0.0)
    for _ in range(RELEASES):
        release, before = random_release(rng)
        cells = sum(len(table.counts) for table in (*release, *before))
        for name, sums in rows.items():
            start = time.process_time()
            if name == "small counts hidden only":
                tables = [hide_small_cells(table, k=K) for table in (*release, *before)]
                audit, withdrawn = audit_release(tables, k=K), 0
            else:
                merge = [] if name.startswith("covered") else None
                first = protect_release(before, k=K, merge=merge)
                made = protect_release(release, k=K, earlier=first.tables, merge=merge)
                tables, audit, withdrawn = [*made.tables, *first.tables], made.audit, len(made.withdrawn) + len(first.withdrawn)
            seconds[name] += time.process_time() - start
            shown = sum(not hidden for table in tables for hidden in table.suppressed)
            for at, value in enumerate((cells, shown, audit.hidden, audit.recoverable,
                                        sum(finding.exactly for finding in audit.findings), withdrawn)):
                sums[at] += value
    print(f"{RELEASES} random linked releases of 4 tables and one released earlier, k = {K}, seed {SEED}; cells with totals")
    print(f"{'':34}{'cells':>8}{'shown':>8}{'shown %':>9}{'hidden':>8}{'recoverable':>13}{'% of hidden':>13}{'exactly':>9}"
          f"{'tables withdrawn':>18}{'CPU s':>8}")
    for name, (cells, shown, hidden, found, exactly, withdrawn) in rows.items():
        print(f"{name:34}{cells:8}{shown:8}{100 * shown / cells:9.1f}{hidden:8}{found:13}{100 * found / max(hidden, 1):13.1f}"
              f"{exactly:9}{withdrawn:18}{seconds[name]:8.1f}")
    ours = rows["merged, then covered (default)"]
    good = ours[3] == 0 and ours[1] >= 0.4 * ours[0]
    print(f"goal (nothing recoverable, at least 40 % of the cells shown): {'met' if good else 'MISSED'}")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
