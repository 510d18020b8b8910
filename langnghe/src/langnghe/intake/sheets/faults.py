"""What is wrong with a row: a stable code and its particulars; `domain.import_words` puts them in words."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


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
