"""The drawings beside a salient matter: places by week with the reach of the silent ones, where, which views."""

from __future__ import annotations

from langnghe.reports.rendering.document import Exhibit, Language
from nghe.evidence import Evidence


def exhibits_of(evidence: Evidence, language: Language) -> tuple[Exhibit, ...]:
    """Drawn from the rows of one field indication; nothing is counted here."""
    return ()
