# environment: bench  # noqa: ERA001
"""Survey statistics against R `survey` and `svy`: CPU seconds for complete tables with intervals and labels.

    make bench SUITE=survey            a million rows, 60 questions, 50 strata
    SURVEY_ROWS=10000000 make bench SUITE=survey     more rows: ours alone, with the memory it took

R and svy are timed on a few identical calls and scaled to all of them (the table says how many). R: Debian's r-cran-survey;
without it its columns stay empty. Times are user + system CPU seconds of the whole process, without reading data or starting up.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from nghe.survey import Margin, Replicates, Sample, Table, rake
from nghe.survey.files.write import to_arrow
from nghe.survey.invented import DESIGN, invent_survey
from nghe.survey.tables import share_tables

ROWS = int(os.environ.get("SURVEY_ROWS", "1000000"))
SMALL = 100_000
QUESTIONS = [f"q{number}" for number in range(1, 61)]
BANNERS = ["sex", "age", "area", "q1", "q2", "q3"]
MARGINS = ["sex", "age", "q4", "q5"]
GOALS = {"one-way": (100, 20), "banner": (400, 120), "raking": (500, 100), "bootstrap": (1000, 80)}
R_SCRIPT = Path(__file__).with_name("survey_peer.R")


def cpu(work: Callable[[], Any], repeat: int = 3) -> float:
    """The least CPU seconds of a few runs."""
    best = float("inf")
    for _ in range(repeat):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return best


def margins_of(table: Table, weights: Any) -> list[Margin]:
    """Margins some way from the sample's own."""
    found = []
    for name in MARGINS:
        column = table[name]
        shares = np.bincount(column.codes, weights=weights, minlength=len(column.levels)) * np.linspace(
            0.9, 1.1, len(column.levels)
        )
        shares *= weights.sum() / shares.sum()
        found.append(Margin.of(name, dict(zip(column.levels, shares.tolist(), strict=True))))
    return found


def ours(table: Table, small: Table) -> dict[str, float]:
    sample = Sample.of(table, DESIGN)
    times = {
        "one-way": cpu(lambda: share_tables(fresh(table), QUESTIONS)),
        "banner": cpu(lambda: share_tables(fresh(table), QUESTIONS, BANNERS), 1),
    }
    margins = margins_of(table, sample.weights)
    times["raking"] = cpu(lambda: rake(sample, margins), 5)
    from dataclasses import replace

    replicated = Sample.of(small, replace(DESIGN, replicates=Replicates("bootstrap", replicates=500, seed=1)))
    times["bootstrap"] = cpu(lambda: share_tables(replicated, QUESTIONS))
    return times


def fresh(table: Table) -> Sample:
    """The design bound anew, so that its cost is in every figure."""
    return Sample.of(table, DESIGN)


def svy_times(table: Table, small: Table) -> dict[str, float]:
    import polars as pl
    import svy

    def frame(of: Table) -> Any:
        made = pl.from_arrow(to_arrow(of))
        return made.with_columns((pl.col("stratum").cast(pl.Int64) * 1000 + pl.col("commune")).alias("unit"))

    design = svy.Design(stratum="stratum", psu="unit", wgt="w")
    sample = svy.Sample(frame(table), design)
    times = {
        "one-way": cpu(lambda: [sample.estimation.prop(name) for name in QUESTIONS[:3]], 1) / 3 * len(QUESTIONS),
        "banner": cpu(lambda: [sample.estimation.prop(name, by=by) for name in QUESTIONS[5:6] for by in ("sex", "area")], 1)
        / 2
        * 360,
    }
    weights = table["w"].numbers
    controls = {
        margin.variables[0]: {_plain(levels[0]): count for levels, count in margin.counts.items()}
        for margin in margins_of(table, weights)
    }
    times["raking"] = cpu(lambda: sample.weighting.rake(controls=controls, tol=1e-10, max_iter=1000), 1)
    replicated = svy.Sample(frame(small), design).weighting.create_bs_wgts(500, rstate=1)
    times["bootstrap"] = (
        cpu(lambda: [replicated.estimation.prop(name, method="replication") for name in QUESTIONS[:3]], 1) / 3 * len(QUESTIONS)
    )
    return times


def _plain(level: Any) -> Any:
    return int(level) if isinstance(level, float) else level


def r_times(table: Table, small: Table) -> dict[str, float]:
    """R reads the columns as raw numbers, so that no time goes into parsing."""
    if shutil.which("Rscript") is None:
        print("Rscript is not here (apt-get install r-cran-survey): R is left out\n")
        return {}
    with tempfile.TemporaryDirectory() as folder:
        for name, of in (("large", table), ("small", small)):
            for column in ("stratum", "commune", "sex", "age", "area", "q1", "q4", "q5", "q6"):
                of[column].codes.astype("<i4").tofile(f"{folder}/{name}_{column}")
            of["w"].numbers.astype("<f8").tofile(f"{folder}/{name}_w")
        lines = [
            f"{margin.variables[0]} " + " ".join(f"{count!r}" for count in margin.counts.values())
            for margin in margins_of(table, table["w"].numbers)
        ]
        Path(folder, "margins").write_text("\n".join(lines) + "\n", encoding="ascii")
        done = subprocess.run(["Rscript", str(R_SCRIPT), folder], check=True, capture_output=True, text=True)
    found = dict(line.split() for line in done.stdout.splitlines() if len(line.split()) == 2)
    return {
        "one-way": float(found["one_way"]) * 60,
        "banner": float(found["banner"]) * 360,
        "raking": float(found["raking"]),
        "bootstrap": float(found["bootstrap"]) * 60,
    }


def show(mine: dict[str, float], svy: dict[str, float], r: dict[str, float]) -> None:
    print(f"| CPU s, {ROWS:,} rows (bootstrap: {SMALL:,}) | ours | svy | R survey | svy / ours (goal) | R / ours (goal) |")
    print("|---|---|---|---|---|---|")
    for name, (goal_r, goal_svy) in GOALS.items():
        cells = [f"{one[name]:.3g}" if name in one else "" for one in (mine, svy, r)]
        ratios = [
            f"{one[name] / mine[name]:,.0f} ({goal})" if name in one else "" for one, goal in ((svy, goal_svy), (r, goal_r))
        ]
        print(f"| {name} | {' | '.join([*cells, *ratios])} |")
    print(
        "\none-way: 60 tables; banner: 60 x 6 tables; raking: 4 margins, ours to 1e-12, svy and R to 1e-10; bootstrap: 60 "
        "tables of 500 replicates."
        "\nsvy and R: 3 of 60 one-way and bootstrap tables, 2 of 360 banner tables, scaled; raking whole."
    )


def floor(table: Table) -> None:
    """Where the distance to the stream-read floor goes."""
    sample = fresh(table)
    codes = [table[name].raw for name in QUESTIONS]
    read = cpu(lambda: [int(code.view(np.uint8).max()) for code in codes])
    key = sample.frame.unit * 36
    add = cpu(lambda: np.add(key, 1)) * 30
    scatter = cpu(lambda: np.bincount(key, weights=sample.weights, minlength=36 * sample.units.count)) * 30
    count = cpu(lambda: np.bincount(codes[0].astype(np.int16) + 1, minlength=36)) * 30
    print(
        f"\nOf the one-way tables: {read:.3f} s to stream the answers once; 30 scatter-adds of weights {scatter:.3f} s, 30 "
        f"counts {count:.3f} s, "
        f"30 keys {add:.3f} s and more for joining codes. The floor is one scatter-add for each row and pair of questions, "
        "not the memory's speed."
    )


def memory(word: str) -> float:
    """Resident memory in GB, now (VmRSS) or at its peak (VmHWM); Linux."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith(word):
            return int(line.split()[1]) / 2**20
    return float("nan")


def large(table: Table) -> None:
    """Ours alone, and the memory it took above the data: the peak is set back after the data are made."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    before = memory("VmRSS")
    sample = fresh(table)
    times = {"one-way": cpu(lambda: share_tables(sample, QUESTIONS), 1)}
    times["banner"] = cpu(lambda: share_tables(sample, QUESTIONS, BANNERS), 1)
    margins = margins_of(table, sample.weights)
    times["raking"] = cpu(lambda: rake(sample, margins), 1)
    print(
        f"{ROWS:,} rows x {len(QUESTIONS)} questions, CPU s: "
        f"{', '.join(f'{name} {value:.3g}' for name, value in times.items())}; "
        f"{memory('VmHWM') - before:.2f} GB above the data ({before:.2f} GB)"
    )


def main() -> None:
    table = invent_survey(ROWS, seed=1, strata=50, communes=20, questions=60, missing=0.0)
    if ROWS > 2_000_000:
        large(table)
        return
    small = invent_survey(SMALL, seed=2, strata=50, communes=20, questions=60, missing=0.0)
    show(ours(table, small), svy_times(table, small), r_times(table, small))
    floor(table)


if __name__ == "__main__":
    main()
