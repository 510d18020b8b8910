"""Charts: well-formed, with a text alternative, and never without what is unsure."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable

import pytest

from nghe.charts import (
    Area,
    Bar,
    Drawing,
    Estimate,
    Reach,
    Tile,
    Week,
    areas,
    bars,
    intervals,
    parts,
    ratio,
    reaches,
    share,
    share_axis,
    squares,
    tiles,
    top_of,
    trend,
    waves,
    way,
    weeks,
)
from nghe.charts.field import axis
from nghe.charts.marks import STYLES

DRAWN: dict[str, Callable[[str], Drawing]] = {
    "squares": lambda label: squares(11, 15, 18, label=label),
    "weeks": lambda label: weeks([Week("45", 7, 9), Week("46", 11, 14)], label=label, top=18, reach="11–14"),
    "areas": lambda label: areas([Area("Đô thị", 4, 4, 5), Area("Ven sông, Trung du, Vùng cao", 5, 11, 13)], label=label),
    "bars": lambda label: bars([Bar("chưa đồng tình", 19), Bar("hai luồng gộp", 6, merged=True)], label=label),
    "reaches": lambda label: reaches([Reach(11, 14, 3, 9, strong=True), Reach(3, 6, 8, 10)], label=label, top=18),
    "parts": lambda label: parts([14, 12, 7], 38, label=label),
    "waves": lambda label: waves([Estimate("I/26", 27, 24, 30), Estimate("II/26", 34, 31, 37, newest=True)], label=label),
    "intervals": lambda label: intervals([Estimate("tháng 10", 60.7, 55.1, 66.1, newest=True, said="60,7")], label=label),
    "ratio": lambda label: ratio(2.7, 1.7, 4.2, label=label),
    "trend": lambda label: trend([3, None, 7, 11], [3, 0, 7, 11], [4, 4, 9, 14], label=label),
    "tiles": lambda label: tiles(
        [Tile("Thượng Thao", "got", "7"), Tile("Mường Tưa", "quiet", "3"), Tile("Bãi Dâu", "miss")], label=label
    ),
}


@pytest.mark.parametrize("name", DRAWN)
@pytest.mark.parametrize("standalone", [False, True])
def test_drawing_is_well_formed_and_inside_its_frame(name: str, standalone: bool) -> None:
    drawing = DRAWN[name]('11/15 <địa bàn> & "kênh"')
    root = ET.fromstring(drawing.svg(standalone=standalone))
    assert (float(root.get("width", 0)), float(root.get("height", 0))) == (drawing.width, pytest.approx(drawing.height, abs=0.06))
    for shape in root.iter():
        for across in ("x", "cx", "x1", "x2"):
            assert -1 <= float(shape.get(across, 0)) <= drawing.width + 1, ET.tostring(shape)
        for down in ("y", "cy", "y1", "y2"):
            assert -1 <= float(shape.get(down, 0)) <= drawing.height + 6, ET.tostring(shape)


@pytest.mark.parametrize("name", DRAWN)
def test_page_drawing_says_its_finding_and_holds_no_colour(name: str) -> None:
    text = DRAWN[name]("11/15 <địa bàn>").svg()
    root = ET.fromstring(text)
    assert root.get("role") == "img"
    assert root.get("aria-label") == "11/15 <địa bàn>"
    assert not re.search(r'style=|(fill|stroke)="(?!url\(#)', text)


@pytest.mark.parametrize("name", DRAWN)
def test_document_drawing_needs_no_style_sheet(name: str) -> None:
    text = DRAWN[name]("x").svg(standalone=True)
    assert "class=" not in text
    assert 'xmlns="http://www.w3.org/2000/svg"' in text


def test_every_kind_of_shape_in_the_pages_has_its_look_in_documents() -> None:
    kinds = {mark.kind for make in DRAWN.values() for mark in make("x").marks}
    assert kinds <= set(STYLES)


def test_squares_show_who_heard_who_reported_and_who_was_silent() -> None:
    kinds = [mark.kind for mark in squares(2, 3, 5, label="x").marks]
    assert kinds == ["c-on", "c-on", "c-off", "c-miss", "c-miss"]


def test_a_week_without_silent_places_has_no_reach() -> None:
    kinds = [mark.kind for mark in weeks([Week("46", 5, 5)], label="x", top=6).marks]
    assert "c-cap" not in kinds


def test_an_estimate_outside_its_interval_is_refused() -> None:
    with pytest.raises(ValueError, match="drawn with its interval"):
        Estimate("II/26", 34, 35, 37)


def test_a_ratio_of_nought_has_no_place_on_a_log_axis() -> None:
    with pytest.raises(ValueError, match="0 < low"):
        ratio(1, 0, 2, label="x")


def test_more_moods_than_patterns_are_refused() -> None:
    with pytest.raises(ValueError, match="merge the smallest"):
        parts([1, 2, 3, 4, 5], 20, label="x")


def test_a_trend_breaks_where_a_week_has_no_figure() -> None:
    lines = [mark for mark in trend([1, 2, None, 3, 4], [0] * 5, [5] * 5, label="x").marks if mark.tag == "polyline"]
    assert len(lines) == 2


def test_bounds_of_another_length_are_refused() -> None:
    with pytest.raises(ValueError, match="one length"):
        trend([1, 2], [1], [2, 3], label="x")


@pytest.mark.parametrize(
    ("top", "ticks"), [(18, [0, 6, 12, 18]), (24, [0, 8, 16, 24]), (7, [0, 3, 7]), (4, [0, 1, 2, 3, 4]), (1, [0, 1])]
)
def test_an_axis_has_whole_ticks_up_to_its_top(top: int, ticks: list[int]) -> None:
    assert axis(top) == ticks


def test_two_charts_on_one_page_do_not_share_a_pattern() -> None:
    first, second = (re.findall(r'id="([^"]+)"', parts([3, count], 9, label="x").svg()) for count in (2, 4))
    assert not set(first) & set(second)


FLUID: dict[str, Callable[[str], Drawing]] = {
    "way": lambda label: way(611, 231, 842, label=label),
    "share": lambda label: share(0.46, 0.39, 0.54, common=0.27, top=0.8, label=label, strong=True),
    "axis": lambda _label: share_axis(0.8),
}


@pytest.mark.parametrize("name", FLUID)
def test_fluid_drawing_is_as_wide_as_its_page_and_in_no_document(name: str) -> None:
    drawing = FLUID[name]("46%, từ 39 đến 54")
    root = ET.fromstring(drawing.svg())
    assert (root.get("width"), root.get("viewBox")) == ("100%", None)
    across = [shape.get(at, "0%") for shape in root.iter() for at in ("x", "cx", "x1", "x2") if "pattern" not in shape.tag]
    assert all(0 <= float(value.rstrip("%")) <= 100 for value in across)
    with pytest.raises(ValueError, match="document"):
        drawing.svg(standalone=True)


def test_way_shows_what_was_left_out_after_what_went_on() -> None:
    assert "c-hatch" not in way(842, 0, 842, label="").svg()
    shapes = {row.get("class"): (row.get("x"), row.get("width")) for row in ET.fromstring(way(611, 231, 842, label="").svg())}
    assert shapes == {None: (None, None), "c-on": ("0%", "72.6%"), "c-hatch": ("72.6%", "27.4%")}
    with pytest.raises(ValueError, match="at most all"):
        way(800, 231, 842, label="")


def test_share_needs_its_interval_and_an_axis_that_holds_it() -> None:
    with pytest.raises(ValueError, match="low <= value"):
        share(0.4, 0.5, 0.6, common=0.3, top=1, label="")
    assert [top_of(value) for value in (0.0, 0.2, 0.21, 0.76, 0.81)] == [0.2, 0.2, 0.4, 0.8, 1.0]
    assert "text-anchor" in share_axis(0.8).svg()
