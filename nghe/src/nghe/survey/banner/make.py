"""Make a banner book from a sample: one cube for each question and banner variable, everything else from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from nghe.errors import Fault
from nghe.survey.arrays import AnyArray, Floats
from nghe.survey.banner.book import Book, Column, Sheet, empty_words, letters_for
from nghe.survey.banner.letters import Pairs, compare, pairs_among
from nghe.survey.banner.lines import Lines, lines_of
from nghe.survey.banner.parts import Asked, Groups, Part, Row, asked_of, groups_of
from nghe.survey.banner.spec import Spec
from nghe.survey.estimates.intervals import share_interval
from nghe.survey.presentation import unit_warnings
from nghe.survey.sample import Sample

Found = list[tuple[int, Pairs]]


def make_book(sample: Sample, spec: Spec) -> Book:
    """The book with all its numbers; `protect_book` (`nghe.survey.banner.hide`) makes it fit to leave the office."""
    if not sample.rows_inside.any():
        raise Fault("survey.empty", "data", "has no rows in the domain")
    banners = [groups_of(sample, banner, spec) for banner in spec.columns]
    columns = columns_of(banners, spec)
    sheets: list[Sheet] = []
    pairs: Found = []
    for number, question in enumerate(spec.rows):
        sheet, found = _sheet(sample, asked_of(sample, question, spec), banners, spec)
        sheets.append(sheet)
        pairs += [(number, each) for each in found]
    sheets, tests = compare(_with_intervals(sheets, sample), pairs, columns, spec)
    weighted = sample.design.has_margin_of_error and bool(np.ptp(sample.weights[sample.rows_inside]) > 0)
    psu = sample.units.psu[sample.frame.unit[sample.rows_inside]]
    rows = int(sample.rows_inside.sum())
    return Book(spec, sample.design.kind, columns, tuple(sheets), tests, rows, len(np.unique(psu)), weighted,
                unit_warnings(sample))


def columns_of(banners: Sequence[Groups], spec: Spec) -> tuple[Column, ...]:
    letters = iter(letters_for(sum(len(banner.levels) for banner in banners)))
    total = "Tất cả" if spec.language == "vi" else "All"
    return (Column("", "", "", total, ""), *(
        Column(banner.name, banner.label, level, label, next(letters))
        for banner in banners for level, label in zip(banner.levels, banner.labels, strict=True)))


def _sheet(sample: Sample, asked: Asked, banners: Sequence[Groups], spec: Spec) -> tuple[Sheet, list[Pairs]]:
    everyone = Groups("", "", np.zeros(sample.rows, dtype=np.int64), ("",), ("",), "none")
    blocks: list[list[Lines]] = []
    rows: list[Row] = []
    tests: list[Pairs] = []
    for part in asked.parts:
        inside = part.codes >= 0
        if not inside.any():
            raise Fault("banner.empty", f"rows.{asked.name}", "nobody gave an answer that counts; leave the question out")
        narrow = sample if inside.all() else sample.subset(inside)
        pieces = [lines_of(narrow, part, groups) for groups in (everyone, *banners)]
        start = 1
        for lines, banner in zip(pieces[1:], banners, strict=True):
            if sample.design.has_margin_of_error:
                found = pairs_among(lines, banner.against, row=len(rows), column=start, total=pieces[0],
                                    least=spec.tests.least_base)
                tests += [found] if found else []
            start += len(banner.levels)
        rows += part.rows
        blocks.append(pieces)
    by_field = zip(*(_arrays(pieces) for pieces in blocks), strict=True)
    stacked = [np.vstack([np.hstack(arrays) for arrays in field]) for field in by_field]
    if spec.missing.show == "row" and not asked.is_multiple and asked.parts[0].missing.any():
        own = "Không trả lời (ngoài cơ sở)" if spec.language == "vi" else "No answer (outside the base)"
        rows.append(Row("missing", "missing", spec.missing.label or own))
        extra = _missing(sample, asked.parts[0], (everyone, *banners))
        stacked = [np.vstack([array, more]) for array, more in zip(stacked, extra, strict=True)]
    estimate, variance, count, n, base, df, n_psu = stacked
    nothing = np.full(estimate.shape, np.nan)
    return Sheet(asked, tuple(rows), estimate, np.sqrt(variance), nothing, nothing, count, n, base, df, n_psu,
                 empty_words(estimate.shape), np.zeros(estimate.shape, dtype=bool)), tests


def _arrays(pieces: Sequence[Lines]) -> list[list[AnyArray]]:
    """Arrays (R, G) of each piece: estimate, variance, count, n, weighted base, df, first-stage units."""
    def spread(values: AnyArray, lines: Lines) -> AnyArray:
        return np.broadcast_to(values, lines.estimate.T.shape)

    return [
        [lines.estimate.T for lines in pieces], [lines.variances.T for lines in pieces], [lines.count.T for lines in pieces],
        [lines.n.T for lines in pieces], [lines.weighted_base.T for lines in pieces],
        [spread(lines.df(lines.psu), lines) for lines in pieces], [spread(lines.psu.sum(axis=0), lines) for lines in pieces],
    ]


def _missing(sample: Sample, part: Part, banners: Sequence[Groups]) -> list[AnyArray]:
    """Of all who were asked, those who gave no answer: share, rows, base; without an interval. Each (1, C)."""
    asked = part.missing | (part.codes >= 0)
    weights = sample.weights if sample.design.has_margin_of_error else np.ones(sample.rows)

    def by_group(rows: Floats) -> AnyArray:
        return np.hstack([np.bincount(banner.codes + 1, rows, len(banner.levels) + 1)[1:] for banner in banners])[None, :]

    count, n = (by_group(rows.astype(np.float64)) for rows in (part.missing, asked))
    top, base = (by_group(rows * weights) for rows in (part.missing, asked))
    nothing = np.full(top.shape, np.nan)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = top / base
    return [share, nothing, np.rint(count).astype(np.int64), np.rint(n).astype(np.int64), base, nothing,
            np.zeros(n.shape, dtype=np.int64)]


def _with_intervals(sheets: Sequence[Sheet], sample: Sample) -> list[Sheet]:
    """Korn-Graubard intervals of all shares at once, t intervals of means."""
    from scipy.special import stdtrit

    if not sample.design.has_margin_of_error:
        return list(sheets)
    flat = [np.concatenate([getattr(sheet, name).ravel() for sheet in sheets]) for name in ("estimate", "se", "n", "df")]
    estimate, se, n, df = flat
    is_mean = np.concatenate([np.repeat([row.kind == "mean" for row in sheet.rows], sheet.estimate.shape[1]) for sheet in sheets])
    low, high = np.full(len(estimate), np.nan), np.full(len(estimate), np.nan)
    shares = np.isfinite(se) & ~is_mean & (n > 0) & (df > 0)
    point = np.clip(estimate[shares], 0.0, 1.0)
    low[shares], high[shares] = share_interval(point, se[shares], n[shares], df[shares], rows=sample.rows)
    means = np.isfinite(se) & is_mean & (df > 0)
    half = stdtrit(df[means], 0.975) * se[means]
    low[means], high[means] = estimate[means] - half, estimate[means] + half
    result, start = [], 0
    for sheet in sheets:
        shape, stop = sheet.estimate.shape, start + sheet.estimate.size
        result.append(replace(sheet, low=low[start:stop].reshape(shape), high=high[start:stop].reshape(shape)))
        start = stop
    return result
