"""What became of each unit that was drawn, in AAPOR's words, and by its final disposition codes.

The first digit of a code is the kind: 1 interview, 2 eligible without interview, 3 eligibility unknown, 4 not eligible. Source:
AAPOR, Standard Definitions (10th edition, 2023), tables of final disposition codes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from nghe.errors import Fault
from nghe.survey.response.rates import Dispositions

OUTCOMES: dict[str, str] = {
    "complete": "I, complete interview",
    "partial": "P, partial interview",
    "refusal": "R, refusal and break-off",
    "non_contact": "NC, never reached",
    "other": "O, eligible and not interviewed for another reason",
    "unknown_household": "UH, not known whether there is an eligible household",
    "unknown_other": "UO, not known whether the unit is eligible, other",
    "not_eligible": "not eligible: outside every rate",
}
CODES: tuple[tuple[str, str], ...] = (
    ("1.1", "complete"), ("1.2", "partial"), ("2.1", "refusal"), ("2.2", "non_contact"), ("2.3", "other"),
    ("3.1", "unknown_household"), ("3.2", "unknown_other"), ("3.9", "unknown_other"), ("4", "not_eligible"),
)


def outcome_of(code: str) -> str:
    """The outcome of a word of `OUTCOMES` or of a code such as 2.11 or 4.70; raises `Fault` for any other."""
    if code in OUTCOMES:
        return code
    text = code.strip()
    for start, outcome in CODES:
        if text == start or (text.startswith(start) and text[len(start) :].replace(".", "").isdigit()):
            return outcome
    raise Fault("response.code", repr(code), f"is no outcome; write one of {', '.join(OUTCOMES)}, or a code such as 1.1 or 2.11")


def classify(outcomes: Iterable[str] | Mapping[str, int], *, names: Mapping[str, str] | None = None) -> Dispositions:
    """Counts from one outcome for each unit drawn, or from counts by outcome; `names` translates an office's own words first."""
    counts = dict.fromkeys(OUTCOMES, 0)
    pairs = outcomes.items() if isinstance(outcomes, Mapping) else ((outcome, 1) for outcome in outcomes)
    for outcome, count in pairs:
        word = (names or {}).get(outcome, outcome)
        if not isinstance(word, str):
            raise Fault("response.code", repr(outcome), "is no outcome; every unit drawn needs one")
        counts[outcome_of(word)] += count
    return Dispositions(**counts)
