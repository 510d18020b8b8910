"""What lower offices' reports name and a higher one does not name apart (R9): counted, with a reason, and seen from further up.

A matter is a topic that a report speaks of with evidence of its own. Its notes are counted in every report above, whatever is
named; but a leader reads what is named. So each matter of a signed report below that this one does not name is kept as an
omission: first with the reason that it was heard in fewer places than what is named, until an editor gives another.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from langnghe.common.periods import Period
from langnghe.frames.models import Topic
from langnghe.frames.queries import last_of, topic_steps
from langnghe.network.models import Network
from langnghe.reports.domain.facts import Rows
from langnghe.reports.domain.files import KEPT
from langnghe.reports.domain.freeze import COMPLETE, both, fitting_names, record_of
from langnghe.reports.domain.sentences import Draft, Names
from langnghe.reports.enums import MatterReason
from langnghe.reports.models import Evidence, Omission, Report

SLOT = "left.matters"
REASON = "x-"
OMITTED = "o-"
CODE = "record__query__topic"


@dataclass(frozen=True, slots=True)
class Matter:
    """One topic that one report names; the figures are the ones that it prints."""

    report: Report
    topic: Topic
    label: str
    places: int
    reported: int
    notes: int


def lower_reports(report: Report) -> list[Report]:
    """The signed reports of all offices below for the same period, from the top down."""
    return list(
        Report.objects.filter(kind=report.kind, period=report.period, state__in=KEPT, unit__network=report.unit.network_id,
                              unit__path__startswith=report.unit.path)
        .exclude(unit=report.unit_id).select_related("unit").order_by("unit__path")
    )


def topics_by_code(network: Network, codes: Iterable[str]) -> dict[str, Topic]:
    """The topic of today for each code, whichever version of the frame it was read in."""
    steps = topic_steps(network)
    found = Topic.objects.filter(field__frame__network=network, code__in=set(codes)).order_by("field__frame_id", "pk")
    heirs = {topic.code: last_of(topic.pk, steps) for topic in found}
    today = Topic.objects.select_related("field").in_bulk(list(heirs.values()))
    return {code: today[pk] for code, pk in heirs.items()}


def matters_of(reports: Sequence[Report], network: Network) -> list[Matter]:
    """What each of these reports names, in its own order."""
    rows = Evidence.objects.filter(report__in=reports, kind="FieldIndication", record__query__has_key="topic").order_by("label")
    topics = topics_by_code(network, [row.record["query"]["topic"] for row in rows])
    by_report: dict[int, list[Evidence]] = {report.pk: [] for report in reports}
    for row in rows:
        by_report[row.report_id].append(row)
    return [
        Matter(report, topics[row.record["query"]["topic"]], row.label,
               *(int(row.record["rows"]["total"][name]) for name in ("places", "reported", "notes")))
        for report in reports for row in by_report[report.pk]
    ]


def leave_out(report: Report, *, at: dt.datetime) -> tuple[list[Matter], list[Omission]]:
    """Keep what the reports below name and this new draft does not; also what they name in all."""
    below = matters_of(lower_reports(report), report.unit.network)
    return below, omit(report, below, at=at)


def omit(report: Report, below: Sequence[Matter], *, at: dt.datetime) -> list[Omission]:
    """The reasons that were given in an earlier draft of the same period are taken over."""
    own = {matter.topic.pk for matter in matters_of([report], report.unit.network)}
    before = {(row.lower_id, row.topic_id): row for row in Omission.objects.filter(
        report__unit=report.unit_id, report__kind=report.kind, report__period=report.period).order_by("report__version")}
    rows = []
    for matter in below:
        if matter.topic.pk in own:
            continue
        old = before.get((matter.report.pk, matter.topic.pk))
        kept = old.kept_id if old and old.kept_id in own else None
        reason = old.reason if old and (old.reason == MatterReason.DUPLICATE) == (kept is not None) else MatterReason.NARROW
        rows.append(Omission(report=report, lower=matter.report, topic=matter.topic, reason=reason,
                             kept_id=kept, by=old.by if old and reason == old.reason else None, at=at))
    return Omission.objects.bulk_create(rows)


# ---- as evidence, and as a sentence -----------------------------------------------------------------------------------------


def matters_record(report: Report, period: Period, below: Sequence[Matter], left: Sequence[Omission], *, number: int,
                   at: dt.datetime) -> dict[str, Any]:
    return record_of(
        report.unit, period, "DocumentCount", both("Vấn đề của báo cáo cấp dưới", "Matters of reports below"), number=number,
        at=at, query={"from": "reports below"}, rows=matter_rows(below, left), uncertainty=COMPLETE,
        base=both("vấn đề mà báo cáo cấp dưới đã ký nêu riêng", "matters that signed reports below name"),
        method=both("So từng vấn đề của cấp dưới với vấn đề được nêu riêng ở đây; mỗi vấn đề để lại có một lý do.",
                    "Each matter below against the ones named here; each one left has one reason."),
    )


def matter_rows(below: Sequence[Matter], left: Sequence[Omission]) -> Rows:
    reasons = Counter(row.reason for row in left)
    other = reasons[MatterReason.OTHER]
    rows: Rows = {"total": {
        "reports": len({matter.report.pk for matter in below}), "matters": len(below), "named": len(below) - len(left),
        "left": len(left), "other": other, "other_share": round(100 * other / len(left), 1) if left else 0.0,
    }}
    rows.update({f"{REASON}{reason}": {"matters": number} for reason, number in sorted(reasons.items())})
    named = [row for row in left if not row.topic.province_only]
    for number, row in enumerate(named, 1):
        (topic, topic_en), (office, office_en) = fitting_names(row.topic), fitting_names(row.lower.unit)
        rows[f"{OMITTED}{number:02}"] = {"topic": topic, "topic_en": topic_en, "office": office, "office_en": office_en}
    return rows


def say_matters(e: str, rows: Rows, names: Names) -> Draft:
    left = [row for row in rows if row.startswith(OMITTED)]
    total = rows["total"]
    vi = (f"{{{e}.total.reports}} báo cáo cấp dưới nêu {{{e}.total.matters}} vấn đề; {{{e}.total.named}} được nêu riêng ở đây, "
          f"{{{e}.total.left}} không nêu riêng")
    en = (f"Matters named by reports below ({{{e}.total.reports}}): {{{e}.total.matters}}; named here too: {{{e}.total.named}}, "
          f"not named: {{{e}.total.left}}")
    if left:
        vi += ": " + ", ".join(f"{{{e}.{row}.topic}} ({{{e}.{row}.office}})" for row in left)
        en += " – " + ", ".join(f"{{{e}.{row}.topic_en}} ({{{e}.{row}.office_en}})" for row in left)
    if total["left"]:
        reasons = [row for row in rows if row.startswith(REASON)]
        vi += (". Lý do: " + ", ".join(f"{names(row)[0]} {{{e}.{row}.matters}}" for row in reasons)
               + f"; phần “lý do khác” chiếm {{{e}.total.other_share|p1}}%")
        en += (". Reasons: " + ", ".join(f"{names(row)[1]} {{{e}.{row}.matters}}" for row in reasons)
               + f"; the share of “another reason” is {{{e}.total.other_share|p1}}%")
    return Draft(SLOT, f"{vi}. Lượt ghi nhận của các vấn đề này vẫn được đếm.",
                 f"{en}. Their notes are counted all the same.", (e,))


# ---- for the page -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LeftMatter:
    """A matter left out, by whom, and how its topic still stands in that report."""

    omission: Omission
    below: Matter
    counted: bool
    """Has it a row of its own in the table of fields? Else it is there by its name alone."""


def left_matters(report: Report, below: Sequence[Report]) -> list[LeftMatter]:
    """What this report left out of those below, and what those below left out of theirs: two levels and more (R9)."""
    rows = list(
        Omission.objects.filter(report__in=[report, *below])
        .select_related("report__unit", "lower__unit", "topic", "kept")
        .order_by("report__unit__path", "lower__unit__path", "pk")
    )
    matters = {(matter.report.pk, matter.topic.pk): matter for matter in matters_of(below, report.unit.network)}
    tables: Mapping[int, set[str]] = {
        row.report_id: set(row.record["rows"])
        for row in Evidence.objects.filter(report__in={row.report_id for row in rows}, kind="FieldIndication")
        if row.record["query"].get("by") == ["field", "topic"]
    }
    return [LeftMatter(row, matters[row.lower_id, row.topic_id], row.topic.code in tables.get(row.report_id, set()))
            for row in rows]


def signed_since(report: Report, below: Sequence[Report]) -> int:
    """How many of the reports below were signed after this one was built: it does not know them."""
    return sum(one.signed_at is not None and one.signed_at > report.made_at for one in below)
