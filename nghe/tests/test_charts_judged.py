"""How a machine was judged, drawn: inside its frame, with its uncertainty, and never a share outside 0 to 1."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest

from nghe.charts.judged import Bin, Step, calibration, interval, learning

STEPS = [Step(100, 0.5, 80, 0.3), Step(400, 0.8, 80, 0.7)]
BINS = [Bin(0.2, 0.25, 40), Bin(0.95, 1.0, 40)]


@pytest.mark.parametrize("standalone", [False, True])
@pytest.mark.parametrize("drawing", [learning(STEPS, label='<"&>'), calibration(BINS, label='<"&>'), learning([], label=""),
                                     calibration([], label=""), learning([Step(0, 0.0, 0, 0.0)], label="")])
def test_drawing_is_well_formed_and_inside_its_frame(drawing: object, standalone: bool) -> None:
    root = ET.fromstring(drawing.svg(standalone=standalone))  # type: ignore[attr-defined]
    width, height = float(root.get("width", 0)), float(root.get("height", 0))
    for shape in root.iter():
        for most, names in ((width, ("x", "x1", "x2", "cx")), (height, ("y", "y1", "y2", "cy"))):
            assert all(0 <= float(shape.get(name, 0)) <= most for name in names), (shape.tag, shape.attrib)
    assert "style=" not in drawing.svg()  # type: ignore[attr-defined]


def test_every_dot_carries_its_interval() -> None:
    for drawing, dots in ((learning(STEPS, label="x"), 2), (calibration(BINS, label="x"), 2)):
        kinds = [mark.kind for mark in drawing.marks]
        assert sum(kind in {"c-dot", "c-old"} for kind in kinds) == dots
        assert sum(kind.startswith("c-ci") for kind in kinds) == dots


def test_interval_is_wilsons() -> None:
    """Brown, Cai and DasGupta (2001): 0 of 10 gives 0 to 0.278, 5 of 10 gives 0.237 to 0.763."""
    assert interval(0.0, 10) == (pytest.approx(0.0, abs=1e-9), pytest.approx(0.2775, abs=1e-4))
    assert interval(0.5, 10) == (pytest.approx(0.2366, abs=1e-4), pytest.approx(0.7634, abs=1e-4))
    assert interval(0.5, 0) == (0.0, 1.0)


def test_figures_under_the_axis_do_not_run_into_each_other() -> None:
    drawing = learning([Step(step, 0.5, 80, 0.4) for step in (461, 470, 480, 3685)], label="x")
    names = [(float(dict(mark.attributes)["x"]), mark.text) for mark in drawing.marks if re.fullmatch(r"\d{3,4}", mark.text)]
    names = [one for one in names if one[1] != "100"]
    assert [text for _x, text in sorted(names)] == ["480", "3685"]
