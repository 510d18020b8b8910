"""What the office made of a note, told to whoever shows its receipt: coded under a topic, or set aside with the reason."""

from __future__ import annotations

import uuid

from django.utils.translation import gettext as _

from langnghe.coding.models import Placement, SetAside
from langnghe.intake.queries import Step, tell_fates

CODED, ASIDE = 10, 20
"""Later steps rank higher; a report that used the note ranks above both."""


@tell_fates
def tell_coding(notes: list[uuid.UUID]) -> dict[uuid.UUID, Step]:
    coded = Placement.objects.filter(observation__in=notes).select_related("topic")
    steps = {row.observation_id: Step(CODED, "half", _("Coded: %(topic)s") % {"topic": row.topic.name}) for row in coded}
    for row in SetAside.objects.filter(observation__in=notes):
        steps[row.observation_id] = Step(ASIDE, "cant", _("Set aside: %(reason)s") % {"reason": row.get_reason_display()})
    return steps
