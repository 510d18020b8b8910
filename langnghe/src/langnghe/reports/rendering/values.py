"""A cell of evidence as it is printed in a table of a document."""

from __future__ import annotations

from typing import Any

from nghe.wording.figures import format_number


def say_value(value: Any, language: str) -> str:
    """Whole numbers with their thousands, others with the decimals they have, two at most; nothing for what is not there."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "✓" if value else "–"
    if isinstance(value, int):
        return format_number(value, 0, language)
    return format_number(value, 1 if value == round(value, 1) else 2, language) if isinstance(value, float) else str(value)
