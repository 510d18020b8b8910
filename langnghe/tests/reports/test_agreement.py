"""Topics on which two people do not agree enough, or of which nobody knows it, are marked wherever the report counts them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from django.test import Client

from langnghe.coding.domain import code_again, confirm_topic
from langnghe.coding.domain.shares import estimate_coded_shares
from langnghe.coding.models import Coding, Draw, Drawn
from langnghe.common.errors import Refusal
from langnghe.frames.models import Topic
from langnghe.reports.domain.agreement import SIGNS, sign_of
from langnghe.reports.domain.build import build_weekly
from langnghe.reports.domain.files import document_of, earned_claims
from langnghe.reports.domain.reading import read_report
from langnghe.reports.rendering.glyphs import printable

if TYPE_CHECKING:
    from conftest import Heard  # type: ignore[import-not-found]

    from langnghe.reports.models import Report

AT = dt.datetime.fromisoformat("2026-11-13T09:00+07:00")
WEEK = "2026-W46"
AGREED = {("MT1", "MT1"): 11, ("GT1", "GT1"): 11}
DISAGREED = {("MT1", "GT1"): 6, ("MT1", "MT1"): 4, ("GT1", "MT1"): 6, ("GT1", "GT1"): 4}


def code_twice(heard: Heard, pairs: dict[tuple[str, str], int]) -> None:
    """Notes of September, drawn by chance: Bob gave the first topic, Erin, blind, the second."""
    house = heard.house
    topics = {code: Topic.objects.get(code=code, field__frame__in_use=True, field__frame__network=house.network)
              for pair in pairs for code in pair}
    draw = Draw.objects.create(unit=house.unit, period="2026-W38", seed="s", share=0.1, notes=99, drawn=99, at=AT)
    for (first, second), number in pairs.items():
        for _time in range(number):
            heard.note("AT", "2026-09-15", first)
            note = heard.made[-1]
            confirm_topic(note, topic=topics[first], by=house.people["bob"], at=AT)
            drawn = Drawn.objects.create(observation=note, draw=draw, number=0.01, share=0.1, drawn_by="chance")
            code_again(drawn, topic=topics[second], by=house.people["erin"], at=AT)


def built(heard: Heard) -> Report:
    return build_weekly(heard.house.unit, period=WEEK, by=None, at=AT)


def row_of(report: Report, name: str) -> str:
    (section,) = (section for section in read_report(report, language="vi").sections if section.head == "fields")
    return next(row[0] for row in section.table if row[0].startswith(name))


@pytest.mark.parametrize(("pairs", "sign", "said"), [
    (DISAGREED, "\u00a0#", "Phân loại chủ đề này không tin cậy: alpha"),
    ({}, "\u00a0°", "Phân loại chủ đề này tin cậy đến đâu: chưa đo."), (AGREED, "", ""),
])
def test_a_topic_is_marked_in_the_table_and_in_what_is_not_known(heard: Heard, pairs: dict[tuple[str, str], int], sign: str,
                                                                 said: str) -> None:
    if pairs:
        code_twice(heard, pairs)
    report = built(heard)
    assert row_of(report, "Nước sạch") == f"Nước sạch{sign}"
    claims = earned_claims(report, fixed=[], language="vi")["claims"]
    unknown = next(claim["rendered"]["vi"] for claim in claims if claim["slot"] == "i1.unknown")
    assert said in unknown
    assert ("Phân loại chủ đề" in unknown) == bool(said)
    cells = [claim["rendered"]["vi"] for claim in claims if claim["slot"] == "fields.row"]
    assert any(row.startswith(f"Nước sạch{sign}\t") for row in cells)


def test_the_methods_say_how_reliable_the_coding_is(heard: Heard, client: Client) -> None:
    code_twice(heard, DISAGREED)
    report = built(heard)
    cells = report.evidence.get(record__query__from="method").record["rows"]["agreement"]
    assert (cells["twice"], cells["unreliable"], cells["reliable"], cells["least"]) == (20, 1, 0, "0,667")
    client.force_login(heard.house.people["dan"])
    page = client.get(f"/reports/{report.pk}/").content.decode()
    assert "lượt được người khác phân loại lại độc lập: alpha" in page
    assert "#: phân loại chủ đề này chưa đủ thống nhất; °: chưa đo." in page


def test_where_nobody_coded_twice_the_methods_say_so(heard: Heard) -> None:
    report = built(heard)
    assert report.statements.filter(slot="methods").last().text_vi.startswith("Phân loại tin cậy đến đâu: chưa đo;")
    caption = next(section.table.caption for section in document_of(report, "vi").sections if section.table)
    assert "#: phân loại chủ đề này chưa đủ thống nhất; °: chưa đo." in caption


def test_every_sign_can_be_printed_and_old_evidence_has_none() -> None:
    assert [printable(sign) for sign in SIGNS.values()] == [(sign, set()) for sign in SIGNS.values()]
    assert sign_of({"places": 3}) == ""


def test_a_machines_suggestion_counts_nowhere_and_its_share_needs_an_audit(heard: Heard) -> None:
    """R11: what only a machine has coded has no topic in a report; and nobody is given its share without an audit."""
    house = heard.house
    topic = Topic.objects.get(field__frame__network=house.network, field__frame__in_use=True, code="MT1")
    before = built(heard).evidence.get(record__query__topic="MT1").record["rows"]["total"]["notes"]
    note = type(heard.made[0]).objects.get(pk=heard.made[-1].pk)
    note.pk, note.topic, note._state.adding = "00000000-0000-0000-0000-0000000000aa", None, True
    note.save()
    Coding.objects.create(observation=note, topic=topic, source="machine", made_by_version="x", confidence=0.99, at=AT)
    report = built(heard)
    assert report.evidence.get(record__query__topic="MT1").record["rows"]["total"]["notes"] == before
    assert report.evidence.get(record__query__from="notes", kind="DocumentCount").record["rows"]["total"]["uncoded"] == 1
    with pytest.raises(Refusal) as refused:
        estimate_coded_shares(house.unit, report.first_day, report.last_day)
    assert refused.value.code == "shares.no_audit"
