"""All that is known of one note: its codings in the order they were made, and what it may be a duplicate of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from langnghe.coding.enums import Standing
from langnghe.coding.models import Coding, SecondCoding, SetAside
from langnghe.coding.queries.proposals import Proposal, proposals_of
from langnghe.coding.queries.queue import notes_on, notes_to_code
from langnghe.coding.queries.twins import Twin, most_alike
from langnghe.common.periods import Period
from langnghe.intake.enums import ClarificationState
from langnghe.intake.models import Clarification, Observation

CANDIDATES = 6


@dataclass(frozen=True, slots=True)
class Detail:
    note: Observation
    proposals: list[Proposal]
    codings: list[Coding]
    aside: SetAside | None
    stands_for: int
    questions: list[Clarification]
    second: SecondCoding | None
    """The blind coding, once the note has its first topic; before that nobody who may still give it sees this."""

    @property
    def may_ask(self) -> bool:
        """A phone holds the receipt, asking is not marked unsafe, and no question is open."""
        open_one = any(one.state == ClarificationState.ASKED for one in self.questions)
        return bool(self.note.receipt_hash) and not self.note.unsafe_to_ask and not open_one


def look_at_note(note: Observation) -> Detail:
    """In the words of the office: who confirmed what, by which version; never who wrote the note (there is no such thing)."""
    aside = SetAside.objects.filter(observation=note).select_related("kept", "by").first()
    codings = note.codings.select_related("topic", "code", "by", "bulk").order_by("pk")
    return Detail(
        note, proposals_of([note])[note.pk], list(codings), aside, SetAside.objects.filter(kept=note).count(),
        list(note.clarifications.select_related("asked_by").order_by("pk")),
        second_of(note),
    )


def second_of(note: Observation) -> SecondCoding | None:
    if note.standing != Standing.CONFIRMED:  # type: ignore[attr-defined]  # annotated by `described`
        return None
    return SecondCoding.objects.filter(drawn=note.pk).select_related("topic", "code").first()


def alike_in_week(user: Any, note: Observation) -> list[tuple[Observation, Twin]]:
    """Notes of the same week that are kept and read most like this one."""
    week = Period.week_of(note.day, note.unit.network.week_rule)
    kept = notes_to_code(user).heard_between(week.first_day, week.last_day).filter(unit=note.unit, set_aside=None)
    others = kept.exclude(pk=note.pk).order_by("day", "pk").values_list("pk", "folded")
    twins = most_alike(note.folded, others, most=CANDIDATES)
    rows = notes_on(user, [twin.note for twin in twins])
    return [(rows[twin.note], twin) for twin in twins]
