"""What can be seen of PDF/A-3a (ISO 19005-3) and PDF/UA-1 (ISO 14289-1) in the bytes of a report.

typst is asked for both and refuses a document that it cannot make so; these tests look at the result by the product's own reader.
They are no validator: the rules that veraPDF would check of content streams, colours and glyphs are not checked here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from django_scopes import scopes_disabled

from langnghe.reports.domain.files import document_of
from langnghe.reports.rendering.pdf import render_pdf
from langnghe.reports.rendering.pdf_objects import Objects, Stream

if TYPE_CHECKING:
    from langnghe.reports.models import Report as StoredReport

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def pdf(written_report: int, django_db_blocker: Any) -> Objects:
    from langnghe.reports.models import Report

    with django_db_blocker.unblock(), scopes_disabled():
        report: StoredReport = Report.objects.select_related("unit__network").get(pk=written_report)
        return Objects(render_pdf(document_of(report, "vi")), "report.pdf")


@pytest.fixture(scope="module")
def catalogue(pdf: Objects) -> dict[str, Any]:
    return dict(pdf.get(pdf.trailer["Root"]))


def every(pdf: Objects) -> Iterator[dict[str, Any]]:
    """Each dictionary of the file, streams' and nested ones too."""
    waiting = [pdf.load(number) for number in pdf.starts]
    while waiting:
        value = waiting.pop()
        if isinstance(value, Stream):
            value = dict(value.about)
        if isinstance(value, dict):
            yield value
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value


def tags(pdf: Objects, element: Any) -> Iterator[dict[str, Any]]:
    """The elements of the tree of tags, from the top."""
    element = pdf.get(element)
    if isinstance(element, dict):
        if "S" in element:
            yield element
        children = pdf.get(element.get("K", []))
        for child in children if isinstance(children, list) else [children]:
            yield from tags(pdf, child)


def test_metadata_names_both_standards_the_title_and_the_language(pdf: Objects, catalogue: dict[str, Any]) -> None:
    xmp = pdf.body(catalogue["Metadata"]).decode()
    said = {name: re.search(rf"<{name}>([^<]*)</{name}>", xmp) for name in ("pdfaid:part", "pdfaid:conformance", "pdfuaid:part")}
    assert {name: found and found[1] for name, found in said.items()} == {
        "pdfaid:part": "3", "pdfaid:conformance": "A", "pdfuaid:part": "1"}
    title = re.search(r"<dc:title>.*?<rdf:li[^>]*>([^<]+)<", xmp, re.DOTALL)
    assert title
    assert "tuần 46" in title[1]
    assert (pdf.get(catalogue["Lang"]), pdf.get(catalogue["ViewerPreferences"])["DisplayDocTitle"]) == (b"vi-VN", True)
    assert "Filter" not in pdf.get(catalogue["Metadata"]).about, "metadata stays readable without unpacking"


def test_colours_are_those_of_a_profile_inside(pdf: Objects, catalogue: dict[str, Any]) -> None:
    (intent,) = (pdf.get(one) for one in pdf.get(catalogue["OutputIntents"]))
    assert intent["S"] == "GTS_PDFA1"
    assert pdf.body(intent["DestOutputProfile"])[36:40] == b"acsp", "an ICC profile"


def test_every_part_is_tagged_and_every_drawing_says_what_it_shows(pdf: Objects, catalogue: dict[str, Any]) -> None:
    assert pdf.get(catalogue["MarkInfo"])["Marked"] is True
    found = list(tags(pdf, catalogue["StructTreeRoot"]))
    kinds = {str(element["S"]) for element in found}
    assert {"Document", "P", "H1", "H2", "Table", "TR", "TH", "TD", "Figure"} <= kinds
    drawings = [element for element in found if element["S"] == "Figure"]
    assert drawings
    assert all(element.get("Alt") for element in drawings)
    pages = [one for one in every(pdf) if one.get("Type") == "Page"]
    assert pages
    assert all("StructParents" in page and page.get("Tabs") == "S" for page in pages)


def test_every_font_is_inside(pdf: Objects) -> None:
    about = [one for one in every(pdf) if one.get("Type") == "FontDescriptor"]
    assert about
    assert all({"FontFile", "FontFile2", "FontFile3"} & one.keys() for one in about)
    simple = [one for one in every(pdf) if one.get("Type") == "Font" and one.get("Subtype") not in ("Type0", "Type3")]
    assert all("FontDescriptor" in one for one in simple)
    whole = [one for one in every(pdf) if one.get("Type") == "Font" and one.get("Subtype") == "Type0"]
    assert all("ToUnicode" in one for one in whole), "its text can be copied out and read aloud"


def test_claims_and_evidence_are_attached_each_with_its_relation(pdf: Objects, catalogue: dict[str, Any]) -> None:
    files = [pdf.get(one) for one in pdf.get(catalogue["AF"])]
    assert {one["UF"] for one in files} == {b"claims.json", b"evidence.json"}
    for one in files:
        assert one["AFRelationship"] in ("Data", "Source", "Supplement")
        assert pdf.get(pdf.get(one["EF"])["F"]).about["Subtype"] == "application/json"


def test_nothing_in_it_runs_or_calls_out(pdf: Objects, catalogue: dict[str, Any]) -> None:
    forbidden = {"JavaScript", "JS", "AA", "OpenAction", "Launch", "SubmitForm", "ImportData", "RichMedia", "XFA"}
    for one in every(pdf):
        assert not forbidden & one.keys(), one
        assert one.get("S") not in {"JavaScript", "Launch", "SubmitForm", "ImportData", "URI", "GoToR"}, one
    assert "Encrypt" not in pdf.trailer
    assert len(pdf.get(pdf.trailer["ID"])) == 2
    assert "AcroForm" not in catalogue
