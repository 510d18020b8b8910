"""Complete share tables of many questions at once: shares, standard errors, intervals, bases, labels.

Two columns share one pass: the cube of a pair of questions, or of a question and a pair of banners, is filled once and summed to
each of the two. What a pass adds is one scatter-add a row; the place of a row's unit and banners is worked out once for all
questions. A cube is reduced to its shares and errors at once, so memory does not grow with the number of tables.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from math import prod

import numpy as np

from nghe.survey.arrays import AnyArray, Floats, Ints, sums_by
from nghe.survey.cube import Cube, Shares, fill
from nghe.survey.cube import shares as shares_of
from nghe.survey.data.column import Column, Level
from nghe.survey.estimates.intervals import share_interval
from nghe.survey.sample import Sample

MOST_CELLS = 4096
"""Cells of a pair over which two cubes, one by one, are cheaper than one of both."""
MOST_COUNTS = 1 << 20
"""Cells of the cross of all banners and a question up to which rows are counted in one pass."""


@dataclass(frozen=True, eq=False)
class ShareTable:
    """A question within the groups of a banner (one group, the total, without one).

    levels (L,), groups (G,): codes, with their labels in level_labels and group_labels. share, se, low, high, n (G, L); base,
    weighted_base, df (G,). missing: rows of the domain without an answer.
    """

    question: str
    label: str
    levels: tuple[Level, ...]
    level_labels: tuple[str, ...]
    banner: str
    groups: tuple[Level, ...]
    group_labels: tuple[str, ...]
    share: Floats
    se: Floats
    low: Floats
    high: Floats
    n: Ints
    base: Ints
    weighted_base: Floats
    df: Floats
    missing: int


@dataclass(frozen=True, eq=False)
class _Found:
    """What is kept of a cube: all by group (G,) and level (L,)."""

    question: str
    banner: str
    share: Floats
    se: Floats
    n: Ints
    weighted_base: Floats
    df: Floats


def share_tables(
    sample: Sample, questions: Sequence[str], banners: Sequence[str] = (), *, method: str = "korn-graubard", level: float = 0.95
) -> list[ShareTable]:
    """A table for each question, or for each question and banner; refuses a sample without a margin of error."""
    sample.need_margin(f"shares of {', '.join(questions[:3])}")
    kept = {(one.question, one.banner): one for one in _all(sample, questions, banners)}
    found = [kept[question, banner] for question in questions for banner in banners or ("",)]
    flat = [
        np.concatenate([np.ravel(part) for part in parts])
        for parts in (
            [one.share for one in found],
            [one.se for one in found],
            [np.repeat(one.n.sum(axis=1), one.n.shape[1]) for one in found],
            [np.repeat(one.df, one.n.shape[1]) for one in found],
        )
    ]
    low, high = share_interval(*flat, method=method, level=level)
    ends = np.cumsum([0, *(one.share.size for one in found)])
    inside = sample.rows if sample.inside is None else int(sample.inside.sum())
    return [
        _table(sample, one, low[start:end], high[start:end], inside)
        for one, start, end in zip(found, ends[:-1], ends[1:], strict=True)
    ]


def _table(sample: Sample, one: _Found, low: Floats, high: Floats, inside: int) -> ShareTable:
    column, shape = sample.table[one.question], one.share.shape
    groups = sample.table[one.banner].levels if one.banner else ("",)
    labels = _labels(sample.table[one.banner]) if one.banner else ("total",)
    base = one.n.sum(axis=1)
    return ShareTable(
        one.question,
        column.label or one.question,
        column.levels,
        _labels(column),
        one.banner,
        groups,
        labels,
        one.share,
        one.se,
        low.reshape(shape),
        high.reshape(shape),
        one.n,
        base,
        one.weighted_base,
        one.df,
        inside - int(base.sum()),
    )


def _labels(column: Column) -> tuple[str, ...]:
    return tuple(
        column.value_labels.get(level, f"{level:g}" if isinstance(level, float) else str(level)) for level in column.levels
    )


def _all(sample: Sample, questions: Sequence[str], banners: Sequence[str]) -> Iterator[_Found]:
    jobs = [(name, banner) for name in questions for banner in banners or ("",)]
    if sample.replicates is not None and sample.replicates.by_psu:
        yield from _of_replicates(sample, jobs)
    elif sample.replicates is not None or sample.steps or not (sample.weights > 0).all():
        yield from (_kept(sample, name, banner, _one(sample, name, banner)) for name, banner in jobs)
    elif banners:
        counts = _all_counts(sample, questions, banners)
        for pair in _pairs(banners):
            yield from _of_banners(sample, pair, questions, counts)
    else:
        for pair in _pairs(questions):
            yield from (_kept(sample, name, "", shares_of(cube)) for name, cube in _of_questions(sample, pair))


def _one(sample: Sample, question: str, banner: str) -> Shares:
    return (
        shares_of(fill(sample, [banner, question]), len(sample.table[banner].levels))
        if banner
        else shares_of(fill(sample, [question]))
    )


def _of_replicates(sample: Sample, jobs: Sequence[tuple[str, str]]) -> Iterator[_Found]:
    """All cubes side by side, so that every replicate of every table is one matrix product."""
    made = sample.replicates
    assert made is not None
    plain = replace(sample, replicates=None)
    if any(banner for _, banner in jobs) or not (sample.weights > 0).all():
        cubes = [fill(plain, [banner, name] if banner else [name]) for name, banner in jobs]
    else:
        cubes = [cube for pair in _pairs([name for name, _ in jobs]) for _, cube in _of_questions(plain, pair)]
    every = np.concatenate([sample.units.to_psu(cube.sums) for cube in cubes], axis=1).T @ made.factors
    ends = np.cumsum([0, *(len(cube.counts) for cube in cubes)])
    for (name, banner), cube, start, end in zip(jobs, cubes, ends[:-1], ends[1:], strict=True):
        whole = replace(cube, replicates=every[start:end], sample=sample)
        yield _kept(sample, name, banner, shares_of(whole, cube.shape[0] if banner else 1))


def _pairs(names: Sequence[str]) -> Iterator[tuple[str, ...]]:
    for place in range(0, len(names), 2):
        yield tuple(names[place : place + 2])


def _of_questions(sample: Sample, pair: tuple[str, ...]) -> Iterator[tuple[str, Cube]]:
    """The cubes of two questions, from one cube of both, cell by cell, so that sums along a question are sums of whole runs."""
    wide = [len(sample.table[name].levels) + 1 for name in pair]
    code = _joined(sample, pair, wide)
    key = code * np.int64(sample.units.count)
    key += sample.frame.unit
    sums = sums_by(key, sample.weights, sample.units.count * prod(wide)).reshape(*wide, -1)
    counts = np.bincount(code, minlength=prod(wide)).reshape(wide)
    for axis, name in enumerate(pair):
        own, rows = sums, counts
        if len(pair) > 1:
            own, rows = reduce(np.add, np.moveaxis(sums, 1 - axis, 0)), counts.sum(axis=1 - axis)
        yield name, _cube(sample, own[1:].T[:, None, :], rows[None, 1:])


def _of_banners(
    sample: Sample, pair: tuple[str, ...], questions: Sequence[str], counts: dict[tuple[str, str], Ints]
) -> Iterator[_Found]:
    """All questions within two banners; the key of a row's unit and banners is made once for each number of levels."""
    wide = [len(sample.table[name].levels) + 1 for name in pair]
    joined, key = _joined(sample, pair, wide), np.empty(sample.rows, dtype=np.int64)
    bases: dict[int, Ints] = {}
    for question in questions:
        size = len(sample.table[question].levels) + 1
        if size * prod(wide) > MOST_CELLS or not counts:
            yield from (_kept(sample, question, banner, _one(sample, question, banner)) for banner in pair)
            continue
        if size not in bases:
            bases = {size: (sample.frame.unit * prod(wide) + joined) * size + 1}
        np.add(bases[size], sample.table[question].codes, out=key)
        sums = sums_by(key, sample.weights, sample.units.count * prod(wide) * size).reshape(-1, *wide, size)
        for banner, own in zip(pair, _margins(sums), strict=True):
            cube = _cube(sample, own[:, 1:, 1:], counts[question, banner][1:, 1:])
            yield _kept(sample, question, banner, shares_of(cube, cube.shape[0]))


def _all_counts(sample: Sample, questions: Sequence[str], banners: Sequence[str]) -> dict[tuple[str, str], Ints]:
    """Rows of every question by every banner (G + 1, L + 1), a pass a question over the cross of banners; none if it is wide."""
    wide = [len(sample.table[name].levels) + 1 for name in banners]
    most = max(len(sample.table[name].levels) + 1 for name in questions)
    if prod(wide) * most > MOST_COUNTS:
        return {}
    joined = _joined(sample, banners, wide).astype(np.int32)
    found: dict[tuple[str, str], Ints] = {}
    bases: dict[int, AnyArray] = {}
    for question in questions:
        size = len(sample.table[question].levels) + 1
        if size not in bases:
            bases = {size: joined * np.int32(size) + np.int32(1)}
        rows = np.bincount(bases[size] + sample.table[question].codes, minlength=prod(wide) * size)
        each = _margins(rows.astype(np.float64).reshape(1, *wide, size))
        found |= {(question, banner): own[0].astype(np.int64) for banner, own in zip(banners, each, strict=True)}
    return found


def _margins(values: Floats) -> list[Floats]:
    """Of (units, G1, ..., Gk, L), the sums (units, Gi, L) for each i, by halves: one half is summed away, then the other."""
    units, *wide, size = values.shape
    if len(wide) == 1:
        return [values]
    half = len(wide) // 2
    fore, back = wide[:half], wide[half:]
    over_back = values.reshape(-1, prod(back) * size) @ np.tile(np.eye(size), (prod(back), 1))
    over_fore = reduce(np.add, np.moveaxis(values.reshape(units, prod(fore), -1), 1, 0))
    return [*_margins(over_back.reshape(units, *fore, size)), *_margins(over_fore.reshape(units, *back, size))]


def _joined(sample: Sample, names: Sequence[str], wide: Sequence[int]) -> AnyArray:
    """Joint code of each row (n,); level 0 of a column is missing, or outside the domain."""
    kind = np.int16 if prod(wide) * 64 < 1 << 15 else np.int64
    code: AnyArray = np.zeros(sample.rows, dtype=kind)
    for name, size in zip(names, wide, strict=True):
        code *= kind(size)
        code += sample.table[name].codes.astype(kind, copy=False)
        code += kind(1)
    if sample.inside is not None:
        code *= sample.inside
    return code


def _cube(sample: Sample, sums: Floats, counts: Ints) -> Cube:
    """A cube (units, G, L) filled here."""
    flat = np.ascontiguousarray(sums).reshape(len(sums), -1)
    psu = (sample.units.to_psu(flat) > 0).sum(axis=0)
    return Cube(sample.units, counts.shape, flat, counts.ravel(), psu, flat, None, sample.present, sample)


def _kept(sample: Sample, question: str, banner: str, found: Shares) -> _Found:
    se = np.sqrt(np.maximum(found.variances(), 0.0))
    return _Found(question, banner, found.share, se, found.counts, found.base, _df(sample, found))


def _df(sample: Sample, found: Shares) -> Floats:
    """Degrees of freedom of each group (G,): first-stage units with its rows, less their strata."""
    units, cube, groups = sample.units, found.cube, len(found.base)
    if sample.replicates is not None:
        return np.full(groups, sample.df)
    seen = units.to_psu(cube.sums.reshape(units.count, groups, -1).sum(axis=2)) > 0
    strata = np.logical_or.reduceat(seen, units.stages[0].starts, axis=0)
    return np.asarray(seen.sum(axis=0) - strata.sum(axis=0), dtype=np.float64)
