"""When the next version of the frame is put to use, what was confirmed goes to the topics that took over.

The codings stay as they were made; only the placement, which is a projection of them, moves.
"""

from __future__ import annotations

from langnghe.coding.models import Placement
from langnghe.frames.domain import register_carrier
from langnghe.frames.models import Code, CodingFrame


@register_carrier
def carry_placements(frame: CodingFrame, topics: dict[int, int], codes: dict[int, int]) -> int:
    """Returns how many placements moved. A code that went to another topic than its note did is let go."""
    homes = dict(Code.objects.filter(pk__in=codes.values()).values_list("pk", "topic"))
    moved = 0
    for code, heir in codes.items():
        Placement.objects.filter(code=code).update(code=heir)
    kept = set(codes.values())
    for topic, heir in topics.items():
        here = Placement.objects.filter(topic=topic)
        moved += here.update(topic=heir)
    for placement in Placement.objects.filter(topic__field__frame=frame).exclude(code=None).values("code", "topic").distinct():
        if placement["code"] not in kept or homes[placement["code"]] != placement["topic"]:
            Placement.objects.filter(topic=placement["topic"], code=placement["code"]).update(code=None)
    return moved
