"""One byte string for one record: keys sorted, no spaces, UTF-8, numbers in their shortest form."""

from __future__ import annotations

import hashlib
import json
import math
from typing import Any

from nghe.errors import Fault

PREFIX = "sha256:"


def canonical_json(value: Any, *, where: str = "record") -> bytes:
    """The canonical bytes of a JSON value; raises `Fault` for what JSON cannot hold, naming the place."""
    _refuse_unwritable(value, where)
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def sha256_of(value: Any, *, where: str = "record") -> str:
    """`sha256:` and 64 hexadecimal digits over the canonical bytes."""
    return PREFIX + hashlib.sha256(canonical_json(value, where=where)).hexdigest()


def _refuse_unwritable(value: Any, where: str) -> None:
    match value:
        case None | bool() | int():
            return
        case float():
            if not math.isfinite(value):
                raise Fault("evidence.not_json", where, f"{value} is no number that JSON can hold")
        case str():
            if any("\ud800" <= sign <= "\udfff" for sign in value):
                raise Fault("evidence.not_json", where, "half of a surrogate pair is no character")
        case list() | tuple():
            for number, item in enumerate(value):
                _refuse_unwritable(item, f"{where}[{number}]")
        case dict():
            for key, item in value.items():
                if not isinstance(key, str):
                    raise Fault("evidence.not_json", where, f"the key {key!r} is not text")
                _refuse_unwritable(key, where)
                _refuse_unwritable(item, f"{where}.{key}")
        case _:
            raise Fault("evidence.not_json", where, f"{type(value).__name__} is not JSON")
