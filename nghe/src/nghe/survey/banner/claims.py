"""The book as `claims.json`: for each question one sentence with its evidence, and the evidence of its groups.

A probability sample gives `SurveyEstimate`: for all who answered, with the word that the interval earns (DESIGN: words for how
many), and by group, where figures stand alone. A quota or opt-in sample gives `QuotaTally`: counts of sheets. Hidden cells are in
neither.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nghe.evidence import Evidence, QuotaTally, SurveyEstimate
from nghe.survey.banner.book import Book, Sheet
from nghe.survey.banner.words import say
from nghe.wording import Statement, default_scale
from nghe.wording.build import build_claims
from nghe.wording.claims import claims_bytes
from nghe.wording.derive import is_largest
from nghe.wording.lexicon import find_words

Rows = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Claims:
    """The bytes of the document, and the questions whose words no sentence may quote (a label that says "nhiều", say)."""

    content: bytes
    unsaid: tuple[str, ...]


def book_claims(book: Book, *, frozen_at: str, built_with: Mapping[str, str], files: Mapping[str, str]) -> Claims:
    """The document in canonical bytes; raises `Fault` where it would not verify. `frozen_at` is a moment with its zone."""
    given = dict(book.spec.report)
    unit, period = given.pop("unit", "-"), given.pop("period", "-")
    title = book.spec.title or say(book, "book")
    head = {"id": "banner", "kind": "banner", "title": {"vi": title}, "date": frozen_at[:10], **given}
    evidence: list[Evidence] = []
    statements: list[Statement] = []
    unsaid: list[str] = []
    for number, sheet in enumerate(book.sheets, 1):
        whole = _evidence(book, sheet, f"Q{number}", _whole_rows(book, sheet), frozen_at)
        by_group = _evidence(book, sheet, f"Q{number}G", _group_rows(book, sheet), frozen_at, groups=True)
        evidence += [item for item in (whole, by_group) if item is not None]
        statement = _statement(book, sheet, whole) if whole is not None else None
        if statement is None:
            unsaid.append(sheet.asked.name)
        else:
            statements.append(statement)
    document = build_claims(report=head, unit=unit, period=period, statements=statements, evidence=evidence,
                            built_with=built_with, files=files)
    return Claims(claims_bytes(document), tuple(unsaid))


def _whole_rows(book: Book, sheet: Sheet) -> Rows:
    rows: Rows = {}
    for at, row in enumerate(sheet.rows):
        if figures := _figures(book, sheet, at, 0):
            rows[f"r{at}"] = {"label": row.label, **figures, **({"variable": sheet.asked.name} if row.kind == "answer" else {})}
    if rows:
        rows["meta"] = {"question": sheet.asked.label}
        if not book.has_margin_of_error:
            rows["total"] = {"sheets": int(sheet.n[:, 0].max())}
    return rows


def _group_rows(book: Book, sheet: Sheet) -> Rows:
    rows: Rows = {}
    for place, column in enumerate(book.columns[1:], 1):
        for at, row in enumerate(sheet.rows):
            if figures := _figures(book, sheet, at, place):
                rows[f"r{at}-c{place}"] = {"label": row.label, "group_of": column.variable_label, "group": column.label,
                                           "subgroup": True, **figures}
    return rows


def _figures(book: Book, sheet: Sheet, row: int, column: int) -> dict[str, Any]:
    """The figures of a cell, in percent; nothing for a hidden cell or one without an estimate."""
    cell, kind = (row, column), sheet.rows[row].kind
    if sheet.hidden[cell] or not math.isfinite(sheet.estimate[cell]):
        return {}
    scale = 1.0 if kind == "mean" else 100.0
    base = {"base": int(sheet.n[cell])}
    if not book.has_margin_of_error:
        return {"mean": round(float(sheet.estimate[cell]), 4), **base} if kind == "mean" else {
            "count": int(sheet.count[cell]), "share": round(100 * float(sheet.estimate[cell]), 4), **base}
    if not math.isfinite(sheet.low[cell]):
        return {"count": int(sheet.count[cell]), **base} if kind == "missing" else {}
    deff = float(sheet.deff[cell])
    return {
        "estimate": round(scale * float(sheet.estimate[cell]), 4), "se": round(scale * float(sheet.se[cell]), 4),
        "ci_low": round(scale * float(sheet.low[cell]), 4), "ci_high": round(scale * float(sheet.high[cell]), 4),
        "count": int(sheet.count[cell]), **base, "weighted_base": round(float(sheet.weighted_base[cell]), 1),
        "deff": round(deff, 4) if math.isfinite(deff) else None, "df": round(float(sheet.df[cell]), 1),
        "n_psu": int(sheet.n_psu[cell]),
    }


def _evidence(book: Book, sheet: Sheet, name: str, rows: Rows, frozen_at: str, *, groups: bool = False) -> Evidence | None:
    if not rows:
        return None
    hidden = int((sheet.hidden[:, 1:] if groups else sheet.hidden[:, :1]).sum())
    common: dict[str, Any] = {
        "id": name, "title": {"vi": sheet.asked.label}, "rows": rows, "frozen_at": frozen_at,
        "query": {"variable": sheet.asked.name, "basis": "weighted" if book.weighted else "unweighted",
                  **({"by": [variable for variable, _, _ in book.variables]} if groups else {})},
        "suppressed": {"k": book.spec.k, "cells": hidden, "how": "hidden" if hidden else "none"},
    }
    if not book.has_margin_of_error:
        return QuotaTally(
            **common, base={"vi": "Các phiếu trả lời câu này", "en": "Sheets that answer the question"},
            method={"vi": "Đếm phiếu, không quyền số.", "en": "Count of sheets, unweighted."},
            uncertainty={"type": "fixed_label", "text": {
                "vi": "Người trả lời do đơn vị chọn; con số chỉ nói về các phiếu này.",
                "en": "Respondents were chosen by the office; the figures speak of these sheets only."}})
    return SurveyEstimate(
        **common, base={"vi": "Người trả lời câu này", "en": "Those who answered the question"},
        method={"vi": "Ước lượng theo thiết kế; khoảng Korn–Graubard, tuyến tính hóa theo tầng và cụm.",
                "en": "Design-based estimate; Korn–Graubard interval, linearised by stratum and cluster."},
        uncertainty={"type": "ci95_korn_graubard", "text": {
            "vi": "Khoảng chỉ gồm sai số chọn mẫu.", "en": "The interval covers sampling error only."}})


def _statement(book: Book, sheet: Sheet, evidence: Evidence) -> Statement | None:
    """A sentence about the largest answer; None where its words, or the question's, are words that only a rule may say."""
    answers = [at for at, _ in sheet.rows_of("answer") if f"r{at}" in evidence.rows]
    if not answers:
        return None
    at = max(answers, key=lambda row: (float(sheet.estimate[row, 0]), -row))
    cell, scale = f"{evidence.id}.r{at}", default_scale()
    quoted = f"{sheet.asked.label} {sheet.rows[at].label}"
    if any(hit.kind != "mood" for lang in ("vi", "en") for hit in find_words(quoted, lang)):
        return None
    asked = f"{{{evidence.id}.meta.question}} “{{{cell}.label}}”"
    if not book.has_margin_of_error:
        text = f"{asked}: {{{cell}.count}}/{{{cell}.base}} phiếu hợp lệ ({{{cell}.share|p1}}%)."
        return Statement(id=f"S{evidence.id[1:]}", slot="line", text={"vi": text}, evidence=(evidence.id,),
                         rule_version=scale.version)
    low, high = (float(evidence.rows[f"r{at}"][name] or 0) for name in ("ci_low", "ci_high"))
    word = scale.survey_word(low, high, largest=is_largest(evidence, f"r{at}"))
    has_noun = word is not None and "noun" in scale.word(word).forms["vi"]
    earned = "" if word is None else f"{{w:{word}/noun@{cell}}}, " if has_noun else f"{{w:{word}@{cell}}} người trả lời, "
    text = f"{asked}: {earned}{{{cell}.estimate|p1}}% (khoảng 95%: {{{cell}.ci_low|p1}}–{{{cell}.ci_high|p1}}%)."
    return Statement(id=f"S{evidence.id[1:]}", slot="line", text={"vi": text}, evidence=(evidence.id,),
                     rule_version=scale.version)
