"""Frames as TOML or CSV files, both ways. A file that is not understood is refused with every place that is wrong."""

from __future__ import annotations

import csv
import io
import re
import tomllib
from collections.abc import Callable, Iterable
from typing import Any

from django.utils.translation import gettext as _

from langnghe.common.errors import Refusal
from langnghe.common.safe_csv import safe_row
from langnghe.frames.domain.outline import CodeLine, FieldLine, Outline, TopicLine

LARGEST = 1024 * 1024
COLUMNS = ("field", "topic", "code", "name_vi", "name_en", "province_only", "replaces")
CODE = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]{0,11}$")
LONG_CODE = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]{0,15}$")
FRAME = re.compile(r"^[a-z0-9][a-z0-9-]{0,39}$")
VERSION = re.compile(r"^[0-9A-Za-z][0-9A-Za-z.-]{0,19}$")
TRUE, FALSE = {"1", "true", "yes", "có", "x"}, {"0", "false", "no", "không", "-"}


def names(data: dict[str, Any]) -> dict[str, str]:
    return {"name_vi": data["name_vi"], "name_en": data.get("name_en", "")}


def outline_from_toml(body: bytes) -> Outline:
    data = read_toml(body)
    faults: list[dict[str, Any]] = []
    fields = tuple(field_of(row, f"field {number}", faults) for number, row in enumerate(listed(data, "field", "", faults), 1))
    outline = Outline(str(data.get("code", "")), str(data.get("version", "")), fields)
    return checked(outline, faults)


def read_toml(body: bytes) -> dict[str, Any]:
    text = decoded(body)
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as fault:
        raise Refusal("frame.file", _("The file is not TOML: %(why)s") % {"why": str(fault) or type(fault).__name__},
                      todo=_("Take a version as TOML from the page, change it, and bring it back.")) from fault


def decoded(body: bytes) -> str:
    if len(body) > LARGEST:
        raise Refusal("frame.file", _("The file is larger than 1 MB: this is no coding frame."), status=413,
                      todo=_("Choose the file of the frame."))
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise Refusal("frame.file", _("The file is not written in UTF-8 (byte %(at)d).") % {"at": fault.start},
                      todo=_("Save it again as “CSV UTF-8” or as UTF-8 text.")) from fault
    if "\0" in text or not text.strip():
        raise Refusal("frame.file", _("The file is empty or holds NUL bytes."), todo=_("Choose the file of the frame."))
    return text


def listed(data: dict[str, Any], key: str, where: str, faults: list[dict[str, Any]]) -> list[dict[str, Any]]:
    rows = data.get(key, [])
    if isinstance(rows, list) and all(isinstance(row, dict) for row in rows):
        return rows
    faults.append({"where": f"{where} {key}".strip(), "what": _("must be a list of tables")})
    return []


def field_of(row: dict[str, Any], where: str, faults: list[dict[str, Any]]) -> FieldLine:
    topics = listed(row, "topic", where, faults)
    whole = bool(row.get("province_only", False))
    return FieldLine(str(row.get("code", "")), str(row.get("name_vi", "")), str(row.get("name_en", "")), whole, tuple(
        TopicLine(
            str(topic.get("code", "")), str(topic.get("name_vi", "")), str(topic.get("name_en", "")),
            bool(topic.get("province_only", whole)), words(topic),
            tuple(CodeLine(str(code.get("code", "")), str(code.get("name_vi", "")), str(code.get("name_en", "")), words(code))
                  for code in listed(topic, "codes", f"{where} topic {number}", faults)),
        )
        for number, topic in enumerate(topics, 1)
    ))


def words(row: dict[str, Any]) -> tuple[str, ...]:
    given = row.get("replaces", [])
    return tuple(str(one) for one in given) if isinstance(given, list) else (str(given),)


def outline_from_csv(body: bytes, *, code: str, version: str) -> Outline:
    """A row names a field, a topic in it or a code in that; the columns are those that `outline_to_csv` writes."""
    text = decoded(body)
    rows = list(csv.reader(io.StringIO(text, newline="")))
    head = [cell.strip().lower() for cell in rows[0]] if rows else []
    if missing := [name for name in COLUMNS[:4] if name not in head]:
        raise Refusal("frame.file", _("The first row lacks the columns %(names)s.") % {"names": ", ".join(missing)},
                      todo=_("The first row must read: %(names)s.") % {"names": ", ".join(COLUMNS)})
    tree = Tree()
    faults: list[dict[str, Any]] = []
    for number, cells in enumerate(rows[1:], 2):
        row = {name: unguarded(cells[at]) if at < len(cells) else "" for at, name in enumerate(head)}
        if any(row.values()) and (fault := tree.take(row)):
            faults.append({"where": _("row %(n)d") % {"n": number}, "what": fault})
    return checked(tree.outline(code, version), faults)


def unguarded(cell: str) -> str:
    """A cell as it was before it was guarded against being taken for a formula."""
    text = cell.strip()
    return text[1:] if text[:1] == "'" and text[1:2] in {"=", "+", "-", "@"} else text


class Tree:
    """Rows of a table, put under each other."""

    def __init__(self) -> None:
        self.fields: dict[str, dict[str, str]] = {}
        self.topics: dict[str, dict[str, dict[str, str]]] = {}
        self.codes: dict[tuple[str, str], list[dict[str, str]]] = {}

    def take(self, row: dict[str, str]) -> str:
        """Keep one row; answers what is wrong with it, or nothing."""
        field, topic, code = row["field"], row["topic"], row["code"]
        if not field:
            return _("names no field")
        if not topic and not code:
            if field in self.fields:
                return _("the field %(code)s stands here twice") % {"code": field}
            self.fields[field] = row
            self.topics.setdefault(field, {})
        elif field not in self.fields:
            return _("the field %(code)s has no row of its own above this one") % {"code": field}
        elif not code:
            if topic in self.topics[field]:
                return _("the topic %(code)s stands here twice") % {"code": topic}
            self.topics[field][topic] = row
        elif topic not in self.topics[field]:
            return _("the topic %(code)s has no row of its own above this one") % {"code": topic}
        else:
            self.codes.setdefault((field, topic), []).append(row)
        return ""

    def outline(self, code: str, version: str) -> Outline:
        return Outline(code, version, tuple(
            FieldLine(field, row["name_vi"], row.get("name_en", ""), is_true(row), tuple(
                TopicLine(topic, line["name_vi"], line.get("name_en", ""), is_true(line, field=is_true(row)), split(line), tuple(
                    CodeLine(leaf["code"], leaf["name_vi"], leaf.get("name_en", ""), split(leaf))
                    for leaf in self.codes.get((field, topic), [])
                ))
                for topic, line in self.topics[field].items()
            ))
            for field, row in self.fields.items()
        ))


def is_true(row: dict[str, str], *, field: bool = False) -> bool:
    """A topic has what its field has, unless its cell says otherwise."""
    cell = row.get("province_only", "").lower()
    return cell in TRUE or (field and cell not in FALSE)


def split(row: dict[str, str]) -> tuple[str, ...]:
    return tuple(row.get("replaces", "").split())


def checked(outline: Outline, faults: list[dict[str, Any]]) -> Outline:
    """The same, or a Refusal `frame.file` that lists every fault with its place."""
    found = [*faults, *faults_of(outline)]
    if found:
        raise Refusal("frame.file", _("The file holds no frame that can be used; %(n)d places are wrong.") % {"n": len(found)},
                      todo=_("Mend these places and bring the file again."), details=found)
    return outline


def faults_of(outline: Outline) -> list[dict[str, Any]]:
    faults: list[dict[str, Any]] = []

    def fault(where: str, what: str) -> None:
        faults.append({"where": where, "what": what})

    if not FRAME.match(outline.code):
        fault("code", _("a frame has a short name in small letters, for example general"))
    if not VERSION.match(outline.version):
        fault("version", _("a version reads, for example, 2026.2"))
    if not any(line.topics for line in outline.fields):
        fault("field", _("there is no field with a topic"))
    topics = [topic for _line, topic in outline.topics()]
    codes = [code for topic in topics for code in topic.codes]
    check_lines(outline.fields, CODE, fault)
    check_lines(topics, CODE, fault)
    check_lines(codes, LONG_CODE, fault)
    return faults


def check_lines(lines: Iterable[FieldLine | TopicLine | CodeLine], shape: re.Pattern[str],
                fault: Callable[[str, str], None]) -> None:
    """A code stands once in the whole frame, so that a file of notes can name it without its field."""
    seen: set[str] = set()
    for line in lines:
        if not shape.match(line.code):
            fault(line.code or "?", _("a code has letters, digits, dots and hyphens, no blanks"))
        elif line.code in seen:
            fault(line.code, _("stands here twice"))
        seen.add(line.code)
        if not line.name_vi.strip() or len(line.name_vi) > 200 or len(line.name_en) > 200:
            fault(line.code, _("needs a Vietnamese name of at most 200 letters"))


def outline_to_csv(outline: Outline) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for line in outline.fields:
        writer.writerow(safe_row([line.code, "", "", line.name_vi, line.name_en, "x" if line.province_only else "", ""]))
        for topic in line.topics:
            whole = "x" if topic.province_only else "no" if line.province_only else ""
            writer.writerow(safe_row([line.code, topic.code, "", topic.name_vi, topic.name_en, whole, " ".join(topic.replaces)]))
            for code in topic.codes:
                writer.writerow(safe_row([line.code, topic.code, code.code, code.name_vi, code.name_en, "",
                                          " ".join(code.replaces)]))
    return out.getvalue()


def outline_to_toml(outline: Outline) -> str:
    lines = [f"code = {quoted(outline.code)}", f"version = {quoted(outline.version)}"]
    for field in outline.fields:
        lines += ["", "[[field]]", *toml_names(field), *toml_flag(field.province_only)]
        for topic in field.topics:
            lines += ["", "[[field.topic]]", *toml_names(topic)]
            if topic.province_only != field.province_only:
                lines.append(f"province_only = {'true' if topic.province_only else 'false'}")
            lines += toml_replaces(topic.replaces)
            if topic.codes:
                lines += ["codes = [", *(f"  {inline(code)}," for code in topic.codes), "]"]
    return "\n".join(lines) + "\n"


def inline(code: CodeLine) -> str:
    return "{ " + ", ".join([*toml_names(code), *toml_replaces(code.replaces)]) + " }"


def toml_names(line: FieldLine | TopicLine | CodeLine) -> list[str]:
    english = [f"name_en = {quoted(line.name_en)}"] if line.name_en else []
    return [f"code = {quoted(line.code)}", f"name_vi = {quoted(line.name_vi)}", *english]


def toml_flag(whole: bool) -> list[str]:
    return ["province_only = true"] if whole else []


def toml_replaces(codes: tuple[str, ...]) -> list[str]:
    return [f"replaces = [{', '.join(quoted(code) for code in codes)}]"] if codes else []


def quoted(text: str) -> str:
    """A basic string of TOML 1.0: backslash, quotation mark and control characters are escaped."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(char if char >= " " and char != "\x7f" else f"\\u{ord(char):04x}" for char in escaped) + '"'
