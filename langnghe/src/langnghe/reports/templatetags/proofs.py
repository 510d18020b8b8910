"""Signs and names of the kinds of evidence, for templates."""

from __future__ import annotations

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

register = template.Library()

KINDS: dict[str, tuple[str, Promise]] = {
    "FieldIndication": ("k-field", _("Field indication")),
    "DocumentCount": ("k-doc", _("Count of documents")),
    "DocumentFact": ("k-doc", _("Fact from a document")),
    "SurveyEstimate": ("k-survey", _("Survey estimate")),
    "ModelEstimate": ("k-model", _("Model estimate")),
    "QuotaTally": ("k-survey", _("Quota tally")),
    "PollTally": ("k-poll", _("Poll tally")),
    "Judgement": ("k-doc", _("Judgement")),
}


@register.filter
def kind_icon(kind: str) -> str:
    return KINDS[kind][0]


@register.filter
def kind_name(kind: str) -> Promise:
    return KINDS[kind][1]
