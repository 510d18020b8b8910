"""What is wrong with a file that should be a table: a stable code and its particulars; `common.workbook` puts them in words."""

from __future__ import annotations

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
