"""Weekly counts on Spark and on DuckDB: the same expression, the same numbers, and what each takes. `make bench
SUITE=signals_spark`.

# environment: bench

10^6 generated items in Parquet (NGHE_BENCH_ROWS changes that); Spark on a local cluster of two workers, each a process of its
own. CPU is that of all processes: for Spark the driver, the workers and what feeds them, the query alone and with the start.
"""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path

import ibis
from pyspark.sql import SparkSession
from signals_national import make_items

from nghe.signals.cube import weekly_counts, weekly_reports

ORDER = [("topic", "ascending"), ("place", "ascending"), ("week", "ascending")]
TICKS = os.sysconf("SC_CLK_TCK")


def cpu_of_all() -> float:
    """CPU seconds so far of this process and of all below it, ended ones that were waited for among them."""
    parents, spent = {}, {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            parents[int(folder.name)], spent[int(folder.name)] = int(fields[1]), sum(map(int, fields[11:15])) / TICKS
    mine = {os.getpid()}
    while more := {pid for pid, parent in parents.items() if parent in mine} - mine:
        mine |= more
    return sum(spent[pid] for pid in mine if pid in spent)


def answers(engine: ibis.BaseBackend, folder: str) -> list[dict[str, object]]:
    """Both expressions over the items, sorted, as columns."""
    items = engine.read_parquet(f"{folder}/*.parquet")
    found = []
    for expression in (weekly_counts(items), weekly_reports(items)):
        table = expression.to_pyarrow()
        table = table.sort_by([key for key in ORDER if key[0] in table.column_names])
        found.append({name: table[name].to_numpy() for name in sorted(table.column_names)})
    return found


def timed(engine: ibis.BaseBackend, folder: str) -> tuple[list[dict[str, object]], float, float]:
    wall, cpu = time.perf_counter(), cpu_of_all()
    found = answers(engine, folder)
    return found, time.perf_counter() - wall, cpu_of_all() - cpu


def main() -> None:
    rows = int(float(os.environ.get("NGHE_BENCH_ROWS", "1e6")))
    with tempfile.TemporaryDirectory() as folder:
        make_items(Path(folder), rows)
        mine, wall, cpu = timed(ibis.duckdb.connect(threads=2), folder)
        begun, before = time.perf_counter(), cpu_of_all()
        session = (SparkSession.builder.master("local-cluster[2,1,1024]").appName("nghe").config("spark.ui.enabled", "false")
                   .config("spark.ui.showConsoleProgress", "false")
                   .config("spark.sql.session.timeZone", "UTC").config("spark.sql.shuffle.partitions", "8")
                   .config("spark.driver.host", "127.0.0.1").config("spark.driver.bindAddress", "127.0.0.1").getOrCreate())
        session.sparkContext.setLogLevel("ERROR")
        try:
            theirs, spark_wall, spark_cpu = timed(ibis.pyspark.connect(session), folder)
            whole_wall, whole_cpu = time.perf_counter() - begun, cpu_of_all() - before
        finally:
            session.stop()
    same = all(a.keys() == b.keys() and all((a[name] == b[name]).all() for name in a) for a, b in zip(mine, theirs, strict=True))
    cells = len(mine[0]["mentions"])
    print(f"{'✓' if same else '✗'} {rows:,} items on DuckDB and on Spark (two workers): {cells:,} cells of counts and "
          f"{len(mine[1]['reports']):,} of reports {'identical' if same else 'NOT identical'}")
    print(f"? CPU Spark / DuckDB: {spark_cpu / cpu:.1f} for the query ({spark_cpu:.1f} s against {cpu:.1f} s CPU, "
          f"{spark_wall:.1f} s against {wall:.1f} s wall), {whole_cpu / cpu:.1f} with its start ({whole_cpu:.1f} s CPU, "
          f"{whole_wall:.1f} s wall)")
    if not same:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
