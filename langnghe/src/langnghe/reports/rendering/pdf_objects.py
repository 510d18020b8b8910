"""The objects of a PDF that this product wrote (ISO 32000-1, 7.2-7.5): plain objects, Flate streams, later ones replace earlier.

Not a reader for every PDF: object streams, encryption and other filters are refused, since `render_pdf` writes none. A file that
has them was written again by another program.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nghe.errors import Fault

LARGEST = 64 * 1024 * 1024
DEEPEST = 64
SPACE = b"\0\t\n\f\r "
TOKEN = re.compile(
    rb"[\0\t\n\f\r ]*(?:%[^\r\n]*[\r\n]+[\0\t\n\f\r ]*)*"
    rb"(?P<token><<|>>|\[|\]|\((?=.|\n)|<[0-9A-Fa-f\s]*>|/[^\0\t\n\f\r ()<>\[\]{}/%]*|[^\0\t\n\f\r ()<>\[\]{}/%]+)"
)
OBJECT = re.compile(rb"(?:^|[\r\n])(\d+) (\d+) obj\b")
ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f", b"(": b"(", b")": b")", b"\\": b"\\"}


@dataclass(frozen=True, slots=True)
class Ref:
    number: int


@dataclass(frozen=True, slots=True)
class Stream:
    about: Mapping[str, Any]
    raw: bytes


class Name(str):
    """`/Type` as "Type", to be told from a string (which is bytes)."""

    __slots__ = ()


class Objects:
    """Every object of a file by its number."""

    def __init__(self, content: bytes, where: str) -> None:
        if not content.startswith(b"%PDF-") or b"startxref" not in content:
            raise Fault("pdf.damaged", where, "is no whole PDF")
        self.where, self.content = where, content
        self.starts = {int(found[1]): found.end() for found in OBJECT.finditer(content)}
        self.read: dict[int, Any] = {}
        self.trailer: dict[str, Any] = {}
        for found in re.finditer(rb"trailer\s*(?=<<)", content):
            trailer, _end = self.parse(found.end())
            self.trailer |= trailer
        if "Encrypt" in self.trailer or not isinstance(self.trailer.get("Root"), Ref):
            raise Fault("pdf.rewritten", where, "was written by another program; its parts cannot be read")

    def get(self, value: Any) -> Any:
        """The object behind a reference; anything else as it is."""
        for _step in range(DEEPEST):
            if not isinstance(value, Ref):
                return value
            value = self.load(value.number)
        raise Fault("pdf.damaged", self.where, "has references that go round in a circle")

    def load(self, number: int) -> Any:
        if number not in self.read:
            if number not in self.starts:
                raise Fault("pdf.rewritten", self.where, f"lacks object {number}; it was written by another program")
            value, end = self.parse(self.starts[number])
            if isinstance(value, dict) and (begins := re.compile(rb"\s*stream\r?\n").match(self.content, end)):
                length = self.get(value.get("Length"))
                if not isinstance(length, int) or not 0 <= length <= len(self.content):
                    raise Fault("pdf.damaged", self.where, f"has a stream without a length in object {number}")
                value = Stream(value, self.content[begins.end(): begins.end() + length])
            self.read[number] = value
        return self.read[number]

    def body(self, value: Any) -> bytes:
        """The bytes of a stream, unpacked."""
        stream = self.get(value)
        if not isinstance(stream, Stream):
            raise Fault("pdf.damaged", self.where, "has no stream where one belongs")
        kind = self.get(stream.about.get("Filter"))
        if kind is None:
            return stream.raw
        if kind not in ("FlateDecode", ["FlateDecode"]):
            raise Fault("pdf.rewritten", self.where, f"is packed by {kind}, which this product does not use")
        opener = zlib.decompressobj()
        try:
            unpacked = opener.decompress(stream.raw, LARGEST)
        except zlib.error as fault:
            raise Fault("pdf.damaged", self.where, f"has a stream that cannot be unpacked: {fault}") from fault
        if opener.unconsumed_tail:
            raise Fault("pdf.too_large", self.where, f"unpacks to more than {LARGEST} bytes")
        return unpacked

    def parse(self, at: int) -> tuple[Any, int]:
        try:
            return parse_value(self.content, at)
        except (ValueError, IndexError, RecursionError) as fault:
            raise Fault("pdf.damaged", self.where, f"cannot be read at byte {at}") from fault


def parse_value(content: bytes, at: int, depth: int = 0) -> tuple[Any, int]:
    """One value and where it ends; numbers of a reference (`12 0 R`) are read together."""
    found = TOKEN.match(content, at)
    if not found or depth > DEEPEST:
        raise ValueError("no value")
    token, end = found["token"], found.end()
    if token == b"<<":
        return parse_dict(content, end, depth)
    if token == b"[":
        items: list[Any] = []
        while (after := TOKEN.match(content, end)) and after["token"] != b"]":
            item, end = parse_value(content, end, depth + 1)
            items.append(item)
        if not after:
            raise ValueError("an array without an end")
        return items, after.end()
    if token == b"(":
        return literal(content, end)
    if token.startswith(b"<"):
        return hex_string(token), end
    if token.startswith(b"/"):
        return Name(re.sub(rb"#([0-9A-Fa-f]{2})", lambda code: bytes([int(code[1], 16)]), token[1:]).decode("latin-1")), end
    if reference := re.compile(rb"(\d+) (\d+) R\b").match(content, found.start("token")):
        return Ref(int(reference[1])), reference.end()
    return plain_value(token), end


def parse_dict(content: bytes, at: int, depth: int) -> tuple[dict[str, Any], int]:
    made: dict[str, Any] = {}
    while True:
        found = TOKEN.match(content, at)
        if not found:
            raise ValueError("a dictionary without an end")
        if found["token"] == b">>":
            return made, found.end()
        name, at = parse_value(content, at, depth + 1)
        made[str(name)], at = parse_value(content, at, depth + 1)


def plain_value(token: bytes) -> Any:
    words: dict[bytes, Any] = {b"true": True, b"false": False, b"null": None}
    if token in words:
        return words[token]
    if re.fullmatch(rb"[+-]?\d+", token):
        return int(token)
    return float(token)


def literal(content: bytes, at: int) -> tuple[bytes, int]:
    """A string in brackets, from behind its opening one."""
    out, depth = bytearray(), 1
    while True:
        sign = content[at: at + 1]
        at += 1
        if sign == b"\\":
            octal = re.compile(rb"[0-7]{1,3}").match(content, at)
            if octal:
                out.append(int(octal[0], 8) & 0xFF)
                at = octal.end()
                continue
            after = content[at: at + 1]
            at += 2 if content[at: at + 2] == b"\r\n" else 1
            out += b"" if after in (b"\n", b"\r") else ESCAPES.get(after, after)
            continue
        if sign == b"":
            raise ValueError("a string without an end")
        depth += (sign == b"(") - (sign == b")")
        if depth == 0:
            return bytes(out), at
        out += sign


def hex_string(token: bytes) -> bytes:
    digits = re.sub(rb"\s", b"", token[1:-1])
    return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode())
