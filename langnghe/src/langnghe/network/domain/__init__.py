"""Units, places, members and duties: what may be done with them."""

from langnghe.network.domain.duties import count_note_as_report, due_item_for, mark_due, open_due_items, report_nothing
from langnghe.network.domain.members import add_member, collaborator_membership, move_member
from langnghe.network.domain.tree import add_place, add_unit

__all__ = [
    "add_member", "add_place", "add_unit", "collaborator_membership", "count_note_as_report", "due_item_for", "mark_due",
    "move_member", "open_due_items", "report_nothing",
]
