from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from langnghe.reports.domain.likelihood import LIKELIHOODS
from langnghe.reports.models import Report

LONGEST = 1000
LARGEST_TEMPLATE = 5 * 1024 * 1024


class SentenceForm(forms.Form):
    """A sentence in both languages and the evidence under it."""

    vi = forms.CharField(label=_("Sentence in Vietnamese"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 4}),
                         help_text=_("A figure comes from evidence: {E03.total.places}. A word for how many: {w:wider}."))
    en = forms.CharField(label=_("Sentence in English"), max_length=LONGEST, required=False,
                         widget=forms.Textarea(attrs={"rows": 3}))
    evidence = forms.MultipleChoiceField(label=_("Evidence"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, report: Report, **named: Any) -> None:
        super().__init__(*args, **named)
        language = "en" if (get_language() or "vi").startswith("en") else "vi"
        self.fields["evidence"].choices = [  # type: ignore[attr-defined]
            (row.label, f"{row.label}. {row.record['title'].get(language) or row.record['title']['vi']}")
            for row in report.evidence.all()
        ]


class OutlookForm(forms.Form):
    likelihood = forms.ChoiceField(label=_("How likely"))
    vi = forms.CharField(label=_("What is expected"), max_length=LONGEST // 2, widget=forms.Textarea(attrs={"rows": 3}))
    wrong_vi = forms.CharField(label=_("What would prove it wrong"), max_length=LONGEST // 3,
                               widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        language = "en" if (get_language() or "vi").startswith("en") else "vi"
        self.fields["likelihood"].choices = [  # type: ignore[attr-defined]
            (word.key, f"{word.say(language)} ({word.low}–{word.high}%)") for word in LIKELIHOODS
        ]


class RecommendationForm(forms.Form):
    vi = forms.CharField(label=_("What is asked"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3}))
    addressee = forms.CharField(label=_("Of whom"), max_length=200)
    due_on = forms.DateField(label=_("Due"), widget=forms.DateInput(attrs={"type": "date"}))


class TemplateForm(forms.Form):
    file = forms.FileField(label=_("Word file"), help_text=_("DOCX, at most 5 megabytes, without macros."))
