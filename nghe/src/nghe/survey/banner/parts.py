"""Questions and groups as codes over the rows of the data: which answer, which group, what each printed row is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from nghe.disclosure.merge import JOIN
from nghe.errors import Fault
from nghe.survey.arrays import Bools, Floats, Ints
from nghe.survey.banner.spec import Banner, Question, Spec, level_text
from nghe.survey.data.column import Column
from nghe.survey.data.predicates import holds
from nghe.survey.sample import Sample

MOST_LEVELS = 200
SELECTED = "selected"


@dataclass(frozen=True)
class Row:
    """A printed row: an `answer`, a `net` of answers, a `mean`; `members` are the levels it is made of."""

    kind: str
    name: str
    label: str
    members: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Part:
    """A block of rows with one base: codes (n,) into L levels, -1 for not in the base; `weights` (R, L) makes the rows.

    `missing` (n,): rows that were asked and gave no answer.
    """

    codes: Ints
    levels: tuple[str, ...]
    rows: tuple[Row, ...]
    weights: Floats
    missing: Bools


@dataclass(frozen=True, eq=False)
class Asked:
    """A question with its parts: one, or one for each choice of a multiple one."""

    name: str
    label: str
    base: str
    parts: tuple[Part, ...]

    @property
    def rows(self) -> tuple[Row, ...]:
        return tuple(row for part in self.parts for row in part.rows)

    @property
    def is_multiple(self) -> bool:
        return len(self.parts) > 1 or any(row.name == SELECTED for part in self.parts for row in part.rows)


@dataclass(frozen=True, eq=False)
class Groups:
    """A banner variable: group (n,) of each row of the data, -1 for none, and what the groups are called."""

    name: str
    label: str
    codes: Ints
    levels: tuple[str, ...]
    labels: tuple[str, ...]
    against: str


def asked_of(sample: Sample, question: Question, spec: Spec) -> Asked:
    inside = sample.rows_inside & holds(sample.table, question.where) if question.where else sample.rows_inside
    if question.multiple:
        parts = tuple(_choice(sample.table[name], question, spec, inside) for name in question.multiple)
        return Asked(question.name, question.label or question.name, question.base, parts)
    column = sample.table[question.name]
    return Asked(question.name, question.label or column.label or question.name, question.base,
                 (_single(column, question, spec, inside),))


def groups_of(sample: Sample, banner: Banner, spec: Spec) -> Groups:
    column = sample.table[banner.name]
    codes, levels = _recoded(column, banner.levels, spec.missing.codes, f"columns.{banner.name}")
    if len(levels) > MOST_LEVELS:
        raise Fault("banner.levels", f"columns.{banner.name}", f"has {len(levels)} groups; band it, {MOST_LEVELS} at most")
    if not levels:
        raise Fault("banner.empty", f"columns.{banner.name}", "has no group: every row is missing there")
    return Groups(banner.name, banner.label or column.label or banner.name, codes, levels,
                  tuple(label_of(column, level, banner.labels) for level in levels), banner.against or spec.tests.against)


def label_of(column: Column, level: str, own: Mapping[str, str]) -> str:
    if level in own:
        return own[level]
    return next((text for key, text in column.value_labels.items() if level_text(key) == level), level)


def _single(column: Column, question: Question, spec: Spec, inside: Bools) -> Part:
    where = f"rows.{question.name}"
    gone = (*spec.missing.codes, *spec.missing.codes_of.get(question.name, ()))
    codes, levels = _recoded(column, question.order, gone, where, rest=True)
    if len(levels) > MOST_LEVELS:
        raise Fault("banner.levels", where, f"has {len(levels)} different answers; band it, at most {MOST_LEVELS} are shown")
    missing = inside & (codes < 0)
    codes = np.where(inside, codes, -1)
    if spec.missing.show == "answer" and missing.any():
        codes = np.where(missing, len(levels), codes)
        levels, missing = (*levels, ""), np.zeros(len(codes), dtype=bool)
    if not levels:
        raise Fault("banner.empty", where, "has no answer at all: every row is missing")
    label = spec.missing.label or ("Không trả lời" if spec.language == "vi" else "No answer")
    labels = {level: label_of(column, level, question.labels) if level else label for level in levels}
    groups = spec.joined.get(question.name) or tuple((level,) for level in levels)
    rows = [Row("answer", JOIN.join(level or "missing" for level in group), JOIN.join(labels[level] for level in group), group)
            for group in groups]
    weights = [np.array([[float(level in group) for level in levels] for group in groups])]
    for name, members in spec.nets.get(question.name, {}).items():
        rows.append(Row("net", name, name, members))
        weights.append(_indicator(levels, members, f"nets.{question.name}.{name}"))
    if question.name in spec.means:
        scores, scored = _scores(levels, spec.means[question.name], f"means.{question.name}")
        rows.append(Row("mean", "mean", "Điểm trung bình" if spec.language == "vi" else "Mean", scored))
        weights.append(scores)
    return Part(codes, levels, tuple(rows), np.vstack(weights), missing)


def _choice(column: Column, question: Question, spec: Spec, inside: Bools) -> Part:
    """One tick of a multiple question: selected or not, of those who were asked."""
    gone = (*spec.missing.codes, *spec.missing.codes_of.get(question.name, ()))
    codes, levels = _recoded(column, (), gone, f"rows.{question.name}.{column.name}", rest=True)
    off = set(question.not_selected or ("0", "false"))
    ticked = [place for place, level in enumerate(levels) if level not in off]
    if len(ticked) > 1:
        raise Fault("banner.multiple", f"rows.{question.name}.{column.name}",
                    f"has {len(ticked)} answers besides {', '.join(sorted(off))}; name the unticked ones in `not_selected`")
    chosen = np.where(codes < 0, -1, np.isin(codes, ticked).astype(np.int64))
    word = levels[ticked[0]] if ticked else column.name
    label = question.labels.get(column.name) or column.label or (column.name if word in {"1", "true"} else word)
    rows = (Row("answer", column.name, label, (SELECTED,)),)
    return Part(np.where(inside, chosen, -1), ("not " + SELECTED, SELECTED), rows, np.array([[0.0, 1.0]]), inside & (codes < 0))


def _recoded(
    column: Column, order: Sequence[str], gone: Sequence[str], where: str, *, rest: bool = False
) -> tuple[Ints, tuple[str, ...]]:
    """Codes into the levels wanted: those of `order` first, then (with `rest`) the others; `gone` ones are missing."""
    names = [level_text(level) for level in column.levels]
    place = {name: at for at, name in enumerate(names)}
    if unknown := [level for level in order if level not in place]:
        raise Fault("banner.level", where, f"{unknown[0]!r} is no answer of it; there are {', '.join(names[:12])}")
    kept = [level for level in order if level not in gone]
    kept += [name for name in names if rest and name not in kept and name not in gone]
    if not order and not rest:
        kept = [name for name in names if name not in gone]
    turn = np.full(len(names) + 1, -1, dtype=np.int64)
    for at, level in enumerate(kept):
        turn[place[level]] = at
    return turn[column.codes], tuple(kept)


def _indicator(levels: tuple[str, ...], members: tuple[str, ...], where: str) -> Floats:
    if unknown := [level for level in members if level not in levels]:
        raise Fault("banner.level", where, f"{unknown[0]!r} is no answer; there are {', '.join(levels[:12])}")
    if not members:
        raise Fault("banner.level", where, "has no members")
    return np.isin(np.array(levels, dtype=object), members).astype(np.float64)[None, :]


def _scores(levels: tuple[str, ...], scores: Mapping[str, float] | None, where: str) -> tuple[Floats, tuple[str, ...]]:
    """Score of each level (1, L), NaN for one that does not count in the mean; and the levels that do."""
    if scores is None:
        try:
            found = {level: float(level) for level in levels if level}
        except ValueError as error:
            raise Fault("banner.means", where, f"has answers that are no numbers ({error}); give each level its score") from error
    else:
        if unknown := [level for level in scores if level not in levels]:
            raise Fault("banner.level", where, f"{unknown[0]!r} is no answer; there are {', '.join(levels[:12])}")
        found = dict(scores)
    return np.array([[found.get(level, np.nan) for level in levels]]), tuple(level for level in levels if level in found)
