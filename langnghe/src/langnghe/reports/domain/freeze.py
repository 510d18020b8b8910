"""The evidence of a weekly report: counted rows with their base, method and uncertainty, as records that can be frozen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from langnghe.coding.enums import Reason
from langnghe.coding.queries.reliability import Measure, Reliability, reliability_of
from langnghe.common.periods import Period
from langnghe.frames.models import Code, Field, Topic
from langnghe.intake.models import DoorCount
from langnghe.network.models import Unit
from langnghe.reports.domain.agreement import agreement_cells, agreement_row
from langnghe.reports.domain.facts import CodeName, Rows, Week, duty_rows, indication, merged_cells, topic_rows
from langnghe.reports.domain.sentences import Item
from langnghe.reports.models import Recommendation
from langnghe.reports.queries import Outcome, outcome
from nghe.wording.lexicon import find_words

SALIENT = 4
NOT_A_SAMPLE = {
    "type": "coverage_bounds",
    "text": {
        "vi": "Khoảng phủ: từ số địa bàn ghi nhận đến số đó cộng địa bàn im lặng. Không phải sai số chọn mẫu.",
        "en": "Coverage bounds: places that recorded it, up to that plus the silent ones. Not a sampling error.",
    },
}
COMPLETE = {
    "type": "none",
    "text": {"vi": "Đếm hết nguồn nêu ở cột cơ sở; không suy rộng.",
             "en": "A complete count of the stated source; not generalised."},
}


@dataclass(frozen=True, slots=True)
class WeekEvidence:
    """The records of one report, by what they are for, in the order of their labels."""

    duties: dict[str, Any]
    fate: dict[str, Any]
    items: tuple[Item, ...]
    fields: dict[str, Any]
    method: dict[str, Any]
    register: dict[str, Any] | None
    records: tuple[dict[str, Any], ...]


def both(vi: str, en: str) -> dict[str, str]:
    return {"vi": vi, "en": en}


def week_evidence(unit: Unit, weeks: Sequence[Week], *, recommendations: Sequence[Recommendation],
                  at: dt.datetime) -> WeekEvidence:
    """Count everything that the report of the last of these weeks will say."""
    period = weeks[-1].period
    agreed = reliability_of(unit.network, unit=unit, until=period.last_day)
    records: list[dict[str, Any]] = []

    def record(kind: str, title: dict[str, str], **parts: Any) -> dict[str, Any]:
        records.append(record_of(unit, period, kind, title, number=len(records) + 1, at=at, **parts))
        return records[-1]

    duties = record(
        "DocumentCount", both(f"Chế độ báo cáo, tuần {period.number}", f"Reporting duties, week {period.number}"),
        query={"from": "duties"}, rows=duty_rows(weeks), uncertainty=COMPLETE,
        base=both("địa bàn có cộng tác viên đang tham gia", "places with active collaborators"),
        method=both("Đếm báo cáo đã nhận; “không phát sinh” là có báo cáo; nơi được miễn không tính.",
                    "Count of reports received; “nothing to report” is a report; excused places are left out."),
    )
    fate = record(
        "DocumentCount", both("Lượt ghi nhận và phần để ngoài", "Notes, and what was left out"),
        query={"from": "notes"}, rows=fate_rows(outcome(unit, period)), uncertainty=COMPLETE,
        base=both("mọi lượt ghi nhận của kỳ", "every note of the period"),
        method=both("Mỗi lượt có đúng một kết cục; vào bằng ra.", "Each note has exactly one outcome; in equals out."),
    )
    items = []
    chosen = choose_salient(weeks, unit.network.places_floor)
    topics = Topic.objects.select_related("field").in_bulk(list(chosen))
    for topic in (topics[key] for key in chosen):
        made = topic_record(unit, weeks, topic, agreed.of(topic.pk), number=len(records) + 1, at=at)
        records.append(made)
        items.append(Item(made["id"], made["rows"]))
    by_field = field_rows(weeks, unit.network.places_floor, agreed)
    fields = record(
        "FieldIndication", both("Lượt ghi nhận theo lĩnh vực", "Notes by field"),
        query={"from": "notes", "by": ["field", "topic"]}, rows=by_field,
        uncertainty=NOT_A_SAMPLE,
        base=both("địa bàn có báo cáo trên địa bàn phải báo cáo", "places that reported, of those that could"),
        method=both("Mỗi chủ đề so với bốn tuần liền trước.", "Each topic against the last four weeks."),
    )
    register = None
    if recommendations:
        register = record(
            "DocumentFact", both("Kiến nghị của báo cáo này", "Recommendations of this report"),
            query={"from": "recommendations"}, rows=register_rows(recommendations), uncertainty=COMPLETE,
            base=both("kiến nghị đã nêu", "recommendations made"),
            method=both("Đếm từ sổ kiến nghị.", "Counted from the register."),
        )
    method = record(
        "DocumentCount", both("Cách làm và giới hạn", "Methods and limits"), query={"from": "method"},
        rows=method_rows(unit, weeks, fate["rows"], agreed, by_field), uncertainty=COMPLETE,
        base=both("mạng lưới cộng tác viên", "the network"),
        method=both("Đếm từ danh sách, chế độ báo cáo và cửa chặn thông tin cá nhân.",
                    "Counted from the roster, the duties and the privacy door."),
    )
    return WeekEvidence(duties, fate, tuple(items), fields, method, register, tuple(records))


def record_of(unit: Unit, period: Period, kind: str, title: dict[str, str], *, number: int, at: dt.datetime,
              query: dict[str, Any], base: dict[str, str], method: dict[str, str], rows: Rows, uncertainty: dict[str, Any],
              merged: int = 0) -> dict[str, Any]:
    """One piece of evidence as it will be frozen."""
    return {
        "id": f"E{number:02}", "kind": kind, "title": title,
        "query": {**query, "unit": unit.code, "period": period.code, "days": [str(period.first_day), str(period.last_day)]},
        "base": base, "method": method, "uncertainty": uncertainty,
        "suppressed": {"k": unit.network.k_inside, "cells": merged, "how": "merged" if merged else "none"},
        "rows": rows, "frozen_at": at.isoformat(),
    }


def topic_record(unit: Unit, weeks: Sequence[Week], topic: Topic, agreed: Measure, *, number: int,
                 at: dt.datetime) -> dict[str, Any]:
    """What was heard of one topic, as a field indication; `agreed`: how far two people agree on it."""
    rows = indication(weeks, topic.pk, floor=unit.network.places_floor, k=unit.network.k_inside, codes=code_names(topic),
                      by_area=not topic.province_only)
    vi, en = fitting_names(topic)
    rows["total"] |= {"topic": vi, "topic_en": en, **agreement_cells(agreed)}
    return record_of(
        unit, weeks[-1].period, "FieldIndication", both(f"Lượt ghi nhận: {vi}", f"Notes: {en}"), number=number, at=at,
        query={"from": "notes", "topic": topic.code}, rows=rows, uncertainty=NOT_A_SAMPLE, merged=merged_cells(rows),
        base=both("địa bàn có báo cáo trên địa bàn phải báo cáo", "places that reported, of those that could"),
        method=both("Đếm lượt ghi nhận và địa bàn. Không suy ra tỷ lệ người dân.",
                    "Count of notes and places. No share of people."),
    )


def code_names(topic: Topic) -> dict[int, CodeName]:
    return {code.pk: CodeName(code.code, *fitting_names(code)) for code in topic.codes.all()}


def fitting_names(named: Topic | Code | Field | Unit) -> tuple[str, str]:
    """Both names of a topic, a code, an office. One that says a word which only a claim may say gives way to its code."""
    pairs = ((named.name_vi, "vi"), (named.name_en or named.name_vi, "en"))
    vi, en = (named.code if find_words(name, language) else name for name, language in pairs)
    return vi, en


def choose_salient(weeks: Sequence[Week], floor: int) -> list[int]:
    """The widest topics, and any that is new; never one heard in fewer places than the floor."""
    rows = {topic: row for topic, row in topic_rows(weeks).items() if row["places"] >= floor}
    fresh = [topic for topic, row in rows.items() if row["change"] == "new"][:1]
    wide = [topic for topic in rows if topic not in fresh]
    keep = set(wide[: SALIENT - len(fresh)] + fresh)
    return [topic for topic in rows if topic in keep]


def fate_rows(out: Outcome) -> Rows:
    aside = sum(out.aside.values())
    other = out.aside[Reason.OTHER]
    rows: Rows = {"total": {"recorded": out.recorded, "used": out.used, "aside": aside, "uncoded": out.uncoded,
                            "confirmed": out.confirmed, "other": other,
                            "other_share": round(100 * other / aside, 1) if aside else 0.0}}
    rows.update({f"r-{reason}": {"notes": number} for reason, number in sorted(out.aside.items())})
    return rows


def field_rows(weeks: Sequence[Week], floor: int, agreed: Reliability) -> Rows:
    """One row a topic, with its names and its field; a total of how many moved which way.

    Topics heard in fewer places than the floor stand together in the row `small`, by their names (R4).
    """
    counted = topic_rows(weeks)
    topics = Topic.objects.select_related("field").in_bulk(list(counted))
    changes = [row["change"] for row in counted.values()]
    rows: Rows = {"total": {
        "topics": len(counted), "notes": sum(row["notes"] for row in counted.values()),
        "reported": weeks[-1].coverage.reported, "could": weeks[-1].coverage.could, "silent": len(weeks[-1].coverage.silent),
        **{name: changes.count(name) for name in ("wider", "new", "narrower", "unclear")},
    }}
    for key, row in counted.items():
        if row["places"] >= floor:
            topic = topics[key]
            (vi, en), (field_vi, field_en) = fitting_names(topic), fitting_names(topic.field)
            rows[topic.code] = {"topic": vi, "topic_en": en, "field": field_vi, "field_en": field_en, **row,
                                **agreement_cells(agreed.of(key))}
    if few := [topics[key] for key, row in counted.items() if row["places"] < floor]:
        eased = [topics[key] for key, row in counted.items() if row["places"] < floor and row["change"] == "narrower"]
        rows["small"] = {"topics": len(few), "floor": floor, "narrower": len(eased), **names_together("names", few)}
        rows["small"] |= names_together("eased", eased) if eased else {}
    return rows


def names_together(key: str, topics: Sequence[Topic]) -> dict[str, str]:
    pairs = [fitting_names(topic) for topic in sorted(topics, key=lambda topic: (topic.field.order, topic.order))]
    return {key: "; ".join(vi for vi, _en in pairs), f"{key}_en": "; ".join(en for _vi, en in pairs)}


def register_rows(recommendations: Sequence[Recommendation]) -> Rows:
    rows: Rows = {"total": {"made": len(recommendations), "next_due": min(item.due_on for item in recommendations).isoformat()}}
    rows.update({item.code: {"addressee": item.addressee, "due": item.due_on.isoformat(), "state": item.state}
                 for item in recommendations})
    return rows


def method_rows(unit: Unit, weeks: Sequence[Week], fate: Rows, agreed: Reliability, by_field: Rows) -> Rows:
    period, coverage, used = weeks[-1].period, weeks[-1].coverage, fate["total"]
    stops = DoorCount.objects.filter(unit__path__startswith=unit.path, day__range=(period.first_day, period.last_day))
    return {"total": {
        "members": coverage.members, "could": coverage.could, "floor": unit.network.places_floor,
        "k_inside": unit.network.k_inside, "stops": sum(stops.values_list("hits", flat=True)),
        "used": used["used"], "confirmed": used["confirmed"], "uncoded": used["uncoded"],
        "by_author": used["used"] - used["confirmed"] - used["uncoded"],
    }, "agreement": agreement_row(agreed, (cells["agreement"] for cells in by_field.values() if "agreement" in cells))}
