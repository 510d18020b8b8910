"""The language in which this page is read."""

from __future__ import annotations

from typing import Literal

from django.utils.translation import get_language


def reading_language() -> Literal["vi", "en"]:
    return "en" if (get_language() or "vi").startswith("en") else "vi"
