"""JSON that comes back as it was written, key after key, from every database.

PostgreSQL's own `jsonb` hands the keys of an object out by their length; where a row stands in a table is then the database's
choice and no longer ours. Here the column holds the text that was written, as it does in SQLite anyway; what looks inside
(`record__query__topic="MT1"`, `record__has_key="query"`) still does, for which PostgreSQL reads the text when it is asked.
A text keeps what `jsonb` could not read, and every query that looks inside would then fail on that row: it is refused.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from django.core.exceptions import FieldError
from django.db import models
from django.db.models.expressions import Func, Value
from django.db.models.fields.json import HasAnyKeys, HasKey, HasKeys, JSONExact, KeyTransform
from django.db.models.lookups import In, Lookup


class ReadAsJson(Func):
    """The text of such a column as a value that the database can look into; SQLite looks into text as it is."""

    template = "%(expressions)s"
    arity = 1
    output_field = models.JSONField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="(%(expressions)s)::jsonb", **context)


class KeptJSONField(models.JSONField):  # type: ignore[type-arg]
    """Ask inside by key; the whole value is compared as text, so not with `contains` or `contained_by` at its top."""

    def db_type(self, connection: Any) -> str | None:
        return "text" if connection.vendor == "postgresql" else super().db_type(connection)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        if connection.vendor != "postgresql" or hasattr(value, "as_sql"):
            return super().get_db_prep_value(value, connection, prepared)
        return json.dumps(value, cls=self.encoder)

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        if not is_json_null(value):
            value = plain(value)
            if not hasattr(value, "as_sql"):
                self.refuse_unreadable(value)
        return super().get_db_prep_save(value, connection)

    def refuse_unreadable(self, value: Any) -> None:
        """Raise ValueError, with the place, for what PostgreSQL cannot read back as JSON: NaN, U+0000, half a surrogate pair."""
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


def is_json_null(value: Any) -> bool:
    return isinstance(value, Value) and value.value is None


def plain(value: Any) -> Any:
    """A JSON literal written as an expression is the value in it: it is kept, and compared, as the text of that value."""
    return value.value if isinstance(value, Value) and isinstance(value.output_field, models.JSONField) else value


class KeptExact(JSONExact):
    lookup_name = "exact"

    def __init__(self, lhs: Any, rhs: Any) -> None:
        super().__init__(lhs, plain(rhs))


class KeptIn(In):  # type: ignore[type-arg]
    lookup_name = "in"

    def __init__(self, lhs: Any, rhs: Any) -> None:
        super().__init__(lhs, [plain(one) for one in rhs] if isinstance(rhs, list | tuple | set) else rhs)


class LooksInside:
    def __init__(self, lhs: Any, rhs: Any) -> None:
        super().__init__(ReadAsJson(lhs), rhs)  # type: ignore[call-arg]  # a lookup stands behind it


class KeptHasKey(LooksInside, HasKey):
    lookup_name = "has_key"


class KeptHasKeys(LooksInside, HasKeys):
    lookup_name = "has_keys"


class KeptHasAnyKeys(LooksInside, HasAnyKeys):
    lookup_name = "has_any_keys"


class NotAtTheTop(Lookup):  # type: ignore[type-arg]
    """SQLite has no such comparison, and a text is none: said alike on every database."""

    def __init__(self, lhs: Any, rhs: Any) -> None:
        super().__init__(lhs, rhs)
        raise FieldError(f"{lhs.target}: `{self.lookup_name}` does not look into kept JSON; ask by key: record__query__topic=...")


class KeptContains(NotAtTheTop):
    lookup_name = "contains"


class KeptContainedBy(NotAtTheTop):
    lookup_name = "contained_by"


for lookup in (KeptExact, KeptIn, KeptHasKey, KeptHasKeys, KeptHasAnyKeys, KeptContains, KeptContainedBy):
    KeptJSONField.register_lookup(lookup)
