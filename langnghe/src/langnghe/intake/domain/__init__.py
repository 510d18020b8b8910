"""What may be done with what was heard: take a note in, say that there is nothing, ask back, bring in a file."""

from langnghe.intake.domain.asking import answer_back, ask_back, cannot_answer
from langnghe.intake.domain.cases import list_case, remove_case
from langnghe.intake.domain.heard import Heard, Sent
from langnghe.intake.domain.notes import receive_note
from langnghe.intake.domain.nothing import answer_duty

__all__ = [
    "Heard", "Sent", "answer_back", "answer_duty", "ask_back", "cannot_answer", "list_case", "receive_note", "remove_case",
]
