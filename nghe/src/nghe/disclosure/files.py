"""A release as a file: JSON in the shape of `nghe/schemas/tables.json`, read strictly."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

from nghe.disclosure.tables import PEOPLE, Dimension, Table
from nghe.errors import Fault

LARGEST = 256 * 1024 * 1024
TABLE_KEYS = ("id", "release", "population", "where", "of", "shares", "partial", "dimensions", "parents", "counts", "suppressed")


def schema_text() -> str:
    """The JSON Schema of the file."""
    return files("nghe.schemas").joinpath("tables.json").read_text(encoding="utf-8")


def read_tables(path: Path) -> list[Table]:
    """The tables of a file, a list or an object with `tables`; raises `Fault` that says which table and which cell."""
    try:
        if path.stat().st_size > LARGEST:
            raise Fault("disclosure.size", path.name, f"has {path.stat().st_size} bytes; at most {LARGEST} are read")
        content = path.read_bytes()
    except OSError as error:
        raise Fault("disclosure.file", str(path), f"cannot be read: {error.strerror}") from error
    try:
        data = json.loads(content.decode("utf-8-sig"), object_pairs_hook=_once)
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise Fault("disclosure.no_json", path.name, f"is no JSON in UTF-8: {error}") from error
    return tables_from(data)


def tables_from(data: object) -> list[Table]:
    records = data.get("tables") if isinstance(data, Mapping) else data
    if isinstance(data, Mapping) and (unknown := sorted(set(data) - {"tables", "$schema", "schema"})):
        raise Fault("disclosure.field", "file", f"has unknown fields {', '.join(unknown)}; it holds `tables`")
    if not isinstance(records, list) or not records:
        raise Fault("disclosure.tables", "file", "holds no tables; write a list of at least one")
    tables = [table_from(record, f"table {place}") for place, record in enumerate(records, 1)]
    seen: set[tuple[str, str]] = set()
    for table in tables:
        if (table.release, table.id) in seen:
            raise Fault("disclosure.table", f"table {table.id}", f"stands twice in release {table.release!r}")
        seen.add((table.release, table.id))
    return tables


def table_from(record: object, where: str = "table") -> Table:
    """One table from its record."""
    if not isinstance(record, Mapping):
        raise Fault("disclosure.table", where, "is no object")
    where = f"table {record['id']}" if isinstance(record.get("id"), str) else where
    if unknown := sorted(set(record) - set(TABLE_KEYS)):
        raise Fault("disclosure.field", where, f"has unknown fields {', '.join(unknown)}; known are {', '.join(TABLE_KEYS)}")
    if missing := [key for key in ("id", "dimensions", "counts") if key not in record]:
        raise Fault("disclosure.field", where, f"lacks {', '.join(missing)}")
    for key in ("id", "release", "population", "of"):
        if not isinstance(record.get(key, ""), str):
            raise Fault("disclosure.field", f"{where}, {key}", "must be a text")
    dimensions = _dimensions(record, where)
    shape = tuple(len(dimension.levels) for dimension in dimensions)
    suppressed = record.get("suppressed")
    return Table(
        id=record["id"], dimensions=dimensions,
        counts=tuple(_flat(record["counts"], shape, f"{where}, counts", (int, type(None)))),
        suppressed=() if suppressed is None else tuple(_flat(suppressed, shape, f"{where}, suppressed", (bool,))),
        release=record.get("release", ""), population=record.get("population", ""),
        where=_texts(record.get("where", {}), f"{where}, where"), of=record.get("of", PEOPLE), shares=record.get("shares"),
    )


def table_to(table: Table, *, with_hidden: bool = False) -> dict[str, Any]:
    """The record of a table; hidden counts are left out unless asked for."""
    counts = [None if hidden and not with_hidden else count for count, hidden in zip(table.counts, table.suppressed, strict=True)]
    record: dict[str, Any] = {"id": table.id, "release": table.release, "population": table.population, "of": table.of}
    if table.where:
        record["where"] = dict(table.where)
    if table.shares:
        record["shares"] = table.shares
    if partial := [dimension.name for dimension in table.dimensions if dimension.partial]:
        record["partial"] = partial
    record["dimensions"] = {dimension.name: list(dimension.levels) for dimension in table.dimensions}
    record["parents"] = {dimension.name: dict(dimension.parents) for dimension in table.dimensions if dimension.parents}
    return {**record, "counts": _nested(counts, table.shape), "suppressed": _nested(list(table.suppressed), table.shape)}


def _dimensions(record: Mapping[str, Any], where: str) -> tuple[Dimension, ...]:
    given, parents, partial = record["dimensions"], record.get("parents", {}), record.get("partial", [])
    if not isinstance(given, Mapping) or not all(isinstance(levels, list) for levels in given.values()):
        raise Fault("disclosure.dimension", f"{where}, dimensions", 'is an object of lists: {"sex": ["total", "female", "male"]}')
    if not isinstance(parents, Mapping):
        raise Fault("disclosure.parents", f"{where}, parents", 'is an object by dimension: {"sex": {"female": "total"}}')
    if not isinstance(partial, list):
        raise Fault("disclosure.field", f"{where}, partial", "is a list of dimensions whose levels do not add up")
    for name in (*parents, *partial):
        if name not in given:
            raise Fault("disclosure.parents", where, f"{name!r} is none of its dimensions {', '.join(given)}")
    return tuple(
        Dimension(name, tuple(levels), _texts(parents.get(name, {}), f"{where}, parents of {name}"), name in partial)
        for name, levels in given.items()
    )


def _flat(given: object, shape: tuple[int, ...], where: str, kinds: tuple[type, ...]) -> list[Any]:
    """Nested lists (or one flat list) in row-major order; a whole number written 3.0 is one."""
    if isinstance(given, list) and len(shape) > 1 and not any(isinstance(item, list) for item in given):
        return [_value(item, where, kinds) for item in given]
    if not shape:
        return [_value(given[0] if isinstance(given, list) and len(given) == 1 else given, where, kinds)]
    if not isinstance(given, list) or len(given) != shape[0]:
        found = f"{len(given)} entries" if isinstance(given, list) else "no list"
        raise Fault("disclosure.shape", where, f"has {found} where the dimension has {shape[0]} levels")
    if len(shape) == 1:
        return [_value(item, f"{where}[{place}]", kinds) for place, item in enumerate(given)]
    return [value for place, item in enumerate(given) for value in _flat(item, shape[1:], f"{where}[{place}]", kinds)]


def _value(value: object, where: str, kinds: tuple[type, ...]) -> object:
    if isinstance(value, float) and int in kinds and value.is_integer():
        value = int(value)
    if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
        raise Fault("disclosure.count", where, f"{value!r} is no {'count' if int in kinds else 'flag: true or false'}")
    return value


def _nested(values: Sequence[Any], shape: tuple[int, ...]) -> Any:
    if not shape:
        return values[0]
    if len(shape) == 1:
        return list(values)
    step = len(values) // shape[0]
    return [_nested(values[place * step : (place + 1) * step], shape[1:]) for place in range(shape[0])]


def _texts(given: object, where: str) -> dict[str, str]:
    if not isinstance(given, Mapping) or not all(isinstance(value, str) for value in given.values()):
        raise Fault("disclosure.field", where, "is an object of texts")
    return dict(given)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(key for place, (key, _) in enumerate(pairs) if key in {k for k, _ in pairs[:place]})
        raise Fault("disclosure.no_json", twice, "stands twice in one object")
    return found
