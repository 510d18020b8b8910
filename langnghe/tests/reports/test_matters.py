"""Matters that reports below name and a higher one does not: counted, with a reason, seen two levels up, taken in."""

from __future__ import annotations

import csv
import datetime as dt
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from langnghe.accounts.models import User
from langnghe.common.errors import Refusal
from langnghe.network.domain import add_member, add_unit
from langnghe.network.models import Term, Unit
from langnghe.reports.domain.build import build_weekly
from langnghe.reports.domain.files import document_of, render
from langnghe.reports.domain.matters import left_matters, lower_reports
from langnghe.reports.domain.taking_in import give_reason, take_in
from langnghe.reports.domain.verify import verify_file
from langnghe.reports.models import Omission, Report
from langnghe.testing import OPENED, give_second_factor

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Heard  # type: ignore[import-not-found]

AT = dt.datetime.fromisoformat("2026-11-13T09:00+07:00")
WEEK = "2026-W46"
WIDER = ("GT1", "MT1", "MT2", "YT1")
NARROW = "GD1"


@dataclass
class Tree:
    """A cluster under a district under the office; the cluster's report is signed, and names one matter that is narrow above."""

    heard: Heard
    office: Unit
    district: Unit
    cluster: Unit
    people: dict[str, User]
    lowest: Report


@pytest.fixture
def tree(heard: Heard) -> Tree:
    house = heard.house
    office = house.unit
    district = add_unit(house.network, under=office, by=None, at=AT, code="ST-A", name_vi="Tổ A", level="district", opened=OPENED)
    cluster = add_unit(house.network, under=district, by=None, at=AT, code="ST-A-1", name_vi="Nhóm A1", level="cluster",
                       opened=OPENED)
    people = {name: member(house, unit, name.partition("-")[0]) for name, unit in {
        "editor-low": cluster, "signer-low": cluster, "editor-mid": district, "signer-mid": district}.items()}
    house.unit = cluster
    for place in ("AT", "BN", "CM"):
        heard.note(place, "2026-11-06", NARROW, times=2)
    house.unit = district
    for topic in WIDER:
        for place in ("AT", "BN", "CM", "DL"):
            heard.note(place, "2026-11-06", topic)
    house.unit = office
    return Tree(heard, office, district, cluster, people, sign(build_weekly(cluster, period=WEEK, by=None, at=AT), people, "low"))


def member(house: Any, unit: Unit, role: str) -> User:
    user = User.objects.create_user(f"{role}-{unit.code}", display_name=role)
    add_member(user, unit=unit, term=Term.objects.get(network=house.network), role=role, by=None, at=AT, places=[])
    give_second_factor(user)
    return user


def sign(report: Report, people: dict[str, User], where: str) -> Report:
    """As signing leaves it, without the bytes of its files, which nothing here reads."""
    Report.objects.filter(pk=report.pk).update(state="signed", number="1/BC", signed_by=people[f"signer-{where}"], signed_at=AT)
    return Report.objects.select_related("unit__network").get(pk=report.pk)


def said(report: Report) -> str:
    return report.statements.get(slot="left.matters", replaced_by=None).text_vi


def test_a_matter_that_is_named_below_and_not_here_is_kept_with_its_reason(tree: Tree) -> None:
    report = build_weekly(tree.district, period=WEEK, by=None, at=AT)
    (row,) = left_matters(report, lower_reports(report))
    assert (row.omission.topic.code, row.omission.reason, row.omission.by) == (NARROW, "narrow", None)
    assert (row.below.places, row.below.notes, row.counted) == (3, 6, True)
    record = report.evidence.get(record__query__from="reports below").record["rows"]
    assert record["total"] == {"reports": 1, "matters": 1, "named": 0, "left": 1, "other": 0, "other_share": 0.0}
    assert record["x-narrow"] == {"matters": 1}
    assert record["o-01"]["office"] == "Nhóm A1"


def test_those_two_levels_up_see_what_the_middle_left_out(tree: Tree, client: Client) -> None:
    middle = sign(build_weekly(tree.district, period=WEEK, by=None, at=AT), tree.people, "mid")
    top = build_weekly(tree.office, period=WEEK, by=None, at=AT)
    client.force_login(tree.heard.house.people["dan"])
    page = client.get(f"/reports/{top.pk}/left-out/").content.decode()
    assert "Nhóm A1" in page
    lines = list(csv.DictReader(io.StringIO(client.get(f"/reports/{top.pk}/left-out-matters.csv").content.decode("utf-8-sig"))))
    assert {(row["left_out_by"], row["of_office"], row["topic"], row["reason"]) for row in lines} == {
        ("ST-A", "ST-A-1", NARROW, "narrow"), ("ST", "ST-A-1", NARROW, "narrow")}
    assert client.get(f"/reports/{middle.pk}/left-out/").status_code == 200
    client.force_login(tree.heard.house.people["mallory"])
    assert client.get(f"/reports/{top.pk}/left-out-matters.csv").status_code == 404


def test_a_matter_taken_in_is_said_with_evidence_of_its_own(tree: Tree, tmp_path: Path) -> None:
    report = build_weekly(tree.district, period=WEEK, by=None, at=AT)
    row = report.omissions.get()
    before = said(report)
    take_in(report, row.pk, by=tree.people["editor-mid"], at=AT)
    report = Report.objects.select_related("unit__network").get(pk=report.pk)
    assert not Omission.objects.filter(report=report).exists()
    made = report.statements.get(slot="i5.breadth", replaced_by=None)
    assert made.evidence.get().record["query"]["topic"] == NARROW
    assert said(report) != before
    (tmp_path / "report.pdf").write_bytes(render(report, "report.pdf", document_of(report, "vi")))
    assert [str(found) for found in verify_file(tmp_path / "report.pdf")] == []
    with pytest.raises(Refusal, match="không còn"):
        take_in(report, row.pk, by=tree.people["editor-mid"], at=AT)


def test_a_reason_is_kept_by_the_next_draft_and_printed(tree: Tree) -> None:
    report = build_weekly(tree.district, period=WEEK, by=None, at=AT)
    give_reason(report, report.omissions.get().pk, reason="other", by=tree.people["editor-mid"], at=AT)
    assert report.evidence.order_by("-label").first().record["rows"]["total"]["other_share"] == 100.0
    again = build_weekly(tree.district, period=WEEK, by=None, at=AT + dt.timedelta(hours=1))
    assert [(row.reason, row.by) for row in again.omissions.all()] == [("other", tree.people["editor-mid"])]


def test_a_duplicate_names_what_is_kept(tree: Tree) -> None:
    report = build_weekly(tree.district, period=WEEK, by=None, at=AT)
    row = report.omissions.get()
    for reason, kept in (("duplicate", ""), ("duplicate", "none"), ("duplicate", NARROW), ("other", "MT1")):
        with pytest.raises(Refusal) as refused:
            give_reason(report, row.pk, reason=reason, kept=kept, by=tree.people["editor-mid"], at=AT)
        assert refused.value.code == "report.matter_kept"
    with pytest.raises(Refusal) as refused:
        give_reason(report, row.pk, reason="because", by=tree.people["editor-mid"], at=AT)
    assert refused.value.code == "report.matter_reason"
    assert give_reason(report, row.pk, reason="duplicate", kept="MT1", by=tree.people["editor-mid"], at=AT).kept.code == "MT1"
    with pytest.raises(IntegrityError), transaction.atomic():
        Omission.objects.filter(pk=row.pk).update(reason="other")


def test_only_a_writer_of_the_same_office_works_on_a_draft(tree: Tree, client: Client) -> None:
    report = build_weekly(tree.district, period=WEEK, by=None, at=AT)
    row = report.omissions.get()
    addresses = [f"/reports/{report.pk}/left-out/matters/{row.pk}/{step}/" for step in ("in", "reason")]
    for who in (tree.people["editor-low"], tree.heard.house.people["bob"], tree.heard.house.people["mallory"]):
        client.force_login(who)
        assert [client.post(address, {"reason": "other"}).status_code for address in addresses] == [404, 404]
    client.force_login(tree.people["editor-mid"])
    page = client.get(f"/reports/{report.pk}/left-out/").content.decode()
    assert addresses[0] in page
    assert [client.post(address, {"reason": "other"}).status_code for address in reversed(addresses)] == [302, 302]
    assert not Omission.objects.filter(report=report).exists()


def test_a_report_signed_later_is_told_to_the_draft(tree: Tree, client: Client) -> None:
    early = build_weekly(tree.district, period=WEEK, by=None, at=AT - dt.timedelta(hours=9))
    Omission.objects.filter(report=early).delete()
    client.force_login(tree.people["editor-mid"])
    assert "được ký sau khi" in client.get(f"/reports/{early.pk}/left-out/").content.decode()
