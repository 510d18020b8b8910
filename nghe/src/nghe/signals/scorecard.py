"""The yearly scorecard: which signals became issues, which issues had none, and how many days the signals were ahead."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from nghe.errors import Fault
from nghe.signals.words import DISMISSALS, STATES


@dataclass(frozen=True, slots=True)
class Shown:
    """A signal as it was shown: its series, the day, the state it came to, and the reason if it was dismissed."""

    series: str
    day: dt.date
    state: str = "new"
    reason: str | None = None

    def __post_init__(self) -> None:
        if self.state not in STATES:
            raise Fault("signals.state", self.series, f"no state {self.state!r}; there are {', '.join(STATES)}")
        unknown = self.reason is not None and self.reason not in DISMISSALS
        if (self.state == "dismissed") != (self.reason is not None) or unknown:
            raise Fault("signals.dismissal", self.series,
                        f"a dismissed signal, and no other, has a reason: {', '.join(DISMISSALS)}")


@dataclass(frozen=True, slots=True)
class Issue:
    """An issue of the office: the series it lives in and the day it was opened."""

    name: str
    series: frozenset[str]
    opened: dt.date


@dataclass(frozen=True, slots=True)
class Scorecard:
    """`lead` maps an issue to the days by which its first signal was ahead (negative: after it was opened)."""

    signals: int
    became_issues: int
    without_issue: tuple[Shown, ...]
    issues_without_signal: tuple[str, ...]
    lead: dict[str, int]
    dismissed: dict[str, int]
    open: int

    @property
    def precision(self) -> float | None:
        """Share of settled signals that were confirmed or became issues; None where none is settled."""
        settled = self.became_issues + sum(self.dismissed.values())
        return self.became_issues / settled if settled else None

    @property
    def recall(self) -> float | None:
        """Share of issues with a signal in time; None without issues."""
        issues = len(self.lead) + len(self.issues_without_signal)
        return len(self.lead) / issues if issues else None

    @property
    def median_lead(self) -> float | None:
        return median(self.lead.values()) if self.lead else None


def make_scorecard(signals: Sequence[Shown], issues: Sequence[Issue], *, before: int = 60, after: int = 14) -> Scorecard:
    """Match each issue with the signals of its series from `before` days before it was opened to `after` days after."""
    matched: set[int] = set()
    lead: dict[str, int] = {}
    missing = []
    for issue in issues:
        near = [(signal.day, number) for number, signal in enumerate(signals)
                if signal.series in issue.series and -after <= (issue.opened - signal.day).days <= before]
        if not near:
            missing.append(issue.name)
            continue
        matched.update(number for _, number in near)
        lead[issue.name] = (issue.opened - min(near)[0]).days
    good = {number for number, signal in enumerate(signals) if number in matched or signal.state in {"confirmed", "issue"}}
    left = tuple(signal for number, signal in enumerate(signals) if number not in good)
    reasons = Counter(signal.reason for signal in left if signal.reason is not None)
    return Scorecard(len(signals), len(good), left, tuple(missing), lead, dict(sorted(reasons.items())),
                     sum(signal.state == "new" for signal in left))
