"""Why a sentence is not earned by its evidence, in the words of the house: what is wrong and what to do."""

from __future__ import annotations

import re

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from nghe.errors import Fault

WHY: dict[str, Promise] = {
    "wording.no_evidence": _("It cites no evidence. Attach some, or mark nothing as known that was not counted."),
    "wording.typed_figure": _("A figure is typed. Take it from the evidence, so that it is checked."),
    "wording.typed_word": _("It says how many or how people feel without a count behind it."),
    "wording.not_earned": _("The evidence does not earn this word by the printed rule."),
    "wording.people_word": _("This word speaks of people; what was heard in the field cannot (R7)."),
    "wording.unknown_evidence": _("It quotes evidence that it does not cite."),
    "wording.ambiguous": _("The word could speak of more than one row; name the row."),
    "wording.slot": _("What stands in braces is neither a figure nor a word of the scale."),
    "wording.brace": _("A brace or a star has no second one."),
    "wording.form": _("A figure cannot be printed in this form."),
    "evidence.no_row": _("The evidence has no such row."),
    "evidence.no_field": _("The evidence has no such figure."),
}


def why(fault: Fault) -> str:
    """What is wrong, with the words that are meant, if the fault quotes any."""
    known = WHY.get(fault.code)
    if known is None:
        return fault.message
    words = re.search("“([^”]+)”", fault.message)
    return gettext("“%(words)s”: %(why)s") % {"words": words[1], "why": known} if words else str(known)
