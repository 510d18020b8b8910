"""What is wrong with a file or one of its rows: a stable code and its particulars; `domain.import_words` puts them in words."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


class SheetFault(Exception):
    """The file cannot be read as a table, or its mapping as a mapping. Picklable: it comes out of a child process."""

    def __init__(self, code: str, **particulars: Any) -> None:
        super().__init__(code)
        self.code = code
        self.particulars = particulars

    def __reduce__(self) -> Any:
        return _again, (self.code, self.particulars)

    def __str__(self) -> str:
        return f"{self.code} {self.particulars}"


def _again(code: str, particulars: dict[str, Any]) -> SheetFault:
    return SheetFault(code, **particulars)


@dataclass(frozen=True, slots=True)
class RowFault:
    """One cell that cannot be taken. `value` is quoted only where the door finds nothing in it."""

    row: int
    column: str
    code: str
    value: str = ""
    particulars: dict[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        return {"row": self.row, "column": self.column, "code": self.code, "value": self.value, **self.particulars}
