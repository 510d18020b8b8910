"""How far two people agree on a topic, as every report marks it: where topics stand in a table, and in its methods.

A topic whose agreement is under the least that is taken (Krippendorff's alpha 0.667), or that was never measured, carries a sign
wherever the report counts it. What nobody confirmed counts under its author's topic; a machine's suggestion counts nowhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from langnghe.coding.enums import Mark
from langnghe.coding.queries.reliability import LOOKED_BACK, Measure, Reliability
from langnghe.coding.rules import TENTATIVE
from nghe.charts.formats import number
from nghe.evidence import Evidence

SIGNS: dict[str, str] = {Mark.UNRELIABLE: "\u00a0#", Mark.UNMEASURED: "\u00a0°"}
LEAST = {"least": number(TENTATIVE, "vi", digits=3), "least_en": number(TENTATIVE, "en", digits=3)}


def sign_of(cells: Mapping[str, Any]) -> str:
    """The sign behind the name of a topic; evidence that was frozen before agreement was measured has none."""
    return SIGNS.get(str(cells.get("agreement", "")), "")


def is_signed(evidence: Evidence) -> bool:
    return any(sign_of(cells) for cells in evidence.rows.values())


def agreement_cells(measure: Measure) -> dict[str, Any]:
    """What a row of a topic says of it."""
    cells: dict[str, Any] = {"agreement": measure.mark.value}
    return cells if measure.alpha is None else cells | {"alpha": round(measure.alpha, 2), **LEAST}


def agreement_row(agreed: Reliability, marks: Iterable[str]) -> dict[str, Any]:
    """Over the whole unit, and how many topics of the report carry which mark."""
    counts = Counter(marks)
    row: dict[str, Any] = {"twice": agreed.twice, "weeks": LOOKED_BACK.days // 7, **{mark.value: counts[mark] for mark in Mark}}
    return row if agreed.overall.alpha is None else row | {"alpha": round(agreed.overall.alpha, 2), **LEAST}
