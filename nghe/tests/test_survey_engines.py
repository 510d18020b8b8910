"""The cube from memory, shards, DuckDB, and one Ibis expression on DuckDB, SQLite, PostgreSQL, Spark: one algebra, the same
numbers."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nghe.errors import Fault
from nghe.survey import PPS, Design, Replicates, Sample, Table, proportion
from nghe.survey.engines.assemble import Crossing
from nghe.survey.engines.duck import cubes_by_duckdb
from nghe.survey.engines.ibis_cube import cube_expression, cubes_by_ibis
from nghe.survey.engines.shards import cubes_from_parquet
from nghe.survey.files.write import to_arrow, write_table
from nghe.survey.invented import DESIGN, invent_survey

CROSSINGS = [["q1"], ["sex", "q2"], ["sex", "age", "q3"]]
TWO_STAGE = Design(ids=("commune", "house"), strata=("stratum",), weights="w", nest=True, fpc=("communes_there", "houses_there"))


@pytest.fixture(scope="module")
def table() -> Table:
    return invent_survey(3000, seed=7, strata=6, communes=4, questions=3)


@pytest.fixture(scope="module")
def parquet(table: Table, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("survey") / "survey.parquet"
    write_table(table, path)
    return path


def same(crossings: list[Crossing], table: Table, design: Design = DESIGN) -> None:
    """The shares and covariances of the engine are those of memory."""
    sample = Sample.of(table, design)
    for crossing in crossings:
        got = crossing.estimates()
        wanted = proportion(sample, [crossing.columns[-1]], by=crossing.columns[:-1], na_rm=True)
        place = {(label.level, tuple(sorted(label.group.items()))): at for at, label in enumerate(wanted.labels)}
        order = [place[label.level, tuple(sorted(label.group.items()))] for label in got.labels]
        assert len(order) == len(wanted)
        assert np.abs(got.estimate / wanted.estimate[order] - 1).max() < 1e-12
        size = np.sqrt(np.outer(np.diag(wanted.covariance), np.diag(wanted.covariance)))[np.ix_(order, order)]
        assert (np.abs(got.covariance - wanted.covariance[np.ix_(order, order)]) / size).max() < 1e-12
        assert (got.n == wanted.n[order]).all()
        assert (got.n_psu == wanted.n_psu[order]).all()
        assert (got.df, got.design_df, got.rows) == (wanted.df, wanted.design_df, wanted.rows)


def test_shards_of_a_file_add_up(table: Table, parquet: Path) -> None:
    same(cubes_from_parquet(parquet, DESIGN, CROSSINGS, batch=700), table)


def test_duckdb_on_a_file(table: Table, parquet: Path) -> None:
    same(cubes_by_duckdb(parquet, DESIGN, CROSSINGS), table)


def test_duckdb_on_a_csv(table: Table, tmp_path: Path) -> None:
    write_table(table, tmp_path / "survey.csv")
    same(cubes_by_duckdb(tmp_path / "survey.csv", DESIGN, CROSSINGS), table)


@pytest.mark.filterwarnings("ignore:The 'future.infer_string' option")  # Ibis asks pandas for it
@pytest.mark.parametrize("engine", ["duckdb", "sqlite"])
def test_one_ibis_expression(table: Table, engine: str) -> None:
    import ibis

    connection: Any = getattr(ibis, engine).connect()
    rows = connection.create_table("survey", to_arrow(table))
    same(cubes_by_ibis(rows, DESIGN, CROSSINGS), table)


@pytest.mark.spark
@pytest.mark.filterwarnings("ignore")  # of Spark's own
def test_the_expression_on_spark(table: Table) -> None:
    import ibis
    from pyspark.sql import SparkSession

    session = (
        SparkSession.builder.master("local[1]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "2")
        .getOrCreate()
    )
    try:
        session.createDataFrame(to_arrow(table).to_pandas()).createOrReplaceTempView("survey")
        same(cubes_by_ibis(ibis.pyspark.connect(session).table("survey"), DESIGN, CROSSINGS), table)
    finally:
        session.stop()


SERVER = Path(__file__).parents[2] / "langnghe/tests/postgresql/server.py"


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Ibis on a PostgreSQL of its own, stopped afterwards."""
    import ibis

    if not SERVER.exists():
        pytest.skip("the cluster for tests is in the whole repository (langnghe/tests/postgresql)")
    spec = importlib.util.spec_from_file_location("nghe_postgres", SERVER)
    assert spec is not None
    assert spec.loader is not None
    server = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(server)
    if server.find_programs() is None:
        pytest.skip("PostgreSQL is not installed (Debian: apt-get install postgresql)")
    with server.postgres(tmp_path_factory.mktemp("postgres")) as address:
        connection = ibis.connect(address)
        yield connection
        connection.disconnect()


@pytest.mark.postgresql
@pytest.mark.filterwarnings("ignore")  # of Ibis: pandas, and names of extension types
def test_the_expression_on_postgresql(table: Table, postgres: Any) -> None:
    same(cubes_by_ibis(postgres.create_table("survey", to_arrow(table)), DESIGN, CROSSINGS), table)


@pytest.mark.postgresql
@pytest.mark.filterwarnings("ignore")
def test_two_stages_and_a_name_that_differs_in_case_on_postgresql(table: Table, postgres: Any) -> None:
    rows = table.rows
    more = {"house": np.arange(rows) // 3, "communes_there": np.full(rows, 40), "houses_there": np.full(rows, 900)}
    two = Table.of([*table.columns.values(), *Table.from_columns(more).columns.values()])
    same(cubes_by_ibis(postgres.create_table("two", to_arrow(two)), TWO_STAGE, CROSSINGS), two, TWO_STAGE)
    twin = Table.of([*table.columns.values(), *Table.from_columns({"Q1": table["sex"].codes.astype(np.int8)}).columns.values()])
    with pytest.raises(Fault, match="upper and lower case"):
        cubes_by_ibis(postgres.create_table("twins", to_arrow(twin)), DESIGN, [["q1"]])


@pytest.mark.parametrize("dialect", ["postgres", "duckdb", "sqlite"])
def test_the_expression_is_plain_sql(table: Table, dialect: str) -> None:
    import ibis

    rows = ibis.table(
        {name: column.type for name, column in zip(to_arrow(table).column_names, _schema(table), strict=True)}, name="survey"
    )
    text = ibis.to_sql(cube_expression(rows, DESIGN, CROSSINGS), dialect=dialect)
    assert text.upper().count("GROUP BY") == len(CROSSINGS)
    assert text.upper().count("UNION ALL") == len(CROSSINGS) - 1


def _schema(table: Table) -> Any:
    import ibis

    made = ibis.memtable(to_arrow(table)).schema()
    return [type("Typed", (), {"type": kind}) for kind in made.types]


def test_two_stages_with_population_sizes(table: Table) -> None:
    house = np.arange(table.rows) // 3
    more = Table.from_columns(
        {"house": house, "communes_there": np.full(table.rows, 40), "houses_there": np.full(table.rows, 900)}
    )
    two = Table.of([*table.columns.values(), *more.columns.values()])
    same(cubes_by_duckdb(to_arrow(two), TWO_STAGE, CROSSINGS), two, TWO_STAGE)


def test_columns_that_differ_in_case_only_are_kept_apart(table: Table) -> None:
    twin = Table.from_columns({"Q1": table["sex"].codes.astype(np.int8)})
    both = Table.of([*table.columns.values(), *twin.columns.values()])
    same(cubes_by_duckdb(to_arrow(both), DESIGN, [["q1"], ["Q1"], ["Q1", "q1"]]), both)


def test_columns_that_an_engine_cannot_tell_apart_are_refused(table: Table, tmp_path: Path) -> None:
    twin = Table.from_columns({"Q1": table["sex"].codes.astype(np.int8)})
    write_table(Table.of([*table.columns.values(), *twin.columns.values()]), tmp_path / "twins.parquet")
    with pytest.raises(Fault, match="upper and lower case") as fault:
        cubes_by_duckdb(tmp_path / "twins.parquet", DESIGN, [["q1"]])
    assert fault.value.code == "survey.case"


def test_a_missing_weight_is_refused_by_every_engine(table: Table, tmp_path: Path) -> None:
    broken = to_arrow(
        Table.of(
            [column for column in table.columns.values() if column.name != "w"]
            + [*Table.from_columns({"w": np.where(np.arange(table.rows) == 5, np.nan, 1.0)}).columns.values()]
        )
    )
    with pytest.raises(Fault) as fault:
        cubes_by_duckdb(broken, DESIGN, [["q1"]])
    assert fault.value.code == "survey.weight_missing"


def test_a_design_without_units_is_refused(parquet: Path) -> None:
    with pytest.raises(Fault, match="unit of its own"):
        cubes_by_duckdb(parquet, Design(weights="w"), [["q1"]])


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("replicates", Replicates("JKn")),
        ("pps", PPS("brewer", "w")),
        ("drop", ({"column": "sex", "op": "==", "value": "male"},)),
        ("derive", ({"name": "twice", "op": "*", "args": [{"column": "w"}, {"value": 2}]},)),
    ],
)
def test_what_only_memory_can_do_is_refused_by_name(table: Table, field: str, value: Any) -> None:
    with pytest.raises(Fault, match="for data in memory") as fault:
        cubes_by_duckdb(to_arrow(table), replace(DESIGN, **{field: value}), [["q1"]])
    assert (fault.value.code, fault.value.where) == ("survey.engine", field)
