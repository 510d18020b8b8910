"""What a page needs to explain one signal: one record, in words and as a drawing.

A signal is a reason to ask and to answer in public. The record says what was seen, what was expected and how sure that is, on how
much history, who else rose, how complete the counts are, and why the cell was judged or not. Counts under 5 are printed "< 5", in
the drawing as a band from 0 to 5.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from nghe.charts.formats import interval, number
from nghe.errors import Fault
from nghe.signals import words
from nghe.signals.cells import SMALL, printed
from nghe.signals.judge import Judged, Printable
from nghe.signals.words import Language

NEIGHBOURS = 5
SHORT_YEARS = 1


@dataclass(frozen=True, slots=True)
class SignalRecord:
    """One cell of one period. `low` and `high`: where a count lies in 95 of 100 such periods without an issue; `upper`: the
    bound.

    `also` are other series that rose in the same period (name, ratio of observed to expected); `maturity` is the share of the
    reports due that have come in, None where it is not known. `state` is one of `words.STATES`.
    """

    series: str
    period: str
    observed: str
    expected: float | None
    low: float | None
    high: float | None
    upper: float | None
    p: float | None
    q: float | None
    history: int
    judged: bool
    signal: bool
    why: str
    also: tuple[tuple[str, float], ...]
    maturity: float | None
    method: str
    state: str = "new"

    def data(self) -> dict[str, Any]:
        return asdict(self)

    def sentence(self, language: Language = "vi") -> str:
        """The record in words, with its uncertainty."""
        if not self.judged or self.expected is None or self.low is None or self.high is None:
            return f"{self.series}, {self.period}: {words.why(self.why, language)}."
        between = interval(round(self.low), round(self.high), language)
        expected = number(round(self.expected, 1), language)
        if language == "vi":
            parts = [f"{self.series}, {self.period}: {self.observed} ý kiến",
                     f"dự kiến {expected} (95%: {between}), dựa trên {self.history} kỳ trước", words.why(self.why, language)]
            parts += [f"cùng tăng: {', '.join(name for name, _ in self.also)}"] if self.also else []
            parts += [f"đã nhận {number(self.maturity * 100, language, digits=0)}% báo cáo"] if self.maturity is not None else []
        else:
            parts = [f"{self.series}, {self.period}: {self.observed} mentions",
                     f"expected {expected} (95%: {between}), on {self.history} periods", words.why(self.why, language)]
            parts += [f"also rising: {', '.join(name for name, _ in self.also)}"] if self.also else []
            share = None if self.maturity is None else number(self.maturity * 100, language, digits=0)
            parts += [f"{share}% of the reports are in"] if share is not None else []
        return "; ".join(parts) + "."


def explain(judged: Judged, series: str, period: str, *, maturity: Mapping[str, float] | None = None,
            shown: Printable | None = None) -> SignalRecord:
    """The record of one cell of the judged panel. `maturity` by period, 0 to 1.

    A count under 5 has no p and q, which would tell it. With `shown` (`judge.printable`) figures are those of the counts as
    printed, and a count kept back for the sake of another is not told either.
    """
    found, panel = judged.found, judged.panel
    told, q = (found, judged.q) if shown is None else (shown.judged.found, shown.judged.q)
    at = panel.row(period)
    where = np.flatnonzero(found.judged == at)
    if not len(where):
        raise Fault("signals.period", period, "was not judged")
    row, column = int(where[0]), panel.column(series)
    history = found.extra.get("history")
    spent = int(history[row, column]) if history is not None and np.isfinite(history[row, column]) else at
    code = str(judged.why[row, column])
    if code == "within_bound" and spent < SHORT_YEARS * panel.time.frequency:
        code = "short_history"
    count = found.count[row, column]
    secret = 0 < count < SMALL or (shown is not None and bool(shown.kept.all[row, column]))
    observed = shown.kept.text(row, column) if shown and secret else printed(count) if np.isfinite(count) else ""
    low, high = (_maybe(told.extra[name][row, column]) if name in told.extra else None for name in ("low", "high"))
    return SignalRecord(
        series, period, observed, _maybe(told.expected[row, column]), low, high, _maybe(told.upper[row, column]),
        None if secret else _maybe(told.p[row, column]), None if secret else _maybe(q[row, column]), spent,
        bool(found.judged_cells[row, column]), bool(found.alarm[row, column]), code, _also(judged, row, column),
        maturity.get(period) if maturity else None, judged.plan.method,
    )


def _also(judged: Judged, row: int, column: int) -> tuple[tuple[str, float], ...]:
    found = judged.found
    others = [other for other in np.flatnonzero(found.alarm[row]) if other != column and found.count[row, other] >= SMALL]
    ratios = [(judged.panel.series[other], round(float(found.count[row, other] / max(found.expected[row, other], 0.1)), 1))
              for other in others]
    return tuple(sorted(ratios, key=lambda pair: (-pair[1], pair[0]))[:NEIGHBOURS])


def _maybe(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


__all__ = ["SMALL", "SignalRecord", "explain"]
