"""What a report says, in the order in which it is read, in one language, ready to be set in any format.

`reports.domain.paper` makes it from a stored report; renderers take nothing else. Every string is final text: no renderer
computes, translates or rounds. `fixed_strings` lists every text with a figure that is no claim (dates, numbers of sections,
labels), so that `nghe lint` can tell them from what somebody typed in later.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Language = Literal["vi", "en"]
SectionName = Literal[
    "lines", "strip", "salient", "item", "fields", "silent", "left", "outlook", "recommendations", "methods",
]
PartKind = Literal["plain", "lead", "figure", "text", "word"]


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a sentence; `word` is set in italics (a word with a rule), `lead` in bold.

    `cell` names the place in the evidence that a figure or a word rests on: `E03.total.places`.
    """

    text: str
    kind: PartKind = "plain"
    cell: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence: its code (`C07`, set in the margin), the label before it, its parts, and the evidence that it cites."""

    code: str
    parts: tuple[Part, ...]
    evidence: tuple[str, ...]
    label: str = ""
    judgement: bool = False

    @property
    def text(self) -> str:
        return "".join(part.text for part in self.parts)


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A drawing beside a section: standalone SVG (literal colours), its text alternative, the evidence it draws."""

    title: str
    svg: str
    alt: str
    caption: str
    evidence: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Table:
    """Head, rows of final text, and which columns are figures (set right, tabular); those `claimed` are claims of their own.

    `strong`: rows to set off. `drawings`: a column of drawings after column `drawn_after`: one for the head, one for each row.
    """

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    figures: tuple[int, ...] = ()
    caption: str = ""
    claimed: tuple[int, ...] = ()
    strong: tuple[bool, ...] = ()
    drawings: tuple[Exhibit, ...] = ()
    drawn_after: int = 1

    def fixed_cells(self) -> list[str]:
        return [cell for row in self.rows for place, cell in enumerate(row) if place not in self.claimed]


@dataclass(frozen=True, slots=True)
class Section:
    """`name` is fixed, for templates: `lines`, `fields`, ...; `item` is one salient matter.

    `level` 1 is a heading of the report (“2. Vấn đề nổi cộm”), 2 stands under it (“2.1. Nước sạch”); numbers are in the title.

    `numbered_lines`: the sentences are the week's lines, set as 1, 2, 3. `strip`: one line set small between rules, no title.
    `table` follows the sentences: the fields, or the recommendations (signed text with an addressee and a day).
    """

    title: str
    name: SectionName
    said: tuple[Said, ...] = ()
    level: int = 1
    exhibits: tuple[Exhibit, ...] = ()
    table: Table | None = None
    numbered_lines: bool = False
    strip: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Letterhead:
    """The head of a state document (Decree 30/2020, annex I): the office left, the country right, number, place and date."""

    above: str
    office: str
    country: str
    motto: str
    number: str
    place_and_date: str
    stamp: str
    title: str
    subtitle: str
    period: str
    to: str
    state_line: str


@dataclass(frozen=True, slots=True)
class Proof:
    """One piece of evidence for the annex: in words, and its rows as a table.

    `columns` and the names in `rows` are those of the record; `headings` and `row_names` say them to readers.
    """

    id: str
    kind: str
    kind_name: str
    title: str
    base: str
    method: str
    uncertainty: str
    suppressed: str
    hash: str
    columns: tuple[str, ...]
    headings: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Any, ...]], ...]
    row_names: tuple[str, ...]

    @property
    def short_hash(self) -> str:
        return self.hash.removeprefix("sha256:")[:12]

    def say_cell(self, cell: str) -> str:
        """`E03.w45.places` as readers know it: “week 45, places”."""
        _id, row, name = cell.split(".", 2)
        rows = dict(zip((key for key, _cells in self.rows), self.row_names, strict=True))
        heads = dict(zip(self.columns, self.headings, strict=True))
        return ", ".join(part for part in (rows.get(row, row), heads.get(name, name)) if part)


LABELS = (
    "number", "judgement", "evidence_under", "recipients", "annex", "annex_of", "scale", "evidence", "proof_id",
    "proof_title", "proof_base", "proof_method", "proof_uncertainty", "proof_suppressed", "proof_used", "proof_hash", "cited",
    "rule", "row", "digest", "audit_root", "how_to_read", "how_to_check", "scale_word", "scale_rule", "replaced",
    "sentences", "sentence", "section", "kind",
)


@dataclass(frozen=True, slots=True)
class ReportDocument:
    """`labels` holds a text for each of `LABELS`: heads of tables, names of annexes, the lines that say how to read and check."""

    language: Language
    letterhead: Letterhead
    sections: tuple[Section, ...]
    scale: tuple[tuple[str, str], ...]
    scale_title: str
    evidence: tuple[Proof, ...]
    signer: str
    signed_by: str
    recipients: tuple[str, ...]
    digest: str
    audit_root: str
    made_at: dt.datetime
    labels: Mapping[str, str] = field(default_factory=dict)
    claims: bytes = b""

    def every_said(self) -> Iterator[Said]:
        for section in self.sections:
            yield from section.said

    @property
    def short_digest(self) -> str:
        return self.digest.removeprefix("sha256:")[:12]

    @property
    def footer(self) -> str:
        """Stands at the foot of each page."""
        return f"{self.letterhead.number}  ·  {self.short_digest}"

    def fixed_strings(self) -> list[str]:
        """Every text beside the claims that a document prints, once for each place where it stands.

        The scale of words is not among them: it is known by its version, and its words are what only a claim may say.
        """
        head = self.letterhead
        texts = [head.number, head.place_and_date, head.title, head.subtitle, head.period, head.state_line, head.to, head.above,
                 head.office, head.country, head.motto, head.stamp, self.signer, self.signed_by, *self.recipients,
                 self.scale_title]
        for section in self.sections:
            texts += [section.title, section.note]
            texts += [text for exhibit in section.exhibits for text in (exhibit.title, exhibit.caption, exhibit.alt)]
            texts += [said.code for said in section.said] + [said.label for said in section.said]
            if section.table:
                texts += [drawing.alt for drawing in section.table.drawings]
                texts += [section.table.caption, *section.table.head, *section.table.fixed_cells()]
        for proof in self.evidence:
            texts += [proof.id, proof.kind_name, proof.title, proof.base, proof.method, proof.uncertainty, proof.suppressed,
                      proof.hash, proof.short_hash]
        texts += [self.footer, self.digest, self.short_digest, self.audit_root, *self.labels.values()]
        return [text for text in texts if text]
