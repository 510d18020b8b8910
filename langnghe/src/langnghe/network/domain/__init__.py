"""Units, places, members, terms and duties: what may be done with them."""

from langnghe.network.domain.duties import (
    accept_items,
    close_duty,
    count_note_as_report,
    due_item_for,
    excuse_items,
    mark_due,
    open_due_items,
    report_nothing,
    return_item,
    set_duty,
)
from langnghe.network.domain.local_names import set_local_names
from langnghe.network.domain.members import (
    accept_members,
    add_member,
    change_member,
    collaborator_membership,
    move_member,
    open_account,
    propose_person,
)
from langnghe.network.domain.provinces import merge_provinces, open_provinces
from langnghe.network.domain.settings import set_floors
from langnghe.network.domain.terms import find_or_add_basis, open_term, renew_roster
from langnghe.network.domain.tree import add_place, add_unit, succeed_place, succeed_unit

__all__ = [
    "accept_items", "accept_members", "add_member", "add_place", "add_unit", "change_member", "close_duty",
    "collaborator_membership", "count_note_as_report", "due_item_for", "excuse_items", "find_or_add_basis", "mark_due",
    "merge_provinces", "move_member", "open_account", "open_due_items", "open_provinces", "open_term", "propose_person",
    "renew_roster", "report_nothing", "return_item", "set_duty", "set_floors", "set_local_names", "succeed_place", "succeed_unit",
]
