"""Cubes of a survey larger than memory: Parquet in batches with NumPy, and DuckDB; CPU seconds, peak memory, and do they agree.

make bench SUITE=out_of_core                          ten million rows
OUT_OF_CORE_ROWS=100000000 make bench SUITE=out_of_core    a hundred million (3 GB of files beside the temporary folder)
"""

from __future__ import annotations

import os
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from pyarrow import parquet

from nghe.survey.engines.assemble import Crossing
from nghe.survey.engines.duck import cubes_by_duckdb
from nghe.survey.engines.shards import cubes_from_parquet
from nghe.survey.invented import DESIGN

ROWS = int(os.environ.get("OUT_OF_CORE_ROWS", "10000000"))
PART = 1_000_000
CROSSINGS = [["q1"], ["q2"], ["q3"], ["q4"], ["sex", "q1"], ["area", "q2"]]


def write(path: Path) -> None:
    """Rows of 50 strata x 20 communes, one row group a million."""
    schema = pa.schema(
        [
            ("stratum", pa.int16()),
            ("commune", pa.int16()),
            ("w", pa.float64()),
            *((name, pa.int8()) for name in ("sex", "area", "q1", "q2", "q3", "q4")),
        ]
    )
    with parquet.ParquetWriter(path, schema) as out:
        for part in range(ROWS // PART):
            random = np.random.default_rng(part)
            unit = random.integers(0, 1000, PART)
            answers = [np.minimum(random.integers(1, 6, PART) + (unit % 7 == number), 5).astype(np.int8) for number in range(4)]
            columns: list[Any] = [
                (unit // 20).astype(np.int16),
                (unit % 20).astype(np.int16),
                random.uniform(0.5, 4, PART),
                random.integers(1, 3, PART).astype(np.int8),
                random.integers(1, 6, PART).astype(np.int8),
                *answers,
            ]
            out.write_table(pa.table(dict(zip(schema.names, columns, strict=True)), schema=schema))


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "survey.parquet"
        write(path)
        print(
            f"{ROWS:,} rows, {path.stat().st_size / 2**30:.2f} GB; {len(CROSSINGS)} cubes over 1,000 units\n\n| engine | "
            "CPU s | peak memory, GB |\n|---|---|---|"
        )
        made: dict[str, list[Crossing]] = {}
        for name, work in {
            "shards, NumPy": lambda: cubes_from_parquet(path, DESIGN, CROSSINGS),
            "DuckDB, 1 GB": lambda: cubes_by_duckdb(path, DESIGN, CROSSINGS, memory="1GB"),
        }.items():
            start = time.process_time()
            made[name] = work()
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
            print(f"| {name} | {time.process_time() - start:.1f} | {peak:.2f} |", flush=True)
        gaps = [np.abs(one.estimates().se / other.estimates().se - 1).max() for one, other in zip(*made.values(), strict=True)]
        print(
            f"\nlargest relative difference of a standard error: {max(gaps):.1e}. Memory is the peak of the whole process so far."
        )
        return 0 if max(gaps) < 1e-11 else 1


if __name__ == "__main__":
    sys.exit(main())
