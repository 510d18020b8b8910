"""The drawings of what was left out, each beside its figures: the way up, and shares with their intervals."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from langnghe.reports.domain.omission_shares import Breakdown, Share, Shares
from langnghe.reports.domain.way_up import Step
from nghe.charts import Drawing, share, share_axis, top_of, way
from nghe.charts.formats import Language, interval, percent
from nghe.charts.marks import rect

HATCHED = Drawing(24, 12, "", (rect("c-hatch", 0.5, 0.5, 23, 11, fill="hatch"),))
"""The sign of what was left out, for the key."""


@dataclass(frozen=True, slots=True)
class DrawnStep:
    step: Step
    bar: Drawing


@dataclass(frozen=True, slots=True)
class DrawnShare:
    share: Share
    dot: Drawing
    span: str


@dataclass(frozen=True, slots=True)
class DrawnBreakdown:
    breakdown: Breakdown
    rows: list[DrawnShare]
    axis: Drawing


def draw_way(steps: list[Step]) -> list[DrawnStep]:
    return [
        DrawnStep(step, way(step.went, step.left, step.heard,
                            label=_("Went on %(went)s, left out %(left)s") % {"went": step.went, "left": step.left}))
        for step in steps
    ]


def draw_shares(shares: Shares, language: Language) -> list[DrawnBreakdown]:
    """All on one axis, so that the breakdowns can be compared."""
    top = top_of(shares.highest)
    return [
        DrawnBreakdown(one, [draw_share(row, shares.common, top, language) for row in one.shares], share_axis(top))
        for one in shares.breakdowns
    ]


def draw_share(row: Share, common: float, top: float, language: Language) -> DrawnShare:
    span = interval(round(100 * row.low), round(100 * row.high), language)
    label = _("%(share)s, from %(low)s to %(high)s") % {
        "share": percent(row.share, language), "low": percent(row.low, language), "high": percent(row.high, language)}
    return DrawnShare(row, share(row.share, row.low, row.high, common=common, top=top, label=label, strong=row.strong), span)
