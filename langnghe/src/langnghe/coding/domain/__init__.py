"""What may be done with a note after it came in: give it a topic, set it aside, put it back, let a machine suggest."""

from langnghe.coding.domain.aside import put_back, set_aside, set_many_aside
from langnghe.coding.domain.carry import carry_placements
from langnghe.coding.domain.confirm import Bulk, confirm_suggestions, confirm_together, confirm_topic, find_choice
from langnghe.coding.domain.draw import draw_notes, draw_when_due
from langnghe.coding.domain.fates import tell_coding
from langnghe.coding.domain.marks import mark_topics
from langnghe.coding.domain.second import code_again
from langnghe.coding.domain.suggest import Coder, Suggestion, coder_in_use, register_coder, suggest_topics, suggest_waiting
from langnghe.coding.domain.training import coder_for, network_coder, train_network_coder, train_when_due

__all__ = [
    "Bulk", "Coder", "Suggestion", "carry_placements", "code_again", "coder_for", "coder_in_use", "confirm_suggestions",
    "confirm_together", "confirm_topic", "draw_notes", "draw_when_due", "find_choice", "mark_topics", "network_coder", "put_back",
    "register_coder", "set_aside", "set_many_aside", "suggest_topics", "suggest_waiting", "tell_coding",
    "train_network_coder", "train_when_due",
]
