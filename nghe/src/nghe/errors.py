"""The way the library says no: a stable code, the place, and words that say what is wrong and what to do."""

from __future__ import annotations


class Fault(ValueError):
    """What was given breaks a rule or cannot be read.

    `code` is stable (`evidence.unknown_field`), `where` names the record, row or field, `message` says what is wrong.
    """

    def __init__(self, code: str, where: str, message: str) -> None:
        super().__init__(f"{where}: {message}")
        self.code = code
        self.where = where
        self.message = message

    def __reduce__(self) -> tuple[type[Fault], tuple[str, str, str]]:
        """It crosses from one process to another whole."""
        return type(self), (self.code, self.where, self.message)
