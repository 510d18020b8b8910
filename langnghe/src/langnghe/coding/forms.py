"""Forms of triage: why a note is set aside, and which one is kept in its place."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from langnghe.coding.domain.confirm import MOST_AT_ONCE
from langnghe.coding.enums import Reason
from langnghe.common.errors import Refusal


class AsideForm(forms.Form):
    """The note kept may be chosen from what reads most like it."""

    reason = forms.ChoiceField(label=_("Why it is left out"), choices=Reason.choices, widget=forms.RadioSelect)
    kept = forms.ChoiceField(label=_("Kept instead"), required=False, widget=forms.RadioSelect)

    def __init__(self, *args: Any, candidates: Iterable[tuple[str, str]] = (), **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["kept"].choices = [("", _("none: it is no duplicate")), *candidates]

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if values.get("reason") == Reason.DUPLICATE and not values.get("kept"):
            self.add_error("kept", _("A duplicate names the note that is kept: choose it here."))
        if values.get("reason") and values["reason"] != Reason.DUPLICATE:
            values["kept"] = ""
        return values


def keys_of(values: Iterable[str]) -> list[uuid.UUID]:
    """The notes that a form names; refuses more than one person can have looked at, and what is no note's number."""
    try:
        keys = list(dict.fromkeys(uuid.UUID(value) for value in values))
    except ValueError as fault:
        raise Refusal("coding.note", _("One of the chosen notes is not known here."), todo=_("Reload the page and choose again."),
                      status=404) from fault
    if len(keys) > MOST_AT_ONCE:
        raise Refusal("coding.too_many", _("%(n)d notes at once are too many to have been looked at.") % {"n": len(keys)},
                      todo=_("Choose at most %(n)d.") % {"n": MOST_AT_ONCE})
    return keys
