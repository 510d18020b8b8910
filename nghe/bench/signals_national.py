"""A national year, end to end: generated items in Parquet → sparse weekly counts → cube → signals. `python signals_national.py
ROWS [DIR]`.

34 provinces, 3,321 communes, 200 topics, 52 weeks; topics and communes of unequal size; every fifth item repeats a topic of its
report. The items are made first and are not timed. Prints one JSON line: rows, series, signals, wall and CPU seconds of each
step, peak memory.
"""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import duckdb
import ibis
import numpy as np

from nghe.signals.cube import Cube, count_slices, dense
from nghe.signals.detectors.harmonic import Harmonic, detect
from nghe.signals.dials import within_rate

COMMUNES, TOPICS, WEEKS, FIRST_WEEK = 3_321, 200, 52, 2_900
DAY = FIRST_WEEK * 7 - 3


def make_items(path: Path, rows: int, *, seed: int = 1) -> None:
    """Items by week, one Parquet file each, from hashes of the row number: the same on every machine."""
    per_week = rows // WEEKS
    with duckdb.connect(config={"threads": 2, "memory_limit": "2GB"}) as con:
        for week in range(WEEKS):
            con.execute(f"""
                COPY (
                    SELECT (floor({TOPICS} * pow((hash(report * 31) % 1000003) / 1000003.0, 1.5)))::SMALLINT AS topic,
                           (floor({COMMUNES} * pow((hash(report * 7 + 5) % 1000003) / 1000003.0, 1.3)))::SMALLINT AS place,
                           (hash(report * 13 + 11) % 40)::SMALLINT AS source, report::INTEGER AS report,
                           ({DAY} + {week * 7} + hash(report + 3) % 7)::INTEGER AS day
                    FROM (SELECT (i // 5) * 4 + least(i % 5, 3) + {week * per_week + seed} AS report FROM range({per_week}) r(i))
                ) TO '{path}/week={week:02}.parquet' (FORMAT parquet, COMPRESSION zstd)
            """)


def judge_cube(cube: Cube, *, settings: Harmonic | None = None, chunk: int = 40_000) -> np.ndarray:
    """p of the newest week of each series, judged where the floor of mentions and sources is met."""
    settings = settings or Harmonic()
    last = len(cube.mentions) - 1
    p = np.full(cube.mentions.shape[1], np.nan)
    for start in range(0, len(p), chunk):
        part = slice(start, start + chunk)
        counts = cube.mentions[:, part].astype(np.float64)
        found = detect(counts, judged=np.array([last]), frequency=52, settings=replace(settings))
        enough = cube.sources[-4:, part].max(axis=0) >= 3
        p[part] = np.where(found.judged_cells[0] & enough, found.p[0], np.nan)
    return p


def run(folder: Path) -> dict[str, float]:
    marks = [(time.perf_counter(), time.process_time())]
    con = ibis.duckdb.connect(threads=2, memory_limit="2GB", temp_directory=str(folder / "spill"))
    items = con.read_parquet(f"{folder}/*.parquet")
    span = (FIRST_WEEK, FIRST_WEEK + WEEKS - 1)
    cube = dense(count_slices(items, span), weeks=span, topics=TOPICS, places=COMMUNES)
    marks.append((time.perf_counter(), time.process_time()))
    p = judge_cube(cube)
    shown = within_rate(np.nan_to_num(p, nan=1.0), 0.1)
    marks.append((time.perf_counter(), time.process_time()))
    return {
        "series": len(p), "judged": int(np.isfinite(p).sum()), "signals": int(shown.sum()),
        "cells": int((cube.mentions > 0).sum()),
        "mentions": float(cube.mentions.sum(dtype=np.float64)),
        "count_wall": round(marks[1][0] - marks[0][0], 1), "count_cpu": round(marks[1][1] - marks[0][1], 1),
        "judge_wall": round(marks[2][0] - marks[1][0], 1), "judge_cpu": round(marks[2][1] - marks[1][1], 1),
        "wall": round(marks[2][0] - marks[0][0], 1), "cpu": round(marks[2][1] - marks[0][1], 1),
        "peak_gb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6, 2),
    }


def main(argv: list[str]) -> None:
    rows = int(float(argv[0]))
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(argv[1]) if len(argv) > 1 else Path(temporary)
        folder.mkdir(exist_ok=True)
        if not list(folder.glob("*.parquet")):
            make_items(folder, rows)
        print(json.dumps({"rows": rows, **run(folder)}))


if __name__ == "__main__":
    main(sys.argv[1:])
