"""A report in a real browser: its evidence, a sentence that is not earned, signing, what was left out."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from langnghe.coding.domain.aside import set_aside
from langnghe.coding.models import SetAside
from langnghe.common.clock import now, today
from langnghe.common.periods import Period
from langnghe.frames.models import Topic
from langnghe.intake.models import Channel, Observation
from langnghe.reports.domain.build import build_weekly
from langnghe.reports.domain.carried import read_carried
from langnghe.reports.enums import ReportState
from langnghe.reports.models import ReportFile

if TYPE_CHECKING:
    from pathlib import Path

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
    with page.expect_navigation(timeout=60000):
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
    expect(page.locator("h1")).to_contain_text("Điều chưa đưa vào")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    with page.expect_navigation():
        page.locator("tr", has_text="lần 5").get_by_role("button", name="Đưa lại vào").click()
    assert list(SetAside.objects.values_list("reason", flat=True)) == ["other"]
    expect(page.get_by_text("Báo cáo ghi 2; hôm nay là 1")).to_be_visible()
