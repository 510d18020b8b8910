"""A report in a real browser: its evidence, a sentence that is not earned, signing, what was left out."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from langnghe.coding.domain.aside import set_aside
from langnghe.coding.models import SetAside
from langnghe.common.clock import now, today
from langnghe.common.periods import Period
from langnghe.frames.models import Topic
from langnghe.intake.models import Channel, Observation
from langnghe.network.domain import add_unit
from langnghe.reports.domain.build import build_weekly
from langnghe.reports.domain.carried import read_carried
from langnghe.reports.enums import ReportState
from langnghe.reports.models import Omission, ReportFile

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from langnghe.reports.models import Report

    SignIn = Callable[..., Page]

NUMBER = "118/BC-TTDLXH"


@pytest.fixture
def heard(live: Any) -> list[Observation]:
    """Last week: dirty water twice in each of three places."""
    day = Period.week_of(today(), "thu-wed").before().first_day + dt.timedelta(days=1)
    return [
        Observation.objects.create(
            id=uuid.UUID(int=number + 1), unit=live.house.unit, place=live.house.places[place], day=day,
            channel=Channel.objects.first(), setting="announced", kind="opinion", tendency="oppose", intensity=3, origin="phone",
            text=f"Nước đục buổi chiều, lần {number}", content_hash=f"{number:064}", door_version="test", received_on=day,
            topic=Topic.objects.get(code="MT1", field__frame__in_use=True))
        for number, place in enumerate(("AT", "BN", "CM") * 2)
    ]


def build(live: Any) -> Report:
    return build_weekly(live.house.unit, period=Period.week_of(today(), "thu-wed").before().code, by=None, at=now())


@pytest.mark.parametrize("javascript", [True, False])
def test_evidence_opens_under_a_sentence(live: Any, heard: Any, signed_in_as: SignIn, javascript: bool) -> None:
    report = build(live)
    row = report.statements.get(slot="i1.breadth", replaced_by=None)
    page = signed_in_as("dan", phone=not javascript, javascript=javascript)
    page.goto(f"/reports/{report.pk}/")
    with page.expect_navigation():  # and its styles, by which it is measured
        page.locator(f"#{row.label} a.proof").click()
    drawer = page.locator("#evidence")
    expect(drawer.get_by_role("heading", level=2)).to_contain_text(row.label)
    expect(drawer.locator("figcaption").first).to_contain_text("Ghi nhận ở 3")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_sentence_that_is_not_earned_is_red_and_written_again(live: Any, heard: Any, signed_in_as: SignIn) -> None:
    report = build(live)
    row = report.statements.get(slot="i1.breadth", replaced_by=None)
    page = signed_in_as("bob", phone=False)
    page.goto(f"/reports/{report.pk}/sentences/{row.label}/")
    page.locator("textarea[name=vi]").fill("Đa số hộ dân bức xúc vì nước đục.")
    with page.expect_navigation():
        page.get_by_role("button", name="Giữ").click()
    said = page.locator(f"#{row.label}")
    expect(said.locator(".st.red")).to_be_visible()
    expect(page.locator("#stuck")).to_be_visible()
    with page.expect_navigation():
        said.get_by_role("button", name="Viết lại theo căn cứ").click()
    expect(page.locator(".st.red")).to_have_count(0)
    expect(page.locator(f"#{row.label}")).to_contain_text("3")


def test_signer_signs_with_a_number_and_the_signed_pdf_downloads(live: Any, heard: Any, signed_in_as: SignIn,
                                                                tmp_path: Path) -> None:
    report = build(live)
    analyst = signed_in_as("bob", phone=False)
    analyst.goto(f"/reports/{report.pk}/")
    with analyst.expect_navigation():
        analyst.get_by_role("button", name="Chuyển duyệt").click()
    expect(analyst.get_by_role("button", name="Ký báo cáo")).to_have_count(0)
    page = signed_in_as("carol", phone=False)
    page.goto(f"/reports/{report.pk}/")
    page.locator("input[name=number]").fill(NUMBER)
    with page.expect_navigation():
        page.get_by_role("button", name="Ký báo cáo").click()
    report.refresh_from_db()
    assert (report.state, report.number) == (ReportState.SIGNED, NUMBER)
    with page.expect_download() as got:
        page.get_by_role("link", name="report.pdf").click()
    got.value.save_as(tmp_path / "signed.pdf")
    content = (tmp_path / "signed.pdf").read_bytes()
    assert content == bytes(ReportFile.objects.get(report=report, name="report.pdf").content)
    assert NUMBER in " ".join(part for stretch in read_carried(content, "signed.pdf").stretches for part in stretch.parts)


def test_what_was_left_out_is_opened_from_the_report_and_put_back(live: Any, heard: Any, signed_in_as: SignIn) -> None:
    set_aside(heard[-1], "duplicate", kept=heard[0], by=live.house.people["bob"], at=now())
    set_aside(heard[-2], "other", by=live.house.people["bob"], at=now())
    report = build(live)
    page = signed_in_as("bob", phone=True)
    page.goto(f"/reports/{report.pk}/")
    with page.expect_navigation():
        page.get_by_role("link", name="Điều chưa đưa vào, theo đơn vị").click()
    expect(page.locator("h1")).to_contain_text("2 trong 6 lượt ghi nhận chưa được đưa vào")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    with page.expect_navigation():
        page.locator("tr", has_text="lần 5").get_by_role("button", name="Đưa lại vào").click()
    assert list(SetAside.objects.values_list("reason", flat=True)) == ["other"]
    expect(page.get_by_text("Báo cáo ghi 2; hôm nay là 1")).to_be_visible()


@pytest.mark.parametrize("phone", [True, False], ids=["phone", "desk"])
def test_drawings_of_what_was_left_out_and_the_last_outlook_have_no_fault(live: Any, heard: Any, signed_in_as: SignIn,
                                                                         phone: bool) -> None:
    """With breakdowns to draw, a matter of a report below, and an outlook to judge; axe in light and dark, 320 pixels."""
    axe = (Path(__file__).parent / "vendor/axe.min.js").read_text(encoding="utf-8")
    faults = "async () => (await axe.run()).violations.map((fault) => `${fault.id}: ${fault.nodes[0].html}`)"
    house, week = live.house, Period.week_of(today(), "thu-wed").before()
    for number, note in enumerate(list(heard) * 4):
        note.pk, note._state.adding, note.tendency = uuid.UUID(int=100 + number), True, ("oppose", "agree")[number % 2]
        note.save()
        if number % 4 == 0:
            set_aside(note, "local", by=house.people["bob"], at=now())
    low = add_unit(house.network, under=house.unit, by=None, at=now(), code="ST-A", name_vi="Tổ A", level="district",
                   opened=week.first_day)
    for number, note in enumerate(heard):
        note.pk, note._state.adding, note.unit = uuid.UUID(int=500 + number), True, low
        note.topic = Topic.objects.get(code="MT2", field__frame__in_use=True)
        note.save()
    below = build_weekly(low, period=week.code, by=None, at=now())
    before = build_weekly(house.unit, period=week.before().code, by=None, at=now(), judgements=[
        {"slot": "outlook", "vi": "*Có khả năng.* Nước còn được nói tới. *Sai nếu:* không nơi nào ghi nhận.", "en": ""}])
    for report in (below, before):
        type(report).objects.filter(pk=report.pk).update(state="signed", number="1", signed_by=house.people["carol"],
                                                         signed_at=report.made_at)
    report = build(live)
    report.omissions.all().delete()
    Omission.objects.create(report=report, lower=below, topic=Topic.objects.get(code="MT2", field__frame__in_use=True), at=now())
    page = signed_in_as("bob", phone=phone)
    for address in (f"/reports/{report.pk}/left-out/", f"/reports/{report.pk}/outlook/last/"):
        assert page.goto(address).ok
        page.evaluate(axe)
        for light in ("light", "dark"):
            page.emulate_media(color_scheme=light, reduced_motion="reduce")
            assert page.evaluate(faults) == []
        page.set_viewport_size({"width": 320 if phone else 1280, "height": 700})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_label("đã xảy ra").check()
    with page.expect_navigation():
        page.get_by_role("button", name="Giữ").click()
    expect(page.get_by_label("đã xảy ra")).to_be_checked()
