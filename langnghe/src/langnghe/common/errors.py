"""The one way in which the product says no: a code, an HTTP status, and words that say what to do."""

from __future__ import annotations

from typing import Any

from django.utils.functional import Promise

Words = str | Promise


class Refusal(Exception):
    """A rule or a check refused the work. Nothing was changed.

    `code` is stable and documented in docs/errors.md; `message` says what and where, `todo` what to do;
    `details` holds places (rows, fields, spans), never the words that were refused.
    """

    def __init__(self, code: str, message: Words, *, todo: Words = "", status: int = 422, details: Any = None) -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.todo = todo
        self.status = status
        self.details = details

    def __str__(self) -> str:
        return f"{self.code}: {self.message} {self.todo}".rstrip()

    def as_dict(self) -> dict[str, Any]:
        answer: dict[str, Any] = {"code": self.code, "message": str(self.message), "todo": str(self.todo)}
        if self.details is not None:
            answer["details"] = self.details
        return answer
