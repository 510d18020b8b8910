"""Text that a spreadsheet will not run: a cell that begins like a formula is led by an apostrophe.

Source: OWASP, "CSV Injection". Numbers are written as numbers and are not touched.
"""

from __future__ import annotations

STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def safe_text(text: str) -> str:
    """The text as a cell may hold it."""
    return f"'{text}" if text.lstrip(" ").startswith(STARTS) else text
