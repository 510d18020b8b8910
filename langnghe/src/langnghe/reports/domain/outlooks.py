"""How the last outlook turned out: judged by its own office in the next period, and counted in the next report.

What an office says of its outlook stays its judgement; that it said so, when, and how often such words came true, is counted.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from langnghe.common.periods import Period
from langnghe.network.models import Unit
from langnghe.reports.domain.facts import Rows
from langnghe.reports.domain.files import KEPT
from langnghe.reports.domain.freeze import COMPLETE, both, record_of
from langnghe.reports.domain.likelihood import Likelihood, likelihood_of
from langnghe.reports.domain.sentences import Draft
from langnghe.reports.enums import Outcome
from langnghe.reports.models import OutlookScore, Report, Statement

SLOT = "outlook.before"
WEEKS = 52
"""How far back the row of each word of likelihood counts."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A signed outlook, its word of likelihood, and how it turned out; OPEN until somebody says."""

    statement: Statement
    likelihood: Likelihood | None
    outcome: Outcome


def signed_outlooks(unit: Unit, kind: str, periods: Iterable[Period], *, at: dt.datetime) -> dict[str, list[Judged]]:
    """Period → the outlooks of its signed report, as they were judged by `at`. A draft was never issued: it is not judged."""
    reports = Report.objects.filter(unit=unit, kind=kind, period__in=[period.code for period in periods], state__in=KEPT)
    rows = list(Statement.objects.filter(report__in=reports, slot="outlook", replaced_by=None).select_related("report"))
    scores = OutlookScore.objects.filter(statement__in=rows, at__lte=at).order_by("at", "pk")
    newest = dict(scores.values_list("statement", "outcome"))
    found: dict[str, list[Judged]] = defaultdict(list)
    for row in rows:
        found[row.report.period].append(Judged(row, likelihood_of(row.text_vi), Outcome(newest.get(row.pk, Outcome.OPEN))))
    return found


def last_outlooks(unit: Unit, kind: str, period: Period, *, at: dt.datetime) -> list[Judged]:
    """Those of the period before this one."""
    before = period.before()
    return signed_outlooks(unit, kind, [before], at=at).get(before.code, [])


def outlook_record(unit: Unit, kind: str, period: Period, *, number: int, at: dt.datetime) -> dict[str, Any] | None:
    """What became of the last outlook, and of each word of likelihood over a year; None where there was none to judge."""
    past = [period.before(steps) for steps in range(1, WEEKS + 1)]
    found = signed_outlooks(unit, kind, past, at=at)
    last = found.get(past[0].code)
    if not last:
        return None
    return record_of(
        unit, period, "DocumentFact", both("Dự báo kỳ trước", "The last outlook"), number=number, at=at,
        query={"from": "outlooks", "of": past[0].code}, uncertainty=COMPLETE,
        rows=outlook_rows(past[0], last, [one for judged in found.values() for one in judged]),
        base=both("dự báo trong báo cáo đã ký của kỳ trước", "outlooks in the signed report of the last period"),
        method=both("Đơn vị tự kết luận từng dự báo theo điều đã nêu là sẽ làm nó sai; hàng theo từ chỉ khả năng đếm 52 tuần.",
                    "The office judges each by what would prove it wrong; rows by word of likelihood count 52 weeks."),
    )


def outlook_rows(before: Period, last: Sequence[Judged], year: Iterable[Judged]) -> Rows:
    outcomes = Counter(one.outcome for one in last)
    rows: Rows = {"total": {"week": before.number, "stated": len(last), **{one.value: outcomes[one] for one in Outcome}}}
    for number, one in enumerate(last, 1):
        word = one.likelihood
        rows[f"o-{number:02}"] = {"outcome": one.outcome.value, **(
            {"word": word.vi, "word_en": word.en, "low": word.low, "high": word.high} if word else {})}
    words: dict[Likelihood, list[Judged]] = defaultdict(list)
    for one in year:
        if one.likelihood and one.outcome != Outcome.OPEN:
            words[one.likelihood].append(one)
    for word, judged in sorted(words.items(), key=lambda pair: -pair[0].low):
        rows[f"l-{word.key}"] = {"name": word.vi, "name_en": word.en, "low": word.low, "high": word.high, "judged": len(judged),
                                 "right": sum(one.outcome == Outcome.RIGHT for one in judged)}
    return rows


def say_outlook(e: str) -> Draft:
    return Draft(
        SLOT,
        f"Dự báo tuần {{{e}.total.week}}: {{{e}.total.stated}} nhận định; {{{e}.total.right}} đã xảy ra, {{{e}.total.wrong}} "
        f"không xảy ra, {{{e}.total.open}} chưa kết luận được.",
        f"Outlook of week {{{e}.total.week}}: statements {{{e}.total.stated}}; came true {{{e}.total.right}}, proved wrong "
        f"{{{e}.total.wrong}}, not to be told yet {{{e}.total.open}}.",
        (e,),
    )
