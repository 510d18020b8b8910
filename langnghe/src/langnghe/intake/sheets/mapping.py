"""Which column of a file is what: a TOML file with `[columns]`, `[values.FIELD]`, `[defaults]`, `[date]`, `unit` and `by`.

    unit = "ST"
    by = "phantich"
    [columns]
    text = "Nội dung"
    day = "Ngày"
    place = "Xã"
    [values.tendency]
    "+" = "agree"
    [defaults]
    channel = "letter"
    setting = "letter"
    [date]
    format = "dd/mm/yyyy"
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from typing import Any

from langnghe.common.sheet_fault import SheetFault

FIELDS = (
    "text", "day", "place", "channel", "setting", "kind", "topic", "tendency", "moods", "intensity", "heard_from", "sex",
    "age_band", "livelihood", "unsafe_to_ask",
)
OTHER_NAMES = {"date": "day", "type": "kind", "mood": "moods", "how_many": "heard_from", "age": "age_band"}
NEEDED = ("text", "day", "place", "channel")
PARTS = {"unit", "by", "columns", "values", "defaults", "date", "header", "encoding", "delimiter", "sheet"}
DATE_WORDS = {"yyyy": "%Y", "yy": "%y", "mm": "%m", "m": "%m", "dd": "%d", "d": "%d", "iso": "%Y-%m-%d"}


@dataclass(frozen=True, slots=True)
class Mapping:
    """`columns`: our field → the file's heading; `header`: the row that holds the headings."""

    columns: dict[str, str]
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    defaults: dict[str, str] = field(default_factory=dict)
    date_format: str = "%Y-%m-%d"
    unit: str = ""
    by: str = ""
    header: int = 1
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    partly: bool = False
    """Columns that the file does not have are taken as empty, but for those that a note needs."""


OURS = {
    "text": "Nội dung", "day": "Ngày", "place": "Địa bàn", "channel": "Kênh", "setting": "Hoàn cảnh", "kind": "Loại",
    "topic": "Chủ đề", "tendency": "Khuynh hướng", "moods": "Tâm trạng", "intensity": "Cường độ", "heard_from": "Số người",
    "sex": "Giới", "age_band": "Tuổi", "livelihood": "Nghề",
}


def ours() -> Mapping:
    """The headings of our own form: no mapping file is needed for it."""
    return Mapping(columns=OURS, date_format="%d/%m/%Y", partly=True)


def read_mapping(body: bytes, *, name: str) -> Mapping:
    """The mapping of a TOML file; raises SheetFault that names the part which cannot be used."""
    try:
        data = tomllib.loads(body.decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise SheetFault("mapping.toml", file=name, fault=str(fault)) from fault
    if unknown := sorted(set(data) - PARTS):
        raise SheetFault("mapping.unknown", file=name, part=unknown[0], known=", ".join(sorted(PARTS)))
    mapping = Mapping(
        columns=read_columns(data.get("columns"), name), values=read_values(data.get("values", {}), name),
        defaults={field_name(key, name, "defaults"): words(value) for key, value in table(data, "defaults", name).items()},
        date_format=read_date_format(table(data, "date", name), name), unit=words(data.get("unit", "")),
        by=words(data.get("by", "")), header=read_header(data.get("header", 1), name), encoding=words(data.get("encoding", "")),
        delimiter=words(data.get("delimiter", "")),
        sheet=words(data.get("sheet", "")),
    )
    for needed in NEEDED:
        if needed not in mapping.columns and needed not in mapping.defaults:
            raise SheetFault("mapping.missing", file=name, field=needed)
    if mapping.encoding:
        check_encoding(mapping.encoding, name)
    return mapping


def read_columns(given: Any, name: str) -> dict[str, str]:
    """`field = "Heading"`; a file that says it the other way round is understood too."""
    if not isinstance(given, dict) or not given:
        raise SheetFault("mapping.columns", file=name)
    pairs = {key: words(value) for key, value in given.items()}
    if not any(is_field(key) for key in pairs) and all(is_field(value) for value in pairs.values()):
        pairs = {value: key for key, value in pairs.items()}
    return {field_name(key, name, "columns"): value for key, value in pairs.items()}


def read_values(given: Any, name: str) -> dict[str, dict[str, str]]:
    if not isinstance(given, dict) or not all(isinstance(rows, dict) for rows in given.values()):
        raise SheetFault("mapping.unknown", file=name, part="values", known="[values.FIELD]")
    return {field_name(key, name, "values"): {said: words(ours) for said, ours in rows.items()} for key, rows in given.items()}


def read_date_format(given: dict[str, Any], name: str) -> str:
    """`dd/mm/yyyy` as spreadsheets write it, `%d/%m/%Y` as programs do, or `iso`."""
    told = words(given.get("format", "iso"))
    if "%" not in told:
        told = re.sub("yyyy|yy|mm|m|dd|d|iso", lambda found: DATE_WORDS[found.group()], told.lower())
    if not all(part in told for part in ("%d", "%m")) or not ("%Y" in told or "%y" in told):
        raise SheetFault("mapping.date", file=name, format=words(given.get("format", "")))
    return told


def read_header(given: Any, name: str) -> int:
    if not isinstance(given, int) or isinstance(given, bool) or not 1 <= given <= 50:
        raise SheetFault("mapping.header", file=name)
    return given


def check_encoding(encoding: str, name: str) -> None:
    import codecs

    try:
        codecs.lookup(encoding)
    except LookupError as fault:
        raise SheetFault("mapping.encoding", file=name, encoding=encoding) from fault


def table(data: dict[str, Any], part: str, name: str) -> dict[str, Any]:
    given = data.get(part, {})
    if not isinstance(given, dict):
        raise SheetFault("mapping.unknown", file=name, part=part, known=f"[{part}]")
    return given


def is_field(key: str) -> bool:
    return OTHER_NAMES.get(key, key) in FIELDS


def field_name(key: str, name: str, part: str) -> str:
    if not is_field(key):
        raise SheetFault("mapping.field", file=name, part=part, field=key, known=", ".join(FIELDS))
    return OTHER_NAMES.get(key, key)


def words(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
