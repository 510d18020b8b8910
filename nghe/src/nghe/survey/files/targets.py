"""Population targets from a CSV `variable,level,count`; several variables crossed are joined by `*` in both columns.

    variable,level,count
    sex,female,51000
    sex*age,female*18-29,12000

Or a table of cells, one row each, the last column `count`: `sex,age,count`; it is one margin, of its columns crossed. Counts are
of persons, or, where every margin adds to 1 or to 100, shares that are scaled to the sum of the weights.
"""

from __future__ import annotations

import csv
import unicodedata
from pathlib import Path

from nghe.errors import Fault
from nghe.survey.data.column import Level
from nghe.survey.data.table import Table
from nghe.survey.files.read import read_table
from nghe.survey.weights.margins import Margin

COLUMNS = ["variable", "level", "count"]


def read_targets(path: Path, table: Table, *, population: float) -> list[Margin]:
    """The margins of a file, in the order of their first line; raises `Fault` that names the line.

    `population`: the sum of the weights, to which shares are scaled.
    """
    found: dict[tuple[str, ...], dict[tuple[Level, ...], float]] = {}
    with path.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.DictReader(lines)
        if reader.fieldnames and reader.fieldnames[-1] == "count" and not set(COLUMNS[:2]) & set(reader.fieldnames):
            return [_cells(path, list(reader.fieldnames[:-1]), population)]
        if reader.fieldnames is None or [name.strip() for name in reader.fieldnames] != COLUMNS:
            raise Fault(
                "survey.targets",
                path.name,
                f"has the header {reader.fieldnames}; it is {','.join(COLUMNS)}, or columns and at last count",
            )
        for number, row in enumerate(reader, start=2):
            _add(found, row, table, f"{path.name}, line {number}")
    if not found:
        raise Fault("survey.targets", path.name, "has no targets")
    shares = all(_are_shares(counts) for counts in found.values())
    return [Margin.of(variables, _scaled(counts, population) if shares else counts) for variables, counts in found.items()]


def _cells(path: Path, variables: list[str], population: float) -> Margin:
    margin = Margin.from_cells(read_table(path), variables, "count")
    counts = dict(margin.counts)
    return Margin.of(variables, _scaled(counts, population) if _are_shares(counts) else counts)


def _add(
    found: dict[tuple[str, ...], dict[tuple[Level, ...], float]], row: dict[str, str | None], table: Table, where: str
) -> None:
    if None in row or any(row[name] is None for name in COLUMNS):
        raise Fault("survey.targets", where, f"has not the {len(COLUMNS)} cells of its header")
    variables = tuple(unicodedata.normalize("NFC", name.strip()) for name in str(row["variable"]).split("*"))
    texts = [text.strip() for text in str(row["level"]).split("*")] if len(variables) > 1 else [str(row["level"]).strip()]
    if len(texts) != len(variables):
        raise Fault("survey.targets", where, f"has {len(texts)} levels for {len(variables)} variables; join both by *")
    levels = tuple(_level(table, name, text, where) for name, text in zip(variables, texts, strict=True))
    try:
        count = float(str(row["count"]))
    except ValueError as error:
        raise Fault("survey.targets", where, f"count {row['count']!r} is no number") from error
    counts = found.setdefault(variables, {})
    if levels in counts:
        raise Fault("survey.targets", where, f"{row['variable']} = {row['level']} stands twice")
    counts[levels] = count


def _level(table: Table, name: str, text: str, where: str) -> Level:
    column = table[name]
    if column.kind == "text":
        return unicodedata.normalize("NFC", text)
    if column.kind == "boolean":
        return {"true": True, "false": False}.get(text.lower(), text)
    try:
        return float(text)
    except ValueError as error:
        raise Fault("survey.targets", where, f"{text!r} is no number, but the column {name} holds numbers") from error


def _are_shares(counts: dict[tuple[Level, ...], float]) -> bool:
    total = sum(counts.values())
    return any(abs(total - whole) <= 1e-6 * whole for whole in (1.0, 100.0))


def _scaled(counts: dict[tuple[Level, ...], float], population: float) -> dict[tuple[Level, ...], float]:
    total = sum(counts.values())
    return {levels: count / total * population for levels, count in counts.items()}
