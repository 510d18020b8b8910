"""Which row earns a word. A word stands in a sentence only if a row that the sentence uses gives it by the scale's rule."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from nghe.errors import Fault
from nghe.evidence import Coverage, Evidence
from nghe.wording.derive import count_at, coverage_of, decided_change, decided_survey, takes_survey_word
from nghe.wording.scale import Scale, Word

PEOPLE_GROUPS = ("survey", "difference")


@dataclass(frozen=True, slots=True, order=True)
class Cell:
    """One place in the evidence: `E03.total.places`."""

    evidence: str
    row: str
    field: str

    def __str__(self) -> str:
        return f"{self.evidence}.{self.row}.{self.field}"


@dataclass(frozen=True, slots=True)
class Cited:
    """What a sentence uses: the evidence it cites, the cells it quotes, and the row that a word is bound to, if any."""

    evidence: Mapping[str, Evidence]
    cells: Sequence[Cell]
    bound: tuple[str, str] | None = None
    counted: Cell | None = None  # the figure right before the word: "2 rộng hơn"

    def rows(self) -> list[tuple[str, str]]:
        """The rows to look at: the bound one, else those quoted, in order."""
        if self.bound:
            return [self.bound]
        return list(dict.fromkeys((cell.evidence, cell.row) for cell in self.cells))


def earn_word(word: Word, cited: Cited, scale: Scale, *, where: str) -> Cell:
    """The cell that earns the word; raises `Fault` where none does, or where rows disagree and none is named."""
    if cited.counted and cited.counted.field == word.key:
        return cited.counted
    answers: dict[str | None, Cell] = {}
    for cell, key in decided(word, cited, scale):
        answers.setdefault(key, cell)
    if word.key not in answers:
        refuse_word(word, cited, answers, where)
    if len(answers) > 1 and not cited.bound and word.group in (*PEOPLE_GROUPS, "change", "places"):
        rows = ", ".join(f"{cell.evidence}.{cell.row}" for cell in answers.values())
        raise Fault("wording.ambiguous", where, f"{word.key} could speak of {rows}; name the row: {{w:{word.key}@E00.row}}")
    return answers[word.key]


def refuse_word(word: Word, cited: Cited, answers: Mapping[str | None, Cell], where: str) -> None:
    kinds = {cited.evidence[item].kind for item, _ in cited.rows()} or {item.kind for item in cited.evidence.values()}
    if word.group in PEOPLE_GROUPS and "SurveyEstimate" not in kinds:
        given = ", ".join(sorted(kinds)) or "no evidence"
        raise Fault("wording.people_word", where, f"“{word.say('vi')}” speaks of people; {given} cannot (R7)")
    earned = ", ".join(f"{cell} earns {key}" for key, cell in answers.items() if key) or "no row that it quotes earns any"
    raise Fault("wording.not_earned", where, f"“{word.say('vi')}” ({word.key}) is not earned: {earned}")


def decided(word: Word, cited: Cited, scale: Scale) -> Iterator[tuple[Cell, str | None]]:
    """Each row that could earn a word of this group, with the word that it does earn."""
    found = False
    for item, name in cited.rows():
        for field, key in decide_row(word, cited.evidence[item], name, scale):
            found = True
            yield Cell(item, name, field), key
    if not found and word.group in ("change", "claim", "mood") and not cited.bound:
        for item, evidence in cited.evidence.items():
            for name in ["total"] if word.group == "change" else evidence.rows:
                if name in evidence.rows:
                    for field, key in decide_row(word, evidence, name, scale):
                        yield Cell(item, name, field), key


def decide_row(word: Word, evidence: Evidence, name: str, scale: Scale) -> Iterator[tuple[str, str | None]]:
    """The field and the word that this row earns within the word's group; nothing where the row is of another sort."""
    if name not in evidence.rows:
        raise Fault("evidence.no_row", f"{evidence.id}.{name}", "no such row in this evidence")
    row = evidence.rows[name]
    match word.group:
        case "survey" if takes_survey_word(evidence, name):
            yield "estimate", decided_survey(evidence, name, scale)
        case "difference" if evidence.kind == "SurveyEstimate" and "difference" in row:
            low, high = row["ci_low"], row["ci_high"]
            if isinstance(low, int | float) and isinstance(high, int | float):
                yield "difference", scale.difference_word(low, high)
        case "change" if "change" in row:
            yield "change", decided_change(evidence, name, scale)
        case "places" if evidence.kind == "FieldIndication":
            heard: Coverage | None = coverage_of(evidence, name)
            if heard:
                yield "places", scale.places_word(heard)
        case "sheets" if evidence.kind in ("QuotaTally", "PollTally"):
            total = evidence.rows.get("total", {})
            count = count_at(row, "count")
            whole = next((n for r in (row, total) for f in ("sheets", "clicks") if (n := count_at(r, f)) is not None), None)
            if count is not None and whole is not None:
                yield "count", scale.sheets_word(count, whole)
        case "note" if evidence.kind == "FieldIndication" and count_at(row, "notes") is not None:
            yield "notes", word.key if row["notes"] == word.rule["notes_is"] else None
        case "claim" if "state" in row:
            yield "state", next((w.key for w in scale.of_group("claim") if w.rule["state"] == row["state"]), None)
        case "mood":
            if name == f"m-{word.rule['mood']}" and (count_at(row, "notes") or 0) > 0:
                yield "notes", word.key
            elif row.get("mood") == word.rule["mood"]:
                yield "mood", word.key
        case _:
            return
