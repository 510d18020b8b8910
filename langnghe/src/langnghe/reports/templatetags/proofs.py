"""Signs and names of the kinds of evidence, for templates."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe

from langnghe.reports.domain.names import KINDS
from langnghe.reports.domain.omission_shares import ReasonsByView

register = template.Library()

ICONS = {
    "FieldIndication": "k-field", "DocumentCount": "k-doc", "DocumentFact": "k-doc", "SurveyEstimate": "k-survey",
    "ModelEstimate": "k-model", "QuotaTally": "k-survey", "PollTally": "k-poll", "Judgement": "k-doc",
}


@register.filter
def kind_icon(kind: str) -> str:
    return ICONS[kind]


@register.filter
def at(values: dict[Any, Any], key: Any) -> Any:
    return values.get(key, "")


@register.filter
def tints(table: ReasonsByView, reason: str) -> list[tuple[int | None, int]]:
    """The cells of a reason with the strength of their ground."""
    return table.tints(reason)


@register.filter
def drawn(svg: str) -> SafeString:
    """A drawing of `nghe.charts`, whose words are escaped where it is made."""
    return mark_safe(svg)  # noqa: S308


@register.filter
def kind_name(kind: str) -> Promise:
    return KINDS[kind]
