"""A statement is a template over its evidence; rendering fills it in and says where each claim stands.

    "Nước sạch: ghi nhận ở {E03.total.places}/{E03.total.reported} địa bàn có báo cáo, {w:wider} bốn tuần liền trước."

`{E03.total.places}` is a figure of a cited row, `|p1 |d2 |dm |dmy` its form; `{w:wider}` is a word of the scale that a quoted
row must earn, `{w:many/noun}` a form of it, `{w:majority@E07.sat}` names the row where several could be meant, `|cap` begins a
sentence; `*...*` is a lead-in. Nothing that counts or feels may be typed: a typed digit, breadth, crowd or mood word is refused
(a mood word may be typed where a row `m-<mood>` is quoted).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from nghe.errors import Fault
from nghe.evidence import Evidence, Value
from nghe.wording.earn import Cell, Cited, earn_word
from nghe.wording.figures import FORMS, LANGUAGES, format_figure
from nghe.wording.lexicon import BLANK, find_figures, find_words
from nghe.wording.scale import Scale, default_scale

TOKEN = re.compile(r"\{(?P<slot>[^{}]*)\}|(?P<star>\*)|(?P<stray>[{}])")
WORD_SLOT = re.compile(r"w:(?P<key>\w+)(?:/(?P<form>\w+))?(?:@(?P<item>[^.|@]+)\.(?P<row>[^|@]+))?(?:\|(?P<cap>cap))?")
CELL_SLOT = re.compile(r"(?P<item>[^.|]+)\.(?P<row>[^|]+)\.(?P<field>[^.|]+)(?:\|(?P<form>\w+))?")


@dataclass(frozen=True)
class Statement:
    """One sentence, its evidence and the words of the scale that it uses (worked out where not given)."""

    id: str
    slot: str
    text: Mapping[str, str]
    evidence: tuple[str, ...]
    rule_version: str
    words: tuple[str, ...] = ()
    judgement: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "evidence", tuple(self.evidence))
        used = tuple(dict.fromkeys(
            found.group("key") for lang in LANGUAGES for token in TOKEN.finditer(self.text.get(lang, ""))
            if (found := WORD_SLOT.fullmatch(token.group("slot") or ""))
        ))
        if self.words and set(self.words) != set(used):
            said, meant = ", ".join(self.words), ", ".join(used) or "none"
            raise Fault("wording.words", self.id, f"says it uses {said}, but the text uses {meant}")
        object.__setattr__(self, "words", tuple(self.words) or used)
        if not self.text.get("vi", "").strip():
            raise Fault("wording.text", f"{self.id}.vi", "the Vietnamese sentence is missing")

    def to_dict(self) -> dict[str, Any]:
        return {
            "id": self.id, "slot": self.slot, "text": dict(self.text), "words": list(self.words),
            "rule_version": self.rule_version, "evidence": list(self.evidence), "judgement": self.judgement,
        }


@dataclass(frozen=True, slots=True)
class Span:
    """One claim in a rendered sentence: a figure, a text of a row, or a word, and the cell it rests on."""

    start: int
    end: int
    kind: str  # figure, text, word, lead
    cell: Cell | None = None
    value: Value = None
    word: str = ""

    def to_dict(self) -> dict[str, Any]:
        record: dict[str, Any] = {"start": self.start, "end": self.end, "kind": self.kind}
        if self.cell:
            record |= {"evidence": self.cell.evidence, "row": self.cell.row, "field": self.cell.field, "value": self.value}
        return record | ({"word": self.word} if self.word else {})


@dataclass(frozen=True, slots=True)
class Rendered:
    text: str
    spans: tuple[Span, ...]


def render(
    statement: Statement, evidence: Mapping[str, Evidence] | Iterable[Evidence], lang: str, *, scale: Scale | None = None
) -> Rendered:
    """The sentence and its claims; raises `Fault` for anything that its evidence does not earn (R6, R7)."""
    scale = scale or default_scale()
    where = f"{statement.id}.{lang}"
    if statement.rule_version != scale.version:
        raise Fault("wording.rule_version", statement.id, f"is for {statement.rule_version}, the scale is {scale.version}")
    if statement.text.get(lang) is None:
        raise Fault("wording.text", where, "there is no sentence in this language")
    if not statement.evidence and not statement.judgement:
        raise Fault("wording.no_evidence", statement.id, "without evidence it does not export (R6), unless marked a judgement")
    known = evidence if isinstance(evidence, Mapping) else {item.id: item for item in evidence}
    cited = {}
    for name in statement.evidence:
        if name not in known:
            raise Fault("wording.unknown_evidence", f"{statement.id}.evidence", f"{name} is not among the evidence")
        cited[name] = known[name]
    rendered = fill(statement.text[lang], cited, lang, scale=scale, where=where)
    refuse_typed(statement.text[lang], cited, lang, where)
    return rendered


def render_own(evidence: Evidence, name: str, lang: str) -> str:
    """`title`, `base`, `method` or the uncertainty's text of evidence, its own figures `{@.total.reported}` filled in."""
    texts = evidence.uncertainty["text"] if name == "uncertainty" else getattr(evidence, name)
    template = texts.get(lang) or texts["vi"]
    return fill(template, {"@": evidence}, lang, scale=default_scale(), where=f"{evidence.id}.{name}").text


def fill(template: str, cited: Mapping[str, Evidence], lang: str, *, scale: Scale, where: str) -> Rendered:
    """The template with every slot filled in, and the spans of what was filled in."""
    use = Cited(cited, [cell for cell, _ in cells_of(template, cited, where)])
    parts: list[str] = []
    spans: list[Span] = []
    length, at, lead = 0, 0, None
    for token in TOKEN.finditer(template):
        before = template[at : token.start()]
        parts.append(before)
        length, at = length + len(before), token.end()
        if token.group("stray"):
            raise Fault("wording.brace", where, f"a brace that belongs to no slot: …{template[max(0, at - 12) : at]}")
        if token.group("star"):
            if lead is not None:
                spans.append(Span(lead, length, "lead"))
            lead = length if lead is None else None
            continue
        follows = before.strip() == "" and bool(spans) and spans[-1].end + len(before) == length
        counted = spans[-1].cell if follows and spans[-1].kind == "figure" else None
        text, span = fill_slot(token.group("slot"), replace(use, counted=counted), lang, scale, where)
        spans.append(replace(span, start=length, end=length + len(text)))
        parts.append(text)
        length += len(text)
    if lead is not None:
        raise Fault("wording.brace", where, "a * that opens a lead-in has no second one")
    return Rendered("".join([*parts, template[at:]]), tuple(spans))


def fill_slot(slot: str, use: Cited, lang: str, scale: Scale, where: str) -> tuple[str, Span]:
    if slot.startswith("w:"):
        found = WORD_SLOT.fullmatch(slot)
        if not found:
            raise Fault("wording.slot", where, f"{{{slot}}} is no word: {{w:key}}, {{w:key/form@E00.row|cap}}")
        word = scale.word(found.group("key"))
        bound = (found.group("item"), found.group("row")) if found.group("item") else None
        if bound and bound[0] not in use.evidence:
            raise Fault("wording.unknown_evidence", where, f"{{{slot}}} names {bound[0]}, not cited by the sentence")
        cell = earn_word(word, replace(use, bound=bound), scale, where=where)
        text = word.say(lang, found.group("form") or "")
        value = use.evidence[cell.evidence].value(cell.row, cell.field)
        return (text[:1].upper() + text[1:] if found.group("cap") else text), Span(0, 0, "word", cell, value, word.key)
    cell, form = read_cell(slot, use.evidence, where)
    value = use.evidence[cell.evidence].value(cell.row, cell.field)
    text = format_figure(value, "" if form == "cap" else form, lang, where=f"{where} {cell}")
    if form == "cap":
        text = text[:1].upper() + text[1:]
    is_name = isinstance(value, str) and form not in ("dm", "dmy")
    if is_name:
        refuse_words_in(text, lang, f"{where} {cell}")
    return text, Span(0, 0, "text" if is_name else "figure", cell, value)


def cells_of(template: str, cited: Mapping[str, Evidence], where: str) -> list[tuple[Cell, str]]:
    slots = [token.group("slot") for token in TOKEN.finditer(template) if token.group("slot") is not None]
    return [read_cell(slot, cited, where) for slot in slots if not slot.startswith("w:")]


def read_cell(slot: str, cited: Mapping[str, Evidence], where: str) -> tuple[Cell, str]:
    found = CELL_SLOT.fullmatch(slot)
    if not found:
        raise Fault("wording.slot", where, f"{{{slot}}} is no figure: {{E00.row.field}}, {{E00.row.field|p1}}")
    if found.group("item") not in cited:
        raise Fault("wording.unknown_evidence", where, f"{{{slot}}} quotes {found.group('item')}, not cited by the sentence")
    if (form := found.group("form") or "") not in (*FORMS, "cap"):
        raise Fault("wording.form", where, f"|{form} is none of {', '.join(FORMS[1:])}, cap")
    return Cell(found.group("item"), found.group("row"), found.group("field")), form


def refuse_typed(template: str, cited: Mapping[str, Evidence], lang: str, where: str) -> None:
    """No figure, breadth, crowd or mood word may be typed into a template."""
    bare = TOKEN.sub(lambda token: BLANK if token.group("slot") is not None else "", template)
    names = [name for item in cited.values() for name in item.rows]
    if any(item.kind == "SurveyEstimate" for item in cited.values()):
        names += ["95%", "95"]
    for hit in find_figures(bare, allowed=names):
        raise Fault("wording.typed_figure", where, f"“{hit.text}” is typed; a figure comes from evidence: {{E00.row.field}}")
    quoted = {cell.row for cell, _ in cells_of(template, cited, where)}
    felt = {w.key: w.say(lang) for w in default_scale().of_group("mood")}
    named = {mood for row in quoted if row.startswith("m-") for mood in row[2:].split("+")}  # m-uneasy+worried: counted together
    earned = {word.lower() for mood, word in felt.items() if mood in named}
    for hit in find_words(bare, lang):
        if hit.kind == "mood" and hit.text.lower() in earned:
            continue
        raise Fault("wording.typed_word", where, f"“{hit.text}” is typed; such a word is earned: {{w:key}}")


def refuse_words_in(text: str, lang: str, where: str) -> None:
    """A name in a row may not smuggle in a word that no rule earns."""
    for hit in find_words(text, lang):
        if hit.kind != "mood":
            raise Fault("wording.typed_word", where, f"the text of the row says “{hit.text}”, which no rule earns")
