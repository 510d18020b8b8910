"""Signs and names of the kinds of evidence, for templates."""

from __future__ import annotations

from django import template
from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe

from langnghe.reports.domain.names import KINDS

register = template.Library()

ICONS = {
    "FieldIndication": "k-field", "DocumentCount": "k-doc", "DocumentFact": "k-doc", "SurveyEstimate": "k-survey",
    "ModelEstimate": "k-model", "QuotaTally": "k-survey", "PollTally": "k-poll", "Judgement": "k-doc",
}


@register.filter
def kind_icon(kind: str) -> str:
    return ICONS[kind]


@register.filter
def at(values: dict[str, str], key: str) -> str:
    return values.get(key, "")


@register.filter
def drawn(svg: str) -> SafeString:
    """A drawing of `nghe.charts`, whose words are escaped where it is made."""
    return mark_safe(svg)  # noqa: S308


@register.filter
def kind_name(kind: str) -> Promise:
    return KINDS[kind]
