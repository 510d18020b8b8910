"""JSON that comes back as it was written, key after key, from every database.

PostgreSQL's own `jsonb` hands the keys of an object out by their length; where a row stands in a table is then the database's
choice and no longer ours. Here the column holds the text that was written, as it does in SQLite anyway; what looks inside
(`record__query__topic="MT1"`) still does, for which PostgreSQL reads the text when it is asked.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.db import models
from django.db.models.expressions import Func
from django.db.models.fields.json import KeyTransform


class ReadAsJson(Func):
    """The text of such a column as a value that the database can look into; SQLite looks into text as it is."""

    template = "%(expressions)s"
    arity = 1
    output_field = models.JSONField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="(%(expressions)s)::jsonb", **context)


class KeptJSONField(models.JSONField):  # type: ignore[type-arg]
    """Ask inside by key; the whole value is compared as text, so not with `contains` or `has_key` at its top."""

    def db_type(self, connection: Any) -> str | None:
        return "text" if connection.vendor == "postgresql" else super().db_type(connection)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        if connection.vendor != "postgresql":
            return super().get_db_prep_value(value, connection, prepared)
        return json.dumps(value, cls=self.encoder)

    def get_transform(self, name: str) -> Callable[[Any], KeyTransform]:  # type: ignore[override]
        return lambda column: KeyTransform(name, ReadAsJson(column))
