"""JSON that comes back as it was written, key after key, from every database.

PostgreSQL's own `jsonb` hands the keys of an object out by their length; where a row stands in a table is then the database's
choice and no longer ours. Here the column holds the text that was written, as it does in SQLite anyway. It is asked by key
(`record__query__topic="MT1"`), for which PostgreSQL reads the text when it is asked; no database compares it whole.
A text keeps what `jsonb` could not read, and every query that looks inside would then fail on that row: it is refused.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from django.core.exceptions import FieldError
from django.db import models
from django.db.models.expressions import Func
from django.db.models.fields.json import KeyTransform
from django.db.models.lookups import Lookup


class ReadAsJson(Func):
    """The text of such a column as a value that the database can look into; SQLite looks into text as it is."""

    template = "%(expressions)s"
    arity = 1
    output_field = models.JSONField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="(%(expressions)s)::jsonb", **context)


class KeptJSONField(models.JSONField):  # type: ignore[type-arg]
    """Written as a plain value, asked by key."""

    def db_type(self, connection: Any) -> str | None:
        return "text" if connection.vendor == "postgresql" else super().db_type(connection)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        if connection.vendor != "postgresql":
            return super().get_db_prep_value(value, connection, prepared)
        return json.dumps(value, cls=self.encoder)

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        self.refuse_unreadable(value)
        return super().get_db_prep_save(value, connection)

    def refuse_unreadable(self, value: Any) -> None:
        """Raise ValueError, with the place, for what PostgreSQL cannot read back as JSON: NaN, U+0000, half a surrogate pair."""
        if hasattr(value, "as_sql"):
            raise ValueError(f"{self}: an expression cannot be looked into before it is kept; write the value itself")
        try:
            written = json.dumps(value, cls=self.encoder, allow_nan=False)
        except ValueError as fault:
            raise ValueError(f"{self}: {fault}; write null, or the number as text") from fault
        for place, text in texts(json.loads(written)):
            for char in text:
                if char == "\x00" or "\ud800" <= char <= "\udfff":
                    raise ValueError(f"{self}, at {place}: U+{ord(char):04X} cannot be kept in JSON; take it out of the text")

    def get_transform(self, name: str) -> Callable[[Any], KeyTransform]:  # type: ignore[override]
        return lambda column: KeyTransform(name, ReadAsJson(column))

    def get_lookup(self, name: str) -> Any:
        found = super().get_lookup(name)
        return AsksTheWhole if found and name != "isnull" else found


class AsksTheWhole(Lookup):  # type: ignore[type-arg]
    """Raise FieldError for a question to the whole value: databases would answer it differently."""

    def __init__(self, lhs: Any, rhs: Any) -> None:
        super().__init__(lhs, rhs)
        field = lhs.target
        raise FieldError(f"{field}: the whole of kept JSON cannot be asked; ask by key: {field.name}__query__topic=...")


def texts(value: Any, place: str = "$") -> Iterator[tuple[str, str]]:
    """Every key and every text in a value, each with the place where it stands: `$.rows.a[2]`."""
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, list):
        for at, item in enumerate(value):
            yield from texts(item, f"{place}[{at}]")
    elif isinstance(value, dict):
        for key, item in value.items():
            yield f"{place}, a key", key
            yield from texts(item, f"{place}.{key}")
