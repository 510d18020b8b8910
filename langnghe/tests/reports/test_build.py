"""What is counted, what is refused, and that every figure follows from what was heard."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from django.db import IntegrityError, transaction

from langnghe.common.errors import Refusal
from langnghe.reports.domain.build import build_weekly
from langnghe.reports.domain.claims import claims_of
from langnghe.reports.enums import UNCERTAINTIES
from langnghe.reports.models import Evidence, Report
from nghe.evidence import KINDS
from nghe.wording import verify_claims

if TYPE_CHECKING:
    from conftest import Heard  # type: ignore[import-not-found]

AFTER = dt.datetime.fromisoformat("2026-11-13T09:00+07:00")
WEEK = "2026-W46"


def rows(report: Report, title: str) -> dict[str, dict[str, object]]:
    return next(one for one in report.evidence.all() if title in one.record["title"]["vi"]).record["rows"]


def row(report: Report, title: str, name: str) -> dict[str, object]:
    return rows(report, title)[name]


def test_counts_are_those_of_the_notes(report: Report) -> None:
    total = row(report, "Nước sạch", "total")
    assert (total["places"], total["notes"], total["channels"]) == (3, 11, 2)
    assert row(report, "Nước sạch", "s-oppose") == {"notes": 6, "places": 3, "intensity": 3, "low": 3, "high": 3}
    assert row(report, "Nước sạch", "s-agree")["notes"] == 5
    fate = row(report, "phần để ngoài", "total")
    assert (fate["recorded"], fate["used"], fate["aside"]) == (13, 13, 0)


def test_claims_of_the_report_verify(report: Report) -> None:
    assert verify_claims(claims_of(report, fixed=[], language="vi")) == []


def test_topic_under_the_floor_is_named_without_a_count(report: Report) -> None:
    small = row(report, "theo lĩnh vực", "small")
    assert small["topics"] == 1
    assert small["names"] == "Rác thải"
    assert "notes" not in small
    assert "MT2" not in rows(report, "theo lĩnh vực")


def test_small_views_are_merged_and_keep_their_names(heard: Heard) -> None:
    heard.note("AT", "2026-11-09", "MT1", tendency="wavering", times=2)
    report = build_weekly(heard.house.unit, period=WEEK, by=None, at=AFTER)
    views = {name: cells["notes"] for name, cells in rows(report, "Nước sạch").items() if name.startswith("s-")}
    assert sorted(name for row in views for name in row[2:].split("+")) == ["agree", "oppose", "wavering"]
    assert min(views.values()) >= heard.house.network.k_inside
    assert sum(views.values()) == 13
    said = report.statements.filter(slot__in=["i1.streams", "i1.minority"])
    assert "lưng chừng" in " ".join(one.text_vi for one in said).lower()


@pytest.mark.parametrize("notes", [3, 4])
def test_topic_in_enough_places_with_too_small_a_number_of_notes_still_gives_a_report(heard: Heard, notes: int) -> None:
    """Wide enough to be salient, its one view, mood and code under the floor for people: said without a count."""
    from langnghe.coding.domain.confirm import confirm_topic
    from langnghe.frames.models import Code

    said = Code.objects.filter(topic__code="GT1", topic__field__frame__in_use=True).select_related("topic").first()
    for place in ("AT", "BN", "CM", "DL")[:notes]:
        heard.note(place, "2026-11-09", "GT1", moods=("worried",))
        confirm_topic(heard.made[-1], topic=said.topic, code=said, by=heard.house.people["bob"], at=AFTER)
    report = build_weekly(heard.house.unit, period=WEEK, by=None, at=AFTER)
    assert verify_claims(claims_of(report, fixed=[], language="vi")) == []
    assert verify_claims(claims_of(report, fixed=[], language="en")) == []
    total = rows(report, said.topic.name_vi)["total"]
    assert (total["places"], total["notes"]) == (notes, notes)
    assert "notes" not in rows(report, said.topic.name_vi)["s-oppose"]


def test_week_that_is_not_over_is_refused(heard: Heard) -> None:
    with pytest.raises(Refusal) as refused:
        build_weekly(heard.house.unit, period="2026-W47", by=None, at=AFTER)
    assert refused.value.code == "report.week_open"


@pytest.mark.parametrize("period", ["2026-46", "W46", "2026-W60", "", "2026-11"])
def test_period_that_is_no_week_is_refused(heard: Heard, period: str) -> None:
    with pytest.raises(Refusal) as refused:
        build_weekly(heard.house.unit, period=period, by=None, at=AFTER)
    assert refused.value.code == "report.period"


def test_week_in_which_nothing_was_heard_still_gives_a_report(heard: Heard) -> None:
    report = build_weekly(heard.house.unit, period="2026-W40", by=None, at=AFTER)
    assert verify_claims(claims_of(report, fixed=[], language="vi")) == []
    assert report.statements.filter(slot__startswith="i").count() == 0


def test_typed_figure_in_an_outlook_is_refused(heard: Heard) -> None:
    before = Report.objects.count()
    with pytest.raises(Refusal) as refused:
        build_weekly(heard.house.unit, period=WEEK, by=None, at=AFTER, judgements=[{"slot": "outlook", "vi": "Sẽ có 20 nơi."}])
    assert refused.value.code == "report.statement"
    assert Report.objects.count() == before


def test_topic_whose_name_says_a_breadth_word_gives_way_to_its_code(heard: Heard) -> None:
    from langnghe.frames.models import Topic

    Topic.objects.filter(code="MT1").update(name_vi="Đa số than nước đục")
    report = build_weekly(heard.house.unit, period=WEEK, by=None, at=AFTER)
    assert any(one.record["title"]["vi"] == "Lượt ghi nhận: MT1" for one in report.evidence.all())


def test_database_refuses_a_margin_of_error_for_what_is_no_survey(report: Report) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Evidence.objects.create(report=report, label="E99", kind="QuotaTally", uncertainty="ci95_korn_graubard", record={},
                                hash="", frozen_at=AFTER)


def test_database_knows_the_library_s_kinds_and_their_uncertainties() -> None:
    assert {name: list(kind.uncertainties) for name, kind in KINDS.items()} == UNCERTAINTIES
