"""What a banner book shows, as its file says (TOML): `rows, columns, nets, means, tests, missing`, and how it is published.

    title = "Hài lòng về thủ tục"
    rows = ["A4", { name = "A3", label = "Đã làm thủ tục", order = ["1", "2"] },
            { name = "q4", label = "Học từ ai?", multiple = ["q4_1", "q4_2"], not_selected = ["Not selected"] }]
    columns = ["sex", { name = "wave", against = "previous" }]
    [nets.A4]
    "Hài lòng (gộp)" = ["vs", "s"]
    [means]
    A4 = { vs = 5, s = 4, n = 3, d = 2, vd = 1 }      # or true: the numbers themselves
    [tests]
    against = "columns"          # or "total", "previous", "none"
    [missing]
    codes = ["NA"]               # taken as missing everywhere; or by question: { A4 = ["99"] }

`nghe/schemas/banner.json` has every field.
"""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

from nghe.disclosure.primary import floor_of
from nghe.errors import Fault

AGAINST = ("columns", "total", "previous", "none")
CORRECTIONS = ("bh", "by", "none")
MISSING_SHOWN = ("row", "answer", "none")
LANGUAGES = ("vi", "en")
FIELDS = ("title", "language", "rows", "columns", "nets", "means", "tests", "missing", "disclosure", "bases", "report")


@dataclass(frozen=True)
class Question:
    """A row of the book: one column of the data, or several of which one may tick many (`multiple`)."""

    name: str
    label: str = ""
    order: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    multiple: tuple[str, ...] = ()
    not_selected: tuple[str, ...] = ()
    base: str = ""
    where: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True)
class Banner:
    """A column variable of the book; `levels` chooses and orders its groups."""

    name: str
    label: str = ""
    levels: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    against: str = ""


@dataclass(frozen=True)
class Tests:
    """How groups are compared. `level` and `strong` bound the (corrected) p value of a small and of a capital letter."""

    against: str = "columns"
    level: float = 0.05
    strong: float = 0.001
    correction: str = "bh"
    least_base: int = 30
    batteries: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Missing:
    """`show`: a row of its own outside the base, an answer inside the base, or nothing."""

    show: str = "row"
    label: str = ""
    codes: tuple[str, ...] = ()
    codes_of: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Spec:
    """A checked spec. `joined` is not in the file: answers that `nghe.survey.banner.join` put together, by question."""

    rows: tuple[Question, ...]
    columns: tuple[Banner, ...]
    nets: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    means: Mapping[str, Mapping[str, float] | None] = field(default_factory=dict)
    tests: Tests = field(default_factory=Tests)
    missing: Missing = field(default_factory=Missing)
    title: str = ""
    language: str = "vi"
    published: bool = True
    k: int = 10
    merge: tuple[str, ...] = ()
    joined: Mapping[str, tuple[tuple[str, ...], ...]] = field(default_factory=dict)
    mark_base: int = 100
    report: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _check(self)


def schema_text() -> str:
    """The JSON Schema of the spec."""
    return files("nghe.schemas").joinpath("banner.json").read_text(encoding="utf-8")


def read_spec(path: Path) -> Spec:
    return spec_from(read_toml(path))


def read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise Fault("banner.file", str(path), f"cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Fault("banner.toml", path.name, f"is no TOML in UTF-8: {error}") from error


def spec_from(data: Mapping[str, Any]) -> Spec:
    """The spec of a record; raises `Fault` that names the unknown or ill-shaped field."""
    _known(data, "spec", FIELDS)
    for name in ("rows", "columns"):
        if not isinstance(data.get(name), list) or not data[name]:
            raise Fault("banner.spec", name, "is a list of at least one column of the data, or of tables with `name`")
    tests, missing, disclosure, bases, report = (
        _table(data, name) for name in ("tests", "missing", "disclosure", "bases", "report"))
    _known(tests, "tests", ("against", "level", "strong", "correction", "least_base", "batteries"))
    _known(missing, "missing", ("show", "label", "codes"))
    _known(disclosure, "disclosure", ("published", "k", "merge"))
    _known(bases, "bases", ("mark_under",))
    codes = missing.get("codes", [])
    published = disclosure.get("published", True)
    if not isinstance(published, bool):
        raise Fault("banner.spec", "disclosure.published", "is true (floor 10) or false (seen inside the office only, floor 5)")
    office = disclosure.get("k")
    if office is not None and (isinstance(office, bool) or not isinstance(office, int)):
        raise Fault("banner.spec", "disclosure.k", f"{office!r} is no whole number")
    floor = floor_of(published=published)
    if office is not None and office < floor:
        raise Fault("banner.floor", "disclosure.k", f"{office} is under the floor of {floor}; it can only be raised")
    return Spec(
        rows=tuple(_item(entry, "rows", Question) for entry in data["rows"]),
        columns=tuple(_item(entry, "columns", Banner) for entry in data["columns"]),
        nets={name: {net: _texts(members, f"nets.{name}.{net}") for net, members in _table(_table(data, "nets"), name).items()}
              for name in _table(data, "nets")},
        means={name: _scores(value, f"means.{name}") for name, value in _table(data, "means").items()},
        tests=Tests(**{**tests, "batteries": {name: _texts(members, f"tests.batteries.{name}")
                                              for name, members in _table(tests, "batteries", "tests").items()}}),
        missing=Missing(missing.get("show", "row"), missing.get("label", ""),
                        () if isinstance(codes, Mapping) else _texts(codes, "missing.codes"),
                        {name: _texts(found, f"missing.codes.{name}") for name, found in codes.items()}
                        if isinstance(codes, Mapping) else {}),
        title=data.get("title", ""), language=data.get("language", "vi"), published=published,
        k=floor_of(published=published, office=office), merge=_texts(disclosure.get("merge", []), "disclosure.merge"),
        mark_base=bases.get("mark_under", 100), report=report,
    )


def level_text(level: object) -> str:
    """A level as the spec writes it: 1.0 is "1"."""
    if isinstance(level, bool):
        return "true" if level else "false"
    if isinstance(level, float) and level.is_integer():
        return str(int(level))
    return unicodedata.normalize("NFC", str(level))


def _item(entry: object, where: str, kind: type[Any]) -> Any:
    if isinstance(entry, str):
        return kind(unicodedata.normalize("NFC", entry))
    if not isinstance(entry, Mapping) or not isinstance(entry.get("name"), str):
        raise Fault("banner.spec", where, f"{entry!r} is neither a column of the data nor a table with `name`")
    fields = kind.__dataclass_fields__
    place = f"{where}.{entry['name']}"
    _known(entry, place, tuple(fields))
    values: dict[str, Any] = {}
    for name, value in entry.items():
        if name == "labels":
            values[name] = {level_text(key): str(text) for key, text in _table(entry, name, place).items()}
        elif name == "where":
            if not isinstance(value, list) or not all(isinstance(item, Mapping) for item in value):
                raise Fault("banner.spec", f"{place}.where", "is a list of predicates {column, op, value}")
            values[name] = tuple(value)
        elif fields[name].type.startswith("tuple"):
            values[name] = _texts(value, f"{place}.{name}")
        elif not isinstance(value, str):
            raise Fault("banner.spec", f"{place}.{name}", f"{value!r} is no text")
        else:
            values[name] = unicodedata.normalize("NFC", value)
    return kind(**values)


def _check(spec: Spec) -> None:
    for where, items in (("rows", spec.rows), ("columns", spec.columns)):
        names = [item.name for item in items]
        if twice := next((name for name in names if names.count(name) > 1), None):
            raise Fault("banner.spec", f"{where}.{twice}", "stands twice")
    questions = {question.name for question in spec.rows}
    batteries = [(f"tests.batteries.{name}", members) for name, members in spec.tests.batteries.items()]
    for where, named in (("nets", spec.nets), ("means", spec.means), ("missing.codes", spec.missing.codes_of),
                         ("disclosure.merge", dict.fromkeys(spec.merge)), *batteries):
        if unknown := [name for name in named if name not in questions]:
            raise Fault("banner.spec", f"{where}.{unknown[0]}", "is none of the rows")
    for against in (spec.tests.against, *(banner.against for banner in spec.columns if banner.against)):
        _one_of("tests.against", against, AGAINST)
    _one_of("tests.correction", spec.tests.correction, CORRECTIONS)
    _one_of("missing.show", spec.missing.show, MISSING_SHOWN)
    _one_of("language", spec.language, LANGUAGES)
    for name in ("level", "strong"):
        value = getattr(spec.tests, name)
        if isinstance(value, bool) or not isinstance(value, float) or not 0 < value < 1:
            raise Fault("banner.spec", f"tests.{name}", f"{value!r} is not between 0 and 1")
    for where, number in (("tests.least_base", spec.tests.least_base), ("bases.mark_under", spec.mark_base)):
        if isinstance(number, bool) or not isinstance(number, int) or number < 0:
            raise Fault("banner.spec", where, f"{number!r} is no count of people")
    if not isinstance(spec.title, str):
        raise Fault("banner.spec", "title", "is no text")


def _one_of(where: str, value: object, known: Sequence[str]) -> None:
    if value not in known:
        raise Fault("banner.spec", where, f"is {value!r}; say one of {', '.join(known)}")


def _known(data: Mapping[str, Any], where: str, names: Sequence[str]) -> None:
    if unknown := sorted(set(data) - set(names)):
        raise Fault("banner.spec", f"{where}.{unknown[0]}", f"is no field; there are {', '.join(names)}")


def _table(data: Mapping[str, Any], name: str, where: str = "") -> Mapping[str, Any]:
    value = data.get(name, {})
    if not isinstance(value, Mapping):
        raise Fault("banner.spec", f"{where}.{name}" if where else name, "is a table of names and values")
    return value


def _texts(value: object, where: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str | int | float) for item in value):
        raise Fault("banner.spec", where, "is a list of levels or names")
    return tuple(level_text(item) for item in value)


def _scores(value: object, where: str) -> Mapping[str, float] | None:
    """Scores by level; None for the numbers themselves."""
    if value is True:
        return None
    if not isinstance(value, Mapping) or not value or not all(
            isinstance(score, int | float) and not isinstance(score, bool) for score in value.values()):
        raise Fault("banner.spec", where, "is true (the numbers themselves) or a table of scores by level")
    return {level_text(level): float(score) for level, score in value.items()}
