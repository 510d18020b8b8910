"""Sentences on the page: written again, by the evidence, with evidence attached; what is not earned does not leave the house."""

from __future__ import annotations

import datetime as dt
import zipfile
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest

from langnghe.common.errors import Refusal
from langnghe.reports.domain.build import build_weekly
from langnghe.reports.domain.claims import claims_of
from langnghe.reports.domain.editing import (
    add_statement,
    problems,
    rewrite_by_evidence,
    rewrite_statement,
    withdraw_statement,
)
from langnghe.reports.domain.files import file_of
from langnghe.reports.domain.judgements import add_outlook, add_recommendation, remove_recommendation
from langnghe.reports.domain.lifecycle import move_report
from langnghe.reports.enums import ReportState
from langnghe.reports.models import ReportTemplate
from nghe.wording import verify_claims

if TYPE_CHECKING:
    from django.test import Client

    from langnghe.reports.models import Report, Statement
    from langnghe.testing import House

AT = dt.datetime.fromisoformat("2026-11-13T10:00+07:00")


def at(report: Report, slot: str) -> Statement:
    return report.statements.get(slot=slot, replaced_by=None)


def water(report: Report) -> str:
    return next(row.label for row in report.evidence.all() if "Nước sạch" in row.record["title"]["vi"])


@pytest.mark.parametrize(("vi", "cites"), [
    ("Người dân các xã hạ lưu rất bức xúc.", False), ("Đa số hộ dùng nước đục.", True), ("Có 12 nơi nói về nước.", True),
    ("Nước đục ở {E99.total.places} nơi.", True), ("Chuyện nước.", False),
])
def test_sentence_without_its_evidence_is_kept_in_the_draft_and_goes_nowhere(report: Report, house: House, vi: str,
                                                                             cites: bool) -> None:
    row = at(report, "i1.breadth")
    rewrite_statement(report, row.label, vi=vi, en="", evidence=[water(report)] if cites else [], by=house.people["bob"], at=AT)
    report.refresh_from_db()
    assert list(problems(report)) == [row.label]
    assert report.digest == ""
    for work in (lambda: file_of(report, "report.html", language="vi"),
                 lambda: move_report(report, ReportState.REVIEW, by=house.people["bob"], at=AT)):
        with pytest.raises(Refusal) as refused:
            work()
        assert refused.value.code == "report.not_earned"


def test_written_again_by_the_evidence(report: Report, house: House) -> None:
    row = at(report, "i1.mood")
    before = row.text_vi
    rewrite_statement(report, row.label, vi="Bà con rất bức xúc.", en="", evidence=[], by=house.people["bob"], at=AT)
    rewrite_by_evidence(report, row.label, by=house.people["bob"], at=AT)
    report.refresh_from_db()
    assert at(report, "i1.mood").text_vi == before
    assert problems(report) == {}
    assert report.digest.startswith("sha256:")
    assert report.statements.filter(label=row.label).count() == 3


def test_sentence_added_with_its_evidence_is_exported(report: Report, house: House) -> None:
    label = water(report)
    made = add_statement(report, "i1.more", vi=f"Qua {{{label}.total.channels}} kênh khác nhau.", en="", evidence=[label],
                         by=house.people["erin"], at=AT)
    report.refresh_from_db()
    content, _kind = file_of(report, "report.html", language="vi")
    assert f'id="{made.label}"' in content.decode()
    assert "Qua 2 kênh khác nhau." in content.decode()


@pytest.mark.parametrize("slot", ["i1.minority", "i1.unknown", "silent.head", "left.head", "fields.head", "strip"])
def test_what_every_report_must_say_cannot_be_taken_out(report: Report, house: House, slot: str) -> None:
    row = at(report, slot)
    with pytest.raises(Refusal) as refused:
        withdraw_statement(report, row.label, by=house.people["erin"], at=AT)
    assert refused.value.code == "report.kept"


def test_sentence_taken_out_is_gone_from_the_report_and_stays_stored(report: Report, house: House) -> None:
    row = at(report, "i1.channels")
    withdraw_statement(report, row.label, by=house.people["erin"], at=AT)
    report.refresh_from_db()
    assert row.label not in [claim["id"] for claim in claims_of(report, fixed=[], language="vi")["claims"]]
    assert report.statements.filter(label=row.label).exists()


@pytest.mark.parametrize("who", ["alice", "carol", "dan", "eve", "mallory"])
def test_only_those_who_write_work_on_a_draft(report: Report, house: House, who: str) -> None:
    with pytest.raises(Refusal) as refused:
        withdraw_statement(report, at(report, "i1.mood").label, by=house.people[who], at=AT)
    assert refused.value.code == "report.role"


def test_report_in_review_is_not_worked_on(report: Report, house: House) -> None:
    move_report(report, ReportState.REVIEW, by=house.people["bob"], at=AT)
    with pytest.raises(Refusal) as refused:
        withdraw_statement(report, at(report, "i1.mood").label, by=house.people["erin"], at=AT)
    assert refused.value.code == "report.no_draft"


def test_outlook_has_a_word_of_the_scale_and_what_would_prove_it_wrong(report: Report, house: House) -> None:
    add_outlook(report, likelihood="likely", vi="Chuyện nước lan sang các xã ven sông",
                wrong_vi="tuần sau không nơi mới nào ghi nhận", by=house.people["bob"], at=AT)
    report.refresh_from_db()
    page = file_of(report, "report.html", language="vi")[0].decode()
    assert "<strong>Có khả năng.</strong> Chuyện nước lan sang các xã ven sông. <strong>Sai nếu:</strong>" in page
    assert "có khả năng 55–75%" in page


@pytest.mark.parametrize(("given", "code"), [
    ({"likelihood": "sure"}, "report.likelihood"), ({"vi": " "}, "report.outlook"), ({"wrong_vi": ""}, "report.outlook"),
])
def test_outlook_that_says_too_little_is_refused(report: Report, house: House, given: dict[str, str], code: str) -> None:
    whole = {"likelihood": "likely", "vi": "Chuyện nước còn nói tới.", "wrong_vi": "không ai nói.", **given}
    with pytest.raises(Refusal) as refused:
        add_outlook(report, **whole, by=house.people["bob"], at=AT)
    assert refused.value.code == code


def test_recommendations_are_counted_again(report: Report, house: House) -> None:
    made = add_recommendation(report, vi="Súc rửa đường ống.", en="", addressee="Công ty Cấp nước", due_on=dt.date(2026, 11, 20),
                              by=house.people["bob"], at=AT)
    report.refresh_from_db()
    assert "2 kiến nghị mới, sớm nhất đến hạn 17/11" in file_of(report, "report.html", language="vi")[0].decode()
    for code in [made.code, "KN-46-01"]:
        remove_recommendation(report, code, by=house.people["bob"], at=AT)
    report.refresh_from_db()
    document = claims_of(report, fixed=[], language="vi")
    assert "kiến nghị mới" not in str(document["claims"])
    assert verify_claims(document) == []


def test_recommendation_for_a_day_that_is_over_is_refused(report: Report, house: House) -> None:
    with pytest.raises(Refusal) as refused:
        add_recommendation(report, vi="Làm ngay.", en="", addressee="Sở", due_on=dt.date(2026, 11, 1),
                           by=house.people["bob"], at=AT)
    assert refused.value.code == "report.due"


# ---- the same on the page ---------------------------------------------------------------------------------------------------


@pytest.fixture
def bob(client: Client, house: House) -> Any:
    client.force_login(house.people["bob"])
    return client


def test_page_says_which_sentence_cannot_be_exported_and_offers_what_to_do(bob: Any, report: Report, house: House) -> None:
    row = at(report, "i1.mood")
    page = bob.post(f"/reports/{report.pk}/sentences/{row.label}/", {"vi": "Bà con rất bức xúc.", "en": ""}, follow=True)
    body = page.content.decode()
    assert "Chưa có căn cứ, không xuất được" in body
    assert "Viết lại theo căn cứ" in body
    assert "Gắn căn cứ…" in body
    assert "Chưa chuyển được: 1 nhận định" in body
    done = bob.post(f"/reports/{report.pk}/sentences/{row.label}/by-evidence/", follow=True)
    assert "Chưa có căn cứ" not in done.content.decode()


@pytest.mark.parametrize("address", ["sentences/C01/", "add/i1/", "outlook/", "recommendations/"])
def test_pages_of_a_draft_open_for_its_writers_alone(client: Client, house: House, report: Report, address: str) -> None:
    answers = {}
    for who in ("bob", "erin", "dan", "mallory", "alice"):
        client.force_login(house.people[who])
        answers[who] = client.get(f"/reports/{report.pk}/{address}").status_code
    assert answers == {"bob": 200, "erin": 200, "dan": 404, "mallory": 404, "alice": 404}


def test_template_with_a_fault_is_refused_on_its_page(bob: Any, report: Report) -> None:
    file = BytesIO(b"no word file")
    file.name = "mau.docx"
    answer = bob.post("/reports/template/", {"file": file})
    assert "is no DOCX file" in answer.content.decode(), answer.context["form"].errors


def test_template_of_an_office_is_kept_and_its_next_report_is_printed_in_it(bob: Any, report: Report, template_with: Any) -> None:
    """As Word saves it: the shipped one with a line of the office's own. The draft at hand keeps the one it was built with."""
    file = BytesIO(template_with("{{ head.title }} – bản của Trung tâm"))
    file.name = "mau-cua-trung-tam.docx"
    answer = bob.post("/reports/template/", {"file": file}, follow=True)
    assert answer.status_code == 200
    assert "mau-cua-trung-tam.docx" in answer.content.decode()
    kept = ReportTemplate.objects.get()
    assert (kept.unit, kept.by.username, bytes(kept.content)) == (report.unit, "bob", file.getvalue())
    again = build_weekly(report.unit, period=report.period, by=None, at=AT)
    texts = {}
    for one in (report, again):
        with zipfile.ZipFile(BytesIO(file_of(one, "report.docx", language="vi")[0])) as archive:
            texts[one.pk] = "– bản của Trung tâm" in archive.read("word/document.xml").decode()
    assert texts == {report.pk: False, again.pk: True}
