"""Judge a panel of counts by one method, and say of each cell whether it was judged, and why it is a signal or not."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nghe.errors import Fault
from nghe.signals import dials
from nghe.signals.cells import Floor, may_judge
from nghe.signals.detectors import harmonic
from nghe.signals.detectors.result import Detection
from nghe.signals.detectors.run import first_judged, run
from nghe.signals.detectors.settings import READERS, Settings, read_control
from nghe.signals.holidays import tet_weeks
from nghe.signals.kept_back import KeptBack, as_printed, keep_back
from nghe.signals.panel import Panel
from nghe.signals.table import COLUMNS
from nghe.signals.totals import Total

METHODS = ("default", *READERS)
WEEKS_A_YEAR = 365.2425 / 7
HARMONIC = {"years": "years", "leftOut": "left_out", "reweight": "reweight", "weightsThreshold": "weights_threshold",
            "limit54": "limit54", "sums": "sums", "alpha": "alpha"}


@dataclass(frozen=True, slots=True)
class Plan:
    """A method with its settings; `chosen` are the 1-based periods to judge (None: all with a baseline); `calendar` None: where
    known.
    """

    method: str
    settings: Settings | harmonic.Harmonic
    chosen: tuple[int, ...] | None = None
    calendar: bool | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """A detection, the q of each judged cell among those looked at in its period (`dials`), and a reason code for every cell."""

    panel: Panel
    plan: Plan
    found: Detection
    q: NDArray[np.float64]
    why: NDArray[np.str_]


def read_plan(method: str | None, path: Path | None, *, compat: bool = False) -> Plan:
    """The plan of `--method` and a settings file: a control object in R's words, with the method as `fun` or beside `control`."""
    told: dict[str, Any] = {}
    if path is not None:
        try:
            told = json.loads(path.read_text(encoding="utf-8"))
        except json.JSONDecodeError as fault:
            raise Fault("signals.settings", f"{path.name}:{fault.lineno}", f"is no JSON: {fault.msg}") from None
        if not isinstance(told, dict):
            raise Fault("signals.settings", path.name, "holds no object of settings")
    fun = told.get("fun", method or "default")
    if method and fun != method:
        raise Fault("signals.method", "--method", f"{method}, but the settings are for {fun}")
    control = told["control"] if "control" in told else {key: value for key, value in told.items() if key not in {"fun", "id"}}
    return plan_of(fun, control, compat=compat)


def plan_of(method: str, control: Mapping[str, Any], *, compat: bool = False) -> Plan:
    chosen = control.get("range")
    if chosen is not None and not (isinstance(chosen, list) and chosen and all(isinstance(n, int) and n > 0 for n in chosen)):
        raise Fault("signals.setting", "range", "is a list of period numbers, from 1")
    numbers = tuple(chosen) if chosen else None
    if method != "default":
        if method not in READERS:
            raise Fault("signals.method", method, f"no such method; there are {', '.join(METHODS)}")
        return Plan(method, read_control(method, control, compat=compat), numbers, control.get("epochAsDate"))
    if compat:
        raise Fault("signals.compat", "--compat", "the default method is not one of R's; choose --method")
    if unknown := sorted(set(control) - set(HARMONIC) - {"range", "epochAsDate"}):
        raise Fault("signals.setting", unknown[0], f"the default method has no such setting; it has {', '.join(HARMONIC)}")
    fields: dict[str, Any] = {HARMONIC[key]: tuple(value) if isinstance(value, list) else value
                              for key, value in control.items() if key in HARMONIC}
    for name in ("years", "left_out", "weights_threshold", "alpha"):
        if name in fields and (isinstance(fields[name], bool) or not isinstance(fields[name], int | float) or fields[name] < 0):
            raise Fault("signals.setting", name, f"{fields[name]!r} is not a number from 0 on")
    if not 0 < fields.get("alpha", 0.005) < 1:
        raise Fault("signals.setting", "alpha", f"{fields['alpha']!r} is not between 0 and 1")
    return Plan("default", replace(harmonic.Harmonic(), **fields), numbers, control.get("epochAsDate"))


def judge_panel(panel: Panel, plan: Plan, *, floor: Floor | None = None) -> Judged:
    """Judge every period that can be. Where the panel knows its sources, no cell under the floor (default: `Floor()`) is judged.
    """
    if floor is not None and panel.sources is None:
        raise Fault("signals.sources", "sources", "a floor needs the number of sources of each cell; add the column")
    periods = len(panel.time)
    calendar = panel.time.dates is not None and (panel.time.kind == "week" or panel.time.step == 7 or panel.time.kind == "day") \
        if plan.calendar is None else plan.calendar
    if calendar and panel.time.dates is None:
        raise Fault("signals.calendar", "epochAsDate", "periods are numbers; only weeks, months and days follow a calendar")
    settings: Settings | harmonic.Harmonic | None = plan.settings
    if isinstance(plan.settings, harmonic.Harmonic):
        first, frequency = harmonic.SHORTEST + plan.settings.left_out, float(panel.time.frequency)
    else:
        first, frequency = first_judged(plan.settings, panel.time.frequency), float(panel.time.frequency)
    if plan.chosen and max(plan.chosen) > periods:
        raise Fault("signals.setting", "range", f"period {max(plan.chosen)} of {periods}")
    judged = np.array(sorted(plan.chosen), dtype=np.intp) - 1 if plan.chosen else np.arange(min(first, periods), periods)
    if not len(judged):
        judged = np.arange(max(periods - 1, 0), periods)
        settings = settings if isinstance(settings, harmonic.Harmonic) else None
    if settings is None:
        found = _nothing(panel, judged)
    elif isinstance(settings, harmonic.Harmonic):
        weekly = panel.time.kind == "week" or panel.time.step == 7
        dated = weekly and calendar
        found = harmonic.detect(panel.counts, judged=judged, frequency=WEEKS_A_YEAR if dated else frequency, settings=settings,
                                reports=panel.reports, marked=tet_weeks(panel.time.dates) if dated else None)
    else:
        found = run(settings, panel.counts, judged=judged, frequency=panel.time.frequency,
                    dates=panel.time.dates if calendar else None, population=panel.population)
    why = _reasons(found)
    if panel.sources is not None:
        found, why = _floor(found, why, panel.counts, panel.sources, floor or Floor())
    q = np.vstack([dials.q_values(p, judged) for p, judged in zip(found.p, found.judged_cells, strict=True)])
    return Judged(panel, plan, found, q, why)


def _nothing(panel: Panel, judged: NDArray[np.intp]) -> Detection:
    from nghe.signals.detectors.result import empty

    return empty(judged, panel.counts)


def _reasons(found: Detection) -> NDArray[np.str_]:
    why = np.full(found.count.shape, "no_history", dtype="<U20")
    computed = np.isfinite(found.upper)
    why[computed] = "few_mentions"
    why[found.judged_cells] = "within_bound"
    why[found.alarm] = "above_bound"
    why[np.isnan(found.count)] = "gap"
    return why


def _floor(found: Detection, why: NDArray[np.str_], counts: NDArray[np.float64], sources: NDArray[np.float64],
           floor: Floor) -> tuple[Detection, NDArray[np.str_]]:
    judged = found.judged_cells.copy()
    for row, at in enumerate(found.judged):
        mentions, many = may_judge(counts, sources, int(at), floor)
        lost = judged[row] & ~(mentions & many)
        why[row, lost] = np.where(mentions[lost], "few_sources", "few_mentions")
        judged[row] &= mentions & many
    return replace(found, judged_cells=judged, alarm=found.alarm & judged), why


@dataclass(frozen=True, slots=True)
class Printable:
    """What may be printed of a judged panel: `kept` back, and the panel judged on the counts `as_printed`, for all figures."""

    kept: KeptBack
    judged: Judged


def printable(judged: Judged, totals: Sequence[Total] = ()) -> Printable:
    """The judged panel as it may be printed where counts are of people or notes about them."""
    kept = keep_back(judged.found.count, totals)
    counts = as_printed(judged.panel.counts, kept, judged.found.judged)
    on_printed = judge_panel(replace(judged.panel, counts=counts, sources=None), judged.plan)
    found = replace(on_printed.found, count=np.where(kept.cover, np.nan, on_printed.found.count))
    q = [dials.q_values(p, told) for p, told in zip(found.p, judged.found.judged_cells, strict=True)]
    return Printable(kept, replace(on_printed, found=found, q=np.vstack(q)))


def rows(judged: Judged, shown: Printable | None = None) -> Iterator[dict[str, Any]]:
    """One row a judged period and series, in the order of the answer's file.

    With `shown`, a count that is kept back has no p and q, and figures are those of the counts as printed; where these would not
    have raised the same alarm, there are none.
    """
    found, panel = judged.found, judged.panel
    told, q = (found, judged.q) if shown is None else (shown.judged.found, shown.judged.q)
    agreed = found.alarm == (found.judged_cells & told.alarm)
    for row, at in enumerate(found.judged):
        for column, name in enumerate(panel.series):
            secret = shown is not None and bool(shown.kept.all[row, column])
            figures = [_text(value) if agreed[row, column] else "" for value in (
                told.expected[row, column], told.upper[row, column], *(() if secret else (told.p[row, column], q[row, column])))]
            count = shown.kept.text(row, column) if shown and secret else _text(found.count[row, column], 12)
            states = int(found.judged_cells[row, column]), int(found.alarm[row, column]), str(judged.why[row, column])
            cells = name, panel.time.labels[int(at)], count, *figures, *[""] * (4 - len(figures)), *states
            yield dict(zip(COLUMNS, cells, strict=True))


def _text(value: float, digits: int = 6) -> str:
    return "" if not np.isfinite(value) else f"{value:.{digits}g}"


def signals_of(judged: Judged, period: str | None = None) -> Sequence[tuple[str, str]]:
    """(period, series) of every alarm, or of those of one period."""
    return [(row["period"], row["series"]) for row in rows(judged) if row["alarm"] and period in {None, row["period"]}]
