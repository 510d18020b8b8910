"""Items to sparse weekly counts: on DuckDB here, and the same on a Spark cluster of two workers (marker `spark`)."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from nghe.errors import Fault
from nghe.signals.cube import count_slices, dense, local_day, weekly_counts, weekly_reports

ibis = pytest.importorskip("ibis")
MONDAY = (dt.date(2026, 1, 5) - dt.date(1970, 1, 1)).days
WEEK = (MONDAY + 3) // 7


def table(rows) -> pa.Table:
    names = ("topic", "place", "source", "report", "day")
    return pa.table({name: pa.array([row[i] for row in rows], pa.int32()) for i, name in enumerate(names)})


def counted(expression) -> dict[tuple[int, ...], tuple[int, ...]]:
    return {(row["topic"], row["place"], row["week"]): (row["mentions"], row["sources"], row["items"])
            for row in expression.to_pyarrow().to_pylist()}


def test_a_report_counts_once_a_topic_and_week():
    items = ibis.memtable(table([
        (1, 7, 1, 100, MONDAY), (1, 7, 1, 100, MONDAY + 6), (1, 7, 1, 101, MONDAY), (1, 7, 2, 102, MONDAY + 2),
        (2, 7, 1, 100, MONDAY), (1, 7, 1, 100, MONDAY + 7), (1, 8, 3, 103, MONDAY - 1),
    ]))
    assert counted(weekly_counts(items)) == {
        (1, 7, WEEK): (3, 2, 4), (2, 7, WEEK): (1, 1, 1), (1, 7, WEEK + 1): (1, 1, 1), (1, 8, WEEK - 1): (1, 1, 1)}
    reports = {(row["place"], row["week"]): row["reports"] for row in weekly_reports(items).to_pyarrow().to_pylist()}
    assert reports == {(7, WEEK): 3, (7, WEEK + 1): 1, (8, WEEK - 1): 1}


def test_dates_and_day_numbers_are_the_same():
    days = [dt.date(2026, 1, 4), dt.date(2026, 1, 5), dt.date(2026, 1, 11)]
    rows = table([(1, 1, 1, n, (day - dt.date(1970, 1, 1)).days) for n, day in enumerate(days)])
    dates = rows.set_column(4, "day", pa.array(days, pa.date32()))
    assert counted(weekly_counts(ibis.memtable(rows))) == counted(weekly_counts(ibis.memtable(dates)))


def test_a_moment_is_no_day_until_its_clock_is_known():
    """Half past eleven on Sunday night in UTC is Monday morning in Hà Nội: another week."""
    late = dt.datetime(2026, 1, 4, 23, 30, tzinfo=dt.UTC)
    items = ibis.memtable(pa.table({"topic": [1], "place": [1], "source": [1], "report": [1],
                                    "day": pa.array([late.replace(tzinfo=None)], pa.timestamp("us"))}))
    with pytest.raises(Fault, match="asks for the place's clock"):
        weekly_counts(items)
    there = items.mutate(day=local_day(items.day))
    here = items.mutate(day=local_day(items.day, hours_east=0))
    assert list(counted(weekly_counts(there))) == [(1, 1, WEEK)]
    assert list(counted(weekly_counts(here))) == [(1, 1, WEEK - 1)]


def test_a_week_may_run_from_thursday_to_wednesday():
    thursday = (dt.date(2026, 11, 5) - dt.date(1970, 1, 1)).days
    items = ibis.memtable(table([(1, 1, 1, n, thursday + n) for n in range(8)]))
    named = (dt.date(2026, 11, 9) - dt.date(1970, 1, 1)).days
    assert counted(weekly_counts(items, ends=3)) == {(1, 1, (named + 3) // 7): (7, 1, 7), (1, 1, (named + 3) // 7 + 1): (1, 1, 1)}


def test_missing_columns_are_named():
    with pytest.raises(Fault, match="no column report"):
        weekly_counts(ibis.memtable(table([(1, 1, 1, 1, 1)]).drop_columns(["report"])))


def made(rows: int, *, seed: int = 5) -> pa.Table:
    rng = np.random.default_rng(seed)
    report = rng.integers(0, rows // 2, rows)
    columns = {"topic": rng.integers(0, 40, rows), "place": report % 97, "source": report % 13, "report": report,
               "day": MONDAY + report % (7 * 20)}
    return pa.table({name: pa.array(values, pa.int32()) for name, values in columns.items()})


def test_slices_make_the_same_cube_as_one_query(tmp_path):
    pq.write_table(made(20_000), tmp_path / "items.parquet")
    items = ibis.duckdb.connect().read_parquet(tmp_path / "items.parquet")
    span = (WEEK, WEEK + 19)
    whole = dense([weekly_counts(items).to_pyarrow()], weeks=span, topics=40, places=97)
    sliced = dense(count_slices(items, span, at_once=3), weeks=span, topics=40, places=97)
    assert (whole.mentions == sliced.mentions).all()
    assert (whole.sources == sliced.sources).all()
    assert whole.label(0) == "2026-W02"
    assert whole.mentions.sum() == weekly_counts(items).mentions.sum().to_pyarrow().as_py()
    with pytest.raises(Fault, match="lies outside"):
        dense([weekly_counts(items).to_pyarrow()], weeks=span, topics=40, places=9)


@pytest.mark.spark
@pytest.mark.filterwarnings("ignore")
def test_spark_counts_what_duckdb_counts(tmp_path: Path):
    """10^6 rows on a local cluster of two workers, each a process of its own; every number is equal."""
    sql = pytest.importorskip("pyspark.sql")
    rows = 1_000_000
    pq.write_table(made(rows), tmp_path / "items.parquet")
    session = (sql.SparkSession.builder.master("local-cluster[2,1,1024]").appName("nghe").config("spark.ui.enabled", "false")
               .config("spark.sql.session.timeZone", "UTC").config("spark.sql.shuffle.partitions", "8")
               .config("spark.driver.host", "127.0.0.1").config("spark.driver.bindAddress", "127.0.0.1").getOrCreate())
    try:
        spark = ibis.pyspark.connect(session)
        order = [("topic", "ascending"), ("place", "ascending"), ("week", "ascending")]
        answers = []
        for engine in (ibis.duckdb.connect(), spark):
            items = engine.read_parquet(str(tmp_path / "items.parquet"))
            for expression in (weekly_counts(items), weekly_reports(items)):
                found = expression.to_pyarrow()
                kept = [key for key in order if key[0] in found.column_names]
                answers.append({name: found.sort_by(kept)[name].to_numpy() for name in sorted(found.column_names)})
        for mine, theirs in ((answers[0], answers[2]), (answers[1], answers[3])):
            assert mine.keys() == theirs.keys()
            assert all((mine[name] == theirs[name]).all() for name in mine)
        assert answers[0]["items"].sum() == rows
    finally:
        session.stop()
